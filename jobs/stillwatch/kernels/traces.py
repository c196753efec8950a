"""Which traces does each account have on each day, and how often?

Exchanges are taken some ten thousand at a time; what one account repeats on one day among them is
one row from there on. Rows of the same account, trace and day meet again in the part that the trace
belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from stillwatch.kernels.blocks import KEY
from stillwatch.kernels.tally import groups, mixed
from stillwatch.kernels.xxhash import xxhash64

TOGETHER = 32_768  # exchanges
LAYERS = 64  # more than there will be, so that layer and day are one number
COUNTED = pa.schema(
    [
        ("layer", pa.int64()),
        ("trace", pa.int64()),
        ("account", pa.int64()),
        ("day", pa.int64()),
        ("exchanges", pa.int64()),
        ("first_ts", pa.int64()),
        ("last_ts", pa.int64()),
        ("account_id", pa.string()),
    ]
)


# Days of the week on which the account has the trace, and accounts that have it in the week.
MERGED = pa.schema([*COUNTED, ("days", pa.int64()), ("holders", pa.int64())])


class Found(NamedTuple):
    """Values of a batch's rows, both of shape (n,): a row may have several values, or none."""

    rows: NDArray[np.int64]
    values: NDArray[np.int64]

    def kept(self, mask: NDArray[np.bool_]) -> Found:
        """Those of shape (n,) for which it holds."""
        return Found(self.rows[mask], self.values[mask])

    def where(self, holds: pa.BooleanArray) -> Found:
        """Those of the rows for which it holds; it does not where it is null."""
        return self.kept(pc.fill_null(holds, False).to_numpy(zero_copy_only=False)[self.rows])

    def and_(self, other: Found) -> Found:
        """These, then those."""
        return Found(
            np.concatenate([self.rows, other.rows]), np.concatenate([self.values, other.values])
        )


def listed(column: pa.ListArray, most: int | None = None) -> Found:
    """The values of lists, the first `most` of each."""
    lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False)
    values = column.flatten().to_numpy(zero_copy_only=False)
    rows = np.repeat(np.arange(len(column)), lengths)
    if most is None or not len(lengths) or lengths.max() <= most:
        return Found(rows, values)
    starts = np.cumsum(lengths) - lengths
    return Found(rows, values).kept(np.arange(len(values)) - starts[rows] < most)


def single(column: pa.Int64Array) -> Found:
    """The values of a column that has one a row, nulls left out."""
    valid = column.is_valid().to_numpy(zero_copy_only=False)
    return Found(np.flatnonzero(valid), column.drop_null().to_numpy(zero_copy_only=False))


def together(batches: Iterable[pa.RecordBatch], rows: int = TOGETHER) -> Iterator[pa.RecordBatch]:
    """The same rows in batches of about so many."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(each.num_rows for each in held) >= rows:
            yield _one(held)
            held = []
    if held:
        yield _one(held)


def _one(held: list[pa.RecordBatch]) -> pa.RecordBatch:
    table = pa.Table.from_batches(held).combine_chunks()
    columns = [
        column.chunk(0) if column.num_chunks else pa.array([], column.type)
        for column in table.columns
    ]
    return pa.RecordBatch.from_arrays(columns, schema=table.schema)


def numbers(batch: pa.RecordBatch | pa.Table, name: str) -> NDArray[np.int64]:
    """A column of whole numbers, days or times as int64."""
    column = batch.column(name)
    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    return np.asarray(column.cast(pa.int64()).to_numpy(zero_copy_only=False), np.int64)


def counted(
    batches: Iterable[pa.RecordBatch], layers: Sequence[Callable[[pa.RecordBatch], Found]]
) -> Iterator[pa.RecordBatch]:
    """Rows of COUNTED, with the key that brings a trace's rows together.

    Args:
        batches: account_id, event_date, ts, and what the layers read.
        layers: From a batch to its traces; a layer is known by its place from here on.
    """
    for batch in together(batches):
        found = [layer(batch) for layer in layers]
        rows = np.concatenate([each.rows for each in found])
        trace = np.concatenate([each.values for each in found])
        layer = np.repeat(np.arange(len(found)), [len(each.rows) for each in found])
        account = numbers(pa.table({"of": xxhash64(batch.column("account_id"))}), "of")[rows]
        day, ts = numbers(batch, "event_date")[rows], numbers(batch, "ts")[rows]
        same = groups(trace, account, day * LAYERS + layer)
        at = same.first
        yield pa.RecordBatch.from_arrays(
            [
                pa.array(mixed(trace[at], layer[at])),
                *(pa.array(each[at]) for each in (layer, trace, account, day)),
                pa.array(same.sizes()),
                pa.array(same.least(ts)),
                pa.array(same.most(ts)),
                batch.column("account_id").take(pa.array(rows[at])),
            ],
            names=[KEY, *COUNTED.names],
        )


def keyed(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Rows of COUNTED with the key that brings a trace's rows together."""
    for batch in batches:
        key = mixed(numbers(batch, "trace"), numbers(batch, "layer"))
        columns = (batch.column(name) for name in COUNTED.names)
        yield pa.RecordBatch.from_arrays([pa.array(key), *columns], names=[KEY, *COUNTED.names])


def merged(rows: pa.Table) -> pa.Table:
    """Rows of MERGED, one an account, trace and day, from COUNTED of whole traces."""
    trace, account, day, layer = (
        numbers(rows, name) for name in ("trace", "account", "day", "layer")
    )
    same = groups(trace, account, day * LAYERS + layer)
    at = same.first
    layer, trace, account, day = (each[at] for each in (layer, trace, account, day))
    week = groups(trace, account, layer)
    held = groups(trace[week.first], layer[week.first], np.zeros(len(week), np.int64))
    return pa.table(
        [
            *(pa.array(each) for each in (layer, trace, account, day)),
            pa.array(same.sums(numbers(rows, "exchanges"))),
            pa.array(same.least(numbers(rows, "first_ts"))),
            pa.array(same.most(numbers(rows, "last_ts"))),
            rows.column("account_id").take(pa.array(at)),
            pa.array(week.sizes()[week.of]),
            pa.array(held.sizes()[held.of][week.of]),
        ],
        schema=MERGED,
    )
