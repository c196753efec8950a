"""What groups and everyone did, counted in tasks, against the same counted in one frame."""

from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from factories import at, exchange, frame
from pyspark.sql import SparkSession
from stillwatch.io.batches import Stored
from stillwatch.judgement import profiles
from stillwatch.judgement.attribution import combinations, depths
from stillwatch.judgement.grouping import polars
from stillwatch.judgement.pivots import BIN_SECONDS
from stillwatch.kernels import traces
from stillwatch.kernels.attribution import Index, Members
from stillwatch.kernels.holders import Activity

LAUNCH = at(12, 2)
INDEX = Index.build(
    ["prompt_span", "prompt_span", "prompt_span", "system_prompt"],
    [1, 2, 1, 77],
    [0, 0, 1, 1],
    [2] * 4,
    [9] * 4,
)
MEMBERS = Members.build(["a0", "a1", "a2", "a3"], [0, 0, 1, 1])
NOBODY = Members.build([], [])
NO_INSTRUMENTS = (pl.DataFrame(), pl.DataFrame())


def sent() -> list[dict[str, Any]]:
    rng = np.random.default_rng(4)
    rows = []
    for n in range(400):
        hours = float(rng.uniform(0, 150))
        rows.append(
            exchange(
                f"a{rng.integers(6)}",
                n,
                ts=at(0) + timedelta(hours=hours),
                event_date=(at(0) + timedelta(hours=hours)).date(),
                spans=sorted({int(v) for v in rng.integers(0, 5, 2)}),
                system_hash=77 if rng.random() < 0.3 else None,
                capability=["coding", "other"][rng.integers(2)],
                elicits_reasoning=bool(rng.random() < 0.5),
                grades_answers=None if rng.random() < 0.2 else bool(rng.random() < 0.5),
                output_tokens=int(rng.integers(1000)),
                prompt_hash=None if rng.random() < 0.2 else int(rng.integers(30)),
                model=["new", "old", None][rng.integers(3)],
                network_hash=None if rng.random() < 0.2 else 5,
            )
        )
    return rows


pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def exchanges(spark: SparkSession) -> Stored:
    return Stored(frame(spark, "silver.exchanges", sent()).repartition(3))


@pytest.fixture(scope="module")
def told(spark: SparkSession, exchanges: Stored) -> profiles.Profiles:
    return collected(spark, exchanges, NOBODY)


def collected(spark: SparkSession, exchanges: Stored, guests: Members) -> profiles.Profiles:
    patch = pytest.MonkeyPatch()
    rows = pl.DataFrame(sent(), infer_schema_length=None)
    each = rows.group_by("account_id").len()
    activity = Activity.of(each["account_id"].to_arrow().cast(pa.string()), each["len"].to_numpy())
    accounts = [{"account_id": f"a{n}", "payment_hash": n} for n in range(5)]
    patch.setattr(traces, "TOGETHER", 32)
    found = profiles.collect(
        exchanges,
        INDEX,
        MEMBERS,
        guests,
        NO_INSTRUMENTS,
        activity,
        polars(frame(spark, "silver.accounts", accounts).select(*profiles.KNOWN)),
        [("new", int(LAUNCH.timestamp()))],
    )
    patch.undo()
    return found


def attributed() -> pl.DataFrame:
    """The rows that belong to a group, by the rules in words."""
    rows = []
    for row in sent():
        account = row["account_id"]
        in_first = account in ("a0", "a1") and {1, 2} & set(row["spans"])
        in_second = account in ("a2", "a3") and (1 in row["spans"] or row["system_hash"] == 77)
        if in_first or in_second:
            typed = bool(in_first) or 1 in row["spans"]
            rows.append(row | {"group": 0 if in_first else 1, "typed": typed})
    return pl.DataFrame(rows, infer_schema_length=None)


def test_what_each_account_sent_in_a_groups_name(told: profiles.Profiles) -> None:
    wanted = (
        attributed()
        .group_by("group", "account_id")
        .agg(
            exchanges=pl.len().cast(pl.Int64),
            elicits=pl.col("elicits_reasoning").sum().cast(pl.Int64),
            grades=pl.col("grades_answers").sum().cast(pl.Int64),
            output_tokens=pl.col("output_tokens").sum(),
            span_exchanges=pl.col("typed").sum().cast(pl.Int64),
            first_ts=pl.col("ts").min(),
            last_ts=pl.col("ts").max(),
        )
        .sort("group", "account_id")
    )
    assert told.sent.to_dicts() == wanted.to_dicts()
    by = attributed().group_by("group", "account_id", "capability").len("exchanges")
    wanted = by.sort("group", "account_id", "capability").cast({"exchanges": pl.Int64})
    assert told.capabilities.to_dicts() == wanted.to_dicts()


def test_how_many_accounts_sent_each_prompt(told: profiles.Profiles) -> None:
    own = pl.col("prompt_hash").fill_null(pl.int_range(pl.len()) + 10**6)
    each = (
        attributed()
        .with_columns(prompt=own)
        .group_by("group", "prompt")
        .agg(senders=pl.col("account_id").n_unique(), sent=pl.len())
    )
    wanted = (
        each.group_by("group", "senders")
        .agg(prompts=pl.len(), exchanges=pl.col("sent").sum())
        .sort("group", "senders")
    )
    assert told.senders.to_dicts() == wanted.to_dicts()
    assert set(told.senders["senders"]) == {1, 2}


def test_of_the_prompts_of_guests_nothing_is_concluded(
    spark: SparkSession, exchanges: Stored, told: profiles.Profiles
) -> None:
    found = collected(spark, exchanges, Members.build(["a1", "a2", "a3"], [0, 1, 1]))
    assert found.sent.equals(told.sent)
    of_host = attributed().filter(pl.col("account_id") == "a0").height
    assert found.senders.select("group", "senders").rows() == [(0, 1)]
    assert found.senders["exchanges"].to_list() == [of_host]


def test_what_everyone_did(told: profiles.Profiles) -> None:
    rows = pl.DataFrame(sent(), infer_schema_length=None)
    assert told.population.to_dicts() == [
        {
            "exchanges": 400,
            "elicits": rows["elicits_reasoning"].sum(),
            "grades": rows["grades_answers"].sum(),
            "output_tokens": rows["output_tokens"].sum(),
        }
    ]
    counts = dict(rows["capability"].value_counts().iter_rows())
    assert dict(told.population_capabilities.iter_rows()) == counts
    days = (
        rows.group_by("event_date").agg(pl.len(), pl.col("network_hash").count()).sort("event_date")
    )
    assert told.days.rows() == days.rows()
    for row in told.accounts.to_dicts():
        mine = rows.filter(pl.col("account_id") == row["account_id"])
        share = mine["ts"].dt.hour().value_counts()["count"].to_numpy() / mine.height
        assert row["n"] == mine.height
        assert row["addressed"] == mine["network_hash"].count()
        assert row["targeted"] == mine.filter(pl.col("capability") != "other").height
        assert row["elicits"] == mine["elicits_reasoning"].sum()
        assert row["grades"] == mine["grades_answers"].sum()
        assert row["output_tokens"] == mine["output_tokens"].sum()
        assert row["hour_entropy"] == pytest.approx(-(share * np.log2(share)).sum(), abs=1e-8)
    assert told.accounts["payment_hash"].to_list() == [0, 1, 2, 3, 4, None]


def test_who_moved_at_the_launch(told: profiles.Profiles) -> None:
    def binned(rows: pl.DataFrame) -> pl.DataFrame:
        since = (pl.col("ts") - LAUNCH).dt.total_seconds()
        return rows.filter(since.is_between(0, 72 * 3600 - 1)).with_columns(
            bin=since // BIN_SECONDS, moved=(pl.col("model") == "new").fill_null(value=False)
        )

    mine, everyone = binned(attributed()), binned(pl.DataFrame(sent(), infer_schema_length=None))
    assert told.moved["n"].sum() == mine.height
    assert told.moved["moved"].sum() == mine["moved"].sum()
    each = everyone.group_by("bin").agg(pl.len(), pl.col("moved").sum()).sort("bin")
    assert told.everyone.select("bin", "n", "moved").rows() == each.rows()


def test_combinations_of_groups_whoever_sends_them(exchanges: Stored) -> None:
    expected: dict[tuple[str, tuple[int, ...]], list[int]] = {}
    deep: dict[tuple[int, str], list[int]] = {}
    for row in sent():
        first = len({1, 2} & set(row["spans"]))
        second = (1 in row["spans"]) + (row["system_hash"] == 77)
        groups = tuple(n for n, found in enumerate((first, second)) if found)
        if groups:
            expected.setdefault((row["account_id"], groups), []).append(1)
        for group, found in enumerate((first, second)):
            if found:
                deep.setdefault((group, row["account_id"]), []).append(found)
    made = combinations(exchanges, INDEX)
    assert {(r["account_id"], tuple(r["groups"])): r["exchanges"] for r in made.to_dicts()} == {
        key: sum(each) for key, each in expected.items()
    }
    depth = {(r["group"], r["account_id"]): r["depth"] for r in depths(made).to_dicts()}
    assert depth == pytest.approx({key: np.mean(each) for key, each in deep.items()})
