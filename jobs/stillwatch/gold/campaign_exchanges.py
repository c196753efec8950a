"""Which exchanges belong to a campaign? Those that carry its own traces, sent by its accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from stillwatch.config import Run
from stillwatch.judgement.attribution import attribute
from stillwatch.judgement.grouping import polars
from stillwatch.kernels.attribution import Index, Members


def transform(frames: Mapping[str, Any], run: Run) -> DataFrame:
    """Attributed exchanges of the week.

    Args:
        frames: `gold.campaigns` and `silver.exchanges`.
        run: Week, settings and key.
    """
    campaigns = frames["gold.campaigns"].where("exchanges > 0")
    rows = polars(campaigns.select("campaign_id", "precedence", "traces", "members"))
    own = (
        rows.select("precedence", "traces").explode("traces", empty_as_null=False).unnest("traces")
    )
    index = Index.build(*(own[n].to_list() for n in ("layer", "trace", "precedence")))
    theirs = rows.select("precedence", "members").explode("members", empty_as_null=False)
    members = Members.build(theirs["members"].to_list(), theirs["precedence"].to_list())
    found = attribute(
        frames["silver.exchanges"], index, members, ("exchange_id", "account_id", "event_date")
    )
    ids = campaigns.select("campaign_id", F.col("precedence").alias("group"))
    kept = found.join(F.broadcast(ids), on="group", how="inner")
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
