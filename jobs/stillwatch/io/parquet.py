"""How does a task read and write Parquet files of a table, as record batches of bounded size?"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROW_GROUP_BYTES = 32 * 1024 * 1024  # of Arrow, which a task holds for each day that it writes
ROW_GROUP_ROWS = 65_536  # at most, so that a reader can pass over rows that it does not want
BATCH_ROWS = 4096
PART_BYTES = 64 * 1024 * 1024  # of Parquet that one task reads


@dataclass(frozen=True)
class DataFile:
    """A Parquet file of a table: path, bytes, and the day that its folder names."""

    path: str
    bytes: int
    day: date | None


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


def read(
    file: DataFile,
    columns: tuple[str, ...],
    partition: str | None,
    above: tuple[str, int] | None = None,
) -> Iterator[pa.RecordBatch]:
    """Batches of some columns of a file, the partition's among them if it is asked for.

    Args:
        file: Of a table.
        columns: Which; `messages.role` is a field of the structs in a list. In this order,
            or the file's if it is fields.
        partition: The column that is in the folder's name.
        above: A column and a number: row groups in which no value is greater are passed over.
    """
    fields = any("." in name for name in columns)
    with pq.ParquetFile(file.path) as opened:
        # Some writers put the partition into their files too; the folder's name is what counts.
        leaves = _leaves(opened, tuple(name for name in columns if name != partition))
        for group in range(opened.num_row_groups):
            if above and not _reaches(opened, group, *above):
                continue
            for batch in opened.iter_batches(
                BATCH_ROWS, row_groups=[group], columns=leaves, use_threads=False
            ):
                if partition in columns:
                    days = pa.repeat(pa.scalar(file.day, pa.date32()), batch.num_rows)
                    batch = batch.append_column(partition, days)
                yield batch if fields else batch.select(columns)


def _reaches(opened: pq.ParquetFile, group: int, column: str, value: int) -> bool:
    """Whether a value of the column may be greater; it may where the file does not tell."""
    place = opened.schema.names.index(column)
    told = opened.metadata.row_group(group).column(place).statistics
    return told is None or not told.has_min_max or told.max > value


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
            schema = self._held[0].schema
            # Level 1 takes no longer than Snappy and makes a third fewer bytes. The least and
            # greatest of a text would be a text.
            self._writer = pq.ParquetWriter(
                self._path,
                schema,
                compression="zstd",
                compression_level=1,
                write_statistics=[f.name for f in schema if pa.types.is_integer(f.type)],
            )
        self._writer.write_table(pa.Table.from_batches(self._held), ROW_GROUP_ROWS)
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
