"""What else does a group say, that too few of its accounts share to have formed it?

A template with many variants has rare ones, and a campaign tries what is refused before it sends
what is answered. A clause whose holders are members of one group, more of them than chance
explains, is the group's as well where it comes in exchanges that are the group's by other clauses;
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
from stillwatch.judgement.attribution import first_of, index_of, members_of, traces_of
from stillwatch.judgement.grouping import TRACES, polars
from stillwatch.judgement.held import CLAUSE, LAYERS, REFUSED, Held
from stillwatch.kernels.attribution import VARIANT, Index, Members, carried, ranges
from stillwatch.kernels.blocks import KEY, spark_json
from stillwatch.kernels.holders import Activity, by_group
from stillwatch.kernels.null_model import benjamini_hochberg
from stillwatch.kernels.tally import groups
from stillwatch.kernels.traces import listed, numbers, together
from stillwatch.kernels.xxhash import xxhash64

NOBODY = -1
# A row of NOBODY tells how many clauses of a layer were looked at, as `exchanges`.
CLAUSES = pa.schema(
    [
        (name, pa.int64())
        for name in (
            *("group", "layer", "trace", "d", "holders_xor", "holders_sum"),
            *("accounts", "exchanges"),
        )
    ]
)
UNIT = ("layer", "d", "holders_xor", "holders_sum")
FOUND = {
    **{"group": pl.Int64, "is_refused": pl.Boolean, "rivals": pl.UInt32, "trace": pl.Int64},
    **{"accounts": pl.Int64, "exchanges": pl.Int64},
}
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
    # A group that is known by its software alone says nothing of its own.
    said = own.filter(pl.col("layer") == CLAUSE)
    members = members.join(said, on="group", how="semi")
    if not members.height:
        return nothing
    found = candidates(shared, members, activity, settings).join(
        said, on=["group", "trace"], how="anti"
    )
    if not found.height:
        return nothing
    asked = np.unique(found["trace"].to_numpy())
    beside = exchanges.cut(
        partial(_beside, asked, index_of(said), members_of(members)), ("account_id", *READ), BESIDE
    )
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
        group, is_refused, rivals (how many groups a clause could be of), trace, accounts,
        exchanges.
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
    is_count = pl.col("group") == NOBODY
    looked = rows.filter(is_count).group_by("layer").agg(looked=pl.col("exchanges").sum())
    enough = (pl.col("layer") == LAYERS.index(REFUSED)) | (pl.col("d") >= settings.min_holders)
    found = (
        rows.filter(~is_count & enough)
        .join(looked, on="layer")
        .join(_shares(members, account, activity), on="group")
        .with_columns(
            others=pl.col("accounts") - 1, rivals=pl.col("group").n_unique().over("layer", "trace")
        )
        .sort("group", "layer", "trace")
    )
    # Clauses of the same holders are one coincidence, and one test.
    units = found.unique(["group", *UNIT], maintain_order=True)
    p = binom.sf(*(units[n].to_numpy() for n in ("others", "d", "share")))
    tests = units["looked"].to_numpy() * members["group"].n_unique()
    priced = [
        part.with_columns(
            q=pl.Series(benjamini_hochberg(part["p"].to_numpy(), tests=int(part["tests"][0])))
        )
        for part in units.with_columns(p=pl.Series(p), tests=pl.Series(tests)).partition_by(
            "group", "layer"
        )
    ]
    if not priced:
        return pl.DataFrame(schema=FOUND)
    kept = pl.concat(priced).filter(pl.col("q") <= settings.alpha)
    return found.join(kept, on=["group", *UNIT], how="semi").select(
        *("group", (pl.col("layer") == LAYERS.index(REFUSED)).alias("is_refused"), "rivals"),
        *("trace", pl.col("d").alias("accounts"), "exchanges"),
    )


def _shares(members: pl.DataFrame, account: NDArray[np.int64], activity: Activity) -> pl.DataFrame:
    """group, share: how likely a clause's holder is a member, if anybody may be.

    The larger of its shares of accounts and of traffic: a clause is held once by whoever has it,
    and whoever sends more has more of them.
    """
    sent = pl.Series(activity.exchanges[activity.at(account)])
    of_all = (max(1, len(activity.codes)), max(1, int(activity.exchanges.sum())))
    return (
        members.with_columns(sent=sent)
        .group_by("group")
        .agg(accounts=pl.len(), sent=pl.col("sent").sum())
        .select(
            "group",
            share=pl.max_horizontal(pl.col("accounts") / of_all[0], pl.col("sent") / of_all[1]),
        )
    )


def chosen(found: pl.DataFrame, met: pl.DataFrame, settings: JudgeSettings) -> pl.DataFrame:
    """Candidates that go with their group: rows of grouping.TRACES.

    One that adds no exchange of a member's is left out; of the rest those in most exchanges stay.

    Args:
        found: As of `candidates`.
        met: trace, group (that an exchange with it belongs to, else NOBODY), exchanges.
        settings: Of all exchanges with a clause, how many are the group's, or were refused.
    """
    of_trace = met.group_by("trace").agg(
        carried=pl.col("exchanges").sum(),
        grouped=pl.col("exchanges").filter(pl.col("group") != NOBODY).sum(),
    )
    beside = pl.col("beside").fill_null(0)
    is_alone = pl.col("is_refused") & (pl.col("rivals") == 1) & (pl.col("grouped") == 0)
    kept = (
        found.join(met.rename({"exchanges": "beside"}), on=["trace", "group"], how="left")
        .join(of_trace, on="trace")
        .filter(
            beside < pl.when("is_refused").then(pl.col("carried")).otherwise(pl.col("exchanges"))
        )
        .filter(
            (beside >= settings.min_beside * pl.col("carried"))
            | (is_alone & (pl.col("exchanges") >= settings.min_refused * pl.col("carried")))
        )
    )
    return (
        kept.sort("group", "trace", "is_refused")
        .unique(["group", "trace"], keep="first", maintain_order=True)
        .sort("exchanges", "group", "trace", descending=[True, False, False])
        .group_by("group", maintain_order=True)
        .head(settings.max_units)
        .with_columns(layer=pl.lit(VARIANT))
        .select(list(TRACES))
        .sort("group", "trace")
    )


def _held_by(known: NDArray[np.int64], min_own: float, rows: pa.Table) -> Iterator[pa.RecordBatch]:
    """Rows of CLAUSES: of each clause the groups that have nearly all of its holders.

    Args:
        known: account and group, in the order of accounts.
        min_own: How many of a clause's holders.
        rows: holders.UNITS.
    """
    codes = [LAYERS.index(CLAUSE), LAYERS.index(REFUSED)]
    rows = rows.filter(pa.array(np.isin(numbers(rows, "layer"), codes)))
    layer, trace, d = (numbers(rows, name) for name in ("layer", "trace", "d"))
    of, group, have, theirs = by_group(rows, known)
    kept = (have >= 2) & (have >= min_own * d[of])
    columns = {
        **{name: numbers(rows, name)[of[kept]] for name in UNIT},
        **{"group": group[kept], "trace": trace[of[kept]]},
        **{"accounts": have[kept], "exchanges": theirs[kept]},
    }
    yield pa.RecordBatch.from_arrays(
        [pa.array(columns[name]) for name in CLAUSES.names], schema=CLAUSES
    )
    for code in np.unique(layer).tolist():
        counted = {"group": NOBODY, "layer": code, "exchanges": int((layer == code).sum())}
        yield pa.RecordBatch.from_pylist([dict.fromkeys(CLAUSES.names, 0) | counted], CLAUSES)


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
