"""Which of a cluster's traces are one pool's, told by who shares payments and networks?

Common clauses tie a campaign's traces to everybody's who has them in a prompt: clusters of content
alone then hold a pool and unrelated people. So content is read in conjunction with instruments: a
trace nearly all of whose holders are joined with each other by payments and networks, more than
the cluster's holdings explain, is that pool's, and leaves the cluster with its likes.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.stats import binom

from stillwatch.config import JudgeSettings
from stillwatch.kernels.clusters import cosines

# Accounts that share an instrument are of one pool if what they hold is as alike as tied traces.
MIN_COSINE = 0.1
# Of a pool's accounts, the fewest that share a payment: neighbours behind a network pay themselves.
MIN_PAID = 0.5


def apart(
    units: pl.DataFrame, holdings: pl.DataFrame, held: pl.DataFrame, settings: JudgeSettings
) -> pl.DataFrame:
    """The units, those of one pool each in a cluster of their own.

    Args:
        units: unit, group, and more.
        holdings: unit, account, exchanges.
        held: instrument, account, paid (whether it pays).
        settings: Size of a group, what is a pool's own, level of the test.

    Returns:
        The units, group replaced, and crowd: the group that such a one left, else null.
    """
    several = units.filter(pl.len().over("group") > 1)
    in_group = holdings.join(several.select("unit", "group"), on="unit", how="inner")
    joined = beside_a_crowd(in_group, pools(in_group, held, settings))
    if not joined.height:
        return units.with_columns(crowd=pl.lit(None, pl.Int64))
    sizes = in_group.group_by("group", "unit").agg(d=pl.len())
    shares = (
        in_group.join(joined, on=["group", "account"], how="inner")
        .group_by("group", "pool", "unit")
        .agg(mine=pl.len())
        .join(sizes, on=["group", "unit"])
        .with_columns(theirs=pl.col("mine") >= settings.min_own * pl.col("d"))
        .with_columns(others=pl.col("mine") * ~pl.col("theirs"), own=pl.col("d") * pl.col("theirs"))
    )
    # What a pool holds of the group's other units, most of which it may not hold at all.
    by_pool = (
        shares.group_by("group", "pool")
        .agg(pl.col("others", "own").sum())
        .join(sizes.group_by("group").agg(pl.col("d").sum(), tests=pl.len()), on="group")
        .with_columns(rate=pl.col("others") / (pl.col("d") - pl.col("own")))
    )
    found = shares.filter("theirs").join(by_pool.select("pool", "rate"), on="pool")
    mine, d, rate = (found[name].to_numpy() for name in ("mine", "d", "rate"))
    # Where a pool holds everything there are no others, no rate, and nothing to part from.
    tails = np.nan_to_num(binom.sf(mine - 1, d, rate), nan=1.0)
    cores = found.filter(pl.Series(tails * int(by_pool["tests"].sum()) <= settings.alpha))
    # Where some of a pool's own are beyond chance, all that are as much its own go with them.
    own = found.join(cores, on="pool", how="semi")
    # Above every label there is.
    first = int(units["group"].to_numpy().max()) + 1
    into = own.select("unit", (pl.col("pool") + first).alias("into"))
    crowd = pl.when(pl.col("into").is_not_null()).then("group")
    return (
        units.join(into, on="unit", how="left")
        .with_columns(group=pl.coalesce("into", "group"), crowd=crowd)
        .drop("into")
    )


def beside_a_crowd(holdings: pl.DataFrame, joined: pl.DataFrame) -> pl.DataFrame:
    """The pools that have a crowd beside them: as many accounts of the group in no pool.

    Without one there is nobody to part a pool from, but a campaign's other pool.

    Args:
        holdings: group, account.
        joined: group, account, pool.
    """
    everyone = holdings.group_by("group").agg(accounts=pl.col("account").n_unique())
    crowd = (
        joined.group_by("group")
        .agg(inside=pl.len())
        .join(everyone, on="group")
        .select("group", crowd=pl.col("accounts") - pl.col("inside"))
    )
    with_crowd = joined.join(crowd, on="group", maintain_order="left")
    return with_crowd.filter(pl.len().over("pool") <= pl.col("crowd")).drop("crowd")


def pools(holdings: pl.DataFrame, held: pl.DataFrame, settings: JudgeSettings) -> pl.DataFrame:
    """Accounts of a group that share instruments as well as traces.

    Two accounts of a group that share an instrument are joined if the cosine of what they hold of
    the group is `MIN_COSINE`, which people behind one carrier with a phrase in common do not reach.
    A pool is what is joined over any number of steps.

    Args:
        holdings: group, unit, account, exchanges.
        held: instrument, account, paid.
        settings: How many accounts a pool has at least.

    Returns:
        group, account, pool (a number, from 0, of all groups' pools).
    """
    nodes = holdings.select("group", "account").unique().sort("group", "account")
    nodes = nodes.with_row_index("node").with_columns(pl.col("node").cast(pl.Int64))
    shared = nodes.join(held, on="account", how="inner")
    ends = shared.select("group", "instrument", "node")
    pairs = (
        ends.join(ends, on=["group", "instrument"], how="inner", suffix="_b")
        .filter(pl.col("node") < pl.col("node_b"))
        .select("node", "node_b")
        .unique()
        .sort("node", "node_b")
    )
    if not pairs.height:
        return nodes.clear().select("group", "account", pl.col("node").alias("pool"))
    rows = holdings.join(nodes, on=["group", "account"], how="inner")
    vectors = csr_matrix(
        (
            1 + np.log(rows["exchanges"].to_numpy()),
            (rows["node"].to_numpy(), rows["unit"].to_numpy()),
        )
    )
    a, b = pairs["node"].to_numpy(), pairs["node_b"].to_numpy()
    alike = cosines(vectors, a, b) >= MIN_COSINE
    graph = coo_matrix((alike[alike], (a[alike], b[alike])), shape=(nodes.height, nodes.height))
    _, labels = connected_components(graph, directed=False)
    found = nodes.with_columns(pool=pl.Series(labels, dtype=pl.Int64))
    paying = shared.filter("paid").group_by("node").agg(paid=pl.lit(value=True))
    found = found.join(paying, on="node", how="left", maintain_order="left")
    large = found.filter(
        (pl.len().over("pool") >= settings.min_accounts)
        & (pl.col("paid").fill_null(value=False).mean().over("pool") >= MIN_PAID)
    )
    return large.select("group", "account", pl.col("pool").rank("dense").cast(pl.Int64) - 1)
