"""An exchange goes to the first group whose traces it carries and whose account it is of."""

import pytest
from factories import exchange, frame, rows_made
from pyspark.sql import SparkSession
from stillwatch.gold.campaign_exchanges import transform

pytestmark = pytest.mark.spark


def campaign(name: str, precedence: int, members: list[str], *traces: int) -> dict:
    return {
        "campaign_id": name,
        "precedence": precedence,
        "members": members,
        "exchanges": 1,
        "traces": [
            {"layer": "prompt_span", "trace": t, "accounts": 1, "exchanges": 1} for t in traces
        ],
    }


def attributed(spark: SparkSession, campaigns: list, exchanges: list) -> dict:
    made = rows_made(
        transform,
        {
            "gold.campaigns": frame(spark, "gold.campaigns", campaigns),
            "silver.exchanges": frame(spark, "silver.exchanges", exchanges),
        },
    )
    return {(r["exchange_id"], r["campaign_id"]): r["reason"] for r in made.collect()}


def test_two_campaigns_in_one_account_stay_two(spark: SparkSession) -> None:
    campaigns = [campaign("c-1", 0, ["a"], 1, 2), campaign("c-2", 1, ["a"], 3)]
    sent = [exchange("a", 1, spans=[1, 2, 9]), exchange("a", 2, spans=[3]), exchange("a", 3)]
    made = attributed(spark, campaigns, sent)
    assert set(made) == {("a-1", "c-1"), ("a-2", "c-2")}
    assert made["a-1", "c-1"] == "carries 2 of the campaign's traces, first prompt_span 1"


def test_a_shared_trace_goes_to_the_group_with_precedence_that_has_the_account(
    spark: SparkSession,
) -> None:
    campaigns = [campaign("c-1", 0, ["a"], 1), campaign("c-2", 1, ["a", "b"], 1)]
    sent = [exchange("a", 1, spans=[1]), exchange("b", 1, spans=[1]), exchange("x", 1, spans=[1])]
    assert set(attributed(spark, campaigns, sent)) == {("a-1", "c-1"), ("b-1", "c-2")}


def test_a_group_without_content_has_no_exchanges(spark: SparkSession) -> None:
    silent = {"campaign_id": "c-1", "precedence": 0, "members": ["a"], "exchanges": 0, "traces": []}
    assert attributed(spark, [silent], [exchange("a", 1, spans=[1])]) == {}


def test_an_exchange_tells_which_terms_it_shows(spark: SparkSession) -> None:
    sent = [
        exchange("a", 1, spans=[1], capability="coding", grades_answers=True),
        exchange("a", 2, spans=[1], elicits_reasoning=True),
        exchange("a", 3, spans=[1]),
    ]
    made = rows_made(
        transform,
        {
            "gold.campaigns": frame(spark, "gold.campaigns", [campaign("c-1", 0, ["a"], 1)]),
            "silver.exchanges": frame(spark, "silver.exchanges", sent),
        },
    )
    assert {row["exchange_id"]: row["shows"] for row in made.collect()} == {
        "a-1": ["targeted_capabilities", "graded_answers"],
        "a-2": ["elicited_reasoning"],
        "a-3": [],
    }
