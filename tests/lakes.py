"""Small real lakes from rows written by hand: no Spark, what is not given is null."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
from stillwatch.io.lake import FORMAT, MARKER, Lake, ensure, partition_dates, write_json
from stillwatch.tables import TABLES

Rows = list[dict[str, Any]]


def write_lake(root: Path, week: date, tables: dict[str, Rows], generation: int = 1) -> Lake:
    """Publishes rows as the one generation of a week.

    Partition values may be left out: they become the first one that belongs to the week.
    """
    root.mkdir(parents=True, exist_ok=True)
    write_json(root / MARKER, {"format": FORMAT, "key_id": "test"})
    lake = Lake(root)
    pins = {}
    for name, declared in TABLES.items():
        table = ensure(lake.path(name), declared)
        rows = tables.get(name, [])
        if declared.partition:
            first = partition_dates(declared, week)[0]
            rows = [{declared.partition: first, **row} for row in rows]
        if rows:
            schema = pl.read_delta(str(lake.path(name))).schema
            pl.DataFrame(rows, schema=schema).write_delta(str(lake.path(name)), mode="append")
            table.update_incremental()
        pins[name] = {"version": table.version(), "rows": len(rows)}
    publish(lake, week, pins, generation)
    return lake


def publish(lake: Lake, week: date, pins: dict[str, Any], generation: int) -> None:
    path = str(lake.path("gold.publications"))
    row = {
        "week": week,
        "generation": generation,
        "published_at": datetime.combine(week, datetime.min.time(), UTC),
        "tables": pins,
        "quality": "passed",
        "code_version": "0.1.0",
        "settings": "0123456789abcdef",
    }
    pl.DataFrame([row], schema=pl.read_delta(path).schema).write_delta(path, mode="append")
