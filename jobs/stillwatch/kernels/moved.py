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

# `end` is twice the layer, and one more for what an account got.
ENDS = pa.schema(
    [("end", pa.int8()), *((name, pa.int64()) for name in ("value", "account", "exchange", "ts"))]
)
MET = pa.schema(
    [
        (name, pa.int64())
        for name in (
            *("layer", "value", "account", "exchange", "ts"),
            *("issuer", "issued_at"),
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
DAY = 86_400_000_000  # microseconds
Directed = Callable[[pa.RecordBatch], tuple[Found, Found]]


def ends(batches: Iterable[pa.RecordBatch], layers: Sequence[Directed]) -> Iterator[pa.RecordBatch]:
    """Rows of ENDS, with the key that brings both ends of a value together.

    Args:
        batches: exchange_id, account_id, ts, and what the layers read.
        layers: From a batch to what its accounts got and what they sent.
    """
    for batch in together(batches):
        account, exchange = (
            numbers(pa.table({"of": xxhash64(batch.column(name))}), "of")
            for name in ("account_id", "exchange_id")
        )
        ts = numbers(batch, "ts")
        for place, layer in enumerate(layers):
            for got, found in zip((1, 0), layer(batch), strict=True):
                key = mixed(found.values, np.full(len(found.rows), place))
                end = np.full(len(found.rows), 2 * place + got, np.int8)
                of = (each[found.rows] for each in (account, exchange, ts))
                yield _batch((key, end, found.values, *of), ENDS)


def met(rows: pa.Table, unsaid: Sequence[int]) -> Iterator[pa.RecordBatch]:
    """Rows of MET, keyed by exchange: values that one account got and another sent later.

    Args:
        rows: ENDS of whole values.
        unsaid: Layers in which a value counts only if nobody had sent it before it was issued.
    """
    end, value, account, exchange, ts = (numbers(rows, name) for name in ENDS.names)
    layer, is_got = end // 2, end % 2 == 1
    same = groups(value, layer, np.zeros(len(value), np.int64))
    issuer = same.least(np.where(is_got, account, HIGHEST))
    one = issuer == same.most(np.where(is_got, account, LOWEST))
    issued_at = same.least(np.where(is_got, ts, HIGHEST))
    first_sent = same.least(np.where(is_got, HIGHEST, ts))
    counts = one & (~np.isin(layer[same.first], unsaid) | (first_sent > issued_at))
    of = same.of
    kept = np.flatnonzero(~is_got & counts[of] & (account != issuer[of]) & (ts > issued_at[of]))
    sent = (each[kept] for each in (layer, value, account, exchange, ts))
    back = (each[of[kept]] for each in (issuer, issued_at))
    yield _batch((exchange[kept], *sent, *back), MET)


def moved(rows: pa.Table, at_least: Sequence[int]) -> Iterator[pa.RecordBatch]:
    """Rows of MOVED, keyed by account, one an exchange: who redeemed, and who was taken from.

    Args:
        rows: MET of whole exchanges.
        at_least: How many values of one issuer an exchange of each layer must hold.
    """
    layer, value, account, exchange, ts, issuer, issued_at = (
        numbers(rows, name) for name in MET.names
    )
    once = groups(value, exchange, issuer ^ layer).first
    same = groups(exchange[once], issuer[once], layer[once])
    kept = same.sizes() >= np.array(at_least)[layer[once][same.first]]
    at = once[same.first[kept]]
    since = same.least(issued_at[once])[kept]
    ones, zeros = np.ones(len(at), np.int64), np.zeros(len(at), np.int64)
    redeemed = (
        account[at],
        layer[at],
        issuer[at],
        ones,
        account[at],
        ts[at] // DAY,
        ones,
        ts[at],
        ts[at],
    )
    on = since // DAY
    taken = (issuer[at], layer[at], issuer[at], zeros, issuer[at], on, ones, since, since)
    yield _batch(redeemed, MOVED)
    yield _batch(taken, MOVED)


def _batch(columns: tuple[np.ndarray, ...], schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(
        [pa.array(each) for each in columns], names=[KEY, *schema.names]
    )
