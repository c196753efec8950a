"""Which accounts get the same work items dealt, though no clause ties them together?

A queue that asks each item of k accounts leaves many prompts that exactly the same few accounts
sent, each time another few: no trace has enough holders to be a cluster. What ties them is that
the same two accounts meet again and again, in prompts that hardly anybody else sent.
"""

from __future__ import annotations

import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from stillwatch.config import JudgeSettings
from stillwatch.judgement.grouping import TRACES, communities_of, polars

LAYER = "near_duplicate"


def pools(held: DataFrame, settings: JudgeSettings) -> pl.DataFrame:
    """Groups of accounts that meet in near-duplicate prompts: the traces of each.

    Args:
        held: layer, trace, account (its code), exchanges; all holders of a trace together.
        settings: How few may have sent a prompt, how often two accounts have to meet.

    Returns:
        group (from 0), layer, trace, accounts, exchanges.
    """
    near = held.where(F.col("layer") == LAYER).select("layer", "trace", "account", "exchanges")
    counts = near.groupBy("layer", "trace").agg(F.count("*").alias("d"))
    few = near.join(
        counts.where(F.col("d").between(2, settings.max_sampled)),
        on=["layer", "trace"],
        how="inner",
    )
    other = few.select("layer", "trace", F.col("account").alias("account_b"))
    met = (
        few.select("layer", "trace", F.col("account").alias("account_a"))
        .join(other, on=["layer", "trace"], how="inner")
        .where("account_a < account_b")
        .groupBy("account_a", "account_b")
        .agg(F.count("*").cast("double").alias("score"))
        .where(F.col("score") >= settings.min_meetings)
    )
    links = polars(met)
    if not links.height:
        return pl.DataFrame(schema=TRACES)
    # Who meets whom is chance within a pool: only parts that hardly meet at all are two pools.
    found = communities_of(links, settings, min_inside=0.8).rename({"account_id": "account"})
    known = held.sparkSession.createDataFrame(found.to_arrow())
    own = (
        few.join(F.broadcast(known), on="account", how="inner")
        .groupBy("group", "layer", "trace", "d")
        .agg(F.count("*").alias("accounts"), F.sum("exchanges").alias("exchanges"))
        .where((F.col("accounts") >= 2) & (F.col("accounts") >= settings.min_own * F.col("d")))
        .select(*TRACES)
    )
    return polars(own).sort("group", "layer", "trace")
