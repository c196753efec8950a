"""How likely is this much in common if accounts acted independently?

The null model is the bipartite configuration model in the Chung-Lu approximation (Chung and Lu
2002; for projections of account-trace graphs, Saracco et al. 2017), within each cell: the units of
one layer that about as many accounts hold (powers of two). Account i holds unit t with probability
a_i d_t / M, where a_i is the number of units of the cell that i holds, d_t the number of accounts
that hold t, M their common sum over the cell. So neither who holds much nor who holds what many
hold is surprising, and what somebody alone writes tells nothing of the phrases that all use.

What two accounts share of a cell has mean a_i a_j sum(d_t (d_t - 1)) / M^2, and at most the fewer
that one of them holds: a sum of so many trials, whose tail beyond the mean a binomial variable of
the same mean bounds from above (Hoeffding 1956). Where a unit gives a sampled graph, d_t - 1 is how
many a holder is paired with.

p is for a pair fixed beforehand: the smallest of the cells' tails times the number of cells. Pairs
were selected for sharing something, so Benjamini-Hochberg counts every pair that could have been.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, gammainc

FLOOR = 1e-300  # smaller tails are not told apart


def poisson_tail(observed: NDArray[np.int64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """P(X >= observed) for X ~ Poisson(expected), at least 1e-300.

    Args:
        observed: Counts, shape (n,).
        expected: Means, shape (n,), not negative.
    """
    tail = gammainc(np.maximum(observed, 1), np.maximum(expected, 0.0))
    return np.where(observed <= 0, 1.0, np.maximum(tail, FLOOR))


def binomial_tail(
    observed: NDArray[np.int64], trials: NDArray[np.int64], expected: NDArray[np.float64]
) -> NDArray[np.float64]:
    """P(X >= observed) for X ~ Binomial(trials, expected / trials), at least 1e-300.

    Args:
        observed: Counts, shape (n,), at most `trials`.
        trials: Shape (n,), from 1.
        expected: Means, shape (n,), not negative; more than `trials` is as many.
    """
    chance = np.minimum(1.0, np.maximum(expected, 0.0) / trials)
    tail = betainc(np.maximum(observed, 1), trials - np.maximum(observed, 1) + 1, chance)
    return np.where(observed <= 0, 1.0, np.maximum(tail, FLOOR))


def benjamini_hochberg(p: NDArray[np.float64], tests: int | None = None) -> NDArray[np.float64]:
    """The q-value of each p among `tests` tests, those not given having p = 1.

    Source: Benjamini and Hochberg 1995.

    Args:
        p: p-values, shape (n,).
        tests: Number of tests, at least n; None is n.
    """
    n = len(p)
    order = np.argsort(p)
    scaled = p[order] * (tests or n) / np.arange(1, n + 1)
    q = np.empty(n)
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return q
