"""Are the variants of uneven traffic as uneven as they say, and their twins not?"""

from __future__ import annotations

import sys
from collections import Counter
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from factories import WEEK, Rows, at, exchange, frame, rows_made
from pyspark.sql import SparkSession
from stillwatch.silver import traces

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"
sys.path.append(str(FOLDER))  # its scripts import one another by name, as when they are run
ACCOUNTS = [f"a{n:03d}" for n in range(40)]
NAMES = ("as simulated", "one trace", "one account", "one day", "one payment", "one answer")

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def skew() -> ModuleType:
    import skew

    return skew


def simulated() -> tuple[Rows, Rows]:
    """Exchanges all over the week, some without words, and accounts, two without a payment."""
    rng = np.random.default_rng(5)
    sent = []
    for n in range(1_200):
        day, hour = int(rng.integers(7)), float(rng.uniform(0, 23.99))
        sent.append(
            exchange(
                ACCOUNTS[n % 40],
                n,
                ts=at(hour, day),
                event_date=at(0, day).date(),
                spans=sorted({int(value) for value in rng.integers(0, 50, n % 6)}),
                answer_spans=[10**6 + n],
                history_spans=None if n % 3 else [10**6 + int(rng.integers(1_200))],
            )
        )
    paid = [
        {"week": WEEK, "account_id": account, "payment_hash": None if n < 2 else n // 2}
        for n, account in enumerate(ACCOUNTS)
    ]
    return sent, paid


@pytest.fixture(scope="module")
def made(spark: SparkSession, skew: ModuleType) -> dict[str, tuple[Any, Any]]:
    """Rows of the exchanges and accounts of each variant."""
    sent, paid = simulated()
    frames = frame(spark, "silver.exchanges", sent), frame(spark, "silver.accounts", paid)
    found = {}
    for name, given in skew.variants(*frames).items():
        rows = sorted(given.exchanges.collect(), key=lambda row: int(row["exchange_id"][5:]))
        found[name] = rows, given.accounts.collect()
    return found


def test_each_variant_has_the_same_exchanges_and_a_twin_in_unique_words(made: Any) -> None:
    assert list(made) == [name for each in NAMES for name in (each, f"{each}, unique words")]
    ids = [row["exchange_id"] for row in simulated()[0]]
    for name in NAMES:
        (rows, _), (twins, _) = made[name], made[f"{name}, unique words"]
        assert [row["exchange_id"] for row in rows] == ids
        for row, twin in zip(rows, twins, strict=True):
            assert len(twin["spans"]) == len(row["spans"])
            assert all(row[key] == twin[key] for key in ("account_id", "ts", "event_date"))
        words = list(chain.from_iterable(row["spans"] for row in twins))
        assert len(set(words)) == len(words) > 1_000


def test_the_traffic_as_simulated_is_left_alone(made: Any) -> None:
    sent, paid = simulated()
    rows, accounts = made["as simulated"]
    assert [row["spans"] for row in rows] == [row["spans"] for row in sent]
    assert {row["account_id"]: row["payment_hash"] for row in accounts} == {
        row["account_id"]: row["payment_hash"] for row in paid
    }


def test_one_trace_is_held_by_every_account_in_every_exchange(made: Any, skew: ModuleType) -> None:
    rows, _ = made["one trace"]
    assert all(row["spans"][0] == skew.ONE == min(row["spans"]) for row in rows)
    assert [row["spans"][1:] for row in rows] == [row["spans"][1:] for row in simulated()[0]]


def test_one_account_has_a_tenth_and_is_one_that_pays(made: Any) -> None:
    rows, accounts = made["one account"]
    paying = {row["account_id"] for row in accounts if row["payment_hash"] is not None}
    (large, many), (_, second) = Counter(row["account_id"] for row in rows).most_common(2)
    assert 0.08 < many / len(rows) < 0.16 and second < many / 2
    assert large in paying
    assert {row["account_id"] for row in rows} <= {row["account_id"] for row in accounts}


def test_one_day_has_half_and_every_time_stays_in_its_day(made: Any) -> None:
    rows, _ = made["one day"]
    (day, many), _ = Counter(row["event_date"] for row in rows).most_common(2)
    assert day == at(0, 2).date() and 0.5 < many / len(rows) < 0.65
    for row, before in zip(rows, simulated()[0], strict=True):
        ts = row["ts"].astimezone(before["ts"].tzinfo)
        assert ts.date() == row["event_date"] and ts.time() == before["ts"].time()
        assert row["event_date"] in (day, before["event_date"])
    assert {row["event_date"] for row in rows} == {at(0, day).date() for day in range(7)}


def test_one_payment_is_everybodys_and_the_twins_are_their_own(made: Any) -> None:
    paid = [row["payment_hash"] for row in made["one payment"][1]]
    own = [row["payment_hash"] for row in made["one payment, unique words"][1]]
    assert len(paid) == len(own) == len(set(own)) == 40
    assert len(set(paid)) == 1


@pytest.mark.parametrize(("twin", "least", "most"), [("", 12, 28), (", unique words", 0, 0)])
def test_one_answer_is_sent_back_by_half_of_the_accounts(
    spark: SparkSession, made: Any, twin: str, least: int, most: int
) -> None:
    """As the step that tells who sent what back sees it."""
    rows, accounts = ([row.asDict() for row in each] for each in made["one answer" + twin])
    first = min(rows, key=lambda row: row["ts"])
    frames = {
        "silver.exchanges": frame(spark, "silver.exchanges", rows),
        "silver.accounts": frame(spark, "silver.accounts", accounts),
    }
    found = rows_made(traces.transform, frames).where("layer = 'response_reuse'").collect()
    back = {row["account_id"] for row in found if row["role"] == "redeemed"}
    assert least <= len(back) <= most
    issued = {row["account_id"] for row in found if row["role"] == "issued"}
    assert issued == ({first["account_id"]} if most else set())
