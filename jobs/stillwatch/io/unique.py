"""Does a key occur twice? An expectation of our own, since Great Expectations sorts whole rows.

Its compound uniqueness runs a window over all columns of the table; here 8 bytes of hash a row are
sorted on the driver instead. Importing this module registers the expectation and its metric.
"""

from __future__ import annotations

from typing import Any, ClassVar

import polars as pl
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.execution_engine.sparkdf_execution_engine import SparkDFExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider
from great_expectations.validator.metric_configuration import MetricConfiguration
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

METRIC = "table.repeated_keys"
# Beyond this many rows only some keys are compared, all rows of each: what repeats a file, a day
# or a join repeats far more than one key in n. The driver holds 8 bytes for each key compared.
COMPARED = 8_000_000


def repeated(frame: DataFrame, columns: list[str], one_in: int = 1) -> int:
    """How many keys occur more than once, of one key in `one_in`.

    Where all 64-bit hashes differ, so do the keys. Only where some agree are rows grouped, by 96
    bits: two of n different keys are taken for one with a chance of n²/2^97, 10^-12 for a billion.
    """
    key = [F.col(f"`{name}`") for name in columns]
    hashes = pl.Series(_of(frame.select(F.xxhash64(*key).alias("h")), one_in).toArrow()["h"])
    if hashes.n_unique() == hashes.len():
        return 0
    # Hashes skip nulls, so that (null, a) and (a, null) need telling apart.
    nulls = [F.isnull(column) for column in key]
    hashed = frame.select(F.xxhash64(*key).alias("h"), F.hash(*key, *nulls).alias("g"))
    return _of(hashed, one_in).groupBy("h", "g").count().where("count > 1").count()


def _of(hashed: DataFrame, one_in: int) -> DataFrame:
    """One hash in `one_in`."""
    return hashed.where(F.pmod("h", F.lit(one_in)) == 0) if one_in > 1 else hashed


def sample(rows: int) -> int:
    """One key in how many is compared, of a table with this many rows."""
    return max(1, -(-rows // COMPARED))


class TableRepeatedKeys(TableMetricProvider):
    """The metric that the expectation asks for."""

    metric_name = METRIC
    value_keys = ("columns",)

    @metric_value(engine=SparkDFExecutionEngine)
    def _spark(
        cls,
        execution_engine: SparkDFExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> tuple[int, int]:
        frame, _, _ = execution_engine.get_compute_domain(
            metric_domain_kwargs, domain_type=MetricDomainTypes.TABLE
        )
        one_in = sample(metrics["table.row_count"])
        return repeated(frame, metric_value_kwargs["columns"], one_in), one_in

    @classmethod
    def _get_evaluation_dependencies(
        cls,
        metric: Any,
        configuration: Any = None,
        execution_engine: Any = None,
        runtime_configuration: Any = None,
    ) -> dict[str, Any]:
        return {
            "table.row_count": MetricConfiguration(
                "table.row_count", metric_domain_kwargs=metric.metric_domain_kwargs
            )
        }


class ExpectKeyToBeUnique(BatchExpectation):
    """Expects that no two rows agree in all of `columns`."""

    columns: list[str]

    metric_dependencies: ClassVar[tuple[str, ...]] = (METRIC,)
    success_keys: ClassVar[tuple[str, ...]] = ("columns",)

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        count, one_in = metrics[METRIC]
        return {"success": count == 0, "result": {"observed_value": count, "one_in": one_in}}
