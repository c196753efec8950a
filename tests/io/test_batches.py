"""Rows go through tasks into one commit and back, whole or not at all."""

import os
import sys
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from factories import WEEK
from hypothesis import given
from hypothesis import strategies as st
from pyspark import cloudpickle
from pyspark.errors import PythonException
from stillwatch.io import parquet as module
from stillwatch.io.batches import Batches, Stored
from stillwatch.io.lake import Lake
from stillwatch.io.parquet import DataFile, Files, parts
from stillwatch.io.session import WORKERS
from stillwatch.io.staging import Staging
from stillwatch.kernels import blocks
from stillwatch.tables import table

NAME = "gold.campaign_exchanges"
DECLARED = table(NAME)
SCHEMA = DECLARED.schema_json()
NAMES = list(DECLARED.column_names)
COLUMNS = ("exchange_id", "week")
cloudpickle.register_pickle_by_value(sys.modules[__name__])  # tasks cannot import tests


def rows(first: int, count: int, week: date = WEEK) -> pa.RecordBatch:
    """Rows of a table with a partition, numbered."""
    ids = pa.array([f"e{n:04}" for n in range(first, first + count)])
    weeks = pa.array([week] * count, pa.date32())
    columns = {"week": weeks, "event_date": weeks} | dict.fromkeys(set(NAMES) - {"week"}, ids)
    columns |= {"event_date": weeks, "shows": pa.array([["b"]] * count, pa.list_(pa.string()))}
    return pa.RecordBatch.from_arrays([columns[name] for name in NAMES], names=NAMES)


def made(part: int) -> Iterator[pa.RecordBatch]:
    yield rows(100 * part, 60)
    yield rows(100 * part + 60, 40)


def broken(part: int) -> Iterator[pa.RecordBatch]:
    yield rows(100 * part, 60)
    if part == 1:
        raise ValueError("a line of this file is its last")


def marked(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        ids = batch.column("exchange_id").to_pylist()
        yield batch.filter(pa.array([text.endswith("7") for text in ids])).select(COLUMNS)


@given(st.lists(st.integers(0, 10**10), max_size=40), st.integers(1, 8))
def test_parts_hold_every_file_once(sizes: list[int], least: int) -> None:
    files = [DataFile(f"{n:02}", size, None) for n, size in enumerate(sizes)]
    spread = parts(files, least)
    assert sorted(file.path for part in spread for file in part) == [file.path for file in files]
    assert all(spread)


def test_a_day_has_its_own_file_and_a_file_row_groups_of_bounded_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ROW_GROUP_BYTES", 1)
    files = Files(tmp_path, "event_date")
    tuesday = WEEK + timedelta(days=1)
    both = pa.Table.from_batches([rows(0, 3), rows(3, 2, tuesday)]).combine_chunks().to_batches()
    for batch in (*both, rows(5, 4)):
        files.add(batch)
    written = {row["partition"]: row for row in files.close()}
    assert {day: row["rows"] for day, row in written.items()} == {f"{WEEK}": 7, f"{tuesday}": 2}
    path = tmp_path / written[f"{WEEK}"]["path"]
    assert path.stat().st_size == written[f"{WEEK}"]["bytes"]
    with pa.parquet.ParquetFile(path) as opened:
        assert opened.num_row_groups == 2
        assert "event_date" not in opened.schema_arrow.names
        assert opened.read().column("exchange_id").to_pylist()[3:] == [
            f"e{n:04}" for n in range(5, 9)
        ]


def test_row_groups_that_hold_nothing_above_are_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ROW_GROUP_ROWS", 2)
    files = Files(tmp_path, None)
    files.add(pa.record_batch({"trace": [1, 2, 3, 4, 5], "holders": [9, 1, 1, 1, 2]}))
    (written,) = files.close()
    file = DataFile(str(tmp_path / written["path"]), written["bytes"], None)

    def traces(above: tuple[str, int] | None) -> list[int]:
        batches = module.read(file, ("trace",), None, above)
        return [value for batch in batches for value in batch.column("trace").to_pylist()]

    assert traces(None) == [1, 2, 3, 4, 5]
    assert traces(("holders", 1)) == [1, 2, 5]
    assert traces(("holders", 8)) == [1, 2]
    # A file that does not tell is read.
    bare = tmp_path / "bare.parquet"
    pa.parquet.write_table(pa.table({"trace": [1], "holders": [1]}), bare, write_statistics=False)
    assert list(module.read(DataFile(str(bare), 1, None), ("trace",), None, ("holders", 1)))


def test_columns_come_in_the_order_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "file.parquet"
    pa.parquet.write_table(pa.table({"trace": [1], "layer": ["a"], "holders": [2]}), file)
    for columns in (("holders", "trace"), ("event_date", "layer", "trace")):
        (batch,) = module.read(DataFile(str(file), 1, WEEK), columns, "event_date")
        assert tuple(batch.schema.names) == columns


@pytest.mark.spark
def test_what_tasks_wrote_is_read_by_tasks_and_by_spark(spark: Any, tmp_path: Path) -> None:
    staging = Staging(Lake.open_or_create(tmp_path / "lake", "k1"), WEEK)
    version = staging.write_batches(NAME, Batches.numbered(spark, 3, made, SCHEMA))
    path = staging.path(NAME)
    wanted = [f"e{n:04}" for n in range(300)]
    frame = spark.read.format("delta").load(str(path))
    assert sorted(row.exchange_id for row in frame.collect()) == wanted
    assert pl.read_delta(str(path))["exchange_id"].sort().to_list() == wanted
    stored = Stored.open(frame, path, version, DECLARED)
    assert sum(file.bytes for file in stored.files) == sum(
        add["size"] for add in staging.adds(NAME, version)
    )
    fields = {field["name"]: field for field in SCHEMA["fields"]}
    schema = {"type": "struct", "fields": [fields[name] for name in COLUMNS]}
    found = stored.map_batches(marked, COLUMNS, schema).frame().collect()
    assert sorted(row.exchange_id for row in found) == wanted[7::10]
    assert {row.week for row in found} == {WEEK}
    assert stored.within([WEEK]) == stored
    assert stored.within([WEEK + timedelta(days=7)]).files == ()


@pytest.mark.spark
def test_a_task_that_fails_leaves_the_table_as_it_was(spark: Any, tmp_path: Path) -> None:
    staging = Staging(Lake.open_or_create(tmp_path / "lake", "k1"), WEEK)
    version = staging.write_batches(NAME, Batches.numbered(spark, 2, made, SCHEMA))
    with pytest.raises(PythonException, match="is its last"):
        staging.write_batches(NAME, Batches.numbered(spark, 2, broken, SCHEMA))
    read = pl.read_delta(str(staging.path(NAME)))
    assert read["exchange_id"].sort().to_list() == [f"e{n:04}" for n in range(200)]
    assert staging.adds(NAME, version)


NUMBERS = pa.schema([("n", pa.int64())])


def keyed(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        numbers = pa.compute.cast(batch.column("n"), pa.int64())
        yield pa.RecordBatch.from_arrays(
            [pa.compute.bit_wise_and(numbers, 7), numbers], ["key", "n"]
        )


def counted(rows: pa.Table) -> Iterator[pa.RecordBatch]:
    """A row a class of numbers that agree modulo 8: how many they are."""
    classes = pa.compute.bit_wise_and(rows.column("n"), 7).value_counts()
    for entry in classes.to_pylist():
        columns = [[entry["values"]], [entry["counts"]]]
        yield pa.RecordBatch.from_arrays([pa.array(each, pa.int64()) for each in columns],
                                         ["key", "n"])  # fmt: skip


def both(rows: pa.Table) -> Iterator[tuple[int, pa.RecordBatch]]:
    for batch in counted(rows):
        yield 0, batch
        yield 1, batch


def same(rows: pa.Table) -> Iterator[pa.RecordBatch]:
    yield from rows.to_batches()


def numbers_of(made: Batches) -> list[int]:
    return sorted(row.n for row in made.frame().collect())


@pytest.mark.spark
def test_rows_of_a_key_meet_whatever_task_had_them(spark: Any, tmp_path: Path) -> None:
    path = str(tmp_path / "numbers.parquet")
    pa.parquet.write_table(pa.table({"n": list(range(100))}), path)
    files = tuple(DataFile(path, size, None) for size in (10, 20, 30))  # one file, three times
    json = blocks.spark_json(NUMBERS)
    for stored in (Stored(spark.range(100).withColumnRenamed("id", "n").repartition(3)),
                   Stored(spark.range(100), files)):  # fmt: skip
        times = 1 if stored.files is None else 3
        cut = stored.cut(keyed, ("n",), NUMBERS)
        assert numbers_of(cut.batches(same, json)) == sorted(list(range(100)) * times)
        counts = [12 * times] * 4 + [13 * times] * 4
        assert numbers_of(cut.then(counted, NUMBERS).batches(same, json)) == counts
        first, second = cut.fan(both, (NUMBERS, NUMBERS))
        assert (
            numbers_of(first.each(same, json)) == numbers_of(second.batches(same, json)) == counts
        )
        (alone,) = stored.fan(partial(tagged, keyed), ("n",), (NUMBERS,))
        assert numbers_of(alone.batches(same, json)) == sorted(list(range(100)) * times)


def tagged(
    describe: Any, batches: Iterable[pa.RecordBatch]
) -> Iterator[tuple[int, pa.RecordBatch]]:
    for batch in describe(batches):
        yield 0, batch


@pytest.mark.spark
def test_rows_of_a_frame_are_written_beside_those_of_tasks(spark: Any, tmp_path: Path) -> None:
    staging = Staging(Lake.open_or_create(tmp_path / "lake", "k1"), WEEK)
    more = spark.createDataFrame(pa.Table.from_batches([rows(900, 5)]))
    version = staging.write_batches(NAME, Batches.numbered(spark, 1, made, SCHEMA).and_(more))
    assert len(staging.adds(NAME, version)) >= 2  # a file a task
    found = pl.read_delta(str(staging.path(NAME)))["exchange_id"].sort().to_list()
    assert found == [f"e{n:04}" for n in (*range(100), *range(900, 905))]


@pytest.mark.spark
def test_workers_keep_the_memory_of_a_batch_for_the_next(spark: Any) -> None:
    def told(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for _ in batches:
            yield pa.record_batch([[os.environ[name] for name in kept]], ["value"])

    kept = [name.removeprefix("spark.executorEnv.") for name in WORKERS]
    found = spark.range(0, 1, 1, 1).mapInArrow(told, "value string").collect()
    assert [row.value for row in found] == list(WORKERS.values())
