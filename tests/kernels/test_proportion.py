"""Intervals of shares cover the truth, also where an account's exchanges are all alike."""

import numpy as np
import pytest
from stillwatch.kernels.proportion import clustered


def test_a_share_lies_in_its_interval_at_the_ends_too() -> None:
    for parts, wholes in (([0, 0], [5, 5]), ([5, 5], [5, 5]), ([2], [4]), ([0, 10], [10, 10])):
        share, low, high = clustered(np.array(parts), np.array(wholes))
        assert 0 <= low <= share <= high <= 1
        assert high > low


@pytest.mark.parametrize("alike", [False, True])
def test_nineteen_in_twenty_intervals_cover(alike: bool) -> None:
    rng = np.random.default_rng(1)
    covered = 0
    for _ in range(400):
        wholes = rng.integers(1, 40, 60)
        # Alike: each account sends all of its exchanges to one side.
        parts = wholes * (rng.random(60) < 0.4) if alike else rng.binomial(wholes, 0.4)
        _, low, high = clustered(parts, wholes)
        covered += low <= 0.4 <= high
    assert 0.91 <= covered / 400 <= 0.985


def test_accounts_that_are_all_one_thing_make_it_less_sure() -> None:
    wholes = np.full(20, 50)
    mixed = clustered(np.full(20, 25), wholes)
    split = clustered(np.repeat([0, 50], 10), wholes)
    assert mixed[0] == split[0] == 0.5
    assert split[2] - split[1] > 2 * (mixed[2] - mixed[1])
