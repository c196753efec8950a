"""What maintenance takes away, and that what is left can still be read."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from lakes import write_lake
from stillwatch.io import maintenance
from stillwatch.io.analyst import Analyst
from stillwatch.io.lake import Lake
from stillwatch.tables import table

WEEK = date(2026, 11, 9)
OLD = WEEK - timedelta(days=28)
# Raw rows before the third day of the older week are past their 30 days.
TODAY = OLD + timedelta(days=32)
RAW, ASIDE, KEPT = "bronze.exchanges", "bronze.quarantine", "gold.weekly_abuse_summary"


def sent(week: date) -> list[dict[str, Any]]:
    """An exchange on each of the first four days of a week."""
    days = [week + timedelta(days=n) for n in range(4)]
    return [{"event_date": day, "exchange_id": f"e-{day}", "account_id": "a"} for day in days]


LEFT = [*(row["event_date"] for row in sent(OLD)[2:]), *(row["event_date"] for row in sent(WEEK))]


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """Two published weeks, after maintenance has taken two days of the older one."""
    monkeypatch.setattr(maintenance, "RAW_HOURS", 0)
    for week in (OLD, WEEK):
        rows = {
            RAW: sent(week),
            ASIDE: [{"reason": "json", "source_line": 1}],
            KEPT: [{"campaign_id": f"c-{week}"}],
        }
        made = write_lake(tmp_path / "lake", week, rows)
    said = list(maintenance.maintain(made, today=TODAY))
    assert f"dropped 2 files of {RAW} before {OLD + timedelta(days=2)}" in said
    return made


def test_raw_files_go_and_those_of_gold_stay(lake: Lake) -> None:
    assert lake.left(table(RAW)) == LEFT
    assert lake.left(table(KEPT)) is None
    files = {path.parent.name for path in lake.path(RAW).rglob("*.parquet")}
    assert files == {f"event_date={day}" for day in LEFT}
    assert len(list(lake.path(KEPT).rglob("*.parquet"))) >= 2


def test_a_dry_run_takes_nothing(tmp_path: Path) -> None:
    lake = write_lake(tmp_path / "lake", OLD, {RAW: sent(OLD)})
    said = list(maintenance.maintain(lake, dry_run=True, today=TODAY))
    assert f"would drop 2 files of {RAW} before {OLD + timedelta(days=2)}" in said
    assert lake.scan(RAW, OLD).collect().height == 4


def test_what_is_left_of_a_cited_version_is_read(lake: Lake) -> None:
    assert sorted(lake.scan(RAW).collect()["event_date"]) == LEFT
    assert sorted(lake.scan(RAW, OLD).collect()["event_date"]) == LEFT[:2]
    assert lake.scan(ASIDE, OLD).collect().height == 0
    assert lake.scan(ASIDE, WEEK).collect().height == 1
    assert lake.scan(KEPT, OLD).collect()["campaign_id"].to_list() == [f"c-{OLD}"]


def test_of_a_lake_whose_raw_rows_are_all_gone_the_rest_is_read(lake: Lake) -> None:
    list(maintenance.maintain(lake, today=WEEK + timedelta(days=90)))
    assert lake.left(table(RAW)) == []
    assert lake.scan(RAW).collect().height == lake.scan(RAW, WEEK).collect().height == 0
    assert lake.scan(KEPT).collect().height == 2


@pytest.mark.spark
def test_an_analyst_asks_for_what_is_left(spark: Any, lake: Lake) -> None:
    console = Analyst(lake)
    answer = console.ask(f"select event_date from {RAW} order by event_date", "json")
    assert [json.loads(line)["event_date"] for line in answer.splitlines()] == [
        str(day) for day in LEFT
    ]
    asked = f"select count(*) as n from {RAW} where event_date = date'{OLD}'"
    assert json.loads(console.ask(asked, "json")) == {"n": 0}
    assert json.loads(console.ask(f"select count(*) as n from {KEPT}", "json")) == {"n": 2}
    list(maintenance.maintain(lake, today=WEEK + timedelta(days=90)))
    assert json.loads(Analyst(lake).ask(f"select count(*) as n from {RAW}", "json")) == {"n": 0}
