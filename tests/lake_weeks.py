"""Weeks of a real lake in which the steps asked for run, and every other table is staged by hand.

Reading, history, staging and publication are the project's own; only the quality gate is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl
from factories import WEEK, Rows
from stillwatch.io import runner
from stillwatch.io.lake import Lake, partition_dates, polars_schema
from stillwatch.io.runner import Job
from stillwatch.io.staging import Staged, history_of
from stillwatch.pipeline import STEPS
from stillwatch.tables import table


def publish(
    root: Path, week: date, landing: Path, steps: Sequence[str], rows: Mapping[str, Rows]
) -> Lake:
    """Publishes a week anew, as `stillwatch run` does.

    Args:
        root: The lake, made if it is not there.
        week: Monday of the week.
        landing: A landing folder.
        steps: Which steps run.
        rows: Of other tables, as of the week that `factories` write about; the rest are empty.
    """
    job = Job.open(root, week, landing)
    job.staging.discard()
    for step in STEPS[:-1]:
        if step.name in steps:
            runner.run_step(step.name, job)
        else:
            frame = moved(step.name, rows.get(step.name, []), week)
            version = job.staging.write_small(step.name, frame)
            past = {
                history_of(name): job.lake.history(name, week, weeks)[0]
                for name, weeks in step.history
            }
            job.staging.record(step.name, Staged(version, frame.height, past))
    runner.run_step("gold.publications", job)
    return job.lake


def moved(name: str, rows: Rows, week: date) -> pl.DataFrame:
    """Rows of a declared table, with their days and times moved to another week."""
    declared = table(name)
    schema = polars_schema(declared)
    if declared.partition:
        rows = [{declared.partition: partition_dates(declared, WEEK)[0], **row} for row in rows]
    frame = pl.DataFrame(rows, schema=schema)
    dated = [column for column, kind in schema.items() if kind.is_temporal()]
    return frame.with_columns(pl.col(dated) + (week - WEEK))
