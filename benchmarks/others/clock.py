"""Which week is it, and when are people awake? Times are seconds since Monday, 00:00 UTC."""

from bisect import bisect
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from random import Random

MONDAY = date(2026, 11, 9)
START = datetime(2026, 11, 9, tzinfo=UTC)
HOUR = 3600
DAY = 86400.0
WEEK = 7 * DAY

_NIGHT = [1, 0.7, 0.5, 0.4, 0.4, 0.5]
_MORNING = [1, 2, 4, 6, 7, 7]
_AFTERNOON = [6, 6, 7, 7, 6.5, 6]
_EVENING = [5, 5, 5, 4.5, 3.5, 2]
_BY_HOUR = [*_NIGHT, *_MORNING, *_AFTERNOON, *_EVENING]
_WEEKEND = 0.55  # of a working day's traffic
_BOUNDS = list(
    accumulate(
        weight * (1 if day < 5 else _WEEKEND)
        for day in range(7)
        for weight in _BY_HOUR  # local time
    )
)
_ATTEMPTS = 60


def stamp(ts: float, precision: str = "milliseconds") -> str:
    """Return the time as ISO 8601 in UTC; `precision` as in datetime.isoformat."""
    moment = START + timedelta(seconds=ts)
    return moment.isoformat(timespec=precision).replace("+00:00", "Z")


def waking_time(rng: Random, zone: int, low: float, high: float) -> float:
    """Draw a time of [low, high) at which people `zone` hours east of UTC are awake, if any."""
    for _ in range(_ATTEMPTS):
        hour = bisect(_BOUNDS, rng.random() * _BOUNDS[-1])
        ts = ((hour - zone) % 168 + rng.random()) * HOUR
        if low <= ts < high:
            return ts
    return rng.uniform(low, high)
