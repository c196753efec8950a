"""Synchrony: chance is priced, time zones are none, shifts and balanced loads show."""

import numpy as np
import pytest
from numpy.typing import NDArray
from stillwatch.kernels import timing
from stillwatch.kernels.timing import HOURS, WORDS, Rhythm, synchrony

Active = NDArray[np.bool_]


def packed(active: Active) -> NDArray[np.int64]:
    """Bits of accounts, from a row of 168 hours each."""
    out = np.zeros((len(active), WORDS), np.int64)
    for k in range(HOURS):
        out[:, k // 64] |= active[:, k].astype(np.int64) << np.int64(k % 64)
    return out


def habits(rng: np.random.Generator, count: int) -> Active:
    """Accounts that each keep hours of the day of their own, independently of each other."""
    start = rng.integers(0, 24, count)
    length = rng.integers(4, 14, count)
    since = (np.arange(24) - start[:, None]) % 24
    often = np.where(since < length[:, None], rng.uniform(0.1, 0.6, (count, 1)), 0.02)
    weekend = np.where(np.arange(7) < 5, 1.0, rng.uniform(0.1, 1.0, (count, 1)))
    chance = weekend[:, :, None] * often[:, None, :]
    return rng.random((count, 7, 24)).reshape(count, HOURS) < chance.reshape(count, HOURS)


def sessions(rng: np.random.Generator, count: int, each: int, length: int) -> Active:
    """Accounts that each work so many times, whenever it be, for so many hours on end."""
    begin = rng.integers(0, HOURS, (count, each, 1))
    active = np.zeros((count, HOURS), bool)
    np.put_along_axis(
        active, (begin + np.arange(length)).reshape(count, -1) % HOURS, values=True, axis=1
    )
    return active


def office(rng: np.random.Generator, count: int, zone: int) -> Active:
    """Accounts that work half of the hours from 9 to 17, Monday to Friday, so far east of UTC."""
    local = (np.arange(HOURS) + zone) % HOURS
    works = (local // 24 < 5) & (local % 24 >= 9) & (local % 24 < 17)
    return works & (rng.random((count, HOURS)) < 0.5)


def of_pairs(active: Active, a: NDArray[np.int64], b: NDArray[np.int64]):
    told = Rhythm.of(packed(active)).compared(a, b)
    return told.shared, told.expected, synchrony(*told)


def test_shared_hours_are_counted() -> None:
    active = habits(np.random.default_rng(1), 40)
    a, b = np.triu_indices(40, 1)
    observed, _, _ = of_pairs(active, a, b)
    assert observed.tolist() == (active[a] & active[b]).sum(axis=1).tolist()


def test_habits_add_up_to_the_hours_that_an_account_has() -> None:
    rng = np.random.default_rng(2)
    # Where most hours of the account's days are active, nearly all of them are capped at 1.
    dense = np.repeat(rng.random((60, 7)) < 0.4, 24, axis=1) & (rng.random((60, HOURS)) < 0.95)
    always, never = np.ones((1, HOURS), bool), np.zeros((1, HOURS), bool)
    active = np.concatenate([habits(rng, 60), dense, always, never])
    active[:, 63:66] |= rng.random((122, 3)) < 0.5
    habit, _ = Rhythm.of(packed(active)).habits(np.arange(122))
    assert habit.min() >= 0 and habit.max() <= 1
    assert habit.sum(axis=1) == pytest.approx(active.sum(axis=1), rel=1e-12, abs=1e-12)
    assert (habit == 1).sum() > 1_000


def test_who_is_asked_along_with_a_pair_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    rhythm = Rhythm.of(packed(sessions(np.random.default_rng(3), 30, 4, 12)))
    a, b = np.triu_indices(30, 0)
    whole = rhythm.compared(a, b)
    monkeypatch.setattr(timing, "CACHED", 1)
    assert all(np.array_equal(x, y) for x, y in zip(rhythm.compared(a, b), whole, strict=True))


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_independent_accounts_are_rarely_in_step(seed: int) -> None:
    active = habits(np.random.default_rng(seed), 250)
    a, b = np.triu_indices(250, 1)
    observed, expected, told = of_pairs(active, a, b)
    assert observed.mean() == pytest.approx(expected.mean(), rel=0.02)
    for level in (1, 2, 3):
        assert (told >= level).mean() <= 10.0**-level
        assert (told <= -level).mean() <= 10.0**-level


@pytest.mark.parametrize(
    ("each", "length"), [(2, 24), (4, 12), (3, 16), (6, 8), (3, 6), (8, 4), (12, 3), (20, 2)]
)
def test_sessions_that_meet_by_chance_are_no_synchrony(each: int, length: int) -> None:
    rng = np.random.default_rng(each)
    active = np.concatenate([sessions(rng, 250, each, length), habits(rng, 600)])
    a, b = np.triu_indices(250, 1)
    _, _, told = of_pairs(active, a, b)
    for level in (1, 2):
        assert (told >= level).mean() <= 10.0**-level
        assert (told <= -level).mean() <= 1.2 * 10.0**-level


@pytest.mark.parametrize("others", [0, 400])
@pytest.mark.parametrize("zone", [0, 5, 9, 12, -5, -9])
def test_no_time_zone_is_synchrony(zone: int, others: int) -> None:
    """Nor shows in the sign, wherever the working day is when UTC's ends."""
    rng = np.random.default_rng(6)
    active = np.concatenate([office(rng, 200, zone), habits(rng, others)])
    a, b = np.triu_indices(200, 1)
    observed, expected, told = of_pairs(active, a, b)
    assert observed.mean() == pytest.approx(expected.mean(), rel=0.01)
    assert 0.45 < (told > 0).mean() < 0.58
    assert abs(np.median(told)) < 0.05
    assert (np.abs(told) >= 1).mean() <= 0.01


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


@pytest.mark.parametrize("seed", [10, 11, 12])
def test_long_shifts_at_the_same_times_are_in_step(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shifts = sessions(rng, 1, 10, 4) & (rng.random((20, HOURS)) < 0.9)
    a, b = np.triu_indices(20, 1)
    _, _, told = of_pairs(np.concatenate([shifts, habits(rng, 300)]), a, b)
    assert (told >= 1).mean() > 0.9


def test_nothing_is_told_in_the_middle_and_it_does_not_jump() -> None:
    told = synchrony(np.array([0, 1, 30]), np.array([0.0, 1.0, 30.2]))
    assert told == pytest.approx(np.zeros(3), abs=0.06)
    assert told[0] == 0 and not np.signbit(told[0])
    for seen in (1, 10, 40):
        near = synchrony(np.full(400, seen), np.linspace(0.6 * seen, 1.4 * seen, 400))
        assert near[0] > 0 > near[-1]
        assert (np.diff(near) < 0).all() and np.diff(near).min() > -0.05
    assert (np.diff(synchrony(np.arange(40), np.full(40, 12.5))) > 0).all()


def test_p_is_that_of_both_ends_with_half_of_the_tie() -> None:
    rng = np.random.default_rng(11)
    draws = rng.poisson(6.0, 400_000)
    for seen in (1, 3, 10, 12):
        more, tie = (draws > seen).mean(), (draws == seen).mean()
        p = 2 * min(more + tie / 2, 1 - more - tie / 2)
        told = synchrony(np.array([seen]), np.array([6.0]))
        assert told[0] == pytest.approx(np.copysign(np.log10(p), seen - 6), abs=0.02)
        # Where three hours are one coincidence, thirty tell as much as ten.
        assert synchrony(np.array([3 * seen]), np.array([18.0]), 3.0) == pytest.approx(told)


def test_p_stays_finite_where_nothing_is_expected() -> None:
    told = synchrony(np.array([0, 0, 5]), np.array([0.0, 3.0, 0.0]))
    assert np.isfinite(told).all()
    assert told[0] == 0
    assert told[1] == pytest.approx(np.log10(np.exp(-3)))
    assert 0 < told[2] <= 300
