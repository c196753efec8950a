"""How odd is a statistic of some accounts among random sets of as many?

Accounts are the units: what one account sends hangs together, so that chances counted over
exchanges would be small for any group. Who sends something often is busy, so a group is compared
with sets of accounts that are busy as well.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stillwatch.config import JudgeSettings
from stillwatch.judgement.terms import Group, Population, median

# Members from which on they are compared; and most accounts of a set, by which chances of larger
# groups are rather too large than too small.
MIN_SIZE, MAX_SIZE = 5, 500
# Times the members that the accounts drawn from are, at least; and as many of the busiest, where
# those that are as busy are fewer: they may be the group itself.
MIN_TIMES, BUSIEST_TIMES = 2, 5
Statistic = Callable[..., NDArray[np.float64]]


def as_busy(group: Group, everyone: Population) -> pl.DataFrame:
    """All accounts at least half as busy as the median member."""
    return everyone.accounts.filter(pl.col("n") >= max(1.0, median(group.members["n"]) / 2))


def busiest(group: Group, everyone: Population) -> pl.DataFrame:
    """As `as_busy`, or `BUSIEST_TIMES` as many as members where hardly others are that busy."""
    busy = as_busy(group, everyone)
    if comparable(group, busy):
        return busy
    ranked = everyone.accounts.sort("n", "account_id", descending=[True, False])
    return ranked.head(BUSIEST_TIMES * group.members.height)


def comparable(group: Group, pool: pl.DataFrame) -> bool:
    """Whether random sets of the pool say something of the group, and are not it once more."""
    size = group.members.height
    return size >= MIN_SIZE and pool.height >= MIN_TIMES * size


def draws(
    pool: NDArray[np.float64], size: int, of: Statistic, settings: JudgeSettings
) -> NDArray[np.float64]:
    """A statistic of random sets of accounts, with replacement.

    Args:
        pool: A value an account, shape (accounts,), or several, shape (accounts, values).
        size: Accounts of a set; of more than MAX_SIZE as many are drawn.
        of: Of sets of shape (sets, size) or (sets, size, values) along axis 1.
        settings: Number of draws and seed.

    Returns:
        Shape (draws,), or (draws, values) where the statistic has several.
    """
    rng = np.random.default_rng([settings.seed, size])
    size = min(size, MAX_SIZE)
    rows = max(1, 2_000_000 // size)  # at a time, so that memory does not grow with the draws
    parts = [
        of(pool[rng.integers(0, len(pool), size=(min(rows, settings.draws - done), size))], axis=1)
        for done in range(0, settings.draws, rows)
    ]
    return np.concatenate(parts)


def chance(as_odd: NDArray[np.bool_]) -> float:
    """The p of a simulated test: draws that are as odd, the group itself being one of them.

    Source: Davison and Hinkley 1997, 4.2.
    """
    return (int(np.sum(as_odd)) + 1) / (len(as_odd) + 1)
