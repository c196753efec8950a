"""What is known of a landing file before it is read, and which task reads it?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

SUFFIXES = (".jsonl", ".jsonl.gz", ".jsonl.zst")
PARTITION_BYTES = 64 * 1024 * 1024  # some 10 to 20 s of work, one output file a day
PLAIN_RATIO = 6  # an uncompressed file weighs about as much as a compressed one of a sixth


@dataclass(frozen=True)
class LandingFile:
    """A file of the landing zone.

    Attributes:
        path: Where it lies.
        source_file: The same, relative to the landing folder.
        landing_date: The day of its dt= folder; None where there is none.
        arrived_at: Its modification time, UTC.
        bytes: Its size.
    """

    path: str
    source_file: str
    landing_date: date | None
    arrived_at: datetime
    bytes: int

    @property
    def weight(self) -> float:
        return self.bytes / PLAIN_RATIO if self.path.endswith(".jsonl") else float(self.bytes)


def buckets(files: Iterable[LandingFile], least: int) -> list[list[LandingFile]]:
    """Spreads files by size, the biggest first, each to the lightest bucket so far."""
    ordered = sorted(files, key=lambda file: (-file.weight, file.source_file))
    total = sum(file.weight for file in ordered)
    count = min(len(ordered), max(2 * least, round(total / PARTITION_BYTES)))
    spread: list[list[LandingFile]] = [[] for _ in range(count)]
    loads = [0.0] * count
    for file in ordered:
        lightest = loads.index(min(loads))
        spread[lightest].append(file)
        loads[lightest] += file.weight + 1
    return spread


def described(path: Path, landing: Path, day: date | None) -> LandingFile:
    """The file at a path, with its size and time.

    Raises:
        OSError: It is not there any more.
    """
    info = path.stat()
    arrived = datetime.fromtimestamp(info.st_mtime_ns // 10**9, UTC)
    return LandingFile(
        str(path),
        path.relative_to(landing).as_posix(),
        day,
        arrived + timedelta(microseconds=info.st_mtime_ns % 10**9 // 1000),
        info.st_size,
    )
