"""What was asked and answered, line by line, as it came?

Every line that parses becomes one row of the canonical form, duplicates included; every line that
does not is left to bronze.quarantine. A row names its file and line, and holds no clock: its
ingested_at is the file's own time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pyarrow as pa

from stillwatch.config import Run
from stillwatch.sources.columns import Columns
from stillwatch.sources.decoder import Decoder
from stillwatch.sources.rejection import Rejected
from stillwatch.tables.bronze import EXCHANGES

BATCH_BYTES = 8 * 1024 * 1024  # text in a batch, so that long lines make it short


def transform(frames: Mapping[str, Any], run: Run) -> Any:
    """Rows of bronze.exchanges.

    Args:
        frames: `landing.exchanges`: the week's files, bound to a session.
        run: The week and its settings.

    Returns:
        Batches of the declared columns, one row a line that parses, to be written by the tasks
        that read the lines.
    """
    settings = run.settings.ingest
    return frames["landing.exchanges"].map_lines(
        partial(decode, run), EXCHANGES.schema_json(), settings.max_line_bytes
    )


def decode(run: Run, file: Any, lines: Any) -> Iterator[pa.RecordBatch]:
    """Yields the rows of one file; lines that are rejected are left out."""
    settings = run.settings.ingest
    parse = Decoder(settings, run.week, file.landing_date)
    columns, size = Columns(EXCHANGES), 0
    for number, line, found in parse.read(lines):
        if isinstance(found, Rejected):
            continue
        columns.add(number, found)
        size += len(line)
        if size >= BATCH_BYTES or len(columns) >= settings.rows_per_batch:
            yield columns.finish(file.source_file, file.arrived_at)
            size = 0
    if len(columns):
        yield columns.finish(file.source_file, file.arrived_at)
