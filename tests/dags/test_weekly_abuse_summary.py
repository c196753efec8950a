"""Is the weekly DAG the map, task by task, and is a run about the week that its date says?"""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from stillwatch.pipeline import STEPS

DAG_ID = "weekly_abuse_summary"
YEAR_ENDS = ["2024-12-30", "2025-12-29", "2026-01-05", "2026-12-28", "2027-01-04"]


@pytest.fixture(scope="session")
def dag(dag_bag: Any) -> Any:
    return dag_bag.dags[DAG_ID]


@pytest.fixture(scope="session")
def week(dag: Any) -> Any:
    return dag.user_defined_macros["week"]


def run(**fields: Any) -> SimpleNamespace:
    empty = {"conf": None, "partition_key": None, "logical_date": None, "data_interval_start": None}
    return SimpleNamespace(**{**empty, **fields})


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_one_task_a_step(dag: Any) -> None:
    assert set(dag.task_ids) == {step.name for step in STEPS}


def test_edges_are_what_steps_read(dag: Any) -> None:
    for step in STEPS:
        upstream = {name for name in step.reads if not name.startswith("landing.")}
        assert dag.get_task(step.name).upstream_task_ids == upstream, step.name


def test_a_task_tells_its_step_and_its_table(dag: Any) -> None:
    for step in STEPS:
        told = dag.get_task(step.name).doc_md
        assert step.doc in told, step.name
        assert step.comment in told, step.name


def test_one_writer_at_a_time(dag: Any) -> None:
    assert (dag.max_active_runs, dag.max_active_tasks) == (1, 1)


def test_only_the_publication_updates_the_asset(dag: Any) -> None:
    told = {task.task_id for task in dag.tasks if task.outlets}
    assert told == {"gold.publications"}


@pytest.mark.parametrize("monday", YEAR_ENDS)
def test_a_scheduled_run_covers_the_week_of_its_logical_date(
    dag: Any, week: Any, monday: str
) -> None:
    from airflow.serialization.encoders import coerce_to_core_timetable
    from airflow.timetables.base import DataInterval, TimeRestriction

    timetable = coerce_to_core_timetable(dag.timetable)
    info = timetable.next_dagrun_info(
        last_automated_data_interval=DataInterval(day("2024-01-01"), day(monday)),
        restriction=TimeRestriction(None, None, catchup=True),
    )
    assert info.logical_date == info.data_interval.start == day(monday)
    assert (info.data_interval.end - info.data_interval.start).days == 7
    assert info.run_after == info.data_interval.end
    chosen = run(logical_date=info.logical_date, data_interval_start=info.data_interval.start)
    assert week(chosen) == monday


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        # `airflow dags test` and a manual run dated a Monday: Airflow infers the week before it.
        ({"logical_date": "2026-11-09", "data_interval_start": "2026-11-02"}, "2026-11-09"),
        # A person presses the button on a Wednesday: the last whole week.
        ({"logical_date": "2026-11-18T10:30", "data_interval_start": "2026-11-09"}, "2026-11-09"),
        ({"logical_date": "2026-11-09T08:00", "data_interval_start": "2026-11-02"}, "2026-11-02"),
    ],
)
def test_a_manual_run_covers_a_whole_week(week: Any, fields: Any, expected: str) -> None:
    assert week(run(**{name: day(text) for name, text in fields.items()})) == expected


def test_a_named_week_goes_before_dates(week: Any) -> None:
    dated = {"logical_date": day("2026-11-16"), "data_interval_start": day("2026-11-16")}
    assert week(run(conf={"week": "2026-11-09"}, **dated)) == "2026-11-09"
    assert week(run(partition_key="2026-11-09", **dated)) == "2026-11-09"
    assert week(run(conf={"week": None}, **dated)) == "2026-11-16"


def test_a_week_that_is_no_date_is_refused(week: Any) -> None:
    with pytest.raises(ValueError, match="does not match format"):
        week(run(conf={"week": "$(touch /tmp/x)"}))


def test_a_run_without_any_date_says_what_to_do(week: Any) -> None:
    with pytest.raises(Exception, match="trigger it with"):
        week(run())
