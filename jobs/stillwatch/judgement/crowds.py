"""Which few of a group's accounts share instruments, where most of its accounts share none?

What many people send for reasons of their own, a prompt that is passed on or the questions of a
public test, a campaign sends too. One group of content then holds its accounts and everybody
else's, and among so many the instruments that tie its own weigh nothing. Those accounts are taken
out of the crowd and judged by themselves. They were chosen by their instruments, so chance is
priced for the whole crowd that they were chosen from (`terms.shared_instruments`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stillwatch.config import JudgeSettings
from stillwatch.judgement.instruments import own_instruments

PARTS = {"group": pl.Int64, "account_id": pl.String, "part": pl.Int64}


class TakenOut(NamedTuple):
    """Groups with each pool as one of its own, right after the crowd that it was in.

    Attributes:
        own: Traces; a pool has those of its crowd.
        members: group, account_id.
        occasional: The same; those of a crowd may be guests of its pools.
        crowds: Accounts that the crowd and its pools have, by number of each pool.
    """

    own: pl.DataFrame
    members: pl.DataFrame
    occasional: pl.DataFrame
    crowds: dict[int, int]


def taken_out(
    own: pl.DataFrame,
    members: pl.DataFrame,
    occasional: pl.DataFrame,
    held: pl.DataFrame,
    settings: JudgeSettings,
) -> TakenOut:
    """Groups numbered anew, in their order.

    Args:
        own: group, layer, trace and more.
        members: group, account_id.
        occasional: group, account_id.
        held: layer, trace, account_id, holders.
        settings: How many accounts make a group.
    """
    apart = parts(members, held, settings)
    numbers = (
        pl.concat(
            [apart.select("group", "part"), own.select("group", pl.lit(0, pl.Int64).alias("part"))]
        )
        .unique()
        .sort("group", "part")
        .with_row_index("number")
        .with_columns(pl.col("number").cast(pl.Int64))
    )
    pools = numbers.filter(pl.col("part") > 0)
    sizes = members.group_by("group").agg(pl.len().cast(pl.Int64))
    return TakenOut(
        _renumbered(own, numbers),
        _renumbered(apart, numbers, "part").select(members.columns),
        _renumbered(occasional, numbers),
        dict(pools.join(sizes, on="group").select("number", "len").iter_rows()),
    )


def _renumbered(frame: pl.DataFrame, numbers: pl.DataFrame, *part: str) -> pl.DataFrame:
    """Rows of each group under the number of its part, or of all its parts."""
    made = frame.join(numbers, on=["group", *part], how="inner")
    return (
        made.with_columns(pl.col("number").alias("group"))
        .select(frame.columns)
        .sort(frame.columns[:3])
    )


def parts(members: pl.DataFrame, held: pl.DataFrame, settings: JudgeSettings) -> pl.DataFrame:
    """Each group's accounts by part: 0 is the crowd, or the whole group, any other a pool in it.

    Accounts are together if a payment or a network of the group's (`instruments.own_instruments`)
    joins them, over any number of steps. Where more than half of a group is joined to somebody it
    is no crowd and stays whole; otherwise so many together as make a group are a pool.

    Args:
        members: group, account_id.
        held: layer, trace, account_id, holders (accounts in all).
        settings: How many accounts make a group.

    Returns:
        group, account_id, part; sorted.
    """
    joined = members.join(own_instruments(members, held, settings), on=["group", "account_id"])
    pools = [
        pl.DataFrame([(group, name, part) for name, part in found], schema=PARTS, orient="row")
        for group, found in _pools(members, joined, settings.min_accounts)
    ]
    chosen = pl.concat([pl.DataFrame(schema=PARTS), *pools])
    return (
        members.join(chosen, on=["group", "account_id"], how="left")
        .with_columns(pl.col("part").fill_null(0))
        .sort("group", "account_id")
    )


def _pools(
    members: pl.DataFrame, joined: pl.DataFrame, least: int
) -> Iterator[tuple[int, list[tuple[str, int]]]]:
    """Group, and account and part of all that are in a pool of it."""
    sizes = dict(members.group_by("group").len().iter_rows())
    for rows in joined.sort("group", "account_id", "layer", "trace").partition_by("group"):
        group = int(rows["group"][0])
        names, account = np.unique(rows["account_id"].to_numpy(), return_inverse=True)
        if 2 * len(names) > sizes[group]:
            continue
        instrument = rows.select(pl.struct("layer", "trace").rank("dense")).to_series().to_numpy()
        nodes = len(names) + int(instrument.max()) + 1
        edges = (np.ones(rows.height), (account, instrument + len(names)))
        _, label = connected_components(coo_array(edges, shape=(nodes, nodes)), directed=False)
        _, of, size = np.unique(label[: len(names)], return_inverse=True, return_counts=True)
        large = np.flatnonzero(size >= least)
        part = np.zeros(len(size), np.int64)
        part[large] = np.arange(1, len(large) + 1)
        yield group, [(str(n), int(p)) for n, p in zip(names, part[of], strict=True) if p]
