"""Which exchanges of the week belong to which group? Looked up by trace, next to the data."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from stillwatch.judgement.grouping import polars
from stillwatch.kernels.attribution import (
    LAYERS,
    Carried,
    Combined,
    Index,
    Members,
    added,
    carried,
    combined,
)
from stillwatch.kernels.blocks import KEY, spark_json
from stillwatch.kernels.holders import lists_of
from stillwatch.kernels.traces import Found, listed, numbers, single, together
from stillwatch.kernels.xxhash import xxhash64

# Columns of silver.exchanges that hold the traces of LAYERS.
TRACES = (
    *("spans", "system_hash", "system_spans", "tools_hash", "near_bands"),
    *("signatures_issued", "signatures_sent"),
)
INDEXED = ("layer", "trace", "group", "accounts", "exchanges")
ADDED = ("group", "layer", "trace", "matches")
LONGS = pa.list_(pa.int64())
COMBINED = pa.schema(
    [
        ("account_id", pa.string()),
        ("groups", LONGS),
        ("matches", LONGS),
        ("exchanges", pa.int64()),
    ]
)


def index_of(own: pl.DataFrame) -> Index:
    """Of the groups' own traces, rows of grouping.TRACES."""
    return Index.build(*(own[name].to_list() for name in INDEXED))


def members_of(frame: pl.DataFrame) -> Members:
    """Of the groups' accounts: group, account_id."""
    return Members.build(frame["account_id"].to_list(), frame["group"].to_list())


def traces_of(batch: pa.RecordBatch) -> list[Found]:
    """The traces of each layer of LAYERS."""
    signed = (listed(batch.column(name)) for name in ("signatures_issued", "signatures_sent"))
    issued, sent = signed
    return [
        listed(batch.column("spans")),
        single(batch.column("system_hash")),
        listed(batch.column("system_spans")),
        single(batch.column("tools_hash")),
        listed(batch.column("near_bands")),
        issued.and_(sent),
    ]


def attributed(
    index: Index, members: Members, columns: tuple[str, ...], batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """One row an exchange that belongs to a group.

    Args:
        index: The groups' own traces; of groups with as many in one the lower has it.
        members: The groups' accounts.
        columns: Columns of silver.exchanges to keep.
        batches: Those columns, account_id and TRACES.

    Yields:
        The columns asked for, then group, layer and trace (the reason) and matches (how many of
        the group's traces the exchange carries).
    """
    layers = pa.array(LAYERS)
    for batch in together(batches):
        hit = first_of(batch, carried(traces_of(batch), index), members)
        rows = pa.array(hit.rows)
        yield pa.RecordBatch.from_arrays(
            [
                *(batch.column(name).take(rows) for name in columns),
                pa.array(hit.groups, pa.int64()),
                layers.take(pa.array(hit.layers, pa.int64())),
                pa.array(hit.traces, pa.int64()),
                pa.array(hit.matches, pa.int64()),
            ],
            names=[*columns, *ADDED],
        )


def first_of(batch: pa.RecordBatch, hits: Carried, members: Members) -> Carried:
    """Of each exchange the first group that its account belongs to."""
    senders = batch.column("account_id").take(pa.array(hits.rows))
    return hits.where(members.hold(senders, hits.groups)).best()


def combinations(exchanges: Any, index: Index) -> pl.DataFrame:
    """How often each account sends each combination of groups, whoever it is.

    Args:
        exchanges: silver.exchanges, as a table that tasks read.
        index: The groups' own traces.

    Returns:
        account_id, groups, matches (of each group the traces that these exchanges carry together),
        exchanges; sorted.
    """
    found = exchanges.cut(partial(_combined, index), ("account_id", *TRACES), COMBINED).batches(
        _added, spark_json(COMBINED)
    )
    return polars(found.frame()).sort("account_id", "groups")


def depths(sent: pl.DataFrame) -> pl.DataFrame:
    """How many of a group's traces an account's exchanges carry: group, account_id, depth."""
    each = sent.explode("groups", "matches", empty_as_null=True, keep_nulls=True)
    return (
        each.group_by(pl.col("groups").alias("group"), "account_id")
        .agg(depth=pl.col("matches").sum() / pl.col("exchanges").sum())
        .sort("group", "account_id")
    )


def with_parts(
    sent: pl.DataFrame, parts: Mapping[int, int], gone: Collection[int] = ()
) -> pl.DataFrame:
    """Combinations with each part of a group counted as the group: columns as of `combinations`.

    Args:
        sent: As of `combinations`.
        parts: The group that each part belongs to.
        gone: Groups that are none; what is known by those alone is no combination any more.
    """
    return (
        sent.with_row_index("row")
        .explode("groups", "matches", empty_as_null=True, keep_nulls=True)
        .filter(~pl.col("groups").is_in(list(gone)))
        .with_columns(pl.col("groups").replace(parts))
        .group_by("row", "account_id", "exchanges", "groups")
        .agg(pl.col("matches").sum())
        .sort("row", "groups")
        .group_by("row", "account_id", "exchanges", maintain_order=True)
        .agg("groups", "matches")
        .select(sent.columns)
        .sort("account_id", "groups")
    )


def _combined(index: Index, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in together(batches):
        hits = carried(traces_of(batch), index)
        account = xxhash64(batch.column("account_id")).to_numpy(zero_copy_only=False)
        made = combined(hits, account)
        rows = hits.rows[np.flatnonzero(np.diff(hits.rows, prepend=-1))][made.first]
        names = batch.column("account_id").take(pa.array(rows))
        yield _rows(made, names).add_column(0, KEY, pa.array(account[rows]))


def _added(rows: pa.Table) -> Iterator[pa.RecordBatch]:
    names = rows.column("account_id").combine_chunks()
    account = xxhash64(names).to_numpy(zero_copy_only=False)
    groups, matches = (rows.column(name).combine_chunks() for name in ("groups", "matches"))
    sizes = _sizes(groups)
    flat = (each.flatten().to_numpy(zero_copy_only=False) for each in (groups, matches))
    of_groups, of_matches = flat
    made = added(account, of_groups, sizes, of_matches, numbers(rows, "exchanges"))
    yield _rows(made, names.take(pa.array(made.first)))


def _sizes(lists: pa.ListArray) -> NDArray[np.int64]:
    return np.asarray(lists.value_lengths().to_numpy(zero_copy_only=False), np.int64)


def _rows(made: Combined, names: pa.Array) -> pa.RecordBatch:
    starts = np.concatenate([[0], np.cumsum(made.sizes)])
    lists = (lists_of(starts, values) for values in (made.groups, made.matches))
    return pa.RecordBatch.from_arrays([names, *lists, pa.array(made.exchanges)], schema=COMBINED)
