"""pairs.py against plain sets and against all pairs that share a band."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stillwatch.kernels import pairs
from stillwatch.kernels.minhash import NO_BAND
from stillwatch.kernels.pairs import Sets


def met(entries: list[tuple[int, int]], owners: list[int], **options: int) -> pairs.Met:
    bands, rows = np.array(entries, np.int64).reshape(-1, 2).T.copy()
    return pairs.meeting(bands, rows, np.array(owners, np.int64), **options)


def listed(found: pairs.Met) -> list[tuple[int, int]]:
    return list(zip(found.a.tolist(), found.b.tolist(), strict=True))


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 9)), max_size=60))
def test_rows_of_two_owners_that_share_a_band_meet_once(entries: list[tuple[int, int]]) -> None:
    owners = [row % 3 for row in range(10)]
    expected = {
        (min(x, y), max(x, y))
        for (one, x), (two, y) in itertools.combinations(entries, 2)
        if one == two != NO_BAND and owners[x] != owners[y]
    }
    found = listed(met(entries, owners))
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_a_bucket_of_two_hundred_thousand_rows_costs_its_rows_and_says_what_it_left_out() -> None:
    count, reach = 200_000, 8
    rows = np.arange(count, dtype=np.int64)
    found = pairs.meeting(np.full(count, 7, np.int64), rows, rows, reach)
    assert len(found.a) == count * reach - reach * (reach + 1) // 2
    assert len(found.a) + found.unmet == count * (count - 1) // 2


sets = st.lists(st.frozensets(st.integers(-8, 8), max_size=9), min_size=1, max_size=6)


def packed(those: list[frozenset[int]]) -> Sets:
    starts = np.cumsum([0, *map(len, those)], dtype=np.int64)
    return Sets(starts, np.array([v for each in those for v in sorted(each)], np.int64))


@given(sets, sets)
def test_similarity_is_that_of_the_sets(one: list, other: list) -> None:
    i, j = (np.array(x, np.int64) for x in zip(*np.ndindex(len(one), len(other)), strict=True))
    found = pairs.jaccard(packed(one), i, packed(other), j)
    expected = [
        len(one[x] & other[y]) / max(len(one[x] | other[y]), 1) for x, y in zip(i, j, strict=True)
    ]
    assert found == pytest.approx(expected)


def test_pairs_are_kept_in_the_order_in_which_they_first_came() -> None:
    a, b = pairs.distinct(np.array([5, 1, 5, 5]), np.array([6, 2, 6, 7]))
    assert (a.tolist(), b.tolist()) == ([5, 1, 5], [6, 2, 7])


def test_nothing_meets_nothing() -> None:
    assert listed(met([], [])) == []
    assert len(pairs.distinct(np.array([], np.int64), np.array([], np.int64))[0]) == 0
