"""What did each account have, on each day, that another account can have in common with it?

One row an account, trace, role and day. A layer of content or infrastructure is one small function:
the array of traces of an exchange. All of them are taken in one pass over the exchanges and meet in
one shuffle; adding a signal is adding a function to SHARED_LAYERS.

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
SENT = ("exchange", "account_id", "event_date", "ts")


def prompt_span(settings: TraceSettings) -> Column:
    """Winnowed fingerprints of the user text: a clause inside otherwise different prompts."""
    # The smallest hashes are the same ones in every account, so a cap keeps what is comparable.
    return F.slice("spans", 1, settings.max_spans)


def system_prompt(settings: TraceSettings) -> Column:
    """The normalised system prompt: a shared harness over organic prompts."""
    return F.when(F.col("system_chars") >= settings.min_system_chars, F.array("system_hash"))


def tool_schema(settings: TraceSettings) -> Column:
    """Names and schemas of the tools offered: a shared harness."""
    return F.array("tools_hash")


def near_duplicate(settings: TraceSettings) -> Column:
    """MinHash bands of the whole user text: the same task through many accounts."""
    return F.col("near_bands")


def refusal(settings: TraceSettings) -> Column:
    """Clauses of requests that the model refused: probing by one technique."""
    return F.when(F.col("stop_reason") == "refusal", prompt_span(settings))


def network(settings: TraceSettings) -> Column:
    """The /24 or /48 with its ASN: shared infrastructure."""
    return F.array("network_hash")


def client(settings: TraceSettings) -> Column:
    """JA4 with user agent: shared software."""
    return F.array("client_hash")


def _sent(exchanges: DataFrame, values: Column) -> DataFrame:
    code = F.xxhash64("exchange_id").alias("exchange")  # only compared: shuffled as eight bytes
    return exchanges.select(code, *SENT[1:], F.explode(values).alias("value"))


def signature_replay(exchanges: DataFrame, settings: TraceSettings) -> DataFrame:
    """Signatures of thinking that another account got and this one sends."""
    got = _sent(exchanges, F.col("signatures_issued"))
    sent = _sent(exchanges, F.col("signatures_sent"))
    return _directed(_met(got, sent), sent, at_least=1)


def response_reuse(exchanges: DataFrame, settings: TraceSettings) -> DataFrame:
    """Spans of an answer that another account got, in what this one sends later.

    A span counts only if one account got it and nobody had sent it before: then it is neither a
    turn of speech of the model nor an echo of a common prompt.
    """
    got = _sent(exchanges, F.col("answer_spans"))
    is_sampled = F.pmod("value", F.lit(settings.sampled)) == 0
    typed = _sent(exchanges, F.col("spans")).where(is_sampled)
    sent = typed.union(_sent(exchanges, F.col("history_spans")))
    unsaid = _met(got, sent).where("first_sent > issued_at")
    return _directed(unsaid, sent, at_least=settings.min_reused_spans)


def _met(got: DataFrame, sent: DataFrame) -> DataFrame:
    """value, issuer, issued_at, issued_on, first_sent: of what one account got and another sent.

    Both sides meet in one aggregation, a row a value from each task, and most values end here:
    they come back to nobody, or in the account's own conversation.
    """
    nothing = F.lit(None).cast("date").alias("event_date")
    ends = got.select("value", "account_id", "ts", "event_date", F.lit(True).alias("is_got")).union(
        sent.select("value", "account_id", "ts", nothing, F.lit(False))
    )
    is_got, account = F.col("is_got"), F.col("account_id")
    return (
        ends.groupBy("value")
        .agg(
            F.min(F.when(is_got, account)).alias("issuer"),
            F.max(F.when(is_got, account)).alias("last"),
            F.min(F.when(is_got, F.col("ts"))).alias("issued_at"),
            F.min("event_date").alias("issued_on"),
            F.min(F.when(~is_got, F.col("ts"))).alias("first_sent"),
            F.min(F.when(~is_got, account)).alias("one"),
            F.max(F.when(~is_got, account)).alias("other"),
        )
        .where("issuer = last and (one != issuer or other != issuer)")
        .drop("last", "one", "other")
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


def payment(exchanges: DataFrame, accounts: DataFrame) -> DataFrame:
    """The payment instrument of the account, on every day that it was active."""
    paid = accounts.where(F.col("payment_hash").isNotNull())
    days = exchanges.groupBy("account_id", "event_date").agg(*_counted())
    return days.join(
        paid.select("account_id", F.col("payment_hash").alias("trace")), on="account_id"
    ).withColumns({"layer": F.lit("payment"), "role": F.lit(SHARED)})


SHARED_LAYERS: tuple[Callable[[TraceSettings], Column], ...] = (
    prompt_span,
    near_duplicate,
    system_prompt,
    tool_schema,
    refusal,
    network,
    client,
)
DIRECTED_LAYERS: tuple[Callable[[DataFrame, TraceSettings], DataFrame], ...] = (
    response_reuse,
    signature_replay,
)
LAYERS = tuple(layer.__name__ for layer in (*SHARED_LAYERS, *DIRECTED_LAYERS, payment))


def shared(exchanges: DataFrame, settings: TraceSettings) -> DataFrame:
    """Every trace of every exchange, in one pass; its layer is known by its place."""
    none = F.array().cast("array<bigint>")
    columns = [F.coalesce(layer(settings), none) for layer in SHARED_LAYERS]
    each = exchanges.select(
        "account_id",
        "event_date",
        "ts",
        F.array(*map(F.size, columns)).alias("sizes"),
        F.concat(*columns).alias("traces"),
    ).select("account_id", "event_date", "ts", "sizes", F.posexplode("traces").alias("at", "trace"))
    # The number of layers that end at this place or before it.
    end, layer = F.lit(0), F.lit(0)
    for number in range(len(SHARED_LAYERS) - 1):
        end = end + F.col("sizes")[number]
        layer = layer + (F.col("at") >= end).cast("int")
    return (
        each.where(F.col("trace").isNotNull())
        .select("account_id", "event_date", "ts", layer.cast("byte").alias("code"), "trace")
        .groupBy("account_id", "event_date", "code", "trace")
        .agg(*_counted())
        .withColumns(
            {
                "layer": F.array(*(F.lit(name) for name in LAYERS[: len(SHARED_LAYERS)]))[
                    F.col("code")
                ],
                "role": F.lit(SHARED),
            }
        )
    )


def _counted() -> tuple[Column, ...]:
    return (
        F.count("*").alias("exchanges"),
        F.min("ts").alias("first_ts"),
        F.max("ts").alias("last_ts"),
    )


def transform(frames: Mapping[str, Any], run: Run) -> DataFrame:
    """Traces of the week, one row an account, trace, role and day.

    Args:
        frames: `silver.exchanges` and `silver.accounts`.
        run: Week, settings and key.
    """
    exchanges, settings = frames["silver.exchanges"], run.settings.traces
    directed = [
        layer(exchanges, settings)
        .groupBy("account_id", "event_date", "trace", "role")
        .agg(*_counted())
        .withColumn("layer", F.lit(layer.__name__))
        for layer in DIRECTED_LAYERS
    ]
    layers = [
        shared(exchanges, settings),
        payment(exchanges, frames["silver.accounts"]),
        *directed,
    ]
    columns = ("event_date", "layer", "trace", "role", "account_id", "exchanges")
    kept = [each.select(*columns, "first_ts", "last_ts") for each in layers]
    return reduce(DataFrame.union, kept).select(F.lit(run.week).alias("week"), "*")
