"""Which frame does a step get for each table it reads, and is what it returns as declared?

This week's tables come from staging at their pinned version, else from the published week; history
comes from what is published. Polars steps get lazy Polars frames; Arrow steps tables that tasks
read by themselves, or Spark as frames.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from stillwatch.errors import StillwatchError, UsageError
from stillwatch.io.batches import Stored
from stillwatch.io.lake import Lake, partition_dates, read
from stillwatch.io.staging import Staging, history_of
from stillwatch.pipeline import Step
from stillwatch.tables import Table, table


def resolve(
    step: Step, lake: Lake, staging: Staging, spark: SparkSession | None, week: date
) -> tuple[dict[str, Any], dict[str, int]]:
    """Frames of a step's tables by name, and the staged version of each (-1: published).

    Published weeks come under `history_of(name)`, with the version that they were read at.

    Raises:
        UsageError: A table has neither been staged nor published for the week.
    """
    manifest = staging.manifest()
    frames: dict[str, Any] = {}
    inputs: dict[str, int] = {}
    for name in step.reads:
        if name.startswith("landing."):
            continue
        if name in manifest:
            inputs[name] = manifest[name].version
            path = str(staging.path(name))
            frames[name] = _read(path, inputs[name], step, table(name), None, spark)
        else:
            row = lake.publication(week)
            if row is None:
                raise UsageError(
                    f"{step.name} reads {name}, which has not been computed for {week}: "
                    f"run `stillwatch step {name}` first"
                )
            inputs[name] = -1
            pinned = row["tables"][name]["version"]
            dates = partition_dates(table(name), week)
            frames[name] = _read(str(lake.path(name)), pinned, step, table(name), dates, spark)
    for name, weeks in step.history:
        pinned, dates = lake.history(name, week, weeks)
        inputs[history_of(name)] = pinned
        frames[history_of(name)] = (
            None
            if pinned < 0
            else _read(str(lake.path(name)), pinned, step, table(name), dates, spark)
        )
    return frames, inputs


def _read(
    path: str,
    version: int,
    step: Step,
    declared: Table,
    dates: list[date] | None,
    spark: SparkSession | None,
) -> Any:
    column = declared.partition
    if spark is None:
        lazy = read(Path(path), declared, version)
        return lazy.filter(pl.col(column).is_in(dates)) if dates and column else lazy
    frame = spark.read.format("delta").option("versionAsOf", version).load(path)
    chosen = frame.where(F.col(column).isin(dates)) if dates and column else frame
    stored = Stored.open(chosen, Path(path), version, declared)
    return stored.within(dates) if dates and column else stored


def conform(frame: DataFrame, declared: Table) -> DataFrame:
    """The declared columns in order, with their comments.

    Raises:
        StillwatchError: Columns are missing or of another type; all differences are named.
    """
    wanted = StructType.fromJson(declared.schema_json())
    have = {f.name: f.dataType for f in frame.schema.fields}
    faults = [f"{f.name} is missing" for f in wanted.fields if f.name not in have]
    faults += [
        f"{f.name} is {have[f.name].simpleString()}, not {f.dataType.simpleString()}"
        for f in wanted.fields
        if f.name in have and have[f.name].simpleString() != f.dataType.simpleString()
    ]
    if faults:
        raise StillwatchError(f"{declared.name} is not as declared: {'; '.join(faults)}")
    return frame.select(
        [F.col(f"`{f.name}`").alias(f.name, metadata=f.metadata) for f in wanted.fields]
    )
