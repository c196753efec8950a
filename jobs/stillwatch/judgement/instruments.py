"""Which instruments do judged accounts share, and how common is it to share one?

An instrument is what an account has rather than says: a payment, a network, the account whose
signatures or answers it sends back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.config import JudgeSettings
from stillwatch.judgement.grouping import polars
from stillwatch.judgement.terms import THEIRS
from stillwatch.kernels.blocks import spark_json
from stillwatch.kernels.traces import together

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
    own = held.filter(pl.col("layer").is_in(OWNED) & (pl.col("holders") <= settings.max_pool))
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


def without_strangers(members: pl.DataFrame, held: pl.DataFrame, paying: pl.Series) -> pl.DataFrame:
    """The members without those who pay by means of their own and share nothing with a pool.

    A pool is a group most of whose members share an instrument with another; one of which others
    hold three times as many is a carrier's. Who is not known to pay may be the pool's all the same.

    Args:
        members: group, account_id.
        held: layer, trace, account_id, holders.
        paying: Accounts whose payment is known.
    """
    tied = (
        members.join(held, on="account_id", how="inner")
        .with_columns(sharing=pl.len().over("group", "layer", "trace"))
        .filter((pl.col("sharing") > 1) & (pl.col("sharing") * THEIRS >= pl.col("holders")))
        .select("group", "account_id", tied=pl.lit(value=True))
        .unique()
    )
    marked = members.join(
        tied, on=["group", "account_id"], how="left", maintain_order="left"
    ).with_columns(pl.col("tied").fill_null(value=False))
    is_pool = pl.col("tied").mean().over("group") >= MOST
    is_stranger = ~pl.col("tied") & pl.col("account_id").is_in(paying.implode())
    return marked.filter(~(is_pool & is_stranger)).drop("tied")


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
