"""## Weekly abuse summary

Finds networks of accounts that extract a model's capabilities, in one week of API logs. One task
a table, in the order of `stillwatch plan`; the last one makes the whole week visible at once.
What it publishes is a lead for a person: nothing in it justifies an automatic suspension.

**Which week.** A run is about the week that starts on its logical date. To choose another:
trigger with `{"week": "2026-11-09"}`, always a Monday; or backfill a range of logical dates.

**When it fails**
- A task that exits with 2: a folder, key or week is wrong; its last log line names it.
- `gold.publications` exits with 3: an expectation failed and nothing was published; readers still
  see the previous generation. The log names each table and expectation that failed.
- Anything else is retried twice. Clear the failed task to go on: a step that is run again
  writes the same rows. `the lake … is being written by` means that another run holds the lake.
- Late files or a new decision: clear the whole run; it publishes the next generation.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from _submit import DEFAULTS, MACROS, submit
from airflow.sdk import DAG, Asset, CronDataIntervalTimetable, Param
from stillwatch.pipeline import STEPS, Step

# A lake takes one writer at a time: Delta on a local file system cannot order two.
ONE_WRITER = {"max_active_runs": 1, "max_active_tasks": 1}
WEEK = Param(None, type=["null", "string"], format="date", description="A Monday: 2026-11-09.")


def task_of(step: Step) -> Any:
    """The task of one step: one call of the command line."""
    arguments = ["step", step.name, "--lake", "{{ folder('lake') }}"]
    arguments += ["--landing", "{{ folder('landing') }}", "--week", "{{ week(dag_run) }}"]
    return submit(
        step.name,
        *arguments,
        owner=step.owner,
        execution_timeout=timedelta(hours=6 if step.engine == "arrow" else 1),
        outlets=[Asset("weekly_abuse_summary")] if step.name == "gold.publications" else [],
        doc_md=f"{step.doc}\n\n**Table:** {step.comment}\n\n**Reads:** {', '.join(step.reads)}",
    )


with DAG(
    "weekly_abuse_summary",
    schedule=CronDataIntervalTimetable("0 0 * * MON", timezone="UTC"),
    start_date=datetime(2026, 1, 5, tzinfo=UTC),
    catchup=False,
    default_args=DEFAULTS,
    params={"week": WEEK},
    user_defined_macros=MACROS,
    tags=["stillwatch", "weekly"],
    doc_md=__doc__,
    **ONE_WRITER,
):
    tasks = {step.name: task_of(step) for step in STEPS}
    for step in STEPS:
        tasks[step.name].set_upstream([tasks[name] for name in step.reads if name in tasks])
