"""Decisions are added, never changed; a bad line stops the week and says where."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from factories import RUN, WEEK
from lake_weeks import publish
from stillwatch.errors import UsageError
from stillwatch.gold.decisions import transform
from stillwatch.io import landing

GOOD = '{"campaign_id": "c-1", "decision": "%s", "by": "ana", "at": "%s", "note": null}\n'


def decide(folder: Path, text: str, recorded: pl.DataFrame | None = None) -> pl.DataFrame:
    (folder / "decisions.jsonl").write_text(text)
    frames = {
        "landing.decisions": landing.rows(folder, "decisions", WEEK),
        "gold.decisions@history": None if recorded is None else recorded.lazy(),
    }
    return transform(frames, RUN)


def test_a_decision_is_recorded_with_its_time(tmp_path: Path) -> None:
    made = decide(tmp_path, GOOD % ("dismissed", "2026-11-17T09:00:00Z"))
    assert made.select("campaign_id", "decision", "by").rows() == [("c-1", "dismissed", "ana")]
    assert made["at"][0].isoformat() == "2026-11-17T09:00:00+00:00"


def test_what_is_recorded_stays_when_landing_says_otherwise(tmp_path: Path) -> None:
    time = "2026-11-17T09:00:00Z"
    first = decide(tmp_path, GOOD % ("dismissed", time))
    second = decide(tmp_path, GOOD % ("confirmed", time), first)
    assert second["decision"].to_list() == ["dismissed"]
    third = decide(tmp_path, "", first)
    assert third["decision"].to_list() == ["dismissed"]


def test_a_later_decision_is_added(tmp_path: Path) -> None:
    first = decide(tmp_path, GOOD % ("dismissed", "2026-11-17T09:00:00Z"))
    second = decide(tmp_path, GOOD % ("confirmed", "2026-11-18T09:00:00Z"), first)
    assert second["decision"].to_list() == ["dismissed", "confirmed"]


def test_what_is_published_outlives_the_file_over_reruns_and_weeks(tmp_path: Path) -> None:
    """A real lake: the file is written, contradicted, cut short and gone."""
    landing, root = tmp_path / "landing", tmp_path / "lake"
    (landing / "exchanges").mkdir(parents=True)
    file = landing / "decisions.jsonl"

    def recorded(week: date) -> list[tuple[str, str]]:
        lake = publish(root, week, landing, ["gold.decisions"], {})
        rows = lake.scan("gold.decisions").collect()
        assert pl.read_delta(str(lake.path("gold.decisions"))).sort("at").equals(rows.sort("at"))
        return rows.sort("at").select("campaign_id", "decision").rows()

    first, later = "2026-11-17T09:00:00Z", "2026-11-18T09:00:00Z"
    file.write_text(GOOD % ("dismissed", first))
    assert recorded(WEEK) == [("c-1", "dismissed")]
    file.write_text(GOOD % ("confirmed", first))
    assert recorded(WEEK) == [("c-1", "dismissed")]
    file.write_text(GOOD % ("confirmed", later))
    both = [("c-1", "dismissed"), ("c-1", "confirmed")]
    assert recorded(WEEK + timedelta(days=7)) == both
    file.unlink()
    assert recorded(WEEK) == both
    assert recorded(WEEK - timedelta(days=7)) == both


def test_no_file_is_no_decision(tmp_path: Path) -> None:
    frames = {
        "landing.decisions": landing.rows(tmp_path, "decisions", WEEK),
        "gold.decisions@history": None,
    }
    assert transform(frames, RUN).height == 0


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nonsense\n", "line 1 is not a decision"),
        ('{"campaign_id": "c-1"}\n', "line 1 lacks by, at, decision"),
        (GOOD % ("maybe", "2026-11-17T09:00:00Z"), "decision is one of"),
        (GOOD % ("dismissed", "yesterday"), "have no time"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        decide(tmp_path, line)
