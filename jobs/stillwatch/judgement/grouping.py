"""Which accounts form a group, and which traces are that group's own?

A group is a community of the link graph. Its own traces are the content that its members hold and
that hardly anyone else does; from these, and not from the graph, follow its exchanges and its
accounts, so that an account may belong to several groups and a stranger in the graph to none.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from stillwatch.config import JudgeSettings
from stillwatch.kernels.attribution import LAYERS
from stillwatch.kernels.communities import communities


def members(links: pl.DataFrame, settings: JudgeSettings) -> pl.DataFrame:
    """Communities of the link graph: group, account_id, degree.

    Args:
        links: account_a, account_b, score.
        settings: Size and resolution of a group.
    """
    ends = pl.concat([links["account_a"], links["account_b"]]).unique().sort()
    code = pl.DataFrame({"account": ends, "code": np.arange(len(ends), dtype=np.int64)})
    coded = (
        links.join(code, left_on="account_a", right_on="account")
        .join(code, left_on="account_b", right_on="account", suffix="_b")
        .sort("code", "code_b")
    )
    a, b = coded["code"].to_numpy(), coded["code_b"].to_numpy()
    labels = communities(
        (a, b, coded["score"].to_numpy()),
        len(ends),
        seed=settings.seed,
        resolution=settings.resolution,
    )
    degree = np.bincount(np.concatenate([a, b]), minlength=len(ends))
    frame = pl.DataFrame({"group": labels, "account_id": ends, "degree": degree})
    sizes = frame.group_by("group").len().filter(pl.col("len") >= settings.min_accounts)
    return frame.join(sizes.select("group"), on="group", how="semi").sort("group", "account_id")


def own_traces(traces: DataFrame, groups: DataFrame, settings: JudgeSettings) -> DataFrame:
    """Content that a group holds and hardly anyone else does.

    Args:
        traces: silver.traces of the week.
        groups: group, account_id.
        settings: How exclusive, and by how many held.

    Returns:
        group, layer, trace, accounts (holders in the group), exchanges (theirs), share (of all
        exchanges with the trace).
    """
    held = (
        traces.where(F.col("layer").isin(*LAYERS))
        .groupBy("layer", "trace", "account_id")
        .agg(F.sum("exchanges").alias("exchanges"))
    )
    inside = (
        held.join(F.broadcast(groups), on="account_id", how="inner")
        .groupBy("group", "layer", "trace")
        .agg(F.count("*").alias("accounts"), F.sum("exchanges").alias("exchanges"))
    )
    size = groups.groupBy("group").agg(F.count("*").alias("size"))
    needed = F.greatest(
        F.lit(settings.min_holders), F.ceil(F.col("size") * settings.min_holder_share)
    )
    candidates = inside.join(F.broadcast(size), on="group", how="inner").where(
        F.col("accounts") >= needed
    )
    everywhere = (
        held.join(
            F.broadcast(candidates.select("layer", "trace").distinct()), on=["layer", "trace"]
        )
        .groupBy("layer", "trace")
        .agg(F.sum("exchanges").alias("all_exchanges"))
    )
    share = F.col("exchanges") / F.col("all_exchanges")
    return (
        candidates.join(everywhere, on=["layer", "trace"], how="inner")
        .withColumn("share", share)
        .where(F.col("share") >= settings.min_trace_share)
        .select("group", "layer", "trace", "accounts", "exchanges", "share")
    )
