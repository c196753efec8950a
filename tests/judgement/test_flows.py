"""The two ends of a flow of answers are one operation; whom it was taken from alone is none."""

import polars as pl
import pytest
from factories import exchange, frame, trace
from pyspark.sql import SparkSession
from stillwatch.io.batches import Stored
from stillwatch.judgement.flows import joined, moved, signatures

COLLECT = [f"c{i}" for i in range(6)]
CLEAN = [f"k{i}" for i in range(6)]


def members(**groups: list[str]) -> pl.DataFrame:
    rows = [(int(name[1:]), account) for name, accounts in groups.items() for account in accounts]
    return pl.DataFrame(rows, schema={"group": pl.Int64, "account_id": pl.String}, orient="row")


def pairs(taken: list[tuple[str, str]]) -> pl.DataFrame:
    return pl.DataFrame(taken, schema={"taker": pl.String, "issuer": pl.String}, orient="row")


def marks(layer: str, **held: list[str]) -> pl.DataFrame:
    rows = [(layer, trace, account) for trace, accounts in held.items() for account in accounts]
    schema = dict.fromkeys(("layer", "trace", "account_id"), pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row")


NOTHING = marks("network")


def test_those_who_collect_and_those_who_clean_are_one() -> None:
    taken = pairs([(k, c) for k in CLEAN for c in COLLECT])
    assert joined(members(g2=COLLECT, g5=CLEAN), taken, NOTHING) == {5: 2}


def test_a_few_who_were_robbed_do_not_make_their_group_a_part() -> None:
    taken = pairs([(k, "c0") for k in CLEAN])
    assert joined(members(g0=COLLECT, g1=CLEAN), taken, NOTHING) == {}


@pytest.mark.parametrize("layer", ["organisation", "payment", "network"])
def test_a_firm_most_of_which_was_robbed_is_no_end_of_its_robbers(layer: str) -> None:
    taken = pairs([(k, c) for k in CLEAN for c in COLLECT[:4]])
    theirs = marks(layer, one=COLLECT[:4])
    assert joined(members(g2=COLLECT, g5=CLEAN), taken, theirs) == {}
    assert joined(members(g2=COLLECT, g5=CLEAN), taken, marks(layer, one=COLLECT[:3])) == {5: 2}
    both = marks(layer, one=[*COLLECT, CLEAN[5]])
    assert joined(members(g2=COLLECT, g5=CLEAN), taken, both) == {5: 2}
    # What the takers share is their pool's.
    assert joined(members(g2=COLLECT, g5=CLEAN), taken, marks(layer, one=CLEAN)) == {5: 2}


def test_what_moves_within_a_group_joins_nothing() -> None:
    assert joined(members(g0=COLLECT), pairs([("c0", "c1"), ("c1", "c0")]), NOTHING) == {}


def test_a_chain_of_three_ends_is_one() -> None:
    third = [f"t{i}" for i in range(4)]
    taken = pairs([(k, c) for k in CLEAN for c in COLLECT] + [(t, k) for t in third for k in CLEAN])
    assert joined(members(g0=third, g1=CLEAN, g2=COLLECT), taken, NOTHING) == {1: 0, 2: 0}


@pytest.mark.spark
def test_takers_and_issuers_are_read_from_the_traces(spark: SparkSession) -> None:
    rows = [
        trace("k0", "response_reuse", 7, role="redeemed"),
        trace("c0", "response_reuse", 7, role="issued"),
        trace("stranger", "response_reuse", 7, role="issued"),
        trace("k0", "prompt_span", 7),
    ]
    traces = Stored(frame(spark, "silver.traces", rows))
    assert moved(traces, pl.Series(["k0", "c0"])).rows() == [("k0", "c0")]


@pytest.mark.spark
def test_a_signature_that_another_member_sends_marks_both_exchanges(spark: SparkSession) -> None:
    sent = [
        exchange("c0", 0, signatures_issued=[11, 12]),
        exchange("c1", 0, signatures_sent=[11]),
        exchange("c0", 1, signatures_sent=[12]),  # its own: an ordinary conversation
        exchange("stranger", 0, signatures_sent=[12]),
    ]
    exchanges = Stored(frame(spark, "silver.exchanges", sent))
    found = signatures(exchanges, members(g3=["c0", "c1"]))
    assert found.rows() == [(3, "signature", 11, 2, 2)]


@pytest.mark.spark
def test_a_group_has_the_signatures_that_cross_among_its_own_members(spark: SparkSession) -> None:
    sent = [
        exchange("c0", 0, signatures_issued=[11]),
        exchange("c1", 0, signatures_sent=[11]),
        exchange("c1", 1, signatures_sent=[11]),
        exchange("c2", 0, signatures_sent=[11]),
    ]
    exchanges = Stored(frame(spark, "silver.exchanges", sent))
    found = signatures(exchanges, members(g3=["c0", "c1"], g5=["c0", "c1", "c2"], g7=["c1", "c2"]))
    assert found.rows() == [(3, "signature", 11, 2, 3), (5, "signature", 11, 3, 4)]
