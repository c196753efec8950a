"""What do several evaluations show together, such as one a seed?

A bound of 1 in 100,000 needs more honest accounts than one small lake has, and 300 groups of
control more than one scenario. Accounts of different lakes are different accounts; weeks of one
lake repeat theirs, so they are refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import polars as pl

from stillwatch.errors import UsageError
from stillwatch.evaluate import (
    accounts,
    explained,
    goals,
    groups,
    intervals,
    labels,
    over_campaigns,
    slices,
)

Result = dict[str, Any]


def pool(results: Iterable[Result], seed: int = 0) -> Result:
    """All figures over several evaluations, under the keys of one.

    Args:
        results: As `evaluate` returns them.
        seed: Seed of the bootstraps.

    Raises:
        UsageError: Two evaluations share accounts, or one lacks figures that are to be added up.
    """
    runs = list(results)
    _check(runs)
    rng = np.random.default_rng(seed)
    found = _named(runs, lambda run: run["found"])
    table = pl.DataFrame(found, infer_schema_length=None)
    exact = _shares(runs, "accounts", ("precision", "recall"), rng)
    exchanges = _shares(runs, "exchanges", ("precision", "same_campaign_precision", "recall"), rng)
    if found:
        parts, wholes = table["accused"].to_numpy(), table["accounts"].to_numpy()
        exact["recall"] |= intervals.clustered(parts, wholes, rng)
        parts, sent = table["attributed"].to_numpy(), table["exchanges"].to_numpy()
        exchanges["recall"] |= intervals.clustered(parts, sent, rng)
    held = _accusing(runs)
    if held is not None:
        exact["precision"] |= groups.precision(held, "campaign_accounts", "accounts", rng)
        for name, part in (("precision", "campaign_exchanges"),
                           ("same_campaign_precision", "same_campaign_exchanges")):  # fmt: skip
            exchanges[name] |= groups.precision(held, part, "exchanges", rng)
    shares = [row["accused"] / row["accounts"] for row in found if row["accounts"]]
    exact["recall_by_campaign"] = intervals.mean(np.array(shares, np.float64), rng)
    wrong = _false_accusations(runs)
    rows, lasting = _named(runs, lambda run: run["campaigns"]), _stability(runs)
    result: Result = {
        "evaluations": len(runs),
        "weeks": [run["week"] for run in runs],
        "code_versions": sorted({str(_publication(run).get("code_version")) for run in runs}),
        "seed": seed,
        "resamples": intervals.RESAMPLES,
        "base_rate": _base_rate(runs),
        "accounts": exact,
        "enforcement": _enforcement(runs),
        "false_accusations": wrong,
        "precision_at": accounts.precision_at(exact["recall"]["value"], wrong),
        "controls": _controls(runs),
        "exchanges": exchanges,
        "campaigns": rows,
        "over_campaigns": over_campaigns.summary(rows, lasting, rng),
        "accusing": [] if held is None else held.to_dicts(),
        "found": found,
        "labels": labels.summary(_named(runs, lambda run: run["labels"]["campaigns"]), rng),
        "published": _published(runs),
        "fairness": _fairness(runs),
        "by_scenario": slices.by_trait(table, "scenario", rng) if found else [],
        "by_rung": slices.by_trait(table, "rung", rng) if found else [],
        "stability": lasting,
    }
    result["goals"] = goals.assess(result)
    return result


def _check(runs: list[Result]) -> None:
    if not runs:
        raise UsageError("nothing to pool: give the JSON files of one evaluation or more")
    seen: dict[str, int] = {}
    for number, run in enumerate(runs, 1):
        if "found" not in run or "traffic" not in run:
            raise UsageError(f"evaluation {number}: lacks `found`; evaluate its lake again")
        for account in run["traffic"]:
            if seen.setdefault(account, number) != number:
                raise UsageError(
                    f"evaluations {seen[account]} and {number} are of the same accounts, as weeks "
                    "of one lake are; pool those of different lakes"
                )


def _publication(run: Result) -> dict[str, Any]:
    told: dict[str, Any] = run.get("publication") or {}
    return told


def _named(runs: list[Result], rows_of: Any) -> list[dict[str, Any]]:
    """Rows of all runs; a campaign is called after its run, as names repeat."""
    return [
        {**row, "campaign": f"{row['campaign']} ({number})"}
        for number, run in enumerate(runs, 1)
        for row in rows_of(run)
    ]


def _accusing(runs: list[Result]) -> pl.DataFrame | None:
    """Rows of all runs; None where one was evaluated by a version that did not tell them."""
    if any("accusing" not in run for run in runs):
        return None
    schema = {"campaign_id": pl.String, **dict.fromkeys(groups.COUNTS, pl.Int64)}
    return pl.DataFrame([row for run in runs for row in run["accusing"]], schema=schema)


def _total(rows: list[Any], *names: str) -> dict[str, int]:
    return {name: sum(int(row[name]) for row in rows) for name in names}


def _shares(
    runs: list[Result], key: str, names: tuple[str, ...], rng: np.random.Generator
) -> Result:
    counts = {
        "accounts": (
            "accused", "true_positives", "false_positives", "false_negatives", "not_in_truth",
        ),
        "exchanges": ("attributed", "true", "not_in_silver"),
    }[key]  # fmt: skip
    told: Result = _total([run[key] for run in runs], *counts)
    for name in names:
        both = _total([run[key][name] for run in runs], "part", "whole")
        told[name] = intervals.proportion(both["part"], both["whole"], rng)
    return told


def _false_accusations(runs: list[Result]) -> Result:
    both = _total([run["false_accusations"] for run in runs], "accused", "honest_accounts")
    kinds: Counter[str] = Counter()
    for run in runs:
        kinds.update(run["false_accusations"]["by_kind"])
    rate = intervals.ratio(both["accused"], both["honest_accounts"])
    bound = intervals.upper_bound(both["accused"], both["honest_accounts"])
    return {
        **both,
        "rate": rate,
        "rate_upper_95": bound,
        "per_100k": None if rate is None else 1e5 * rate,
        "per_100k_upper_95": None if bound is None else 1e5 * bound,
        "by_kind": dict(sorted(kinds.items())),
    }


def _base_rate(runs: list[Result]) -> Result:
    names = ("accounts", "campaign_accounts", "campaign_accounts_without_traffic",
             "honest_accounts")  # fmt: skip
    told: Result = _total([run["base_rate"] for run in runs], *names)
    told["rate"] = intervals.ratio(told["campaign_accounts"], told["accounts"])
    return told


def _enforcement(runs: list[Result]) -> Result:
    feeds = [run["enforcement"] for run in runs]
    return _total(feeds, "dismissed_campaigns", "true_positives", "false_positives")


def _controls(runs: list[Result]) -> Result:
    kinds: dict[str, Counter[str]] = {}
    for row in (row for run in runs for row in run["controls"]["by_kind"]):
        numbers = {k: v for k, v in row.items() if k not in ("control", "upper_95")}
        kinds.setdefault(row["control"], Counter()).update(numbers)
    rows: list[dict[str, Any]] = [{"control": kind, **kinds[kind]} for kind in sorted(kinds)]
    for row in rows:
        row["upper_95"] = intervals.upper_bound(row["accused"], row["groups"])
    hit = [
        {**row, "group": f"{row['group']} ({number})"}
        for number, run in enumerate(runs, 1)
        for row in run["controls"]["accused_groups"]
    ]
    told = [run["controls"].get("explained") for run in runs]
    return {
        **_total(rows, "groups", "active", "accused"),
        "by_kind": rows,
        "accused_groups": hit,
        # Empty where one was evaluated by a version that did not tell.
        "explained": [] if None in told else explained.added(row for part in told for row in part),
    }


def _published(runs: list[Result]) -> Result:
    told = [run["published"] for run in runs]
    verdicts: Counter[str] = Counter()
    for row in told:
        verdicts.update(row["by_verdict"])
    return {
        **_total(told, "campaigns", "accusing"),
        "mostly_honest": [name for row in told for name in row["mostly_honest"]],
        "by_verdict": dict(sorted(verdicts.items())),
    }


def _fairness(runs: list[Result]) -> Result:
    told: Result = {}
    for name in sorted({name for run in runs for name in run["fairness"]}):
        slices_of: dict[str, Counter[str]] = {}
        for row in (row for run in runs for row in run["fairness"].get(name, [])):
            counts = {key: row[key] for key in slices.COUNTS}
            slices_of.setdefault(row["value"], Counter()).update(counts)
        told[name] = slices.rated(
            [{"value": value, **slices_of[value]} for value in sorted(slices_of)]
        )
    return told


def _stability(runs: list[Result]) -> Result:
    told = [run["stability"] for run in runs]
    return {
        "weeks": min(row["weeks"] for row in told),
        **_total(told, "continuing", "one_id"),
        "campaigns": _named(runs, lambda run: run["stability"]["campaigns"]),
    }
