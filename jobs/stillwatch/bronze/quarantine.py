"""Which lines did not parse, why, and where are they?

Only the files in which bronze.exchanges left lines out are read again, so that every landed line
is a row of one of the two tables. A sample shows the fault and no prompt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

import polars as pl

from stillwatch.config import Run
from stillwatch.sources.decoder import Decoder
from stillwatch.sources.feeds import FEEDS
from stillwatch.sources.redaction import sample
from stillwatch.sources.rejection import HEAD_BYTES, Line, Rejected, Unread

Row = tuple[str, int, str, str, str, datetime]
SCHEMA = {
    "source_file": pl.String(),
    "source_line": pl.Int64(),
    "reason": pl.String(),
    "sample": pl.String(),
    "sha256": pl.String(),
    "ingested_at": pl.Datetime("us", "UTC"),
}


def transform(frames: Mapping[str, Any], run: Run) -> pl.DataFrame:
    """Rows of bronze.quarantine, in order of file and line.

    Args:
        frames: `landing.exchanges`, knowing its rejected files, and the feeds `landing.accounts`,
            `landing.models`, `landing.indicators`.
        run: The week and its settings.
    """
    limit = run.settings.ingest.max_line_bytes
    landing = frames["landing.exchanges"]
    found = [row for rows in landing.map_rejected(partial(rejects, run), limit) for row in rows]
    for name in FEEDS:
        found += _feed_rejects(name, frames[name], run)
    found.sort(key=lambda row: row[:2])
    return pl.DataFrame(found, schema=SCHEMA, orient="row").select(
        pl.lit(run.week, pl.Date).alias("week"), pl.all()
    )


def rejects(run: Run, file: Any, lines: Any) -> list[Row]:
    """The rows of one file of exchanges."""
    parse = Decoder(run.settings.ingest, run.week, file.landing_date)
    return [
        _row(run, file, number, line, found.reason)
        for number, line, found in parse.read(lines)
        if isinstance(found, Rejected)
    ]


def _feed_rejects(name: str, rows: Any, run: Run) -> list[Row]:
    settings = run.settings.ingest
    found = []
    for file, number, line in rows.lines(settings.max_line_bytes):
        try:
            FEEDS[name].row(line, settings)
        except Rejected as rejected:
            found.append(_row(run, file, number, line, rejected.reason))
    return found


def _row(run: Run, file: Any, number: int, line: Line, reason: str) -> Row:
    if isinstance(line, Unread):
        head, digest = line.head, line.sha256
    else:
        head, digest = line[:HEAD_BYTES], hashlib.sha256(line).hexdigest()
    shown = sample(head, run.settings.ingest.sample_bytes)
    return file.source_file, number, reason, shown, digest, file.arrived_at
