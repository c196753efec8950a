"""How do millions of rows get from a task into a Delta table, and back, without the JVM's rows?

Between Python and a Parquet file of its own a row costs Spark several copies, one value at a time:
Arrow, a row of the JVM, a column again. Here Spark spreads the work and tries it again where it
fails; the tasks read and write Parquet themselves, as the record batches that kernels work on, and
one Delta commit names the files of the tasks that succeeded. A file of an attempt that failed has a
name of its own and is in no commit. As the landing zone, the lake must be seen by every task.

Where rows of different tasks have to meet, Spark's shuffle moves them as blocks: a row of Spark is
a part's number and the bytes of some hundred thousand rows.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import polars as pl
import pyarrow as pa
from deltalake import DeltaTable
from deltalake.transaction import AddAction
from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from stillwatch.io.parquet import DataFile, Files, parts, read
from stillwatch.kernels import blocks
from stillwatch.tables import Table

WRITTEN = "path string, bytes bigint, rows bigint, partition string, modified bigint"
BLOCKS = "part int, block binary"
KINDS = f"kind int, {BLOCKS}"
PART_BYTES = 48 * 1024 * 1024  # of Parquet, whose rows one part of a shuffle gets

Make = Callable[[int], Iterator[pa.RecordBatch]]
Describe = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]
Work = Callable[[pa.Table], Iterable[pa.RecordBatch]]
Kinds = Callable[[Iterator[pa.RecordBatch]], Iterator[tuple[int, pa.RecordBatch]]]
Fan = Callable[[pa.Table], Iterable[tuple[int, pa.RecordBatch]]]


@dataclass(frozen=True)
class Batches:
    """Rows that tasks will make: nothing runs before `write` or `frame`.

    Attributes:
        source: What the tasks are given, as a frame.
        make: From its batches to the rows; importable where Spark runs.
        schema: The rows' schema in Spark's JSON form.
        more: Further rows of the same schema.
        told: By cap of the step, counts of what it left out.
    """

    source: DataFrame
    make: Describe
    schema: dict[str, Any]
    more: tuple[Batches, ...] = ()
    told: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def numbered(
        cls, spark: SparkSession, count: int, make: Make, schema: dict[str, Any]
    ) -> Batches:
        """Rows of so many tasks, each of which knows its number alone."""
        return cls(_places(spark, count), partial(_made, make), schema)

    def and_(self, frame: DataFrame) -> Batches:
        """These rows, and those of a frame with the same columns."""
        return replace(self, more=(*self.more, Batches(frame, _same, self.schema)))

    def telling(self, told: Mapping[str, Any]) -> Batches:
        """The same rows, with what caps left out: it becomes rows of gold.quality_results."""
        return replace(self, told=told)

    def frame(self) -> DataFrame:
        """The rows as a frame of Spark, for those who ask few of them."""
        make = partial(_task, self.make)
        frame = self.source.mapInArrow(make, StructType.fromJson(self.schema))
        for other in self.more:
            frame = frame.union(other.frame())
        return frame

    def write(self, folder: Path, partition: str | None) -> list[AddAction]:
        """Writes the rows as Parquet files below a folder and returns what to commit."""
        work = partial(_task, partial(_written, self.make, folder, partition))
        rows = self.source.mapInArrow(work, WRITTEN).collect()
        made = [
            AddAction(
                path=row["path"],
                size=row["bytes"],
                partition_values={partition: row["partition"]} if partition else {},
                modification_time=row["modified"],
                data_change=True,
                stats=json.dumps({"numRecords": row["rows"]}),
            )
            for row in sorted(rows, key=lambda row: row["path"])
        ]
        return made + [add for other in self.more for add in other.write(folder, partition)]


@dataclass(frozen=True)
class Blocks:
    """Rows cut into parts by their keys, to be worked on part by part.

    Attributes:
        moved: part and block; the blocks of a part may be in several rows.
        parts: How many parts there are.
        schema: Of the rows.
    """

    moved: DataFrame
    parts: int
    schema: pa.Schema

    def then(self, work: Work, schema: pa.Schema) -> Blocks:
        """What a function makes of each part, cut anew by the key that it gives."""
        return self.fan(partial(_alone, work), (schema,))[0]

    def fan(self, work: Fan, schemas: Sequence[pa.Schema]) -> list[Blocks]:
        """As `then`, for several kinds of rows that come out of one pass.

        Args:
            work: From a part's rows to (kind, rows with a key): the place in `schemas`.
            schemas: Of each kind of rows, without the key.
        """
        make = partial(_task, partial(_fanned, work, self.schema, self.parts))
        return _of_kinds(self._together().mapInArrow(make, KINDS), self.parts, schemas)

    def and_(self, other: Blocks) -> Blocks:
        """These rows and those of others with the same schema and parts, to meet by their keys."""
        return replace(self, moved=self.moved.unionByName(other.moved))

    def batches(self, work: Work, schema: dict[str, Any]) -> Batches:
        """What a function makes of each part, as rows of a table."""
        return Batches(self._together(), partial(_worked, work, self.schema), schema)

    def each(self, work: Work, schema: dict[str, Any]) -> Batches:
        """What a function makes of some rows at a time, where nobody has to meet."""
        return Batches(self.moved, partial(_worked, work, self.schema), schema)

    def _together(self) -> DataFrame:
        return self.moved.repartitionById(self.parts, F.col("part"))


@dataclass(frozen=True)
class Stored:
    """A table at a version, to be read by tasks as record batches, or by Spark as a frame.

    Attributes:
        frame: The rows as a frame.
        files: The Parquet files that hold them; None where only the frame is known.
        partition: The column that is in the folders' names and in no file.
        wanted: A column and a number: only rows in which it is greater are wanted.
    """

    frame: DataFrame
    files: tuple[DataFile, ...] | None = None
    partition: str | None = None
    wanted: tuple[str, int] | None = None

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
        return replace(self, files=tuple(file for file in self.files or () if file.day in days))

    def beside(self, frame: DataFrame) -> Stored:
        """Rows of another frame, as a table that tasks read."""
        return Stored(frame)

    def above(self, column: str, value: int) -> Stored:
        """Rows in which a column is greater: all in the frame, and what tasks read holds them all.

        Tasks pass over the row groups that hold none, and are given other rows besides.
        """
        return replace(self, frame=self.frame.where(F.col(column) > value), wanted=(column, value))

    def map_batches(
        self, describe: Describe, columns: Sequence[str], schema: dict[str, Any]
    ) -> Batches:
        """What a function makes of the rows, part by part.

        Args:
            describe: From a part's batches to others; importable where Spark runs.
            columns: Which columns it is given; `messages.role` is a field of the structs in a list.
            schema: The schema of what it makes, in Spark's JSON form.
        """
        return Batches(*self._source(describe, columns), schema)

    def cut(
        self,
        describe: Describe,
        columns: Sequence[str],
        schema: pa.Schema,
        parts: int | None = None,
    ) -> Blocks:
        """What a function makes of the rows, cut into parts by the key that it gives.

        Args:
            describe: From a part's batches to others with a column blocks.KEY.
            columns: As of `map_batches`.
            schema: Of what it makes, without the key.
            parts: How many, where the rows are to meet others; None for what their bytes ask.
        """
        source, make = self._source(describe, columns)
        count = parts or self._parts()
        work = partial(_task, partial(_cut, make, count))
        return Blocks(source.mapInArrow(work, BLOCKS), count, schema)

    def fan(
        self, describe: Kinds, columns: Sequence[str], schemas: Sequence[pa.Schema]
    ) -> list[Blocks]:
        """As `cut`, for several kinds of rows that come out of one pass.

        Args:
            describe: From a part's batches to (kind, rows with a key): the place in `schemas`.
            columns: As of `map_batches`.
            schemas: Of each kind of rows, without the key.
        """
        source, make = self._source(describe, columns)
        count = self._parts()
        work = partial(_task, partial(_cut_kinds, make, count))
        return _of_kinds(source.mapInArrow(work, KINDS), count, schemas)

    def _parts(self) -> int:
        size = sum(file.bytes for file in self.files or ())
        return max(self._least(), size // PART_BYTES)

    def _source(self, describe: Any, columns: Sequence[str]) -> tuple[DataFrame, Any]:
        """What tasks are given, and what they make of it."""
        if self.files is None:
            return self.frame.select(*columns), describe
        spread = parts(self.files, self._least())
        make = partial(_described, describe, spread, tuple(columns), self.partition, self.wanted)
        places = _places(self.frame.sparkSession, len(spread))
        return places, partial(_made, make)

    def _least(self) -> int:
        return 2 * self.frame.sparkSession.sparkContext.defaultParallelism


def _places(spark: SparkSession, count: int) -> DataFrame:
    # A range has exactly one row a partition; no shuffle is needed to spread the parts.
    return spark.range(0, count, 1, max(1, count))


def _task(make: Describe, given: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    # After every task Python's worker looks through all objects for garbage: some 40 ms for those
    # of the imported modules. Frozen, they are not looked at.
    gc.freeze()
    return make(given)


def _described(
    describe: Any,
    spread: list[list[DataFile]],
    columns: tuple[str, ...],
    partition: str | None,
    wanted: tuple[str, int] | None,
    part: int,
) -> Iterator[Any]:
    yield from describe(
        batch for file in spread[part] for batch in read(file, columns, partition, wanted)
    )


def _same(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    return batches


def _made(make: Callable[[int], Iterator[Any]], places: Iterator[pa.RecordBatch]) -> Iterator[Any]:
    for place in places:
        for part in place.column(0).to_pylist():
            yield from make(part)


def _cut(make: Describe, count: int, given: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    return blocks.cut(make(given), count)


def _of_kind(kind: int, rows: pa.RecordBatch) -> pa.RecordBatch:
    kinds = pa.repeat(pa.scalar(kind, pa.int32()), rows.num_rows)
    return pa.RecordBatch.from_arrays([kinds, *rows.columns], names=["kind", *rows.schema.names])


def _alone(work: Work, rows: pa.Table) -> Iterator[tuple[int, pa.RecordBatch]]:
    for batch in work(rows):
        yield 0, batch


def _worked(
    work: Work, schema: pa.Schema, moved: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    yield from work(blocks.joined(moved, schema))


def _fanned(
    work: Fan, schema: pa.Schema, count: int, moved: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """What a task does with its part: yields blocks of every kind that the work makes."""
    return _by_kind(work(blocks.joined(moved, schema)), count)


def _cut_kinds(
    make: Kinds, count: int, given: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    return _by_kind(make(given), count)


def _by_kind(made: Iterable[tuple[int, pa.RecordBatch]], count: int) -> Iterator[pa.RecordBatch]:
    kinds: dict[int, blocks.Cutter] = {}
    for kind, batch in made:
        cutter = kinds.setdefault(kind, blocks.Cutter(count))
        yield from (_of_kind(kind, rows) for rows in cutter.add(batch))
    for kind, cutter in kinds.items():
        yield from (_of_kind(kind, rows) for rows in cutter.close())


def _of_kinds(made: DataFrame, count: int, schemas: Sequence[pa.Schema]) -> list[Blocks]:
    if len(schemas) > 1:
        made = made.persist(StorageLevel.DISK_ONLY)
    return [
        Blocks(made.where(F.col("kind") == kind).drop("kind"), count, schema)
        for kind, schema in enumerate(schemas)
    ]


def _written(
    make: Describe, folder: Path, partition: str | None, given: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """What a writing task does; yields a row a file."""
    files = Files(folder, partition)
    try:
        for batch in make(given):
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
