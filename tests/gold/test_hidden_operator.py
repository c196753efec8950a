"""A relay of other people's prompts is a lead; a vendor that works for many customers is none.

Both work evenly at all hours, on many cards, through software of their own, and ask for nothing
special.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from factories import WEEK, Rows, at, frame
from gold_week import accounts, honest_exchange, judged_by_name, week
from pyspark.sql import SparkSession
from pyspark.sql import functions as sf
from stillwatch.gold.campaign_evidence import query
from stillwatch.judgement.operators import NAME

pytestmark = pytest.mark.spark
OLD = datetime(2025, 1, 1, tzinfo=UTC)


def at_work(name: str, size: int, system: int, rng: np.random.Generator) -> tuple[Rows, Rows]:
    people = accounts(size, name, created_at=OLD)
    sent = [
        honest_exchange(row["account_id"], n, rng)
        | {"system_hash": system, "system_chars": 700, "ts": at(float(rng.random()) * 23.9, n % 7)}
        for row in people
        for n in range(40)
    ]
    return sent, people


def relay(rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Forty accounts of eight cards, each behind one of six networks."""
    sent, people = at_work("relay", 40, 4001, rng)
    for i, row in enumerate(people):
        row["payment_hash"] = 4100 + i % 8
    for row in sent:
        row["network_hash"] = 4200 + int(row["account_id"][-3:]) // 3 % 6
    return sent, people


def vendor(rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Twelve firms with a card and three keys each, whose vendor has four networks."""
    sent, people = at_work("vendor", 36, 4002, rng)
    for i, row in enumerate(people):
        row["payment_hash"] = 4300 + i // 3
    for row in sent:
        row["network_hash"] = 4400 + int(rng.integers(4))
    return sent, people


def others(rng: np.random.Generator) -> tuple[Rows, Rows]:
    people = accounts(700, "other", created_at=OLD)
    volumes = rng.lognormal(2, 1, len(people)).astype(int) + 1
    sent = [
        honest_exchange(row["account_id"], n, rng)
        for row, volume in zip(people, volumes, strict=True)
        for n in range(volume)
    ]
    return sent, people


@pytest.fixture(scope="module")
def judged(spark: SparkSession) -> Iterator[Mapping[str, Any]]:
    """The groups, by whose they are."""
    rng = np.random.default_rng(3)
    yield judged_by_name(spark, relay(rng), vendor(rng), others(rng))


@pytest.mark.parametrize(("name", "verdict"), [("relay", "probable"), ("vendor", "watch")])
def test_whom_the_networks_serve_tells_them_apart(
    judged: Mapping[str, Any], name: str, verdict: str
) -> None:
    row = judged[name]
    weights = {term["name"]: term["weight"] for term in row["terms"]}
    assert weights["shared_payment"] >= 1.0
    assert weights["shared_network"] >= 1.0
    assert weights["even_load"] >= 1.0
    assert weights["round_the_clock"] >= 1.0
    assert weights["targeted_capabilities"] + weights["elicited_reasoning"] < 1.0
    assert row["verdict"] == verdict
    assert (NAME in weights) == (name == "relay")


def test_its_query_gives_the_number_again(spark: SparkSession, judged: Mapping[str, Any]) -> None:
    row = judged["relay"]
    [term] = [term for term in row["terms"] if term["name"] == NAME]
    frames = week(spark, also=relay(np.random.default_rng(3)))
    members: Rows = [
        {"week": WEEK, "campaign_id": row["campaign_id"], "account_id": name, "judged": True}
        for name in row["members"]
    ]
    text = query(NAME, row["campaign_id"], WEEK)
    for name in ("silver.traces", "silver.accounts", "gold.campaign_accounts"):
        assert name in text
        text = text.replace(name, "{" + name.partition(".")[2] + "}")
    answer = spark.sql(
        text,
        traces=frames["silver.traces"],
        accounts=frames["silver.accounts"].withColumn("week", sf.lit(WEEK)),
        campaign_accounts=frame(spark, "gold.campaign_accounts", members),
    ).collect()
    assert [tuple(each) for each in answer] == [(pytest.approx(term["observed"], rel=1e-6),)]
    assert 0 < term["observed"] < 1
