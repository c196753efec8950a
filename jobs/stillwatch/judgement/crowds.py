"""Which few of a group's accounts share instruments, where most of its accounts share none?

What many people send for reasons of their own, a prompt that is passed on or the questions of a
public test, a campaign sends too. One group of content then holds its accounts and everybody
else's, and among so many the instruments that tie its own weigh nothing. Those accounts are taken
out of the crowd and judged by themselves. They were chosen by their instruments, so chance is
priced for the whole crowd that they were chosen from (`terms.shared_instruments`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stillwatch.config import JudgeSettings
from stillwatch.judgement.instruments import own_instruments

MOST = 0.5
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
    is no crowd and stays whole; otherwise so many together as make a group are a pool, unless half
    of them are in groups that are none: what a pool sends besides its own template is not its own.

    Args:
        members: group, account_id.
        held: layer, trace, account_id, holders (accounts in all).
        settings: How many accounts make a group.

    Returns:
        group, account_id, part; sorted.
    """
    joined = members.join(own_instruments(members, held, settings), on=["group", "account_id"])
    sizes = members.group_by("group").agg(pl.len().alias("size"))
    joins = joined.group_by("group").agg(pl.col("account_id").n_unique().alias("joined"))
    crowds = joins.join(sizes, on="group").filter(2 * pl.col("joined") <= pl.col("size"))
    elsewhere = members.join(joins, on="group", how="semi").join(crowds, on="group", how="anti")
    known = elsewhere.select("account_id").unique()
    found = [
        _pools(rows, settings.min_accounts)
        for rows in joined.join(crowds, on="group", how="semi").partition_by("group")
    ]
    pools = pl.concat([pl.DataFrame(schema=PARTS), *found])
    of_pool = pl.col("account_id").is_in(known["account_id"].implode()).mean()
    pools = pools.filter(of_pool.over("group", "part") < MOST)
    return (
        members.join(pools, on=["group", "account_id"], how="left")
        .with_columns(pl.col("part").fill_null(0))
        .sort("group", "account_id")
    )


def _pools(rows: pl.DataFrame, least: int) -> pl.DataFrame:
    """Rows of PARTS, of one group: those in pools, from who holds which of its instruments."""
    rows = rows.sort("account_id", "layer", "trace")
    names, account = np.unique(rows["account_id"].to_numpy(), return_inverse=True)
    instrument = rows.select(pl.struct("layer", "trace").rank("dense")).to_series().to_numpy()
    nodes = len(names) + int(instrument.max()) + 1
    edges = (np.ones(rows.height), (account, instrument + len(names)))
    _, label = connected_components(coo_array(edges, shape=(nodes, nodes)), directed=False)
    _, of, size = np.unique(label[: len(names)], return_inverse=True, return_counts=True)
    large = np.flatnonzero(size >= least)
    part = np.zeros(len(size), np.int64)
    part[large] = np.arange(1, len(large) + 1)
    found = {"group": rows["group"][0], "account_id": names, "part": part[of]}
    return pl.DataFrame(found, schema=PARTS).filter(pl.col("part") > 0)
