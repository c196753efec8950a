"""Which accounts does each judged group consist of, how surely, and why?

Confidence grows with the exchanges x that carry the group's traces, as 1 - 1 / (1 + x / 2); an
account that only its links put into the group has 0.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from stillwatch.config import Run
from stillwatch.tables import table

BY_LINKS_ALONE = 0.2
BY_INSTRUMENT = "sends them seldom, and shares a payment or a network with members"


def transform(frames: Mapping[str, Any], run: Run) -> pl.LazyFrame:
    """Accounts of the week's campaigns.

    Args:
        frames: `gold.campaigns`, `gold.campaign_exchanges`, `gold.account_links`.
        run: Week, settings and key.
    """
    campaigns: pl.LazyFrame = frames["gold.campaigns"]
    exchanges: pl.LazyFrame = frames["gold.campaign_exchanges"]
    sent = exchanges.group_by("campaign_id", "account_id").agg(
        pl.len().cast(pl.Int64).alias("exchanges")
    )
    silent = (
        campaigns.filter(pl.col("exchanges") == 0)
        .select("campaign_id", pl.col("members").alias("account_id"))
        .explode("account_id", empty_as_null=False)
        .with_columns(pl.lit(0, dtype=pl.Int64).alias("exchanges"))
    )
    rested = (
        campaigns.select("campaign_id", pl.col("judged").alias("account_id"))
        .explode("account_id", empty_as_null=False)
        .with_columns(judged=pl.lit(True))
    )
    guests = (
        campaigns.select("campaign_id", pl.col("guests").alias("account_id"))
        .explode("account_id", empty_as_null=False)
        .with_columns(is_guest=pl.lit(True))
    )
    both = pl.concat([sent, silent])
    members = both.join(
        linked(frames["gold.account_links"], both), on=["campaign_id", "account_id"], how="left"
    )
    for others in (rested, guests):
        members = members.join(others, on=["campaign_id", "account_id"], how="left")
    sends, links = pl.col("exchanges") > 0, pl.col("links").fill_null(0)
    by_trace = pl.format("{} exchanges carry the group's own traces", pl.col("exchanges"))
    by_link = pl.format("linked to {} accounts of the group by what they share", links)
    reasons = pl.concat_list(
        pl.when(sends).then(by_trace),
        pl.when(links > 0).then(by_link),
        pl.when(pl.col("is_guest")).then(pl.lit(BY_INSTRUMENT)),
    ).list.drop_nulls()
    return members.with_columns(
        pl.lit(run.week).alias("week"),
        pl.when(sends)
        .then(1 - 1 / (1 + pl.col("exchanges") / 2))
        .otherwise(BY_LINKS_ALONE)
        .alias("confidence"),
        reasons.alias("reasons"),
        pl.col("judged").fill_null(False),
    ).select(table("gold.campaign_accounts").column_names)


def linked(links: pl.LazyFrame, members: pl.LazyFrame) -> pl.LazyFrame:
    """How many accounts of its own campaign each account is linked to."""
    ends = ("account_a", "account_b")
    both = pl.concat(
        [
            links.select(pl.col(one).alias("account_id"), pl.col(other).alias("to"))
            for one, other in (ends, ends[::-1])
        ]
    )
    own = members.select("campaign_id", "account_id")
    return (
        both.join(own, on="account_id")
        .join(own.rename({"account_id": "to"}), on=["campaign_id", "to"], how="semi")
        .group_by("campaign_id", "account_id")
        .agg(pl.len().alias("links"))
    )
