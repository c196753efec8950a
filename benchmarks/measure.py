"""What do the steps of a week cost: wall seconds, processor seconds, shuffled bytes, memory?

Costs are of this process and all its descendants (the JVM and Python's workers), read from /proc,
so on Linux only. Shuffled bytes are what Spark's own status store counts.
"""

from __future__ import annotations

import argparse
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from deltalake import DeltaTable
from pyspark.sql import DataFrame, SparkSession
from stillwatch.gold import account_links
from stillwatch.io import keys, runner
from stillwatch.io.batches import Batches, Stored
from stillwatch.io.runner import Job
from stillwatch.silver import traces
from stillwatch.simulate import runner as simulator
from stillwatch.tables import table

WEEK = simulator.WEEK
UP_TO_EXCHANGES = ("bronze.exchanges", "bronze.accounts", "silver.accounts", "silver.exchanges")
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
# Ticks by process (its id and start). Python's workers end unreaped, so that no parent is charged
# for them: what each was last seen to have used is kept here.
_spent: dict[tuple[str, str], int] = {}


@dataclass
class Cost:
    """Filled in when the measured block ends; peak_bytes is resident memory of all processes."""

    wall: float = 0.0
    core: float = 0.0
    shuffled: int = 0
    peak_bytes: int = 0


def _tree() -> Iterator[tuple[str, list[str]]]:
    """Id of this process and of each descendant, with /proc/<pid>/stat from the third field on."""
    stats = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            stats[path.parent.name] = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended between the listing and the reading
    found = [str(os.getpid())]
    for pid in found:
        found += [child for child, fields in stats.items() if fields[1] == pid]
        if pid in stats:
            yield pid, stats[pid]


def core_seconds() -> float:
    """Processor seconds of all processes since each was first looked at, ended ones included."""
    for pid, stat in _tree():
        _spent[pid, stat[19]] = int(stat[11]) + int(stat[12])
    return sum(_spent.values()) / TICKS


def resident() -> int:
    """Resident bytes now; pages that processes share count in each."""
    return sum(int(stat[21]) for _, stat in _tree()) * PAGE


def shuffled(spark: SparkSession | None) -> int:
    """Bytes that all executors have written to shuffles since the session started."""
    if spark is None:
        return 0
    store = spark.sparkContext._jsc.sc().statusStore()
    executors = store.executorList(False)
    return sum(executors.apply(i).totalShuffleWrite() for i in range(executors.size()))


@contextmanager
def measured(spark: SparkSession | None = None) -> Iterator[Cost]:
    """Measure the block that follows; processes are looked at four times a second.

    Args:
        spark: Whose shuffles to count; without one none are.
    """
    cost, done = Cost(), threading.Event()

    def watch() -> None:
        while not done.wait(0.25):
            cost.peak_bytes = max(cost.peak_bytes, resident())
            core_seconds()

    watcher = threading.Thread(target=watch)
    before, begin, moved = core_seconds(), time.monotonic(), shuffled(spark)
    watcher.start()
    try:
        yield cost
    finally:
        done.set()
        watcher.join()
        cost.wall = time.monotonic() - begin
        cost.core = core_seconds() - before
        cost.shuffled = shuffled(spark) - moved


def asked(description: str | None) -> argparse.Namespace:
    """Which week a bench is to judge again and again: scenario, scale, seed."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--scenario", default="mixed")
    parser.add_argument("--scale", type=float, default=0.15)
    parser.add_argument("--seed", type=int, default=3)
    return parser.parse_args()


def own_key(folder: Path) -> None:
    """Let a benchmark's lake have a key of its own where none is named."""
    if "STILLWATCH_KEY_FILE" not in os.environ:
        os.environ["STILLWATCH_KEY_FILE"] = str(folder / "key")
        if not (folder / "key").exists():
            keys.create(folder / "key")


def published(lake: Path, made: Path, week: date = WEEK) -> Job:
    """Publish a week whose landing zone is in `made`, in a lake of its own."""
    job = Job.open(lake, week, made / "landing")
    runner.run_week(job, lambda name, staged: None)
    return job


def traffic(folder: Path, scenario: str, scale: float) -> tuple[Job, int]:
    """Simulate traffic and run the steps up to silver.exchanges; return the job and the rows."""
    folder.mkdir(exist_ok=True)
    own_key(folder)
    simulator.run(folder / "made", scenario, scale)
    job = Job.open(folder / "lake", WEEK, folder / "made" / "landing")
    for name in UP_TO_EXCHANGES:
        runner.run_step(name, job)
    return job, job.staging.manifest()["silver.exchanges"].rows


def stored(spark: SparkSession, path: Path, name: str) -> Stored:
    """The newest version of a Delta table, as a table that tasks read."""
    frame = spark.read.format("delta").load(str(path))
    return Stored.open(frame, path, DeltaTable(str(path)).version(), table(name))


def staged(job: Job, name: str) -> Stored:
    """A staged table of the job, as a table that tasks read."""
    return stored(job.spark, job.staging.path(name), name)


def frame(made: Any) -> DataFrame:
    """What a transform returned, as a frame that is computed once."""
    rows: DataFrame = made.frame() if isinstance(made, Batches) else made
    return rows.localCheckpoint()


def link(job: Job, exchanges: Stored, accounts: Stored) -> dict[str, tuple[Cost, int]]:
    """Stage silver.traces and gold.account_links of these; return cost and rows of each."""
    given = {"silver.exchanges": exchanges, "silver.accounts": accounts}
    result = {}
    for name, step in (("silver.traces", traces), ("gold.account_links", account_links)):
        with measured(job.spark) as cost:
            job.staging.write_batches(name, step.transform(given, job.run))
            job.spark.catalog.clearCache()
        given[name] = staged(job, name)
        result[name] = (cost, given[name].frame.count())
    return result


def day(of: int) -> date:
    """A day of the measured week, Monday 0."""
    return date.fromordinal(WEEK.toordinal() + of)
