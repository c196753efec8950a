"""Which operations are there to judge: which traces, which accounts?

A group is first of all a cluster of content that the same accounts hold; its accounts and exchanges
follow from that content. So two campaigns in one pool of accounts stay two, an account may belong
to several groups, and a stranger in the link graph to none. Accounts that are linked without
content of their own (by payment, by network) make groups too, for a reseller must be named one.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyspark.sql import DataFrame

from stillwatch.config import JudgeSettings
from stillwatch.judgement.conjunctions import apart
from stillwatch.judgement.held import LAYERS
from stillwatch.kernels.attribution import ranges
from stillwatch.kernels.blocks import spark_json
from stillwatch.kernels.clusters import clusters
from stillwatch.kernels.communities import communities
from stillwatch.kernels.traces import numbers

TRACES = {
    "group": pl.Int64,
    "layer": pl.String,
    "trace": pl.Int64,
    "accounts": pl.Int64,
    "exchanges": pl.Int64,
}
DESCRIBED = pa.schema(
    [
        (name, pa.int64())
        for name in ("layer", "trace", "d", "holders_xor", "holders_sum", "exchanges")
    ]
)
HOLDINGS = pa.schema([(name, pa.int64()) for name in ("unit", "account", "exchanges")])
CODES = dict(enumerate(LAYERS))
NUMBERS = {name: code for code, name in CODES.items()}
# Of what is usual in a cluster, the least share of a unit's holders that are deep in it.
MIN_DEEP = 0.5
SIGNATURE = ("layer", "d", "holders_xor", "holders_sum")


def operations(
    popular: Any, instruments: pl.DataFrame, population: int, settings: JudgeSettings
) -> tuple[pl.DataFrame, dict[int, int]]:
    """Clusters of content and the traces of each.

    Args:
        popular: Traces that are worth a cluster, with their holders: blocks of holders.UNITS.
        instruments: Payments and networks of few accounts: instrument, account, paid.
        population: Active accounts.
        settings: How many units at most.

    Returns:
        Rows of TRACES, sorted; and of each group that left a cluster with a pool the group that
        it left.
    """
    found = (
        polars(popular.each(_described, spark_json(DESCRIBED)).frame())
        .with_columns(layer=pl.col("layer").replace_strict(CODES, return_dtype=pl.String))
        .sort("layer", "trace")
    )
    units = (
        found.group_by(SIGNATURE, maintain_order=True)
        # The unit goes by the trace that is sent most: how often each holder sends it counts.
        .agg(
            pl.col("trace").sort_by("exchanges", "trace", descending=[True, False]).first(),
            pl.col("exchanges").sum(),
        )
        .sort("exchanges", "layer", "trace", descending=[True, False, False])
        .head(settings.max_units)
        .with_row_index("unit")
        .with_columns(pl.col("unit").cast(pl.Int64))
    )
    keys = units.with_columns(code=pl.col("layer").replace_strict(NUMBERS, return_dtype=pl.Int64))
    wanted = keys.select("code", "trace", "unit").sort("trace", "code").to_numpy()
    holdings = polars(popular.each(partial(_holdings, wanted), spark_json(HOLDINGS)).frame()).sort(
        "unit", "account"
    )
    labels = clusters(
        holdings["unit"].to_numpy(),
        holdings["account"].to_numpy(),
        holdings["exchanges"].to_numpy(),
        population,
        seed=settings.seed,
    )
    grouped = units.select("unit", "exchanges", *SIGNATURE).with_columns(
        pl.Series("group", labels, dtype=pl.Int64)
    )
    grouped = without_loose(grouped, holdings, settings)
    grouped = without_common(grouped, holdings, settings)
    grouped = apart(grouped, holdings, instruments, settings).drop("exchanges")
    left = grouped.filter(pl.col("crowd").is_not_null()).select("group", "crowd").unique()
    own = found.join(grouped, on=SIGNATURE, how="inner").select(
        "group", "layer", "trace", pl.col("d").alias("accounts"), "exchanges"
    )
    return own.sort("group", "layer", "trace"), dict(left.iter_rows())


def _described(rows: pa.Table) -> Iterator[pa.RecordBatch]:
    yield from rows.select(DESCRIBED.names).to_batches()


def _holdings(wanted: NDArray[np.int64], rows: pa.Table) -> Iterator[pa.RecordBatch]:
    """Rows of HOLDINGS: the holders of the wanted traces, which are code, trace and unit."""
    trace, layer = numbers(rows, "trace"), numbers(rows, "layer")
    at, count = ranges(wanted[:, 1], trace)
    row = np.repeat(np.arange(len(trace)), count)
    hit = wanted[at, 0] == layer[row]
    accounts, sent = (
        rows.column(name).combine_chunks().take(pa.array(row[hit])) for name in ("accounts", "sent")
    )
    sizes = pc.list_value_length(accounts).to_numpy(zero_copy_only=False)
    unit = pa.array(np.repeat(wanted[at[hit], 2], sizes))
    columns = [unit, accounts.flatten(), sent.flatten()]
    yield pa.RecordBatch.from_arrays(columns, schema=HOLDINGS)


def without_loose(
    units: pl.DataFrame, holdings: pl.DataFrame, settings: JudgeSettings
) -> pl.DataFrame:
    """The units with those that do not belong in their cluster put into clusters of their own.

    A unit is loose if fewer of its holders hold another unit of the cluster than is usual there
    (the usual is that of the exchange in the middle), as those of a public harness beside a
    campaign's template; and all are, where even the usual is less than half.

    Args:
        units: unit, group, exchanges, and more.
        holdings: unit, account.
        settings: How much fewer.
    """
    held = holdings.join(units.select("unit", "group"), on="unit", how="inner")
    bound = (
        held.with_columns(others=pl.len().over("group", "account") - 1)
        .group_by("unit", "group")
        .agg(bound=(pl.col("others") > 0).mean())
        .join(units.select("unit", "exchanges"), on="unit", how="inner")
        .sort("group", "bound", "unit")
        .with_columns(
            reached=pl.col("exchanges").cum_sum().over("group"),
            total=pl.col("exchanges").sum().over("group"),
        )
    )
    middle = bound.filter(pl.col("reached") * 2 >= pl.col("total"))
    usual = middle.group_by("group").agg(usual=pl.col("bound").first())
    line = pl.max_horizontal(pl.lit(0.5), settings.min_bound * pl.col("usual"))
    loose = bound.join(usual, on="group", how="inner").filter(pl.col("bound") < line)
    return _alone(units, loose["unit"])


def without_common(
    units: pl.DataFrame, holdings: pl.DataFrame, settings: JudgeSettings
) -> pl.DataFrame:
    """The units with those that are everybody's put into clusters of their own.

    A popular unit is tied to each of many rare ones a little, and so to their cluster more than to
    anything else. It is everybody's if far fewer of its holders are deep in the cluster than is
    usual there (the usual is that of the holding in the middle). Deep is who holds as many of the
    cluster's units as a fair part of what the holder in the middle does, weighed by holdings.

    Args:
        units: unit, group, and more.
        holdings: unit, account.
        settings: How deep is deep.
    """
    held = (
        holdings.join(units.select("unit", "group"), on="unit", how="inner")
        .with_columns(own=pl.len().over("group", "account"))
        .with_columns(usual_own=pl.col("own").median().over("group"))
        .with_columns(deep=pl.col("own") >= settings.min_depth * pl.col("usual_own"))
        .with_columns(deep=pl.col("deep").mean().over("unit"))
        .with_columns(usual=pl.col("deep").median().over("group"))
    )
    common = held.filter(pl.col("deep") < MIN_DEEP * pl.col("usual"))
    return _alone(units, common["unit"].unique())


def _alone(units: pl.DataFrame, chosen: pl.Series) -> pl.DataFrame:
    """The units, each of the chosen in a cluster of its own."""
    # Above every label there is.
    label = pl.col("unit") + pl.col("group").max() + 1
    is_chosen = pl.col("unit").is_in(chosen.to_list())
    return units.with_columns(group=pl.when(is_chosen).then(label).otherwise(pl.col("group")))


def communities_of(
    links: pl.DataFrame, settings: JudgeSettings, min_inside: float = 0.6
) -> pl.DataFrame:
    """Communities of the significant links: group, account_id.

    Args:
        links: account_a, account_b, score.
        settings: Size and resolution of a group.
        min_inside: Of the community detection.
    """
    ends = pl.concat([links["account_a"], links["account_b"]]).unique().sort()
    code = pl.DataFrame({"account": ends, "code": np.arange(len(ends), dtype=np.int64)})
    coded = (
        links.join(code, left_on="account_a", right_on="account")
        .join(code, left_on="account_b", right_on="account", suffix="_b")
        .sort("code", "code_b")
    )
    labels = communities(
        (coded["code"].to_numpy(), coded["code_b"].to_numpy(), coded["score"].to_numpy()),
        len(ends),
        seed=settings.seed,
        resolution=settings.resolution,
        min_inside=min_inside,
    )
    frame = pl.DataFrame({"group": labels, "account_id": ends})
    sizes = frame.group_by("group").len().filter(pl.col("len") >= settings.min_accounts)
    return frame.join(sizes.select("group"), on="group", how="semi").sort("group", "account_id")


def uncovered(communities: pl.DataFrame, members: pl.DataFrame, first: int) -> pl.DataFrame:
    """Communities of which less than half is already in one operation, numbered from `first`.

    Args:
        communities: group, account_id.
        members: group, account_id of the operations.
        first: Number of the first of them.
    """
    if not communities.height:
        return communities
    overlap = (
        communities.join(members, on="account_id", how="inner", suffix="_operation")
        .group_by("group", "group_operation")
        .len("both")
        .group_by("group")
        .agg(pl.col("both").max())
    )
    sizes = communities.group_by("group").len("size").join(overlap, on="group", how="left")
    kept = sizes.filter(pl.col("both").fill_null(0) * 2 < pl.col("size")).sort("group")
    numbers = kept.select("group").with_row_index("number", offset=first)
    return communities.join(numbers, on="group", how="inner").select(
        pl.col("number").cast(pl.Int64).alias("group"), "account_id"
    )


def split(frame: pl.DataFrame) -> dict[int, pl.DataFrame]:
    """The rows of each group, by its number."""
    return {int(part["group"][0]): part for part in frame.partition_by("group")}


def polars(frame: DataFrame) -> pl.DataFrame:
    """A small frame, brought to the driver."""
    return pl.DataFrame(pl.from_arrow(frame.toArrow()))
