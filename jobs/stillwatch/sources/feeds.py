"""What may a line of a feed beside the exchanges hold: accounts, models, indicators?

A feed is read leniently like the exchanges; a line without its key, or with a value that has no
plain meaning, is set aside. Unknown fields are ignored: nothing rests on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from stillwatch.config import IngestSettings, Run
from stillwatch.sources import values
from stillwatch.sources.lenient import parse
from stillwatch.sources.rejection import Line, Rejected, Unread
from stillwatch.tables import Table, table


def _time(value: Any) -> Any:
    return None if value in (None, "") else values.timestamp(value)


CONVERT: dict[str, Callable[[Any], Any]] = {
    "string": values.text,
    "timestamp": _time,
    "double": values.number,
}
POLARS: dict[str, pl.DataType] = {
    "string": pl.String(),
    "timestamp": pl.Datetime("us", "UTC"),
    "double": pl.Float64(),
    "date": pl.Date(),
}


@dataclass(frozen=True)
class Feed:
    """A feed: the table that it fills, and the fields that a line must have."""

    table: Table
    required: tuple[str, ...]

    def row(self, line: Line, settings: IngestSettings) -> dict[str, Any]:
        """The known fields of a line.

        Raises:
            Rejected: not_json and the like, missing_<field> or bad_type_<field>.
        """
        if isinstance(line, Unread):
            raise Rejected(line.reason)
        record = parse(line, settings.max_depth)
        for name in self.required:
            if record.get(name) in (None, ""):
                raise Rejected(f"missing_{name}")
        return {name: _convert(record.get(name), name, kind) for name, kind in self.fields()}

    def fields(self) -> Iterator[tuple[str, str]]:
        """Name and type of each column that comes from the line."""
        for column in self.table.columns:
            if column.name != "snapshot_date":
                yield column.name, str(column.type)


FEEDS = {
    "landing.accounts": Feed(table("bronze.accounts"), ("account_id",)),
    "landing.models": Feed(table("bronze.models"), ("model",)),
    "landing.indicators": Feed(table("bronze.indicators"), ("indicator_type", "value")),
}


def snapshot(name: str, frames: Mapping[str, Any], run: Run) -> pl.DataFrame:
    """The rows of a feed as of the week's end, the last line of a key.

    Args:
        name: The landing input, a key of FEEDS.
        frames: Holds it.
        run: The week and its settings.
    """
    feed, settings = FEEDS[name], run.settings.ingest
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for _, _, line in frames[name].lines(settings.max_line_bytes):
        try:
            row = feed.row(line, settings)
        except Rejected:
            continue
        found[tuple(row[key] for key in feed.table.key)] = row
    schema = {field: POLARS[kind] for field, kind in feed.fields()}
    last_day: date = run.end - timedelta(days=1)
    return pl.DataFrame(list(found.values()), schema=schema).with_columns(
        pl.lit(last_day, pl.Date).alias("snapshot_date")
    )


def _convert(value: Any, name: str, kind: str) -> Any:
    try:
        return CONVERT[kind](value)
    except ValueError as error:
        raise Rejected(f"bad_type_{name}") from error
