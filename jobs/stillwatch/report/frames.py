"""Which published rows does the report need? All from one generation, small but for two counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from stillwatch.config import JudgeSettings
from stillwatch.errors import UsageError
from stillwatch.io.lake import Lake
from stillwatch.report import words
from stillwatch.tables.gold import ACCUSING

TOP_ACCOUNTS = 10


@dataclass(frozen=True)
class Week:
    """The rows of one published week.

    Attributes:
        week: Its Monday.
        publication: The row of gold.publications, `tables` as a mapping.
        campaigns: gold.campaigns.
        summary: gold.weekly_abuse_summary.
        evidence: gold.campaign_evidence.
        members: campaign_id, account_id, confidence, exchanges, reasons, members (accounts in
            all): the first TOP_ACCOUNTS of each campaign.
        accused: Distinct accounts in confirmed or probable campaigns that nobody dismissed.
        hours: campaign_id, hour (0 to 167), exchanges; campaign_id null for the whole traffic.
        accounts: Accounts that sent anything.
        quality: gold.quality_results.
        quarantine: feed, reason, lines.
        launches: model, launched_at.
    """

    week: date
    publication: dict[str, Any]
    campaigns: pl.DataFrame
    summary: pl.DataFrame
    evidence: pl.DataFrame
    members: pl.DataFrame
    accused: int
    hours: pl.DataFrame
    accounts: int
    quality: pl.DataFrame
    quarantine: pl.DataFrame
    launches: pl.DataFrame


def load(lake: Lake, week: date) -> Week:
    """Reads a published week.

    Raises:
        UsageError: The week has not been published.
    """
    publication = lake.publication(week)
    if publication is None:
        raise UsageError(f"week {week} has not been published in {lake.root}")
    campaigns = lake.scan("gold.campaigns", week).collect()
    feed = pl.col("source_file").str.extract(r"^([^/.]+)").fill_null("unknown").alias("feed")
    return Week(
        week=week,
        publication=publication,
        campaigns=campaigns,
        summary=lake.scan("gold.weekly_abuse_summary", week).collect(),
        evidence=lake.scan("gold.campaign_evidence", week).collect(),
        members=_members(lake, week),
        accused=_accused(lake, week, campaigns),
        hours=_hours(lake, week),
        accounts=_active(lake, week),
        quality=lake.scan("gold.quality_results", week).collect(),
        quarantine=lake.scan("bronze.quarantine", week)
        .group_by(feed, "reason")
        .agg(lines=pl.len())
        .sort("feed", "lines", "reason", descending=[False, True, False])
        .collect(),
        launches=lake.scan("bronze.models", week).select("model", "launched_at").collect(),
    )


def no_group(lake: Lake, week: date) -> str:
    """Why a published week has no judged group, in a sentence; empty where it has one.

    Raises:
        UsageError: The week has not been published.
    """
    campaigns = lake.scan("gold.campaigns", week).select("status").collect()
    publication = lake.publication(week)
    if publication is None or _judged(campaigns):
        return ""
    return silence(publication, campaigns, _active(lake, week))


def silence(publication: dict[str, Any], campaigns: pl.DataFrame, accounts: int) -> str:
    """The same of rows already read.

    Args:
        publication: The row of gold.publications.
        campaigns: Of gold.campaigns, status.
        accounts: Accounts that sent anything.
    """
    if _judged(campaigns):
        return ""
    exchanges = publication["tables"]["silver.exchanges"]["rows"]
    return words.no_group(exchanges, accounts, JudgeSettings().min_accounts)


def _judged(campaigns: pl.DataFrame) -> bool:
    """Whether a group was judged: a campaign that sleeps was not."""
    return not campaigns.filter(pl.col("status").ne_missing("dormant")).is_empty()


def _active(lake: Lake, week: date) -> int:
    sent = lake.scan("silver.exchanges", week).select(pl.col("account_id").n_unique())
    found: int = sent.collect(engine="streaming").item()
    return found


def _members(lake: Lake, week: date) -> pl.DataFrame:
    rows = lake.scan("gold.campaign_accounts", week).with_columns(
        members=pl.len().over("campaign_id")
    )
    order = [pl.col("confidence"), pl.col("exchanges"), pl.col("account_id")]
    ranked = rows.sort(order, descending=[True, True, False], nulls_last=True)
    return ranked.group_by("campaign_id", maintain_order=True).head(TOP_ACCOUNTS).collect()


def _accused(lake: Lake, week: date, campaigns: pl.DataFrame) -> int:
    standing = campaigns.filter(
        pl.col("verdict").is_in(ACCUSING) & pl.col("decision").ne_missing("dismissed")
    )
    members = lake.scan("gold.campaign_accounts", week).join(
        standing.lazy().select("campaign_id"), on="campaign_id", how="semi"
    )
    found: int = members.select(pl.col("account_id").n_unique()).collect().item()
    return found


def _hours(lake: Lake, week: date) -> pl.DataFrame:
    start = datetime(week.year, week.month, week.day, tzinfo=UTC)
    hour = (pl.col("ts") - pl.lit(start)).dt.total_hours().alias("hour")
    sent = lake.scan("silver.exchanges", week).select("exchange_id", hour)
    attributed = lake.scan("gold.campaign_exchanges", week).select("campaign_id", "exchange_id")
    each = sent.join(attributed, on="exchange_id").group_by("campaign_id", "hour")
    everyone = sent.group_by("hour").agg(exchanges=pl.len())
    return pl.concat(
        [
            each.agg(exchanges=pl.len()).collect(engine="streaming"),
            everyone.select(
                pl.lit(None, pl.String).alias("campaign_id"), "hour", "exchanges"
            ).collect(engine="streaming"),
        ]
    ).filter(pl.col("hour").is_between(0, 167))
