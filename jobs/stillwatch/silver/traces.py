"""What did each account have, on each day, that another account can have in common with it?

One row an account, trace, role and day. A layer is one small function from exchanges (and accounts)
to traces; adding a signal is adding a layer to LAYERS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from stillwatch.config import Run, TraceSettings

SHARED = "shared"
Layer = Callable[[DataFrame, DataFrame, TraceSettings], DataFrame]


def _of(exchanges: DataFrame, trace: Column) -> DataFrame:
    return exchanges.select("account_id", "event_date", "ts", trace.alias("trace"))


def prompt_span(exchanges: DataFrame, accounts: DataFrame, settings: TraceSettings) -> DataFrame:
    """Winnowed fingerprints of the user text: a clause inside otherwise different prompts."""
    # The smallest hashes are the same ones in every account, so a cap keeps what is comparable.
    return _of(exchanges, F.explode(F.slice("spans", 1, settings.max_spans)))


def system_prompt(exchanges: DataFrame, accounts: DataFrame, settings: TraceSettings) -> DataFrame:
    """The normalised system prompt: a shared harness over organic prompts."""
    long_enough = exchanges.where(F.col("system_chars") >= settings.min_system_chars)
    return _of(long_enough, F.col("system_hash"))


def tool_schema(exchanges: DataFrame, accounts: DataFrame, settings: TraceSettings) -> DataFrame:
    """Names and schemas of the tools offered: a shared harness."""
    return _of(exchanges, F.col("tools_hash"))


def network(exchanges: DataFrame, accounts: DataFrame, settings: TraceSettings) -> DataFrame:
    """The /24 or /48 with its ASN: shared infrastructure."""
    return _of(exchanges, F.col("network_hash"))


def client(exchanges: DataFrame, accounts: DataFrame, settings: TraceSettings) -> DataFrame:
    """JA4 with user agent: shared software."""
    return _of(exchanges, F.col("client_hash"))


def payment(exchanges: DataFrame, accounts: DataFrame, settings: TraceSettings) -> DataFrame:
    """The payment instrument of the account, on every day that it was active."""
    paid = accounts.where(F.col("payment_hash").isNotNull()).select("account_id", "payment_hash")
    return _of(exchanges.join(paid, on="account_id", how="inner"), F.col("payment_hash"))


LAYERS: tuple[tuple[str, Layer], ...] = (
    ("prompt_span", prompt_span),
    ("system_prompt", system_prompt),
    ("tool_schema", tool_schema),
    ("network", network),
    ("client", client),
    ("payment", payment),
)


def transform(frames: Mapping[str, Any], run: Run) -> DataFrame:
    """Traces of the week, one row an account, trace, role and day.

    Args:
        frames: `silver.exchanges` and `silver.accounts`.
        run: Week, settings and key.
    """
    exchanges, accounts = frames["silver.exchanges"], frames["silver.accounts"]
    layers = [
        layer(exchanges, accounts, run.settings.traces)
        .where(F.col("trace").isNotNull())
        .groupBy("account_id", "event_date", "trace")
        .agg(
            F.count("*").alias("exchanges"),
            F.min("ts").alias("first_ts"),
            F.max("ts").alias("last_ts"),
        )
        .withColumn("layer", F.lit(name))
        for name, layer in LAYERS
    ]
    return reduce(DataFrame.unionByName, layers).select(
        F.lit(run.week).alias("week"),
        "event_date",
        "layer",
        "trace",
        F.lit(SHARED).alias("role"),
        "account_id",
        "exchanges",
        "first_ts",
        "last_ts",
    )
