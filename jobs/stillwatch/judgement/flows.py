"""Which groups are the two ends of one operation: some collect answers, others send them back?

Answers and signatures that go from most accounts of one group to most accounts of another, in
whatever direction, are one operation's, unless those whose answers they were are a community that
nothing else ties to the other: a firm or a class half of which was robbed. Either end stands or
falls by its own evidence besides: an account from which something was taken is a victim where its
takers are no group of its own kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.judgement.grouping import TRACES, polars, split
from stillwatch.kernels.blocks import KEY, spark_json
from stillwatch.kernels.tally import groups
from stillwatch.kernels.traces import Found, listed, numbers, together
from stillwatch.kernels.xxhash import xxhash64

DIRECTED = ("signature_replay", "response_reuse")
TAKEN = pa.schema(
    [
        *(("layer", pa.string()), ("trace", pa.int64())),
        *(("role", pa.string()), ("account_id", pa.string())),
    ]
)
# Of a signature: who got it, or sent it back, in how many exchanges.
SIGNED = pa.schema([(name, pa.int64()) for name in ("trace", "account", "sent", "exchanges")])
# Of each group's accounts, those that give to the other, or take from it.
MIN_REACHED = 0.5
# Those whose answers they were are a community where more share what nobody at the other end has.
MAX_APART = 0.5


def moved(traces: Any, accounts: pl.Series) -> pl.DataFrame:
    """What accounts took from one another: taker and issuer, each pair once.

    Args:
        traces: silver.traces, as a table that tasks read.
        accounts: Whose takings are asked for, each once.
    """
    describe = partial(_taken, accounts.to_arrow().cast(pa.string()))
    ends = polars(traces.map_batches(describe, TAKEN.names, spark_json(TAKEN)).frame()).unique()
    taken = ends.filter(pl.col("role") == "redeemed").rename({"account_id": "taker"})
    given = ends.filter(pl.col("role") == "issued").rename({"account_id": "issuer"})
    pairs = taken.join(given, on=["layer", "trace"], how="inner").select("taker", "issuer")
    return pairs.unique().sort("taker", "issuer")


def _taken(accounts: pa.Array, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Rows of TAKEN that are of these accounts."""
    directed = pa.array(DIRECTED)
    chosen = (b.filter(pc.is_in(b.column("layer"), value_set=directed)) for b in batches)
    for batch in together(chosen):
        rows = batch.filter(pc.is_in(batch.column("account_id"), value_set=accounts))
        # Every day on which it happened has a row.
        each = pl.DataFrame(pl.from_arrow(rows)).unique().to_arrow()
        yield from each.select(TAKEN.names).cast(TAKEN).to_batches()


def signatures(exchanges: Any, members: pl.DataFrame) -> pl.DataFrame:
    """Signatures that one member of a group got and another sent: traces of both exchanges.

    Args:
        exchanges: silver.exchanges, as a table that tasks read.
        members: group, account_id.

    Returns:
        group, layer, trace (the signature's hash), accounts, exchanges.
    """
    names = members["account_id"].unique().to_arrow().cast(pa.string())
    columns = ("account_id", "signatures_issued", "signatures_sent")
    found = exchanges.cut(partial(_signed, names), columns, SIGNED)
    code = xxhash64(members["account_id"].to_arrow().cast(pa.string()))
    theirs = members.select("group", account=pl.Series(code, dtype=pl.Int64))
    each = polars(found.batches(_crossed, spark_json(SIGNED)).frame()).join(theirs, on="account")
    got = each.filter(pl.col("sent") == 0).select("group", "trace", issuer="account").unique()
    sent = each.filter(pl.col("sent") == 1).rename({"account": "taker"})
    return (
        sent.join(got, on=["group", "trace"], how="inner")
        .filter(pl.col("taker") != pl.col("issuer"))
        .group_by("group", "trace")
        .agg(
            accounts=(pl.col("taker").n_unique() + pl.col("issuer").n_unique()).cast(pl.Int64),
            exchanges=pl.col("exchanges").sum() + pl.col("issuer").n_unique().cast(pl.Int64),
        )
        .with_columns(layer=pl.lit("signature"))
        .select(list(TRACES))
        .sort("group", "layer", "trace")
    )


def _signed(names: pa.Array, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Rows of SIGNED, keyed by signature, of these accounts."""
    for batch in together(batches):
        theirs = batch.filter(pc.is_in(batch.column("account_id"), value_set=names))
        account = xxhash64(theirs.column("account_id")).to_numpy(zero_copy_only=False)
        got, sent = (listed(theirs.column(f"signatures_{end}")) for end in ("issued", "sent"))
        both: Found = got.and_(sent)
        is_sent = np.repeat([0, 1], [len(got.rows), len(sent.rows)])
        each = (both.values, account[both.rows], is_sent, np.ones(len(is_sent), np.int64))
        yield pa.RecordBatch.from_arrays(
            [pa.array(one) for one in (both.values, *each)], names=[KEY, *SIGNED.names]
        )


def _crossed(rows: pa.Table) -> Iterator[pa.RecordBatch]:
    """Rows of SIGNED, one a signature, account and end, of what one got and another sent."""
    trace, account, sent, exchanges = (numbers(rows, name) for name in SIGNED.names)
    nothing = np.zeros(len(trace), np.int64)
    same = groups(trace, nothing, nothing)
    crosses = (same.least(sent) < same.most(sent)) & (same.least(account) < same.most(account))
    ends = groups(trace, account, sent)
    at = ends.first
    columns = (trace[at], account[at], sent[at], ends.sums(exchanges))
    kept = crosses[same.of][at]
    yield pa.RecordBatch.from_arrays([pa.array(each[kept]) for each in columns], schema=SIGNED)


def joined(members: pl.DataFrame, pairs: pl.DataFrame, shared: pl.DataFrame) -> dict[int, int]:
    """The group that each group that is not alone goes into, always one with a lower number.

    Args:
        members: group, account_id.
        pairs: taker, issuer.
        shared: layer, trace, account_id: organisations, and payments and networks of few.
    """
    if not pairs.height:
        return {}
    between = (
        pairs.join(members.rename({"group": "to"}), left_on="taker", right_on="account_id")
        .join(members.rename({"group": "from"}), left_on="issuer", right_on="account_id")
        .filter(pl.col("to") != pl.col("from"))
    )
    sizes = dict(members.group_by("group").len().iter_rows())
    reached = between.group_by("to", "from").agg(
        takers=pl.col("taker").n_unique(), issuers=pl.col("issuer").n_unique()
    )
    held = members.join(shared, on="account_id").group_by("group", "layer", "trace")
    holders = {
        group: dict(zip(part.select("layer", "trace").iter_rows(), part["n"], strict=True))
        for group, part in split(held.agg(n=pl.col("account_id").n_unique())).items()
    }
    into: dict[int, int] = {}

    def root(group: int) -> int:
        while group in into:
            group = into[group]
        return group

    def is_community(end: int, other: int) -> bool:
        alone = holders.get(end, {}).keys() - holders.get(other, {}).keys()
        return any(holders[end][one] > MAX_APART * sizes[end] for one in alone)

    for to, came, takers, issuers in reached.sort("to", "from").iter_rows():
        ends = sorted((takers / sizes[to], issuers / sizes[came]))
        if ends[0] >= MIN_REACHED and not is_community(came, to):
            low, high = sorted((root(to), root(came)))
            if low != high:
                into[high] = low
    return {group: root(group) for group in into}
