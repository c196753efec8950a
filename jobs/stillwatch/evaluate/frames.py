"""Which rows are compared: what a week published, and what was true of it?

Every figure is a pure function of these two records; `load_*` are the only readers of a lake or of
a truth folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from stillwatch.errors import UsageError
from stillwatch.io.lake import Lake
from stillwatch.tables.gold import ACCUSING

OPTIONAL = ("scenario", "rung", "control", "country", "language")


@dataclass(frozen=True)
class Published:
    """What the lake says of a week.

    Attributes:
        campaigns: Rows of gold.campaigns.
        members: campaign_id, account_id; each pair once.
        attributed: campaign_id, exchange_id; each pair once.
        activity: account_id, exchanges, country (the one it mostly came from), billing_country.
    """

    campaigns: pl.DataFrame
    members: pl.DataFrame
    attributed: pl.DataFrame
    activity: pl.DataFrame

    def accusing(self, *, enforced: bool = False) -> pl.DataFrame:
        """Campaigns that accuse: confirmed or probable.

        Args:
            enforced: Leave out those that an analyst dismissed, as whoever acts on the tables is
                to do. The figures themselves keep them: dismissing an error does not unmake it.
        """
        rows = self.campaigns.filter(pl.col("verdict").is_in(ACCUSING))
        if enforced:
            rows = rows.filter(pl.col("decision").ne_missing("dismissed"))
        return rows.select("campaign_id").unique()

    def accused(self, *, enforced: bool = False) -> pl.DataFrame:
        """account_id of every account in a campaign that accuses, each once."""
        return (
            self.members.join(self.accusing(enforced=enforced), on="campaign_id", how="semi")
            .select("account_id")
            .unique()
            .sort("account_id")
        )


@dataclass(frozen=True)
class Truth:
    """What the simulator did in a week.

    Attributes:
        accounts: account_id, kind, group and any of OPTIONAL; several rows where an account
            belongs to several groups.
        exchanges: exchange_id, campaign, account_id (null where silver does not have the
            exchange); exchanges of campaigns only.
        campaigns: campaign, capabilities, pivot_model, pivot_share, pivot_hours, actor and any
            of OPTIONAL.
    """

    accounts: pl.DataFrame
    exchanges: pl.DataFrame
    campaigns: pl.DataFrame

    def guilty(self) -> pl.DataFrame:
        """account_id of accounts that took part in a campaign, each once."""
        rows = self.accounts.filter(pl.col("kind") == "campaign")
        return rows.select("account_id").unique()

    def honest(self) -> pl.DataFrame:
        """One row per account in no campaign: account_id and kind.

        An account with several honest rows is a control if any of them says so.
        """
        rows = self.accounts.join(self.guilty(), on="account_id", how="anti")
        return rows.group_by("account_id").agg(
            kind=pl.when((pl.col("kind") == "hard_negative").any())
            .then(pl.lit("hard_negative"))
            .otherwise(pl.lit("background"))
        )

    def memberships(self) -> pl.DataFrame:
        """campaign, account_id, each pair once: as listed, or by having sent its exchanges."""
        listed = self.accounts.filter(pl.col("kind") == "campaign").select(
            campaign=pl.col("group"), account_id="account_id"
        )
        sent = (
            self.exchanges.select("campaign", "account_id")
            .drop_nulls()
            .join(self.guilty(), on="account_id", how="semi")
        )
        return pl.concat([listed, sent]).drop_nulls().unique()

    def names(self) -> pl.DataFrame:
        """campaign: every true campaign of the week, each once, sorted."""
        return (
            pl.concat(
                [
                    self.memberships().select("campaign"),
                    self.campaigns.select("campaign"),
                    self.exchanges.select("campaign"),
                ]
            )
            .drop_nulls()
            .unique()
            .sort("campaign")
        )


def load_published(lake: Lake, week: date) -> Published:
    """Reads the published generation of a week.

    Raises:
        UsageError: The week has not been published.
    """
    country = (
        lake.scan("silver.exchanges", week)
        .group_by("account_id", "country")
        .agg(exchanges=pl.len())
        .collect(engine="streaming")
    )
    activity = (
        country.sort("exchanges", "country", descending=[True, False])
        .group_by("account_id")
        .agg(pl.col("country").first(), pl.col("exchanges").sum())
    )
    billing = lake.scan("silver.accounts", week).select("account_id", "billing_country")
    return Published(
        campaigns=lake.scan("gold.campaigns", week).collect(),
        members=_pairs(lake.scan("gold.campaign_accounts", week), "account_id"),
        attributed=_pairs(lake.scan("gold.campaign_exchanges", week), "exchange_id"),
        activity=activity.join(billing.unique("account_id").collect(), on="account_id", how="left"),
    )


def load_truth(lake: Lake, truth: Path, week: date) -> Truth:
    """Reads the truth of a week; the lake tells which account sent a campaign's exchanges.

    Raises:
        UsageError: A truth file is missing, or none of its rows is of that week.
    """
    accounts = _read(truth, "accounts", week).collect()
    if accounts.is_empty():
        raise UsageError(f"truth at {truth} has no rows for week {week}")
    exchanges = _read(truth, "exchanges", week).filter(pl.col("campaign").is_not_null())
    senders = lake.scan("silver.exchanges", week).select("exchange_id", "account_id")
    sent = (
        exchanges.select("exchange_id", "campaign")
        .unique()
        .join(senders, on="exchange_id", how="left")
        .collect(engine="streaming")
    )
    return Truth(accounts, sent, _read(truth, "campaigns", week).collect())


def _pairs(rows: pl.LazyFrame, column: str) -> pl.DataFrame:
    return rows.select("campaign_id", column).unique().collect(engine="streaming")


def _read(truth: Path, name: str, week: date) -> pl.LazyFrame:
    path = truth / f"{name}.parquet"
    if not path.is_file():
        raise UsageError(f"no truth at {path}")
    rows = pl.scan_parquet(path)
    if rows.collect_schema()["week"] == pl.String:
        rows = rows.with_columns(pl.col("week").str.to_date())
    return rows.filter(pl.col("week") == week)
