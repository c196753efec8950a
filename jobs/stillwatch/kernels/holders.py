"""Which accounts hold each trace, and which traces do the same accounts hold?

Traces that exactly the same accounts hold are one unit: one coincidence, not twenty. Two traces
have the same holders if their number, the exclusive or of their codes and a sum of them agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from stillwatch.kernels.attribution import ranges
from stillwatch.kernels.blocks import KEY
from stillwatch.kernels.tally import groups, mixed
from stillwatch.kernels.traces import numbers
from stillwatch.kernels.xxhash import xxhash64

LONGS = pa.list_(pa.int64())
HELD = pa.schema([(name, pa.int64()) for name in ("layer", "trace", "account", "exchanges")])
# Holders stand in the order of their codes. `focus` is the mean share that holders give the trace
# of their traffic, in billionths; `traffic` all that they send; `spans` how many traces.
UNITS = pa.schema(
    [
        *(
            (name, pa.int64())
            for name in (
                *("layer", "trace", "d", "holders_xor", "holders_sum"),
                *("exchanges", "traffic", "focus", "spans"),
            )
        ),
        ("accounts", LONGS),
        ("sent", LONGS),
    ]
)
BILLION = 1_000_000_000


class Activity(NamedTuple):
    """Active accounts by their codes, ascending.

    Attributes:
        codes: xxhash64 of each account's id, shape (A,).
        exchanges: What each sends in all, shape (A,).
        names: Their ids.
    """

    codes: NDArray[np.int64]
    exchanges: NDArray[np.int64]
    names: pa.Array

    @classmethod
    def of(cls, names: pa.Array, exchanges: NDArray[np.int64]) -> Activity:
        """From ids, each once, and their exchanges."""
        codes = xxhash64(names).to_numpy(zero_copy_only=False)
        order = np.argsort(codes, kind="stable")
        return cls(codes[order], exchanges[order], names.take(pa.array(order)))

    @classmethod
    def counted(cls, rows: pa.Table) -> Activity:
        """From a row an account: account_id, n."""
        return cls.of(rows.column("account_id").combine_chunks(), numbers(rows, "n"))

    def at(self, accounts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Place of each account; all of them are active."""
        return np.minimum(np.searchsorted(self.codes, accounts), max(len(self.codes) - 1, 0))


def held(
    batches: Iterable[pa.RecordBatch], layers: Sequence[str], kept: Sequence[str]
) -> Iterator[pa.RecordBatch]:
    """Rows of HELD, keyed by trace, of what several accounts hold in silver.traces.

    A layer is its place in `layers` from here.

    Args:
        batches: layer, trace, role, account_id, exchanges, holders.
        layers: Names of all layers.
        kept: The layers whose rows are wanted.
    """
    wanted = pa.array(kept, pa.string())
    for batch in batches:
        chosen = pc.and_(_linkable(batch), pc.greater(batch.column("holders"), 1))
        chosen = pc.and_(chosen, pc.is_in(batch.column("layer"), value_set=wanted))
        yield _keyed_by_trace(batch.filter(chosen), layers)


def _linkable(batch: pa.RecordBatch) -> pa.BooleanArray:
    """A victim, from whom an answer or a signature was taken, is never linked for that."""
    return pc.not_equal(batch.column("role"), "issued")


def _layer(rows: pa.RecordBatch, layers: Sequence[str]) -> NDArray[np.int64]:
    found = pc.index_in(rows.column("layer"), value_set=pa.array(layers)).cast(pa.int64())
    return np.asarray(found.to_numpy(zero_copy_only=False), np.int64)


def _account(rows: pa.RecordBatch) -> NDArray[np.int64]:
    return np.asarray(xxhash64(rows.column("account_id")).to_numpy(zero_copy_only=False), np.int64)


def _keyed_by_trace(rows: pa.RecordBatch, layers: Sequence[str]) -> pa.RecordBatch:
    layer, trace = _layer(rows, layers), numbers(rows, "trace")
    made = (mixed(trace, layer), layer, trace, _account(rows), numbers(rows, "exchanges"))
    return pa.RecordBatch.from_arrays([pa.array(each) for each in made], names=[KEY, *HELD.names])


class Holdings(NamedTuple):
    """One row an account and trace of the week; `of` is the trace's number, from 0."""

    layer: NDArray[np.int64]
    trace: NDArray[np.int64]
    account: NDArray[np.int64]
    exchanges: NDArray[np.int64]
    of: NDArray[np.int64]
    holders: NDArray[np.int64]


def holdings(rows: pa.Table) -> Holdings:
    """The week's holdings of a part, from HELD of whole traces."""
    layer, trace, account, exchanges = (numbers(rows, name) for name in HELD.names)
    same = groups(trace, account, layer)
    at = same.first
    by = groups(trace[at], layer[at], np.zeros(len(at), np.int64))
    sent = same.sums(exchanges)
    return Holdings(layer[at], trace[at], account[at], sent, by.of, by.sizes())


def met(of: Holdings, activity: Activity) -> pa.Table:
    """Rows of UNITS: the traces that two accounts or more hold, each with its holders."""
    several = of.holders[of.of] > 1
    number = np.cumsum(of.holders > 1) - 1
    trace_of, account = number[of.of[several]], of.account[several]
    order = np.lexsort((account, trace_of))
    trace_of, account = trace_of[order], account[order]
    at = np.flatnonzero(several)[order]
    d = of.holders[of.holders > 1]
    starts = np.concatenate([[0], np.cumsum(d)])
    total, sent = activity.exchanges[activity.at(account)], of.exchanges[at]
    share = np.minimum(1.0, sent / np.maximum(total, 1))
    begin, first = starts[:-1], at[starts[:-1]] if len(d) else np.empty(0, np.int64)

    def over(add: np.ufunc, values: NDArray[np.generic]) -> NDArray[np.int64]:
        reduced = add.reduceat(values, begin) if len(begin) else np.empty(0, values.dtype)
        return np.asarray(reduced)

    focus = np.round(over(np.add, share) / np.maximum(d, 1) * BILLION).astype(np.int64)
    made = (
        *(of.layer[first], of.trace[first], d, over(np.bitwise_xor, account)),
        *(over(np.add, account & (2**31 - 1)), over(np.add, sent), over(np.add, total)),
        *(focus, np.ones(len(d), np.int64)),
    )
    lists = (lists_of(starts, values) for values in (account, sent))
    return pa.table([*(pa.array(each) for each in made), *lists], schema=UNITS)


def lists_of(starts: NDArray[np.int64], values: NDArray[np.int64]) -> pa.ListArray:
    """List i is values[starts[i]:starts[i + 1]]."""
    return pa.ListArray.from_arrays(pa.array(starts, pa.int32()), pa.array(values, pa.int64()))


def flat(rows: pa.Table, name: str) -> NDArray[np.int64]:
    """The entries of a column of lists, one list after the other."""
    column = rows.column(name).combine_chunks().flatten()
    return np.asarray(column.to_numpy(zero_copy_only=False), np.int64)


def by_group(rows: pa.Table, known: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    """Of each trace the groups whose accounts hold it.

    Args:
        rows: Rows of UNITS.
        known: account and group, in the order of accounts, shape (m, 2).

    Returns:
        Place of the trace in `rows`, group, how many of its accounts hold it, in how many
        exchanges; each of shape (pairs of trace and group,).
    """
    d = numbers(rows, "d")
    at, count = ranges(known[:, 0], flat(rows, "accounts"))
    row = np.repeat(np.repeat(np.arange(len(d)), d), count)
    group = known[at, 1]
    same = groups(row, group, np.zeros(len(row), np.int64))
    sent = same.sums(np.repeat(flat(rows, "sent"), count))
    return row[same.first], group[same.first], same.sizes(), sent


def units(rows: pa.Table) -> pa.Table:
    """Rows of UNITS, one a unit: it goes by its most focused trace, of several by the smallest.

    Taking units of units' parts gives the same as taking them of all at once.
    """
    layer, trace, d, xor, total, exchanges, _, focus, spans = (
        numbers(rows, name) for name in UNITS.names[:9]
    )
    same = groups(xor, total, d * 64 + layer)
    order = np.lexsort((trace, -focus, same.of))
    kept = rows.take(pa.array(order[_first(same.of[order])]))
    made = {
        "exchanges": pa.array(same.sums(exchanges)),
        "spans": pa.array(same.sums(spans)),
    }
    return pa.table([made.get(name, kept[name]) for name in UNITS.names], schema=UNITS)


def _first(ascending: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which entries differ from the one before them."""
    return np.concatenate([[True], ascending[1:] != ascending[:-1]])[: len(ascending)]


def keyed(rows: pa.Table) -> pa.RecordBatch:
    """Rows of UNITS with the key that brings those of the same holders together."""
    key = mixed(
        numbers(rows, "holders_xor"), numbers(rows, "holders_sum") * 64 + numbers(rows, "layer")
    )
    (batch,) = rows.add_column(0, KEY, pa.array(key)).combine_chunks().to_batches() or (None,)
    return batch
