"""What else does a group say, that too few of its accounts share to have formed it?

A template with many variants has rare ones, and a campaign tries what is refused before it sends
what is answered. A clause whose holders are members of one group, more of them than chance
explains, is the group's as well where it comes in exchanges that are the group's by other traces;
one that was refused may come alone, for what is refused is not sent a second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray
from scipy.stats import binom

from stillwatch.config import JudgeSettings
from stillwatch.judgement.attribution import TRACES as READ
from stillwatch.judgement.attribution import first_of, traces_of
from stillwatch.judgement.grouping import TRACES, polars
from stillwatch.judgement.held import CLAUSE, LAYERS, REFUSED, Held
from stillwatch.kernels.attribution import Index, Members, carried, ranges
from stillwatch.kernels.blocks import KEY, spark_json
from stillwatch.kernels.holders import Activity
from stillwatch.kernels.null_model import benjamini_hochberg
from stillwatch.kernels.tally import groups
from stillwatch.kernels.traces import listed, numbers, together
from stillwatch.kernels.xxhash import xxhash64

NOBODY = -1
# Of the group NOBODY a row tells how many traces were looked at, as `exchanges`.
CLAUSES = pa.schema(
    [(name, pa.int64()) for name in ("group", "layer", "trace", "d", "accounts", "exchanges")]
)
BESIDE = pa.schema([(name, pa.int64()) for name in ("trace", "group", "exchanges")])


def more(
    shared: Held,
    exchanges: Any,
    own: pl.DataFrame,
    members: pl.DataFrame,
    activity: Activity,
    settings: JudgeSettings,
) -> pl.DataFrame:
    """Further clauses of each group.

    Args:
        shared: Traces with their holders.
        exchanges: silver.exchanges, as a table that tasks read.
        own: Traces that the groups have: group, layer, trace.
        members: group, account_id.
        activity: Active accounts.
        settings: How many of a clause's holders are members, and by what chance.

    Returns:
        Rows of grouping.TRACES, none of them in `own`.
    """
    nothing = pl.DataFrame(schema=TRACES)
    if not members.height:
        return nothing
    found = candidates(shared, members, activity, settings).join(
        own.filter(pl.col("layer") == CLAUSE), on=["group", "trace"], how="anti"
    )
    if not found.height:
        return nothing
    index = Index.build(*(own[name].to_list() for name in ("layer", "trace", "group")))
    senders = Members.build(members["account_id"].to_list(), members["group"].to_list())
    asked = np.unique(found["trace"].to_numpy())
    beside = exchanges.cut(partial(_beside, asked, index, senders), ("account_id", *READ), BESIDE)
    met = polars(beside.batches(_summed, spark_json(BESIDE)).frame())
    return chosen(found, met, settings)


def candidates(
    shared: Held, members: pl.DataFrame, activity: Activity, settings: JudgeSettings
) -> pl.DataFrame:
    """Clauses that hardly anybody but a group's members has; one may be of several groups.

    Args:
        shared: Traces with their holders.
        members: group, account_id.
        activity: Active accounts.
        settings: How many of a clause's holders are members, and by what chance.

    Returns:
        group, is_refused, trace, accounts, exchanges.
    """
    code = xxhash64(members["account_id"].to_arrow().cast(pa.string()))
    account = code.to_numpy(zero_copy_only=False)
    known = np.stack([account, members["group"].to_numpy()], axis=1)
    known = known[np.lexsort((known[:, 1], known[:, 0]))]
    held_by = partial(_held_by, known, settings.min_own)
    rows = pl.concat(
        polars(blocks.each(held_by, spark_json(CLAUSES)).frame())
        for blocks in (shared.popular, shared.rare)
    )
    groups_asked = members["group"].n_unique()
    looked = int(rows.filter(pl.col("group") == NOBODY)["exchanges"].sum())
    sends = activity.exchanges / activity.exchanges.sum()
    part = members.with_columns(share=pl.Series(sends[activity.at(account)]))
    rows = rows.join(part.group_by("group").agg(pl.col("share").sum()), on="group").sort(
        "group", "layer", "trace"
    )
    # That so many of its holders are members, if any account may hold it as it sends.
    p = binom.sf(rows["accounts"].to_numpy() - 1, rows["d"].to_numpy(), rows["share"].to_numpy())
    q = benjamini_hochberg(p, tests=max(1, looked * groups_asked))
    enough = pl.col("is_refused") | (pl.col("d") >= settings.min_holders)
    return (
        rows.with_columns(is_refused=pl.col("layer") == LAYERS.index(REFUSED), q=pl.Series(q))
        .filter(enough & (pl.col("q") <= settings.alpha))
        .select("group", "is_refused", "trace", pl.col("d").alias("accounts"), "exchanges")
    )


def chosen(found: pl.DataFrame, met: pl.DataFrame, settings: JudgeSettings) -> pl.DataFrame:
    """Candidates that go with their group: rows of grouping.TRACES.

    Args:
        found: As of `candidates`.
        met: trace, group (that an exchange with it belongs to, else NOBODY), exchanges.
        settings: Of all exchanges with a clause, how many are the group's.
    """
    beside = met.with_columns(
        share=pl.col("exchanges") / pl.col("exchanges").sum().over("trace"),
        grouped=pl.col("exchanges").filter(pl.col("group") != NOBODY).sum().over("trace"),
    )
    of_nobody = beside.group_by("trace").agg(pl.col("grouped").first())
    kept = (
        found.with_columns(rivals=pl.col("group").n_unique().over("trace"))
        .join(beside.select("trace", "group", "share"), on=["trace", "group"], how="left")
        .join(of_nobody, on="trace", how="left")
        .filter(
            (pl.col("share").fill_null(0) >= settings.min_beside)
            | (pl.col("is_refused") & (pl.col("rivals") == 1) & (pl.col("grouped") == 0))
        )
    )
    return (
        kept.sort("group", "trace", "is_refused")
        .unique(["group", "trace"], keep="first", maintain_order=True)
        .with_columns(layer=pl.lit(CLAUSE))
        .select(list(TRACES))
    )


def _held_by(known: NDArray[np.int64], min_own: float, rows: pa.Table) -> Iterator[pa.RecordBatch]:
    """Rows of CLAUSES: of each clause the groups that have nearly all of its holders.

    Args:
        known: account and group, in the order of accounts.
        min_own: How many of a clause's holders.
        rows: holders.UNITS.
    """
    layer, trace, d = (numbers(rows, name) for name in ("layer", "trace", "d"))
    is_clause = np.isin(layer, [LAYERS.index(CLAUSE), LAYERS.index(REFUSED)])
    accounts, sent = (
        rows.column(name).combine_chunks().flatten().to_numpy(zero_copy_only=False)
        for name in ("accounts", "sent")
    )
    at, count = ranges(known[:, 0], accounts)
    row = np.repeat(np.repeat(np.arange(len(d)), d), count)
    same = groups(row, known[at, 1], np.zeros(len(row), np.int64))
    of, have = row[same.first], same.sizes()
    kept = is_clause[of] & (have >= 2) & (have >= min_own * d[of])
    of = of[kept]
    group = known[at, 1][same.first][kept]
    theirs = same.sums(np.repeat(sent, count))[kept]
    columns = (group, layer[of], trace[of], d[of], have[kept], theirs)
    yield pa.RecordBatch.from_arrays([pa.array(each) for each in columns], schema=CLAUSES)
    looked = dict.fromkeys(CLAUSES.names, 0) | {"group": NOBODY, "exchanges": int(is_clause.sum())}
    yield pa.RecordBatch.from_pylist([looked], schema=CLAUSES)


def _beside(
    asked: NDArray[np.int64],
    index: Index,
    members: Members,
    batches: Iterable[pa.RecordBatch],
) -> Iterator[pa.RecordBatch]:
    """Rows of BESIDE, keyed by the clause: to which group exchanges that carry it belong.

    Args:
        asked: Clauses, ascending.
        index: The groups' own traces.
        members: The groups' accounts.
        batches: account_id and the traces of exchanges.
    """
    for batch in together(batches):
        spans = listed(batch.column("spans"))
        place, count = ranges(asked, spans.values)
        row = np.repeat(spans.rows, count)
        # Hardly any exchange carries one of them: the others are not looked up.
        rows = np.unique(row)
        some = batch.take(pa.array(rows))
        hit = first_of(some, carried(traces_of(some), index), members)
        group = np.full(len(rows), NOBODY, np.int64)
        group[hit.rows] = hit.groups
        trace, of = asked[place], group[np.searchsorted(rows, row)]
        same = groups(trace, of, np.zeros(len(trace), np.int64))
        columns = (trace, trace, of)
        yield pa.RecordBatch.from_arrays(
            [*(pa.array(each[same.first]) for each in columns), pa.array(same.sizes())],
            names=[KEY, *BESIDE.names],
        )


def _summed(rows: pa.Table) -> Iterator[pa.RecordBatch]:
    trace, group, exchanges = (numbers(rows, name) for name in BESIDE.names)
    same = groups(trace, group, np.zeros(len(trace), np.int64))
    columns = (trace[same.first], group[same.first], same.sums(exchanges))
    yield pa.RecordBatch.from_arrays([pa.array(each) for each in columns], schema=BESIDE)
