"""Which groups are a clause that several operations have in common, and no operation?

A clause that two campaigns share explains the exchanges of both, and so comes before what each of
them sends besides, which then looks like a part of it, as a template's variants are. It is no
operation where those parts say more than it does and are pools apart: each tied by instruments of
its own, and next to none between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from stillwatch.config import JudgeSettings

# How many times more traces an exchange carries of a part than of the clause: most of what is sent
# is not in common.
MIN_DEEPER = 2.0
# Of a part's accounts, the fewest that share an instrument among themselves, and the most with
# another part, for both to be pools and two.
MIN_INSIDE, MAX_BETWEEN = 0.5, 0.1


def shared_clauses(
    parts: Mapping[int, int],
    members: pl.DataFrame,
    depths: pl.DataFrame,
    held: pl.DataFrame,
    settings: JudgeSettings,
) -> set[int]:
    """Groups whose parts are operations of their own.

    Args:
        parts: The group that each part was taken for a part of.
        members: group, account_id, of those and of their parts.
        depths: group, account_id, depth (mean number of the group's traces an exchange carries).
        held: instrument, account_id, of few enough accounts to be a pool's.
        settings: How many accounts a group has at least, and what is most of one.
    """
    accounts = {int(key[0]): part for key, part in members.group_by("group")}
    found = set()
    for whole in sorted(set(parts.values())):
        several = [part for part, of in sorted(parts.items()) if of == whole]
        told = _deeper([part for part in several if part in accounts], whole, depths, accounts)
        pools = _pools(told, accounts, held, settings)
        inside = set().union(*pools) & set(accounts[whole]["account_id"]) if pools else set()
        if len(pools) > 1 and len(inside) >= settings.min_part * accounts[whole].height:
            found.add(whole)
    return found


def _deeper(
    several: Iterable[int], whole: int, depths: pl.DataFrame, accounts: Mapping[int, pl.DataFrame]
) -> list[int]:
    """The parts of which an exchange carries far more traces than of the whole, largest first."""
    theirs = depths.filter(pl.col("group") == whole).select("account_id", common="depth")
    found = []
    for part in several:
        mine = accounts[part].join(depths, on=["group", "account_id"]).join(theirs, on="account_id")
        own, common = (float(mine[name].sum()) for name in ("depth", "common"))
        if mine.height and own >= MIN_DEEPER * common:
            found.append(part)
    return sorted(found, key=lambda part: (-accounts[part].height, part))


def _pools(
    told: Iterable[int],
    accounts: Mapping[int, pl.DataFrame],
    held: pl.DataFrame,
    settings: JudgeSettings,
) -> list[set[str]]:
    """The parts that are pools, those between which instruments are shared made one."""
    pools: list[set[str]] = []
    for part in told:
        mine = set(accounts[part]["account_id"])
        inside = _sharing(mine, mine, held)
        # What rare wording a few of another part have in common is no pool beside it.
        is_new = all(len(mine & other) <= MAX_BETWEEN * len(mine) for other in pools)
        if len(mine) >= settings.min_accounts and inside >= MIN_INSIDE * len(mine) and is_new:
            pools.append(mine)
    places = range(len(pools))
    joined = [
        (a, b)
        for a in places
        for b in places
        if a < b
        and _sharing(pools[a], pools[b], held) > MAX_BETWEEN * min(len(pools[a]), len(pools[b]))
    ]
    ends = np.array(joined, np.int64).reshape(-1, 2).T
    graph = coo_matrix((np.ones(len(joined)), tuple(ends)), shape=(len(pools), len(pools)))
    count, labels = connected_components(graph, directed=False)
    return [
        set().union(*(pools[place] for place in places if labels[place] == label))
        for label in range(count)
    ]


def _sharing(mine: set[str], others: set[str], held: pl.DataFrame) -> int:
    """Accounts that share an instrument with one of the others; those of the side with fewer."""
    sides = [held.filter(pl.col("account_id").is_in(list(side))) for side in (mine, others)]
    met = (
        sides[0]
        .join(sides[1], on="instrument", suffix="_other")
        .filter(pl.col("account_id") != pl.col("account_id_other"))
    )
    return min(met["account_id"].n_unique(), met["account_id_other"].n_unique())
