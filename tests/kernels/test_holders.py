"""Traces with their holders, units and pairs against brute force."""

from collections import Counter, defaultdict
from itertools import combinations
from typing import Any

import networkx as nx
import numpy as np
import pyarrow as pa
import pytest
from stillwatch.kernels import holders, pairing
from stillwatch.kernels.blocks import KEY
from stillwatch.kernels.holders import HELD, UNITS, Activity
from stillwatch.kernels.null_model import binomial_tail
from stillwatch.kernels.pairing import BINS, DEGREES, PAIRS, SQUARES, Chance, Units

LAYERS = ("content", "network")


def active(count: int, each: int = 10) -> Activity:
    names = pa.array([f"a{n:03}" for n in range(count)])
    return Activity.of(names, np.full(count, each))


def held(activity: Activity, rows: list[tuple[int, int, int, int]]) -> pa.Table:
    """Rows of HELD from (layer, trace, number of the account in the order of codes, exchanges)."""
    layer, trace, account, sent = np.array(rows, np.int64).reshape(-1, 4).T
    columns = (layer, trace, activity.codes[account], sent)
    return pa.table([pa.array(each) for each in columns], schema=HELD)


def test_what_traces_say_becomes_rows_and_victims_do_not() -> None:
    batch = pa.record_batch(
        {
            "layer": ["network", "content", "content", "other"],
            "trace": [1, 2, 2, 3],
            "role": ["shared", "redeemed", "issued", "shared"],
            "account_id": ["a000", "a001", "a002", "a000"],
            "exchanges": [4, 5, 6, 7],
            "holders": [2, 2, 2, 2],
        }
    )
    (rows,) = holders.held([batch], LAYERS, ("content", "network"))
    assert rows.column("layer").to_pylist() == [1, 0]
    assert rows.column("exchanges").to_pylist() == [4, 5]
    assert rows.schema.names == [KEY, *HELD.names]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_holders_are_those_of_a_dictionary(seed: int) -> None:
    rng = np.random.default_rng(seed)
    activity = active(30)
    rows = [
        (
            int(rng.integers(2)),
            int(rng.integers(25)),
            int(rng.integers(30)),
            int(rng.integers(1, 4)),
        )
        for _ in range(150)
    ]
    table = held(activity, rows)
    of = holders.holdings(table)
    made = holders.met(of, activity).to_pylist()
    expected: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
    for layer, trace, account, sent in rows:
        expected[layer, trace][int(activity.codes[account])] += sent
    several = {key: found for key, found in expected.items() if len(found) > 1}
    assert {(row["layer"], row["trace"]) for row in made} == set(several)
    for row in made:
        found = several[row["layer"], row["trace"]]
        assert dict(zip(row["accounts"], row["sent"], strict=True)) == found
        assert row["accounts"] == sorted(found)
        assert (row["d"], row["exchanges"]) == (len(found), found.total())
        assert row["traffic"] == 10 * len(found)
        shares = [min(1.0, sent / 10) for sent in found.values()]
        assert row["focus"] / holders.BILLION == pytest.approx(np.mean(shares), abs=1e-9)


def test_what_one_account_alone_holds_goes_no_further() -> None:
    batch = pa.record_batch(
        {
            "layer": ["content"] * 3,
            "trace": [1, 2, 2],
            "role": ["shared"] * 3,
            "account_id": ["a000", "a000", "a001"],
            "exchanges": [1, 1, 1],
            "holders": [1, 2, 2],
        }
    )
    (rows,) = holders.held([batch], LAYERS, LAYERS)
    assert rows.column("trace").to_pylist() == [2, 2]


def test_degrees_are_units_by_popularity_whatever_the_parts() -> None:
    rng = np.random.default_rng(3)
    activity = active(12)
    sets = [sorted(rng.choice(12, rng.integers(2, 9), replace=False)) for _ in range(60)]
    wanted = Counter(
        (int(activity.codes[account]), int(np.log2(len(each))))
        for each in {tuple(each) for each in sets}
        for account in each
    )
    rows = [(0, n, int(account), 1) for n, each in enumerate(sets) for account in each]
    made = holders.units(holders.met(holders.holdings(held(activity, rows)), activity))
    parts = [made.slice(0, 20), made.slice(20)]
    tables = [
        pairing.degrees(pairing.unpacked(part, np.zeros(part.num_rows, bool), activity))
        for part in parts
    ]
    (told,) = pairing.summed(pa.Table.from_batches(tables).drop_columns([KEY]))
    assert {(r["account"], r["cell"]): r["degree"] for r in told.to_pylist()} == wanted


def test_a_unit_is_told_by_the_trace_that_its_holders_give_most_to() -> None:
    activity = active(4, each=20)
    rows = [(0, 1, account, 1) for account in (0, 1)] + [(0, 2, account, 20) for account in (0, 1)]
    for swap in ({1: 1, 2: 2}, {1: 2, 2: 1}):
        named = [(layer, swap[trace], *rest) for layer, trace, *rest in rows]
        met = holders.met(holders.holdings(held(activity, named)), activity)
        (unit,) = holders.units(met).to_pylist()
        assert (unit["sent"], unit["focus"]) == ([20, 20], holders.BILLION)
        assert (unit["spans"], unit["trace"]) == (2, swap[2])


def test_traces_of_the_same_holders_are_one_unit_however_they_come() -> None:
    activity = active(5)
    rows = [(0, trace, account, 1) for trace in (3, 1, 2) for account in (0, 1)]
    rows += [(0, 9, account, 2) for account in (0, 2)] + [(0, 11, 0, 1)]
    met = holders.met(holders.holdings(held(activity, rows)), activity)
    whole = holders.units(met).sort_by("trace").to_pylist()
    assert [(row["trace"], row["d"], row["spans"]) for row in whole] == [(1, 2, 3), (9, 2, 1)]
    parts = [holders.units(met.slice(begin, 2)) for begin in (0, 2)]
    assert holders.units(pa.concat_tables(parts)).sort_by("trace").to_pylist() == whole
    assert holders.keyed(holders.units(met)).num_rows == 2


def test_other_holders_are_another_unit() -> None:
    activity = active(40)
    rng = np.random.default_rng(5)
    chosen = {tuple(sorted(rng.choice(40, 4, replace=False).tolist())) for _ in range(300)}
    rows = [(0, n, account, 1) for n, each in enumerate(chosen) for account in each]
    met = holders.met(holders.holdings(held(activity, rows)), activity)
    assert holders.units(met).num_rows == len(chosen)


def unit(activity: Activity, sets: list[list[int]], star: bool = True) -> Units:
    rows = [(0, n, account, 5) for n, each in enumerate(sets) for account in each]
    made = holders.units(holders.met(holders.holdings(held(activity, rows)), activity))
    return pairing.unpacked(made, np.full(made.num_rows, star), activity)


def paired(units: Units, neighbours: int) -> list[dict[str, Any]]:
    made = pairing.pairs(units, neighbours, 7)
    return [row for batch in made for row in batch.to_pylist()]


@pytest.mark.parametrize("slice_of", [1, 3, 10**6])
def test_a_small_unit_gives_every_pair_once(slice_of: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(pairing, "SLICE", slice_of)
    activity = active(20)
    sets = [[0, 1, 2, 3], [2, 3, 4], [7, 9]]
    rows = paired(unit(activity, sets), neighbours=24)
    codes = [[int(activity.codes[n]) for n in each] for each in sets]
    wanted = Counter(tuple(sorted(pair)) for each in codes for pair in combinations(each, 2))
    assert Counter((row["a"], row["b"]) for row in rows) == wanted
    assert {row["cell"] for row in rows} == {2, 1}
    share = 0.5
    for row in rows:
        rarity = 1 - np.log(row["d"] / 2) / np.log(10 + 1e-9)
        assert row["star"] == pytest.approx(share * rarity)


def test_a_large_unit_gives_a_connected_graph_in_proportion_to_its_holders() -> None:
    activity = active(400)
    rows = paired(unit(activity, [list(range(400))]), neighbours=6)
    pairs = {(row["a"], row["b"]) for row in rows}
    assert len(pairs) == len(rows) <= 6 * 400
    graph = nx.Graph(pairs)
    assert len(graph) == 400
    assert nx.is_connected(graph)
    assert {degree for _, degree in graph.degree} == {2 * len(rows) // 400}


def test_a_pair_is_priced_by_cells_and_told_by_layers() -> None:
    activity = active(4)
    a, b = sorted(int(code) for code in activity.codes[:2])
    cells = [1, 2, BINS + 1]
    rows = [(a, b, 1, 2, 3, 0.0), (a, b, 1, 3, 1, 0.25), (a, b, 2, 5, 1, 0.0),
            (a, b, BINS + 1, 2, 1, 0.0)]  # fmt: skip
    columns = zip(*rows, strict=True)
    table = pa.table(
        [pa.array(each, field.type) for each, field in zip(columns, PAIRS, strict=True)],
        schema=PAIRS,
    )
    degrees = [(a, 1, 4), (b, 1, 5), (b, 2, 3), (a, 2, 2), (a, BINS + 1, 2), (b, BINS + 1, 1)]
    others = [(int(activity.codes[2]), cell, 10) for cell in cells]
    chance = Chance.of(
        activity,
        pa.table([pa.array(each) for each in zip(*degrees, *others, strict=True)], DEGREES.names),
        pa.table([pa.array(cells), pa.array([6.0, 20.0, 2.0])], SQUARES.names),
        layers=2,
    )
    (made,) = pairing.price(table, chance).to_pylist()
    expected = [4 * 5 / 19**2 * 6, 2 * 3 / 15**2 * 20, 2 * 1 / 13**2 * 2]
    tails = binomial_tail(np.array([2, 1, 1]), np.array([4, 2, 1]), np.array(expected))
    # Two layers of two popularities each, from two holders to four.
    assert made["p_value"] == pytest.approx(min(1.0, tails.min() * 4))
    assert made["star"] == 0.25
    assert made["layer"] == [0, 1]
    assert made["shared"] == [3, 1]
    assert made["spans"] == [5, 1]
    assert made["rarest"] == [2, 2]
    assert made["expected"] == pytest.approx([expected[0] + expected[1], expected[2]])


def test_nobody_holds_anything() -> None:
    activity = active(0)
    empty = pa.table([pa.array([], pa.int64())] * 4, schema=HELD)
    met = holders.met(holders.holdings(empty), activity)
    assert met.schema == UNITS
    assert holders.units(met).num_rows == 0
    units = pairing.unpacked(holders.units(met), np.zeros(0, bool), activity)
    assert list(pairing.pairs(units, 24, 1)) == []


def test_what_caps_leave_out_is_counted_by_reason_and_as_it_is() -> None:
    activity = active(90)
    sets = [list(range(4)), list(range(49)), list(range(5, 40)), list(range(60)), list(range(90))]
    rows = [(0, n, account, 5) for n, each in enumerate(sets) for account in each]
    units = holders.units(holders.met(holders.holdings(held(activity, rows)), activity))
    units = units.sort_by("trace")
    is_paired = np.array([True, True, False, True, True])
    told = pairing.capped(units, is_paired, neighbours=24).to_pylist()
    assert [(r["reason"], r["traces"], r["holders"], r["possible"], r["made"]) for r in told] == [
        (0, 2, 49, 6 + 1176, 6 + 1176), (2, 1, 35, 595, 0), (1, 2, 90, 1770 + 4005, 24 * 150)
    ]  # fmt: skip
    made = pairing.unpacked(units.filter(pa.array(is_paired)), np.ones(4, bool), activity)
    pairs = pa.Table.from_batches(pairing.pairs(made, 24, 3))
    assert pairs.num_rows == sum(row["made"] for row in told)
    assert pairs.group_by(["a", "b", "d"]).aggregate([]).num_rows == pairs.num_rows


def test_what_caps_leave_out_does_not_depend_on_parts() -> None:
    activity = active(120)
    sets = [list(range(size)) for size in (30, 49, 50, 60, 100, 120)]
    rows = [(0, n, account, 5) for n, each in enumerate(sets) for account in each]
    units = holders.units(holders.met(holders.holdings(held(activity, rows)), activity))
    whole = pairing.capped(units, np.ones(len(sets), bool), neighbours=24)
    parts = [
        pairing.capped(units.slice(n, 1), np.ones(1, bool), neighbours=24) for n in range(len(sets))
    ]
    sums = pa.Table.from_batches(parts).group_by("reason").aggregate([("made", "sum")])
    assert dict(zip(whole["reason"].to_pylist(), whole["made"].to_pylist(), strict=True)) == dict(
        zip(sums["reason"].to_pylist(), sums["made_sum"].to_pylist(), strict=True)
    )


def test_a_bucket_of_a_million_accounts_costs_its_rows_and_bounded_memory() -> None:
    count = 1_000_000
    codes = np.arange(count) * 7_919
    bucket = Units(
        np.array([5]),
        np.array([19]),
        np.array([count]),
        np.array([1]),
        np.array([0.5]),
        np.array([0, count]),
        codes,
        np.full(count, 0.25),
    )
    made = 0
    for batch in pairing.pairs(bucket, 24, 1):
        assert batch.num_rows <= pairing.SLICE
        made += batch.num_rows
    assert made == 24 * count
