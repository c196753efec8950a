"""Bounds and bootstraps against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from stillwatch.evaluate import goals, intervals


def test_no_event_gives_the_rule_of_three_exactly() -> None:
    for trials in (1, 30, 3000, 300_000):
        assert intervals.upper_bound(0, trials) == pytest.approx(1 - 0.05 ** (1 / trials))


def test_bound_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(5)
    events = rng.binomial(400, 0.02, 2000)
    bounds = np.array([intervals.upper_bound(int(count), 400) for count in events])
    assert (bounds >= 0.02).mean() >= 0.95


def test_bound_of_nothing_and_of_everything() -> None:
    assert intervals.upper_bound(0, 0) is None
    assert intervals.upper_bound(3, 3) == 1.0


def test_smallest_clean_sample_that_shows_one_in_100000() -> None:
    enough, less = (intervals.upper_bound(0, goals.MIN_HONEST - n) for n in (0, 1))
    assert enough is not None and less is not None
    assert enough <= 1e-5 < less


def test_bootstrap_of_a_proportion_is_near_its_normal_interval() -> None:
    told = intervals.proportion(300, 1000, np.random.default_rng(1))
    spread = 1.96 * (0.3 * 0.7 / 1000) ** 0.5
    assert told["low"] == pytest.approx(0.3 - spread, abs=0.004)
    assert told["high"] == pytest.approx(0.3 + spread, abs=0.004)


def test_groups_that_fail_together_widen_the_interval() -> None:
    parts, wholes = np.array([100, 100, 100, 0]), np.array([100, 100, 100, 100])
    rng = np.random.default_rng(2)
    single = intervals.proportion(300, 400, rng)
    grouped = intervals.clustered(parts, wholes, rng)
    assert grouped["high_groups"] - grouped["low_groups"] > 5 * (single["high"] - single["low"])


def test_nothing_measured_is_none_and_no_zero() -> None:
    rng = np.random.default_rng(0)
    none = np.array([], np.int64)
    assert intervals.proportion(0, 0, rng)["value"] is None
    assert intervals.mean(none.astype(float), rng)["value"] is None
    assert intervals.clustered(none, none, rng)["low_groups"] is None
