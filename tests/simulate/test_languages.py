"""Everyday requests of the simulator: no language's are labelled so as to raise a score.

The sentences are made for traffic, not for the labeller, and say much the same in ten languages.
"""

from functools import cache

import pytest
from labelling import labelled
from stillwatch.simulate.behaviour import base_grammar
from stillwatch.simulate.texts.languages import LANGUAGES

from .expansions import texts

ACTIVITIES = ("chat", "ask", "write", "edit", "policy", "follow")
EACH = 100
# Share of everyday requests, how much more of them than in English.
TOLERANCE = 0.02


@cache
def raised(language: str) -> tuple[float, float, float]:
    """Shares of everyday requests with a label, that elicit reasoning, that have answers graded."""
    grammar = base_grammar()
    rows = labelled(
        [text for act in ACTIVITIES for text in texts(grammar, f"{language}.{act}", EACH)]
    )
    return (
        sum(row["capability"] != "other" for row in rows) / len(rows),
        sum(row["elicits_reasoning"] for row in rows) / len(rows),
        sum(row["grades_answers"] for row in rows) / len(rows),
    )


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_everyday_requests_raise_no_score_by_their_language(language: str) -> None:
    for mine, english in zip(raised(language), raised("en"), strict=True):
        assert mine <= english + TOLERANCE
