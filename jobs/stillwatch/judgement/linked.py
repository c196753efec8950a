"""Which accounts do links alone hold together, without content of their own?

By payment, by network, mostly. Links do not come to the driver: components are found by forests of
links (kernels.components), and communities by the task that has the whole component. So what has to
fit in a task is the largest component, and a forest of all linked accounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.config import JudgeSettings
from stillwatch.judgement.grouping import communities_of, polars
from stillwatch.kernels.blocks import KEY, spark_json
from stillwatch.kernels.components import LINKS, bucketed, gathered, named
from stillwatch.kernels.holders import Activity
from stillwatch.kernels.xxhash import xxhash64

READ = ("account_a", "account_b", "score", "q_value")
TOGETHER = 8  # forests that make one
MEMBERS = pa.schema([(name, pa.int64()) for name in ("group", "account")])


def linked(links: Any, activity: Activity, q_value: float, settings: JudgeSettings) -> pl.DataFrame:
    """Communities of the significant links.

    Args:
        links: gold.account_links, as a table that tasks read.
        activity: Active accounts.
        q_value: Of a link, at most.
        settings: Size and resolution of a group.

    Returns:
        group, account_id, sorted; groups are numbered by their first account.
    """
    edges = links.cut(partial(_coded, q_value), READ, LINKS)
    forests, buckets = edges, edges.parts
    while buckets > 1:
        buckets = max(1, buckets // TOGETHER)
        forests = forests.then(partial(bucketed, buckets=buckets), LINKS)
    components = edges.and_(forests.then(named, LINKS)).then(gathered, LINKS)
    found = polars(components.batches(partial(_communities, settings), spark_json(MEMBERS)).frame())
    place = activity.at(found["account"].to_numpy())
    members = found.with_columns(account_id=pl.Series(activity.names.take(pa.array(place))))
    first = pl.col("account_id").min().over("group")
    return members.select(
        (first.rank("dense") - 1).cast(pl.Int64).alias("group"), "account_id"
    ).sort("group", "account_id")


def _coded(q_value: float, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Rows of LINKS keyed by their first account."""
    for batch in batches:
        rows = batch.filter(pc.less_equal(batch.column("q_value"), q_value))
        a, b = (xxhash64(rows.column(name)) for name in ("account_a", "account_b"))
        made = pa.RecordBatch.from_arrays(
            [a, a, b, rows.column("score")], names=[KEY, *LINKS.names]
        )
        yield made.filter(pc.not_equal(a, b))  # two accounts of one code are one


def _communities(settings: JudgeSettings, rows: pa.Table) -> Iterator[pa.RecordBatch]:
    """Rows of MEMBERS for the components of a part; a group goes by its least account."""
    if not rows.num_rows:
        return
    links = rows.rename_columns(["account_a", "account_b", "score"])
    found = communities_of(pl.DataFrame(pl.from_arrow(links)), settings).select(
        pl.col("account_id").min().over("group").alias("group"),
        pl.col("account_id").alias("account"),
    )
    yield from found.to_arrow().to_batches()
