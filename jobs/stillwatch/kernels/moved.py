"""What was issued to one account and sent back by another?

Values are what an account got (spans of answers, signatures) and what it sent; both ends of a value
meet in the part that it belongs to. What one account alone got and another sent later has moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa

from stillwatch.kernels.blocks import KEY
from stillwatch.kernels.tally import groups, mixed
from stillwatch.kernels.traces import Found, numbers, together
from stillwatch.kernels.xxhash import xxhash64

ENDS = pa.schema(
    [(name, pa.int64()) for name in ("layer", "got", "value", "account", "exchange", "ts", "day")]
)
MET = pa.schema(
    [
        (name, pa.int64())
        for name in (
            *("layer", "value", "account", "exchange", "ts", "day"),
            *("issuer", "issued_at", "issued_on"),
        )
    ]
)
MOVED = pa.schema(
    [
        (name, pa.int64())
        for name in (
            *("layer", "trace", "redeemed", "account", "day"),
            *("exchanges", "first_ts", "last_ts"),
        )
    ]
)
HIGHEST, LOWEST = np.iinfo(np.int64).max, np.iinfo(np.int64).min
Directed = Callable[[pa.RecordBatch], tuple[Found, Found]]


def ends(batches: Iterable[pa.RecordBatch], layers: Sequence[Directed]) -> Iterator[pa.RecordBatch]:
    """Rows of ENDS, with the key that brings both ends of a value together.

    Args:
        batches: exchange_id, account_id, event_date, ts, and what the layers read.
        layers: From a batch to what its accounts got and what they sent.
    """
    for batch in together(batches):
        account, exchange = (
            numbers(pa.table({"of": xxhash64(batch.column(name))}), "of")
            for name in ("account_id", "exchange_id")
        )
        ts, day = numbers(batch, "ts"), numbers(batch, "event_date")
        for place, layer in enumerate(layers):
            for got, found in zip((1, 0), layer(batch), strict=True):
                code, is_got = np.full((2, len(found.rows)), [[place], [got]], np.int64)
                of = (each[found.rows] for each in (account, exchange, ts, day))
                yield _batch((mixed(found.values, code), code, is_got, found.values, *of), ENDS)


def met(rows: pa.Table, unsaid: Sequence[int]) -> Iterator[pa.RecordBatch]:
    """Rows of MET, keyed by exchange: values that one account got and another sent later.

    Args:
        rows: ENDS of whole values.
        unsaid: Layers in which a value counts only if nobody had sent it before it was issued.
    """
    layer, got, value, account, exchange, ts, day = (numbers(rows, name) for name in ENDS.names)
    same = groups(value, layer, np.zeros(len(value), np.int64))
    is_got = got == 1
    issuer = same.least(np.where(is_got, account, HIGHEST))
    one = issuer == same.most(np.where(is_got, account, LOWEST))
    issued_at, issued_on = (same.least(np.where(is_got, each, HIGHEST)) for each in (ts, day))
    first_sent = same.least(np.where(is_got, HIGHEST, ts))
    counts = one & (~np.isin(layer[same.first], unsaid) | (first_sent > issued_at))
    of = same.of
    kept = np.flatnonzero(~is_got & counts[of] & (account != issuer[of]) & (ts > issued_at[of]))
    sent = (each[kept] for each in (layer, value, account, exchange, ts, day))
    back = (each[of[kept]] for each in (issuer, issued_at, issued_on))
    yield _batch((exchange[kept], *sent, *back), MET)


def moved(rows: pa.Table, at_least: Sequence[int]) -> Iterator[pa.RecordBatch]:
    """Rows of MOVED, keyed by account, one an exchange: who redeemed, and who was taken from.

    Args:
        rows: MET of whole exchanges.
        at_least: How many values of one issuer an exchange of each layer must hold.
    """
    layer, value, account, exchange, ts, day, issuer, issued_at, issued_on = (
        numbers(rows, name) for name in MET.names
    )
    once = groups(value, exchange, issuer ^ layer).first
    same = groups(exchange[once], issuer[once], layer[once])
    kept = same.sizes() >= np.array(at_least)[layer[once][same.first]]
    at = once[same.first[kept]]
    since, on = (same.least(each[once])[kept] for each in (issued_at, issued_on))
    ones, zeros = np.ones(len(at), np.int64), np.zeros(len(at), np.int64)
    redeemed = (
        account[at],
        layer[at],
        issuer[at],
        ones,
        account[at],
        day[at],
        ones,
        ts[at],
        ts[at],
    )
    taken = (issuer[at], layer[at], issuer[at], zeros, issuer[at], on, ones, since, since)
    yield _batch(redeemed, MOVED)
    yield _batch(taken, MOVED)


def totals(rows: pa.Table) -> Iterator[pa.RecordBatch]:
    """Rows of MOVED, one an account, trace, end and day."""
    layer, trace, redeemed, account, day, exchanges, first, last = (
        numbers(rows, name) for name in MOVED.names
    )
    same = groups(trace, account, (day * 2 + redeemed) * 64 + layer)
    at = same.first
    kept = (each[at] for each in (layer, trace, redeemed, account, day))
    made = (same.sums(exchanges), same.least(first), same.most(last))
    columns = [pa.array(each) for each in (*kept, *made)]
    yield pa.RecordBatch.from_arrays(columns, schema=MOVED)


def _batch(columns: tuple[np.ndarray, ...], schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(
        [pa.array(each) for each in columns], names=[KEY, *schema.names]
    )
