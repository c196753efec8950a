"""Links: priced by chance, stars for popular content, nothing for popular instruments."""

from collections.abc import Iterable

import numpy as np
import pytest
from factories import RUN, at, exchange, frame, rows_made, trace
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from stillwatch.gold.account_links import transform
from stillwatch.io.batches import Stored

pytestmark = pytest.mark.spark


def names(count: int, prefix: str = "a") -> list[str]:
    return [f"{prefix}{i:03d}" for i in range(count)]


def links(spark: SparkSession, traces: list, accounts: Iterable[str], each: int = 20) -> list:
    sent = [exchange(account, n) for account in accounts for n in range(each)]
    frames = {
        "silver.traces": frame(spark, "silver.traces", traces),
        "silver.exchanges": frame(spark, "silver.exchanges", sent),
    }
    return rows_made(transform, frames).collect()


def background(accounts: list[str], seed: int) -> list:
    """Every account holds ten of five thousand traces: some pairs share one by chance."""
    rng = np.random.default_rng(seed)
    return [
        trace(account, "prompt_span", int(value))
        for account in accounts
        for value in rng.choice(5000, 10, replace=False)
    ]


def test_a_pair_with_much_rare_content_in_common_is_linked(spark: SparkSession) -> None:
    accounts = names(60)
    shared = [trace(a, "prompt_span", 10**6 + n) for n in range(12) for a in ("a000", "a001")]
    # Different third parties, so that the twelve are not one unit.
    shared += [trace(f"a{20 + n:03d}", "prompt_span", 10**6 + n) for n in range(12)]
    found = links(spark, background(accounts, 1) + shared, accounts)
    best = min(found, key=lambda row: row["p_value"])
    assert (best["account_a"], best["account_b"]) == ("a000", "a001")
    assert best["q_value"] < 0.01
    assert best["layers"][0]["layer"] == "prompt_span"
    assert best["layers"][0]["shared"] >= 12 > best["layers"][0]["expected"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_independent_accounts_are_not_linked(spark: SparkSession, seed: int) -> None:
    accounts = names(60)
    assert links(spark, background(accounts, seed), accounts) == []


def test_spans_that_occur_together_are_one_coincidence(spark: SparkSession) -> None:
    accounts = names(60)
    quoted = [trace(a, "prompt_span", 10**6 + n) for n in range(40) for a in ("a000", "a001")]
    assert links(spark, background(accounts, 1) + quoted, accounts) == []


def test_a_clause_of_many_accounts_links_them_in_a_connected_graph(spark: SparkSession) -> None:
    accounts = names(100)
    clause = [trace(a, "prompt_span", 7, exchanges=15) for a in accounts[:60]]
    found = links(spark, clause, accounts)
    import networkx as nx

    graph = nx.Graph((row["account_a"], row["account_b"]) for row in found)
    assert set(graph) == set(accounts[:60])
    assert nx.is_connected(graph)
    assert len(found) < 60 * 59 / 2
    assert all(row["account_a"] < row["account_b"] for row in found)


def test_what_everyone_uses_now_and_then_links_nobody(spark: SparkSession) -> None:
    accounts = names(100)
    assert links(spark, [trace(a, "prompt_span", 7) for a in accounts], accounts) == []


def test_an_address_of_a_hundred_accounts_links_nobody(spark: SparkSession) -> None:
    accounts = names(100)
    carrier = [trace(a, "network", 7, exchanges=20) for a in accounts]
    assert links(spark, carrier, accounts) == []


def test_a_victim_is_not_linked(spark: SparkSession) -> None:
    accounts = names(40)
    stolen = [trace(a, "prompt_span", 7, exchanges=15) for a in accounts[1:30]]
    stolen.append(trace("a000", "prompt_span", 7, exchanges=15, role="issued"))
    found = links(spark, stolen, accounts)
    assert found
    assert "a000" not in {end for row in found for end in (row["account_a"], row["account_b"])}


def test_the_order_of_rows_does_not_matter(spark: SparkSession) -> None:
    accounts = names(60)
    rows = background(accounts, 4) + [
        trace(a, "prompt_span", 10**6 + n % 3, exchanges=9) for n, a in enumerate(accounts[:50])
    ]
    shuffled = [rows[i] for i in np.random.default_rng(0).permutation(len(rows))]
    assert sorted(links(spark, rows, accounts)) == sorted(links(spark, shuffled, accounts))


def at_ten(ids: DataFrame) -> DataFrame:
    """An exchange of each account, all at one time."""
    return ids.withColumn("ts", F.lit(at(10)))


def holding_one_clause(spark: SparkSession, count: int) -> tuple[DataFrame, DataFrame]:
    """So many accounts, and the traces of a clause that each of them sent once."""
    ids = spark.range(count).select(F.format_string("a%07d", "id").alias("account_id"))
    held = ids.select(
        F.lit("prompt_span").alias("layer"),
        F.lit(7).cast("long").alias("trace"),
        F.lit("shared").alias("role"),
        "account_id",
        F.lit(1).cast("long").alias("exchanges"),
        F.lit(1).cast("long").alias("days"),
        F.lit(count).cast("long").alias("holders"),
    )
    return ids, held


@pytest.mark.slow
def test_a_million_accounts_in_one_bucket_pair_nobody_and_that_is_told(
    spark: SparkSession,
) -> None:
    """Each uses the phrase in one of its exchanges of the week: popular, and nobody's own."""
    count = 1_000_000
    ids, held = holding_one_clause(spark, count)
    sent = at_ten(ids).withColumn("n", F.explode(F.sequence(F.lit(1), F.lit(6))))
    made = transform({"silver.traces": Stored(held), "silver.exchanges": Stored(sent)}, RUN)
    assert made.frame().count() == 0
    assert made.told == {
        "prompt_span, no pair": {
            "traces": 1,
            "most_holders": count,
            "pairs_possible": count * (count - 1) // 2,
            "pairs_made": 0,
        }
    }


def test_a_clause_of_tens_of_thousands_gives_links_in_proportion(spark: SparkSession) -> None:
    count = 20_000
    ids, held = holding_one_clause(spark, count)
    made = transform({"silver.traces": Stored(held), "silver.exchanges": Stored(at_ten(ids))}, RUN)
    assert made.frame().count() == made.told["prompt_span, a sample"]["pairs_made"] == 24 * count


def test_links_tell_how_often_both_were_active_at_once(spark: SparkSession) -> None:
    accounts = names(100)
    clause = [trace(a, "prompt_span", 7, exchanges=15) for a in accounts[:60]]
    found = links(spark, clause, accounts)
    # All send their n-th exchange at the same time.
    hours = {exchange("a000", n)["ts"].replace(minute=0, second=0) for n in range(20)}
    assert {row["hours_shared"] for row in found} == {len(hours)}
    # Since everybody does, it is no synchrony.
    assert all(row["hours_expected"] == pytest.approx(len(hours), rel=0.02) for row in found)
    assert all(abs(row["synchrony"]) < 0.5 for row in found)
