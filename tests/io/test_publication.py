"""A staged week becomes visible whole, leaves other weeks alone, and survives a kill."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable
from stillwatch.errors import QualityError, StillwatchError, UsageError
from stillwatch.io import publication
from stillwatch.io.lake import Lake, partition_dates, schema_of
from stillwatch.io.staging import Staged, Staging, history_of
from stillwatch.pipeline import STEPS
from stillwatch.tables import TABLES, table

FIRST, SECOND, THIRD = date(2026, 11, 9), date(2026, 11, 16), date(2026, 11, 23)


def stage(
    lake: Lake, week: date, mark: str, severity: str = "critical", *, ok: bool = True
) -> None:
    """Stages one row a table, with the mark where there is a string column."""
    staging = Staging(lake, week)
    for step in STEPS[:-1]:
        declared = TABLES[step.name]
        schema = pl.DataFrame(schema=pl.from_arrow(empty(step.name)).schema)
        row = {name: mark if kind == pl.String else None for name, kind in schema.schema.items()}
        if declared.partition:
            row[declared.partition] = partition_dates(declared, week)[0]
        if step.name == "gold.quality_results":
            row |= {"severity": severity, "success": ok}
        frame = pl.DataFrame([row], schema=schema.schema)
        read = {
            history_of(name): lake.history(name, week, weeks)[0] for name, weeks in step.history
        }
        staging.record(step.name, Staged(staging.write_small(step.name, frame), 1, read))


def empty(name: str) -> object:
    import pyarrow as pa

    return pa.schema(schema_of(table(name)).to_arrow()).empty_table()


def publish(lake: Lake, week: date) -> dict:
    return publication.publish(lake, Staging(lake, week), week, "settings")


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake.open_or_create(tmp_path / "lake", "k1")


def marks(lake: Lake, week: date) -> list[str]:
    return lake.scan("gold.campaigns", week).collect()["campaign_id"].to_list()


def test_weeks_are_replaced_one_at_a_time(lake: Lake) -> None:
    for week, mark in ((FIRST, "a"), (SECOND, "b"), (FIRST, "c")):
        stage(lake, week, mark)
        publish(lake, week)
    assert (marks(lake, FIRST), marks(lake, SECOND)) == (["c"], ["b"])
    assert lake.publication(FIRST)["generation"] == 2
    assert lake.publication(SECOND)["generation"] == 1
    assert pl.read_delta(str(lake.path("gold.campaigns"))).height == 2


def test_a_kill_between_tables_shows_the_old_generation_and_is_finished_later(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage(lake, FIRST, "a")
    publish(lake, FIRST)
    stage(lake, FIRST, "b")
    real, done = publication._swap, []

    def dying(*arguments: object) -> int:
        if len(done) == 12:
            raise KeyboardInterrupt
        done.append(1)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(publication, "_swap", dying)
    with pytest.raises(KeyboardInterrupt):
        publish(lake, FIRST)
    assert marks(lake, FIRST) == ["a"]
    monkeypatch.setattr(publication, "_swap", real)
    publish(lake, FIRST)
    assert marks(lake, FIRST) == ["b"]
    assert lake.publication(FIRST)["generation"] == 2


def killed_after(tables: int, monkeypatch: pytest.MonkeyPatch, lake: Lake, week: date) -> None:
    real, done = publication._swap, []

    def dying(*arguments: object) -> int:
        if len(done) == tables:
            raise KeyboardInterrupt
        done.append(1)
        return real(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(publication, "_swap", dying)
        with pytest.raises(KeyboardInterrupt):
            publish(lake, week)


def killed_once_announced(
    monkeypatch: pytest.MonkeyPatch,
    lake: Lake,
    week: date,
    of: object = Staging,
    call: str = "discard",
) -> None:
    """Published up to a call that tidies up."""
    with monkeypatch.context() as patched:
        patched.setattr(of, call, lambda it: exit(9))
        with pytest.raises(SystemExit):
            publish(lake, week)


@pytest.mark.parametrize("published_before", [True, False])
def test_a_killed_week_is_taken_back_before_another_one_is_published(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, published_before: bool
) -> None:
    if published_before:
        stage(lake, FIRST, "a")
        publish(lake, FIRST)
    stage(lake, FIRST, "b")
    killed_after(15, monkeypatch, lake, FIRST)
    stage(lake, SECOND, "c")
    publish(lake, SECOND)
    seen = sorted(pl.read_delta(str(lake.path("gold.campaigns")))["campaign_id"])
    assert seen == (["a", "c"] if published_before else ["c"])
    assert sorted(lake.scan("gold.campaigns").collect()["campaign_id"]) == seen


def test_a_kill_after_the_announcement_takes_nothing_back(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage(lake, FIRST, "a")
    with monkeypatch.context() as patched:
        patched.setattr(Staging, "discard", lambda self: exit(9))
        patched.setattr(Path, "unlink", lambda self, missing_ok=False: exit(9))
        with pytest.raises(SystemExit):
            publish(lake, FIRST)
    publication.settle(lake)
    assert marks(lake, FIRST) == ["a"]
    assert pl.read_delta(str(lake.path("gold.campaigns"))).height == 1


@pytest.mark.parametrize("left", ["all", "tables", "nothing"])
def test_what_was_killed_after_its_announcement_is_published_once(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, left: str
) -> None:
    stage(lake, FIRST, "a")
    publish(lake, FIRST)
    stage(lake, FIRST, "b")
    staging = Staging(lake, FIRST)
    killed = (Staging, "discard") if left == "all" else (shutil, "rmtree")
    killed_once_announced(monkeypatch, lake, FIRST, *killed)
    if left == "nothing":
        staging.discard()
    assert publish(lake, FIRST) == lake.publication(FIRST)
    assert (marks(lake, FIRST), lake.publication(FIRST)["generation"]) == (["b"], 2)
    assert not list((lake.root / "_staging").iterdir())
    with pytest.raises(UsageError, match="has not been computed"):
        publish(lake, FIRST)  # once more there is nothing to finish


def test_a_week_that_was_announced_leaves_another_ones_unfinished_swap_to_be_taken_back(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage(lake, FIRST, "a")
    killed_once_announced(monkeypatch, lake, FIRST)
    stage(lake, SECOND, "b")
    killed_after(12, monkeypatch, lake, SECOND)
    # What is staged of the first week was announced, but nobody knows that any more.
    with pytest.raises(UsageError, match="older inputs"):
        publish(lake, FIRST)
    stage(lake, THIRD, "c")
    publish(lake, THIRD)
    assert sorted(pl.read_delta(str(lake.path("gold.campaigns")))["campaign_id"]) == ["a", "c"]


def test_an_attempt_that_has_hardly_begun_is_not_told_as_published(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage(lake, FIRST, "a")
    killed_once_announced(monkeypatch, lake, FIRST)
    staging = Staging(lake, FIRST)
    begun = staging.manifest()["bronze.models"]
    (staging.root / "manifest.json").unlink()
    staging.record("bronze.models", begun)
    with pytest.raises(UsageError, match="has not been computed"):
        publish(lake, FIRST)


def test_what_was_staged_anew_after_such_a_kill_is_published(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage(lake, FIRST, "a")
    killed_once_announced(monkeypatch, lake, FIRST)
    stage(lake, FIRST, "c")
    assert publish(lake, FIRST)["generation"] == 2
    assert marks(lake, FIRST) == ["c"]


def test_a_week_computed_before_an_earlier_one_was_published_is_stale(lake: Lake) -> None:
    stage(lake, SECOND, "b")
    stage(lake, FIRST, "a")
    publish(lake, FIRST)
    with pytest.raises(UsageError, match=r"gold\.campaigns, gold\.decisions was computed"):
        publish(lake, SECOND)


def test_publishing_twice_what_is_published_changes_no_table(lake: Lake) -> None:
    stage(lake, FIRST, "a")
    staging = Staging(lake, FIRST)
    declared, version = TABLES["gold.campaigns"], staging.get("gold.campaigns").version
    first = publication._swap(lake, staging, declared, version, FIRST)
    assert publication._swap(lake, staging, declared, version, FIRST) == first


def test_a_column_that_was_added_is_null_in_weeks_of_before(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "gold.campaign_evidence"
    declared, path = table(name), str(lake.path(name))
    with monkeypatch.context() as before:
        before.setitem(TABLES, name, replace(declared, columns=declared.columns[:-1]))
        stage(lake, FIRST, "a")
        publish(lake, FIRST)
    assert pl.read_delta(path).columns == list(declared.column_names[:-1])
    old = lake.scan(name, FIRST).collect()
    assert old.columns == list(declared.column_names)
    assert old.select("campaign_id", "exemplars").rows() == [("a", None)]
    stage(lake, SECOND, "b")
    publish(lake, SECOND)
    written = DeltaTable(path)
    assert written.schema() == schema_of(declared)
    assert written.protocol().min_reader_version == 1
    rows = pl.read_delta(path).select("campaign_id", "exemplars").rows()
    assert sorted(rows) == [("a", None), ("b", None)]
    assert lake.scan(name, FIRST).collect().schema == old.schema == pl.read_delta(path).schema


def test_a_critical_failure_publishes_nothing(lake: Lake) -> None:
    stage(lake, FIRST, "a", ok=False)
    with pytest.raises(QualityError, match="nothing was published; failed: a: a"):
        publish(lake, FIRST)
    assert lake.weeks() == []
    assert not lake.exists("gold.campaigns")


def test_a_warning_is_published_and_said(lake: Lake) -> None:
    stage(lake, FIRST, "a", severity="warning", ok=False)
    assert publish(lake, FIRST)["quality"] == "passed_with_warnings"


def test_a_week_that_lacks_a_step_is_not_published(lake: Lake) -> None:
    with pytest.raises(UsageError, match=r"bronze\.exchanges, .* has not been computed"):
        publish(lake, FIRST)


def test_rows_of_another_week_are_refused(lake: Lake) -> None:
    stage(lake, SECOND, "a")
    staging = Staging(lake, SECOND)
    with pytest.raises(StillwatchError, match="rows outside the week 2026-11-09"):
        publication.publish(lake, staging, FIRST, "settings")
