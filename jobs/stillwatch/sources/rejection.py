"""Why is a line set aside, and what is left of a line that could not be read whole?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

HEAD_BYTES = 4096  # enough for a sample of 1 KiB once it has been redacted


class Rejected(Exception):
    """The line cannot become an exchange; the reason goes to quarantine.

    Attributes:
        reason: A short fixed word such as `not_json` or `missing_exchange_id`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Part(Rejected):
    """The line is a part of an exchange that several lines hold; it is no exchange by itself.

    Attributes:
        key: What its parts have in common.
        record: The line's record.
    """

    def __init__(self, key: str, record: dict[str, Any]) -> None:
        super().__init__("joined_part")
        self.key = key
        self.record = record


@dataclass(frozen=True)
class Unread:
    """What stands for a line that the reader did not hold whole.

    Attributes:
        reason: `too_long`, or `truncated_file` for what follows the last readable line.
        head: Its first bytes, at most HEAD_BYTES.
        sha256: Hash of all its readable bytes, hexadecimal.
    """

    reason: str
    head: bytes
    sha256: str

    def __len__(self) -> int:
        return len(self.head)


Line = bytes | Unread
