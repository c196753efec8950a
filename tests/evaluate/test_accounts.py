"""Denominators of false accusations, base rates and averages over campaigns."""

from __future__ import annotations

import numpy as np
import pytest
from stillwatch.evaluate import accounts

from .cases import ids, published, truth


def test_idle_honest_accounts_do_not_dilute_the_rate() -> None:
    told = published({"k": ["p0"]}, active=ids("p", 10))
    true = truth({"ring": ["a"]}, honest=ids("p", 1000))
    honest = accounts.honest_active(told, true, told.accused())
    wrong = accounts.false_accusations(honest)
    assert wrong["honest_accounts"] == 10
    assert wrong["per_100k"] == pytest.approx(10_000)


def test_accused_account_unknown_to_the_truth_counts_as_honest() -> None:
    told = published({"k": ["a", "nobody"]}, active=["p0", "stranger"])
    true = truth({"ring": ["a"]}, honest=["p0"])
    wrong = accounts.false_accusations(accounts.honest_active(told, true, told.accused()))
    exact = accounts.confusion(told.accused(), true, np.random.default_rng(0))
    assert wrong["accused"] == 1
    assert wrong["by_kind"] == {"unknown": 1}
    assert wrong["honest_accounts"] == 2
    assert exact["not_in_truth"] == 1
    assert exact["precision"]["value"] == 0.5


def test_campaign_account_that_sent_nothing_still_counts_against_recall() -> None:
    told = published({"k": ["a"]})
    true = truth({"ring": ["a", "idle"]})
    exact = accounts.confusion(told.accused(), true, np.random.default_rng(0))
    assert exact["recall"]["value"] == 0.5
    assert accounts.base_rate(told, true)["campaign_accounts_without_traffic"] == 1


def test_account_honest_in_one_row_and_guilty_in_another_is_guilty() -> None:
    told = published({"k": ["a"]})
    true = truth({"ring": ["a"]}, controls={"nat-1": ["a", "b"]})
    honest = accounts.honest_active(told, true, told.accused())
    assert accounts.false_accusations(honest)["accused"] == 0
    assert true.honest()["account_id"].to_list() == ["b"]


def test_small_campaigns_weigh_as_much_as_large_ones() -> None:
    told = published({"k": ids("a", 98)})
    true = truth({"large": ids("a", 98), "small": ids("b", 2)})
    exact = accounts.confusion(told.accused(), true, np.random.default_rng(0))
    assert exact["recall"]["value"] == 0.98
    assert exact["recall_by_campaign"]["value"] == 0.5
    assert exact["recall"]["low_groups"] == 0.0


@pytest.mark.parametrize(
    ("recall", "rate", "expected"),
    [(1.0, 0.0, 1.0), (0.0, 0.0, None), (0.97, 1e-5, 0.97e-3 / (0.97e-3 + 0.999e-5))],
)
def test_precision_at_a_base_rate_follows_bayes(
    recall: float, rate: float, expected: float | None
) -> None:
    told = accounts.precision_at(recall, {"rate": rate, "rate_upper_95": rate})
    assert told["1_in_1000"]["value"] == (expected and pytest.approx(expected))


def test_precision_without_any_honest_account_is_unknown() -> None:
    told = accounts.precision_at(1.0, {"rate": None, "rate_upper_95": None})
    assert told["1_in_10000"] == {"base_rate": 1e-4, "value": None, "low": None}
