"""Runs one step of a week, or all of them: read declared inputs, transform, check, stage, pin.

Written once, so that no step can forget a stage. The same function serves the command line, an
Airflow task and the tests.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl
from deltalake import DeltaTable
from pyspark.sql import SparkSession

from stillwatch.config import Key, Run, Settings
from stillwatch.errors import UsageError
from stillwatch.io import frames, keys, landing, publication, session
from stillwatch.io.batches import Batches
from stillwatch.io.lake import Lake
from stillwatch.io.staging import CAPPED, Staged, Staging
from stillwatch.pipeline import STEPS, Step, step
from stillwatch.tables import table

Report = Callable[[str, Staged], None]


@dataclass
class Job:
    """A week of one lake in work.

    Attributes:
        lake: Where tables are published.
        week: Monday of the week.
        landing: The landing folder; needed by steps that read it only.
        master: Spark master URL; None is local[*].
        settings: The settings in force.
    """

    lake: Lake
    week: date
    key: Key
    landing: Path | None = None
    master: str | None = None
    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        self.staging = Staging(self.lake, self.week)
        self._spark: SparkSession | None = None

    @classmethod
    def open(
        cls, lake: Path, week: date, landing: Path | None = None, master: str | None = None
    ) -> Job:
        """A job on the lake at a path, which is made if it is not there yet.

        Raises:
            UsageError: The week is no Monday, the path is not a lake, the key does not fit.
        """
        if week.weekday() != 0:
            raise UsageError(f"--week {week} is a {week:%A}; a week is named by its Monday")
        key = keys.load()
        return cls(Lake.open_or_create(lake, key.id), week, key, landing, master)

    @property
    def spark(self) -> SparkSession:
        if self._spark is None:
            self._spark = session.build(self.master)
        return self._spark

    @property
    def run(self) -> Run:
        return Run(self.week, self.settings, self.key)


def run_week(job: Job, report: Report) -> dict[str, Any]:
    """Runs every step of the map and returns the row of gold.publications.

    Args:
        job: The week.
        report: Called with each step's name and outcome.

    Raises:
        UsageError: The landing folder is missing.
        QualityError: A critical expectation failed; nothing was published.
    """
    if job.landing is not None:
        landing.find(job.landing, job.week)  # a missing folder is told before any work
    with job.lake.writing():
        job.staging.discard()
        row: dict[str, Any] = {}
        for each in STEPS:
            outcome = _run(each, job)
            if isinstance(outcome, Staged):
                report(each.name, outcome)
            else:
                row = outcome
    return row


def run_step(name: str, job: Job) -> Staged | dict[str, Any]:
    """Runs one step; the publication returns its row, any other its staged table.

    Raises:
        UsageError: No such step, or an input has not been computed.
    """
    chosen = step(name)
    with job.lake.writing():
        return _run(chosen, job)


def _run(chosen: Step, job: Job) -> Staged | dict[str, Any]:
    started = time.monotonic()
    if chosen.name == "gold.publications":
        return publication.publish(job.lake, job.staging, job.week, job.settings.fingerprint())
    spark = job.spark if chosen.engine != "polars" else None
    if chosen.name == "gold.quality_results":
        from stillwatch.io import quality

        frame: Any = quality.audit_week(job.spark, job.staging, job.week)
        inputs = {n: s.version for n, s in job.staging.manifest().items() if n != chosen.name}
        metrics: dict[str, Any] = {}
    else:
        given, inputs = frames.resolve(chosen, job.lake, job.staging, spark, job.week)
        given |= _landing(chosen, job)
        frame = _transform(chosen)(given, job.run)
        metrics = {CAPPED: dict(frame.told)} if isinstance(frame, Batches) and frame.told else {}
    version = _stage(chosen.name, frame, job)
    if spark is not None:
        spark.catalog.clearCache()
    if "landing.exchanges" in chosen.reads and chosen.engine != "polars":
        metrics = {"files": given["landing.exchanges"].tally}
    staged = Staged(
        version=version,
        rows=_rows(job.staging.path(chosen.name), version),
        inputs=inputs,
        metrics=metrics,
        seconds=round(time.monotonic() - started, 2),
        settings=job.settings.fingerprint(),
    )
    job.staging.record(chosen.name, staged)
    return staged


def _transform(chosen: Step) -> Callable[[dict[str, Any], Run], Any]:
    module, function = chosen.transform.split(":")
    found: Callable[[dict[str, Any], Run], Any] = getattr(import_module(module), function)
    return found


def _landing(chosen: Step, job: Job) -> dict[str, Any]:
    names = [name for name in chosen.reads if name.startswith("landing.")]
    if not names:
        return {}
    if job.landing is None:
        raise UsageError(f"{chosen.name} reads the landing zone: give --landing")
    found = landing.find(job.landing, job.week)
    tallied = job.staging.get("bronze.exchanges")
    given: dict[str, Any] = {}
    for name in names:
        if name != "landing.exchanges":
            given[name] = landing.rows(job.landing, name.removeprefix("landing."), job.week)
        elif chosen.engine != "polars":
            given[name] = found.bind(job.spark)
        else:
            given[name] = found.rejected(tallied.metrics["files"] if tallied else {})
    return given


def _stage(name: str, frame: Any, job: Job) -> int:
    declared = table(name)
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    if isinstance(frame, pl.DataFrame):
        return job.staging.write_small(name, frame)
    if isinstance(frame, Batches):
        return job.staging.write_batches(name, frame)
    path = str(job.staging.path(name))
    writer = frames.conform(frame, declared).write.format("delta").mode("overwrite")
    if declared.partition:
        writer = writer.partitionBy(declared.partition)
    writer.option("overwriteSchema", "true").save(path)
    return DeltaTable(path).version()


def _rows(path: Path, version: int) -> int:
    """Rows of a version, from the statistics in its log."""
    files = pl.DataFrame(DeltaTable(str(path), version=version).get_add_actions(flatten=True))
    return int(files["num_records"].sum()) if files.height else 0


def reconcile(lake: Lake, week: date) -> list[str]:
    """How the rows of a published week add up, in lines to print.

    Raises:
        StillwatchError: They do not.
    """
    row = lake.publication(week)
    if row is None:
        raise UsageError(f"week {week} has not been published in {lake.root}")
    counts = {name: pin["rows"] for name, pin in row["tables"].items()}
    parsed, kept = counts["bronze.exchanges"], counts["silver.exchanges"]
    landed = pl.col("source_file").str.starts_with("exchanges/")
    aside = lake.scan("bronze.quarantine", week).filter(landed).select(pl.len()).collect().item()
    return [
        f"lines read {parsed + aside:,} = parsed {parsed:,} + quarantined {aside:,}",
        f"parsed {parsed:,} = exchanges {kept:,} + duplicates {parsed - kept:,}",
    ]
