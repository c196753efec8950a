"""What is each exchange, once, without its text: labels, lengths, hashes, fingerprints?

Invariants: of lines with the same id the first by file and line is kept, so bronze = silver +
duplicates; the text of a prompt is read here for the last time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from stillwatch.config import Run, TraceSettings
from stillwatch.kernels import capability, keyed, minhash, spans, text
from stillwatch.tables import table

DECLARED = table("silver.exchanges")
PLACE = ("source_file", "source_line")

USER_TEXTS = (
    "flatten(transform(filter(messages, m -> m.role = 'user'), "
    "m -> transform(filter(m.content, b -> b.type = 'text'), b -> b.text)))"
)
HISTORY_TEXTS = USER_TEXTS.replace("'user'", "'assistant'")
ANSWER_TEXTS = "transform(filter(response.content, b -> b.type = 'text'), b -> b.text)"


def _blocks(kind: str, of: str) -> str:
    return f"coalesce(size(filter({of}, b -> b.type in ({kind}))), 0)"


def _signatures(of: str) -> str:
    signed = f"filter({of}, b -> b.signature is not null and b.signature != '')"
    return f"array_distinct(transform({signed}, b -> xxhash64(b.signature)))"


REQUEST_BLOCKS = "flatten(transform(messages, m -> m.content))"
FLAT = {
    "exchange_id": "exchange_id",
    "event_date": "event_date",
    "ts": "ts",
    "account_id": "account_id",
    "model": "model",
    "turns": "coalesce(size(messages), 0)",
    "prompt": f"array_join({USER_TEXTS}, '\n')",
    "system": "system",
    "answer": f"array_join({ANSWER_TEXTS}, '\n')",
    "history": f"array_join({HISTORY_TEXTS}, '\n')",
    "signatures_issued": _signatures("response.content"),
    "signatures_sent": _signatures(REQUEST_BLOCKS),
    "toolset": "if(size(tools) > 0, to_json(transform(tools, t -> struct(t.name, t.input_schema))),"
    " null)",
    "tools": "if(tools is null, 0, size(tools))",
    "tool_calls": _blocks("'tool_use'", "response.content"),
    "tool_results": _blocks("'tool_result'", REQUEST_BLOCKS),
    "images": _blocks("'image'", REQUEST_BLOCKS),
    "thinking": _blocks("'thinking', 'redacted_thinking'", "response.content"),
    "input_tokens": "usage.input_tokens",
    "output_tokens": "usage.output_tokens",
    "stop_reason": "response.stop_reason",
    "status": "status",
    "latency_ms": "latency_ms",
    "country": "client.country",
    "ip": "client.ip",
    "asn": "client.asn",
    "agent": "concat_ws(' ', client.ja4, client.user_agent)",
}
KEPT = (
    "exchange_id",
    "event_date",
    "ts",
    "account_id",
    "model",
    "turns",
    "tools",
    "tool_calls",
    "tool_results",
    "images",
    "thinking",
    "input_tokens",
    "output_tokens",
    "stop_reason",
    "status",
    "latency_ms",
    "country",
    "signatures_issued",
    "signatures_sent",
)


def transform(frames: Mapping[str, Any], run: Run) -> DataFrame:
    """Exchanges of the week, each once.

    Args:
        frames: `bronze.exchanges`.
        run: Week, settings and key.
    """
    bronze: DataFrame = frames["bronze.exchanges"]
    kept = bronze.join(F.broadcast(repeats(bronze)), on=list(PLACE), how="left_anti")
    flat = kept.select([F.expr(sql).alias(name) for name, sql in FLAT.items()])
    schema = StructType.fromJson(DECLARED.schema_json())

    def describe(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return (_describe(batch, run) for batch in batches if batch.num_rows)

    return flat.mapInArrow(describe, schema)


def repeats(bronze: DataFrame) -> DataFrame:
    """Places of the lines that repeat an exchange id, all but the first of each."""
    places = bronze.select("exchange_id", *PLACE)
    repeated = places.groupBy("exchange_id").count().where("count > 1").select("exchange_id")
    order = Window.partitionBy("exchange_id").orderBy(*PLACE)
    ranked = places.join(repeated, on="exchange_id", how="left_semi").withColumn(
        "rank", F.row_number().over(order)
    )
    return ranked.where("rank > 1").select(*PLACE)


def _describe(batch: pa.RecordBatch, run: Run) -> pa.RecordBatch:
    column = {name: batch.column(name) for name in batch.schema.names}
    settings, secret = run.settings.traces, run.key.secret
    network = keyed.networks(
        column["ip"], column["asn"], settings.ipv4_prefix, settings.ipv6_prefix
    )
    labels = capability.label(
        pa.RecordBatch.from_arrays(
            [
                *(column[name] for name in ("prompt", "system")),
                *(column[n] for n in ("tools", "tool_calls", "tool_results", "images", "thinking")),
                column["answer"],
            ],
            names=[
                *("prompt", "system", "tools", "tool_calls", "tool_results", "images", "thinking"),
                "response",
            ],
        )
    )
    made = {name: column[name] for name in KEPT} | {
        "capability": labels.column("capability"),
        "elicits_reasoning": labels.column("elicits_reasoning"),
        "grades_answers": labels.column("grades_answers"),
        "prompt_chars": _chars(column["prompt"]),
        "system_chars": _chars(column["system"]),
        "response_chars": _chars(column["answer"]),
        "prompt_hash": text.hash64(column["prompt"]),
        "system_hash": text.hash64(column["system"]),
        "tools_hash": text.hash64(column["toolset"]),
        "network_hash": keyed.hmac64(network, secret, "network"),
        "address_hash": keyed.hmac64(column["ip"], secret, "address"),
        "client_hash": text.hash64(column["agent"]),
        "spans": spans.fingerprints(column["prompt"], settings.words, settings.window),
        "answer_spans": _sampled(column["answer"], settings),
        "history_spans": _sampled(column["history"], settings),
        "near_bands": _bands(column["prompt"], settings),
        "key_id": pa.array([run.key.id] * batch.num_rows, pa.string()),
    }
    return pa.RecordBatch.from_arrays(
        [_as(made[c.name], c.type) for c in DECLARED.columns], names=list(DECLARED.column_names)
    )


def _sampled(texts: pa.Array, settings: TraceSettings) -> pa.ListArray:
    """Fingerprints of which one in `settings.sampled` is kept, the same ones in every text."""
    found = spans.fingerprints(texts, settings.words, settings.window)
    values = found.values.to_numpy()
    kept = values % settings.sampled == 0
    ends = np.concatenate([[0], np.cumsum(kept)])[found.offsets.to_numpy()]
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), pa.array(values[kept]))


def _bands(texts: pa.Array, settings: TraceSettings) -> pa.ListArray:
    """MinHash bands of the whole prompt; none of one that is too short to be anyone's own."""
    count, rows = settings.bands, settings.band_rows
    made = minhash.bands(minhash.signatures(texts, size=count * rows), count, rows)
    chars = _chars(texts).to_numpy(zero_copy_only=False)
    sizes = np.where(chars >= settings.min_near_chars, count, 0)
    offsets = pa.array(np.concatenate([[0], np.cumsum(sizes)]), pa.int32())
    return pa.ListArray.from_arrays(offsets, pa.array(made[sizes > 0].ravel()))


def _chars(texts: pa.Array) -> pa.Array:
    return pc.fill_null(pc.utf8_length(texts), 0)


ARROW = {
    "string": pa.string(),
    "long": pa.int64(),
    "integer": pa.int32(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", "UTC"),
}


def _as(values: pa.Array, kind: Any) -> pa.Array:
    if isinstance(kind, str):
        return values if values.type == ARROW[kind] else values.cast(ARROW[kind])
    return values.cast(pa.list_(pa.int64()))
