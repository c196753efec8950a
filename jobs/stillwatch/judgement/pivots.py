"""Did a group move to a new model at its launch, how much of it, how fast, and faster than others?

A pivot is the share of a group's exchanges that go to the new model in the 24 hours after its
launch. It is told only where the lower end of its interval lies above the share of everyone else.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from scipy.optimize import isotonic_regression

from stillwatch.config import Run
from stillwatch.judgement.grouping import split
from stillwatch.kernels.proportion import clustered

BIN_SECONDS = 300
DAY = 24 * 3600
# Hours after a launch that are looked at: the plateau is what is reached after the first day.
HORIZON = 3 * DAY
MIN_EXCHANGES = 20


@dataclass(frozen=True)
class Pivot:
    """A group's move to a new model; fields as in gold.campaigns."""

    pivot_model: str
    pivot_share: float
    pivot_share_low: float
    pivot_share_high: float
    pivot_hours: float | None


Launch: TypeAlias = tuple[str, int]  # a model, and when in seconds since 1970 UTC


def launches(models: DataFrame, run: Run) -> list[Launch]:
    """Models launched in the week, in order."""
    # As seconds: a collected timestamp would depend on the driver's time zone.
    at = F.unix_timestamp("launched_at").alias("at")
    rows = models.select("model", at).dropna().distinct().collect()
    first, last = (calendar.timegm(day.timetuple()) for day in (run.week, run.end))
    return sorted(
        ((row["model"], row["at"]) for row in rows if first <= row["at"] < last),
        key=lambda row: (row[1], row[0]),
    )


def pivots(
    moved: pl.DataFrame, everyone: pl.DataFrame, launched: Sequence[Launch]
) -> dict[int, Pivot]:
    """The clearest pivot of each group that has one.

    Args:
        moved: group, account_id, launch (its place), bin (0: the first five minutes), n
            (exchanges) and moved (those to the new model).
        everyone: launch, bin, n, moved.
        launched: Models of the week with their launches.
    """
    best: dict[int, Pivot] = {}
    for place, (model, _) in enumerate(launched):
        whole = _first_day(everyone.filter(pl.col("launch") == place)).sum()
        mine = _first_day(moved.filter(pl.col("launch") == place))
        for number, part in split(mine.sort("group", "bin", "account_id")).items():
            found = _pivot(model, part, whole)
            if found and (
                number not in best or found.pivot_share_low > best[number].pivot_share_low
            ):
                best[number] = found
    return best


def _first_day(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds what of n and moved is of the first day."""
    is_first = (pl.col("bin") < DAY // BIN_SECONDS).cast(pl.Int64)
    return rows.with_columns(n24=pl.col("n") * is_first, moved24=pl.col("moved") * is_first)


def _pivot(model: str, mine: pl.DataFrame, everyone: pl.DataFrame) -> Pivot | None:
    accounts = mine.group_by("account_id").agg(pl.col("n24", "moved24").sum()).sort("account_id")
    n, moved = int(accounts["n24"].sum()), int(accounts["moved24"].sum())
    if n < MIN_EXCHANGES or not moved:
        return None
    share, low, high = clustered(accounts["moved24"].to_numpy(), accounts["n24"].to_numpy())
    others = int(everyone["n24"][0]) - n
    usual = (int(everyone["moved24"][0]) - moved) / others if others > 0 else 0.0
    if low <= usual:
        return None
    return Pivot(model, share, low, high, hours_to_half(mine))


def hours_to_half(mine: pl.DataFrame) -> float | None:
    """Hours from the launch until the share first reaches half of its plateau.

    The share is the best monotone fit (isotonic regression, Barlow et al. 1972) over five-minute
    bins, so that a lucky hour is not taken for the move. The plateau is the share after the first
    day, or in the later half of what was seen where the week ends before.

    Args:
        mine: bin, n, moved.
    """
    bins = mine.group_by("bin").agg(pl.col("n", "moved").sum()).sort("bin")
    at, n, moved = (bins[name].to_numpy().astype(float) for name in ("bin", "n", "moved"))
    late = at >= DAY // BIN_SECONDS
    if n[late].sum() < MIN_EXCHANGES:
        late = np.cumsum(n) > n.sum() / 2
    plateau = moved[late].sum() / n[late].sum()
    fitted = isotonic_regression(moved / n, weights=n).x
    reached = np.flatnonzero(fitted >= plateau / 2)
    return float(at[reached[0]] * BIN_SECONDS / 3600) if plateau and len(reached) else None
