"""Do errors fall on one country, language, scenario or evasion rung more than on another?

Fairness: country and language never raise a score, so false accusations should be as rare in each.
Small slices have wide bounds; the bound stands beside each rate so that none is read without it.
One planted control group can fill a country's slice, so background accounts also count apart.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from stillwatch.evaluate import accounts, intervals
from stillwatch.evaluate.frames import Published, Truth

UNKNOWN = "unknown"
TRAITS = ("scenario", "rung")
COUNTS = ("honest_accounts", "accused", "background_accounts", "background_accused")


def by_place(published: Published, truth: Truth, honest: pl.DataFrame) -> dict[str, Any]:
    """False accusations by country logged, by country of the bill and by language.

    Args:
        published: What the week published.
        truth: What was true; `language` is used where truth/accounts has it.
        honest: As `accounts.honest_active` returns it.

    Returns:
        A list of slices by each of `country`, `billing_country` and, where known, `language`.
    """
    traits = published.activity.select("account_id", "country", "billing_country")
    known = honest.join(traits, on="account_id", how="left")
    slices = {name: _rates(known, name) for name in ("country", "billing_country")}
    if "language" in truth.accounts.columns:
        spoken = truth.accounts.group_by("account_id").agg(pl.col("language").drop_nulls().min())
        slices["language"] = _rates(honest.join(spoken, on="account_id", how="left"), "language")
    return slices


def _rates(honest: pl.DataFrame, by: str) -> list[dict[str, Any]]:
    background = pl.col("kind") == "background"
    counted = (
        honest.group_by(pl.col(by).fill_null(UNKNOWN).alias("value"))
        .agg(
            honest_accounts=pl.len(),
            accused=pl.col("accused").sum(),
            background_accounts=background.sum(),
            background_accused=(background & pl.col("accused")).sum(),
        )
        .sort("value")
    )
    return rated(counted.to_dicts())


def rated(counts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rates and their bound beside the counts of slices.

    Args:
        counts: Rows of value, honest_accounts, accused, background_accounts, background_accused.
    """
    rows = []
    for row in counts:
        count, total = row["accused"], row["honest_accounts"]
        bound = intervals.upper_bound(count, total)
        row["per_100k"] = 1e5 * count / total
        apart = intervals.ratio(row["background_accused"], row["background_accounts"])
        row["background_per_100k"] = None if apart is None else 1e5 * apart
        row["per_100k_upper_95"] = None if bound is None else 1e5 * bound
        rows.append(row)
    return rows


def found(published: Published, truth: Truth, accused: pl.DataFrame) -> pl.DataFrame:
    """One row a true campaign with what was found of it and the traits that the truth names.

    Args:
        published: What the week published.
        truth: What was true; its traits are in truth/campaigns or else truth/accounts.
        accused: account_id, each once.

    Returns:
        campaign, accounts, accused, exchanges, attributed (to any accusing group), and `scenario`
        and `rung` (null where no truth file has the column).
    """
    claimed = published.attributed.join(published.accusing(), on="campaign_id", how="semi")
    known = pl.col("exchange_id").is_in(claimed["exchange_id"].unique().implode())
    sent = truth.exchanges.group_by("campaign").agg(
        exchanges=pl.len().cast(pl.Int64), attributed=known.sum().cast(pl.Int64)
    )
    rows = accounts.found_by_campaign(accused, truth).rename({"found": "accused"})
    rows = rows.join(sent, on="campaign", how="left").with_columns(
        pl.col("exchanges", "attributed").fill_null(0)
    )
    for trait in TRAITS:
        named = _traits(truth, trait)
        if named is None:
            rows = rows.with_columns(pl.lit(None, pl.String).alias(trait))
        else:
            rows = rows.join(named, on="campaign", how="left")
    return rows.sort("campaign")


def by_trait(rows: pl.DataFrame, trait: str, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Recall by scenario or evasion rung, over the campaigns of each.

    Args:
        rows: As `found` returns them.
        trait: `scenario` or `rung`.
        rng: Source of the draws.

    Returns:
        value, campaigns, found (campaigns with an accused account), accounts, accused, recall
        with its interval over accounts (low, high) and over campaigns (low_groups, high_groups),
        recall_by_campaign, exchange_recall; an empty list where no truth file has the trait.
    """
    if rows[trait].null_count() == rows.height:
        return []
    named = rows.with_columns(pl.col(trait).fill_null(UNKNOWN))
    told = []
    for value in sorted(named[trait].unique()):
        mine = named.filter(pl.col(trait) == value)
        parts, wholes = mine["accused"].to_numpy(), mine["accounts"].to_numpy()
        recall = intervals.proportion(int(parts.sum()), int(wholes.sum()), rng)
        some = mine.filter(pl.col("accounts") > 0)
        told.append(
            {
                "value": value,
                "campaigns": mine.height,
                "found": int((parts > 0).sum()),
                "accounts": recall["whole"],
                "accused": recall["part"],
                "recall": recall["value"],
                "low": recall["low"],
                "high": recall["high"],
                **intervals.clustered(parts, wholes, rng),
                "recall_by_campaign": (some["accused"] / some["accounts"]).mean(),
                "exchange_recall": intervals.ratio(
                    int(mine["attributed"].sum()), int(mine["exchanges"].sum())
                ),
            }
        )
    return told


def _traits(truth: Truth, trait: str) -> pl.DataFrame | None:
    kept = pl.col(trait).cast(pl.String).drop_nulls().min()
    if trait in truth.campaigns.columns:
        return truth.campaigns.group_by("campaign").agg(kept)
    if trait in truth.accounts.columns:
        rows = truth.accounts.filter(pl.col("kind") == "campaign").rename({"group": "campaign"})
        return rows.group_by("campaign").agg(kept)
    return None
