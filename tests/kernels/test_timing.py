"""Synchrony: chance is priced, time zones are none, shifts and balanced loads show."""

import numpy as np
import pytest
from numpy.typing import NDArray
from stillwatch.kernels.timing import HOURS, WORDS, Rhythm, synchrony


def packed(active: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Bits of accounts, from a row of 168 hours each."""
    out = np.zeros((len(active), WORDS), np.int64)
    for k in range(HOURS):
        out[:, k // 64] |= active[:, k].astype(np.int64) << np.int64(k % 64)
    return out


def habits(rng: np.random.Generator, count: int) -> NDArray[np.bool_]:
    """Accounts that each keep hours of the day of their own, independently of each other."""
    start = rng.integers(0, 24, count)
    length = rng.integers(4, 14, count)
    since = (np.arange(24) - start[:, None]) % 24
    often = np.where(since < length[:, None], rng.uniform(0.1, 0.6, (count, 1)), 0.02)
    weekend = np.where(np.arange(7) < 5, 1.0, rng.uniform(0.1, 1.0, (count, 1)))
    chance = weekend[:, :, None] * often[:, None, :]
    return rng.random((count, 7, 24)).reshape(count, HOURS) < chance.reshape(count, HOURS)


def of_pairs(active: NDArray[np.bool_], a: NDArray[np.int64], b: NDArray[np.int64]):
    rhythm = Rhythm.of(packed(active))
    observed, expected = rhythm.shared(a, b)
    return observed, expected, synchrony(observed, expected)


def test_shared_hours_are_counted() -> None:
    active = habits(np.random.default_rng(1), 40)
    a, b = np.triu_indices(40, 1)
    observed, _, _ = of_pairs(active, a, b)
    assert observed.tolist() == (active[a] & active[b]).sum(axis=1).tolist()


def test_expected_hours_of_an_account_add_up_to_those_it_has() -> None:
    active = habits(np.random.default_rng(2), 60)
    always = np.ones((1, HOURS), bool)
    rhythm = Rhythm.of(packed(np.concatenate([active, always])))
    a = np.arange(60)
    _, expected = rhythm.shared(a, np.full(60, 60))
    assert expected == pytest.approx(active.sum(axis=1), rel=0.03, abs=0.5)


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_independent_accounts_are_rarely_in_step(seed: int) -> None:
    active = habits(np.random.default_rng(seed), 200)
    a, b = np.triu_indices(200, 1)
    observed, expected, told = of_pairs(active, a, b)
    assert observed.mean() == pytest.approx(expected.mean(), rel=0.05)
    for level in (1, 2, 3):
        assert (told >= level).mean() <= 10.0**-level
        assert (told <= -level).mean() <= 10.0**-level


def test_one_time_zone_is_no_synchrony() -> None:
    rng = np.random.default_rng(6)
    office = np.tile((np.arange(24) >= 9) & (np.arange(24) < 17), 7)
    active = office & (rng.random((80, HOURS)) < 0.5)
    others = habits(rng, 400)
    a, b = np.triu_indices(80, 1)
    _, _, told = of_pairs(np.concatenate([active, others]), a, b)
    assert (told >= 2).mean() <= 0.01


def test_a_day_on_which_everybody_comes_is_no_synchrony() -> None:
    active = habits(np.random.default_rng(7), 300)
    active[:, 63:66] |= np.random.default_rng(8).random((300, 3)) < 0.7
    a, b = np.triu_indices(300, 1)
    _, _, told = of_pairs(active, a, b)
    assert (told >= 2).mean() <= 0.01


def test_work_in_the_same_windows_is_in_step_and_taking_turns_is_not() -> None:
    rng = np.random.default_rng(9)
    windows = rng.random(HOURS) < 0.25
    shifts = windows & (rng.random((20, HOURS)) < 0.9)
    turns = np.arange(HOURS) % 4 == np.arange(20)[:, None] % 4
    shuffled = turns[:, rng.permutation(HOURS)]  # no fixed hours of the day
    active = np.concatenate([shifts, shuffled, habits(rng, 300)])
    a, b = np.triu_indices(20, 1)
    _, _, together = of_pairs(active, a, b)
    assert np.median(together) > 3
    other = (a % 4) != (b % 4)
    _, _, apart = of_pairs(active, a[other] + 20, b[other] + 20)
    assert np.median(apart) < -2


def test_p_stays_finite_where_nothing_is_expected() -> None:
    told = synchrony(np.array([0, 0, 5]), np.array([0.0, 3.0, 0.0]))
    assert np.isfinite(told).all()
    assert told[0] == 0
    assert told[1] == pytest.approx(np.log10(np.exp(-3)))
    assert 0 < told[2] <= 300
