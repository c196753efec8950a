"""How is a week measured: which figures, in which order, under which keys?

`figures` is pure and its keys are stable; `evaluate` alone reads. The same truth, lake and seed
give the same result to the last digit.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from stillwatch.errors import UsageError
from stillwatch.evaluate import (
    accounts,
    campaigns,
    controls,
    exchanges,
    explained,
    goals,
    groups,
    intervals,
    labels,
    over_campaigns,
    slices,
    stability,
)
from stillwatch.evaluate.frames import Published, Truth, load_published, load_truth
from stillwatch.io.lake import Lake

SAMPLE = 12  # account ids by which pooling knows two weeks of the same accounts


def figures(
    published: Published,
    truth: Truth,
    seed: int = 0,
    earlier: Iterable[stability.Seen] = (),
    week: date = date.min,
) -> dict[str, Any]:
    """All figures of one week, from frames alone, without goals' other inputs.

    Args:
        published: What the week published.
        truth: What was true of it.
        seed: Seed of the bootstraps.
        earlier: Weeks before it, in order, for the stability of ids.
        week: Monday of the week.

    Returns:
        A mapping that `json.dumps` takes as it is; docs/evaluation.md lists its keys.
    """
    rng = np.random.default_rng(seed)
    accused = published.accused()
    honest = accounts.honest_active(published, truth, accused)
    matched = campaigns.matches(published, truth)
    owned = campaigns.owners(campaigns.overlaps(published, truth))
    held = groups.accusing(published, truth, owned)
    exact = accounts.confusion(accused, truth, rng, held)
    wrong = accounts.false_accusations(honest)
    told = slices.found(published, truth, accused)
    now = stability.Seen(week, matched, truth.memberships())
    lasting = stability.stability([*earlier, now])
    rows = campaigns.rows(matched, rng)
    result: dict[str, Any] = {
        "week": week.isoformat(),
        "seed": seed,
        "resamples": intervals.RESAMPLES,
        "traffic": _sample(truth),
        "base_rate": accounts.base_rate(published, truth),
        "accounts": exact,
        "enforcement": _enforcement(published, truth, owned, rng),
        "false_accusations": wrong,
        "precision_at": accounts.precision_at(exact["recall"]["value"], wrong),
        "controls": _controls(published, truth, accused),
        "exchanges": exchanges.attribution(published, truth, owned, held, rng),
        "campaigns": rows,
        "over_campaigns": over_campaigns.summary(rows, lasting, rng),
        "accusing": held.to_dicts(),
        "found": told.to_dicts(),
        "labels": labels.summary(labels.compared(published, truth, matched), rng),
        "published": _published(published, owned),
        "fairness": slices.by_place(published, truth, honest),
        "by_scenario": slices.by_trait(told, "scenario", rng),
        "by_rung": slices.by_trait(told, "rung", rng),
        "stability": lasting,
    }
    result["goals"] = goals.assess(result)
    return result


def evaluate(lake: Lake, truth: Path, week: date, seed: int = 0) -> dict[str, Any]:
    """Measures a published week against its truth.

    Up to three earlier published weeks that the truth covers tell whether ids are stable.

    Args:
        lake: The lake.
        truth: Folder of accounts.parquet, exchanges.parquet and campaigns.parquet.
        week: Monday of the week.
        seed: Seed of the bootstraps.

    Raises:
        UsageError: The week has not been published, or the truth says nothing of it.
    """
    publication = lake.publication(week)
    if publication is None:
        raise UsageError(f"week {week} has not been published in {lake.root}")
    earlier = [day for day in lake.weeks() if day < week][-(stability.WEEKS - 1) :]
    seen = [past for day in earlier if (past := _seen(lake, truth, day)) is not None]
    result = figures(load_published(lake, week), load_truth(lake, truth, week), seed, seen, week)
    named = ("generation", "quality", "code_version", "settings")
    return {"publication": {name: publication[name] for name in named}, **result}


def _controls(published: Published, truth: Truth, accused: pl.DataFrame) -> dict[str, Any]:
    """Who of the innocent was accused, and what is published of the others."""
    return {
        **controls.summary(controls.control_groups(published, truth, accused)),
        "explained": explained.by_kind(published, truth, controls.listed(truth)),
    }


def _sample(truth: Truth) -> list[str]:
    """The first account ids of the week: two weeks of one lake have some in common."""
    return truth.accounts["account_id"].unique().sort().head(SAMPLE).to_list()


def _enforcement(
    published: Published, truth: Truth, owned: pl.DataFrame, rng: np.random.Generator
) -> dict[str, Any]:
    """The same for what may be acted on: without campaigns that were dismissed."""
    feed = published.accused(enforced=True)
    honest = accounts.honest_active(published, truth, feed)
    held = groups.accusing(published, truth, owned, enforced=True)
    dropped = published.accusing().height - published.accusing(enforced=True).height
    return {
        "dismissed_campaigns": dropped,
        **accounts.confusion(feed, truth, rng, held),
        "false_accusations": accounts.false_accusations(honest),
    }


def _published(published: Published, owned: pl.DataFrame) -> dict[str, Any]:
    """How many groups got which verdict, and which accusing ones are no true campaign."""
    verdicts = published.campaigns.group_by("verdict").len().sort("verdict")
    accusing = published.accusing()
    true = owned.filter("half").select("campaign_id")
    false = accusing.join(true, on="campaign_id", how="anti")["campaign_id"].sort()
    return {
        "campaigns": published.campaigns.height,
        "accusing": accusing.height,
        "mostly_honest": false.to_list(),
        "by_verdict": dict(verdicts.iter_rows()),
    }


def _seen(lake: Lake, truth: Path, week: date) -> stability.Seen | None:
    """A past week, None where the truth does not cover it."""
    try:
        known = load_truth(lake, truth, week)
    except UsageError:
        return None
    matched = campaigns.matches(load_published(lake, week), known)
    return stability.Seen(week, matched, known.memberships())
