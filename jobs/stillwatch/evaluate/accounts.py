"""Were the right accounts accused, and how many honest ones were?

Every denominator is the harder one: recall counts campaign accounts that sent nothing, false
accusations count only honest accounts that sent something, and an accused account that the truth
does not know counts as honest. An account in several groups counts once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from stillwatch.evaluate import groups, intervals
from stillwatch.evaluate.frames import Published, Truth

LISTED = 100  # accounts named in the JSON; counts are always whole
BASE_RATES = {"1_in_1000": 1e-3, "1_in_10000": 1e-4}


def base_rate(published: Published, truth: Truth) -> dict[str, Any]:
    """How common campaign accounts are in this traffic: precision means nothing without it."""
    guilty, honest = truth.guilty().height, truth.honest().height
    idle = truth.guilty().join(published.activity, on="account_id", how="anti").height
    return {
        "accounts": guilty + honest,
        "campaign_accounts": guilty,
        "campaign_accounts_without_traffic": idle,
        "honest_accounts": honest,
        "rate": intervals.ratio(guilty, guilty + honest),
    }


def confusion(
    accused: pl.DataFrame,
    truth: Truth,
    rng: np.random.Generator,
    accusing: pl.DataFrame | None = None,
) -> dict[str, Any]:
    """Precision and recall over accounts, with both bootstraps.

    Args:
        accused: account_id, each once.
        truth: What was true.
        rng: Source of the draws.
        accusing: As `groups.accusing` returns it; without it precision has no interval over groups.
    """
    guilty = truth.guilty()
    right = accused.join(guilty, on="account_id", how="semi").height
    known = truth.accounts.select("account_id")
    per_campaign = found_by_campaign(accused, truth)
    parts, wholes = (per_campaign[name].to_numpy() for name in ("found", "accounts"))
    precision = intervals.proportion(right, accused.height, rng)
    recall = intervals.proportion(right, guilty.height, rng)
    if accusing is not None:
        precision |= groups.precision(accusing, "campaign_accounts", "accounts", rng)
    shares = per_campaign.filter(pl.col("accounts") > 0)
    return {
        "accused": accused.height,
        "true_positives": right,
        "false_positives": accused.height - right,
        "false_negatives": guilty.height - right,
        "not_in_truth": accused.join(known, on="account_id", how="anti").height,
        "precision": precision,
        "recall": recall | intervals.clustered(parts, wholes, rng),
        "recall_by_campaign": intervals.mean(
            shares.select(pl.col("found") / pl.col("accounts")).to_series().to_numpy(), rng
        ),
    }


def found_by_campaign(accused: pl.DataFrame, truth: Truth) -> pl.DataFrame:
    """campaign, accounts, found: accounts of each true campaign that were accused of anything."""
    marked = truth.memberships().join(
        accused.select("account_id", found=pl.lit(1, pl.Int64)), on="account_id", how="left"
    )
    counted = marked.group_by("campaign").agg(
        accounts=pl.len().cast(pl.Int64), found=pl.col("found").sum()
    )
    rows = truth.names().join(counted, on="campaign", how="left")
    return rows.with_columns(pl.col("accounts", "found").fill_null(0)).sort("campaign")


def honest_active(published: Published, truth: Truth, accused: pl.DataFrame) -> pl.DataFrame:
    """Honest accounts at risk: they sent something, or were accused.

    Returns:
        account_id, kind (`unknown` where the truth does not list it), accused.
    """
    at_risk = pl.concat([published.activity.select("account_id"), accused.select("account_id")])
    named = at_risk.unique().join(truth.guilty(), on="account_id", how="anti")
    return (
        named.join(truth.honest(), on="account_id", how="left")
        .join(accused.select("account_id", accused=pl.lit(True)), on="account_id", how="left")
        .with_columns(pl.col("accused").fill_null(False), pl.col("kind").fill_null("unknown"))
        .filter(pl.col("accused") | (pl.col("kind") != "unknown"))
        .sort("account_id")
    )


def false_accusations(honest: pl.DataFrame) -> dict[str, Any]:
    """False accusations per 100,000 honest accounts, with a one-sided 95 % upper bound.

    Args:
        honest: As `honest_active` returns it.
    """
    wrong = honest.filter("accused")
    count, total = wrong.height, honest.height
    rate, bound = intervals.ratio(count, total), intervals.upper_bound(count, total)
    return {
        "honest_accounts": total,
        "accused": count,
        "rate": rate,
        "rate_upper_95": bound,
        "per_100k": None if rate is None else rate * 1e5,
        "per_100k_upper_95": None if bound is None else bound * 1e5,
        "by_kind": dict(sorted(wrong.group_by("kind").len().iter_rows())),
        "accounts": wrong["account_id"].to_list()[:LISTED],
        "accounts_listed_of": count,
    }


def precision_at(recall: float | None, wrong: dict[str, Any]) -> dict[str, Any]:
    """Precision if campaign accounts were as rare as each base rate, by Bayes' rule.

    `low` puts the upper bound of the false accusation rate in place of the rate itself.
    """
    rate, bound = wrong["rate"], wrong["rate_upper_95"]
    return {
        name: {
            "base_rate": base,
            "value": _bayes(base, recall, rate),
            "low": _bayes(base, recall, bound),
        }
        for name, base in BASE_RATES.items()
    }


def _bayes(base: float, recall: float | None, rate: float | None) -> float | None:
    if recall is None or rate is None:
        return None
    return intervals.ratio(base * recall, base * recall + (1 - base) * rate)
