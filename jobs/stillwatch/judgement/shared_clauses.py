"""Which groups are a clause that several operations have in common, and no operation?

A clause that two campaigns share explains the exchanges of both, and so comes before what each of
them sends besides, which then looks like a part of it, as a template's variants are. It is no
operation where those parts are in nearly all of those exchanges, say far more there than it does,
and are pools apart: each tied by instruments of its own, hardly any of which another has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from stillwatch.config import JudgeSettings

# How many times more traces an exchange carries of a part than of the clause, and the share of the
# exchanges with the clause that carry a part too: little of what is sent is in common, and nearly
# all of it is told by the parts.
MIN_DEEPER, MIN_TOLD = 4.0, 0.9
# Of a part's accounts, the fewest that share an instrument among themselves, and the most that are
# another part's too, or share an instrument with it, for both to be pools and two.
MIN_INSIDE, MAX_BETWEEN = 0.5, 0.1


def shared_clauses(
    parts: Mapping[int, int],
    members: pl.DataFrame,
    sent: pl.DataFrame,
    depths: pl.DataFrame,
    held: pl.DataFrame,
    settings: JudgeSettings,
) -> set[int]:
    """Groups whose parts are operations of their own.

    Args:
        parts: The group that each part was taken for a part of.
        members: group, account_id, of those and of their parts.
        sent: account_id, groups, exchanges: combinations of the groups.
        depths: group, account_id, depth (mean number of the group's traces an exchange carries).
        held: instrument, account_id, of few enough accounts to be a pool's.
        settings: How many accounts a group has at least, and what is most of one.
    """
    several: dict[int, list[int]] = {}
    for part, whole in sorted(parts.items()):
        several.setdefault(whole, []).append(part)
    found = set()
    for whole, of in several.items():
        deep = depths.filter(pl.col("group").is_in([whole, *of]))
        accounts = members.filter(pl.col("group").is_in([whole, *of]))
        told = _apart(_deeper(whole, accounts, deep, settings), held)
        theirs = accounts.filter(pl.col("group").is_in(told))["account_id"].unique()
        of_whole = accounts.filter(pl.col("group") == whole)["account_id"]
        inside = int(of_whole.is_in(theirs.implode()).sum())
        are_all = inside >= settings.min_part * len(of_whole)
        if told and are_all and _told(whole, told, sent) >= MIN_TOLD:
            found.add(whole)
    return found


def _deeper(
    whole: int, accounts: pl.DataFrame, depths: pl.DataFrame, settings: JudgeSettings
) -> pl.DataFrame:
    """Accounts of the parts that say far more than the whole: group, account_id, largest first."""
    common = depths.filter(pl.col("group") == whole).select("account_id", common="depth")
    rows = (
        accounts.filter(pl.col("group") != whole)
        .join(depths, on=["group", "account_id"])
        .join(common, on="account_id")
        .sort("group", "account_id")
    )
    of_part = rows.group_by("group", maintain_order=True).agg(
        pl.len().alias("size"), pl.col("depth", "common").sum()
    )
    chosen = of_part.filter(
        (pl.col("size") >= settings.min_accounts)
        & (pl.col("depth") >= MIN_DEEPER * pl.col("common"))
    )
    return (
        rows.join(chosen.select("group", "size"), on="group")
        .sort("size", "group", "account_id", descending=[True, False, False])
        .select("group", "account_id")
    )


def _apart(rows: pl.DataFrame, held: pl.DataFrame) -> list[int]:
    """The parts that are pools, if they are not all one: group, account_id, largest first."""
    names = rows["group"].unique(maintain_order=True).to_list()
    if len(names) < 2:
        return []
    size = dict(rows.group_by("group").len().iter_rows())
    shared = rows.join(rows, on="account_id", suffix="_b")
    both = shared.group_by("group", "group_b").agg(pl.len())
    tied = rows.join(held, on="account_id")
    met = (
        tied.join(tied, on="instrument", suffix="_b")
        .filter(pl.col("account_id") != pl.col("account_id_b"))
        .group_by("group", "group_b")
        .agg(pl.col("account_id").n_unique())
    )
    common, sharing = ({(a, b): n for a, b, n in counted.iter_rows()} for counted in (both, met))
    pools: list[int] = []
    for name in names:
        # What a few of a larger one have in common besides is no pool beside it.
        is_new = all(common.get((name, one), 0) <= MAX_BETWEEN * size[name] for one in pools)
        if sharing.get((name, name), 0) >= MIN_INSIDE * size[name] and is_new:
            pools.append(name)
    joined = [
        (a, b)
        for a, one in enumerate(pools)
        for b, other in enumerate(pools)
        if a < b
        and min(sharing.get((one, other), 0), sharing.get((other, one), 0))
        > MAX_BETWEEN * min(size[one], size[other])
    ]
    ends = np.array(joined, np.int64).reshape(-1, 2).T
    graph = coo_matrix((np.ones(len(joined)), tuple(ends)), shape=(len(pools), len(pools)))
    count = connected_components(graph, directed=False, return_labels=False)
    return pools if count > 1 else []


def _told(whole: int, told: Sequence[int], sent: pl.DataFrame) -> float:
    """Of the exchanges that carry the whole, the share that carry one of these parts too."""
    rows = sent.filter(pl.col("groups").list.contains(whole))
    is_told = pl.col("groups").list.set_intersection(list(told)).list.len() > 0
    everything = int(rows["exchanges"].sum())
    return int(rows.filter(is_told)["exchanges"].sum()) / everything if everything else 0.0
