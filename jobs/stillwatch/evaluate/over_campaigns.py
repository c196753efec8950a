"""How do the figures of single campaigns vary from campaign to campaign?

Each campaign weighs the same and is drawn whole. A campaign that nobody published has completeness
0 and a volume error of 1, no purity, and reaches no goal.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from stillwatch.evaluate import goals, intervals

MEANS = ("purity_accounts", "purity_exchanges", "completeness_accounts", "completeness_exchanges",
         "volume_error")  # fmt: skip
SHARES = ("purity_goal", "completeness_goal", "volume_goal", "one_id", "one_id_over_weeks")


def summary(
    rows: list[dict[str, Any]], stability: dict[str, Any], rng: np.random.Generator
) -> dict[str, Any]:
    """Means and shares over true campaigns, with a 95 % bootstrap over them.

    Args:
        rows: A row a true campaign, as `campaigns.matches` returns it.
        stability: As `stability.stability` returns it.
        rng: Source of the draws.

    Returns:
        By name of MEANS: value (0 to 1; of `volume_error` the mean of absolute values), low, high,
        groups (campaigns in which it was measured). By name of SHARES: the share of campaigns that
        reach the goal, with part and whole beside; `one_id` in this week, `one_id_over_weeks` of
        those that were there in two weeks or more.
    """
    counts = {
        "purity_goal": _reached([_at_least(row, "purity", goals.MIN_PURITY) for row in rows]),
        "completeness_goal": _reached(
            [_at_least(row, "completeness", goals.MIN_COMPLETENESS) for row in rows]
        ),
        "volume_goal": _reached(
            [abs(v) <= goals.MAX_VOLUME_ERROR for v in _known(rows, "volume_error")]
        ),
        "one_id": _reached([goals.ids_of(row) == 1 for row in rows]),
        "one_id_over_weeks": (stability["one_id"], stability["continuing"]),
    }
    means = {
        name: intervals.mean(np.abs(np.array(_known(rows, name), np.float64)), rng)
        for name in MEANS
    }
    # A draw of campaigns that reach a goal or not is binomial.
    shares = {
        name: intervals.proportion(*counts[name], rng) | {"groups": counts[name][1]}
        for name in SHARES
    }
    return means | shares


def _known(rows: list[dict[str, Any]], name: str) -> list[float]:
    return [row[name] for row in rows if row[name] is not None]


def _at_least(row: dict[str, Any], name: str, goal: float) -> bool:
    value = goals.least(row, name)
    return value is not None and value >= goal


def _reached(told: list[bool]) -> tuple[int, int]:
    return sum(told), len(told)
