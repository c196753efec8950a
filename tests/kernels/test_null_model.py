"""Tails and q-values against references."""

import numpy as np
import pytest
from scipy import stats
from stillwatch.kernels.null_model import FLOOR, benjamini_hochberg, binomial_tail, poisson_tail


def test_tail_is_that_of_the_poisson_distribution() -> None:
    observed = np.array([0, 1, 3, 10, 40])
    expected = np.array([0.5, 0.5, 2.0, 9.5, 3.0])
    assert poisson_tail(observed, expected) == pytest.approx(
        stats.poisson.sf(observed - 1, expected), rel=1e-9
    )


def test_tail_never_falls_below_the_floor() -> None:
    assert poisson_tail(np.array([5000]), np.array([1e-9]))[0] == FLOOR


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_tail_is_stochastically_no_smaller_than_uniform_under_the_null(seed: int) -> None:
    mean = np.random.default_rng(seed).gamma(1.0, 2.0, 20_000)
    p = poisson_tail(np.random.default_rng(seed + 99).poisson(mean), mean)
    for level in (0.001, 0.01, 0.1, 0.5):
        allowed = level + 4 * np.sqrt(level * (1 - level) / len(p))
        assert np.mean(p <= level) <= allowed


@pytest.mark.parametrize("tests", [None, 500])
def test_q_is_that_of_benjamini_and_hochberg(tests: int | None) -> None:
    p = np.random.default_rng(7).uniform(size=100) ** 3
    padded = np.concatenate([p, np.ones((tests or 100) - 100)])
    reference = stats.false_discovery_control(padded)[:100]
    assert benjamini_hochberg(p, tests) == pytest.approx(reference)


def test_binomial_tails_are_those_of_scipy_and_below_poisson_s() -> None:
    trials = np.array([1, 5, 20, 20, 400])
    observed = np.array([1, 4, 0, 12, 30])
    expected = np.array([0.3, 1.0, 5.0, 2.1, 4.0])
    told = binomial_tail(observed, trials, expected)
    assert told == pytest.approx(stats.binom.sf(observed - 1, trials, expected / trials))
    assert (told <= poisson_tail(observed, expected) + 1e-12)[[1, 3, 4]].all()
    # More expected than there can be: no surprise.
    assert binomial_tail(np.array([3]), np.array([3]), np.array([7.0]))[0] == 1.0
