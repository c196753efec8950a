"""One flat row a judged group, with a headline that a person can read."""

import polars as pl
from factories import RUN, WEEK
from stillwatch.gold.weekly_abuse_summary import transform
from stillwatch.tables import table

CAMPAIGN = {
    "week": WEEK,
    "campaign_id": "c-1",
    "verdict": "confirmed",
    "status": "new",
    "accounts": 40,
    "exchanges": 250,
    "capabilities": [{"name": "tool_use", "share": 0.9}, {"name": "other", "share": 0.1}],
    "pivot_model": None,
    "pivot_share": None,
    "actor": None,
    "decision": None,
}


def summary(**said: object) -> dict:
    capability = pl.Struct({"name": pl.String, "share": pl.Float64})
    schema = {"pivot_model": pl.String, "pivot_share": pl.Float64, "actor": pl.String,
              "decision": pl.String, "capabilities": pl.List(capability)}  # fmt: skip
    frames = {
        "gold.campaigns": pl.LazyFrame([{**CAMPAIGN, **said}], schema_overrides=schema),
        "silver.exchanges": pl.LazyFrame({"exchange_id": [str(n) for n in range(1000)]}),
    }
    made = transform(frames, RUN).collect()
    assert tuple(made.columns) == table("gold.weekly_abuse_summary").column_names
    return made.row(0, named=True)


def test_share_and_capability() -> None:
    row = summary()
    assert row["share_of_traffic"] == 0.25
    assert row["top_capability"] == "tool_use"
    assert row["headline"] == (
        "Confirmed: 40 accounts sent 250 exchanges, 25.0% of the week's traffic, mostly tool use."
    )


def test_a_dismissed_campaign_keeps_its_verdict_and_says_so() -> None:
    row = summary(decision="dismissed")
    assert row["verdict"] == "confirmed"
    assert row["headline"].endswith("(dismissed by an analyst).")


def test_a_group_without_content_has_no_capability() -> None:
    row = summary(capabilities=[], exchanges=0)
    assert row["top_capability"] is None
    assert "mostly" not in row["headline"]
