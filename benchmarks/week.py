"""How much longer is a whole week than only reading its JSONL and writing it to Delta?

    make bench-week
    python benchmarks/week.py [--scenario published_case] [--scale 0.4]

The default, 20 million exchanges, takes some 45 minutes on two cores and 40 GB of disk; with
--scale 0.01 it is some minutes and 1 GB, most of which is what does not grow with the rows.

Both in one session of Spark: first the floor (Spark's own JSON reader with bronze's schema, written
to Delta), counted after one day of it has warmed the session; then the week by the function that
`stillwatch run` calls, from landing to publication, quality gate included. The session's start is
in neither. So that a disk holds more, the floor's copies go before the week, and the landing files
once all of bronze has read them.
What was found is told beside the truth, outside of every time.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

import measure
from pyspark.sql import SparkSession
from pyspark.sql.types import StructField, StructType
from stillwatch.evaluate import evaluate
from stillwatch.io import runner
from stillwatch.io.runner import Job
from stillwatch.io.staging import Staged
from stillwatch.pipeline import STEPS
from stillwatch.simulate import runner as simulator
from stillwatch.tables import table

LAST_OF_LANDING = [step.name for step in STEPS if "landing.exchanges" in step.reads][-1]
MADE = {"event_date", "source_file", "source_line", "ingested_at", "_extra"}


def floor(spark: SparkSession, landing: Path, out: Path) -> measure.Cost:
    """Cost of reading the landing files and writing them to Delta, after one day of them."""
    fields = StructType.fromJson(table("bronze.exchanges").schema_json()).fields
    schema = StructType([StructField(f.name, f.dataType) for f in fields if f.name not in MADE])
    days = landing / "exchanges"
    for part, to in ((min(days.iterdir()), out / "day"), (days, out / "week")):
        with measure.measured(spark) as cost:
            lines = spark.read.schema(schema).json(str(part))
            lines.write.format("delta").save(str(to))
    return cost


def week(job: Job, landing: Path) -> measure.Cost:
    """Cost of the week; print name, wall and processor seconds of each step as it ends."""
    before = measure.core_seconds()

    def report(name: str, staged: Staged) -> None:
        nonlocal before
        now = measure.core_seconds()
        print(f"{name:28} {staged.seconds:8.2f} {now - before:8.2f}", flush=True)
        before = now
        if name == LAST_OF_LANDING:
            for path in (landing / "exchanges").rglob("*.jsonl*"):
                path.unlink()

    with measure.measured(job.spark) as cost:
        runner.run_week(job, report)
    return cost


def found(job: Job, truth: Path) -> None:
    """Print precision and recall, and each campaign's volume and pivot beside the truth."""
    told = evaluate(job.lake, truth, measure.WEEK)
    accounts, labels = told["accounts"], told["labels"]["campaigns"]
    print(
        f"accounts: precision {accounts['precision']['value']}, "
        f"recall {accounts['recall']['value']}; "
        f"controls accused: {told['controls']['accused']} of {told['controls']['groups']}"
    )
    for row in told["campaigns"]:
        print(f"{row['campaign']}: {row}")
    for row in labels:
        print(f"{row['campaign']}: {row}")


def compare(folder: Path, scenario: str, scale: float) -> tuple[float, float]:
    """Print the floor and the week; return the week over the floor, in wall and core seconds."""
    measure.own_key(folder)
    simulator.run(folder / "made", scenario, scale)
    landing = folder / "made" / "landing"
    job = Job.open(folder / "lake", measure.WEEK, landing)
    print(f"{'':28} {'wall s':>8} {'core s':>8}", flush=True)
    least = floor(job.spark, landing, folder / "floor")
    print(f"{'read JSONL, write Delta':28} {least.wall:8.2f} {least.core:8.2f}", flush=True)
    rows = job.spark.read.format("delta").load(str(folder / "floor" / "week")).count()
    shutil.rmtree(folder / "floor")
    whole = week(job, landing)
    print(f"{'the week':28} {whole.wall:8.2f} {whole.core:8.2f}")
    print(f"{rows:,} lines of {scenario}")
    print(f"peak memory of all processes: {whole.peak_bytes / 2**30:.1f} GiB")
    print(f"exchanges an hour at this rate: {round(rows / whole.wall * 3600, -5):,.0f}")
    found(job, folder / "made" / "truth")
    return whole.wall / least.wall, whole.core / least.core


def main() -> None:
    """Print cost by step, and the ratio of wall seconds last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="published_case")
    parser.add_argument("--scale", type=float, default=0.4)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wall, core = compare(Path(folder), given.scenario, given.scale)
    print(f"core-seconds of the week over reading and writing alone: {core:.1f} x")
    print(f"wall seconds of the week over reading and writing alone: {wall:.1f} x")


if __name__ == "__main__":
    main()
