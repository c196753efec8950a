"""One row an account, trace and day, in every layer."""

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest
from factories import RUN, WEEK, at, exchange, frame, rows_made
from pyspark.sql import SparkSession
from stillwatch.kernels.holders import Activity
from stillwatch.kernels.traces import COUNTED
from stillwatch.silver.traces import KINDS, LAYERS, _rows, transform

pytestmark = pytest.mark.spark


def traces(spark: SparkSession, exchanges: list, accounts: list | None = None) -> list:
    frames = {
        "silver.exchanges": frame(spark, "silver.exchanges", exchanges),
        "silver.accounts": frame(spark, "silver.accounts", accounts or []),
    }
    return rows_made(transform, frames).collect()


def test_exchanges_of_a_day_become_one_row_with_its_first_and_last_time(
    spark: SparkSession,
) -> None:
    tuesday = WEEK + timedelta(days=1)
    rows = traces(
        spark,
        [
            exchange("a", 1, spans=[5], ts=at(9)),
            exchange("a", 2, spans=[5, 6], ts=at(11)),
            exchange("a", 3, spans=[5], ts=at(8, day=1), event_date=tuesday),
            exchange("b", 4, spans=[5, 6], ts=at(7)),
        ],
    )
    found = {
        (r["event_date"], r["trace"]): (r["exchanges"], r["first_ts"], r["last_ts"])
        for r in rows
        if r["account_id"] == "a"
    }
    naive = {
        k: (n, f.replace(tzinfo=None), t.replace(tzinfo=None)) for k, (n, f, t) in found.items()
    }
    plain = {h: at(h).replace(tzinfo=None) for h in (9, 11)}
    assert naive[(WEEK, 5)] == (2, plain[9], plain[11])
    assert naive[(WEEK, 6)] == (1, plain[11], plain[11])
    assert naive[(tuesday, 5)][0] == 1


def test_every_layer_makes_its_trace(spark: SparkSession) -> None:
    full = {
        "spans": [1],
        "system_hash": 2,
        "system_chars": 200,
        "system_spans": [8],
        "tools_hash": 3,
        "network_hash": 4,
        "near_bands": [7],
        "stop_reason": "refusal",
    }
    paid = [{"account_id": name, "payment_hash": 6} for name in "ab"]
    rows = traces(spark, [exchange("a", 1, **full), exchange("b", 2, **full)], paid)
    assert {r["layer"]: r["trace"] for r in rows} == {
        "prompt_span": 1,
        "near_duplicate": 7,
        "refusal": 1,
        "system_prompt": 2,
        "system_span": 8,
        "tool_schema": 3,
        "network": 4,
        "payment": 6,
    }
    directed = {"signature_replay", "response_reuse"}
    assert set(LAYERS) == {r["layer"] for r in rows} | directed
    assert {r["role"] for r in rows} == {"shared"}


def test_a_system_prompt_that_says_nothing_is_no_trace(spark: SparkSession) -> None:
    assert traces(spark, [exchange("a", 1, system_hash=2, system_chars=12)]) == []


def test_an_endless_prompt_keeps_its_smallest_fingerprints(spark: SparkSession) -> None:
    cap = RUN.settings.traces.max_spans
    rows = traces(spark, [exchange(name, 1, spans=list(range(cap + 50))) for name in "ab"])
    assert sorted(r["trace"] for r in rows if r["account_id"] == "a") == list(range(cap))


def test_what_one_account_alone_has_of_a_prompt_is_left_out_and_its_instruments_are_not(
    spark: SparkSession,
) -> None:
    alone = {"spans": [1, 9], "near_bands": [7], "network_hash": 4, "system_hash": 2}
    rows = traces(
        spark,
        [
            exchange("a", 1, **alone, system_chars=200, stop_reason="refusal"),
            exchange("a", 2, ts=at(8, day=1), spans=[1], event_date=WEEK + timedelta(days=1)),
            exchange("b", 3, spans=[9]),
        ],
        [{"account_id": "a", "payment_hash": 6}],
    )
    told = sorted((r["layer"], r["account_id"], r["trace"], r["holders"]) for r in rows)
    assert told == [
        ("network", "a", 4, 1),
        *(("payment", "a", 6, 1) for _ in range(2)),
        ("prompt_span", "a", 9, 2),
        ("prompt_span", "b", 9, 2),
        ("system_prompt", "a", 2, 1),
    ]


def roles(rows: list, layer: str) -> dict:
    """Trace by account and role."""
    return {(r["account_id"], r["role"]): r["trace"] for r in rows if r["layer"] == layer}


def test_redeemers_of_one_accounts_signatures_have_it_in_common(spark: SparkSession) -> None:
    rows = traces(
        spark,
        [
            exchange("victim", 1, ts=at(8), signatures_issued=[100, 101]),
            exchange("victim", 2, ts=at(9), signatures_sent=[100]),  # its own: ordinary
            exchange("a", 1, ts=at(10), signatures_sent=[100]),
            exchange("b", 1, ts=at(11), signatures_sent=[101]),
            exchange("c", 1, ts=at(7), signatures_sent=[101]),  # before it was issued
            exchange("d", 1, ts=at(12), signatures_sent=[999]),  # nobody's of this week
        ],
    )
    found = roles(rows, "signature_replay")
    assert set(found) == {("victim", "issued"), ("a", "redeemed"), ("b", "redeemed")}
    assert len(set(found.values())) == 1


def test_an_answer_comes_back_in_another_accounts_prompt_or_history(spark: SparkSession) -> None:
    rows = traces(
        spark,
        [
            exchange("victim", 1, ts=at(8), answer_spans=[4, 8, 12]),
            exchange("a", 1, ts=at(10), spans=[3, 4, 8]),
            exchange("b", 1, ts=at(10), history_spans=[8, 12]),
            exchange("c", 1, ts=at(10), spans=[4]),  # too little
            exchange("victim", 2, ts=at(11), history_spans=[4, 8, 12]),
        ],
    )
    found = roles(rows, "response_reuse")
    assert set(found) == {("victim", "issued"), ("a", "redeemed"), ("b", "redeemed")}
    assert len(set(found.values())) == 1


def test_what_everyone_gets_or_has_sent_before_is_no_reuse(spark: SparkSession) -> None:
    rows = traces(
        spark,
        [
            exchange("a", 1, ts=at(8), answer_spans=[4, 8]),
            exchange("b", 1, ts=at(8), answer_spans=[4, 8]),  # a turn of the model's speech
            exchange("c", 1, ts=at(9), spans=[4, 8]),
            exchange("d", 1, ts=at(10), answer_spans=[16, 20]),  # an echo of the template
            exchange("d", 2, ts=at(9), spans=[16, 20]),
            exchange("e", 1, ts=at(11), spans=[16, 20]),
        ],
    )
    assert roles(rows, "response_reuse") == {}


def test_rows_tell_how_many_days_and_accounts_have_the_trace(spark: SparkSession) -> None:
    tuesday = WEEK + timedelta(days=1)
    rows = traces(
        spark,
        [
            exchange("a", 1, spans=[5, 6], signatures_issued=[9], ts=at(9)),
            exchange("a", 2, spans=[5], ts=at(8, day=1), event_date=tuesday),
            exchange("b", 3, spans=[5], signatures_sent=[9], ts=at(10)),
            exchange("c", 4, spans=[7], signatures_sent=[9], ts=at(11)),
        ],
        [{"account_id": name, "payment_hash": 1} for name in "ab"],
    )
    told = {
        (r["layer"], r["role"], r["account_id"], r["trace"]): (r["days"], r["holders"])
        for r in rows
        if r["layer"] != "signature_replay"
    }
    assert told == {
        ("prompt_span", "shared", "a", 5): (2, 2),
        ("prompt_span", "shared", "b", 5): (1, 2),
        ("payment", "shared", "a", 1): (2, 2),
        ("payment", "shared", "b", 1): (1, 2),
    }
    replayed = {
        (r["role"], r["account_id"]): (r["days"], r["holders"])
        for r in rows
        if r["layer"] == "signature_replay"
    }
    assert replayed == {
        ("issued", "a"): (1, 1),
        ("redeemed", "b"): (1, 2),
        ("redeemed", "c"): (1, 2),
    }


def test_what_several_hold_comes_before_what_one_holds() -> None:
    """So that a reader of the first passes over the others."""
    held = [(kind, trace, a) for kind in (2, 5, 7) for trace in range(6) for a in range(trace + 1)]
    active = Activity.of(pa.array([f"a{a}" for a in range(6)]), np.ones(6, np.int64))
    rows = [(kind, trace % 3 * 10 + trace, active.codes[a], 9, 1, 5, 5) for kind, trace, a in held]
    columns = zip(*rows[::-1], strict=True)
    arrays = [pa.array(each, of.type) for each, of in zip(columns, COUNTED, strict=True)]
    (made,) = _rows(RUN, active, pa.table(arrays, schema=COUNTED))
    told = [(row["holders"] == 1, KINDS.index((row["layer"], row["role"])))
            for row in made.to_pylist()]  # fmt: skip
    assert told == sorted(told)
    assert {kind for _, kind in told} == {2, 5, 7}
    assert {alone for alone, _ in told} == {True, False}


@pytest.mark.parametrize("layer", ["payment", "signature_replay"])
def test_an_instrument_of_many_accounts_costs_its_rows(spark: SparkSession, layer: str) -> None:
    """Every row tells how many hold it, and none carries who they are."""
    count = 3_000
    names = [f"a{n:04}" for n in range(count)]
    stolen = [exchange("victim", 1, ts=at(8), signatures_issued=[9])]
    rows = traces(
        spark,
        stolen + [exchange(name, 1, ts=at(10), signatures_sent=[9]) for name in names],
        [{"account_id": name, "payment_hash": 1} for name in names],
    )
    told = [row for row in rows if row["layer"] == layer and row["role"] != "issued"]
    assert len(told) == count
    assert {(row["holders"], row["days"]) for row in told} == {(count, 1)}
