"""Capability and pivot errors with known answers, from every form a truth file may take."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from stillwatch.evaluate import labels
from stillwatch.evaluate.campaigns import matches

from .cases import published, truth


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            [{"name": "coding", "share": 0.7}, {"name": "other", "share": 0.3}],
            {"coding": 0.7, "other": 0.3},
        ),
        ({"coding": 1.0, "other": None}, {"coding": 1.0}),
        ('{"coding": 0.5, "tool_use": 0.5}', {"coding": 0.5, "tool_use": 0.5}),
        ('["coding", "tool_use"]', {"coding": 0.5, "tool_use": 0.5}),
        (["coding"], {"coding": 1.0}),
        ("coding", {"coding": 1.0}),
        (None, {}),
    ],
)
def test_shares_of_every_form(value: Any, expected: dict[str, float]) -> None:
    assert labels.shares(value) == expected


def test_total_variation_runs_from_equal_to_disjoint() -> None:
    assert labels.total_variation({"a": 1.0}, {"a": 1.0}) == 0.0
    assert labels.total_variation({"a": 1.0}, {"b": 1.0}) == 1.0
    assert labels.total_variation({"a": 0.6, "b": 0.4}, {"a": 0.5, "b": 0.5}) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("true", "told", "outcome"),
    [
        ("m2", "m2", "right"),
        ("m2", "m3", "wrong_model"),
        ("m2", None, "missed"),
        (None, "m2", "invented"),
        (None, None, "none"),
    ],
)
def test_pivot_outcomes(true: str | None, told: str | None, outcome: str) -> None:
    shares = [{"name": "coding", "share": 1.0}]
    week = published(
        {"k": ["a"]},
        capabilities={"k": shares},
        pivot_model={"k": told},
        pivot_share={"k": told and 0.45},
        pivot_hours={"k": told and 20.0},
    )
    facts = truth(
        {"ring": ["a"]},
        capabilities={"ring": shares},
        pivot_model={"ring": true},
        pivot_share={"ring": true and 0.5},
        pivot_hours={"ring": true and 24.0},
    )
    result = labels.summary(
        labels.compared(week, facts, matches(week, facts)), np.random.default_rng(0)
    )
    assert result["pivots"][outcome] == 1
    assert result["capability_error"] == {
        "mean": 0.0, "low": 0.0, "high": 0.0, "worst": 0.0, "campaigns": 1,
    }  # fmt: skip
    if true and told:
        assert result["pivot_share_error"]["worst"] == pytest.approx(0.05)
        assert result["pivot_hours_error"]["worst"] == pytest.approx(4.0)
    else:
        assert result["pivot_share_error"]["campaigns"] == 0
