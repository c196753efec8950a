"""Which accounts does each judged group consist of, how surely, and why?

Confidence grows with the exchanges x that carry the group's traces, as 1 - 1 / (1 + x / 2); an
account that only its links put into the group has 0.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from stillwatch.config import Run


def transform(frames: Mapping[str, Any], run: Run) -> DataFrame:
    """Accounts of the week's campaigns.

    Args:
        frames: `gold.campaigns`, `gold.campaign_exchanges`, `gold.account_links`.
        run: Week, settings and key.
    """
    sent = (
        frames["gold.campaign_exchanges"]
        .groupBy("campaign_id", "account_id")
        .agg(F.count("*").alias("exchanges"))
    )
    silent = (
        frames["gold.campaigns"]
        .where("exchanges = 0")
        .select("campaign_id", F.explode("members").alias("account_id"))
        .withColumn("exchanges", F.lit(0).cast("bigint"))
    )
    degree = linked(frames["gold.account_links"])
    members = sent.unionByName(silent).join(degree, on="account_id", how="left")
    degrees = F.coalesce("links", F.lit(0))
    by_trace = F.concat_ws("", F.col("exchanges"), F.lit(" exchanges carry the group's own traces"))
    by_link = F.concat_ws("", F.lit("linked to "), degrees, F.lit(" accounts by what they share"))
    listed: DataFrame = members.select(
        F.lit(run.week).alias("week"),
        "campaign_id",
        "account_id",
        F.when(F.col("exchanges") > 0, 1 - 1 / (1 + F.col("exchanges") / 2))
        .otherwise(0.2)
        .alias("confidence"),
        "exchanges",
        F.array_compact(
            F.array(F.when(F.col("exchanges") > 0, by_trace), F.when(degrees > 0, by_link))
        ).alias("reasons"),
    )
    return listed


def linked(links: DataFrame) -> DataFrame:
    """How many links each account has."""
    ends = F.explode(F.array("account_a", "account_b")).alias("account_id")
    return links.select(ends).groupBy("account_id").agg(F.count("*").alias("links"))
