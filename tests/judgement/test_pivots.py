"""A move to a new model is told with its size and speed, and only where others did not move."""

from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from factories import RUN, at, exchange, frame
from pyspark.sql import SparkSession
from stillwatch.judgement.pivots import hours_to_half, launches, pivots
from stillwatch.judgement.profiles import binned

LAUNCH = at(10, 2)


def moves(plateau: float, half_life: float, seed: int, size: int = 3000) -> list[dict[str, Any]]:
    rng = np.random.default_rng(seed)
    rows = []
    for n in range(size):
        hours = float(rng.uniform(-24, 72))
        ramp = plateau * (1 - 0.5 ** (max(hours, 0.0) / half_life))
        model = "new-1" if rng.random() < ramp else "old-1"
        rows.append(exchange(f"a{n % 60}", n, ts=LAUNCH + timedelta(hours=hours), model=model))
    return rows


@pytest.mark.spark
def test_a_campaign_that_moves_is_told_and_one_like_everyone_is_not(spark: SparkSession) -> None:
    fast, usual = moves(0.6, 4, 1), moves(0.1, 12, 2)
    everyone = pl.DataFrame(fast + usual + moves(0.1, 12, 3, 20_000))
    theirs = pl.DataFrame(
        [row | {"group": 1} for row in fast] + [row | {"group": 2} for row in usual]
    )
    models = [{"model": "new-1", "launched_at": LAUNCH}, {"model": "old-1", "launched_at": None}]
    launched = launches(frame(spark, "bronze.models", models), RUN)
    found = pivots(binned(theirs, launched), binned(everyone, launched), launched)
    assert list(found) == [1]
    day = [r for r in fast if LAUNCH <= r["ts"] < LAUNCH + timedelta(days=1)]
    truth = sum(r["model"] == "new-1" for r in day) / len(day)
    assert found[1].pivot_model == "new-1"
    assert found[1].pivot_share == pytest.approx(truth)
    assert found[1].pivot_share_low < truth < found[1].pivot_share_high
    assert found[1].pivot_hours == pytest.approx(4, abs=2)


@pytest.mark.spark
def test_launches_of_other_weeks_are_none_of_this_week(spark: SparkSession) -> None:
    before = at(0) - timedelta(seconds=1)
    rows = [{"model": "m", "launched_at": before}, {"model": "n", "launched_at": at(0)},
            {"model": "o", "launched_at": at(0) + timedelta(days=7)}]  # fmt: skip
    assert launches(frame(spark, "bronze.models", rows), RUN) == [("n", int(at(0).timestamp()))]


@pytest.mark.parametrize(("plateau", "half_life"), [(0.5, 1.0), (0.5, 6.0), (0.9, 3.0)])
def test_hours_to_half_of_the_plateau(plateau: float, half_life: float) -> None:
    rows = [r for r in moves(plateau, half_life, 5, 12_000) if r["ts"] >= LAUNCH]
    bins = pl.DataFrame(
        {
            "bin": [int((r["ts"] - LAUNCH).total_seconds()) // 300 for r in rows],
            "n": [1] * len(rows),
            "moved": [int(r["model"] == "new-1") for r in rows],
        }
    )
    assert hours_to_half(bins) == pytest.approx(half_life, abs=2)


def test_a_step_is_found_where_it_is() -> None:
    bins = pl.DataFrame({"bin": range(600), "n": [5] * 600, "moved": [0] * 60 + [4] * 540})
    assert hours_to_half(bins) == 5.0
