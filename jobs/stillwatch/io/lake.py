"""Where do published tables lie, which generation of a week is visible, who may write?

Readers resolve gold/publications: the newest row pins one version of every table, and each such
version holds one generation of every week published so far. `_staging/` is invisible to them.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
from deltalake import DeltaTable, Schema

from stillwatch.errors import StillwatchError, UsageError
from stillwatch.tables import TABLES, Table, table

MARKER = "lake.json"
FORMAT = 1


def week_dates(week: date) -> list[date]:
    """The seven days of a week."""
    return [week + timedelta(days=n) for n in range(7)]


def partition_dates(declared: Table, week: date) -> list[date]:
    """Partition values that belong to a week: its Monday, its days, or its last day."""
    match declared.partition:
        case "week":
            return [week]
        case "snapshot_date":
            return [week + timedelta(days=6)]
        case _:
            return week_dates(week)


class Lake:
    """A folder of published Delta tables with its staging area.

    Raises:
        UsageError: The folder is missing or is not a lake.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        marker = root / MARKER
        if not root.is_dir():
            raise UsageError(f"no lake at {root}")
        if not marker.is_file():
            raise UsageError(f"{root} is not a lake: it has no {MARKER}")
        self.info: dict[str, Any] = json.loads(marker.read_text())

    @classmethod
    def open_or_create(cls, root: Path, key_id: str) -> Lake:
        """The lake at `root`; an absent or empty folder becomes one.

        Raises:
            UsageError: The folder holds something else, or was written with another key.
        """
        if not root.exists() or (root.is_dir() and not any(root.iterdir())):
            root.mkdir(parents=True, exist_ok=True)
            write_json(root / MARKER, {"format": FORMAT, "key_id": key_id})
        lake = cls(root)
        if lake.info["key_id"] != key_id:
            raise UsageError(
                f"the lake {root} was written with key {lake.info['key_id']}, not {key_id}: "
                "set STILLWATCH_KEY_FILE to its key"
            )
        return lake

    def path(self, name: str) -> Path:
        """Folder of a published table."""
        declared = table(name)
        return self.root / declared.layer / declared.short

    def exists(self, name: str) -> bool:
        return DeltaTable.is_deltatable(str(self.path(name)))

    def publications(self) -> list[dict[str, Any]]:
        """Rows of gold.publications, the most recently published last."""
        if not self.exists("gold.publications"):
            return []
        frame = pl.scan_delta(str(self.path("gold.publications"))).sort("published_at").collect()
        rows = frame.to_dicts()
        for row in rows:
            row["tables"] = dict(row["tables"] or {})
        return rows

    def publication(self, week: date) -> dict[str, Any] | None:
        """The publication of a week, None where it has not been published."""
        return next((row for row in self.publications() if row["week"] == week), None)

    def weeks(self) -> list[date]:
        """Published weeks, in order."""
        return sorted(row["week"] for row in self.publications())

    def versions(self) -> dict[str, int]:
        """The version of each table that the newest publication pins."""
        rows = self.publications()
        return {name: pin["version"] for name, pin in rows[-1]["tables"].items()} if rows else {}

    def history(self, name: str, week: date, weeks: int) -> tuple[int, list[date]]:
        """What a step of a week may know of what is published: of weeks before it, and its own.

        Args:
            name: The table.
            week: Monday of the week that asks.
            weeks: How far back; a table without weeks is read whole.

        Returns:
            The version to read, -1 where nothing was published, and the partitions of those weeks
            and of the week's own last generation.
        """
        declared = table(name)
        if declared.partition is None:
            return self.versions().get(name, -1), []
        wanted = {week - timedelta(days=7 * n) for n in range(weeks + 1)}
        rows = [row for row in self.publications() if row["week"] in wanted]
        version = max((row["tables"][name]["version"] for row in rows), default=-1)
        return version, sorted(d for row in rows for d in partition_dates(declared, row["week"]))

    def scan(self, name: str, week: date | None = None) -> pl.LazyFrame:
        """Published rows of a table, of one week or of all, from one generation.

        Raises:
            UsageError: The week, or no week at all, has been published.
        """
        declared = table(name)
        if name == "gold.publications":
            frame = read(self.path(name), declared)
            return frame if week is None else frame.filter(pl.col("week") == week)
        if week is not None:
            row = self.publication(week)
            if row is None:
                raise UsageError(f"week {week} has not been published in {self.root}")
            version = row["tables"][name]["version"]
        else:
            pinned = self.versions()
            if name not in pinned:
                raise UsageError(f"nothing has been published in {self.root}")
            version = pinned[name]
        frame = read(self.path(name), declared, version)
        if declared.partition is None:
            return frame
        held = pl.col(declared.partition)
        left = self.left(declared)
        if left is not None:
            frame = frame.filter(held.is_in(left))
        return frame if week is None else frame.filter(held.is_in(partition_dates(declared, week)))

    def left(self, declared: Table) -> list[date] | None:
        """Partitions that are left of a table whose rows go after a while; None where they stay.

        A publication cites a version for longer than that; of what it held besides, there are no
        files any more.
        """
        if declared.retention_days is None or declared.partition is None:
            return None
        files = DeltaTable(str(self.path(declared.name))).get_add_actions(flatten=True)
        if not files.num_rows:
            return []
        return sorted(set(files.column(f"partition.{declared.partition}").to_pylist()))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Holds the lake's writer lock: Delta's log on a local file system has none of its own.

        Raises:
            StillwatchError: Another process is writing.
        """
        with (self.root / "_lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                holder = file.read().strip() or "another process"
                raise StillwatchError(
                    f"the lake {self.root} is being written by {holder}"
                ) from None
            file.truncate(0)
            file.write(f"process {os.getpid()}")
            file.flush()
            try:
                yield
            finally:
                file.truncate(0)


def schema_of(declared: Table) -> Schema:
    """The table's schema with its comments, as delta-rs takes it."""
    return Schema.from_json(json.dumps(declared.schema_json()))


def polars_schema(declared: Table) -> pl.Schema:
    """The table's columns, as Polars takes them."""
    return pl.DataFrame(pa.schema(schema_of(declared).to_arrow()).empty_table()).schema


def read(path: Path, declared: Table, version: int | None = None) -> pl.LazyFrame:
    """Rows of a Delta table, with a column that was declared after they were written as null.

    Args:
        path: The table's folder.
        declared: The table.
        version: Its version; None is the newest.
    """
    frame = pl.scan_delta(str(path), version=version)
    have = frame.collect_schema().names()
    if set(declared.column_names) <= set(have):
        return frame
    return frame.with_columns(
        pl.lit(None, kind).alias(name)
        for name, kind in polars_schema(declared).items()
        if name not in have
    )


def ensure(path: Path, declared: Table) -> DeltaTable:
    """The published table, made empty at its first use.

    The protocol stays at reader version 1, so that every reader of Delta can open it.
    """
    if DeltaTable.is_deltatable(str(path)):
        return DeltaTable(str(path))
    path.mkdir(parents=True, exist_ok=True)
    return DeltaTable.create(
        str(path),
        schema=schema_of(declared),
        partition_by=[declared.partition] if declared.partition else None,
        name=declared.name,
        description=declared.comment,
        # A publication names versions; they stay readable for as long as it may be cited.
        configuration={
            "delta.logRetentionDuration": "interval 90 days",
            "delta.deletedFileRetentionDuration": "interval 90 days",
        },
    )


def write_json(path: Path, value: Any) -> None:
    """Replaces a file in one rename, so that a reader sees the old text or the new."""
    partial = path.with_suffix(f".{os.getpid()}.tmp")
    with partial.open("w") as file:
        json.dump(value, file, indent=1, sort_keys=True, default=str)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


__all__ = [
    "TABLES",
    "Lake",
    "ensure",
    "partition_dates",
    "polars_schema",
    "read",
    "schema_of",
    "week_dates",
    "write_json",
]
