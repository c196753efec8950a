"""Accounts that get the same work items dealt are a pool; those who meet once are not."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from factories import RUN, frame, trace
from pyspark.sql import SparkSession
from stillwatch.io.batches import Stored
from stillwatch.judgement.held import held
from stillwatch.judgement.sampling import pools
from stillwatch.kernels.holders import Activity

SETTINGS = RUN.settings.judge
pytestmark = pytest.mark.spark


def few(spark: SparkSession, sent: Iterable[tuple[int, int]]) -> Any:
    """Holdings of (trace, account), each once, as the bands that few accounts have."""
    pairs = sorted(set(sent))
    rows = [trace(f"a{account:04}", "near_duplicate", of) for of, account in pairs]
    names = pa.array(sorted({row["account_id"] for row in rows}))
    activity = Activity.of(names, np.full(len(names), 10))
    return held(Stored(frame(spark, "silver.traces", rows)), activity, SETTINGS).few


def test_items_that_are_each_asked_of_three_accounts_make_one_pool(spark: SparkSession) -> None:
    rng = np.random.default_rng(3)
    dealt = [(item, int(a)) for item in range(120) for a in rng.choice(12, 3, replace=False)]
    own = [(1000 + a * 50 + n, a) for a in range(200) for n in range(5)]
    quoted = [(9000 + n, int(a)) for n in range(40) for a in rng.choice(200, 2, replace=False)]
    found = pools(few(spark, [*dealt, *own, *quoted]), SETTINGS)
    assert found["group"].n_unique() == 1
    assert set(found.filter(found["trace"] < 1000)["trace"]) == set(range(120))
    assert set(found.filter(found["trace"] < 1000)["accounts"]) == {3}
    # A quotation is theirs only where both who quote are of the pool.
    assert found.filter(found["trace"] >= 1000).height < 5


def test_a_benchmark_that_everyone_runs_makes_none(spark: SparkSession) -> None:
    suite = [(question, account) for question in range(30) for account in range(40)]
    assert pools(few(spark, suite), SETTINGS).height == 0


def test_two_who_meet_often_are_no_pool_yet(spark: SparkSession) -> None:
    pairs = [(item, account) for item in range(30) for account in (0, 1)]
    own = [(1000 + n, account) for account in range(20) for n in range(account, 3 + account)]
    assert pools(few(spark, [*pairs, *own]), SETTINGS).height == 0


def test_nothing_shared_is_no_pool(spark: SparkSession) -> None:
    assert pools(few(spark, [(n, n) for n in range(50)]), SETTINGS).height == 0
