"""In which hours of the week each account is active, as the step's tasks count and tell it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pytest
from factories import WEEK, at, exchange, frame, rows_made, trace
from pyspark.sql import SparkSession
from stillwatch.gold.account_links import awake, transform
from stillwatch.kernels.timing import HOURS
from stillwatch.kernels.xxhash import xxhash64

pytestmark = pytest.mark.spark

# The ends of the week, and both sides of where one word of 64 bits ends and the next begins.
NIGHT = {0, 23, 63, 64, 127, 128, 167}
DAY = {10, 34, 63, 105, 128, 130, 150}
OUTSIDE = (-1, -40, HOURS, HOURS + 1, HOURS + 30)


def sent(account: str, hours: Iterable[int]) -> list[dict[str, object]]:
    """An exchange in each of the hours of the week, well before or just before each ends."""
    return [
        exchange(account, n, ts=at(hour + (0.25, 0.999)[n % 2])) for n, hour in enumerate(hours)
    ]


def place_of(activity, account: str) -> int:
    return int(activity.at(xxhash64(pa.array([account])).to_numpy(zero_copy_only=False))[0])


def hours_of(rhythm, place: int) -> set[int]:
    return {k for k in range(HOURS) if (rhythm.hours[place, k // 64] >> np.int64(k % 64)) & 1}


def test_each_account_is_awake_in_its_own_hours_of_the_week(spark: SparkSession) -> None:
    rng = np.random.default_rng(1)
    wanted = {f"own{n:02d}": set(map(int, rng.choice(HOURS, 5 + n, replace=False)))
              for n in range(20)}  # fmt: skip
    wanted |= {"night": NIGHT, "day": DAY, "sunday": {167}, "low": {63}, "high": {64}}
    rows = [row for account, hours in wanted.items() for row in sent(account, hours)]
    # More exchanges in an hour are one hour; those without a time, or of another week, are none.
    rows += [exchange("night", 100 + n, ts=at(23)) for n in range(5)]
    rows += [exchange("timeless", n, ts=None) for n in range(3)] + sent("elsewhere", OUTSIDE)
    rows += [row | {"exchange_id": f"x{n}"} for n, row in enumerate(sent("day", OUTSIDE))]
    activity, rhythm = awake(frame(spark, "silver.exchanges", rows).repartition(3), WEEK)
    wanted |= {"timeless": set(), "elsewhere": set()}
    assert len(activity.codes) == len(rhythm.hours) == len(wanted)
    places = {account: place_of(activity, account) for account in wanted}
    assert {account: hours_of(rhythm, place) for account, place in places.items()} == wanted
    assert activity.names.take(pa.array(places.values())).to_pylist() == list(places)
    sizes = {account: int(activity.exchanges[place]) for account, place in places.items()}
    assert sizes["night"] == len(NIGHT) + 5
    assert (sizes["timeless"], sizes["elsewhere"]) == (3, len(OUTSIDE))


def test_links_tell_the_hours_of_their_own_two_accounts(spark: SparkSession) -> None:
    hours = {f"a{n:03d}": (NIGHT, DAY, {167}, {64, 150})[n % 4] for n in range(60)}
    rows = [row for account, each in hours.items() for row in sent(account, each)]
    clause = [
        trace(account, "prompt_span", 7, exchanges=len(each)) for account, each in hours.items()
    ]
    frames = {
        "silver.traces": frame(spark, "silver.traces", clause),
        "silver.exchanges": frame(spark, "silver.exchanges", rows),
    }
    found = rows_made(transform, frames).collect()
    told = {(row["account_a"], row["account_b"]): row["hours_shared"] for row in found}
    assert told == {(a, b): len(hours[a] & hours[b]) for a, b in told}
    assert set(told.values()) == {0, 1, 2, 7}
