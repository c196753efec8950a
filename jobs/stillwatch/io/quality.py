"""Is what a week staged good enough to publish? Great Expectations audits it at pinned versions.

Each table is scanned about once: first every expectation with a yes or no, which Great Expectations
answers in one aggregation; then, for counts, only those that failed. Queries that reconcile tables
with each other run as one, and what several of them read is counted once. Results hold counts but
no value of bronze, which outlives them not.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import great_expectations as gx
import polars as pl
import pyarrow as pa
from deltalake import DeltaTable
from great_expectations.core import ExpectationSuite
from great_expectations.data_context.types.base import ProgressBarsConfig
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from stillwatch.errors import StillwatchError, UsageError
from stillwatch.io.staging import CAPPED, Staged, Staging
from stillwatch.io.suites import VIEWS, Item, Suite, load, root, views
from stillwatch.pipeline import step
from stillwatch.tables import table

HELD = "held"
SMALL = 2**22  # bytes of Parquet
FEW = 20  # Great Expectations returns this many unexpected values at most


@dataclass(frozen=True)
class Check:
    """The outcome of one expectation.

    Attributes:
        table: `<layer>.<table>`.
        expectation: In words.
        severity: critical, warning or info.
        success: Whether it held.
        observed: What was seen where it did not hold, and why that matters.
    """

    table: str
    expectation: str
    severity: str
    success: bool
    observed: str


@dataclass(frozen=True)
class Version:
    """A Delta table at one of its versions."""

    path: Path
    version: int

    def read(self, spark: SparkSession) -> DataFrame:
        """The rows; a small table's are read here, since Spark takes five jobs for a Delta log."""
        pinned = DeltaTable(str(self.path), version=self.version)
        files = pl.DataFrame(pinned.get_add_actions(flatten=True))
        if not files.height or files["size_bytes"].sum() <= SMALL:
            rows = pinned.to_pyarrow_table()
            # PySpark takes no Arrow table without a chunk.
            rows = rows if rows.num_rows else pa.Table.from_batches([_no_rows(rows.schema)])
            # In one partition, what groups or joins them shuffles nothing.
            return spark.createDataFrame(rows).coalesce(1)
        return spark.read.format("delta").option("versionAsOf", self.version).load(str(self.path))


def _no_rows(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], schema=schema)


def audit_week(spark: SparkSession, staging: Staging, week: date) -> pl.DataFrame:
    """Rows of gold.quality_results for the staged week, in the order of the suites.

    After them, as information, what the steps' caps left out.

    Raises:
        UsageError: A table has not been staged, or a suite would not be checked as written.
        StillwatchError: An expectation could not be evaluated.
    """
    staged, names = staging.manifest(), step("gold.quality_results").reads
    if missing := [name for name in names if name not in staged]:
        raise UsageError(f"cannot audit: {', '.join(missing)} has not been computed")
    versions = {name: Version(staging.path(name), staged[name].version) for name in names}
    suites = [load(name, root(), week) for name in names]
    checks = [check for suite in suites for check in _audit(versions[suite.table], suite, spark)]
    checks += reconcile(spark, suites, versions)
    checks += [check for name in names for check in _capped(name, staged[name])]
    return pl.DataFrame(
        [(week, *astuple(check)) for check in checks],
        schema={
            "week": pl.Date,
            **dict.fromkeys(("table", "expectation", "severity"), pl.String),
            "success": pl.Boolean,
            "observed": pl.String,
        },
        orient="row",
    )


def _capped(name: str, staged: Staged) -> list[Check]:
    """What the caps of a step left out, a row a cap: nothing that could fail, yet to be told."""
    return [
        Check(
            name,
            f"what a cap leaves out is told: {where}",
            "info",
            True,
            ", ".join(f"{count:,} {what.replace('_', ' ')}" for what, count in counts.items()),
        )
        for where, counts in staged.metrics.get(CAPPED, {}).items()
    ]


def audit(spark: SparkSession, name: str, path: Path, version: int, week: date) -> list[Check]:
    """What the suite of one table says of a version of it; reconciliations are left out.

    Args:
        spark: A session with Delta.
        name: `<layer>.<table>`.
        path: Folder of the Delta table.
        version: The version to audit, whatever has been written since.
        week: Monday of the week that the rows belong to.

    Raises:
        UsageError: The suite is missing or would not be checked as written.
        StillwatchError: An expectation could not be evaluated.
    """
    return _audit(Version(path, version), load(name, root(), week), spark)


def _audit(version: Version, suite: Suite, spark: SparkSession) -> list[Check]:
    columns = [F.expr(sql).alias(name) for name, sql in suite.columns.items()]
    frame = version.read(spark).select(*columns)
    first = _validate(frame, suite, "BOOLEAN_ONLY", range(len(suite.items)))
    failed = [place for place, result in first.items() if not result["success"]]
    second = _validate(frame, suite, "SUMMARY", failed) if failed else {}
    return [
        Check(
            suite.table,
            item.says,
            item.severity,
            place not in second,
            _observed(second[place]["result"], item, suite) if place in second else HELD,
        )
        for place, item in enumerate(suite.items)
    ]


def _validate(
    frame: DataFrame,
    suite: Suite,
    form: Literal["BOOLEAN_ONLY", "SUMMARY"],
    places: range | list[int],
) -> dict[int, Mapping[str, Any]]:
    """Results of the expectations at these places of the suite."""
    chosen = [e for e in suite.gx.expectations if e.meta and e.meta["place"] in places]
    with _quiet():
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        source = context.data_sources.add_spark(name="lake", persist=False)
        batches = source.add_dataframe_asset(suite.table).add_batch_definition_whole_dataframe("it")
        batch = batches.get_batch({"dataframe": frame})
        outcome = batch.validate(
            ExpectationSuite(name=suite.table, expectations=chosen), result_format=form
        )
    results: dict[int, Mapping[str, Any]] = {}
    for result in outcome.results:
        assert result.expectation_config is not None and result.expectation_config.meta
        place = result.expectation_config.meta["place"]
        if fault := _fault(result.exception_info):
            raise StillwatchError(
                f"cannot check that {suite.items[place].says} in {suite.table}: {fault}"
            )
        results[place] = {"success": result.success, "result": result.result}
    if set(results) != set(places):
        raise StillwatchError(f"Great Expectations left out expectations of {suite.table}")
    return results


def _fault(info: Any) -> str | None:
    """The message of an exception, which is flat or keyed by metric."""
    if not info:
        return None
    if "raised_exception" in info:
        return str(info["exception_message"]).split("\n")[0] if info["raised_exception"] else None
    return next((found for entry in info.values() if (found := _fault(entry))), None)


def _observed(result: Mapping[str, Any], item: Item, suite: Suite) -> str:
    """Evidence in words; the same for the same rows in any order."""
    if "unexpected_count" not in result:
        seen = f"{result['observed_value']:,} seen"
        if result.get("one_in", 1) > 1:
            seen += f" in one key of {result['one_in']}"
        return f"{seen}. {item.why}"
    count, of = result["unexpected_count"], result["element_count"]
    seen = f"{count:,} of {of:,} rows ({count / max(of, 1):.2%}) break it"
    listed = [v for v in result.get("partial_unexpected_list") or () if v is not None]
    values = {f"'{v}'" if isinstance(v, str) else str(v) for v in listed}
    # Which values come first depends on files, so they are named only where all are known.
    if values and count < FEW and not suite.table.startswith("bronze."):
        seen += f", such as {', '.join(sorted(values)[:3])}"
    return f"{seen}. {item.why}"


def reconcile(
    spark: SparkSession, suites: list[Suite], versions: Mapping[str, Version]
) -> list[Check]:
    """What the suites' queries over several tables say, run as one query.

    Args:
        spark: A session with Delta.
        suites: Their reconciliations are run.
        versions: Where each table that a query names as `<layer>_<table>` is to be read.
    """
    items = [(suite.table, item) for suite in suites for item in suite.reconciliations]
    if not items:
        return []
    shared = {view: sql for suite in suites for view, sql in suite.views.items()}
    named = set(views(" ".join(f"{item.sql} {item.unless or ''}" for _, item in items)))
    with _views(spark, named, shared, versions):
        found = _run(spark, [item for _, item in items])
    checks = []
    for place, (name, item) in enumerate(items):
        count, example = found.get(place, (0, None))
        observed = f"{count:,} found, such as {example}. {item.why}" if count else HELD
        checks.append(Check(name, item.says, item.severity, count == 0, observed))
    return checks


@contextmanager
def _views(
    spark: SparkSession, named: set[str], shared: dict[str, str], versions: Mapping[str, Version]
) -> Iterator[None]:
    """Tables and shared queries under the names that are used, these kept once they have run.

    They count by account or by day, so that one partition holds them and joins shuffle nothing.
    """
    queries = {view: shared[view] for view in named - set(VIEWS)}
    tables = (named & set(VIEWS)) | {view for sql in queries.values() for view in views(sql)}
    kept: list[DataFrame] = []
    try:
        for view in tables:
            versions[VIEWS[view]].read(spark).createOrReplaceTempView(view)
        for view, sql in queries.items():
            kept.append(spark.sql(sql).coalesce(1).persist())
            kept[-1].createOrReplaceTempView(view)
        yield
    finally:
        for frame in kept:
            frame.unpersist()
        for view in (*queries, *tables):
            spark.catalog.dropTempView(view)


def _run(spark: SparkSession, items: list[Item]) -> dict[int, tuple[int, str]]:
    """Of queries that return rows, how many and the least of them, by place."""
    cheap = [
        f"select {place} as place from ({item.unless})"
        for place, item in enumerate(items)
        if item.unless
    ]
    settled = {row["place"] for row in spark.sql(" union ".join(cheap)).collect()} if cheap else ()
    branches = [
        f"select {place} as place, to_json(struct(*)) as example from ({item.sql})"
        for place, item in enumerate(items)
        if place not in settled
    ]
    if not branches:
        return {}
    rows = spark.sql(
        "select place, count(*) as n, min(example) as example "
        f"from ({' union all '.join(branches)}) group by place"
    ).collect()
    return {row["place"]: (row["n"], row["example"]) for row in rows}


@contextmanager
def _quiet() -> Iterator[None]:
    """Great Expectations without its log and its warnings."""
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


__all__ = ["Check", "Suite", "audit", "audit_week", "load", "reconcile", "root", "table"]
