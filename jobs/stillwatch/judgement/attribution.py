"""Which exchanges of the week belong to which group? Looked up by trace, next to the data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import (
    ArrayType,
    IntegerType,
    LongType,
    StringType,
    StructField,
    StructType,
)

from stillwatch.kernels.attribution import LAYERS, Index, Members, carried

# What of silver.exchanges holds the traces of LAYERS.
TRACES = {
    "spans": "spans",
    "system_hash": "system_hash",
    "tools_hash": "tools_hash",
    "near_bands": "near_bands",
    "signatures": "concat(signatures_issued, signatures_sent)",
}
ADDED = (
    StructField("group", LongType()),
    StructField("layer", StringType()),
    StructField("trace", LongType()),
    StructField("matches", IntegerType()),
)


def _chosen(exchanges: DataFrame, columns: tuple[str, ...]) -> DataFrame:
    traces = (F.expr(sql).alias(name) for name, sql in TRACES.items())
    return exchanges.select(*columns, *traces)


def attribute(
    exchanges: DataFrame, index: Index, members: Members, columns: tuple[str, ...]
) -> DataFrame:
    """One row an exchange that belongs to a group.

    Args:
        exchanges: silver.exchanges.
        index: The groups' own traces; a lower number takes precedence.
        members: The groups' accounts.
        columns: Columns of silver.exchanges to keep, account_id among them.

    Returns:
        The columns asked for, then group, layer and trace (the reason) and matches (how many of
        the group's traces the exchange carries).
    """
    chosen = _chosen(exchanges, columns)
    kept = [chosen.schema[name] for name in columns]
    layers = pa.array(LAYERS)

    def look_up(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            hits = carried([batch.column(name) for name in TRACES], index)
            senders = batch.column("account_id").take(pa.array(hits.rows))
            hit = hits.where(members.hold(senders, hits.groups)).first()
            rows = pa.array(hit.rows)
            yield pa.RecordBatch.from_arrays(
                [
                    *(batch.column(name).take(rows) for name in columns),
                    pa.array(hit.groups, pa.int64()),
                    layers.take(pa.array(hit.layers, pa.int64())),
                    pa.array(hit.traces, pa.int64()),
                    pa.array(hit.matches, pa.int32()),
                ],
                names=[*columns, *(field.name for field in ADDED)],
            )

    return chosen.mapInArrow(look_up, StructType([*kept, *ADDED]))


def carriers(exchanges: DataFrame, index: Index) -> DataFrame:
    """One row an exchange that carries any group's traces, whoever sent it.

    Args:
        exchanges: silver.exchanges.
        index: The groups' own traces.

    Returns:
        account_id, groups, matches: parallel arrays, how many traces of each group it carries.
    """
    schema = StructType(
        [
            StructField("account_id", StringType()),
            StructField("groups", ArrayType(LongType())),
            StructField("matches", ArrayType(LongType())),
        ]
    )

    def look_up(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            hits = carried([batch.column(name) for name in TRACES], index)
            starts = np.flatnonzero(np.diff(hits.rows, prepend=-1))
            offsets = pa.array(np.append(starts, len(hits.rows)), pa.int32())
            lists = [
                pa.ListArray.from_arrays(offsets, pa.array(values, pa.int64()))
                for values in (hits.groups, hits.matches)
            ]
            senders = batch.column("account_id").take(pa.array(hits.rows[starts]))
            yield pa.RecordBatch.from_arrays([senders, *lists], names=schema.names)

    return _chosen(exchanges, ("account_id",)).mapInArrow(look_up, schema)


def combinations(carried_by: DataFrame) -> DataFrame:
    """How often each account sends each combination of groups: account_id, groups, exchanges."""
    return carried_by.groupBy("account_id", "groups").agg(F.count("*").alias("exchanges"))


def depths(carried_by: DataFrame) -> DataFrame:
    """How many of a group's traces an account's exchanges carry: group, account_id, depth."""
    each = F.explode(F.arrays_zip("groups", "matches")).alias("hit")
    return (
        carried_by.select("account_id", each)
        .groupBy(F.col("hit.groups").alias("group"), "account_id")
        .agg(F.avg("hit.matches").alias("depth"))
    )
