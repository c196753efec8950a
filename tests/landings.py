"""Landing folders written by hand, and their exchanges read as a task of Spark reads them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from factories import RUN, WEEK
from stillwatch.bronze.exchanges import decode
from stillwatch.bronze.quarantine import rejects
from stillwatch.io.landing import find
from stillwatch.io.landing_file import LandingFile
from stillwatch.io.lines import read

LIMIT = RUN.settings.ingest.max_line_bytes


def line(**said: Any) -> bytes:
    """A canonical line with the four fields that it must have."""
    least = {
        "exchange_id": "ex_1",
        "ts": "2026-11-09T09:51:36.329Z",
        "account_id": "acct_1",
        "model": "atlas-3",
    }
    return json.dumps({**least, **said}).encode()


def land(root: Path, data: bytes, name: str = "a.jsonl", day: str = f"{WEEK}") -> LandingFile:
    """Writes a file of exchanges and finds it as the runner does."""
    path = root / "exchanges" / f"dt={day}" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    (found,) = (file for file in find(root, WEEK).files if file.path == str(path))
    return found


def rows(file: LandingFile) -> list[dict[str, Any]]:
    """Rows of bronze.exchanges of a file."""
    lines = read(Path(file.path), LIMIT)
    return [row for batch in decode(RUN, file, lines) for row in batch.to_pylist()]


def rejected(file: LandingFile) -> list[tuple[Any, ...]]:
    """Rows of bronze.quarantine of a file."""
    return rejects(RUN, file, read(Path(file.path), LIMIT))


def reasons(file: LandingFile) -> list[str]:
    return [row[2] for row in rejected(file)]
