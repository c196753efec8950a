"""Do errors fall on one country, language, scenario or evasion rung more than on another?

Fairness: country and language never raise a score, so false accusations should be as rare in each.
Small slices have wide bounds; the bound stands beside each rate so that none is read without it.
One planted control group can fill a country's slice, so background accounts also count apart.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from stillwatch.evaluate import accounts, intervals
from stillwatch.evaluate.frames import Published, Truth

UNKNOWN = "unknown"


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
    rows = []
    for row in counted.to_dicts():
        count, total = row["accused"], row["honest_accounts"]
        bound = intervals.upper_bound(count, total)
        row["per_100k"] = 1e5 * count / total
        apart = intervals.ratio(row["background_accused"], row["background_accounts"])
        row["background_per_100k"] = None if apart is None else 1e5 * apart
        row["per_100k_upper_95"] = None if bound is None else 1e5 * bound
        rows.append(row)
    return rows


def by_trait(truth: Truth, accused: pl.DataFrame, trait: str) -> list[dict[str, Any]]:
    """Recall by scenario or evasion rung, as truth/campaigns or else truth/accounts names it.

    Args:
        truth: What was true.
        accused: account_id, each once.
        trait: `scenario` or `rung`.

    Returns:
        value, campaigns, found (campaigns with an accused account), accounts, accused, recall,
        recall_by_campaign; an empty list where no truth file has the column.
    """
    named = _traits(truth, trait)
    if named is None:
        return []
    share = pl.when(pl.col("accounts") > 0).then(pl.col("found") / pl.col("accounts"))
    rows = accounts.found_by_campaign(accused, truth).join(named, on="campaign", how="left")
    grouped = rows.group_by(pl.col(trait).cast(pl.String).fill_null(UNKNOWN).alias("value")).agg(
        campaigns=pl.len(),
        found=(pl.col("found") > 0).sum(),
        accounts=pl.col("accounts").sum(),
        accused=pl.col("found").sum(),
        recall_by_campaign=share.mean(),
    )
    recall = pl.when(pl.col("accounts") > 0).then(pl.col("accused") / pl.col("accounts"))
    return grouped.with_columns(recall=recall).sort("value").to_dicts()


def _traits(truth: Truth, trait: str) -> pl.DataFrame | None:
    if trait in truth.campaigns.columns:
        return truth.campaigns.group_by("campaign").agg(pl.col(trait).drop_nulls().min())
    if trait in truth.accounts.columns:
        rows = truth.accounts.filter(pl.col("kind") == "campaign").rename({"group": "campaign"})
        return rows.group_by("campaign").agg(pl.col(trait).drop_nulls().min())
    return None
