"""How do rows get to the part that their key belongs to, hundreds of thousands at a time?

As blocks: the rows of one part among some megabytes, in the bytes of Arrow's own format. What
moves them between tasks moves few rows, each a number and bytes, and looks into none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from stillwatch.kernels.tally import parted, placed

CUT_BYTES = 24 * 1024 * 1024  # of rows that a task holds before it cuts them
BLOCK = pa.schema([("part", pa.int32()), ("block", pa.binary())])
KEY = "key"


class Cutter:
    """Holds rows until they are worth cutting, and cuts them by part.

    Rows have one schema, with an int64 column KEY, which ends here: rows of one key go to one part.
    """

    def __init__(self, parts: int) -> None:
        self._parts = parts
        self._held: list[pa.RecordBatch] = []
        self._size = 0

    def add(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        """Takes rows; yields what was cut, as a batch of BLOCK."""
        if batch.num_rows:
            self._held.append(batch)
            self._size += batch.nbytes
        if self._size >= CUT_BYTES:
            yield from self.close()

    def close(self) -> Iterator[pa.RecordBatch]:
        """Yields what was held back."""
        if self._held:
            yield _cut(self._held, self._parts)
        self._held, self._size = [], 0


def cut(batches: Iterable[pa.RecordBatch], parts: int) -> Iterator[pa.RecordBatch]:
    """All rows as blocks by part: batches of BLOCK."""
    cutter = Cutter(parts)
    for batch in batches:
        yield from cutter.add(batch)
    yield from cutter.close()


def _cut(held: list[pa.RecordBatch], parts: int) -> pa.RecordBatch:
    table = pa.Table.from_batches(held).combine_chunks()
    key = table.column(KEY).to_numpy()
    order, starts = placed(parted(key, parts), parts)
    rows = table.drop_columns([KEY]).take(pa.array(order)).combine_chunks()
    full = np.flatnonzero(np.diff(starts))
    blocks = []
    for part in full:
        (only,) = rows.slice(starts[part], starts[part + 1] - starts[part]).to_batches()
        blocks.append(only.serialize().to_pybytes())
    return pa.RecordBatch.from_arrays(
        [pa.array(full, pa.int32()), pa.array(blocks, pa.binary())], schema=BLOCK
    )


def joined(blocks: Iterable[pa.RecordBatch], schema: pa.Schema) -> pa.Table:
    """The rows of all blocks, each column in one piece.

    Args:
        blocks: Batches of BLOCK.
        schema: Of the rows that were cut, without the key.
    """
    rows = [
        pa.ipc.read_record_batch(block.as_buffer(), schema)
        for batch in blocks
        for block in batch.column("block")
    ]
    return pa.Table.from_batches(rows, schema=schema).combine_chunks()


def as_they_are(rows: pa.Table) -> Iterator[pa.RecordBatch]:
    """The rows of a part, for those who only collect them."""
    yield from rows.to_batches()


def spark_json(schema: pa.Schema) -> dict[str, Any]:
    """A schema of numbers, texts, times and lists of them, as Spark writes it in JSON."""
    fields = [
        {"name": field.name, "type": _spark(field.type), "nullable": True, "metadata": {}}
        for field in schema
    ]
    return {"type": "struct", "fields": fields}


def _spark(kind: pa.DataType) -> Any:
    if pa.types.is_list(kind):
        return {"type": "array", "elementType": _spark(kind.value_type), "containsNull": True}
    return {
        pa.int64(): "long",
        pa.int32(): "integer",
        pa.float64(): "double",
        pa.string(): "string",
        pa.timestamp("us", "UTC"): "timestamp",
    }[kind]
