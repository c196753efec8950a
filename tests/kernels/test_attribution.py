"""Look-ups by trace against a brute force."""

import numpy as np
import pyarrow as pa
import pytest
from stillwatch.kernels.attribution import LAYERS, Carried, Index, Members, carried
from stillwatch.kernels.traces import Found, listed, single


def found(column: pa.Array) -> Found:
    return listed(column) if pa.types.is_list(column.type) else single(column)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_hits_are_those_of_a_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    own = [
        (LAYERS[rng.integers(len(LAYERS))], int(rng.integers(40)), int(rng.integers(5)))
        for _ in range(40)
    ]
    own = [(*each, each[1] // 8, each[1] // 4 % 2) for each in sorted(set(own))]
    index = Index.build(*(list(part) for part in zip(*own, strict=True)))
    spans = [sorted(set(rng.integers(0, 60, rng.integers(6)).tolist())) for _ in range(50)]
    system = [int(v) if v < 50 else None for v in rng.integers(0, 60, 50)]
    clauses = [sorted(set(rng.integers(0, 60, rng.integers(9)).tolist())) for _ in range(50)]
    tools = [int(v) if v < 50 else None for v in rng.integers(0, 60, 50)]
    bands = [sorted(set(rng.integers(0, 60, 2).tolist())) for _ in range(50)]
    signatures = [sorted(set(rng.integers(0, 60, rng.integers(3)).tolist())) for _ in range(50)]
    # A slice has offsets of its own.
    arrays = [pa.array([*column[:3], *column], kind).slice(3) for column, kind in (
        (spans, pa.list_(pa.int64())), (system, pa.int64()), (clauses, pa.list_(pa.int64())),
        (tools, pa.int64()),
        (bands, pa.list_(pa.int64())), (signatures, pa.list_(pa.int64())))]  # fmt: skip
    hits = carried([found(each) for each in arrays], index)
    expected = {}
    for row in range(50):
        for layer, trace, group, *_ in own:
            values = (
                *(spans[row], [system[row]], clauses[row]),
                *([tools[row]], bands[row], signatures[row]),
            )[LAYERS.index(layer)]
            if trace in values:
                expected.setdefault((row, group), []).append((LAYERS.index(layer), trace))
    assert list(zip(hits.rows, hits.groups, strict=True)) == sorted(expected)
    for row, group, layer, trace, matches in zip(
        hits.rows, hits.groups, hits.layers, hits.traces, hits.matches, strict=True
    ):
        assert (layer, trace) == min(expected[row, group])
        # Clauses of a system prompt that as many accounts send as often count once.
        units = {
            (of, trace // 4 if LAYERS[of] == "system_span" else trace)
            for of, trace in expected[row, group]
        }
        assert matches == len(units)


def test_no_groups_is_no_hits() -> None:
    empty = Index.build([], [], [], [], [])
    one, none = pa.array([[1, 2]], pa.list_(pa.int64())), pa.array([None], pa.int64())
    assert len(carried([found(each) for each in (one, none, one, none, one, one)], empty).rows) == 0


def test_members_of_a_group_and_strangers() -> None:
    members = Members.build(["b", "a", "a"], [0, 0, 2])
    asked = pa.array(["a", "a", "a", "b", "b", "x", None, "b"], pa.string())
    held = members.hold(asked, np.array([0, 1, 2, 0, 2, 0, 0, 9]))
    assert held.tolist() == [True, False, True, True, False, False, False, False]


def test_nobody_is_a_member_of_nothing() -> None:
    assert Members.build([], []).hold(pa.array(["a"]), np.array([0])).tolist() == [False]


@pytest.mark.parametrize("seed", range(5))
def test_the_group_of_which_an_exchange_carries_most_has_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    keys = np.unique(rng.integers(0, 40, 60))  # row * 5 + group, in their order
    rows, groups = keys // 5, keys % 5
    matches = rng.integers(1, 4, len(keys))
    none = np.zeros(len(keys), np.int64)
    best = Carried(rows, groups, none, none, matches).best()
    wanted = {}
    for row, group, count in zip(rows, groups, matches, strict=True):
        if row not in wanted or count > wanted[row][1]:
            wanted[row] = (group, count)
    assert dict(zip(best.rows, zip(best.groups, best.matches, strict=True), strict=True)) == wanted
    assert best.rows.tolist() == sorted(wanted)


def test_a_variant_is_looked_up_as_the_clauses_are() -> None:
    index = Index.build(
        ["prompt_span", "variant", "system_prompt"], [7, 5, 5], [0, 1, 2], [9, 9, 9], [9, 9, 9]
    )
    assert index.traces[0].tolist() == [5, 7]
    assert index.groups[0].tolist() == [1, 0]
    assert index.traces[1].tolist() == [5]
