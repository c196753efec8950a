"""Rare clauses that go with a group, and those that do not."""

from collections import Counter
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
from stillwatch.judgement.variants import FOUND, NOBODY, candidates, chosen, more
from stillwatch.kernels.holders import Activity

SETTINGS = RUN.settings.judge
POOL = [f"p{n}" for n in range(12)]
OTHERS = [f"h{n:03}" for n in range(400)]
OWN, RARE, COVER, COMMON, REFUSED = 1, 2, 3, 4, 5
MET = {"trace": pl.Int64, "group": pl.Int64, "exchanges": pl.Int64}


def theirs(accounts: list[str], group: int = 0) -> pl.DataFrame:
    rows = [(group, account) for account in accounts]
    return pl.DataFrame(rows, schema={"group": pl.Int64, "account_id": pl.String}, orient="row")


def found(
    spark: SparkSession,
    said: list[tuple[str, list[int]]],
    members: pl.DataFrame,
    own_layer: str = "prompt_span",
    **more_said: Any,
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
    own = [(group, own_layer, OWN, 12, 12) for group in members["group"].unique()]
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
    said = week(*((account, [OWN, RARE]) for account in POOL[:6]), ("p0", [RARE]))
    assert found(spark, said, theirs(POOL)) == [(0, RARE)]


@pytest.mark.spark
def test_what_members_say_in_other_exchanges_is_not(spark: SparkSession) -> None:
    said = week(*((account, [COVER]) for account in POOL[:6]))
    assert found(spark, said, theirs(POOL)) == []


@pytest.mark.spark
def test_what_others_say_too_is_not(spark: SparkSession) -> None:
    both = [*POOL[:6], *OTHERS[:1]]
    assert found(spark, week(*((a, [OWN, COMMON]) for a in both)), theirs(POOL)) == []


@pytest.mark.spark
def test_four_who_say_it_are_too_few(spark: SparkSession) -> None:
    said = week(*((account, [OWN, RARE]) for account in POOL[:4]), ("p0", [RARE]))
    assert found(spark, said, theirs(POOL)) == []


@pytest.mark.spark
def test_a_group_of_half_of_everyone_has_nothing_by_chance(spark: SparkSession) -> None:
    half = [*POOL, *OTHERS[:210]]
    said = week(*((account, [OWN, RARE]) for account in POOL[:6]), ("p0", [RARE]))
    assert found(spark, said, theirs(half)) == []


@pytest.mark.spark
def test_of_two_campaigns_in_one_pool_the_clause_goes_with_its_own(spark: SparkSession) -> None:
    # Both groups are of the same accounts; what they are known by is OWN in one and 9 in the other.
    sent = [*week(), *((account, [9]) for account in POOL)]
    sent += [*((account, [9, RARE]) for account in POOL[:6]), ("p0", [RARE])]
    rows = [exchange(account, n, spans=spans) for n, (account, spans) in enumerate(sent)]
    counts = Counter((account, span) for account, spans in sent for span in spans)
    traces = [trace(a, "prompt_span", span, exchanges=n) for (a, span), n in sorted(counts.items())]
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
def test_who_only_shares_software_has_no_wording(spark: SparkSession) -> None:
    said = week(*((account, [RARE, 8]) for account in POOL[:6]))
    assert found(spark, said, theirs(POOL), own_layer="system_prompt") == []


@pytest.mark.spark
def test_without_groups_there_is_nothing_to_add(spark: SparkSession) -> None:
    assert found(spark, week(), theirs([])) == []


def chosen_of(
    rows: list[tuple[int, bool, int, int, int, int]], met: list[tuple[int, int, int]]
) -> list[tuple[int, int]]:
    """Group and trace of the candidates that go with a group."""
    found = pl.DataFrame(rows, schema=FOUND, orient="row")
    made = chosen(found, pl.DataFrame(met, schema=MET, orient="row"), SETTINGS)
    assert set(made["layer"]) <= {"variant"}
    return made.select("group", "trace").rows()


def test_what_two_groups_have_in_common_goes_where_it_comes_most() -> None:
    both = [(0, False, 2, RARE, 6, 9), (1, False, 2, RARE, 6, 9)]
    assert chosen_of(both, [(RARE, 0, 8), (RARE, 1, 1), (RARE, NOBODY, 1)]) == [(0, RARE)]
    assert chosen_of(both, [(RARE, 0, 5), (RARE, 1, 4), (RARE, NOBODY, 1)]) == []


def test_what_adds_no_exchange_is_left_out() -> None:
    rare = [(0, False, 1, RARE, 6, 9)]
    assert chosen_of(rare, [(RARE, 0, 9)]) == []
    assert chosen_of(rare, [(RARE, 0, 8), (RARE, NOBODY, 1)]) == [(0, RARE)]
    # Of a stranger: no exchange of the group's.
    assert chosen_of(rare, [(RARE, 0, 9), (RARE, NOBODY, 1)]) == []


@pytest.mark.spark
@pytest.mark.parametrize("busy", ["members", "others"])
def test_chance_counts_accounts_or_traffic_whichever_is_more(
    spark: SparkSession, busy: str
) -> None:
    """A group of half of the accounts, or of half of the traffic, has nothing by chance."""
    size = 206 if busy == "others" else 12
    group = [*POOL, *OTHERS][:size]
    said = [*week(), *((account, [OWN, RARE]) for account in POOL[:6])]
    names = sorted({account for account, _ in said})
    is_busy = [(name in group) == (busy == "members") for name in names]
    activity = Activity.of(pa.array(names), np.where(is_busy, 3000, 60))
    pairs = sorted({(account, span) for account, spans in said for span in spans})
    traces = [trace(account, "prompt_span", span) for account, span in pairs]
    shared = held(Stored(frame(spark, "silver.traces", traces)), activity, SETTINGS)
    assert RARE not in candidates(shared, theirs(group), activity, SETTINGS)["trace"].to_list()


def test_what_was_refused_comes_alone_only_where_it_is_nobody_elses() -> None:
    once = [(0, True, 1, REFUSED, 3, 3)]
    assert chosen_of(once, [(REFUSED, NOBODY, 4)]) == [(0, REFUSED)]
    # A phrase that is mostly answered, to whomever, is no technique.
    assert chosen_of(once, [(REFUSED, NOBODY, 100)]) == []
    assert chosen_of(once, [(REFUSED, NOBODY, 3), (REFUSED, 1, 1)]) == []
    two = [(group, True, 2, REFUSED, 3, 3) for group in (0, 1)]
    assert chosen_of(two, [(REFUSED, NOBODY, 4)]) == []


@pytest.mark.spark
def test_the_more_is_looked_at_the_less_chance_explains(spark: SparkSession) -> None:
    """Five of a sixth of all accounts hold it: rare for one group, not for one of a thousand."""
    said = [*week(), *((account, [OWN, RARE]) for account in POOL[:5])]
    traces = [trace(account, "prompt_span", span) for account, spans in said for span in spans]
    names = sorted({account for account, _ in said})
    activity = Activity.of(pa.array(names), np.full(len(names), 60))
    unique = list({(row["account_id"], row["trace"]): row for row in traces}.values())
    shared = held(Stored(frame(spark, "silver.traces", unique)), activity, SETTINGS)
    sixth = [*POOL, *OTHERS[:60]]
    alone = candidates(shared, theirs(sixth), activity, SETTINGS)
    assert RARE in alone["trace"].to_list()
    crowd = pl.concat([theirs(sixth), *(theirs(OTHERS[:2], n) for n in range(1, 1000))])
    assert RARE not in candidates(shared, crowd, activity, SETTINGS)["trace"].to_list()
