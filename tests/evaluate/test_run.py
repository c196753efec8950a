"""Whole evaluations of hand-made weeks: perfect, all wrong, overlapping, empty, absent."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from lakes import write_lake
from rich.console import Console
from stillwatch.errors import UsageError
from stillwatch.evaluate import evaluate, figures, table
from stillwatch.io.lake import Lake

from .cases import WEEK, ids, published, truth

RING, CLASS, PEOPLE = ids("r", 4), ids("c", 3), ids("p", 93)
LATER = date(2026, 11, 16)
SENT = {"ring": [(f"x{n}", account) for n, account in enumerate(RING)]}


def goal(result: dict[str, Any], figure: str) -> str:
    return str(next(row["status"] for row in result["goals"] if row["figure"] == figure))


def true_week() -> Any:
    return truth({"ring": RING}, controls={"class_assignment-1": CLASS}, honest=PEOPLE, sent=SENT)


def test_perfect_week_reaches_every_goal_that_its_size_can_show() -> None:
    told = published({"k1": RING}, attributed={"k1": ids("x", 4)}, active=CLASS + PEOPLE)
    result = figures(told, true_week(), week=WEEK)
    assert result["accounts"]["precision"]["value"] == 1.0
    assert result["accounts"]["recall"]["value"] == 1.0
    assert result["accounts"]["recall_by_campaign"]["value"] == 1.0
    assert result["false_accusations"]["per_100k"] == 0.0
    assert result["exchanges"]["precision"]["value"] == 1.0
    assert result["exchanges"]["same_campaign_precision"]["value"] == 1.0
    assert result["campaigns"][0]["volume_error"] == 0.0
    assert result["base_rate"]["rate"] == 0.04
    statuses = {row["figure"]: row["status"] for row in result["goals"]}
    assert statuses.pop("false_accusations_per_100k") == "unproven"
    assert statuses.pop("control_groups_accused") == "unproven"
    assert statuses.pop("one_id_over_weeks") == "not measured"
    assert set(statuses.values()) == {"met"}


def test_all_wrong_week_falls_short_everywhere() -> None:
    told = published(
        {"k1": CLASS, "k2": PEOPLE[:3]}, attributed={"k1": ["y1"], "k2": ["y2"]}, active=RING
    )
    result = figures(told, true_week(), week=WEEK)
    assert result["accounts"]["precision"]["value"] == 0.0
    assert result["accounts"]["recall"]["value"] == 0.0
    assert result["false_accusations"]["accused"] == 6
    assert result["false_accusations"]["by_kind"] == {"background": 3, "hard_negative": 3}
    assert result["controls"]["accused"] == 1
    assert result["controls"]["accused_groups"][0]["campaigns"] == ["k1"]
    assert result["campaigns"][0]["campaign_id"] is None
    assert result["campaigns"][0]["volume_error"] == -1.0
    assert goal(result, "purity") == "not measured"
    for figure in ("account_precision", "completeness", "volume_error", "control_groups_accused"):
        assert goal(result, figure) == "short"


def test_week_without_an_accusation_has_no_precision_and_no_recall() -> None:
    result = figures(published({}, active=RING + CLASS + PEOPLE), true_week(), week=WEEK)
    assert result["accounts"]["precision"]["value"] is None
    assert result["accounts"]["recall"]["value"] == 0.0
    assert goal(result, "account_precision") == "not measured"
    assert goal(result, "account_recall") == "short"


@pytest.mark.parametrize("verdict", ["watch", "benign", "reseller", "withheld"])
def test_other_verdicts_accuse_nobody(verdict: str) -> None:
    told = published({"k1": CLASS}, verdicts={"k1": verdict}, active=RING + PEOPLE)
    result = figures(told, true_week(), week=WEEK)
    assert result["accounts"]["accused"] == 0
    assert result["controls"]["accused"] == 0
    assert result["published"]["by_verdict"] == {verdict: 1}


def test_dismissing_an_error_helps_the_feed_and_not_the_figures() -> None:
    told = published({"k1": RING, "k2": CLASS}, decisions={"k2": "dismissed"}, active=PEOPLE)
    result = figures(told, true_week(), week=WEEK)
    assert result["false_accusations"]["accused"] == 3
    assert result["controls"]["accused"] == 1
    assert result["enforcement"]["dismissed_campaigns"] == 1
    assert result["enforcement"]["false_accusations"]["accused"] == 0
    assert result["enforcement"]["precision"]["value"] == 1.0


def test_account_in_several_groups_counts_once() -> None:
    told = published({"k1": RING, "k2": [*RING, "c0"], "k3": ["c0", "p0"]}, active=CLASS + PEOPLE)
    result = figures(told, true_week(), week=WEEK)
    assert result["accounts"]["accused"] == 6
    assert result["accounts"]["true_positives"] == 4
    assert result["accounts"]["false_positives"] == 2
    assert result["controls"]["accused_groups"][0]["campaigns"] == ["k2", "k3"]


def test_json_is_the_same_each_time_and_differs_by_seed() -> None:
    told = published({"k1": [*RING[:3], "p0"]}, attributed={"k1": ["x0", "y"]}, active=PEOPLE)
    first, again, other = (
        json.dumps(figures(told, true_week(), seed, week=WEEK)) for seed in (3, 3, 4)
    )
    assert first == again
    assert first != other


def test_row_order_does_not_matter() -> None:
    told = published({"k1": RING, "k2": CLASS}, attributed={"k1": ids("x", 4)}, active=PEOPLE)
    true = true_week()
    # Not `reverse`, which forgets the type of a column of lists that are all null.
    last_first = {"by": pl.int_range(pl.len()), "descending": True}
    shuffled = type(told)(*(frame.sort(**last_first) for frame in vars(told).values()))
    mixed = type(true)(*(frame.sort(**last_first) for frame in vars(true).values()))
    assert figures(told, true, week=WEEK) == figures(shuffled, mixed, week=WEEK)


def test_table_shows_goals_errors_and_hostile_names_as_they_are() -> None:
    told = published({"[red]k1": [*RING, "c0"]}, attributed={"[red]k1": ["x0"]}, active=PEOPLE)
    console = Console(width=160, record=True)
    console.print(table(figures(told, true_week(), week=WEEK)))
    text = console.export_text()
    assert "account precision" in text
    assert "class_assignment-1" in text
    assert "[red]k1" in text
    assert "0.8" in text


def lake_of(root: Path, weeks: list[date]) -> Lake:
    sent = [(f"x{n}", account) for n, account in enumerate([*RING, *PEOPLE])]
    tables = {
        "silver.exchanges": [
            {"exchange_id": exchange, "account_id": account, "country": "AA"}
            for exchange, account in sent
        ],
        "silver.accounts": [{"account_id": a, "billing_country": "AA"} for _, a in sent],
        "gold.campaigns": [{"campaign_id": "k1", "verdict": "confirmed"}],
        "gold.campaign_accounts": [{"campaign_id": "k1", "account_id": a} for a in RING],
        "gold.campaign_exchanges": [
            {"campaign_id": "k1", "exchange_id": exchange, "account_id": account}
            for exchange, account in sent[: len(RING)]
        ],
    }
    for week in weeks:
        write_lake(root, week, tables)
    return Lake(root)


def write_truth(folder: Path, *weeks: date) -> None:
    for name, frame in vars(true_week()).items():
        kept = frame.drop("account_id") if name == "exchanges" else frame
        stamped = pl.concat(kept.with_columns(week=pl.lit(week)) for week in weeks)
        stamped.write_parquet(folder / f"{name}.parquet")


def test_evaluate_reads_lake_and_truth(tmp_path: Path) -> None:
    write_truth(tmp_path, WEEK)
    result = evaluate(lake_of(tmp_path / "lake", [WEEK]), tmp_path, WEEK)
    assert result["publication"]["generation"] == 1
    assert result["exchanges"]["recall"]["value"] == 1.0
    assert result["accounts"]["recall"]["value"] == 1.0
    assert result["false_accusations"]["honest_accounts"] == len(PEOPLE)
    json.dumps(result)


def test_truth_of_another_week_is_the_callers_mistake(tmp_path: Path) -> None:
    write_truth(tmp_path, LATER)
    with pytest.raises(UsageError, match="no rows for week 2026-11-09"):
        evaluate(lake_of(tmp_path / "lake", [WEEK]), tmp_path, WEEK)


def test_missing_truth_and_unpublished_week_are_the_callers_mistakes(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no truth at .*accounts\.parquet"):
        evaluate(lake_of(tmp_path / "full", [WEEK]), tmp_path, WEEK)
    with pytest.raises(UsageError, match="has not been published"):
        evaluate(lake_of(tmp_path / "lake", [LATER]), tmp_path, WEEK)


def test_earlier_weeks_tell_whether_ids_last(tmp_path: Path) -> None:
    write_truth(tmp_path, WEEK, LATER)
    lake = lake_of(tmp_path / "lake", [WEEK, LATER])
    told = evaluate(lake, tmp_path, LATER)["stability"]
    assert told["weeks"] == 2
    assert told["campaigns"] == [
        {"campaign": "ring", "weeks": 2, "ids": ["k1", "k1"], "replaced": 0.0}
    ]
    assert evaluate(lake, tmp_path, WEEK)["stability"]["weeks"] == 1
