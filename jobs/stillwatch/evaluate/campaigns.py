"""Does each true campaign come out as one published campaign, whole and unmixed?

A true campaign is matched to the accusing campaign with the best F1 over exchanges, then over
accounts; so neither one giant group nor many crumbs scores well. What nobody published counts with
completeness 0 and a volume error of 1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from stillwatch.evaluate import intervals
from stillwatch.evaluate.frames import Published, Truth


def matches(published: Published, truth: Truth) -> pl.DataFrame:
    """One row a true campaign, sorted by name.

    Returns:
        campaign, campaign_id (null if missed), verdict, decision, ids (accusing campaigns at
        least half of which is this one), shared_with (true campaigns matched to the same id),
        true_accounts, true_exchanges, published_accounts, published_exchanges, shared_accounts,
        shared_exchanges (its own in the group), purity_accounts, purity_exchanges,
        completeness_accounts, completeness_exchanges, volume_error (relative, signed).
    """
    pairs = overlaps(published, truth)
    best = pairs.sort(
        ["campaign", "f1_exchanges", "f1_accounts", "campaign_id"],
        descending=[False, True, True, False],
    ).unique("campaign", keep="first", maintain_order=True)
    sharing = pl.len().over("campaign_id") - 1
    rows = (
        truth.names()
        .join(_sizes(truth), on="campaign", how="left")
        .join(
            best.with_columns(shared_with=sharing.cast(pl.Int64)).drop(
                "true_accounts", "true_exchanges"
            ),
            on="campaign",
            how="left",
        )
        .join(_fragments(pairs), on="campaign", how="left")
        .join(
            published.campaigns.select("campaign_id", "verdict", "decision"),
            on="campaign_id",
            how="left",
        )
    )
    return _measured(rows).sort("campaign")


def rows(matched: pl.DataFrame, rng: np.random.Generator) -> list[dict[str, Any]]:
    """The rows of `matches`, each share with its 95 % bootstrap as `<share>_low`, `<share>_high`.

    Drawn are the campaign's accounts or exchanges; those of one campaign are found or missed
    together, so the interval is the least that is unsure.

    Args:
        matched: As `matches` returns it.
        rng: Source of the draws.
    """
    told = matched.to_dicts()
    for row in told:
        for name, whole in (("purity", "published"), ("completeness", "true")):
            for unit in ("accounts", "exchanges"):
                drawn = intervals.proportion(row[f"shared_{unit}"], row[f"{whole}_{unit}"], rng)
                row |= {f"{name}_{unit}_{end}": drawn[end] for end in ("low", "high")}
    return told


def overlaps(published: Published, truth: Truth) -> pl.DataFrame:
    """Every accusing campaign that has anything of a true campaign, with what they share.

    Returns:
        campaign, campaign_id, accounts, exchanges (shared), true_accounts, true_exchanges,
        published_accounts, published_exchanges, f1_accounts, f1_exchanges.
    """
    accusing = published.accusing()
    members = published.members.join(accusing, on="campaign_id", how="semi")
    attributed = published.attributed.join(accusing, on="campaign_id", how="semi")
    keys = ["campaign", "campaign_id"]
    by_account = (
        truth.memberships().join(members, on="account_id").group_by(keys).agg(accounts=pl.len())
    )
    by_exchange = (
        truth.exchanges.join(attributed, on="exchange_id").group_by(keys).agg(exchanges=pl.len())
    )
    size = (
        accusing.join(_count(members, "published_accounts"), on="campaign_id", how="left")
        .join(_count(attributed, "published_exchanges"), on="campaign_id", how="left")
        .fill_null(0)
    )
    pairs = by_account.join(by_exchange, on=keys, how="full", coalesce=True)
    joined = (
        pairs.with_columns(pl.col("accounts", "exchanges").fill_null(0).cast(pl.Int64))
        .join(size, on="campaign_id")
        .join(_sizes(truth), on="campaign")
    )
    return joined.with_columns(
        f1_accounts=_f1("accounts"),
        f1_exchanges=_f1("exchanges"),
    )


def owners(pairs: pl.DataFrame) -> pl.DataFrame:
    """The one true campaign that each accusing campaign has most of; a merged one gets one credit.

    Args:
        pairs: As `overlaps` returns it.

    Returns:
        campaign_id, campaign, half (whether at least half of it is that campaign: of its
        exchanges, or of its accounts where it has none). A group of honest accounts with one of
        a campaign's is a false accusation and no part of the campaign.
    """
    part = pl.when(pl.col("published_exchanges") > 0)
    half = part.then(2 * pl.col("exchanges") >= pl.col("published_exchanges")).otherwise(
        2 * pl.col("accounts") >= pl.col("published_accounts")
    )
    ranked = pairs.with_columns(half=half).sort(
        ["campaign_id", "exchanges", "accounts", "campaign"],
        descending=[False, True, True, False],
    )
    first = ranked.unique("campaign_id", keep="first", maintain_order=True)
    return first.select("campaign_id", "campaign", "half")


def _fragments(pairs: pl.DataFrame) -> pl.DataFrame:
    return owners(pairs).filter("half").group_by("campaign").agg(ids=pl.len())


def _f1(unit: str) -> pl.Expr:
    both = pl.col(f"true_{unit}") + pl.col(f"published_{unit}")
    return pl.when(both > 0).then(2 * pl.col(unit) / both).otherwise(0.0)


def _count(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    return rows.group_by("campaign_id").agg(pl.len().cast(pl.Int64).alias(name))


def _sizes(truth: Truth) -> pl.DataFrame:
    accounts = truth.memberships().group_by("campaign").agg(true_accounts=pl.len())
    exchanges = truth.exchanges.group_by("campaign").agg(true_exchanges=pl.len())
    return (
        truth.names()
        .join(accounts, on="campaign", how="left")
        .join(exchanges, on="campaign", how="left")
        .with_columns(pl.col("true_accounts", "true_exchanges").fill_null(0).cast(pl.Int64))
    )


def _measured(rows: pl.DataFrame) -> pl.DataFrame:
    counts = (
        "ids",
        "shared_with",
        "accounts",
        "exchanges",
        "published_accounts",
        "published_exchanges",
    )
    filled = rows.with_columns(pl.col(*counts).fill_null(0).cast(pl.Int64))
    volume = pl.col("published_exchanges") - pl.col("true_exchanges")
    return filled.select(
        "campaign",
        "campaign_id",
        "verdict",
        "decision",
        "ids",
        "shared_with",
        "true_accounts",
        "true_exchanges",
        "published_accounts",
        "published_exchanges",
        shared_accounts="accounts",
        shared_exchanges="exchanges",
        purity_accounts=_share("accounts", "published_accounts"),
        purity_exchanges=_share("exchanges", "published_exchanges"),
        completeness_accounts=_share("accounts", "true_accounts"),
        completeness_exchanges=_share("exchanges", "true_exchanges"),
        volume_error=pl.when(pl.col("true_exchanges") > 0).then(volume / pl.col("true_exchanges")),
    )


def _share(part: str, whole: str) -> pl.Expr:
    return pl.when(pl.col(whole) > 0).then(pl.col(part) / pl.col(whole))
