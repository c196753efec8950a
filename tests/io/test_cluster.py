"""Does a week come out the same on a standalone cluster, with a master and a worker of its own?"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pyspark
import pytest
from odd_lines import WEEK, campaign, honest, judged, land, published
from stillwatch.io.lake import Lake

pytestmark = [pytest.mark.spark, pytest.mark.slow]
SPARK = Path(pyspark.__file__).parent
DEPLOY = "org.apache.spark.deploy"
HERE = ("--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
# Links and campaigns stand for all: they rest on every table before them.
COMPARED = ("silver.traces", "gold.account_links", "gold.campaigns", "gold.campaign_exchanges")


@contextmanager
def started(log: Path, says: str, *arguments: str) -> Iterator[str]:
    """A daemon of Spark until the block ends; what its log matches by then."""
    environment = os.environ | {"SPARK_HOME": str(SPARK), "PYSPARK_PYTHON": sys.executable}
    with log.open("wb") as out:
        daemon = subprocess.Popen(
            [str(SPARK / "bin" / "spark-class"), *arguments],
            env=environment | {"SPARK_LOCAL_IP": "127.0.0.1"},
            stdout=out,
            stderr=out,
            cwd=log.parent,
        )
    try:
        yield matched(log, says, daemon)
    finally:
        daemon.terminate()
        daemon.wait(60)


def matched(log: Path, says: str, daemon: subprocess.Popen[bytes]) -> str:
    for _ in range(240):
        if found := re.search(says, log.read_text()):
            return found.group(1)
        if daemon.poll() is not None:
            break
        time.sleep(0.25)
    raise AssertionError(log.read_text()[-2000:])


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """URL of a master with one worker of two cores, both on this machine."""
    with started(tmp_path / "master.log", r"(spark://127\.0\.0\.1:\d+)", f"{DEPLOY}.master.Master",
                 *HERE) as url:  # fmt: skip
        worker = (f"{DEPLOY}.worker.Worker", *HERE, "--cores", "2", "--memory", "2g",
                  "--work-dir", str(tmp_path / "work"), url)  # fmt: skip
        with started(tmp_path / "worker.log", r"(Successfully registered with master)", *worker):
            yield url


def rows(lake: Lake, name: str) -> pl.DataFrame:
    frame = lake.scan(name, WEEK).collect()
    return frame.sort([c for c in frame.columns if not frame.schema[c].is_nested()])


def test_a_week_on_a_standalone_cluster_is_the_week_of_one_machine(
    spark: Any, cluster: str, tmp_path: Path
) -> None:
    landing = land(tmp_path / "landing", campaign("alpha", 12, 8) + honest(60, 5))
    here = published(landing, tmp_path)
    there = tmp_path / "there"
    command = [sys.executable, "-m", "stillwatch.cli", "run", "--landing", str(landing)]
    ran = subprocess.run(
        [*command, "--lake", str(there), "--week", str(WEEK), "--master", cluster],
        # Warnings as a user would see them, whatever another test has set.
        env=os.environ | {"SPARK_LOCAL_IP": "127.0.0.1", "PYTHONWARNINGS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stderr == ""
    assert "Launching executor app-" in (tmp_path / "master.log").read_text()
    assert judged(here).filter(pl.col("verdict") == "confirmed").height == 1
    for name in COMPARED:
        assert rows(Lake(there), name).equals(rows(here, name)), name
