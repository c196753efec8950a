"""Do two accounts share more active hours than their habits explain, or fill each other's gaps?

An account is active in some of the week's 168 hours. If it only kept its habits, it would be active
in hour h of day d with probability s D(d) H(h) u(d, h): D counts its active hours of the day, H the
days on which it is active at that hour, u how much busier everybody is then than the day and the
hour explain (a launch, an outage), and s makes the sum what it is, no probability being above 1.
The hours that two accounts share are then a sum of independent trials. Its tails are bounded by
those of a Poisson variable with the same mean (Anderson and Samuels 1967), so that p is no smaller
than it should be.

Because each account is compared with its own hours of the day, living in one time zone is no
synchrony.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, gammaincc

from stillwatch.kernels.compiled import compiled
from stillwatch.kernels.null_model import FLOOR
from stillwatch.kernels.tally import fixed

DAYS, OF_DAY = 7, 24
HOURS = DAYS * OF_DAY
WORDS = 3  # of 64 hours; hour k of the week is bit k % 64 of word k // 64
ROUNDS = 8  # in which s is found, to a thousandth


class Rhythm(NamedTuple):
    """When accounts are active.

    Attributes:
        hours: Bits of each account's active hours, int64, shape (A, WORDS).
        scale: s of each account, shape (A,).
        usual: u of each hour of the week, shape (HOURS,).
    """

    hours: NDArray[np.int64]
    scale: NDArray[np.float64]
    usual: NDArray[np.float64]

    @classmethod
    def of(cls, hours: NDArray[np.int64]) -> Rhythm:
        """From the bits of all active accounts."""
        busy = np.zeros(HOURS)
        for k in range(HOURS):
            busy[k] = np.sum((hours[:, k // 64] >> np.int64(k % 64)) & 1)
        grid = busy.reshape(DAYS, OF_DAY)
        margins = grid.sum(axis=1, keepdims=True) * grid.sum(axis=0, keepdims=True)
        usual = np.where(margins > 0, grid * grid.sum() / np.maximum(margins, 1), 0.0).reshape(-1)
        scale = np.empty(len(hours))
        _scales(fixed(hours.reshape(-1)), fixed(usual), scale)
        return cls(hours, scale, usual)

    def shared(
        self, a: NDArray[np.int64], b: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Hours in which both are active, and how many by habit alone.

        Args:
            a: Places of accounts, shape (n,).
            b: Places of the others, shape (n,).
        """
        observed, expected = np.empty(len(a), np.int64), np.empty(len(a))
        flat = fixed(self.hours.reshape(-1))
        given = (fixed(self.scale), fixed(self.usual), fixed(a), fixed(b))
        _shared(flat, *given, observed, expected)
        return observed, expected


def synchrony(observed: NDArray[np.int64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """-log10 p of sharing so many hours or more; below 0, log10 p of so few or fewer.

    The nearer end counts: 2 is one chance in a hundred of as much synchrony, -2 of as much
    avoidance.

    Args:
        observed: Hours shared, shape (n,).
        expected: By habit alone, shape (n,).
    """
    mean = np.maximum(expected, FLOOR)
    more = np.where(observed > 0, gammainc(np.maximum(observed, 1), mean), 1.0)
    fewer = gammaincc(observed + 1, mean)
    tail = np.maximum(np.minimum(more, fewer), FLOOR)
    return np.asarray(np.where(observed >= expected, -np.log10(tail), np.log10(tail)), np.float64)


@compiled
def _scales(hours: NDArray[np.int64], usual: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    days, times, weight = np.zeros(DAYS), np.zeros(OF_DAY), np.zeros(HOURS)
    for account in range(len(out)):
        wanted = 0
        days[:] = 0
        times[:] = 0
        for k in range(HOURS):
            if (hours[account * WORDS + k // 64] >> (k % 64)) & 1:
                days[k // OF_DAY] += 1
                times[k % OF_DAY] += 1
                wanted += 1
        for k in range(HOURS):
            weight[k] = days[k // OF_DAY] * times[k % OF_DAY] * usual[k]
        # From below, so that it rises to where the capped sum is right.
        scale = wanted / max(np.sum(weight), 1.0)
        for _ in range(ROUNDS):
            made = 0.0
            for k in range(HOURS):
                made += min(1.0, scale * weight[k])
            if made > 0:
                scale *= wanted / made
        out[account] = scale


@compiled
def _shared(
    hours: NDArray[np.int64],
    scale: NDArray[np.float64],
    usual: NDArray[np.float64],
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    observed: NDArray[np.int64],
    expected: NDArray[np.float64],
) -> None:
    days, times = np.zeros((2, DAYS)), np.zeros((2, OF_DAY))
    for row in range(len(a)):
        both = 0
        days[:] = 0
        times[:] = 0
        for k in range(HOURS):
            first = (hours[a[row] * WORDS + k // 64] >> (k % 64)) & 1
            second = (hours[b[row] * WORDS + k // 64] >> (k % 64)) & 1
            both += first & second
            days[0, k // OF_DAY] += first
            times[0, k % OF_DAY] += first
            days[1, k // OF_DAY] += second
            times[1, k % OF_DAY] += second
        total = 0.0
        for k in range(HOURS):
            d, h = k // OF_DAY, k % OF_DAY
            mine = min(1.0, scale[a[row]] * days[0, d] * times[0, h] * usual[k])
            total += mine * min(1.0, scale[b[row]] * days[1, d] * times[1, h] * usual[k])
        observed[row] = both
        expected[row] = total
