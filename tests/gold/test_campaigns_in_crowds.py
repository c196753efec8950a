"""A pool among strangers who send the same, and a pool that relays what others ask."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from factories import RUN, rows_made
from gold_week import TEMPLATE, accounts, honest_exchange, week
from pyspark.sql import SparkSession
from stillwatch.gold import account_links, campaign_accounts, campaign_exchanges, campaigns
from stillwatch.gold.campaign_evidence import query

pytestmark = pytest.mark.spark
IS_ACCUSED = "verdict in ('confirmed', 'probable')"
POOL = [f"bad{i:03d}" for i in range(30)]


def published(frames: dict[str, Any]) -> dict[str, Any]:
    """The frames with what gold makes of them."""
    frames["gold.account_links"] = rows_made(account_links.transform, frames)
    frames["gold.campaigns"] = rows_made(campaigns.transform, frames)
    frames["gold.campaign_exchanges"] = rows_made(campaign_exchanges.transform, frames)
    return frames


@pytest.fixture(scope="module")
def crowded(spark: SparkSession) -> dict[str, Any]:
    """Sixty strangers use the pool's template too, each in hours and volumes of their own."""
    rng = np.random.default_rng(3)
    strangers = accounts(60, "str")
    sent = []
    for row in strangers:
        name = row["account_id"]
        for n in range(int(rng.integers(3, 12))):
            theirs = honest_exchange(name, n, rng)
            sent.append(theirs | {"spans": sorted([*theirs["spans"], *TEMPLATE])})
        sent += [honest_exchange(name, 100 + n, rng) for n in range(int(rng.lognormal(1, 1)))]
    return published(week(spark, also=(sent, strangers)))


def test_a_pool_is_taken_out_of_the_crowd_that_sends_its_template(crowded: dict[str, Any]) -> None:
    (row,) = crowded["gold.campaigns"].where(IS_ACCUSED).collect()
    assert row["members"] == POOL
    assert {t["trace"] for t in row["traces"]} == set(TEMPLATE)
    assert row["explanation"].startswith("Taken out of 90 accounts that send the same, for instr")
    tied = next(t for t in row["terms"] if t["name"] == "shared_payment")
    assert tied["observed"] == 25.0
    assert "among the 90 who send the same" in tied["statement"]


def test_the_crowd_is_judged_without_it(crowded: dict[str, Any]) -> None:
    rows = crowded["gold.campaigns"].collect()
    (crowd,) = (row for row in rows if "str000" in (row["members"] or []))
    assert crowd["verdict"] in ("watch", "benign")
    assert crowd["members"] == [f"str{i:03d}" for i in range(60)]
    assert not crowd["explanation"].startswith("Taken out")


def test_each_exchange_with_the_template_is_its_senders_groups(crowded: dict[str, Any]) -> None:
    sent = pl.from_arrow(crowded["gold.campaign_exchanges"].toArrow())
    assert sent.height == sent["exchange_id"].n_unique()
    ids = {row["campaign_id"]: row for row in crowded["gold.campaigns"].collect()}
    for (name,), part in sent.group_by("campaign_id"):
        assert part.height == ids[name]["exchanges"]
        assert set(part["account_id"]) <= set(ids[name]["members"])


def test_the_same_crowd_has_the_same_ids_a_week_later(crowded: dict[str, Any]) -> None:
    was = {row["campaign_id"]: row["members"] for row in crowded["gold.campaigns"].collect()}
    before = crowded["gold.campaigns"].selectExpr(
        *(f"date_sub({c}, 7) {c}" if c == "week" else c for c in crowded["gold.campaigns"].columns)
    )
    later = rows_made(campaigns.transform, crowded | {"gold.campaigns@history": before})
    assert {row["campaign_id"]: row["members"] for row in later.collect()} == was


def test_a_pool_that_relays_through_its_own_harness_is_accused(spark: SparkSession) -> None:
    """What its users ask for is what honest accounts ask for: only the harness is in common."""
    rng = np.random.default_rng(4)
    relays = [row | {"payment_hash": 700 + n // 6} for n, row in enumerate(accounts(30, "rel"))]
    sent = [
        honest_exchange(row["account_id"], n, rng)
        | {"system_hash": 88, "system_chars": 500, "network_hash": 600 + int(rng.integers(6))}
        for row in relays
        for n in range(20)
    ]
    frames = published(week(spark, also=(sent, relays)))
    rows = frames["gold.campaigns"].where(IS_ACCUSED).collect()
    (row,) = (row for row in rows if row["members"] != POOL)
    assert row["members"] == [one["account_id"] for one in relays]
    term = next(t for t in row["terms"] if t["name"] == "hidden_harness")
    small = ("gold.campaigns", "gold.campaign_exchanges", "gold.account_links")
    lazy = {name: pl.from_arrow(frames[name].toArrow()).lazy() for name in small}
    members = campaign_accounts.transform(lazy, RUN).collect()
    spark.createDataFrame(members.to_arrow()).createOrReplaceTempView("gold_campaign_accounts")
    frames["gold.campaigns"].createOrReplaceTempView("gold_campaigns")
    text = query("hidden_harness", row["campaign_id"], RUN.week).replace("gold.", "gold_")
    assert spark.sql(text).first()[0] == term["observed"] == 1.0
