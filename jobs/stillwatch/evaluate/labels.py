"""Are a found campaign's capabilities and its pivot to a new model told rightly?

Only campaigns that were found can be compared; the count of those that were not stands beside.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import polars as pl

from stillwatch.evaluate import intervals
from stillwatch.evaluate.frames import Published, Truth


def shares(value: Any) -> dict[str, float]:
    """Capability shares by name, from any form that a truth file may hold.

    Args:
        value: A list of {name, share} or of names (then equal shares), a mapping, its JSON, or
            None. Fields of a mapping that are null do not count.
    """
    if isinstance(value, str):
        value = json.loads(value) if value.lstrip().startswith(("{", "[")) else [value]
    if value is None:
        return {}
    if isinstance(value, dict):
        return {str(name): float(share) for name, share in value.items() if share is not None}
    items = list(value)
    if items and isinstance(items[0], dict):
        return {str(item["name"]): float(item["share"]) for item in items}
    return {str(name): 1 / len(items) for name in items}


def total_variation(left: dict[str, float], right: dict[str, float]) -> float:
    """Half the sum of absolute differences: the share of exchanges with a wrong label, at least."""
    names = {*left, *right}
    return sum(abs(left.get(name, 0.0) - right.get(name, 0.0)) for name in names) / 2


def compared(published: Published, truth: Truth, matched: pl.DataFrame) -> list[dict[str, Any]]:
    """Label and pivot errors of each true campaign that was found, by name.

    Args:
        published: What the week published.
        truth: What was true.
        matched: As `campaigns.matches` returns it.

    Returns:
        Rows of campaign, capability_error (total variation, 0 to 1; None where the truth does
        not say), pivot_model_true, pivot_model, pivot_share_error, pivot_hours_error (absolute;
        None unless both sides have a number), pivot (`right`, `wrong_model`, `missed`,
        `invented` or `none`).
    """
    told = {row["campaign_id"]: row for row in published.campaigns.to_dicts()}
    true = {row["campaign"]: row for row in truth.campaigns.to_dicts()}
    rows = []
    for match in matched.drop_nulls("campaign_id").to_dicts():
        fact, claim = true.get(match["campaign"]), told[match["campaign_id"]]
        if fact is None:
            continue
        labels = shares(fact.get("capabilities"))
        rows.append(
            {
                "campaign": match["campaign"],
                "capability_error": total_variation(labels, shares(claim["capabilities"]))
                if labels
                else None,
                "pivot_model_true": fact.get("pivot_model"),
                "pivot_model": claim["pivot_model"],
                "pivot": _pivot(fact.get("pivot_model"), claim["pivot_model"]),
                "pivot_share_error": _difference(fact, claim, "pivot_share"),
                "pivot_hours_error": _difference(fact, claim, "pivot_hours"),
            }
        )
    return rows


def summary(rows: list[dict[str, Any]], rng: np.random.Generator) -> dict[str, Any]:
    """Mean and worst of each error over the campaigns it rests on; pivots by outcome.

    Args:
        rows: As `compared` returns them.
        rng: Source of the draws for the intervals of the means.
    """
    outcomes = [row["pivot"] for row in rows]
    named = ("right", "wrong_model", "missed", "invented", "none")
    return {
        "campaigns": rows,
        "pivots": {outcome: outcomes.count(outcome) for outcome in named},
        **{
            name: _errors([row[name] for row in rows], rng)
            for name in ("capability_error", "pivot_share_error", "pivot_hours_error")
        },
    }


def _errors(values: list[float | None], rng: np.random.Generator) -> dict[str, Any]:
    known = np.array([value for value in values if value is not None], np.float64)
    told = intervals.mean(known, rng)
    return {
        "mean": told["value"],
        "low": told["low"],
        "high": told["high"],
        "worst": float(known.max()) if len(known) else None,
        "campaigns": len(known),
    }


def _pivot(true: str | None, told: str | None) -> str:
    if true is None:
        return "none" if told is None else "invented"
    if told is None:
        return "missed"
    return "right" if told == true else "wrong_model"


def _difference(fact: dict[str, Any], claim: dict[str, Any], name: str) -> float | None:
    left, right = fact.get(name), claim.get(name)
    return None if left is None or right is None else abs(float(left) - float(right))
