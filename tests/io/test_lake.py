"""What is a lake, who may write, what do readers see?"""

from datetime import date, timedelta
from pathlib import Path

import pytest
from lakes import write_lake
from stillwatch.errors import StillwatchError, UsageError
from stillwatch.io.lake import Lake, partition_dates
from stillwatch.tables import table

WEEK = date(2026, 11, 9)


def test_an_empty_folder_becomes_a_lake_and_another_does_not(tmp_path: Path) -> None:
    lake = Lake.open_or_create(tmp_path / "new", "k1")
    assert Lake(lake.root).info["key_id"] == "k1"
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").touch()
    with pytest.raises(UsageError, match="is not a lake"):
        Lake.open_or_create(tmp_path / "other", "k1")
    with pytest.raises(UsageError, match="no lake at"):
        Lake(tmp_path / "absent")


def test_another_key_is_refused(tmp_path: Path) -> None:
    Lake.open_or_create(tmp_path / "lake", "k1")
    with pytest.raises(UsageError, match="written with key k1, not k2"):
        Lake.open_or_create(tmp_path / "lake", "k2")


def test_the_lock_is_held_by_one(tmp_path: Path) -> None:
    lake = Lake.open_or_create(tmp_path / "lake", "k1")
    with (
        lake.writing(),
        pytest.raises(StillwatchError, match="being written by process"),
        Lake(lake.root).writing(),
    ):
        pass
    with lake.writing():
        pass


def test_readers_get_the_week_that_they_ask_for(tmp_path: Path) -> None:
    rows = {"gold.campaigns": [{"campaign_id": "c-1", "verdict": "watch"}]}
    lake = write_lake(tmp_path / "lake", WEEK, rows)
    assert lake.weeks() == [WEEK]
    assert lake.scan("gold.campaigns", WEEK).collect()["campaign_id"].to_list() == ["c-1"]
    assert lake.scan("gold.campaigns").collect().height == 1
    with pytest.raises(UsageError, match="has not been published"):
        lake.scan("gold.campaigns", date(2026, 11, 2))


def test_a_step_knows_weeks_before_its_own_and_what_its_own_was_published_with(
    tmp_path: Path,
) -> None:
    before, after = WEEK - timedelta(days=7), WEEK + timedelta(days=7)
    lake = Lake.open_or_create(tmp_path / "lake", "k1")
    assert lake.history("gold.campaigns", WEEK, 4) == (-1, [])
    for week in (WEEK, after, before):
        rows = {"gold.campaigns": [{"campaign_id": f"c-{week}", "verdict": "watch"}]}
        lake = write_lake(tmp_path / "lake", week, rows)
    pinned = {week: lake.publication(week)["tables"]["gold.campaigns"]["version"]
              for week in (before, WEEK, after)}  # fmt: skip
    assert lake.history("gold.campaigns", WEEK, 4) == (pinned[before], [before, WEEK])
    assert lake.history("gold.campaigns", before, 4) == (pinned[before], [before])
    assert lake.history("gold.campaigns", after, 1) == (pinned[after], [WEEK, after])


def test_an_unpublished_lake_says_so(tmp_path: Path) -> None:
    lake = Lake.open_or_create(tmp_path / "lake", "k1")
    with pytest.raises(UsageError, match="nothing has been published"):
        lake.scan("gold.campaigns")


@pytest.mark.parametrize(
    ("name", "first", "last", "count"),
    [
        ("gold.campaigns", WEEK, WEEK, 1),
        ("silver.traces", WEEK, date(2026, 11, 15), 7),
        ("bronze.accounts", date(2026, 11, 15), date(2026, 11, 15), 1),
    ],
)
def test_partitions_of_a_week(name: str, first: date, last: date, count: int) -> None:
    dates = partition_dates(table(name), WEEK)
    assert (dates[0], dates[-1], len(dates)) == (first, last, count)
