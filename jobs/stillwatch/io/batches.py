"""How do millions of rows get from a task into a Delta table, and back, without the JVM's rows?

Between Python and a Parquet file of its own a row costs Spark several copies, one value at a time:
Arrow, a row of the JVM, a column again. Here Spark spreads the work and tries it again where it
fails; the tasks read and write Parquet themselves, as the record batches that kernels work on, and
one Delta commit names the files of the tasks that succeeded. A file of an attempt that failed has a
name of its own and is in no commit. As the landing zone, the lake must be seen by every task.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import DeltaTable
from deltalake.transaction import AddAction
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StructType

from stillwatch.tables import Table

ROW_GROUP_BYTES = 32 * 1024 * 1024  # of Arrow, which a task holds for each day that it writes
BATCH_ROWS = 4096
PART_BYTES = 64 * 1024 * 1024  # of Parquet that one task reads
WRITTEN = "path string, bytes bigint, rows bigint, partition string, modified bigint"

Make = Callable[[int], Iterator[pa.RecordBatch]]
Describe = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]


@dataclass(frozen=True)
class Batches:
    """Rows that tasks will make: nothing runs before `write` or `frame`.

    Attributes:
        spark: The session whose tasks make them.
        parts: How many tasks.
        make: From a task's number to its batches; importable where Spark runs.
        schema: The rows' schema in Spark's JSON form.
    """

    spark: SparkSession
    parts: int
    make: Make
    schema: dict[str, Any]

    def frame(self) -> DataFrame:
        """The rows as a frame of Spark, for those who ask few of them."""
        return self._run(partial(_made, self.make), StructType.fromJson(self.schema))

    def write(self, folder: Path, partition: str | None) -> list[AddAction]:
        """Writes the rows as Parquet files below a folder and returns what to commit."""
        work = partial(_written, self.make, folder, partition)
        return [
            AddAction(
                path=row["path"],
                size=row["bytes"],
                partition_values={partition: row["partition"]} if partition else {},
                modification_time=row["modified"],
                data_change=True,
                stats=json.dumps({"numRecords": row["rows"]}),
            )
            for row in sorted(self._run(work, WRITTEN).collect(), key=lambda row: row["path"])
        ]

    def _run(
        self, work: Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]], schema: Any
    ) -> DataFrame:
        # A range has exactly one row a partition; no shuffle is needed to spread the parts.
        places = self.spark.range(0, self.parts, 1, max(1, self.parts))
        return places.mapInArrow(work, schema)


@dataclass(frozen=True)
class DataFile:
    """A Parquet file of a table: path, bytes, and the day that its folder names."""

    path: str
    bytes: int
    day: date | None


@dataclass(frozen=True)
class Stored:
    """A table at a version, to be read by tasks as record batches, or by Spark as a frame.

    Attributes:
        frame: The rows as a frame.
        files: The Parquet files that hold them.
        partition: The column that is in the folders' names and in no file.
    """

    frame: DataFrame
    files: tuple[DataFile, ...]
    partition: str | None

    @classmethod
    def open(cls, frame: DataFrame, path: Path, version: int, declared: Table) -> Stored:
        """The rows of a frame that reads the whole of a version, or some of its days.

        Raises:
            OSError: There is no such version.
        """
        held = pl.DataFrame(DeltaTable(str(path), version=version).get_add_actions(flatten=True))
        column = declared.partition
        days = held[f"partition.{column}"].to_list() if column and held.height else []
        files = tuple(
            DataFile(str(path / unquote(name)), size, day)
            for name, size, day in zip(
                held["path"] if held.height else (),
                held["size_bytes"] if held.height else (),
                days or [None] * held.height,
                strict=True,
            )
        )
        return cls(frame, files, column)

    def within(self, days: Sequence[date]) -> Stored:
        """The files of these days, which are all that the frame reads."""
        return replace(self, files=tuple(file for file in self.files if file.day in days))

    def map_batches(
        self, describe: Describe, columns: Sequence[str], schema: dict[str, Any]
    ) -> Batches:
        """What a function makes of the rows, part by part.

        Args:
            describe: From a part's batches to others; importable where Spark runs.
            columns: Which columns it is given; `messages.role` is a field of the structs in a list.
            schema: The schema of what it makes, in Spark's JSON form.
        """
        spark = self.frame.sparkSession
        spread = parts(self.files, 2 * spark.sparkContext.defaultParallelism)
        make = partial(_described, describe, spread, tuple(columns), self.partition)
        return Batches(spark, len(spread), make, schema)


def parts(files: Sequence[DataFile], least: int) -> list[list[DataFile]]:
    """Spreads files over parts, the biggest first, each to the lightest part so far."""
    count = min(len(files), max(least, sum(file.bytes for file in files) // PART_BYTES))
    spread: list[list[DataFile]] = [[] for _ in range(count)]
    loads = [0] * count
    for file in sorted(files, key=lambda file: (-file.bytes, file.path)):
        lightest = loads.index(min(loads))
        spread[lightest].append(file)
        loads[lightest] += file.bytes + 1
    return spread


def _described(
    describe: Describe,
    spread: list[list[DataFile]],
    columns: tuple[str, ...],
    partition: str | None,
    part: int,
) -> Iterator[pa.RecordBatch]:
    yield from describe(batch for file in spread[part] for batch in _read(file, columns, partition))


def _read(
    file: DataFile, columns: tuple[str, ...], partition: str | None
) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(file.path) as opened:
        # Some writers put the partition into their files too; the folder's name is what counts.
        leaves = _leaves(opened, tuple(name for name in columns if name != partition))
        for group in range(opened.num_row_groups):
            for batch in opened.iter_batches(
                BATCH_ROWS, row_groups=[group], columns=leaves, use_threads=False
            ):
                if partition in columns:
                    days = pa.repeat(pa.scalar(file.day, pa.date32()), batch.num_rows)
                    batch = batch.append_column(partition, days)
                yield batch


def _leaves(opened: pq.ParquetFile, columns: tuple[str, ...]) -> list[str]:
    """The leaves of the file's schema that belong to the columns, or to fields of theirs."""
    found = []
    for n in range(opened.metadata.num_columns):
        path = opened.schema.column(n).path
        # Between a list's name and its element's fields Parquet has two levels of its own.
        plain = path.replace(".list.element", "")
        if any(plain == column or plain.startswith(f"{column}.") for column in columns):
            found.append(path)
    return found


def _made(make: Make, places: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for place in places:
        for part in place.column(0).to_pylist():
            yield from make(part)


def _written(
    make: Make, folder: Path, partition: str | None, places: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """What a writing task does; yields a row a file."""
    for place in places:
        for part in place.column(0).to_pylist():
            files = Files(folder, partition)
            try:
                for batch in make(part):
                    files.add(batch)
            finally:
                rows = files.close()
            yield pa.RecordBatch.from_pylist(
                rows,
                pa.schema(
                    [
                        ("path", pa.string()),
                        ("bytes", pa.int64()),
                        ("rows", pa.int64()),
                        ("partition", pa.string()),
                        ("modified", pa.int64()),
                    ]
                ),
            )


class Files:
    """The files that a task writes, one a day, in row groups of bounded size."""

    def __init__(self, folder: Path, partition: str | None) -> None:
        self._folder, self._partition = folder, partition
        self._open: dict[date | None, _File] = {}

    def add(self, batch: pa.RecordBatch) -> None:
        """Appends the rows of a batch, each to the file of its day."""
        if not batch.num_rows:
            return
        if self._partition is None:
            self._file(None).add(batch)
            return
        days = batch.column(self._partition)
        rest = batch.drop_columns([self._partition])
        distinct = pc.unique(days)
        for day in distinct:
            chosen = rest if len(distinct) == 1 else rest.filter(pc.equal(days, day))
            self._file(day.as_py()).add(chosen)

    def close(self) -> list[dict[str, Any]]:
        """Ends every file and returns a row each."""
        return [file.close() for file in self._open.values()]

    def _file(self, day: date | None) -> _File:
        if day not in self._open:
            inside = f"{self._partition}={day}/" if day else ""
            self._open[day] = _File(self._folder, f"{inside}{uuid.uuid4()}.zstd.parquet", day)
        return self._open[day]


class _File:
    """One Parquet file that grows by row groups."""

    def __init__(self, folder: Path, name: str, day: date | None) -> None:
        self._path, self._name, self._day = folder / name, name, day
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._writer: pq.ParquetWriter | None = None
        self._held: list[pa.RecordBatch] = []
        self._bytes = self._rows = 0

    def add(self, batch: pa.RecordBatch) -> None:
        self._held.append(batch)
        self._bytes += batch.nbytes
        self._rows += batch.num_rows
        if self._bytes >= ROW_GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._writer is None:
            # Level 1 takes no longer than Snappy and makes a third fewer bytes.
            self._writer = pq.ParquetWriter(
                self._path,
                self._held[0].schema,
                compression="zstd",
                compression_level=1,
                write_statistics=False,
            )
        self._writer.write_table(pa.Table.from_batches(self._held))
        self._held, self._bytes = [], 0

    def close(self) -> dict[str, Any]:
        if self._held:
            self._flush()
        assert self._writer is not None
        self._writer.close()
        info = self._path.stat()
        return {
            "path": self._name,
            "bytes": info.st_size,
            "rows": self._rows,
            "partition": f"{self._day}" if self._day else None,
            "modified": info.st_mtime_ns // 1_000_000,
        }
