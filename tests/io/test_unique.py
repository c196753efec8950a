"""Are repeated keys counted as a plain count of them does, nulls and all?"""

from __future__ import annotations

import random
from collections import Counter

import pytest
from pyspark.sql import SparkSession

pytestmark = pytest.mark.spark
SCHEMA = "a string, b long"


@pytest.mark.parametrize("seed", range(3))
def test_repeated_keys_are_those_that_a_counter_finds(spark: SparkSession, seed: int) -> None:
    from stillwatch.io.unique import repeated

    dice = random.Random(seed)
    rows = [(dice.choice(["x", "y", None]), dice.choice([1, 2, 3, None])) for _ in range(14)]
    expected = sum(count > 1 for count in Counter(rows).values())
    assert repeated(spark.createDataFrame(rows, SCHEMA), ["a", "b"]) == expected


def test_a_null_tells_keys_apart_by_its_place(spark: SparkSession) -> None:
    from stillwatch.io.unique import repeated

    frame = spark.createDataFrame([(None, "z"), ("z", None)], "a string, b string")
    assert repeated(frame, ["a", "b"]) == 0


def test_one_key_in_eight_still_shows_a_table_that_is_there_twice(spark: SparkSession) -> None:
    from stillwatch.io.unique import repeated

    frame = spark.range(4000).selectExpr("cast(id as string) a", "id b")
    assert repeated(frame, ["a", "b"], one_in=8) == 0
    assert 400 < repeated(frame.unionAll(frame), ["a", "b"], one_in=8) < 600


def test_keys_whose_hashes_all_differ_are_not_grouped(
    spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stillwatch.io.unique import repeated

    frame = spark.range(100).selectExpr("cast(id as string) a", "id b")
    monkeypatch.setattr(type(frame), "groupBy", None)
    assert repeated(frame, ["a", "b"]) == 0
    assert repeated(frame, ["a", "b"], one_in=3) == 0
    assert repeated(frame.limit(0), ["a", "b"]) == 0
    with pytest.raises(TypeError):
        repeated(frame.unionAll(frame), ["a", "b"])


def test_every_key_is_compared_up_to_a_number_of_rows() -> None:
    from stillwatch.io.unique import COMPARED, sample

    assert [sample(rows) for rows in (0, 1, COMPARED)] == [1, 1, 1]
    assert [sample(rows) for rows in (COMPARED + 1, 2 * COMPARED, 2 * COMPARED + 1)] == [2, 2, 3]
