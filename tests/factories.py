"""Rows of declared tables with everything unsaid null, as the frames that transforms take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StructType
from stillwatch.config import Key, Run, Settings
from stillwatch.io.batches import Batches, Stored
from stillwatch.tables import table

WEEK = date(2026, 11, 9)
RUN = Run(WEEK, Settings(), Key("test", b"a secret of the tests' own"))

Rows = list[dict[str, Any]]
Transform = Callable[[Mapping[str, Any], Run], Any]


def at(hour: float, day: int = 0) -> datetime:
    """A time in the week: hours after midnight of its day."""
    seconds = int(hour * 3600)
    start = datetime(WEEK.year, WEEK.month, WEEK.day + day, tzinfo=UTC)
    return datetime.fromtimestamp(start.timestamp() + seconds, UTC)


def frame(spark: SparkSession, name: str, rows: Rows) -> DataFrame:
    """A Spark frame of a declared table."""
    schema = StructType.fromJson(table(name).schema_json())
    unsaid = dict.fromkeys(schema.fieldNames())
    if name == "silver.traces":
        rows = counted(rows)
    return spark.createDataFrame([{**unsaid, **row} for row in rows], schema)


def counted(rows: Rows) -> Rows:
    """Rows of silver.traces with the days and holders that they have."""

    def traces(row: dict[str, Any]) -> tuple[Any, ...]:
        return row["layer"], row["trace"], row["role"]

    days = Counter((*traces(row), row["account_id"]) for row in rows)
    holders = Counter(key[:-1] for key in days)
    return [
        {"days": days[*traces(row), row["account_id"]], "holders": holders[traces(row)], **row}
        for row in rows
    ]


def exchange(account: str, number: int = 0, **said: Any) -> dict[str, Any]:
    """A row of silver.exchanges."""
    return {
        "exchange_id": f"{account}-{number}",
        "account_id": account,
        "event_date": WEEK,
        "ts": at(9 + number % 8),
        "capability": "other",
        "elicits_reasoning": False,
        "grades_answers": False,
        "output_tokens": 100,
        "system_chars": 0,
        "spans": [],
        "system_spans": [],
        **said,
    }


def trace(account: str, layer: str, value: int, **said: Any) -> dict[str, Any]:
    """A row of silver.traces."""
    return {
        "week": WEEK,
        "event_date": WEEK,
        "layer": layer,
        "trace": value,
        "role": "shared",
        "account_id": account,
        "exchanges": 1,
        "first_ts": at(9),
        "last_ts": at(10),
        **said,
    }


def bronze(account: str, number: int, prompt: str, **said: Any) -> dict[str, Any]:
    """A row of bronze.exchanges with one text block."""
    block = {"type": "text", "text": prompt}
    return {
        "exchange_id": f"{account}-{number}",
        "account_id": account,
        "ts": at(9),
        "event_date": WEEK,
        "model": "atlas-3",
        "messages": [{"role": "user", "content": [block]}],
        "source_file": "exchanges/dt=2026-11-09/a.jsonl",
        "source_line": number,
        **said,
    }


def small(name: str, rows: Rows) -> pl.LazyFrame:
    """A Polars frame of a declared table, from rows whose columns are given."""
    return pl.LazyFrame(rows, infer_schema_length=None)


def stored(frames: Mapping[str, Any]) -> dict[str, Any]:
    """Frames of Spark as tables that tasks read; None stays."""
    return {
        name: Stored(frame) if isinstance(frame, DataFrame) else frame
        for name, frame in frames.items()
    }


def rows_made(transform: Transform, frames: Mapping[str, Any]) -> DataFrame:
    """What a transform makes of frames of Spark, as a frame: computed once."""
    made = transform(stored(frames), RUN)
    return (made.frame() if isinstance(made, Batches) else made).localCheckpoint()
