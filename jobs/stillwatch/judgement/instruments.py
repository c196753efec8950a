"""Which instruments do judged accounts share, and how common is it to share one?

An instrument is what an account has rather than says: a payment, a network, the account whose
signatures or answers it sends back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from stillwatch.config import JudgeSettings
from stillwatch.judgement.grouping import polars
from stillwatch.judgement.terms import THEIRS
from stillwatch.kernels.blocks import spark_json
from stillwatch.kernels.tally import mixed
from stillwatch.kernels.traces import numbers, together
from stillwatch.kernels.xxhash import xxhash64

# An instrument held on k days has k rows, each of which counts for so many over k: whole for all k.
SHARES = 420
INSTRUMENTS = ("payment", "network", "signature_replay", "response_reuse")
# Those that an account has for itself, rather than takes from another.
OWNED = ("payment", "network")
MIN_OWNERS = 2
# A group of which so many are tied is a pool, with strangers perhaps.
MOST = 2 / 3
READ = ("layer", "trace", "role", "account_id", "days", "holders")
INSTRUMENT = pa.schema(
    [
        *(("layer", pa.string()), ("trace", pa.int64()), ("account_id", pa.string())),
        *(("holders", pa.int64()), ("parts", pa.int64())),
    ]
)
OF_FEW = pa.schema([(name, pa.int64()) for name in ("instrument", "account", "paid")])


def of_few(traces: Any, settings: JudgeSettings) -> pl.DataFrame:
    """Payments and networks that a few accounts share.

    Args:
        traces: silver.traces, as a table that tasks read.
        settings: Of how many accounts an instrument is a carrier's or a cloud's.

    Returns:
        instrument, account (both codes), paid (whether it is a payment), sorted.
    """
    describe = partial(_of_few, settings.max_pool)
    shared = traces.above("holders", 1).map_batches(describe, READ, spark_json(OF_FEW))
    found = polars(shared.frame()).unique().sort("instrument", "account")
    return found.with_columns(pl.col("paid") == 1)


def _of_few(most: int, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    layers = pa.array(OWNED)
    for batch in together(batches):
        layer, holders = pc.index_in(batch.column("layer"), layers), batch.column("holders")
        chosen = pc.and_(
            pc.is_valid(layer), pc.and_(pc.greater(holders, 1), pc.less_equal(holders, most))
        )
        rows, of = batch.filter(chosen), layer.filter(chosen).cast(pa.int64())
        code = mixed(numbers(rows, "trace"), np.asarray(of.to_numpy(zero_copy_only=False)))
        account = xxhash64(rows.column("account_id"))
        made = [pa.array(code), account, pc.equal(of, OWNED.index("payment")).cast(pa.int64())]
        found = pl.DataFrame(pl.from_arrow(pa.table(made, schema=OF_FEW))).unique()
        yield from found.to_arrow().cast(OF_FEW).to_batches()


def instruments(traces: Any, judged: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Shared instruments of the judged accounts, and how many there are by holders.

    Args:
        traces: silver.traces, as a table that tasks read.
        judged: Ids of the accounts, each once.

    Returns:
        layer, trace, account_id, holders (accounts in all that hold it); and layer, holders,
        instruments (how many that many accounts hold), sorted.
    """
    describe = partial(_shared, judged.to_arrow().cast(pa.string()))
    shared = traces.above("holders", 1).map_batches(describe, READ, spark_json(INSTRUMENT))
    found = polars(shared.frame())
    is_mine = pl.col("account_id").is_not_null()
    # Every instrument has one row a holder and day, which all together count for one.
    count = (pl.col("parts") / SHARES / pl.col("holders")).round().cast(pl.Int64)
    return (
        found.filter(is_mine).select("layer", "trace", "account_id", "holders").unique(),
        found.filter(~is_mine)
        .group_by("layer", "holders")
        .agg(pl.col("parts").sum())
        .select("layer", "holders", count.alias("instruments"))
        .sort("layer", "holders"),
    )


def owned(instruments: pl.DataFrame, settings: JudgeSettings) -> pl.DataFrame:
    """Payments and networks of few enough accounts not to be a carrier's or a cloud's.

    Args:
        instruments: layer, trace, account_id, holders.
        settings: How many are few.
    """
    is_few = pl.col("holders") <= settings.max_pool
    return instruments.filter(pl.col("layer").is_in(OWNED) & is_few)


def tied(
    occasional: pl.DataFrame, members: pl.DataFrame, held: pl.DataFrame, settings: JudgeSettings
) -> pl.DataFrame:
    """Those who share a payment or a network that is the group's whose traces they send.

    It is where two members hold it, and they are half of all its holders.

    Args:
        occasional: group, account_id.
        members: The same.
        held: layer, trace, account_id, holders.
        settings: Of how many accounts an instrument is a carrier's or a cloud's.

    Returns:
        group, account_id, sorted.
    """
    own = owned(held, settings)
    pools = (
        members.join(own, on="account_id", how="inner")
        .group_by("group", "layer", "trace")
        .agg(pl.len(), pl.col("holders").first())
        # One member may be a guest of whose instrument it is; two in an office are not the office.
        .filter((pl.col("len") >= MIN_OWNERS) & (pl.col("len") * 2 >= pl.col("holders")))
    )
    return (
        occasional.join(own, on="account_id", how="inner")
        .join(pools, on=["group", "layer", "trace"], how="semi")
        .select("group", "account_id")
        .unique()
        .sort("group", "account_id")
    )


def without_strangers(
    members: pl.DataFrame, held: pl.DataFrame, known: pl.Series, settings: JudgeSettings
) -> pl.DataFrame:
    """The members without those who pay by means of their own and share nothing with a pool.

    A pool is a group most of whose members share an instrument with another; one of which others
    hold three times as many is a carrier's. Who shares none is a stranger to it. Where most of
    those who share one are joined with each other, over any number of steps, so are a few who
    share theirs with nobody else: a team that copied a prompt. Whose payment or addresses are not
    known may be the pool's all the same.

    Args:
        members: group, account_id.
        held: layer, trace, account_id, holders.
        known: Accounts whose payment and addresses are known.
        settings: How many accounts are more than a few.
    """
    nodes = members.with_row_index("node")
    tied = (
        nodes.join(held, on="account_id", how="inner")
        .with_columns(sharing=pl.len().over("group", "layer", "trace"))
        .filter((pl.col("sharing") > 1) & (pl.col("sharing") * THEIRS >= pl.col("holders")))
        .with_columns(hub=pl.struct("group", "layer", "trace").rank("dense") + members.height - 1)
    )
    ends = tied["node"].to_numpy(), tied["hub"].to_numpy()
    size = members.height + tied["hub"].n_unique()
    graph = coo_matrix((np.ones(tied.height), ends), shape=(size, size))
    _, labels = connected_components(graph, directed=False)
    marked = nodes.with_columns(part=pl.Series(labels[: members.height], dtype=pl.Int64))
    marked = marked.with_columns(size=pl.len().over("group", "part"))
    sharing = (pl.col("size") > 1).sum().over("group")
    is_pool = sharing >= MOST * pl.len().over("group")
    largest = pl.col("size").max().over("group")
    is_few = (pl.col("size") < settings.min_accounts) & (pl.col("size") < largest)
    is_apart = (pl.col("size") == 1) | (is_few & (largest >= MOST * sharing))
    is_known = pl.col("account_id").is_in(known.implode())
    return marked.filter(~(is_pool & is_apart & is_known)).select(members.columns)


def _shared(judged: pa.Array, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Rows of INSTRUMENT: one a judged account and instrument; and one, nobody's, by holders."""
    layers = pa.array(INSTRUMENTS)
    for batch in together(batches):
        chosen = pc.and_(
            pc.is_in(batch.column("layer"), value_set=layers),
            pc.and_(
                pc.not_equal(batch.column("role"), "issued"),
                pc.greater(batch.column("holders"), 1),
            ),
        )
        rows = batch.filter(chosen)
        mine = rows.filter(pc.is_in(rows.column("account_id"), value_set=judged))
        names = ["layer", "trace", "account_id", "holders"]
        held = pl.DataFrame(pl.from_arrow(mine.select(names))).unique()
        parts = (SHARES // pl.col("days")).sum().alias("parts")
        by = pl.DataFrame(pl.from_arrow(rows)).group_by("layer", "holders").agg(parts)
        table = pl.concat([held, by], how="diagonal").select(INSTRUMENT.names).to_arrow()
        yield from table.cast(INSTRUMENT).to_batches()
