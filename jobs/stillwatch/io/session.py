"""How does a Spark session with Delta start: quietly, without network, sized to the machine?

Jars were resolved at set-up (`make setup`) and are taken from there. The JVM's standard error goes
to a log file, since Spark, Hadoop and the JVM itself print warnings before any setting can silence
them; the file is named when something fails.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyspark.sql import SparkSession

from stillwatch.errors import UsageError

DELTA = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    # The default of 50 tasks to read a table's log is meant for logs of millions of files.
    "spark.databricks.delta.snapshotPartitions": "2",
    "spark.databricks.delta.properties.defaults.checkpointPolicy": "classic",
}
COMMON = {
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "4096",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    # Through TCP every task of Python waits some 15 ms for acknowledgements.
    "spark.python.unix.domain.socket.enabled": "true",
    # A task keeps a file open for each day of the week instead of sorting its rows by day.
    "spark.sql.maxConcurrentOutputFileWriters": "16",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.redaction.regex": "(?i)secret|password|token|key",
}
# Python workers keep the memory of one batch for the next: given back and asked for anew, it has to
# be cleared by the kernel each time. At most 32 MiB is what the C library allows.
WORKERS = {
    "spark.executorEnv.MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),
    "spark.executorEnv.MALLOC_TRIM_THRESHOLD_": str(2**30),
    "spark.executorEnv.MIMALLOC_PURGE_DELAY": "5000",  # milliseconds; Arrow's allocator
}

# Blocks are hashes, which hardly shrink: where no network is between, compressing them takes longer
# than writing them.
ONE_MACHINE = {"spark.shuffle.compress": "false"}
LOOPBACK = {"spark.driver.host": "127.0.0.1"}


def jars() -> list[Path]:
    """The jars of Delta, resolved at set-up.

    Raises:
        UsageError: Set-up has not run, or STILLWATCH_JARS names a folder without jars.
    """
    folder = Path(os.environ.get("STILLWATCH_JARS", Path(sys.prefix) / "stillwatch-jars"))
    found = sorted(folder.glob("*.jar"))
    if not found:
        raise UsageError(f"no jars in {folder}: run `make setup`, or set STILLWATCH_JARS")
    return found


def driver_memory() -> str:
    """Two fifths of the machine's memory, from 1 to 10 GiB: Python workers need the rest."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{max(1024, min(10240, int(total / 2**20 * 0.4)))}m"


def log_file() -> Path:
    """Where the JVM's standard error goes: STILLWATCH_SPARK_LOG, or a file for the user."""
    default = Path(tempfile.gettempdir()) / f"stillwatch-spark-{os.getuid()}.log"
    return Path(os.environ.get("STILLWATCH_SPARK_LOG", default))


@contextmanager
def _stderr_to(path: Path) -> Iterator[None]:
    """Child processes started inside inherit a standard error that goes to the file."""
    sys.stderr.flush()
    kept = os.dup(2)
    target = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.dup2(target, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(target)


def of_master(master: str | None) -> dict[str, str]:
    """Settings that a master asks for; None is one that spark-submit has set and is not known."""
    if master is None:
        return LOOPBACK
    return LOOPBACK | ONE_MACHINE if re.match(r"local($|\[)", master) else {}


def build(
    master: str | None = None, app: str = "stillwatch", conf: dict[str, str] | None = None
) -> SparkSession:
    """A session with Delta on `master`, or the active one.

    Args:
        master: A Spark master URL; None is local[*], or what spark-submit has set.
        app: Name shown by the cluster.
        conf: Settings that override the defaults.

    Raises:
        UsageError: The jars are missing.
    """
    paths = ",".join(str(jar) for jar in jars())
    # Under spark-submit the gateway is there already, and so is its choice of a master.
    if not master and "PYSPARK_GATEWAY_PORT" not in os.environ:
        master = "local[*]"
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    cores = os.cpu_count() or 2
    settings: dict[str, bool | float | int | str | None] = {
        **DELTA,
        **COMMON,
        **WORKERS,
        "spark.jars": paths,
        "spark.driver.memory": os.environ.get("STILLWATCH_DRIVER_MEMORY", driver_memory()),
        "spark.sql.shuffle.partitions": str(max(8, 4 * cores)),
        "spark.sql.warehouse.dir": str(Path(tempfile.gettempdir()) / "stillwatch-warehouse"),
        **of_master(master),
        **(conf or {}),
    }
    builder = SparkSession.builder.appName(app).config(map=settings)
    if master:
        builder = builder.master(master)
    with _stderr_to(log_file()):
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
    return session
