"""Confidence grows with what an account sends; a linked account is said to be linked."""

import polars as pl
import pytest
from factories import RUN
from stillwatch.gold.campaign_accounts import BY_INSTRUMENT, transform
from stillwatch.tables import table


def test_senders_and_silent_members() -> None:
    sent = [
        {"campaign_id": "c-1", "account_id": account, "exchange_id": f"{account}{n}"}
        for account, count in (("a", 2), ("b", 18))
        for n in range(count)
    ]
    groups = [
        {
            "campaign_id": "c-1",
            "exchanges": 20,
            "members": ["a", "b"],
            "judged": ["b"],
            "guests": ["a"],
        },
        {
            "campaign_id": "c-2",
            "exchanges": 0,
            "members": ["c", "d"],
            "judged": ["c", "d"],
            "guests": [],
        },
    ]
    made = transform(
        {
            "gold.campaigns": pl.LazyFrame(groups),
            "gold.campaign_exchanges": pl.LazyFrame(sent),
            "gold.account_links": pl.LazyFrame(
                [{"account_a": "a", "account_b": end} for end in "bcd"]
                + [{"account_a": "c", "account_b": "d"}]
            ),
        },
        RUN,
    ).collect()
    assert tuple(made.columns) == table("gold.campaign_accounts").column_names
    rows = {(r["campaign_id"], r["account_id"]): r for r in made.to_dicts()}
    assert set(rows) == {("c-1", "a"), ("c-1", "b"), ("c-2", "c"), ("c-2", "d")}
    assert rows["c-1", "a"]["confidence"] == pytest.approx(0.5)
    assert rows["c-1", "b"]["confidence"] == pytest.approx(0.9)
    assert rows["c-2", "c"]["confidence"] == pytest.approx(0.2)
    assert rows["c-2", "c"]["reasons"] == ["linked to 1 accounts of the group by what they share"]
    assert rows["c-1", "a"]["reasons"] == [
        "2 exchanges carry the group's own traces",
        "linked to 1 accounts of the group by what they share",
        BY_INSTRUMENT,
    ]
    assert {key for key, row in rows.items() if row["judged"]} == {
        ("c-1", "b"),
        ("c-2", "c"),
        ("c-2", "d"),
    }
    assert rows["c-1", "b"]["reasons"][0] == "18 exchanges carry the group's own traces"
    # A link to an account of another campaign makes nobody a member of this one.
    assert not any("linked to 2" in reason for row in rows.values() for reason in row["reasons"])


def test_an_empty_week_has_no_accounts() -> None:
    frames = {
        name: pl.LazyFrame(schema=schema)
        for name, schema in (
            ("gold.campaigns", {"campaign_id": pl.String, "exchanges": pl.Int64,
                                **dict.fromkeys(("members", "judged", "guests"),
                                                pl.List(pl.String))}),
            ("gold.campaign_exchanges", {"campaign_id": pl.String, "account_id": pl.String}),
            ("gold.account_links", {"account_a": pl.String, "account_b": pl.String}),
        )
    }  # fmt: skip
    assert transform(frames, RUN).collect().height == 0
