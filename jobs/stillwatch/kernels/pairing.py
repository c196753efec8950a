"""Which accounts does a unit of traces pair, and how surprising is what a pair shares?

A small unit gives all pairs of its holders; a large one a random graph of so many neighbours an
account, linear in its holders. The graph is circulant: holders stand in a random order, and each is
paired with those at a few random distances. Unlike a ring of near neighbours, in which community
detection would find arcs, it has no structure of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from stillwatch.kernels.blocks import KEY
from stillwatch.kernels.compiled import compiled
from stillwatch.kernels.holders import Activity, lists_of
from stillwatch.kernels.null_model import binomial_tail
from stillwatch.kernels.tally import groups, mixed
from stillwatch.kernels.traces import numbers

SLICE = 500_000  # pairs made at a time
BINS = 64  # of popularity, by powers of two
PAIRS = pa.schema(
    [*((name, pa.int64()) for name in ("a", "b", "cell", "d", "spans")), ("star", pa.float64())]
)
SQUARES = pa.schema([("cell", pa.int64()), ("squares", pa.float64())])
DEGREES = pa.schema([(name, pa.int64()) for name in ("account", "cell", "degree")])
REASONS = ("every pair", "a sample", "no pair")
CAPPED = pa.schema(
    [(name, pa.int64()) for name in ("layer", "reason", "traces", "holders", "possible", "made")]
)
PRICED = pa.schema(
    [
        ("a", pa.int64()),
        ("b", pa.int64()),
        ("p_value", pa.float64()),
        ("star", pa.float64()),
        *((name, pa.list_(pa.int64())) for name in ("layer", "shared", "spans", "rarest")),
        ("expected", pa.list_(pa.float64())),
    ]
)


class Units(NamedTuple):
    """Units worth pairing, shape (n,) each; holders of unit i from starts[i] to starts[i + 1].

    Attributes:
        trace: The trace that the unit goes by.
        cell: layer * BINS + floor(log2(holders)).
        d: Holders.
        spans: Traces.
        rarity: 1 for a trace that two accounts hold, 0 for one that all hold; 0 for no star.
        account: Holders, shape (starts[n],).
        share: Of each holder's traffic, same shape.
    """

    trace: NDArray[np.int64]
    cell: NDArray[np.int64]
    d: NDArray[np.int64]
    spans: NDArray[np.int64]
    rarity: NDArray[np.float64]
    starts: NDArray[np.int64]
    account: NDArray[np.int64]
    share: NDArray[np.float64]


def unpacked(rows: pa.Table, is_star: NDArray[np.bool_], activity: Activity) -> Units:
    """Units of rows of holders.UNITS."""
    d, layer = numbers(rows, "d"), numbers(rows, "layer")
    account, sent = (
        rows.column(name).combine_chunks().flatten().to_numpy(zero_copy_only=False)
        for name in ("accounts", "sent")
    )
    population = len(activity.codes)
    share = np.minimum(1.0, sent / np.maximum(activity.exchanges[activity.at(account)], 1))
    rarity = 1 - np.log(d / 2) / np.log(population / 2 + 1e-9)
    return Units(
        numbers(rows, "trace"),
        layer * BINS + np.floor(np.log2(d)).astype(np.int64),
        d,
        numbers(rows, "spans"),
        np.where(is_star, rarity, 0.0),
        np.concatenate([[0], np.cumsum(d)]),
        account,
        share,
    )


def capped(rows: pa.Table, is_paired: NDArray[np.bool_], neighbours: int) -> pa.RecordBatch:
    """Rows of CAPPED, keyed by layer: what the caps on popular traces leave out, by reason.

    Args:
        rows: holders.UNITS, whole units.
        is_paired: Which of them are.
        neighbours: As of `pairs`.

    Returns:
        A row a layer and reason, a place in REASONS: how many traces have how many holders at
        most, how many pairs those have, and how many are made.
    """
    layer, d, spans = (numbers(rows, name) for name in ("layer", "d", "spans"))
    reason = np.where(is_paired, is_sampled(d, neighbours).astype(np.int64), 2)
    same = groups(layer, reason, np.zeros(len(d), np.int64))
    possible = d * (d - 1) // 2
    made = np.where(reason == 0, possible, np.where(reason == 1, d * neighbours, 0))
    at = same.first
    whole = (layer[at], reason[at], *(same.sums(spans), same.most(d)))
    columns = (layer[at], *whole, same.sums(possible), same.sums(made))
    return pa.RecordBatch.from_arrays(
        [pa.array(each) for each in columns], names=[KEY, *CAPPED.names]
    )


def is_sampled(d: NDArray[np.int64], neighbours: int) -> NDArray[np.bool_]:
    """Whether holders so many are too many for all pairs: a graph then has fewer."""
    return d > 2 * neighbours + 1


def squares(units: Units, neighbours: int) -> pa.RecordBatch:
    """Rows of SQUARES: of each cell the sum of d times the others that a holder is paired with.

    Args:
        units: What is paired.
        neighbours: As of `pairs`.
    """
    # As doubles: products of counts outgrow 64 bits in a week of fifty million exchanges.
    met = np.where(is_sampled(units.d, neighbours), 2 * neighbours, units.d - 1)
    weights = units.d.astype(np.float64) * met
    cell, of = np.unique(units.cell, return_inverse=True)
    total = np.bincount(of, weights=weights, minlength=len(cell))
    columns = [pa.array(cell), pa.array(cell), pa.array(total, pa.float64())]
    return pa.RecordBatch.from_arrays(columns, names=[KEY, *SQUARES.names])


def degrees(units: Units) -> pa.RecordBatch:
    """Rows of DEGREES, keyed by account: how many units of a cell each account holds."""
    cell = np.repeat(units.cell, units.d)
    same = groups(units.account, cell, np.zeros(len(cell), np.int64))
    account = units.account[same.first]
    columns = (account, account, cell[same.first], same.sizes())
    return pa.RecordBatch.from_arrays(
        [pa.array(each) for each in columns], names=[KEY, *DEGREES.names]
    )


def summed(rows: pa.Table) -> Iterator[pa.RecordBatch]:
    """DEGREES of whole accounts, one row an account and cell, from those of parts."""
    account, cell, degree = (numbers(rows, name) for name in DEGREES.names)
    same = groups(account, cell, np.zeros(len(cell), np.int64))
    made = (account[same.first], cell[same.first], same.sums(degree))
    yield pa.RecordBatch.from_arrays([pa.array(each) for each in made], schema=DEGREES)


def pairs(units: Units, neighbours: int, seed: int) -> Iterator[pa.RecordBatch]:
    """Rows of PAIRS, keyed by the pair, a < b.

    Args:
        units: What to pair by.
        neighbours: Each holder is paired with twice as many, all with all where there are no more.
        seed: Of the graphs.
    """
    of = np.repeat(np.arange(len(units.d)), units.d)
    order = np.lexsort((units.account, mixed(units.account, np.full(len(of), seed)), of))
    account, share = units.account[order], units.share[order]
    is_large = is_sampled(units.d, neighbours)
    jumps, jump_starts = _jumps(units, is_large, neighbours, seed)
    place = np.arange(len(of)) - units.starts[of]
    made = np.where(is_large[of], np.diff(jump_starts)[of], units.d[of] - 1 - place)
    ends = np.cumsum(made)
    begin = 0
    while begin < len(of):
        before = ends[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(ends, before + SLICE, side="right")))
        room = int(ends[end - 1] - before)
        left, right, by = np.empty((3, room), np.int64)
        _pair(
            np.array([begin, end]), units.starts, of, is_large, jumps, jump_starts, left, right, by
        )
        yield _of_pairs(units, account, share, left, right, by)
        begin = end


def _jumps(
    units: Units, is_large: NDArray[np.bool_], neighbours: int, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Distances of each large unit's graph, each once, and where each unit's begin."""
    found = [
        _distances(trace, (d - 1) // 2, neighbours, seed) if large else np.empty(0, np.int64)
        for trace, d, large in zip(units.trace, units.d, is_large, strict=True)
    ]
    starts = np.concatenate([[0], np.cumsum([len(each) for each in found])]).astype(np.int64)
    return np.concatenate([np.empty(0, np.int64), *found]), starts


def _distances(trace: np.int64, most: int, count: int, seed: int) -> NDArray[np.int64]:
    """So many different distances from 1 to `most`, which is not less.

    Distances below half of the holders reach each pair once.
    """
    if most <= 2 * count:
        order = np.argsort(_draws(trace, most, seed), kind="stable")
        return np.asarray(1 + order[:count], np.int64)
    # Four times as many draws: fewer different ones than wanted do not happen.
    drawn = 1 + _draws(trace, 4 * count, seed) % most
    _, first = np.unique(drawn, return_index=True)
    return np.asarray(drawn[np.sort(first)[:count]], np.int64)


def _draws(trace: np.int64, count: int, seed: int) -> NDArray[np.int64]:
    drawn = mixed(np.full(count, trace), np.arange(count) + seed)
    return drawn & np.int64(2**62 - 1)


def _of_pairs(
    units: Units,
    account: NDArray[np.int64],
    share: NDArray[np.float64],
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    by: NDArray[np.int64],
) -> pa.RecordBatch:
    a, b = account[left], account[right]
    low, high = np.minimum(a, b), np.maximum(a, b)
    star = np.sqrt(share[left] * share[right]) * units.rarity[by]
    made = (mixed(low, high), low, high, units.cell[by], units.d[by], units.spans[by], star)
    return pa.RecordBatch.from_arrays([pa.array(each) for each in made], names=[KEY, *PAIRS.names])


@compiled
def _pair(
    span: NDArray[np.int64],
    starts: NDArray[np.int64],
    of: NDArray[np.int64],
    is_large: NDArray[np.bool_],
    jumps: NDArray[np.int64],
    jump_starts: NDArray[np.int64],
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    by: NDArray[np.int64],
) -> None:
    """Write the pairs that the holders of a span begin."""
    count = 0
    for row in range(span[0], span[1]):
        unit = of[row]
        start, end = starts[unit], starts[unit + 1]
        if is_large[unit]:
            for at in range(jump_starts[unit], jump_starts[unit + 1]):
                other = row + jumps[at]
                left[count], by[count] = row, unit
                right[count] = other if other < end else other - end + start
                count += 1
        else:
            for other in range(row + 1, end):
                left[count], right[count], by[count] = row, other, unit
                count += 1


class Chance(NamedTuple):
    """What the null model knows.

    Attributes:
        activity: Active accounts.
        starts: Where each account's cells begin in `held` and `degrees`, shape (A + 1,).
        held: Cells of which each account holds units, account by account, ascending in each.
        degrees: How many units of each, same shape.
        cells: Cells of paired units, ascending.
        totals: Of each the sum of its degrees over accounts, same shape.
        squares: Of each the sum of d times the others that a holder is paired with, same shape.
        tests: Tests a pair: its smallest tail over all cells counts so often.
    """

    activity: Activity
    starts: NDArray[np.int64]
    held: NDArray[np.int64]
    degrees: NDArray[np.int32]
    cells: NDArray[np.int64]
    totals: NDArray[np.float64]
    squares: NDArray[np.float64]
    tests: int

    @classmethod
    def of(cls, activity: Activity, degrees: pa.Table, squares: pa.Table, layers: int) -> Chance:
        """From rows of DEGREES of whole accounts and of SQUARES.

        Args:
            activity: Active accounts.
            degrees: Of all accounts.
            squares: Of all parts.
            layers: How many layers there are.
        """
        account, cell, degree = (numbers(degrees, name) for name in DEGREES.names)
        place = activity.at(account)
        order = np.lexsort((cell, place))
        sizes = np.bincount(place, minlength=len(activity.codes))
        cells, of = np.unique(numbers(squares, "cell"), return_inverse=True)
        weights = squares.column("squares").to_numpy()
        at = np.searchsorted(cells, cell)
        return cls(
            activity,
            np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
            cell[order],
            degree[order].astype(np.int32),
            cells,
            np.bincount(at, weights=degree, minlength=len(cells)).astype(np.float64),
            np.bincount(of, weights=weights, minlength=len(cells)).astype(np.float64),
            # From two holders to everybody.
            layers * max(1, int(np.log2(max(2, len(activity.codes))))),
        )

    def expected(
        self, a: NDArray[np.int64], b: NDArray[np.int64], cell: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """What the accounts would share of a cell by chance.

        Returns:
            How many units, shape (n,), and how many they can at most: the fewer that one holds.
        """
        first, second = (self.degree(each, cell) for each in (a, b))
        at = np.searchsorted(self.cells, cell)
        mean = first.astype(np.float64) * second * self.squares[at] / self.totals[at] ** 2
        return mean, np.minimum(first, second)

    def degree(self, account: NDArray[np.int64], cell: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many units of the cell beside it each account holds."""
        out = np.zeros(len(account), np.int64)
        _degrees(self.activity.at(account), cell, self.starts, self.held, self.degrees, out)
        return out


@compiled
def _degrees(
    place: NDArray[np.int64],
    cell: NDArray[np.int64],
    starts: NDArray[np.int64],
    held: NDArray[np.int64],
    degrees: NDArray[np.int32],
    out: NDArray[np.int64],
) -> None:
    for row in range(len(place)):
        for at in range(starts[place[row]], starts[place[row] + 1]):
            if held[at] == cell[row]:
                out[row] = degrees[at]
                break


def price(rows: pa.Table, chance: Chance) -> pa.Table:
    """Rows of PRICED, one a pair, from PAIRS of whole pairs."""
    a, b, cell, d, spans = (numbers(rows, name) for name in PAIRS.names[:5])
    star = rows.column("star").to_numpy()
    same = groups(a, b, cell)
    a, b, cell = a[same.first], b[same.first], cell[same.first]
    shared, spans, rarest = same.sizes(), same.sums(spans), same.least(d)
    strongest = _most(same.of, star, len(same), 0.0)
    expected, most = chance.expected(a, b, cell)
    tail = binomial_tail(shared, most, expected)
    layer = cell // BINS
    by = groups(a, b, layer)
    at = by.first
    of_pair = groups(a[at], b[at], np.zeros(len(at), np.int64))
    whole = np.round(np.bincount(by.of, weights=expected, minlength=len(by)), 9)
    pair_of = of_pair.of[by.of]
    smallest = -_most(pair_of, -tail, len(of_pair), -1.0)
    # Layers in the order of their codes, whatever the order in which rows came.
    order = np.lexsort((layer[at], of_pair.of))
    starts = np.concatenate([[0], np.cumsum(of_pair.sizes())])
    lists = (
        lists_of(starts, values[order])
        for values in (layer[at], by.sums(shared), by.sums(spans), by.least(rarest))
    )
    first = at[of_pair.first]
    return pa.table(
        [
            pa.array(a[first]),
            pa.array(b[first]),
            pa.array(np.minimum(1.0, smallest * chance.tests)),
            pa.array(_most(pair_of, strongest, len(of_pair), 0.0)),
            *lists,
            pa.ListArray.from_arrays(pa.array(starts, pa.int32()), pa.array(whole[order])),
        ],
        schema=PRICED,
    )


def _most(
    of: NDArray[np.int64], values: NDArray[np.float64], count: int, least: float
) -> NDArray[np.float64]:
    out = np.full(count, least)
    np.maximum.at(out, of, values)
    return out
