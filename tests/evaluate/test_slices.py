"""False accusations by country and language, recall by rung, controls by kind, ids over weeks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from stillwatch.evaluate import accounts, slices
from stillwatch.evaluate.campaigns import matches
from stillwatch.evaluate.controls import control_groups, kind_of, summary
from stillwatch.evaluate.goals import MIN_CONTROLS_OF_KIND, assess
from stillwatch.evaluate.run import figures
from stillwatch.evaluate.stability import Seen, stability

from .cases import ids, published, truth

DRAWS = np.random.default_rng(0)


def test_one_country_that_bears_all_errors_is_seen() -> None:
    people = ids("p", 100)
    countries = {account: "BB" if n < 50 else "CC" for n, account in enumerate(people)}
    told = published({"k": people[:5]}, active=people, countries=countries)
    true = truth({"ring": ["a"]}, honest=people)
    honest = accounts.honest_active(told, true, told.accused())
    rows = {row["value"]: row for row in slices.by_place(told, true, honest)["country"]}
    assert rows["BB"]["accused"] == 5
    assert rows["BB"]["per_100k"] == 10_000
    assert rows["CC"]["accused"] == 0
    assert 0 < rows["CC"]["per_100k_upper_95"] < 10_000


def test_control_group_that_fills_a_country_is_told_from_its_background() -> None:
    people, firm = ids("p", 50), ids("f", 10)
    told = published({"k": firm}, active=people, countries=dict.fromkeys(people + firm, "BB"))
    true = truth({"ring": ["a"]}, controls={"declared_org-1": firm}, honest=people)
    honest = accounts.honest_active(told, true, told.accused())
    row = slices.by_place(told, true, honest)["country"][0]
    assert (row["accused"], row["background_accused"]) == (10, 0)
    assert (row["background_accounts"], row["background_per_100k"]) == (50, 0.0)


def test_language_is_used_where_the_truth_has_it() -> None:
    told = published({"k": ["p0"]}, active=["p1"])
    true = truth({"ring": ["a"]}, honest=["p0", "p1"])
    spoken = true.accounts.with_columns(language=pl.lit("xx"))
    honest = accounts.honest_active(told, true, told.accused())
    assert "language" not in slices.by_place(told, true, honest)
    rows = slices.by_place(told, replace(true, accounts=spoken), honest)["language"]
    assert [(row["value"], row["accused"]) for row in rows] == [("xx", 1)]


@pytest.mark.parametrize("place", ["campaigns", "accounts"])
def test_recall_by_rung_from_either_truth_file(place: str) -> None:
    told = published({"k": ids("a", 4)})
    true = truth({"plain": ids("a", 4), "hidden": ids("b", 4)})
    name = "campaign" if place == "campaigns" else "group"
    frame = getattr(true, place)
    rung = pl.when(pl.col(name) == "plain").then(pl.lit("verbatim")).otherwise(pl.lit("rewritten"))
    named = replace(true, **{place: frame.with_columns(rung=rung)})
    rows = slices.by_trait(slices.found(told, named, told.accused()), "rung", DRAWS)
    assert [(row["value"], row["recall"], row["found"]) for row in rows] == [
        ("rewritten", 0.0, 0),
        ("verbatim", 1.0, 1),
    ]
    assert slices.by_trait(slices.found(told, true, told.accused()), "rung", DRAWS) == []


def test_recall_of_a_rung_has_intervals_and_counts_exchanges() -> None:
    rings = {"one": ids("a", 4), "two": ids("b", 4)}
    sent = {"one": [("x0", "a0"), ("x1", "a1")], "two": [("y0", "b0"), ("y1", "b1")]}
    told = published({"k": [*ids("a", 4), "b0"]}, attributed={"k": ["x0", "x1", "y0"]})
    true = truth(rings, sent=sent)
    named = replace(true, campaigns=true.campaigns.with_columns(rung=pl.lit("slots")))
    row = slices.by_trait(slices.found(told, named, told.accused()), "rung", DRAWS)[0]
    assert (row["recall"], row["recall_by_campaign"]) == (5 / 8, 5 / 8)
    assert row["exchange_recall"] == 3 / 4
    assert 0 < row["low"] < row["recall"] < row["high"] <= 1
    assert (row["low_groups"], row["high_groups"]) == (0.25, 1.0)  # found or missed as a whole


@pytest.mark.parametrize(
    ("group", "kind"),
    [("carrier_nat-07", "carrier_nat"), ("class/3", "class"), ("12", "12"), ("vpn", "vpn")],
)
def test_kind_of_a_control_from_its_name(group: str, kind: str) -> None:
    assert kind_of(group) == kind


def test_named_kind_wins_over_the_groups_name() -> None:
    true = truth({"ring": ["a"]}, controls={"g1": ["c1"], "g2": ["c2"]})
    named = replace(true, accounts=true.accounts.with_columns(control=pl.lit("family")))
    told = published({"k": ["c1"]}, active=["c2"])
    rows = summary(control_groups(told, named, told.accused()))
    assert [(row["control"], row["groups"], row["accused"]) for row in rows["by_kind"]] == [
        ("family", 2, 1)
    ]
    assert 0.9 < rows["by_kind"][0]["upper_95"] < 1.0


def test_enough_clean_controls_meet_the_goal_and_one_error_does_not() -> None:
    kinds = [f"kind{letter}" for letter in "abcdefghijklmno"]
    groups = {f"{kind}-{n}": [f"{kind}_{n}"] for kind in kinds for n in range(MIN_CONTROLS_OF_KIND)}
    members = [account for accounts_ in groups.values() for account in accounts_]
    true = truth({"ring": ["a"]}, controls=groups)

    def status(**told: list[str]) -> str:
        result = figures(published({"k": ["a"], **told}, active=members), true)
        goal = next(r for r in assess(result) if r["figure"] == "control_groups_accused")
        return str(goal["status"])

    assert status() == "met"
    assert status(wrong=["kinda_0"]) == "short"


def week(number: int, campaign_id: str | None, members: list[str]) -> Seen:
    told = published({campaign_id: members} if campaign_id else {})
    true = truth({"ring": members})
    return Seen(date(2026, 11, 2 + 7 * number), matches(told, true), true.memberships())


def test_one_id_over_weeks_with_replaced_accounts() -> None:
    seen = [week(n, "k", ids("a", 10)[2 * n : 2 * n + 5]) for n in range(3)]
    told = stability(seen)
    assert told["continuing"] == told["one_id"] == 1
    assert told["campaigns"][0]["replaced"] == pytest.approx(0.4)


@pytest.mark.parametrize("second", ["other", None])
def test_a_changed_or_lost_id_is_not_stable(second: str | None) -> None:
    told = stability([week(0, "k", ["a"]), week(1, second, ["a"])])
    assert (told["continuing"], told["one_id"]) == (1, 0)
    assert told["campaigns"][0]["ids"] == ["k", second]
