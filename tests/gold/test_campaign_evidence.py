"""Each weighed term becomes a line of evidence with a query; unweighed ones do not."""

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


def test_direction_follows_the_weight_and_zero_is_left_out() -> None:
    campaign = {
        "campaign_id": "c-1",
        "terms": [
            term("shared_payment", 2.0),
            term("people in one place", -4.0),
            term("volume", 0.0),
        ],
    }
    made = transform({"gold.campaigns": pl.LazyFrame([campaign])}, RUN).collect()
    assert tuple(made.columns) == table("gold.campaign_evidence").column_names
    assert made.select("direction", "statement").rows() == [
        ("for", "shared_payment is 3; 1 would be chance"),
        ("against", "people in one place is 3; 1 would be chance"),
    ]
    assert "layer = 'payment'" in made["query"][0]
    assert "c-1" in made["query"][0]


def test_every_term_has_a_query() -> None:
    explanations = set(innocent.EXPLAINS) | {"public software in unrelated hands",
                                             "a prompt that people copy"}  # fmt: skip
    assert {*verdict.FAMILIES, *verdict.CONTENT, operators.NAME, *explanations} <= set(QUERIES)


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_a_query_has_no_gap_left(name: str) -> None:
    text = query(name, "c-1", WEEK)
    assert "{" not in text
    assert text.startswith("select")
