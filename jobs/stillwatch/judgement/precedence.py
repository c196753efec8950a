"""Which groups explain the traffic, and in which order?

Operations overlap: two campaigns may share a clause, and everything overlaps with a public harness.
Greedily (Chvatal 1979), the group that explains most of its own accounts' grouped traffic by traces
that nobody else sends comes first, and what it explains is no longer there for the others; a group
of which little is left, or whose traces mostly others send, is dropped. The order is the precedence
by which an exchange with traces of several groups goes to one. What is dropped because the same
accounts send it in the same exchanges is a part of the group that explains it.
"""

from __future__ import annotations

import heapq

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stillwatch.config import JudgeSettings


def precedence(
    combinations: pl.DataFrame,
    depths: pl.DataFrame,
    active: pl.DataFrame,
    settings: JudgeSettings,
) -> tuple[pl.DataFrame, dict[int, int]]:
    """Groups in order of precedence with their accounts, and parts of them that were dropped.

    Args:
        combinations: account_id, groups, exchanges.
        depths: group, account_id, depth (mean number of the group's traces an exchange carries).
        active: account_id, n.
        settings: What makes a member and a group.

    Returns:
        group, rank, account_id; and the group that each dropped part belongs to.
    """
    rows = combinations.with_row_index("row")
    long = rows.explode("groups", empty_as_null=True, keep_nulls=True).rename({"groups": "group"})
    sizes = rows["exchanges"].to_numpy()
    mine = {int(p["group"][0]): p for p in long.partition_by("group")}
    everything = rows.group_by("account_id").agg(pl.col("exchanges").sum().alias("grouped"))
    depth = {int(p["group"][0]): p.drop("group") for p in depths.partition_by("group")}
    totals = everything.join(active, on="account_id", how="inner")
    # Exchanges with any of a group's traces, whoever sent them.
    carried = {group: int(sizes[part["row"].to_numpy()].sum()) for group, part in mine.items()}
    left = np.ones(len(sizes), dtype=bool)
    taken = np.full(len(sizes), -1)  # the group that explains each row
    found: list[pl.DataFrame] = []
    accounts: dict[int, set[str]] = {}
    parts: dict[int, int] = {}

    def whole_of(group: int) -> int | None:
        """The group that sends a dropped one's traces as well, from the same accounts."""
        by = taken[mine[group]["row"].to_numpy()]
        weights = sizes[mine[group]["row"].to_numpy()]
        if original[group][1] < settings.min_part * carried[group] or not (by >= 0).any():
            return None
        winner = int(np.argmax(np.bincount(by[by >= 0], weights=weights[by >= 0])))
        own = set(members(group, remaining=False)["account_id"])
        both = len(own & accounts[winner])
        return winner if both >= settings.min_part * len(own) else None

    def members(group: int, *, remaining: bool) -> pl.DataFrame:
        part = mine[group]
        if remaining:
            part = part.filter(pl.Series(_left(part, left)))
        return _members(part, depth[group], totals, settings)

    def score(group: int, *, remaining: bool) -> tuple[float, int]:
        chosen = members(group, remaining=remaining)
        grouped = int(chosen["grouped"].sum() or 0)
        sent = int(chosen["attributed"].sum() or 0)
        if not sent:
            return 0.0, 0
        # Clauses that several campaigns share make a group whose traces others send as well.
        return (sent / grouped) * (sent / carried[group]), sent

    original = {group: score(group, remaining=False) for group in mine}
    queue = [(-value, -sent, group) for group, (value, sent) in original.items() if sent]
    heapq.heapify(queue)
    while queue:
        value, sent, group = heapq.heappop(queue)
        now = score(group, remaining=True)
        if now[1] < settings.min_left * original[group][1]:
            whole = whole_of(group)
            if whole is not None:
                parts[group] = whole
            continue
        if now != (-value, -sent):
            # What stronger groups explained is gone; it waits for its new place.
            heapq.heappush(queue, (-now[0], -now[1], group))
            continue
        chosen = members(group, remaining=True)
        still = int(sizes[mine[group]["row"].to_numpy()][_left(mine[group], left)].sum())
        # `now` holds what these very accounts send of it.
        exclusive = now[1] >= settings.min_exclusive * still
        if chosen.height < settings.min_accounts or not exclusive:
            continue
        found.append(
            chosen.select(
                pl.lit(group, dtype=pl.Int64).alias("group"),
                pl.lit(len(found), dtype=pl.Int64).alias("rank"),
                "account_id",
            )
        )
        part = mine[group]
        theirs = part.join(chosen.select("account_id"), on="account_id", how="semi")
        left[theirs["row"].to_numpy()] = False
        free = theirs["row"].to_numpy()[taken[theirs["row"].to_numpy()] < 0]
        taken[free] = group
        accounts[group] = set(chosen["account_id"])
    if not found:
        nobody = {"group": pl.Int64, "rank": pl.Int64, "account_id": pl.String}
        return pl.DataFrame(schema=nobody), parts
    return pl.concat(found), parts


def _left(part: pl.DataFrame, left: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of a group's rows no stronger group explains."""
    return np.asarray(left[part["row"].to_numpy()])


def _members(
    part: pl.DataFrame, depth: pl.DataFrame, totals: pl.DataFrame, settings: JudgeSettings
) -> pl.DataFrame:
    """account_id, attributed, grouped, n of the accounts that send enough to belong.

    Enough of their own traffic, of what the median account sends, and as deep: somebody who used
    one sentence of a template has one trace where the template's users have ten.
    """
    sent = part.group_by("account_id").agg(pl.col("exchanges").sum().alias("attributed"))
    several = sent.filter(pl.col("attributed") >= settings.min_member_exchanges)
    mine = (
        several.join(totals, on="account_id", how="inner")
        .join(depth, on="account_id", how="inner")
        .filter(pl.col("attributed") >= settings.min_member_share * pl.col("n"))
    )
    if not mine.height:
        return mine
    attributed, depths = mine["attributed"].to_numpy(), mine["depth"].to_numpy()
    deep = settings.min_depth * _weighted_median(depths, attributed)
    many = settings.min_median_share * float(np.median(attributed))
    return mine.filter((pl.col("attributed") >= many) & (pl.col("depth") >= deep)).sort(
        "account_id"
    )


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.int64]) -> float:
    """The value of the exchange in the middle, so that many light users do not decide it."""
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])
