"""What did each account have, on each day, that another account can have in common with it?

One row an account, trace, role and day. A layer of content or infrastructure is one small function:
the traces of a batch of exchanges. All of them are taken in one pass over the exchanges and meet in
one shuffle; adding a signal is adding a function to SHARED_LAYERS.

Two layers have a direction. Their trace stands for the account that something was issued to:
whoever sends it back without being that account redeems it, and redeemers from one account are
linked with each other. The account itself holds it as `issued` and is linked to nobody by it.
What was issued in an earlier week is not known.

A clause or band of a prompt that one account alone has is nothing in common with anyone. It ends
here; most are such, and silver.exchanges has them (docs/adr/0010).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from stillwatch.config import Run, TraceSettings
from stillwatch.kernels import moved
from stillwatch.kernels.blocks import as_they_are, spark_json
from stillwatch.kernels.holders import Activity
from stillwatch.kernels.tally import placed
from stillwatch.kernels.traces import (
    COUNTED,
    Found,
    counted,
    keyed,
    listed,
    merged,
    numbers,
    single,
)
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


def system_span(batch: pa.RecordBatch, settings: TraceSettings) -> Found:
    """Winnowed fingerprints of the system prompt: a harness that changes with date or wording."""
    return listed(batch.column("system_spans"))


def tool_schema(batch: pa.RecordBatch, settings: TraceSettings) -> Found:
    """Names and schemas of the tools offered: a shared harness."""
    return single(batch.column("tools_hash"))


def refusal(batch: pa.RecordBatch, settings: TraceSettings) -> Found:
    """Clauses of requests that the model refused: probing by one technique."""
    return prompt_span(batch, settings).where(pc.equal(batch.column("stop_reason"), "refusal"))


def network(batch: pa.RecordBatch, settings: TraceSettings) -> Found:
    """The /24 or /48 with its ASN: shared infrastructure."""
    return single(batch.column("network_hash"))


SHARED_LAYERS: tuple[Callable[[pa.RecordBatch, TraceSettings], Found], ...] = (
    prompt_span,
    near_duplicate,
    system_prompt,
    system_span,
    tool_schema,
    refusal,
    network,
)
READ = (
    *("account_id", "event_date", "ts", "spans", "near_bands", "system_chars", "system_hash"),
    *("system_spans", "tools_hash", "stop_reason", "network_hash"),
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
# A trace's layer and role, known by its place from here to its row.
KINDS = (
    *((layer.__name__, SHARED) for layer in SHARED_LAYERS),
    ("payment", SHARED),
    *((layer, role) for layer in DIRECTED for role in (ISSUED, REDEEMED)),
)
PAYMENT = len(SHARED_LAYERS)
# Layers of which an account has many traces a prompt, most of them alone.
RICH = tuple(
    SHARED_LAYERS.index(layer) for layer in (prompt_span, near_duplicate, system_span, refusal)
)
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
        .each(as_they_are, spark_json(moved.MOVED))
        .frame()
    )
    days = active(exchanges.frame, settings).persist()
    few = payment(days, accounts).unionByName(directed(back))
    others = exchanges.beside(few).cut(keyed, COUNTED.names, COUNTED, held.parts)
    rows = held.and_(others).batches(partial(_rows, run, activity(days)), schema)
    return rows.telling(capped(days))


def active(exchanges: DataFrame, settings: TraceSettings) -> DataFrame:
    """A row an account and day: exchanges, first and last, and what the cap on prompts leaves out.

    Args:
        exchanges: silver.exchanges.
        settings: The cap on a prompt's fingerprints.
    """
    size = F.size("spans")
    over = size - settings.max_spans
    return exchanges.groupBy("account_id", "event_date").agg(
        F.count("*").alias("exchanges"),
        F.unix_micros(F.min("ts")).alias("first_ts"),
        F.unix_micros(F.max("ts")).alias("last_ts"),
        F.count_if(over > 0).alias("prompts"),
        F.sum(F.when(over > 0, over)).alias("left_out"),
        F.max(F.when(over > 0, size)).alias("most"),
    )


def capped(days: DataFrame) -> dict[str, Any]:
    """What the cap on a prompt's fingerprints leaves out."""
    found = days.agg(
        F.sum("prompts").alias("prompts"),
        F.sum("left_out").alias("fingerprints_left_out"),
        F.max("most").alias("most_in_one"),
    )
    told = found.toArrow().to_pylist()[0]
    return {"prompt_span, fingerprints of long prompts": told} if told["prompts"] else {}


def activity(days: DataFrame) -> Activity:
    """Active accounts by their codes: some 40 bytes an account, which every task is given."""
    sent = days.groupBy("account_id").agg(F.sum("exchanges").alias("n"))
    return Activity.counted(sent.toArrow())


def payment(days: DataFrame, accounts: DataFrame) -> DataFrame:
    """The payment instrument of the account, on every day that it was active: rows of COUNTED."""
    paid = accounts.where(F.col("payment_hash").isNotNull())
    return days.join(
        paid.select("account_id", F.col("payment_hash").alias("trace")), on="account_id"
    ).select(
        F.lit(PAYMENT).cast("long").alias("layer"),
        "trace",
        F.xxhash64("account_id").alias("account"),
        F.unix_date("event_date").cast("long").alias("day"),
        *("exchanges", "first_ts", "last_ts"),
    )


def directed(back: DataFrame) -> DataFrame:
    """Both ends of what moved between accounts: rows of COUNTED."""
    kind = PAYMENT + 1 + 2 * F.col("layer") + F.col("redeemed")
    return back.select(
        kind.alias("layer"), *("trace", "account", "day", "exchanges", "first_ts", "last_ts")
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


def _rows(run: Run, accounts: Activity, held: pa.Table) -> Iterator[pa.RecordBatch]:
    """Declared rows of a part: first what several accounts hold, layer by layer, then the rest.

    So a reader of either can pass over the rest.
    """
    rows = merged(held, RICH)
    alone = pc.equal(rows["holders"], 1).to_numpy()
    kinds = rows["layer"].to_numpy()
    order, _ = placed(alone * len(KINDS) + kinds, 2 * len(KINDS))
    rows = rows.take(pa.array(order))
    names, roles = zip(*KINDS, strict=True)
    kind, time = rows["layer"].combine_chunks(), pa.timestamp("us", "UTC")
    made = {
        "week": pa.repeat(pa.scalar(run.week), rows.num_rows),
        "event_date": rows["day"].cast(pa.int32()).cast(pa.date32()),
        "layer": pa.array(names).take(kind),
        "trace": rows["trace"],
        "role": pa.array(roles).take(kind),
        "account_id": accounts.names.take(pa.array(accounts.at(numbers(rows, "account")))),
        "exchanges": rows["exchanges"],
        "first_ts": rows["first_ts"].cast(time),
        "last_ts": rows["last_ts"].cast(time),
        "days": rows["days"],
        "holders": rows["holders"],
    }
    yield from pa.table({name: made[name] for name in DECLARED.column_names}).to_batches(WRITTEN)
