"""Under independence randomised p is uniform, and what is published is no smaller.

Accounts of very different activity hold traces of very different popularity, each by chance alone
(Chung and Lu 2002). All pairs of accounts are looked at, also those that share nothing.
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
        return self.chance.expected(codes[FIRST], codes[SECOND], np.full(len(FIRST), cell))

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
    names = pa.array([f"a{n:03}" for n in range(ACCOUNTS)])
    active = Activity.of(names, np.full(ACCOUNTS, 10))
    none, one = np.zeros(len(account), np.int64), np.ones(len(account), np.int64)
    columns = (none, trace.astype(np.int64), active.codes[account], one)
    held = holders.holdings(pa.table([pa.array(each) for each in columns], schema=HELD))
    rows = holders.units(holders.met(held, active))
    units = pairing.unpacked(rows, np.zeros(rows.num_rows, bool), active)
    degrees = np.zeros((ACCOUNTS, 1), np.int32)
    np.add.at(degrees[:, 0], active.at(held.account), 1)
    squares = pairing.squares(units)
    cells, total = squares["cell"].to_numpy(), squares["squares"].to_numpy()
    chance = Chance(active, degrees, degrees.sum(axis=0).astype(float), cells, total, 20)
    made = pa.Table.from_batches(pairing.pairs(units, ACCOUNTS, seed))
    return Drawn(chance, made.drop_columns([KEY]))


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
