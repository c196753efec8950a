"""Under independence randomised p is uniform, and what is published is no smaller.

Accounts of very different activity hold traces of very different popularity, each by chance alone
(Chung and Lu 2002). All pairs of accounts are looked at, also those that share nothing. Nor is
anybody linked where accounts differ in kind: some talk in common phrases, others write at length.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from numpy.typing import NDArray
from scipy import stats
from stillwatch.kernels import holders, pairing
from stillwatch.kernels.blocks import KEY
from stillwatch.kernels.holders import HELD, Activity
from stillwatch.kernels.null_model import benjamini_hochberg
from stillwatch.kernels.pairing import BINS, Chance

ACCOUNTS, TRACES = 250, 500
FIRST, SECOND = np.triu_indices(ACCOUNTS, 1)
SEEDS = range(4)


class Drawn(NamedTuple):
    chance: Chance
    pairs: pa.Table

    def expected(self, cell: int) -> NDArray[np.float64]:
        """Of every pair, by a cell."""
        codes = self.chance.activity.codes
        mean, _ = self.chance.expected(codes[FIRST], codes[SECOND], np.full(len(FIRST), cell))
        return mean

    def observed(self, cell: int) -> NDArray[np.int64]:
        """What every pair shares of a cell."""
        at = self.chance.activity.at
        chosen = self.pairs.filter(pc.equal(self.pairs["cell"], cell))
        ends = np.sort([at(chosen[name].to_numpy()) for name in ("a", "b")], axis=0)
        shared = np.zeros((ACCOUNTS, ACCOUNTS), np.int64)
        np.add.at(shared, (ends[0], ends[1]), 1)
        return shared[FIRST, SECOND]


def drawn(seed: int) -> Drawn:
    """A week in which nobody has anything in common but by chance, all pairs of all traces."""
    rng = np.random.default_rng(seed)
    activity = rng.gamma(2.0, 1.0, ACCOUNTS) + 0.3
    popularity = np.minimum(2 + rng.pareto(1.2, TRACES) * 6, ACCOUNTS / 4)
    chances = np.minimum(1.0, np.outer(activity / activity.sum(), popularity))
    account, trace = np.nonzero(rng.random(chances.shape) < chances)
    return week_of(account, trace.astype(np.int64), ACCOUNTS, seed)


def week_of(
    account: NDArray[np.int64],
    trace: NDArray[np.int64],
    accounts: int,
    seed: int,
    neighbours: int | None = None,
) -> Drawn:
    """Pairs, all where no number says otherwise, of what numbered accounts hold, and its prices."""
    neighbours = neighbours or accounts
    active = Activity.of(pa.array([f"a{n:04}" for n in range(accounts)]), np.full(accounts, 10))
    none, one = np.zeros(len(account), np.int64), np.ones(len(account), np.int64)
    columns = (none, trace, active.codes[account], one)
    held = holders.holdings(pa.table([pa.array(each) for each in columns], schema=HELD))
    rows = holders.units(holders.met(held, active))
    units = pairing.unpacked(rows, np.zeros(rows.num_rows, bool), active)
    (degrees,) = pairing.summed(_table(pairing.degrees(units)))
    squares = _table(pairing.squares(units, neighbours))
    chance = Chance.of(active, pa.Table.from_batches([degrees]), squares, layers=1)
    made = pa.Table.from_batches(pairing.pairs(units, neighbours, seed))
    return Drawn(chance, made.drop_columns([KEY]))


def _table(batch: pa.RecordBatch) -> pa.Table:
    return pa.Table.from_batches([batch.drop_columns([KEY])])


@pytest.mark.parametrize("seed", SEEDS)
def test_randomised_p_is_uniform_for_traces_that_few_hold(seed: int) -> None:
    week, rng = drawn(seed), np.random.default_rng(seed + 50)
    rare = [cell for cell in week.chance.cells.tolist() if 2 ** (cell % BINS + 1) <= ACCOUNTS / 8]
    assert len(rare) >= 3
    for cell in rare:
        mean, seen = week.expected(cell), week.observed(cell)
        p = stats.poisson.sf(seen, mean) + rng.random(len(seen)) * stats.poisson.pmf(seen, mean)
        assert stats.kstest(p, "uniform").statistic < 0.015
        # A mean that is a tenth off would show.
        assert seen.mean() == pytest.approx(mean.mean(), rel=0.05)


@pytest.mark.parametrize("seed", SEEDS)
def test_p_of_a_cell_is_no_smaller_whatever_its_popularity(seed: int) -> None:
    week = drawn(seed)
    for cell in week.chance.cells.tolist():
        p = stats.poisson.sf(week.observed(cell) - 1, week.expected(cell))
        for level in (0.1, 0.01, 0.001):
            allowed = level + 4 * np.sqrt(level * (1 - level) / len(p))
            assert np.mean(p <= level) <= allowed, (cell, level)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_published_p_is_no_smaller_over_all_pairs(seed: int) -> None:
    week = drawn(seed)
    p = pairing.price(week.pairs, week.chance)["p_value"].to_numpy()
    for level in (0.1, 0.01, 0.001):
        assert np.count_nonzero(p <= level) <= level * len(FIRST)


@pytest.mark.parametrize("own", [0, 100, 300])
@pytest.mark.parametrize("seed", SEEDS[:2])
def test_who_talks_in_common_phrases_is_not_linked_for_what_others_write(
    own: int, seed: int
) -> None:
    """Phrases are drawn from one pool by everybody alike; spans of one's own are nobody else's."""
    rng = np.random.default_rng(seed)
    sizes = [20] * 300 + [2] * 700
    phrases = np.concatenate([rng.choice(1000, size, replace=False) for size in sizes])
    account = np.repeat(np.arange(1000), sizes)
    theirs = np.arange(700 * own) + 1000
    week = week_of(
        np.concatenate([account, np.repeat(np.arange(300, 1000), own)]),
        np.concatenate([phrases, theirs]).astype(np.int64),
        1000,
        seed,
    )
    p = pairing.price(week.pairs, week.chance)["p_value"].to_numpy()
    assert len(p) > 20_000
    q = benjamini_hochberg(p, tests=1000 * 999 // 2)
    assert np.count_nonzero(q <= 0.01) == 0


def test_what_a_sample_of_pairs_shows_is_what_is_expected_of_it() -> None:
    rng = np.random.default_rng(1)
    sets = [np.flatnonzero(rng.random(600) < 0.5) for _ in range(12)]
    trace = np.repeat(np.arange(12), [len(each) for each in sets])
    week = week_of(np.concatenate(sets), trace, 600, seed=1, neighbours=24)
    (cell,) = week.chance.cells.tolist()
    codes, (first, second) = week.chance.activity.codes, np.triu_indices(600, 1)
    mean, _ = week.chance.expected(codes[first], codes[second], np.full(len(first), cell))
    assert week.pairs.num_rows == sum(24 * len(each) for each in sets)
    assert mean.sum() == pytest.approx(week.pairs.num_rows, rel=0.02)
