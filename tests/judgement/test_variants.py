"""Rare clauses that go with a group, and those that do not."""

from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from factories import RUN, exchange, frame, trace
from pyspark.sql import SparkSession
from stillwatch.io.batches import Stored
from stillwatch.judgement.grouping import TRACES
from stillwatch.judgement.held import held
from stillwatch.judgement.variants import NOBODY, chosen, more
from stillwatch.kernels.holders import Activity

SETTINGS = RUN.settings.judge
POOL = [f"p{n}" for n in range(12)]
OTHERS = [f"h{n:03}" for n in range(400)]
OWN, RARE, COVER, COMMON, REFUSED = 1, 2, 3, 4, 5
FOUND = {
    **{"group": pl.Int64, "is_refused": pl.Boolean, "trace": pl.Int64},
    **{"accounts": pl.Int64, "exchanges": pl.Int64},
}
MET = {"trace": pl.Int64, "group": pl.Int64, "exchanges": pl.Int64}


def theirs(accounts: list[str], group: int = 0) -> pl.DataFrame:
    rows = [(group, account) for account in accounts]
    return pl.DataFrame(rows, schema={"group": pl.Int64, "account_id": pl.String}, orient="row")


def found(
    spark: SparkSession, said: list[tuple[str, list[int]]], members: pl.DataFrame, **more_said: Any
) -> list[tuple[int, int]]:
    """Group and trace of what `more` finds beside OWN of each group."""
    sent = [
        exchange(account, n, spans=spans, **(more_said if REFUSED in spans else {}))
        for n, (account, spans) in enumerate(said)
    ]
    counts: dict[tuple[str, str, int], int] = {}
    for row in sent:
        for layer in ("prompt_span", *(["refusal"] if row.get("stop_reason") else [])):
            for span in row["spans"]:
                key = (row["account_id"], layer, span)
                counts[key] = counts.get(key, 0) + 1
    rows = [trace(*key, exchanges=n) for key, n in sorted(counts.items())]
    names = sorted({account for account, _ in said})
    activity = Activity.of(pa.array(names), np.full(len(names), 60))
    shared = held(Stored(frame(spark, "silver.traces", rows)), activity, SETTINGS)
    own = [(group, "prompt_span", OWN, 12, 12) for group in members["group"].unique()]
    frames = Stored(frame(spark, "silver.exchanges", sent))
    own_frame = pl.DataFrame(own, schema=TRACES, orient="row")
    made = more(shared, frames, own_frame, members, activity, SETTINGS)
    assert made.schema == TRACES
    return made.select("group", "trace").rows()


def week(*extra: tuple[str, list[int]]) -> list[tuple[str, list[int]]]:
    ordinary = [(account, [1000 + n]) for n, account in enumerate(OTHERS)]
    return [*((account, [OWN]) for account in POOL), *ordinary, *extra]


@pytest.mark.spark
def test_a_rare_variant_of_the_template_is_the_groups(spark: SparkSession) -> None:
    said = week(*((account, [OWN, RARE]) for account in POOL[:6]))
    assert found(spark, said, theirs(POOL)) == [(0, RARE)]


@pytest.mark.spark
def test_what_members_say_in_other_exchanges_is_not(spark: SparkSession) -> None:
    said = week(*((account, [COVER]) for account in POOL[:6]))
    assert found(spark, said, theirs(POOL)) == []


@pytest.mark.spark
def test_what_others_say_too_is_not(spark: SparkSession) -> None:
    both = [*POOL[:6], *OTHERS[:3]]
    assert found(spark, week(*((a, [OWN, COMMON]) for a in both)), theirs(POOL)) == []


@pytest.mark.spark
def test_four_who_say_it_are_too_few(spark: SparkSession) -> None:
    said = week(*((account, [OWN, RARE]) for account in POOL[:4]))
    assert found(spark, said, theirs(POOL)) == []


@pytest.mark.spark
def test_a_group_of_half_of_everyone_has_nothing_by_chance(spark: SparkSession) -> None:
    half = [*POOL, *OTHERS[:210]]
    said = week(*((account, [OWN, RARE]) for account in POOL[:6]))
    assert found(spark, said, theirs(half)) == []


@pytest.mark.spark
def test_of_two_campaigns_in_one_pool_the_clause_goes_with_its_own(spark: SparkSession) -> None:
    # Both groups are of the same accounts; what they are known by is OWN in one and 9 in the other.
    sent = [*week(), *((account, [9]) for account in POOL)]
    sent += [(account, [9, RARE]) for account in POOL[:6]]
    rows = [exchange(account, n, spans=spans) for n, (account, spans) in enumerate(sent)]
    pairs = sorted({(account, span) for account, spans in sent for span in spans})
    traces = [trace(account, "prompt_span", span) for account, span in pairs]
    names = sorted({account for account, _ in sent})
    activity = Activity.of(pa.array(names), np.full(len(names), 60))
    shared = held(Stored(frame(spark, "silver.traces", traces)), activity, SETTINGS)
    own = pl.DataFrame(
        [(0, "prompt_span", OWN, 12, 12), (1, "prompt_span", 9, 12, 12)],
        schema=TRACES,
        orient="row",
    )
    members = pl.concat([theirs(POOL), theirs(POOL, 1)])
    exchanges = Stored(frame(spark, "silver.exchanges", rows))
    made = more(shared, exchanges, own, members, activity, SETTINGS)
    assert made.select("group", "trace").rows() == [(1, RARE)]


@pytest.mark.spark
def test_a_refused_technique_that_only_members_tried_may_come_alone(spark: SparkSession) -> None:
    said = week(*((account, [REFUSED]) for account in POOL[:3]))
    assert found(spark, said, theirs(POOL), stop_reason="refusal") == [(0, REFUSED)]
    assert found(spark, said, theirs(POOL)) == []
    also = week(*((account, [REFUSED]) for account in [*POOL[:3], *OTHERS[:2]]))
    assert found(spark, also, theirs(POOL), stop_reason="refusal") == []


@pytest.mark.spark
def test_without_groups_there_is_nothing_to_add(spark: SparkSession) -> None:
    assert found(spark, week(), theirs([])) == []


def test_what_two_groups_have_in_common_goes_where_it_comes_most() -> None:
    rows = pl.DataFrame(
        [(0, False, RARE, 6, 9), (1, False, RARE, 6, 9), (0, True, COVER, 2, 2),
         (0, True, REFUSED, 3, 3), (1, True, REFUSED, 3, 3)], schema=FOUND, orient="row",
    )  # fmt: skip
    met = pl.DataFrame(
        [(RARE, 0, 6), (RARE, 1, 2), (RARE, NOBODY, 1), (COVER, NOBODY, 2), (REFUSED, NOBODY, 3)],
        schema=MET, orient="row",
    )  # fmt: skip
    made = chosen(rows, met, SETTINGS).select("group", "trace").rows()
    # What was refused and may be of two groups is nobody's.
    assert made == [(0, RARE), (0, COVER)]
    other = pl.DataFrame([(COVER, 1, 1), (COVER, NOBODY, 2)], schema=MET, orient="row")
    assert chosen(rows.filter(pl.col("trace") == COVER), other, SETTINGS).height == 0
