"""What did each account have, on each day, that another account can have in common with it?

One row an account, trace, role and day. A layer of content or infrastructure is one small function:
the traces of a batch of exchanges. All of them are taken in one pass over the exchanges and meet in
one shuffle; adding a signal is adding a function to SHARED_LAYERS.

Two layers have a direction. Their trace stands for the account that something was issued to:
whoever sends it back without being that account redeems it, and redeemers from one account are
linked with each other. The account itself holds it as `issued` and is linked to nobody by it.
What was issued in an earlier week is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from stillwatch.config import Run, TraceSettings
from stillwatch.kernels import moved
from stillwatch.kernels.blocks import spark_json
from stillwatch.kernels.traces import COUNTED, Found, counted, listed, merged, single
from stillwatch.tables import table

DECLARED = table("silver.traces")
SHARED, ISSUED, REDEEMED = "shared", "issued", "redeemed"


def prompt_span(batch: pa.RecordBatch, settings: TraceSettings) -> Found:
    """Winnowed fingerprints of the user text: a clause inside otherwise different prompts."""
    # The smallest hashes are the same ones in every account, so a cap keeps what is comparable.
    return listed(batch.column("spans"), settings.max_spans)


def near_duplicate(batch: pa.RecordBatch, settings: TraceSettings) -> Found:
    """MinHash bands of the whole user text: the same task through many accounts."""
    return listed(batch.column("near_bands"))


def system_prompt(batch: pa.RecordBatch, settings: TraceSettings) -> Found:
    """The normalised system prompt: a shared harness over organic prompts."""
    says_something = pc.greater_equal(batch.column("system_chars"), settings.min_system_chars)
    return single(batch.column("system_hash")).where(says_something)


def tool_schema(batch: pa.RecordBatch, settings: TraceSettings) -> Found:
    """Names and schemas of the tools offered: a shared harness."""
    return single(batch.column("tools_hash"))


def refusal(batch: pa.RecordBatch, settings: TraceSettings) -> Found:
    """Clauses of requests that the model refused: probing by one technique."""
    return prompt_span(batch, settings).where(pc.equal(batch.column("stop_reason"), "refusal"))


def network(batch: pa.RecordBatch, settings: TraceSettings) -> Found:
    """The /24 or /48 with its ASN: shared infrastructure."""
    return single(batch.column("network_hash"))


def client(batch: pa.RecordBatch, settings: TraceSettings) -> Found:
    """JA4 with user agent: shared software."""
    return single(batch.column("client_hash"))


SHARED_LAYERS: tuple[Callable[[pa.RecordBatch, TraceSettings], Found], ...] = (
    prompt_span,
    near_duplicate,
    system_prompt,
    tool_schema,
    refusal,
    network,
    client,
)
READ = (
    *("account_id", "event_date", "ts", "spans", "near_bands", "system_chars", "system_hash"),
    *("tools_hash", "stop_reason", "network_hash", "client_hash"),
)


def signature_replay(batch: pa.RecordBatch, settings: TraceSettings) -> tuple[Found, Found]:
    """Signatures of thinking: those that the account got, and those that it sends."""
    return listed(batch.column("signatures_issued")), listed(batch.column("signatures_sent"))


def response_reuse(batch: pa.RecordBatch, settings: TraceSettings) -> tuple[Found, Found]:
    """Spans of answers that the account got, and of what it sends.

    A span counts only if one account got it and nobody had sent it before: then it is neither a
    turn of speech of the model nor an echo of a common prompt.
    """
    typed = listed(batch.column("spans"))
    sampled = typed.kept(typed.values % settings.sampled == 0)
    return listed(batch.column("answer_spans")), sampled.and_(listed(batch.column("history_spans")))


DIRECTED_LAYERS: tuple[Callable[[pa.RecordBatch, TraceSettings], tuple[Found, Found]], ...] = (
    response_reuse,
    signature_replay,
)
READ_DIRECTED = (
    *("exchange_id", "account_id", "event_date", "ts", "spans", "answer_spans", "history_spans"),
    *("signatures_issued", "signatures_sent"),
)
DIRECTED = tuple(layer.__name__ for layer in DIRECTED_LAYERS)
LAYERS = (*(layer.__name__ for layer in SHARED_LAYERS), *DIRECTED, "payment")
COLUMNS = tuple(name for name in DECLARED.column_names if name != "week")
MADE = tuple(name for name in COLUMNS if name not in ("days", "holders"))
T = TypeVar("T")
WRITTEN = 65_536  # rows of a batch


def transform(frames: Mapping[str, Any], run: Run) -> Any:
    """Traces of the week, one row an account, trace, role and day.

    Args:
        frames: `silver.exchanges` and `silver.accounts`, as tables that tasks read.
        run: Week, settings and key.

    Returns:
        Batches of the declared columns, to be written by the tasks that make them.
    """
    exchanges, accounts = frames["silver.exchanges"], frames["silver.accounts"].frame
    settings, schema = run.settings.traces, DECLARED.schema_json()
    held = exchanges.cut(partial(_shared, settings), READ, COUNTED)
    ends = exchanges.cut(partial(_ends, settings), READ_DIRECTED, moved.ENDS)
    least = {"response_reuse": settings.min_reused_spans}
    at_least = [least.get(name, 1) for name in DIRECTED]
    back = (
        ends.then(partial(moved.met, unsaid=[DIRECTED.index("response_reuse")]), moved.MET)
        .then(partial(moved.moved, at_least=at_least), moved.MOVED)
        .batches(moved.totals, spark_json(moved.MOVED))
        .frame()
    )
    few = told(payment(exchanges.frame, accounts).unionByName(directed(back, exchanges.frame)))
    week = F.lit(run.week).alias("week")
    rows = held.batches(partial(_rows, run), schema).and_(few.select(week, *COLUMNS))
    return rows.telling(capped(exchanges.frame, settings))


def told(rows: DataFrame) -> DataFrame:
    """The rows with the account's days and the trace's holders, as others get them in one part."""
    held = Window.partitionBy("layer", "trace", "role")
    return rows.withColumns(
        {
            "days": F.count("*").over(held.partitionBy("layer", "trace", "role", "account_id")),
            "holders": F.size(F.collect_set("account_id").over(held)).cast("long"),
        }
    )


def capped(exchanges: DataFrame, settings: TraceSettings) -> dict[str, Any]:
    """What the cap on a prompt's fingerprints leaves out."""
    size = F.size("spans")
    found = exchanges.where(size > settings.max_spans).agg(
        F.count("*").alias("prompts"),
        F.sum(size - settings.max_spans).alias("fingerprints_left_out"),
        F.max(size).alias("most_in_one"),
    )
    told = found.toArrow().to_pylist()[0]
    return {"prompt_span, fingerprints of long prompts": told} if told["prompts"] else {}


def payment(exchanges: DataFrame, accounts: DataFrame) -> DataFrame:
    """The payment instrument of the account, on every day that it was active."""
    paid = accounts.where(F.col("payment_hash").isNotNull())
    days = exchanges.groupBy("account_id", "event_date").agg(
        F.count("*").alias("exchanges"),
        F.min("ts").alias("first_ts"),
        F.max("ts").alias("last_ts"),
    )
    return (
        days.join(paid.select("account_id", F.col("payment_hash").alias("trace")), on="account_id")
        .withColumns({"layer": F.lit("payment"), "role": F.lit(SHARED)})
        .select(*MADE)
    )


def directed(back: DataFrame, exchanges: DataFrame) -> DataFrame:
    """Both ends of what moved between accounts, by the names of accounts."""
    named = exchanges.select("account_id").distinct()
    names = F.array(*map(F.lit, DIRECTED))
    return back.join(
        named.withColumn("account", F.xxhash64("account_id")), on="account", how="inner"
    ).select(
        F.date_from_unix_date(F.col("day").cast("int")).alias("event_date"),
        names[F.col("layer").cast("int")].alias("layer"),
        "trace",
        F.when(F.col("redeemed") == 1, REDEEMED).otherwise(ISSUED).alias("role"),
        "account_id",
        "exchanges",
        F.timestamp_micros("first_ts").alias("first_ts"),
        F.timestamp_micros("last_ts").alias("last_ts"),
    )


def _of(
    settings: TraceSettings,
    layer: Callable[[pa.RecordBatch, TraceSettings], T],
    batch: pa.RecordBatch,
) -> T:
    return layer(batch, settings)


def _shared(settings: TraceSettings, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    return counted(batches, [partial(_of, settings, layer) for layer in SHARED_LAYERS])


def _ends(settings: TraceSettings, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    return moved.ends(batches, [partial(_of, settings, layer) for layer in DIRECTED_LAYERS])


def _rows(run: Run, held: pa.Table) -> Iterator[pa.RecordBatch]:
    """Declared rows of a part."""
    names = pa.array([layer.__name__ for layer in SHARED_LAYERS])
    rows = merged(held)
    time = pa.timestamp("us", "UTC")
    made = {
        "week": pa.repeat(pa.scalar(run.week), rows.num_rows),
        "event_date": rows["day"].cast(pa.int32()).cast(pa.date32()),
        "layer": names.take(rows["layer"].combine_chunks()),
        "trace": rows["trace"],
        "role": pa.repeat(pa.scalar(SHARED), rows.num_rows),
        "account_id": rows["account_id"],
        "exchanges": rows["exchanges"],
        "first_ts": rows["first_ts"].cast(time),
        "last_ts": rows["last_ts"].cast(time),
        "days": rows["days"],
        "holders": rows["holders"],
    }
    yield from pa.table({name: made[name] for name in DECLARED.column_names}).to_batches(WRITTEN)
