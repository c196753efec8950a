"""Weeks that no one would choose: each is published with an answer that is right, or says why not.

The whole runner runs on landings of a few hundred lines. Nothing here asks for a traceback to be
caught: an exception that is not of the project fails the test as it would fail the command.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from odd_lines import (
    ACCUSING,
    START,
    WEEK,
    Lines,
    campaign,
    honest,
    judged,
    land,
    published,
    words,
    write,
)
from stillwatch.cli import main
from stillwatch.io.lake import Lake

pytestmark = [pytest.mark.spark, pytest.mark.slow]


@pytest.fixture(autouse=True)
def session(spark: Any) -> None:
    """The runner takes the session that is there."""


def report(lake: Lake, folder: Path) -> str:
    """The page that the command writes of the week."""
    page = folder / "report.html"
    assert main(["report", "--lake", str(lake.root), "--week", str(WEEK), "--out", str(page)]) == 0
    return page.read_text(encoding="utf-8")


def test_a_week_without_traffic_says_that_there_was_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lake = published(land(tmp_path / "landing", []), tmp_path)
    told = capsys.readouterr().out
    assert "lines read 0 = parsed 0 + quarantined 0" in told
    assert "No group: the week has no exchanges." in told
    assert judged(lake).is_empty()
    page = report(lake, tmp_path)
    assert "<dt>Exchanges</dt><dd>0</dd>" in page
    assert "No group: the week has no exchanges." in page


def test_two_accounts_are_no_group(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They have everything in common, and nobody to compare them with."""
    lake = published(land(tmp_path / "landing", campaign("two", 2, 20)), tmp_path)
    assert lake.publication(WEEK)["tables"]["silver.exchanges"]["rows"] == 40
    assert judged(lake).is_empty()
    why = "No group: 2 active accounts; a group needs 5."
    assert why in capsys.readouterr().out
    assert why in report(lake, tmp_path)


def test_a_week_of_campaigns_only_keeps_them_apart_and_says_why_none_is_a_lead(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody honest is there to be compared with: the campaigns still are three, each its own.

    What they ask for, when they signed up and what they share is what everyone does, so that none
    is a lead. None is called innocent either, and the explanation names everyone's share.
    """
    planted = {name: campaign(name, 12, 8) for name in ("alpha", "bravo", "delta")}
    landing = land(tmp_path / "landing", [one for lines in planted.values() for one in lines])
    rows = judged(published(landing, tmp_path))
    members = {tuple(sorted(m)) for m in rows.filter(pl.col("exchanges") > 0)["members"].to_list()}
    assert members == {
        tuple(sorted({one["account_id"] for one in lines})) for lines in planted.values()
    }
    assert "No group:" not in capsys.readouterr().out
    assert rows["verdict"].to_list() == ["watch"] * 3
    for row in rows.iter_rows(named=True):
        assert row["limits"] == []
        assert "no more than usual: 100% of the exchanges" in row["explanation"]
        assert "100% of those of everyone do" in row["explanation"]


def test_one_giant_component_is_one_group_that_is_not_everyones_fault(tmp_path: Path) -> None:
    """Every account holds the same clause and network, as of a wrapper that all traffic passes."""
    wrapped = [
        one
        | {
            "messages": [
                {"role": "user", "content": f"{words(20, 'wrapper')} {words(40, str(k))}"}
            ],
            "client": {"ip": "203.0.113.9", "asn": 64501, "country": "US"},
        }
        for k, one in enumerate(honest(60, 6))
    ]
    rows = judged(published(land(tmp_path / "landing", wrapped), tmp_path))
    (group,) = rows.iter_rows(named=True)
    assert group["members"] == [f"own{i:03d}" for i in range(60)]
    assert (group["accounts"], group["exchanges"]) == (60, 360)
    assert group["verdict"] == "benign"
    assert "people in one place" in {term["name"] for term in group["terms"]}
    assert "share 3 networks while 60 instruments pay for 60 accounts" in group["explanation"]


def off(line_of: dict[str, Any]) -> int:
    """Days by which the gateway that logged a line is off: two of the three are."""
    return (0, 1, -1)[int(line_of["exchange_id"].split("-")[1]) % 3]


def test_clocks_that_are_a_day_off_cost_what_falls_out_of_the_week(tmp_path: Path) -> None:
    """One gateway is a day ahead, one a day behind: what is lost is named, the rest counts."""
    planted = campaign("alpha", 12, 12)
    sent = planted + honest(60, 6)
    landing = land(tmp_path / "landing", sent)
    lost = set()
    for folder in sorted((landing / "exchanges").iterdir()):
        mine = [one for one in sent if f"dt={one['ts'][:10]}" == folder.name]
        told: dict[int, Lines] = {0: [], 1: [], -1: []}
        for one in mine:
            at = datetime.fromisoformat(one["ts"]) + timedelta(days=off(one))
            if not START <= at < START + timedelta(days=7):
                lost.add(one["exchange_id"])
            told[off(one)].append(one | {"ts": at.isoformat()})
        for days, lines in told.items():
            write(folder / f"{'abc'[days]}.jsonl", lines)
    lake = published(landing, tmp_path)
    aside = lake.scan("bronze.quarantine", WEEK).collect()
    assert set(aside["reason"]) == {"ts_out_of_range"}
    assert set(aside["source_file"]) == {
        "exchanges/dt=2026-11-15/b.jsonl",
        "exchanges/dt=2026-11-09/c.jsonl",
    }
    kept = lake.scan("silver.exchanges", WEEK).select("exchange_id").collect()["exchange_id"]
    assert set(kept) == {one["exchange_id"] for one in sent} - lost
    rows = judged(lake).filter(pl.col("verdict").is_in(ACCUSING))
    assert rows["members"].to_list() == [[f"alpha{i:03d}" for i in range(12)]]
    assert rows["exchanges"].to_list() == [sum(o["exchange_id"] not in lost for o in planted)]
