"""A planted campaign is found whole and alone; the users of a public harness are not accused."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from factories import RUN, frame, rows_made
from gold_week import TEMPLATE, accounts, campaign_exchange, honest_exchange, week
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from stillwatch.gold import account_links, campaign_accounts, campaign_exchanges, campaigns
from stillwatch.gold.campaign_evidence import query
from stillwatch.judgement import leads

pytestmark = pytest.mark.spark
START = datetime.combine(RUN.week, time(), UTC)
OLD = datetime(2025, 1, 1, tzinfo=UTC)
ACCUSED = ("confirmed", "probable")
IS_ACCUSED = "verdict in ('confirmed', 'probable')"


@pytest.fixture(scope="module")
def judged(spark: SparkSession) -> dict[str, Any]:
    frames = week(spark)
    frames["gold.account_links"] = rows_made(account_links.transform, frames)
    frames["gold.campaigns"] = rows_made(campaigns.transform, frames)
    frames["gold.campaign_exchanges"] = rows_made(campaign_exchanges.transform, frames)
    small = ("gold.campaigns", "gold.campaign_exchanges", "gold.account_links")
    lazy = {name: pl.from_arrow(frames[name].toArrow()).lazy() for name in small}
    frames["gold.campaign_accounts"] = campaign_accounts.transform(lazy, RUN).collect()
    return frames


def test_the_campaign_is_accused_with_exactly_its_accounts(judged: dict[str, Any]) -> None:
    rows = [r for r in judged["gold.campaigns"].collect() if r["verdict"] in ACCUSED]
    assert len(rows) == 1
    assert rows[0]["verdict"] == "confirmed"
    assert rows[0]["members"] == [f"bad{i:03d}" for i in range(30)]
    assert {t["trace"] for t in rows[0]["traces"]} == set(TEMPLATE)
    assert rows[0]["capabilities"][0]["name"] == "logic_and_alignment"
    assert rows[0]["capabilities"][0]["share"] == 1.0


def test_users_of_a_public_harness_are_explained(judged: dict[str, Any]) -> None:
    rows = [r for r in judged["gold.campaigns"].collect() if "use000" in (r["members"] or [])]
    assert len(rows) == 1
    assert rows[0]["verdict"] == "benign"
    assert "public framework" in rows[0]["explanation"]


def test_only_exchanges_with_the_template_are_attributed(judged: dict[str, Any]) -> None:
    row = next(r for r in judged["gold.campaigns"].collect() if r["verdict"] == "confirmed")
    sent = (
        judged["gold.campaign_exchanges"].where(f"campaign_id = '{row['campaign_id']}'").collect()
    )
    assert len(sent) == row["exchanges"]
    honest_too = {r["exchange_id"] for r in sent if int(r["exchange_id"].split("-")[1]) >= 100}
    assert not honest_too
    assert all("prompt_span" in r["reason"] for r in sent)


def test_accounts_of_every_group_are_listed_with_reasons(judged: dict[str, Any]) -> None:
    rows = judged["gold.campaigns"].collect()
    listed = judged["gold.campaign_accounts"].to_dicts()
    for row in rows:
        mine = [r for r in listed if r["campaign_id"] == row["campaign_id"]]
        assert len(mine) == row["accounts"]
        assert sum(r["exchanges"] for r in mine) == row["exchanges"]
    assert all(r["reasons"] and 0 < r["confidence"] < 1 for r in listed)


def test_terms_say_their_numbers_and_add_up(judged: dict[str, Any]) -> None:
    row = next(r for r in judged["gold.campaigns"].collect() if r["verdict"] == "confirmed")
    terms = {t["name"]: t for t in row["terms"]}
    assert terms["shared_payment"]["observed"] == 25.0
    assert terms["shared_payment"]["expected"] < 5
    assert terms["elicited_reasoning"]["observed"] == 1.0
    odds = RUN.settings.judge.prior + sum(t["weight"] for t in row["terms"])
    assert odds >= RUN.settings.judge.confirmed


def test_who_sends_it_seldom_from_the_pools_payment_is_a_guest(spark: SparkSession) -> None:
    rng = np.random.default_rng(5)
    sent = [campaign_exchange("gst000", n, rng) for n in range(6)]
    sent += [honest_exchange("gst000", 100 + n, rng) for n in range(400)]
    guest = {**accounts(1, "gst")[0], "payment_hash": 900}
    frames = week(spark, also=(sent, [guest]))
    frames["gold.account_links"] = rows_made(account_links.transform, frames)
    frames["gold.campaigns"] = rows_made(campaigns.transform, frames)
    (row,) = frames["gold.campaigns"].where(IS_ACCUSED).collect()
    pool = [f"bad{i:03d}" for i in range(30)]
    assert row["members"] == [*pool, "gst000"]
    assert row["judged"] == pool
    assert row["guests"] == ["gst000"]
    assert row["explanation"].startswith("Judged by 30 of its 31 accounts: the others send its")
    attributed = rows_made(campaign_exchanges.transform, frames).where(
        f"campaign_id = '{row['campaign_id']}'"
    )
    assert attributed.count() == row["exchanges"]
    assert attributed.where("account_id = 'gst000'").count() == 6
    # The same account with a payment and a network of its own is none.
    alone = [row | {"network_hash": 7} for row in sent]
    frames = week(spark, also=(alone, accounts(1, "gst")))
    frames["gold.account_links"] = rows_made(account_links.transform, frames)
    (row,) = rows_made(campaigns.transform, frames).where(IS_ACCUSED).collect()
    assert row["members"] == pool


@pytest.mark.parametrize(("address", "members"), [(None, 33), (77, 30)])
def test_a_stranger_to_a_pool_is_who_is_known_to_share_nothing_with_it(
    spark: SparkSession, address: int | None, members: int
) -> None:
    """Not who has a card of its own and no address at all."""
    rng = np.random.default_rng(9)
    odd = accounts(3, "odd")
    sent = [
        campaign_exchange(row["account_id"], n, rng) | {"network_hash": address and address + k}
        for k, row in enumerate(odd)
        for n in range(30)
    ]
    frames = week(spark, also=(sent, odd))
    frames["gold.account_links"] = rows_made(account_links.transform, frames)
    rows = rows_made(campaigns.transform, frames).collect()
    lead = next(row for row in rows if row["verdict"] in ACCUSED)
    assert len(lead["members"]) == members


def test_a_system_prompt_that_changes_gives_away_a_pool_and_nobody_beside_it(
    spark: SparkSession,
) -> None:
    rng = np.random.default_rng(3)
    clauses = [7 * 10**6 + n for n in range(12)]
    pool, crowd = accounts(24, "pool", created_at=OLD), accounts(120, "shop", created_at=OLD)
    for i, row in enumerate(pool):
        row["payment_hash"] = 700 + i // 4
    sent = []
    for row in pool:
        for n in range(20):
            said = [int(v) for v in rng.choice(clauses, 6, replace=False)]
            asked = honest_exchange(row["account_id"], n, rng)
            asked |= {"capability": "coding", "elicits_reasoning": True, "output_tokens": 400}
            asked |= {"network_hash": 600 + int(rng.integers(5)), "system_chars": 900}
            own = [int(v) for v in rng.integers(2**40, 2**50, 6)]
            sent.append(asked | {"system_hash": own[0], "system_spans": sorted(said + own)})
    for i, row in enumerate(crowd):  # each with a product, whose prompt has one of half the clauses
        own = [8 * 10**6 + 40 * i + n for n in range(12)]
        for n in range(20):
            asked = honest_exchange(row["account_id"], n, rng) | {"system_chars": 900}
            sent.append(asked | {"system_hash": own[0], "system_spans": [clauses[i % 6], *own]})
    frames = week(spark, also=(sent, [*pool, *crowd]))
    frames["gold.account_links"] = rows_made(account_links.transform, frames)
    rows = rows_made(campaigns.transform, frames).where(IS_ACCUSED).collect()
    mine = [row for row in rows if "pool000" in row["members"]]
    assert [row["members"] for row in mine] == [[f"pool{i:03d}" for i in range(24)]]
    assert mine[0]["exchanges"] >= 0.95 * 24 * 20
    assert {trace["layer"] for trace in mine[0]["traces"]} == {"system_span"}
    assert not any("shop" in account for row in rows for account in row["members"])


def test_a_decision_is_shown_and_changes_no_verdict(
    spark: SparkSession, judged: dict[str, Any]
) -> None:
    row = next(r for r in judged["gold.campaigns"].collect() if r["verdict"] == "confirmed")
    decided = {"campaign_id": row["campaign_id"], "decision": "dismissed", "by": "ana"}
    frames = judged | {"gold.decisions": frame(spark, "gold.decisions", [decided])}
    again = {r["campaign_id"]: r for r in rows_made(campaigns.transform, frames).collect()}
    assert again[row["campaign_id"]]["verdict"] == "confirmed"
    assert again[row["campaign_id"]]["decision"] == "dismissed"


def test_a_week_without_traffic_has_no_groups(spark: SparkSession) -> None:
    names = ("silver.exchanges", "silver.accounts", "silver.traces", "gold.decisions",
             "bronze.models", "bronze.indicators")  # fmt: skip
    frames: dict[str, Any] = {name: frame(spark, name, []) for name in names}
    frames["gold.account_links"] = rows_made(account_links.transform, frames)
    assert frames["gold.account_links"].count() == 0
    frames["gold.campaigns"] = rows_made(campaigns.transform, frames)
    assert frames["gold.campaigns"].count() == 0
    assert rows_made(campaign_exchanges.transform, frames).count() == 0


def replaced(frames: dict[str, Any]) -> dict[str, Any]:
    """The same week sent by accounts of other names."""
    renamed = dict(frames)
    for name in ("silver.exchanges", "silver.accounts", "silver.traces"):
        renamed[name] = frames[name].withColumn("account_id", F.concat(F.lit("n"), "account_id"))
    return renamed


def earlier(frame_of: DataFrame, days: int) -> DataFrame:
    moved = F.date_sub("week", days)
    return frame_of.withColumns({"week": moved, "last_seen": moved})


def test_a_campaign_keeps_its_id_through_new_accounts(
    spark: SparkSession, judged: dict[str, Any]
) -> None:
    frames = replaced(week(spark))
    frames["gold.account_links"] = rows_made(account_links.transform, frames)
    frames["gold.campaigns@history"] = earlier(judged["gold.campaigns"], 7)
    before = {r["campaign_id"] for r in judged["gold.campaigns"].where(IS_ACCUSED).collect()}
    rows = [r for r in rows_made(campaigns.transform, frames).collect() if r["verdict"] in ACCUSED]
    assert {r["campaign_id"] for r in rows} == before
    assert {r["status"] for r in rows} == {"continuing"}
    assert all(m.startswith("n") for r in rows for m in r["members"])


def untied(frames: dict[str, Any]) -> dict[str, Any]:
    """The same week; every account has a payment and a network of its own, and none is new."""
    own = F.xxhash64("account_id")
    alone = frames | {
        "silver.accounts": frames["silver.accounts"].withColumns(
            {"payment_hash": own, "created_at": F.lit(OLD)}
        ),
        "silver.exchanges": frames["silver.exchanges"].withColumn("network_hash", own),
        "silver.traces": frames["silver.traces"].withColumn(
            "trace",
            F.when(F.col("layer").isin("payment", "network"), own).otherwise(F.col("trace")),
        ),
    }
    alone["gold.account_links"] = rows_made(account_links.transform, alone)
    return alone


def test_a_campaign_that_nothing_ties_this_week_is_still_a_lead_of_the_same_accounts(
    spark: SparkSession, judged: dict[str, Any]
) -> None:
    frames = untied(week(spark))
    assert rows_made(campaigns.transform, frames).where(IS_ACCUSED).count() == 0
    frames["gold.campaigns@history"] = earlier(judged["gold.campaigns"], 7)
    (was,) = judged["gold.campaigns"].where(IS_ACCUSED).collect()
    now = rows_made(campaigns.transform, frames)
    (row,) = now.where(IS_ACCUSED).collect()
    assert (row["campaign_id"], row["verdict"]) == (was["campaign_id"], "probable")
    assert "the lead of an earlier week" in row["explanation"]
    observed = {t["name"]: t["observed"] for t in row["terms"]}[leads.NAME]
    assert observed == 1.0
    both = frames["gold.campaigns@history"].unionByName(now)
    text = query(leads.NAME, row["campaign_id"], RUN.week).replace("gold.campaigns", "{both}")
    assert spark.sql(text, both=both).first()[0] == observed
    others = replaced(frames)
    others["gold.account_links"] = rows_made(account_links.transform, others)
    assert rows_made(campaigns.transform, others).where(IS_ACCUSED).count() == 0


def test_a_dismissal_ends_a_lead_of_the_weeks_after_it(
    spark: SparkSession, judged: dict[str, Any]
) -> None:
    frames = untied(week(spark)) | {"gold.campaigns@history": earlier(judged["gold.campaigns"], 7)}
    (was,) = judged["gold.campaigns"].where(IS_ACCUSED).collect()
    for days, accused in ((6, 0), (7, 1)):
        decided = {"campaign_id": was["campaign_id"], "decision": "dismissed", "by": "ana",
                   "at": START + timedelta(days=days)}  # fmt: skip
        frames["gold.decisions"] = frame(spark, "gold.decisions", [decided])
        assert rows_made(campaigns.transform, frames).where(IS_ACCUSED).count() == accused


def test_a_campaign_that_sends_nothing_sleeps_and_wakes(
    spark: SparkSession, judged: dict[str, Any]
) -> None:
    names = ("silver.exchanges", "silver.accounts", "silver.traces", "gold.decisions",
             "bronze.models", "bronze.indicators", "gold.account_links")  # fmt: skip
    empty: dict[str, Any] = {name: frame(spark, name, []) for name in names}
    empty["gold.campaigns@history"] = earlier(judged["gold.campaigns"], 14)
    asleep = rows_made(campaigns.transform, empty)
    was = judged["gold.campaigns"].where(IS_ACCUSED).collect()
    rows = asleep.collect()
    assert [r["campaign_id"] for r in rows] == [r["campaign_id"] for r in was]
    assert [(r["status"], r["verdict"], r["accounts"]) for r in rows] == [("dormant", "watch", 0)]
    awake = week(spark) | {"gold.account_links": judged["gold.account_links"]}
    shown = asleep.withColumn("week", F.date_sub("week", 7))
    awake["gold.campaigns@history"] = shown
    again = [r for r in rows_made(campaigns.transform, awake).collect() if r["verdict"] in ACCUSED]
    assert [(r["campaign_id"], r["status"]) for r in again] == [
        (was[0]["campaign_id"], "re-emerged")
    ]


def test_capabilities_have_intervals(judged: dict[str, Any]) -> None:
    for row in judged["gold.campaigns"].where("exchanges > 0").collect():
        for one in row["capabilities"]:
            assert 0 <= one["low"] <= one["share"] <= one["high"] <= 1
