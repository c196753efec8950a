"""Which groups explain the traffic, and in which order?

Operations overlap: two campaigns may share a clause, and everything overlaps with a public harness.
Greedily (Chvatal 1979), the group that explains most of its own accounts' grouped traffic by traces
that nobody else sends comes first, and what it explains is no longer there for the others; a group
of which little is left, or whose traces mostly others send, is dropped. The order is the precedence
by which an exchange with traces of several groups goes to one. What is dropped because the same
accounts send it in the same exchanges is a part of the group that explains it, unless that is but a
clause which several have in common (judgement.shared_clauses).
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stillwatch.config import JudgeSettings
from stillwatch.judgement.attribution import depths as depths_of
from stillwatch.judgement.attribution import with_parts
from stillwatch.judgement.grouping import TRACES, split
from stillwatch.judgement.held import HARNESS
from stillwatch.judgement.shared_clauses import shared_clauses

# Whoever does nothing but use a public harness is explained by it as well as can be, and so is who
# has a clause in common with a crowd. So would be a campaign inside, by what is its own: what is
# everybody's explains by so much less.
EVERYBODYS = 0.8


def in_order(
    own: pl.DataFrame,
    sent: pl.DataFrame,
    active: pl.DataFrame,
    parted: Mapping[int, int],
    sharing: pl.DataFrame,
    settings: JudgeSettings,
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Groups in order of precedence, once parts are with their wholes.

    Args:
        own: Traces of each group.
        sent: Combinations of the groups, by account.
        active: account_id, n.
        parted: Of each group that left a cluster with a pool the group that it left.
        sharing: instrument, account_id, of few accounts.
        settings: What makes a member, a group and a part.

    Returns:
        As `Ranked.groups`; and `own` and `sent`, parts under their wholes' numbers, without what
        several have in common.
    """
    while True:
        everybodys = (software(own) | set(parted.values())) - parted.keys()
        deep = depths_of(sent)
        ranked = precedence(sent, deep, active, settings, pooled=parted, everybodys=everybodys)
        gone = shared_clauses(ranked.parts, ranked.members, sent, deep, sharing, settings)
        if gone:
            own = own.filter(~pl.col("group").is_in(list(gone)))
            sent = with_parts(sent, {}, gone)
        elif ranked.parts:
            parts = pl.col("group").replace(ranked.parts)
            own = own.with_columns(parts).unique(list(TRACES)[:3])
            sent = with_parts(sent, ranked.parts)
        else:
            return ranked.groups, own, sent


def software(own: pl.DataFrame) -> frozenset[int]:
    """Groups of which nothing is known but the software that their accounts use."""
    is_all = own.group_by("group").agg(pl.col("layer").is_in(HARNESS).all().alias("is_all"))
    return frozenset(is_all.filter("is_all")["group"].to_list())


def precedence(
    combinations: pl.DataFrame,
    depths: pl.DataFrame,
    active: pl.DataFrame,
    settings: JudgeSettings,
    *,
    pooled: Collection[int] = (),
    everybodys: Collection[int] = (),
) -> Ranked:
    """Groups in order of precedence with their accounts, and parts of them that were dropped.

    Args:
        combinations: account_id, groups, matches, exchanges.
        depths: group, account_id, depth (mean number of the group's traces an exchange carries).
        active: account_id, n.
        settings: What makes a member and a group.
        pooled: Groups that left a cluster with a pool (judgement.conjunctions).
        everybodys: Groups that may be anybody's: software in common, what a pool left behind.
    """
    rows = combinations.with_row_index("row")
    sizes = rows["exchanges"].to_numpy()
    totals = (
        rows.group_by("account_id")
        .agg(pl.col("exchanges").sum().alias("grouped"))
        .join(active, on="account_id", how="inner")
        .sort("account_id")
        .with_row_index("code")
    )
    mine = _senders(rows, depths, totals)
    names, grouped, sent_in_all = (totals[name] for name in ("account_id", "grouped", "n"))
    of_all, of_grouped = sent_in_all.to_numpy(), grouped.to_numpy()
    # How often a trace of a group is carried, whoever sent it.
    whole = {group: int(part.matches.sum()) for group, part in mine.items()}
    left = np.ones(len(sizes), dtype=bool)
    taken = np.full(len(sizes), -1)  # the group that explains each row
    found: list[pl.DataFrame] = []
    accounts: dict[int, NDArray[np.int64]] = {}
    sent_by: dict[int, int] = {}  # exchanges of each group found
    parts: dict[int, int] = {}

    def twin_of(rows: NDArray[np.int64], chosen: NDArray[np.int64]) -> int | None:
        """The group that nearly the same accounts form, in many of the same exchanges."""
        by, weights = taken[rows], sizes[rows]
        if not (by >= 0).any():
            return None
        together = np.bincount(by[by >= 0], weights=weights[by >= 0])
        winner = int(np.argmax(together))
        most = max(sent_by[winner], int(weights.sum()))
        accounts_of = accounts[winner]
        both = len(np.intersect1d(chosen, accounts_of))
        same = both >= settings.min_part * max(len(chosen), len(accounts_of))
        return winner if same and together[winner] >= settings.min_together * most else None

    def whole_of(group: int) -> int | None:
        """The group that sends a dropped one's traces as well, from the same accounts."""
        by, weights = taken[mine[group].rows], sizes[mine[group].rows]
        own, _ = members(group, remaining=False)
        sent, all_sent = carried(group, own, remaining=False)
        if sent < settings.min_part * all_sent or not (by >= 0).any():
            return None
        winner = int(np.argmax(np.bincount(by[by >= 0], weights=weights[by >= 0])))
        both = len(np.intersect1d(own, accounts[winner]))
        return winner if both >= settings.min_part * len(own) else None

    def members(group: int, *, remaining: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Codes of the accounts that send enough to belong, ascending, and what each sends."""
        part = mine[group]
        counted = sizes[part.rows] * left[part.rows] if remaining else sizes[part.rows]
        sent = np.bincount(part.of, counted, len(part.accounts)).astype(np.float64)
        chosen, _ = _chosen(
            sent, of_all[part.accounts], part.depths, settings, pooled=group in pooled
        )
        return part.accounts[chosen], sent[chosen].astype(np.int64)

    def occasional(group: int) -> NDArray[np.int64]:
        """Codes of the accounts that send what is left as members do, but too seldom."""
        part = mine[group]
        ever = np.bincount(part.of, sizes[part.rows], len(part.accounts)).astype(np.float64)
        counted = sizes[part.rows] * left[part.rows]
        sent = np.bincount(part.of, counted, len(part.accounts)).astype(np.float64)
        _, seldom = _chosen(
            sent, of_all[part.accounts], part.depths, settings, pooled=group in pooled
        )
        # Who has enough, though a stronger group explains most of it, is not seldom.
        return part.accounts[seldom[~_enough(ever, of_all[part.accounts], settings)[seldom]]]

    def carried(group: int, chosen: NDArray[np.int64], *, remaining: bool) -> tuple[int, int]:
        """How often these accounts carry a trace of a group, or of what is left, and all do.

        Traces count, not exchanges: many who have one clause of a template have little of it.
        """
        part = mine[group]
        counted = part.matches * left[part.rows] if remaining else part.matches
        return int(counted[np.isin(part.accounts, chosen)[part.of]].sum()), int(counted.sum())

    def score(group: int, *, remaining: bool) -> tuple[float, int]:
        chosen, attributed = members(group, remaining=remaining)
        sent = int(attributed.sum())
        if not sent:
            return 0.0, 0
        # Clauses that several campaigns share make a group whose traces others send as well.
        own, _ = carried(group, chosen, remaining=remaining)
        explains = (sent / int(of_grouped[chosen].sum())) * (own / whole[group])
        return explains * (EVERYBODYS if group in everybodys else 1.0), sent

    original = {group: score(group, remaining=False) for group in mine}
    queue = [(-value, -sent, group) for group, (value, sent) in original.items() if sent]
    heapq.heapify(queue)
    while queue:
        value, sent, group = heapq.heappop(queue)
        now = score(group, remaining=True)
        if now[1] < settings.min_left * original[group][1]:
            winner = whole_of(group)
            if winner is not None:
                parts[group] = winner
            continue
        if now != (-value, -sent):
            # What stronger groups explained is gone; it waits for its new place.
            heapq.heappush(queue, (-now[0], -now[1], group))
            continue
        chosen, _ = members(group, remaining=True)
        part = mine[group]
        own, still = carried(group, chosen, remaining=True)
        if len(chosen) < settings.min_accounts or own < settings.min_exclusive * still:
            continue
        theirs = part.rows[np.isin(part.accounts[part.of], chosen)]
        twin = twin_of(theirs, chosen)
        if twin is not None:
            parts[group] = twin
            continue
        seldom = occasional(group)
        found.append(
            pl.DataFrame(
                {
                    "account_id": names.gather(np.concatenate([chosen, seldom])),
                    "occasional": np.repeat([False, True], [len(chosen), len(seldom)]),
                }
            ).select(
                pl.lit(group, dtype=pl.Int64).alias("group"),
                pl.lit(len(found), dtype=pl.Int64).alias("rank"),
                "account_id",
                "occasional",
            )
        )
        left[theirs] = False
        sent_by[group] = int(sizes[theirs].sum())
        taken[theirs[taken[theirs] < 0]] = group
        accounts[group] = chosen
    nobody = {"group": pl.Int64, "rank": pl.Int64, "account_id": pl.String}
    groups = pl.DataFrame(schema={**nobody, "occasional": pl.Boolean})
    dropped = [
        pl.DataFrame({"account_id": names.gather(members(part, remaining=False)[0])}).select(
            pl.lit(part, dtype=pl.Int64).alias("group"), "account_id"
        )
        for part in sorted(parts)
    ]
    of_parts = groups.select("group", "account_id")
    return Ranked(pl.concat([groups, *found]), parts, pl.concat([of_parts, *dropped]))


class Ranked(NamedTuple):
    """What there is to judge.

    Attributes:
        groups: group, rank, account_id, occasional (whether it sends as a member does, but too
            seldom to be one for that alone).
        parts: The group that each dropped part belongs to.
        of_parts: group, account_id: who would be a member of each part, were it not dropped.
    """

    groups: pl.DataFrame
    parts: dict[int, int]
    of_parts: pl.DataFrame

    @property
    def members(self) -> pl.DataFrame:
        """Rows group, account_id, of groups and of parts."""
        mine = self.groups.filter(~pl.col("occasional")).select("group", "account_id")
        return pl.concat([mine, self.of_parts])


class _Senders(NamedTuple):
    """Who sends a group's traces.

    Attributes:
        rows: Rows of the combinations that hold the group, shape (r,).
        accounts: Codes of the accounts that send them, ascending, shape (a,).
        of: Place of each row's account among those, shape (r,).
        matches: How many of the group's traces each row carries in all, shape (r,).
        depths: Of each account, shape (a,).
    """

    rows: NDArray[np.int64]
    accounts: NDArray[np.int64]
    of: NDArray[np.int64]
    matches: NDArray[np.int64]
    depths: NDArray[np.float64]


def _senders(rows: pl.DataFrame, depths: pl.DataFrame, totals: pl.DataFrame) -> dict[int, _Senders]:
    """By group; accounts of `totals` that have a depth in it."""
    code = totals.select("account_id", pl.col("code").cast(pl.Int64))
    long = (
        rows.explode("groups", "matches", empty_as_null=True, keep_nulls=True)
        .rename({"groups": "group"})
        .join(code, on="account_id", how="inner")
        .join(depths, on=["group", "account_id"], how="inner")
        .select("group", pl.col("row").cast(pl.Int64), "code", "matches", "depth")
        .sort("group", "row")
    )
    found = {}
    for group, part in split(long).items():
        accounts, first, of = np.unique(part["code"], return_index=True, return_inverse=True)
        depth = part["depth"].to_numpy()[first]
        rows_of, matches = (part[name].to_numpy() for name in ("row", "matches"))
        found[group] = _Senders(rows_of, accounts, of, matches, depth)
    return found


def _chosen(
    sent: NDArray[np.float64],
    of_all: NDArray[np.int64],
    depths: NDArray[np.float64],
    settings: JudgeSettings,
    *,
    pooled: bool,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places of the accounts that send enough to belong, and of those that send it too seldom.

    Enough of their own traffic, as deep, and of what the median of those as deep sends: somebody
    who used one sentence of a template has one trace where its users have ten. Too seldom is
    what falls short of a member's number of exchanges or share of its own traffic alone. All
    arguments are of shape (a,).
    """
    is_enough = _enough(sent, of_all, settings)
    several = np.flatnonzero(is_enough)
    if not len(several):
        return several, several
    # Where people who have one clause each stand beside a pool, what is carried decides what is
    # usual, not how many carry it.
    weights = sent[several] * depths[several] if pooled else sent[several]
    is_deep = depths >= settings.min_depth * _weighted_median(depths[several], weights)
    many = settings.min_median_share * float(np.median(sent[is_enough & is_deep]))
    is_like = (sent > 0) & (sent >= many) & is_deep
    return np.flatnonzero(is_like & is_enough), np.flatnonzero(is_like & ~is_enough)


def _enough(
    sent: NDArray[np.float64], of_all: NDArray[np.int64], settings: JudgeSettings
) -> NDArray[np.bool_]:
    """Whether an account sends several, and they are a fair part of all that it sends."""
    several = (sent >= settings.min_member_exchanges) & (sent > 0)
    return np.asarray(several & (sent >= settings.min_member_share * of_all))


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """The value of the exchange in the middle, so that many light users do not decide it."""
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])
