"""Numbers behind the page: order, hourly shares, rows that add up, words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from lakes import write_lake
from stillwatch.report import frames, view, words

from .example import START, WEEK, tables


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> frames.Week:
    return frames.load(write_lake(tmp_path_factory.mktemp("lake") / "lake", WEEK, tables()), WEEK)


def test_serious_verdicts_come_first_and_explained_groups_apart(week: frames.Week) -> None:
    page = view.page(week)
    assert [row["campaign_id"] for row in page["rows"]] == ["cmp_3f9a", "cmp_81c2", "cmp_77d0"]
    assert [row["campaign_id"] for row in page["explained"]] == ["cmp_c002", "cmp_c001"]


def test_accused_accounts_leave_out_dismissed_and_innocent_groups(week: frames.Week) -> None:
    assert week.accused == 12
    assert week.accounts == len({row["account_id"] for row in tables()["silver.exchanges"]})


def test_evidence_is_split_by_side(week: frames.Week) -> None:
    section = view.page(week)["sections"][0]
    assert [line["layer"] for line in section["for"]] == ["focus", "shared_payment"]
    assert [line["layer"] for line in section["against"]] == ["people in one place"]


def test_exchanges_to_read_are_those_of_groups_that_accuse(week: frames.Week) -> None:
    sections = view.page(week)["sections"]
    assert sections[0]["exemplars"][0] == "cmp_3f9a focus"
    assert len(sections[0]["exemplars"]) == len(set(sections[0]["exemplars"])) == 4
    evidence = week.evidence.with_columns(campaign_id=pl.lit("cmp_77d0"))
    watched = view.page(replace(week, evidence=evidence))["sections"][2]
    assert watched["verdict"] == "watch"
    assert watched["for"] and watched["exemplars"] == []


def test_evidence_of_before_exemplars_has_none(week: frames.Week) -> None:
    nothing = week.evidence.with_columns(exemplars=pl.lit(None, pl.List(pl.String)))
    assert view.page(replace(week, evidence=nothing))["sections"][0]["exemplars"] == []


def test_hourly_shares_sum_to_one_and_others_leave_out_the_group(week: frames.Week) -> None:
    hours = view.shares(week.hours, "cmp_3f9a")
    assert hours["hour"].to_list() == list(range(168))
    assert hours["campaign"].sum() == pytest.approx(1)
    assert hours["others"].sum() == pytest.approx(1)
    total = len(tables()["silver.exchanges"])
    own = sum(row["campaign_id"] == "cmp_3f9a" for row in tables()["gold.campaign_exchanges"])
    first = week.hours.filter(pl.col("campaign_id").is_null() & (pl.col("hour") == 0))
    assert hours["others"][0] == pytest.approx((first["exchanges"][0] - 1) / (total - own))


def test_group_without_exchanges_has_no_timeline(week: frames.Week) -> None:
    assert view.shares(week.hours, "cmp_77d0").is_empty()
    assert view.page(week)["sections"][2]["line"] is None


@pytest.mark.parametrize(("hours", "shown"), [(60, True), (-1, False), (169, False)])
def test_launch_is_marked_within_the_week_only(week: frames.Week, hours: int, shown: bool) -> None:
    at = START + timedelta(hours=hours)
    launches = week.launches.with_columns(launched_at=pl.lit(at))
    section = view.page(replace(week, launches=launches))["sections"][0]
    assert ("stroke-dasharray" in section["line"]) is shown


def test_lines_add_up_to_what_was_kept(week: frames.Week) -> None:
    lines = view.reconciliation(week)
    assert lines["lines"] - lines["quarantined"] - lines["duplicates"] == lines["kept"]
    assert lines["quarantined"] == 2
    assert lines["duplicates"] == 3
    assert lines["reasons"] == [{"feed": "exchanges", "reason": "not_json", "lines": 2}]
    assert lines["other_feeds"][0]["feed"] == "accounts"


def test_failed_checks_are_named_and_held_ones_counted(week: frames.Week) -> None:
    quality = view.quality(week.quality)
    assert [row["table"] for row in quality["failed"]] == ["silver.accounts"]
    assert quality["held"] == [{"table": "silver.exchanges", "checks": 1}]


def test_check_without_a_result_did_not_hold() -> None:
    row = {"table": "t", "expectation": "e", "severity": "warning", "success": None}
    schema = {"table": pl.String, "expectation": pl.String, "severity": pl.String}
    results = pl.DataFrame([row], schema=schema | {"success": pl.Boolean})
    assert len(view.quality(results)["failed"]) == 1


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (words.percent(0.0), "0 %"),
        (words.percent(0.00001), "< 0.01 %"),
        (words.percent(0.0234), "2.3 %"),
        (words.percent(0.987), "99 %"),
        (words.percent(None), words.DASH),
        (words.chance(0.0), "< 1e-300"),
        (words.chance(0.034), "0.034"),
        (words.chance(3.2e-12), "3e-12"),
        (words.number(12.0), "12"),
        (words.number(0.123456), "0.123"),
        (words.number(4567.8), "4,568"),
        (words.number(1.2e-7), "1.2e-07"),
        (words.number(float("nan")), "not a number"),
        (words.number(float("inf")), "unbounded"),
        (words.count(1234567), "1,234,567"),
        (words.span(date(2026, 11, 9)), "9 to 15 November 2026"),
        (words.span(date(2026, 11, 30)), "30 November to 6 December 2026"),
        (words.span(date(2026, 12, 28)), "28 December 2026 to 3 January 2027"),
    ],
)
def test_words(told: str, expected: str) -> None:
    assert told == expected


def test_every_verdict_of_the_contract_has_words() -> None:
    assert set(words.VERDICTS) == set(words.ORDER)
    for verdict in ("watch", "reseller", "benign"):
        assert "group accuses nobody" in words.VERDICTS[verdict]


def test_letters_of_any_script_stay_and_invisible_ones_show() -> None:
    assert words.visible("naïve 日本語 עברית\n") == "naïve 日本語 עברית\n"
    assert words.visible("a\u202eb\u200bc\x07\ud800") == "a\ufffdb\ufffdc\ufffd\ufffd"


def test_read_of_one_generation_ignores_later_versions(tmp_path: Path) -> None:
    lake = write_lake(tmp_path / "lake", WEEK, tables())
    before = view.page(frames.load(lake, WEEK))["accused"]
    path = str(lake.path("gold.campaign_accounts"))
    extra = {"week": [WEEK], "campaign_id": ["cmp_3f9a"], "account_id": ["late"]}
    schema = pl.read_delta(path).schema
    rows = pl.DataFrame(extra).cast({"week": pl.Date})
    missing = {n: pl.lit(None, t) for n, t in schema.items() if n not in rows.columns}
    rows.with_columns(**missing).select(schema.names()).write_delta(path, mode="append")
    assert view.page(frames.load(lake, WEEK))["accused"] == before
