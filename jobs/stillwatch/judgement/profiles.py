"""What did each account of a group do in the group's name, and what did everyone do?

Aggregated by Spark, next to the data; what comes back is a row a group and account. Figures of a
group are sums over any subset of its accounts, so that a group can be judged without those that a
stronger group explains.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from stillwatch.judgement.grouping import polars

INSTRUMENTS = ("payment", "network", "signature_replay", "response_reuse")

# Columns of silver.exchanges that a profile needs of an attributed exchange.
NEEDED = (
    "exchange_id",
    "account_id",
    "ts",
    "capability",
    "elicits_reasoning",
    "grades_answers",
    "output_tokens",
    "prompt_hash",
    "model",
)
# Layers that speak of the software that is typed into, rather than of what is typed.
HARNESS = ("system_prompt", "tool_schema")
SUMS = ("exchanges", "elicits", "grades", "output_tokens")


@dataclass(frozen=True)
class Profiles:
    """Aggregates of the week.

    Attributes:
        sent: group, account_id, exchanges, elicits, grades, output_tokens, span_exchanges,
            first_ts, last_ts.
        senders: group, senders, prompts, exchanges: how many prompts that many accounts sent.
        capabilities: group, account_id, capability, exchanges.
        instruments: layer, trace, account_id, holders (accounts in all that hold it), for the
            accounts of groups.
        accounts: A row an active account: n, addressed (exchanges with an address),
            hour_entropy, created_at, payment_hash, email_domain_hash, org_id, reseller_id.
        population: One row: exchanges, elicits, grades, output_tokens.
        population_capabilities: capability, exchanges.
        popularity: layer, holders, instruments: how many instruments that many accounts hold.
        days: day, exchanges, addressed.
    """

    sent: pl.DataFrame
    senders: pl.DataFrame
    capabilities: pl.DataFrame
    instruments: pl.DataFrame
    accounts: pl.DataFrame
    population: pl.DataFrame
    population_capabilities: pl.DataFrame
    popularity: pl.DataFrame
    days: pl.DataFrame


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
        members: account_id, each once.
        exchanges: silver.exchanges.
        accounts: silver.accounts.
        traces: silver.traces.
    """
    held = (
        traces.where(F.col("layer").isin(*INSTRUMENTS) & (F.col("role") != "issued"))
        .select("layer", "trace", "account_id")
        .distinct()
    )
    each = Window.partitionBy("layer", "trace")
    popular = held.withColumn("holders", F.count("*").over(each)).where("holders > 1")
    each_once = popular.select("layer", "trace", "holders").distinct()
    popularity = each_once.groupBy("layer", "holders").agg(F.count("*").alias("instruments"))
    return Profiles(
        sent=polars(_sent(attributed)).sort("group", "account_id"),
        senders=polars(_senders(attributed)).sort("group", "senders"),
        capabilities=polars(
            attributed.groupBy("group", "account_id", "capability").agg(_count())
        ).sort("group", "account_id", "capability"),
        instruments=polars(popular.join(F.broadcast(members), on="account_id", how="left_semi")),
        accounts=polars(_accounts(exchanges, accounts)).sort("account_id"),
        population=polars(exchanges.agg(*_sums())),
        population_capabilities=polars(exchanges.groupBy("capability").agg(_count())),
        popularity=polars(popularity).sort("layer", "holders"),
        days=polars(
            exchanges.groupBy(F.col("event_date").alias("day")).agg(
                _count(), F.count("network_hash").alias("addressed")
            )
        ).sort("day"),
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


def _sent(attributed: DataFrame) -> DataFrame:
    """A row a group and account."""
    return attributed.groupBy("group", "account_id").agg(
        *_sums(),
        F.sum((~F.col("layer").isin(*HARNESS)).cast("int")).alias("span_exchanges"),
        F.min("ts").alias("first_ts"),
        F.max("ts").alias("last_ts"),
    )


def _senders(attributed: DataFrame) -> DataFrame:
    """How many prompts of a group one account sent, how many two, and so on."""
    # A prompt without words is nobody's copy.
    prompt = F.coalesce("prompt_hash", F.xxhash64("exchange_id"))
    each = attributed.groupBy("group", prompt.alias("prompt")).agg(
        F.count_distinct("account_id").alias("senders"), F.count("*").alias("sent")
    )
    return each.groupBy("group", "senders").agg(
        F.count("*").alias("prompts"), F.sum("sent").alias("exchanges")
    )


def _accounts(exchanges: DataFrame, accounts: DataFrame) -> DataFrame:
    """A row an active account: its volume, how spread over the day's hours, who it says it is."""
    hourly = exchanges.groupBy("account_id", F.hour("ts").alias("hour")).agg(
        F.count("*").alias("n"), F.count("network_hash").alias("addressed")
    )
    total = Window.partitionBy("account_id")
    share = hourly.withColumn("share", F.col("n") / F.sum("n").over(total))
    activity = share.groupBy("account_id").agg(
        F.sum("n").alias("n"),
        F.sum("addressed").alias("addressed"),
        # Rounded, since the sum of doubles depends on the order of rows in its last bits.
        F.round(F.sum(-F.col("share") * F.log2("share")), 9).alias("hour_entropy"),
    )
    known = accounts.select(
        "account_id", "created_at", "payment_hash", "email_domain_hash", "org_id", "reseller_id"
    )
    return activity.join(known, on="account_id", how="left")
