"""Confidence grows with what an account sends; a linked account is said to be linked."""

import pytest
from factories import RUN, frame
from pyspark.sql import SparkSession
from stillwatch.gold.campaign_accounts import transform

pytestmark = pytest.mark.spark


def test_senders_and_silent_members(spark: SparkSession) -> None:
    sent = [
        {"campaign_id": "c-1", "account_id": account, "exchange_id": f"{account}{n}"}
        for account, count in (("a", 2), ("b", 18))
        for n in range(count)
    ]
    groups = [
        {"campaign_id": "c-1", "exchanges": 20, "members": ["a", "b"]},
        {"campaign_id": "c-2", "exchanges": 0, "members": ["c"]},
    ]
    links = [{"account_a": "a", "account_b": "c"}]
    made = transform(
        {
            "gold.campaigns": frame(spark, "gold.campaigns", groups),
            "gold.campaign_exchanges": frame(spark, "gold.campaign_exchanges", sent),
            "gold.account_links": frame(spark, "gold.account_links", links),
        },
        RUN,
    )
    rows = {(r["campaign_id"], r["account_id"]): r for r in made.collect()}
    assert set(rows) == {("c-1", "a"), ("c-1", "b"), ("c-2", "c")}
    assert rows["c-1", "a"]["confidence"] == pytest.approx(0.5)
    assert rows["c-1", "b"]["confidence"] == pytest.approx(0.9)
    assert rows["c-2", "c"]["confidence"] == pytest.approx(0.2)
    assert rows["c-2", "c"]["reasons"] == ["linked to 1 accounts by what they share"]
    assert rows["c-1", "a"]["reasons"][0] == "2 exchanges carry the group's own traces"
