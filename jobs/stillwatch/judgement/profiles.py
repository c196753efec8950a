"""What did each group do, and what did everyone do, in numbers small enough for one machine?

Every figure is an aggregate made by Spark; what comes back is a row a group (and capability, hour,
instrument) or a row an account.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

INSTRUMENTS = ("payment", "network", "client")

# Columns of silver.exchanges that a profile needs of an attributed exchange.
NEEDED = (
    "account_id",
    "ts",
    "capability",
    "elicits_reasoning",
    "grades_answers",
    "output_tokens",
    "prompt_hash",
    "prompt_chars",
)


@dataclass(frozen=True)
class Profiles:
    """Aggregates of the week.

    Attributes:
        groups: A row a group: exchanges, span_exchanges, first_ts, last_ts, elicits, grades,
            output_tokens, repeated (exchanges whose very prompt another account sent too).
        capabilities: group, capability, exchanges.
        hours: group, hour of the day in UTC, exchanges.
        instruments: group, layer, trace, members that hold it, holders in all.
        accounts: A row an account: n, hour_entropy, created_at, payment_hash, org_id, reseller_id.
        population: One row: accounts, exchanges, elicits, grades, output_tokens.
        population_capabilities: capability, exchanges.
        pairs: layer, pairs of accounts in the population that share an instrument of it.
    """

    groups: pl.DataFrame
    capabilities: pl.DataFrame
    hours: pl.DataFrame
    instruments: pl.DataFrame
    accounts: pl.DataFrame
    population: pl.DataFrame
    population_capabilities: pl.DataFrame
    pairs: pl.DataFrame


def collect(
    attributed: DataFrame,
    members: DataFrame,
    exchanges: DataFrame,
    accounts: DataFrame,
    traces: DataFrame,
) -> Profiles:
    """Profiles of all groups.

    Args:
        attributed: NEEDED columns with group and layer, one row an attributed exchange.
        members: group, account_id.
        exchanges: silver.exchanges.
        accounts: silver.accounts.
        traces: silver.traces.
    """
    held = (
        traces.where(F.col("layer").isin(*INSTRUMENTS))
        .select("layer", "trace", "account_id")
        .distinct()
    )
    popularity = held.groupBy("layer", "trace").agg(F.count("*").alias("holders"))
    inside = (
        held.join(F.broadcast(members), on="account_id", how="inner")
        .groupBy("group", "layer", "trace")
        .agg(F.count("*").alias("members"))
    )
    pairs = popularity.groupBy("layer").agg(
        F.sum(F.col("holders") * (F.col("holders") - 1) / 2).alias("pairs")
    )
    return Profiles(
        groups=_polars(_group_rows(attributed)),
        capabilities=_polars(attributed.groupBy("group", "capability").agg(_count())),
        hours=_polars(attributed.groupBy("group", F.hour("ts").alias("hour")).agg(_count())),
        instruments=_polars(inside.join(popularity, on=["layer", "trace"], how="inner")),
        accounts=_polars(_account_rows(exchanges, accounts)),
        population=_polars(
            exchanges.agg(F.countDistinct("account_id").alias("accounts"), *_sums())
        ),
        population_capabilities=_polars(exchanges.groupBy("capability").agg(_count())),
        pairs=_polars(pairs),
    )


def _count() -> Column:
    return F.count("*").alias("exchanges")


def _sums() -> list[Column]:
    return [
        _count(),
        F.sum(F.col("elicits_reasoning").cast("int")).alias("elicits"),
        F.sum(F.col("grades_answers").cast("int")).alias("grades"),
        F.sum("output_tokens").alias("output_tokens"),
    ]


def _group_rows(attributed: DataFrame) -> DataFrame:
    """A row a group; a prompt counts as repeated if two of the group's accounts sent it."""
    sums = attributed.groupBy("group").agg(
        *_sums(),
        F.countDistinct("account_id").alias("accounts"),
        F.sum((F.col("layer") == "prompt_span").cast("int")).alias("span_exchanges"),
        F.min("ts").alias("first_ts"),
        F.max("ts").alias("last_ts"),
    )
    repeated = (
        attributed.where("prompt_hash is not null")
        .groupBy("group", "prompt_hash")
        .agg(F.countDistinct("account_id").alias("senders"), F.count("*").alias("sent"))
        .groupBy("group")
        .agg(F.sum(F.when(F.col("senders") > 1, F.col("sent")).otherwise(0)).alias("repeated"))
    )
    return sums.join(repeated, on="group", how="left")


def _account_rows(exchanges: DataFrame, accounts: DataFrame) -> DataFrame:
    """A row an active account: its volume, how spread over the day's hours, who it says it is."""
    hourly = exchanges.groupBy("account_id", F.hour("ts").alias("hour")).agg(
        F.count("*").alias("n")
    )
    total = Window.partitionBy("account_id")
    share = hourly.withColumn("share", F.col("n") / F.sum("n").over(total))
    activity = share.groupBy("account_id").agg(
        F.sum("n").alias("n"),
        F.sum(-F.col("share") * F.log2("share")).alias("hour_entropy"),
    )
    known = accounts.select(
        "account_id", "created_at", "payment_hash", "email_domain_hash", "org_id", "reseller_id"
    )
    return activity.join(known, on="account_id", how="left")


def _polars(frame: DataFrame) -> pl.DataFrame:
    """A small frame, brought to the driver, in a fixed order of rows."""
    return pl.DataFrame(pl.from_arrow(frame.toArrow())).sort(
        [name for name, kind in frame.dtypes if kind in ("bigint", "string", "int")],
        nulls_last=True,
    )
