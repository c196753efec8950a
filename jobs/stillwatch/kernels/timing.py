"""Do two accounts share more active hours than their habits explain, or fill each other's gaps?

An account is active in some of the week's 168 hours. If it only kept its habits, it would be active
in hour h of its day d with probability s D(d) H(h) u(d, h): D counts its active hours of the day, H
the days on which it is active at that hour, u how much busier everybody is then than everybody's
habits explain (a launch, an outage), and s makes the sum what it is, no probability being above 1.
Its day begins in the quietest hours that it has, so that midnight at UTC cuts nobody's work in two.

The hours that two accounts share would be a sum of independent trials if hours were. But people
work in sessions: where two meet, several hours are shared at once. By Bartlett's formula (1946)
that multiplies the variance by 1 + 2 sum r(l) q(l), of the autocorrelations at l hours of what
habit leaves of both accounts. So many hours count as one coincidence, and a Poisson variable of as
many fewer prices them. That is an approximation: tests hold its level on accounts with habits and
accounts with sessions.

Because each account is compared with its own hours of its own days, living in one time zone is no
synchrony.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, gammaincc

from stillwatch.kernels.compiled import compiled, helper
from stillwatch.kernels.null_model import FLOOR
from stillwatch.kernels.tally import fixed

DAYS, OF_DAY = 7, 24
HOURS = DAYS * OF_DAY
WORDS = 3  # of 64 hours; hour k of the week is bit k % 64 of word k // 64
QUIET = 6  # hours, in the middle of whose quietest run an account's day begins
LAGS = 12  # hours over which an account's sessions are told
CACHED = 1 << 14  # accounts whose habits are held at once: 22 MB


class Compared(NamedTuple):
    """Pairs of accounts, as `synchrony` takes them; each of shape (n,).

    Attributes:
        shared: Hours in which both are active.
        expected: The same by habit alone.
        runs: How many of those hours count as one coincidence, at least 1.
    """

    shared: NDArray[np.int64]
    expected: NDArray[np.float64]
    runs: NDArray[np.float64]


class Rhythm(NamedTuple):
    """When accounts are active.

    Attributes:
        hours: Bits of each account's active hours, int64, shape (A, WORDS).
        usual: u of each hour of the week, shape (HOURS,).
    """

    hours: NDArray[np.int64]
    usual: NDArray[np.float64]

    @classmethod
    def of(cls, hours: NDArray[np.int64]) -> Rhythm:
        """From the bits of all active accounts."""
        busy, habit = np.zeros((2, HOURS))
        _totals(fixed(hours), fixed(np.ones(HOURS)), busy, habit)
        return cls(hours, busy / np.maximum(habit, FLOOR))

    def compared(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> Compared:
        """What synchrony needs to know of pairs.

        Args:
            a: Places of accounts, shape (n,).
            b: Places of the others, shape (n,).
        """
        who, at = np.unique(np.concatenate([a, b]), return_inverse=True)
        if len(who) > max(CACHED, 2):  # a pair cannot be cut
            half = len(a) // 2
            halves = self.compared(a[:half], b[:half]), self.compared(a[half:], b[half:])
            return Compared(*(np.concatenate(each) for each in zip(*halves, strict=True)))
        hours, (habit, again) = self.hours[who], self.habits(who)
        told = Compared(np.empty(len(a), np.int64), np.empty(len(a)), np.empty(len(a)))
        ends = fixed(at[: len(a)]), fixed(at[len(a) :])
        _compare(fixed(hours), fixed(habit), fixed(again), *ends, told)
        return told

    def habits(self, places: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Probability of each hour, shape (n, HOURS), and autocorrelations, shape (n, LAGS)."""
        habit, again = np.empty((len(places), HOURS)), np.empty((len(places), LAGS))
        _habits(fixed(self.hours[places]), fixed(self.usual), habit, again)
        return habit, again


def synchrony(
    observed: NDArray[np.int64],
    expected: NDArray[np.float64],
    runs: NDArray[np.float64] | float = 1.0,
) -> NDArray[np.float64]:
    """-log10 p of sharing so many hours, log10 p (below 0) where they are fewer than by habit.

    p is of both ends, and mid-p: twice the nearer end, what is exactly as likely counting half. So
    it is 0 in the middle, and continuous there. 2 is one chance in a hundred of being so far out.

    Args:
        observed: Hours shared, shape (n,).
        expected: By habit alone, shape (n,).
        runs: How many of them are one coincidence, shape (n,).
    """
    seen, mean = observed / runs, np.maximum(expected / runs, FLOOR)
    at_least = np.where(seen > 0, gammainc(np.maximum(seen, FLOOR), mean), 1.0)
    below = np.where(seen > 0, gammaincc(np.maximum(seen, FLOOR), mean), 0.0)
    # Their sum is 2.
    more, fewer = at_least + gammainc(seen + 1, mean), below + gammaincc(seen + 1, mean)
    decades = -np.log10(np.maximum(np.minimum(more, fewer), FLOOR))
    return np.asarray(np.where(more < fewer, decades, -decades) + 0.0, np.float64)  # never -0.0


@helper
def _habit(
    active: NDArray[np.float64], usual: NDArray[np.float64], out: NDArray[np.float64]
) -> None:
    """Probability by habit alone of each hour of the week; their sum is the account's hours."""
    days, times = np.zeros(DAYS), np.zeros(OF_DAY)
    for day in range(DAYS):
        for h in range(OF_DAY):
            times[h] += active[day * OF_DAY + h]
    begin, least = 0, np.inf
    for h in range(OF_DAY):
        around = 0.0
        for j in range(h, h + QUIET):
            around += times[j if j < OF_DAY else j - OF_DAY]
        if around < least:
            begin, least = (h + QUIET // 2) % OF_DAY, around
    # Hours before the day begins are of the day before; Monday's, of Sunday.
    for day in range(DAYS):
        for h in range(OF_DAY):
            days[day if h >= begin else (day - 1) % DAYS] += active[day * OF_DAY + h]
    left, weight = np.sum(times), 0.0
    for day in range(DAYS):
        for h in range(OF_DAY):
            k = day * OF_DAY + h
            out[k] = days[day if h >= begin else (day - 1) % DAYS] * times[h] * usual[k]
            weight += out[k]
    _spread(out, left, weight)


@helper
def _spread(out: NDArray[np.float64], left: float, weight: float) -> None:
    """Give each hour its share of what is left; one that reaches 1 stays there.

    What those leave is divided among the others, until none more does. -1 stands for such an hour.
    """
    more = weight > 0
    while more:
        more, scale, rest = False, left / weight, 0.0
        for k in range(HOURS):
            if out[k] * scale >= 1:
                out[k] = -1.0
                left -= 1
                more = True
            elif out[k] > 0:
                rest += out[k]
        weight = rest
        more = more and rest > 0
    scale = left / weight if weight > 0 else 0.0
    for k in range(HOURS):
        out[k] = 1.0 if out[k] < 0 else out[k] * scale


@helper
def _unpack(hours: NDArray[np.int64], out: NDArray[np.float64]) -> None:
    """1 for each active hour, else 0."""
    for k in range(HOURS):
        out[k] = (hours[k // 64] >> (k % 64)) & 1


@helper
def _dot(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Over the hours, in four sums, so that no addition waits for the one before it."""
    one, two, three, four = 0.0, 0.0, 0.0, 0.0
    for k in range(0, HOURS, 4):
        one += x[k] * y[k]
        two += x[k + 1] * y[k + 1]
        three += x[k + 2] * y[k + 2]
        four += x[k + 3] * y[k + 3]
    return (one + two) + (three + four)


@compiled
def _totals(
    hours: NDArray[np.int64],
    usual: NDArray[np.float64],
    busy: NDArray[np.float64],
    habit: NDArray[np.float64],
) -> None:
    active, mine = np.empty(HOURS), np.empty(HOURS)
    for account in range(len(hours)):
        _unpack(hours[account], active)
        _habit(active, usual, mine)
        for k in range(HOURS):
            busy[k] += active[k]
            habit[k] += mine[k]


@compiled
def _habits(
    hours: NDArray[np.int64],
    usual: NDArray[np.float64],
    habit: NDArray[np.float64],
    again: NDArray[np.float64],
) -> None:
    left = np.empty(
        HOURS + LAGS
    )  # by habit, of each hour; the week's beginning stands again after it
    for account in range(len(hours)):
        _unpack(hours[account], left)
        _habit(left, usual, habit[account])
        for k in range(HOURS):
            left[k] -= habit[account, k]
        for lag in range(LAGS):
            left[HOURS + lag] = left[lag]
        whole = _dot(left, left)
        for lag in range(1, LAGS + 1):
            again[account, lag - 1] = _dot(left, left[lag:]) / max(whole, FLOOR)


@compiled
def _compare(
    hours: NDArray[np.int64],
    habit: NDArray[np.float64],
    again: NDArray[np.float64],
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    told: Compared,
) -> None:
    for row in range(len(a)):
        first, second = a[row], b[row]
        both, times = 0, 0.0
        for k in range(HOURS):
            both += (hours[first, k // 64] & hours[second, k // 64]) >> (k % 64) & 1
        for lag in range(LAGS):
            times += again[first, lag] * again[second, lag]
        told.shared[row] = both
        told.expected[row] = _dot(habit[first], habit[second])
        told.runs[row] = max(1.0, 1 + 2 * times)
