"""Which exchanges of the week belong to which group? Looked up by trace, next to the data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql.types import IntegerType, LongType, StringType, StructField, StructType

from stillwatch.kernels.attribution import LAYERS, Index, carried

NEEDED = ("spans", "system_hash", "tools_hash")
ADDED = (
    StructField("group", LongType()),
    StructField("layer", StringType()),
    StructField("trace", LongType()),
    StructField("matches", IntegerType()),
)


def attribute(exchanges: DataFrame, index: Index, columns: tuple[str, ...]) -> DataFrame:
    """One row an exchange and group whose traces it carries.

    Args:
        exchanges: silver.exchanges.
        index: The groups' own traces.
        columns: Columns of silver.exchanges to keep.

    Returns:
        The columns asked for, then group, layer and trace (the reason) and matches (how many of
        the group's traces the exchange carries).
    """
    chosen = exchanges.select(*columns, *(n for n in NEEDED if n not in columns))
    kept = [chosen.schema[name] for name in columns]
    layers = pa.array(LAYERS)

    def look_up(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            spans, system, tools = (batch.column(name) for name in NEEDED)
            hit = carried(spans, system, tools, index)
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
