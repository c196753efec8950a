"""## Lake maintenance

Drops what its retention has outlived (raw prompts and addresses after 30
days by default) and removes files that no published generation names.

**When it fails:** `the lake … is being written by` means that the weekly run holds the lake; the
task is retried, and tomorrow's run does the same work. Retention is a promise: a run that fails
for several days on end deserves a person's attention.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from _submit import DEFAULTS, MACROS, submit
from airflow.sdk import DAG, CronTriggerTimetable

with DAG(
    "lake_maintenance",
    schedule=CronTriggerTimetable("30 4 * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 5, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    user_defined_macros=MACROS,
    tags=["stillwatch", "maintenance"],
    doc_md=__doc__,
):
    submit(
        "maintain",
        "maintain",
        "--lake",
        "{{ folder('lake') }}",
        execution_timeout=timedelta(hours=3),
        doc_md="`stillwatch maintain`: retention, files that nothing names, abandoned staging.",
    )
