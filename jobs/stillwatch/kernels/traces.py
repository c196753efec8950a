"""Which traces does each account have on each day, and how often?

Exchanges are taken some ten thousand at a time; what one account repeats on one day among them is
one row from there on. Rows of the same account, trace and day meet again in the part that the trace
belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
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
# Every row of a week passes through a shuffle in this form, so its numbers are narrow.
COUNTED = pa.schema(
    [
        ("layer", pa.int8()),
        ("trace", pa.int64()),
        ("account", pa.int64()),
        ("day", pa.int32()),
        ("exchanges", pa.int32()),
        ("first_ts", pa.int64()),
        ("last_ts", pa.int64()),
    ]
)
# Days of the week on which the account has the trace, and accounts that have it in the week.
MERGED = pa.schema([(name, pa.int64()) for name in (*COUNTED.names, "days", "holders")])


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
        made = (layer[at], trace[at], account[at], day[at], same.sizes())
        yield _keyed([*made, same.least(ts), same.most(ts)])


def keyed(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Rows of COUNTED, however wide, with the key that brings a trace's rows together."""
    for batch in batches:
        yield _keyed([numbers(batch, name) for name in COUNTED.names])


def _keyed(columns: Sequence[NDArray[np.int64]]) -> pa.RecordBatch:
    layer, trace = columns[:2]
    made = [pa.array(each).cast(of.type) for each, of in zip(columns, COUNTED, strict=True)]
    return pa.RecordBatch.from_arrays(
        [pa.array(mixed(trace, layer)), *made], names=[KEY, *COUNTED.names]
    )


def merged(rows: pa.Table, dropped: Collection[int]) -> pa.Table:
    """Rows of MERGED, one an account, trace and day, from COUNTED of whole traces.

    Args:
        rows: COUNTED, all rows of each trace.
        dropped: Layers of which no trace is kept that one account alone has.
    """
    trace, account, layer = (numbers(rows, name) for name in ("trace", "account", "layer"))
    of, first = groups(trace, layer, np.zeros(len(trace), np.int64))
    several = np.zeros(len(first), dtype=bool)
    several[of[account != account[first][of]]] = True
    rows = rows.filter(pa.array(several[of] | ~np.isin(layer, list(dropped))))
    layer, trace, account, day, exchanges, first_ts, last_ts = (
        numbers(rows, name) for name in COUNTED.names
    )
    same = groups(trace, account, day * LAYERS + layer)
    at = same.first
    layer, trace, account, day = (each[at] for each in (layer, trace, account, day))
    week = groups(trace, account, layer)
    held = groups(trace[week.first], layer[week.first], np.zeros(len(week), np.int64))
    made = (
        *(layer, trace, account, day),
        *(same.sums(exchanges), same.least(first_ts), same.most(last_ts)),
        *(week.sizes()[week.of], held.sizes()[held.of][week.of]),
    )
    return pa.table([pa.array(each) for each in made], schema=MERGED)
