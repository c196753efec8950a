"""How sure is a proportion, given how much was seen?

Bootstrap intervals tell how a figure varies over the campaigns or accounts that were there; they
cannot see an event that never happened, so rates of rare events use Clopper-Pearson instead.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import beta

RESAMPLES = 2000
DRAWN_AT_ONCE = 4_000_000  # of groups: a rule that accuses 20,000 of them draws 40 million

Counts = npt.NDArray[np.int64]


def upper_bound(events: int, trials: int, level: float = 0.95) -> float | None:
    """One-sided upper bound of a proportion (Clopper and Pearson, 1934); None without trials.

    With no event in n trials it is about 3 / n at the 95 % level.
    """
    if trials <= 0:
        return None
    if events >= trials:
        return 1.0
    return float(beta.ppf(level, events + 1, trials - events))


def ratio(part: float, whole: float) -> float | None:
    """The share part / whole, None where nothing was there to be measured."""
    return part / whole if whole else None


def proportion(part: int, whole: int, rng: np.random.Generator) -> dict[str, Any]:
    """The share part / whole with a 95 % percentile bootstrap over its units.

    Resampling `whole` zeroes and ones is a binomial draw, so no unit is ever copied.
    """
    figure: dict[str, Any] = {"value": ratio(part, whole), "part": part, "whole": whole}
    if not whole:
        return figure | {"low": None, "high": None}
    draws = rng.binomial(whole, part / whole, RESAMPLES) / whole
    low, high = np.quantile(draws, [0.025, 0.975])
    return figure | {"low": float(low), "high": float(high)}


def clustered(parts: Counts, wholes: Counts, rng: np.random.Generator) -> dict[str, Any]:
    """Sum of parts over sum of wholes with a 95 % bootstrap over whole groups.

    Accounts of one campaign are found or missed together, so this interval is the honest one
    where groups are few.

    Args:
        parts: Units that count, one entry a group.
        wholes: Units in all, one entry a group.
        rng: Source of the draws.
    """
    total = int(wholes.sum())
    value = ratio(int(parts.sum()), total)
    if value is None:
        return {"low_groups": None, "high_groups": None, "groups": len(parts)}
    both = np.stack([parts, wholes])
    step = max(1, DRAWN_AT_ONCE // len(parts))
    above, below = np.hstack(
        [
            both[:, rng.integers(0, len(parts), (min(step, RESAMPLES - done), len(parts)))].sum(2)
            for done in range(0, RESAMPLES, step)
        ]
    )
    draws = above[below > 0] / below[below > 0]
    low, high = np.quantile(draws, [0.025, 0.975])
    return {"low_groups": float(low), "high_groups": float(high), "groups": len(parts)}


def mean(values: npt.NDArray[np.float64], rng: np.random.Generator) -> dict[str, Any]:
    """The mean over campaigns with a 95 % bootstrap over campaigns; each weighs the same."""
    count = len(values)
    if not count:
        return {"value": None, "low": None, "high": None, "groups": 0}
    draws = values[rng.integers(0, count, (RESAMPLES, count))].mean(axis=1)
    low, high = np.quantile(draws, [0.025, 0.975])
    return {
        "value": float(values.mean()),
        "low": float(low),
        "high": float(high),
        "groups": count,
    }
