"""What did each account have, on each day, that another account can have in common with it?

One row an account, trace, role and day. A layer is one small function from exchanges (and accounts)
to traces; adding a signal is adding a layer to LAYERS.

Two layers have a direction. Their trace stands for the account that something was issued to:
whoever sends it back without being that account redeems it, and redeemers from one account are
linked with each other. The account itself holds it as `issued` and is linked to nobody by it.
What was issued in an earlier week is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from stillwatch.config import Run, TraceSettings

SHARED, ISSUED, REDEEMED = "shared", "issued", "redeemed"
SENT = ("exchange_id", "account_id", "event_date", "ts")
Layer = Callable[[DataFrame, DataFrame, TraceSettings], DataFrame]


def _of(exchanges: DataFrame, trace: Column) -> DataFrame:
    return exchanges.select(
        "account_id", "event_date", "ts", trace.alias("trace"), F.lit(SHARED).alias("role")
    )


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


def near_duplicate(exchanges: DataFrame, accounts: DataFrame, settings: TraceSettings) -> DataFrame:
    """MinHash bands of the whole user text: the same task through many accounts."""
    return _of(exchanges, F.explode("near_bands"))


def refusal(exchanges: DataFrame, accounts: DataFrame, settings: TraceSettings) -> DataFrame:
    """Clauses of requests that the model refused: probing by one technique."""
    return prompt_span(exchanges.where("stop_reason = 'refusal'"), accounts, settings)


def signature_replay(
    exchanges: DataFrame, accounts: DataFrame, settings: TraceSettings
) -> DataFrame:
    """Signatures of thinking that another account got and this one sends."""
    got = exchanges.select(*SENT, F.explode("signatures_issued").alias("value"))
    sent = exchanges.select(*SENT, F.explode("signatures_sent").alias("value"))
    return _directed(_first(got), sent, at_least=1)


def response_reuse(exchanges: DataFrame, accounts: DataFrame, settings: TraceSettings) -> DataFrame:
    """Spans of an answer that another account got, in what this one sends later.

    A span counts only if one account got it and nobody had sent it before: then it is neither a
    turn of speech of the model nor an echo of a common prompt.
    """
    got = exchanges.select(*SENT, F.explode("answer_spans").alias("value"))
    is_sampled = F.pmod("value", F.lit(settings.sampled)) == 0
    typed = exchanges.select(*SENT, F.explode("spans").alias("value")).where(is_sampled)
    sent = typed.union(exchanges.select(*SENT, F.explode("history_spans").alias("value")))
    earliest = sent.groupBy("value").agg(F.min("ts").alias("first_sent"))
    issued = _first(got).join(earliest, on="value", how="inner").where("first_sent > issued_at")
    return _directed(issued.drop("first_sent"), sent, at_least=settings.min_reused_spans)


def _first(got: DataFrame) -> DataFrame:
    """value, issuer, issued_at, issued_on: of what one account alone got, the first time."""
    return (
        got.groupBy("value")
        .agg(
            F.min("account_id").alias("issuer"),
            F.max("account_id").alias("last"),
            F.min("ts").alias("issued_at"),
            F.min("event_date").alias("issued_on"),
        )
        .where("issuer = last")
        .drop("last")
    )


def _directed(issued: DataFrame, sent: DataFrame, at_least: int) -> DataFrame:
    """Both ends of what came back from another account, at least so many values an exchange."""
    met = (
        sent.join(issued, on="value", how="inner")
        .where("account_id != issuer and ts > issued_at")
        .groupBy(*SENT, "issuer")
        .agg(
            F.count_distinct("value").alias("values"),
            F.min("issued_at").alias("issued_at"),
            F.min("issued_on").alias("issued_on"),
        )
        .where(F.col("values") >= at_least)
    )
    trace = F.xxhash64("issuer").alias("trace")
    redeemed = met.select("account_id", "event_date", "ts", trace, F.lit(REDEEMED).alias("role"))
    taken = met.select(
        F.col("issuer").alias("account_id"),
        F.col("issued_on").alias("event_date"),
        F.col("issued_at").alias("ts"),
        trace,
        F.lit(ISSUED).alias("role"),
    )
    return redeemed.union(taken)


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
    ("near_duplicate", near_duplicate),
    ("system_prompt", system_prompt),
    ("tool_schema", tool_schema),
    ("response_reuse", response_reuse),
    ("signature_replay", signature_replay),
    ("refusal", refusal),
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
        .groupBy("account_id", "event_date", "trace", "role")
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
        "role",
        "account_id",
        "exchanges",
        "first_ts",
        "last_ts",
    )
