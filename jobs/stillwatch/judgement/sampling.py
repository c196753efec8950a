"""Which accounts get the same work items dealt, though no clause ties them together?

A queue that asks each item of k accounts leaves many prompts that exactly the same few accounts
sent, each time another few: no trace has enough holders to be a cluster. What ties them is that
the same two accounts meet again and again, in prompts that hardly anybody else sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from stillwatch.config import JudgeSettings
from stillwatch.judgement.grouping import TRACES, communities_of, polars
from stillwatch.judgement.held import NEAR
from stillwatch.kernels.blocks import KEY, spark_json
from stillwatch.kernels.holders import by_group, flat
from stillwatch.kernels.tally import groups, mixed
from stillwatch.kernels.traces import numbers

MEETINGS = pa.schema([(name, pa.int64()) for name in ("account_a", "account_b", "meetings")])
OWN = pa.schema([(name, pa.int64()) for name in ("group", "trace", "d", "accounts", "exchanges")])


def pools(few: Any, settings: JudgeSettings) -> pl.DataFrame:
    """Groups of accounts that meet in near-duplicate prompts: the traces of each.

    Args:
        few: Bands that few accounts have sent, with their holders: blocks of holders.UNITS.
        settings: How often two accounts have to meet, which prompts are a pool's own.

    Returns:
        group (from 0), layer, trace, accounts, exchanges.
    """
    met = few.then(_meetings, MEETINGS).batches(
        partial(_often, settings.min_meetings), spark_json(MEETINGS)
    )
    links = polars(met.frame()).with_columns(score=pl.col("meetings").cast(pl.Float64))
    if not links.height:
        return pl.DataFrame(schema=TRACES)
    # Who meets whom is chance within a pool: only parts that hardly meet at all are two pools.
    found = communities_of(links, settings, min_inside=0.8).sort("account_id")
    if not found.height:
        return pl.DataFrame(schema=TRACES)
    known = found.select("account_id", "group").to_numpy()
    own = polars(few.each(partial(_own, known), spark_json(OWN)).frame())
    return (
        own.filter(
            (pl.col("accounts") >= 2) & (pl.col("accounts") >= settings.min_own * pl.col("d"))
        )
        .with_columns(layer=pl.lit(NEAR))
        .select(*TRACES)
        .sort("group", "layer", "trace")
    )


def _meetings(rows: pa.Table) -> Iterator[pa.RecordBatch]:
    """Rows of MEETINGS, keyed by the pair: once for every trace that both hold."""
    d = numbers(rows, "d")
    starts = np.cumsum(d) - d
    accounts = flat(rows, "accounts")
    for size in np.unique(d):
        at = starts[d == size][:, None]
        first, second = np.triu_indices(size, 1)
        a, b = accounts[at + first].ravel(), accounts[at + second].ravel()  # ascending
        columns = (mixed(a, b), a, b, np.ones(len(a), np.int64))
        yield pa.RecordBatch.from_arrays(
            [pa.array(each) for each in columns], names=[KEY, *MEETINGS.names]
        )


def _often(least: int, rows: pa.Table) -> Iterator[pa.RecordBatch]:
    a, b, meetings = (numbers(rows, name) for name in MEETINGS.names)
    same = groups(a, b, np.zeros(len(a), np.int64))
    count = same.sums(meetings)
    kept = count >= least
    columns = (a[same.first][kept], b[same.first][kept], count[kept])
    yield pa.RecordBatch.from_arrays([pa.array(each) for each in columns], schema=MEETINGS)


def _own(known: NDArray[np.int64], rows: pa.Table) -> Iterator[pa.RecordBatch]:
    """Rows of OWN: of each trace the accounts of each group that hold it.

    Args:
        known: account and group, in the order of accounts.
        rows: holders.UNITS.
    """
    trace, d = numbers(rows, "trace"), numbers(rows, "d")
    of, group, accounts, exchanges = by_group(rows, known)
    columns = (group, trace[of], d[of], accounts, exchanges)
    yield pa.RecordBatch.from_arrays([pa.array(each) for each in columns], schema=OWN)
