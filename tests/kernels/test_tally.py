"""Groups of equal rows and their sums against plain dictionaries."""

from collections import defaultdict

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stillwatch.kernels import blocks
from stillwatch.kernels.tally import groups, parted, placed

WIDEST = [-(2**63), 2**63 - 1, 0, -1]
NUMBERS = st.one_of(st.integers(-3, 3), st.sampled_from(WIDEST))
ROWS = st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS), max_size=60)


@given(ROWS)
def test_groups_are_those_of_a_dictionary(rows: list[tuple[int, int, int, int]]) -> None:
    a, b, c, value = np.array(rows, np.int64).reshape(-1, 4).T.copy()
    same = groups(a, b, c)
    expected: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for row, (x, y, z, _) in enumerate(rows):
        expected[x, y, z].append(row)
    assert [list(np.flatnonzero(same.of == n)) for n in range(len(same))] == list(expected.values())
    assert same.first.tolist() == [each[0] for each in expected.values()]
    assert same.sizes().tolist() == [len(each) for each in expected.values()]
    values = [[int(value[row]) for row in each] for each in expected.values()]
    assert same.least(value).tolist() == [min(each) for each in values]
    assert same.most(value).tolist() == [max(each) for each in values]
    small = value // 2**40
    assert same.sums(small).tolist() == [sum(v // 2**40 for v in each) for each in values]


@given(st.lists(st.integers(0, 5), max_size=40))
def test_rows_are_placed_group_by_group_in_their_order(of: list[int]) -> None:
    order, starts = placed(np.array(of, np.int64), 6)
    assert order.tolist() == sorted(range(len(of)), key=lambda row: (of[row], row))
    assert starts.tolist() == [sum(each < n for each in of) for n in range(7)]


def test_parts_are_stable_and_even() -> None:
    keys = np.arange(60_000)
    part = parted(keys, 7)
    assert part[:5].tolist() == [0, 0, 5, 2, 5]
    assert np.bincount(part).min() > 8_000


@pytest.mark.parametrize("limit", [1, 10_000, 10**9])
def test_blocks_bring_every_row_to_the_part_of_its_key(
    limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "CUT_BYTES", limit)
    rng = np.random.default_rng(1)
    key = rng.integers(-(2**62), 2**62, 500)
    lists = [[int(v) for v in rng.integers(0, 9, n % 4)] for n in range(500)]
    names = [None if n % 17 == 0 else f"a{n}" for n in range(500)]
    whole = pa.table({"key": key, "again": key, "lists": pa.array(lists, pa.list_(pa.int64())),
                      "name": pa.array(names, pa.string())})  # fmt: skip
    cut = list(blocks.cut(whole.to_batches(max_chunksize=90), 5))
    assert (len(cut) > 1) == (limit < 10**9)
    schema = whole.drop_columns(["key"]).schema
    seen = []
    for part in range(5):
        mine = [batch.filter(pa.compute.equal(batch["part"], part)) for batch in cut]
        rows = blocks.joined(mine, schema)
        assert set(parted(rows["again"].to_numpy(), 5)) == {part}
        seen += rows.to_pylist()
    wanted = whole.drop_columns(["key"]).to_pylist()
    assert sorted(seen, key=lambda row: row["again"]) == sorted(
        wanted, key=lambda row: row["again"]
    )


def test_no_rows_are_no_blocks() -> None:
    schema = pa.schema([("a", pa.int64())])
    assert list(blocks.cut([], 3)) == []
    assert blocks.joined([], schema).num_rows == 0
    empty = pa.record_batch({"key": pa.array([], pa.int64()), "a": pa.array([], pa.int64())})
    assert list(blocks.cut([empty], 3)) == []
