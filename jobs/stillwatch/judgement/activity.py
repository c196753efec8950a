"""Do a group's accounts carry like loads, at all hours, and how much does each send?"""

from __future__ import annotations

from math import log

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stillwatch.config import JudgeSettings
from stillwatch.judgement.random_sets import as_busy, busiest, chance, comparable, draws
from stillwatch.judgement.terms import (
    COORDINATED,
    EXTRACTING,
    Group,
    Population,
    Term,
    from_p,
    median,
)


def even_load(group: Group, everyone: Population, settings: JudgeSettings) -> Term | None:
    """Members that carry like loads, as a balancer deals them; people's volumes differ widely.

    Who sends something often is busy, and busy accounts are somewhat alike: so p is the larger of
    those among all accounts and among as busy ones. How much it weighs is seen against all:
    accounts of one kind are somewhat alike, a balancer makes them very much so.
    """
    if not comparable(group, everyone.accounts):
        return None
    busy = busiest(group, everyone)
    size, mine = group.members.height, _loads(group.members)
    observed = float(np.std(mine))
    of_all, of_busy = (
        draws(_loads(pool), size, np.std, settings) for pool in (everyone.accounts, busy)
    )
    usual = float(np.mean(of_all))
    p = max(chance(of_all <= observed), chance(of_busy <= observed))
    effect = float(np.clip((0.7 - observed / usual) / 0.4, 0.0, 1.0)) if usual > 1e-9 else 0.0
    return Term(
        "even_load",
        COORDINATED,
        observed,
        usual,
        p,
        from_p(p, 2.5) * effect,
        f"the accounts' volumes spread by {observed:.2f} (standard deviation of log exchanges); "
        f"random sets of as many accounts by {usual:.2f}, of as busy ones by "
        f"{float(np.mean(of_busy)):.2f} ({settings.draws} draws)",
        "activity",
    )


def _loads(accounts: pl.DataFrame) -> NDArray[np.float64]:
    loads: NDArray[np.float64] = np.log(accounts["n"].to_numpy().astype(float))
    return loads


def round_the_clock(group: Group, everyone: Population, settings: JudgeSettings) -> Term | None:
    """Members that are busy at all hours, more than accounts of the same volume are."""
    busy = as_busy(group, everyone)
    if not comparable(group, busy):
        return None
    observed = float(np.mean(group.members["hour_entropy"].to_numpy()))
    of_busy = draws(busy["hour_entropy"].to_numpy(), group.members.height, np.mean, settings)
    p, expected = chance(of_busy >= observed), float(np.mean(of_busy))
    return Term(
        "round_the_clock",
        COORDINATED,
        observed,
        expected,
        p,
        from_p(p, 1.5),
        f"the accounts' exchanges fill {observed:.2f} bits of the 4.58 of a day's hours; random "
        f"sets of accounts at least half as busy {expected:.2f} ({settings.draws} draws)",
        "activity",
    )


def volume(group: Group, everyone: Population) -> Term:
    """The median account's exchanges a week, against everyone's."""
    observed = median(group.members["n"])
    expected = median(everyone.accounts["n"])
    return Term(
        "volume",
        EXTRACTING,
        observed,
        expected,
        None,
        float(np.clip(log((observed + 1) / (expected + 1)) / 2, -1.0, 1.5)),
        f"the median account sent {observed:.0f} exchanges this week; {expected:.0f} for everyone",
        "activity",
    )
