"""Which operations are there to judge: which traces, which accounts?

A group is first of all a cluster of content that the same accounts hold; its accounts and exchanges
follow from that content. So two campaigns in one pool of accounts stay two, an account may belong
to several groups, and a stranger in the link graph to none. Accounts that are linked without
content of their own (by payment, by network) make groups too, for a reseller must be named one.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from stillwatch.config import JudgeSettings
from stillwatch.kernels.clusters import clusters
from stillwatch.kernels.communities import communities

# Layers whose popular traces are clustered by who holds them.
CLUSTERED = ("prompt_span", "system_prompt", "tool_schema")
TRACES = {
    "group": pl.Int64,
    "layer": pl.String,
    "trace": pl.Int64,
    "accounts": pl.Int64,
    "exchanges": pl.Int64,
}
SIGNATURE = ("layer", "d", "holders_xor", "holders_sum")


def operations(held: DataFrame, population: int, settings: JudgeSettings) -> pl.DataFrame:
    """Clusters of content and the traces of each.

    Args:
        held: layer, trace, account (its code), exchanges, n (the account's exchanges in all).
        population: Active accounts.
        settings: What content is worth a cluster.

    Returns:
        Rows of TRACES, sorted.
    """
    account = F.col("account")
    traces = (
        held.where(F.col("layer").isin(*CLUSTERED))
        .groupBy("layer", "trace")
        .agg(
            F.count("*").alias("d"),
            F.bit_xor(account).alias("holders_xor"),
            F.sum(F.pmod(account, F.lit(1 << 31))).alias("holders_sum"),
            F.sum("exchanges").alias("exchanges"),
            (F.sum("exchanges") / F.sum("n")).alias("focus"),
        )
        .where((F.col("d") >= settings.min_holders) & (F.col("focus") >= settings.min_focus))
    )
    found = polars(traces).sort("layer", "trace")
    units = (
        found.group_by(SIGNATURE, maintain_order=True)
        .agg(pl.col("trace").min(), pl.col("exchanges").sum())
        .sort("exchanges", "layer", "trace", descending=[True, False, False])
        .head(settings.max_units)
        .with_row_index("unit")
        .with_columns(pl.col("unit").cast(pl.Int64))
    )
    spark = held.sparkSession
    keys = spark.createDataFrame(units.select("layer", "trace", "unit").to_arrow())
    holdings = polars(
        held.join(F.broadcast(keys), on=["layer", "trace"], how="inner").select("unit", "account")
    ).sort("unit", "account")
    labels = clusters(
        holdings["unit"].to_numpy(),
        holdings["account"].to_numpy(),
        population,
        seed=settings.seed,
    )
    grouped = units.select("unit", "exchanges", *SIGNATURE).with_columns(
        pl.Series("group", labels, dtype=pl.Int64)
    )
    grouped = without_loose(grouped, holdings, settings)
    own = found.join(grouped, on=SIGNATURE, how="inner").select(
        "group", "layer", "trace", pl.col("d").alias("accounts"), "exchanges"
    )
    return own.sort("group", "layer", "trace")


def without_loose(
    units: pl.DataFrame, holdings: pl.DataFrame, settings: JudgeSettings
) -> pl.DataFrame:
    """The units with those that do not belong in their cluster put into clusters of their own.

    A unit is loose if fewer of its holders hold another unit of the cluster than is usual there
    (the usual is that of the exchange in the middle), as those of a public harness beside a
    campaign's template; and all are, where even the usual is less than half.

    Args:
        units: unit, group, exchanges, and more.
        holdings: unit, account.
        settings: How much fewer.
    """
    held = holdings.join(units.select("unit", "group"), on="unit", how="inner")
    bound = (
        held.with_columns(others=pl.len().over("group", "account") - 1)
        .group_by("unit", "group")
        .agg(bound=(pl.col("others") > 0).mean())
        .join(units.select("unit", "exchanges"), on="unit", how="inner")
        .sort("group", "bound", "unit")
        .with_columns(
            reached=pl.col("exchanges").cum_sum().over("group"),
            total=pl.col("exchanges").sum().over("group"),
        )
    )
    middle = bound.filter(pl.col("reached") * 2 >= pl.col("total"))
    usual = middle.group_by("group").agg(usual=pl.col("bound").first())
    line = pl.max_horizontal(pl.lit(0.5), settings.min_bound * pl.col("usual"))
    loose = bound.join(usual, on="group", how="inner").filter(pl.col("bound") < line)
    # Above every label there is, so that each is alone.
    alone = (pl.col("unit") + units.height).alias("group")
    return units.with_columns(
        pl.when(pl.col("unit").is_in(loose["unit"].to_list()))
        .then(alone)
        .otherwise(pl.col("group"))
        .alias("group")
    )


def communities_of(
    links: pl.DataFrame, settings: JudgeSettings, min_inside: float = 0.6
) -> pl.DataFrame:
    """Communities of the significant links: group, account_id.

    Args:
        links: account_a, account_b, score.
        settings: Size and resolution of a group.
        min_inside: Of the community detection.
    """
    ends = pl.concat([links["account_a"], links["account_b"]]).unique().sort()
    code = pl.DataFrame({"account": ends, "code": np.arange(len(ends), dtype=np.int64)})
    coded = (
        links.join(code, left_on="account_a", right_on="account")
        .join(code, left_on="account_b", right_on="account", suffix="_b")
        .sort("code", "code_b")
    )
    labels = communities(
        (coded["code"].to_numpy(), coded["code_b"].to_numpy(), coded["score"].to_numpy()),
        len(ends),
        seed=settings.seed,
        resolution=settings.resolution,
        min_inside=min_inside,
    )
    frame = pl.DataFrame({"group": labels, "account_id": ends})
    sizes = frame.group_by("group").len().filter(pl.col("len") >= settings.min_accounts)
    return frame.join(sizes.select("group"), on="group", how="semi").sort("group", "account_id")


def uncovered(communities: pl.DataFrame, members: pl.DataFrame, first: int) -> pl.DataFrame:
    """Communities of which less than half is already in one operation, numbered from `first`.

    Args:
        communities: group, account_id.
        members: group, account_id of the operations.
        first: Number of the first of them.
    """
    if not communities.height:
        return communities
    overlap = (
        communities.join(members, on="account_id", how="inner", suffix="_operation")
        .group_by("group", "group_operation")
        .len("both")
        .group_by("group")
        .agg(pl.col("both").max())
    )
    sizes = communities.group_by("group").len("size").join(overlap, on="group", how="left")
    kept = sizes.filter(pl.col("both").fill_null(0) * 2 < pl.col("size")).sort("group")
    numbers = kept.select("group").with_row_index("number", offset=first)
    return communities.join(numbers, on="group", how="inner").select(
        pl.col("number").cast(pl.Int64).alias("group"), "account_id"
    )


def polars(frame: DataFrame) -> pl.DataFrame:
    """A small frame, brought to the driver."""
    return pl.DataFrame(pl.from_arrow(frame.toArrow()))
