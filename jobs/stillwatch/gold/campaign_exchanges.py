"""Which exchanges belong to a campaign? Those that carry its own traces, sent by its accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from stillwatch.config import Run
from stillwatch.judgement.attribution import attribute
from stillwatch.kernels.attribution import Index


def transform(frames: Mapping[str, Any], run: Run) -> DataFrame:
    """Attributed exchanges of the week.

    Args:
        frames: `gold.campaigns` and `silver.exchanges`.
        run: Week, settings and key.
    """
    campaigns = frames["gold.campaigns"].where("exchanges > 0")
    exchanges = frames["silver.exchanges"]
    own = pl.DataFrame(
        pl.from_arrow(
            campaigns.select("campaign_id", F.inline("traces"))
            .select("campaign_id", "layer", "trace")
            .toArrow()
        )
    )
    ids = own["campaign_id"].unique().sort()
    numbers = {name: i for i, name in enumerate(ids)}
    index = Index.build(
        own["layer"].to_list(), own["trace"].to_list(), [numbers[n] for n in own["campaign_id"]]
    )
    found = attribute(exchanges, index, ("exchange_id", "account_id", "event_date"))
    named = F.array(*(F.lit(name) for name in ids)) if len(ids) else F.array(F.lit(""))
    labelled = found.withColumn("campaign_id", F.get(named, F.col("group").cast("int")))
    settings = run.settings.judge
    active = exchanges.groupBy("account_id").agg(F.count("*").alias("n"))
    each = Window.partitionBy("campaign_id", "account_id")
    kept = (
        labelled.withColumn("attributed", F.count("*").over(each))
        .where(F.col("attributed") >= settings.min_member_exchanges)
        .join(active, on="account_id", how="inner")
        .where(F.col("attributed") >= settings.min_member_share * F.col("n"))
    )
    reason = F.concat_ws(
        "",
        F.lit("carries "),
        "matches",
        F.lit(" of the campaign's traces, first "),
        "layer",
        F.lit(" "),
        F.col("trace").cast("string"),
    )
    return kept.select(
        F.lit(run.week).alias("week"),
        "campaign_id",
        "exchange_id",
        "account_id",
        "event_date",
        reason.alias("reason"),
    )
