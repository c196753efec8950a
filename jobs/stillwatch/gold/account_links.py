"""Which pairs of accounts have more in common than independent behaviour explains?

Traces are joined with themselves on (layer, trace), in cost proportional to their rows:

1. Traces that the same accounts hold are one unit: one coincidence, not twenty.
2. A unit is paired if it is rare enough for every pair, or, in a layer of content, if its holders
   give it a fair share of their own traffic (a star). Other popular units pair nobody.
3. A small unit gives all pairs of its holders; a large one a random graph of `neighbours` links
   an account, linear in its rows.
4. Each pair is priced by kernels.null_model, over cells of layer and popularity.

A link with q above the limit is kept only for a star; its q then says how little the pair by itself
proves, and the group is judged as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql.types import DoubleType, StructField, StructType

from stillwatch.config import LinkSettings, Run
from stillwatch.kernels.null_model import poisson_tail
from stillwatch.silver.traces import LAYERS

CONTENT = ("prompt_span", "near_duplicate", "system_prompt", "tool_schema", "refusal")
UNIT = ("layer", "trace")
CELL = ("layer", "bin")


def transform(frames: Mapping[str, Any], run: Run) -> DataFrame:
    """Links of the week.

    Args:
        frames: `silver.traces` and `silver.exchanges`.
        run: Week, settings and key.
    """
    settings = run.settings.links
    activity = active(frames["silver.exchanges"])
    # Each is read several times; the runner drops what a step has cached.
    held = holdings(frames["silver.traces"], activity).persist(StorageLevel.MEMORY_AND_DISK)
    units = select_units(held, activity, settings).persist(StorageLevel.MEMORY_AND_DISK)
    rows = held.join(units, on=list(UNIT), how="inner")
    cells = price(pairs(rows, settings), held, units)
    return links(cells, activity, settings, run)


def active(exchanges: DataFrame) -> DataFrame:
    """account_id, account (its code, which joins faster than a string) and n, its exchanges."""
    counted = exchanges.groupBy("account_id").agg(F.count("*").alias("n"))
    return counted.withColumn("account", F.xxhash64("account_id"))


def holdings(traces: DataFrame, activity: DataFrame) -> DataFrame:
    """One row an account and trace of the week, all holders of a trace in one partition.

    Columns: layer, trace, account, exchanges, n (the account's in all), share (their ratio).
    """
    # A victim, from whom an answer or a signature was taken, is never linked for that.
    week = (
        traces.where("role != 'issued'")
        .select(*UNIT, F.xxhash64("account_id").alias("account"), "exchanges")
        # One exchange of rows serves this aggregation, the popularity and the join with units.
        .repartition(*UNIT)
        .groupBy(*UNIT, "account")
        .agg(F.sum("exchanges").alias("exchanges"))
    )
    return week.join(activity.drop("account_id"), on="account", how="inner").select(
        "layer",
        "trace",
        "account",
        "exchanges",
        "n",
        F.least(F.lit(1.0), F.col("exchanges") / F.col("n")).alias("share"),
    )


def select_units(held: DataFrame, activity: DataFrame, settings: LinkSettings) -> DataFrame:
    """Units worth pairing: layer, trace (the representative), holders d, bin, spans, star."""
    account = F.col("account")
    popularity = held.groupBy(*UNIT).agg(
        F.count("*").alias("d"),
        F.bit_xor(account).alias("holders_xor"),
        F.sum(F.pmod(account, F.lit(1 << 31))).alias("holders_sum"),
        # Rounded, since a mean of doubles depends on the order of rows in its last bits.
        F.round(F.avg("share"), 9).alias("focus"),
    )
    units = (
        popularity.where("d > 1")
        .groupBy("layer", "d", "holders_xor", "holders_sum")
        .agg(
            F.min("trace").alias("trace"),
            F.count("*").alias("spans"),
            F.max("focus").alias("focus"),
        )
    )
    is_content = F.col("layer").isin(*CONTENT)
    is_star = (
        is_content
        & (F.col("d") >= settings.min_star_accounts)
        & (F.col("focus") >= settings.min_focus)
    )
    is_rare = F.col("d") <= settings.neighbours + 1
    is_instrument = ~is_content & (F.col("d") <= settings.max_instrument_accounts)
    total = activity.agg(F.count("*").alias("population"))
    return (
        units.withColumn("star", is_star)
        .where(is_star | is_rare | is_instrument)
        .crossJoin(F.broadcast(total))
        .select(
            *UNIT,
            "d",
            F.floor(F.log2("d")).cast("int").alias("bin"),
            "spans",
            "star",
            # 1 for a trace that two accounts hold, 0 for one that all hold.
            (1 - F.log(F.col("d") / 2) / F.log(F.col("population") / 2 + 1e-9)).alias("rarity"),
        )
    )


def pairs(rows: DataFrame, settings: LinkSettings) -> DataFrame:
    """One row a unit and pair of its holders: every pair of a small unit, a sample of a large one.

    A large unit gets a circulant graph of random offsets. Unlike a ring of near neighbours, in
    which community detection would find arcs, it has no structure of its own.
    """
    order = Window.partitionBy(*UNIT).orderBy(
        F.xxhash64("account", F.lit(settings.seed)), "account"
    )
    placed = rows.withColumn("place", F.row_number().over(order) - 1)
    is_small = F.col("d") <= settings.neighbours + 1
    ahead = order.rowsBetween(1, settings.neighbours)
    holder = F.struct("account", "share")
    small = (
        placed.where(is_small)
        .withColumn("others", F.collect_list(holder).over(ahead))
        .withColumn("other", F.explode("others"))
        .drop("others")
    )
    # Offsets below half of d reach each pair once.
    offset = F.expr(
        f"array_distinct(transform(sequence(1, {settings.neighbours}), "
        f"j -> 1 + pmod(xxhash64(trace, j, {settings.seed}), (d - 1) div 2)))"
    )
    large = placed.where(~is_small)
    partner = large.select(*UNIT, F.col("place").alias("at"), holder.alias("other"))
    reached = large.withColumn("offset", F.explode(offset)).withColumn(
        "at", F.pmod(F.col("place") + F.col("offset"), F.col("d"))
    )
    sampled = reached.join(partner, on=[*UNIT, "at"], how="inner").drop("offset", "at")
    return _ends(small.unionByName(sampled))


def _ends(near: DataFrame) -> DataFrame:
    """Each pair with its smaller account first."""
    other = F.col("other.account")
    strength = F.sqrt(F.col("share") * F.col("other.share")) * F.col("rarity")
    return near.select(
        F.least("account", other).alias("a"),
        F.greatest("account", other).alias("b"),
        *CELL,
        "d",
        "spans",
        F.when(F.col("star"), strength).otherwise(0.0).alias("star"),
    )


def price(paired: DataFrame, held: DataFrame, units: DataFrame) -> DataFrame:
    """One row a pair and cell: shared, expected and p_value under the null model."""
    observed = paired.groupBy("a", "b", *CELL).agg(
        F.count("*").alias("shared"),
        F.sum("spans").alias("spans"),
        F.min("d").alias("rarest"),
        F.max("star").alias("star"),
    )
    # The model's degrees are of the whole layer: traces that one account holds count as well.
    degrees = held.groupBy("account", "layer").agg(F.count("*").alias("degree"))
    whole = degrees.groupBy("layer").agg(F.sum("degree").alias("m"))
    d = F.col("d").cast("double")
    cells = units.groupBy(*CELL).agg(F.sum(d * (d - 1)).alias("squares"))
    first = degrees.select(F.col("account").alias("a"), "layer", F.col("degree").alias("a_i"))
    second = degrees.select(F.col("account").alias("b"), "layer", F.col("degree").alias("a_j"))
    # As doubles: products of counts outgrow 64 bits in a week of fifty million exchanges.
    a_i, a_j, m = (F.col(name).cast("double") for name in ("a_i", "a_j", "m"))
    chance = (a_i / m) * (a_j / m) * F.col("squares")
    expected = (
        observed.join(first, on=["a", "layer"], how="inner")
        .join(second, on=["b", "layer"], how="inner")
        .join(F.broadcast(cells), on=list(CELL), how="inner")
        .join(F.broadcast(whole), on="layer", how="inner")
        .withColumn("expected", chance)
    )
    kept = expected.select(*("a", "b", "layer", "shared", "spans", "rarest", "star", "expected"))
    # schema.add would widen the frame's own schema in place.
    schema = StructType([*kept.schema.fields, StructField("p_value", DoubleType())])
    return kept.mapInArrow(_tails, schema)


def _tails(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        shared = batch.column("shared").to_numpy(zero_copy_only=False)
        expected = batch.column("expected").to_numpy(zero_copy_only=False)
        tails = pa.array(np.asarray(poisson_tail(shared, expected), dtype=np.float64))
        yield pa.RecordBatch.from_arrays(
            [*batch.columns, tails], names=[*batch.schema.names, "p_value"]
        )


def links(cells: DataFrame, activity: DataFrame, settings: LinkSettings, run: Run) -> DataFrame:
    """One row a linked pair, with p over its cells and q over all pairs that could have been."""
    layer = cells.groupBy("a", "b", "layer").agg(
        F.sum("shared").alias("shared"),
        F.sum("spans").alias("spans"),
        F.round(F.sum("expected"), 9).alias("expected"),
        F.min("rarest").alias("rarest"),
        F.max("star").alias("star"),
        F.min("p_value").alias("p_value"),
    )
    detail = F.concat_ws(
        "",
        F.col("shared"),
        F.lit(" in common ("),
        F.col("spans"),
        F.lit(" traces), the rarest held by "),
        F.col("rarest"),
        F.lit(" accounts"),
    )
    # The smallest tail of a pair's cells: all layers, of some twenty popularities each.
    tests_a_pair = 20 * len(LAYERS)
    pair = layer.groupBy("a", "b").agg(
        F.least(F.lit(1.0), F.min("p_value") * tests_a_pair).alias("p_value"),
        F.max("star").alias("star"),
        F.array_sort(
            F.collect_list(F.struct("layer", "shared", "expected", detail.alias("detail")))
        ).alias("layers"),
    )
    priced = with_q(pair, activity)
    significant = F.col("q_value") <= settings.q_value
    decades = -F.log10("p_value")
    by_chance = F.when(significant, decades / (decades + 8)).otherwise(0.0)
    kept = priced.where(significant | (F.col("star") > 0))
    for end in ("a", "b"):
        names = activity.select(F.col("account").alias(end), F.col("account_id").alias(f"id_{end}"))
        kept = kept.join(names, on=end, how="inner")
    return kept.select(
        F.lit(run.week).alias("week"),
        F.least("id_a", "id_b").alias("account_a"),
        F.greatest("id_a", "id_b").alias("account_b"),
        (1 - (1 - by_chance) * (1 - F.col("star"))).alias("score"),
        "p_value",
        "q_value",
        "layers",
    )


def with_q(pair: DataFrame, activity: DataFrame) -> DataFrame:
    """Adds q by Benjamini-Hochberg among all pairs of active accounts, rounded up by 1/100 decade.

    The step-up runs over a histogram of log10 p: a bin's upper edge and cumulative count bound the
    exact q from above, and no sort of all pairs is needed.
    """
    edge = F.ceil(F.log10("p_value") * 100) / 100
    binned = pair.withColumn("edge", edge)
    tests = activity.agg((F.count("*") * (F.count("*") - 1) / 2).alias("tests"))
    upward = Window.orderBy("edge").rowsBetween(Window.unboundedPreceding, 0)
    downward = Window.orderBy("edge").rowsBetween(0, Window.unboundedFollowing)
    q = (
        binned.groupBy("edge")
        .agg(F.count("*").alias("pairs"))
        .crossJoin(F.broadcast(tests))
        .withColumn("rank", F.sum("pairs").over(upward))
        .withColumn("scaled", F.pow(F.lit(10.0), "edge") * F.col("tests") / F.col("rank"))
        .withColumn("q_value", F.least(F.lit(1.0), F.min("scaled").over(downward)))
        .select("edge", "q_value")
    )
    return binned.join(F.broadcast(q), on="edge", how="inner").drop("edge")
