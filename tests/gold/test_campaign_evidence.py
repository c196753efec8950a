"""Each weighed term becomes a line of evidence, with a query and exemplars; others do not."""

import polars as pl
import pytest
from factories import RUN, WEEK
from stillwatch.gold.campaign_evidence import QUERIES, query, transform
from stillwatch.judgement import innocent, operators, verdict
from stillwatch.tables import table


def term(name: str, weight: float, question: str = "coordinated") -> dict:
    return {
        "name": name,
        "question": question,
        "layer": "payment",
        "observed": 3.0,
        "expected": 1.0,
        "p_value": 0.001,
        "weight": weight,
        "statement": f"{name} is 3; 1 would be chance",
    }


def sent(campaign: str, account: str, exchange: str, *shows: str) -> dict:
    """A row of gold.campaign_exchanges."""
    reason = "carries 2 of the campaign's traces, first prompt_span 7"
    return {
        "campaign_id": campaign,
        "account_id": account,
        "exchange_id": exchange,
        "reason": reason,
        "shows": list(shows),
    }


def lines(campaigns: list[dict], attributed: list[dict]) -> pl.DataFrame:
    """The evidence on campaigns to which these exchanges are attributed."""
    schema = {**dict.fromkeys(sent("", "", ""), pl.String), "shows": pl.List(pl.String)}
    frames = {
        "gold.campaigns": pl.LazyFrame(campaigns),
        "gold.campaign_exchanges": pl.LazyFrame(attributed, schema=schema),
    }
    return transform(frames, RUN).collect()


def test_direction_follows_the_weight_and_zero_is_left_out() -> None:
    campaign = {
        "campaign_id": "c-1",
        "judged": ["a"],
        "terms": [
            term("shared_payment", 2.0),
            term("people in one place", -4.0),
            term("volume", 0.0),
        ],
    }
    made = lines([campaign], [])
    assert tuple(made.columns) == table("gold.campaign_evidence").column_names
    assert made.select("direction", "statement").rows() == [
        ("for", "shared_payment is 3; 1 would be chance"),
        ("against", "people in one place is 3; 1 would be chance"),
    ]
    assert "layer = 'payment'" in made["query"][0]
    assert "c-1" in made["query"][0]


def test_a_line_points_at_exchanges_that_show_it() -> None:
    names = ("graded_answers", "shared_payment", "elicited_reasoning", "people in one place")
    terms = [term(name, -1.0 if " " in name else 1.0) for name in names]
    campaigns = [
        {"campaign_id": name, "judged": ["a", "b"], "terms": terms} for name in ("c-1", "c-2")
    ]
    attributed = [
        sent("c-1", "a", "x1"),
        sent("c-1", "a", "x2", "graded_answers"),
        sent("c-1", "b", "x3"),
        sent("c-1", "b", "x4", "targeted_capabilities"),
    ]
    made = lines(campaigns, attributed)
    pointed = {
        (row["campaign_id"], row["statement"].split(" is ")[0]): row["exemplars"]
        for row in made.to_dicts()
    }
    assert pointed == {
        ("c-1", "graded_answers"): ["x2"],
        # No exchange shows these by itself: the template stands for them.
        ("c-1", "shared_payment"): ["x1", "x3"],
        ("c-1", "elicited_reasoning"): ["x1", "x3"],
        ("c-1", "people in one place"): ["x1", "x3"],
        **{("c-2", name): [] for name in names},
    }
    assert made.schema["exemplars"] == pl.List(pl.String)


def test_every_term_has_a_query() -> None:
    explanations = set(innocent.EXPLAINS) | {"public software in unrelated hands",
                                             "a prompt that people copy"}  # fmt: skip
    assert {*verdict.FAMILIES, *verdict.CONTENT, operators.NAME, *explanations} <= set(QUERIES)


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_a_query_has_no_gap_left(name: str) -> None:
    text = query(name, "c-1", WEEK)
    assert "{" not in text
    assert text.startswith("select")
