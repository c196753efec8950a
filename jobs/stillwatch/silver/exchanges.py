"""What is each exchange, once, without its text: labels, lengths, hashes, fingerprints?

Invariants: of lines with the same id the first by file and line is kept, so bronze = silver +
duplicates; the text of a prompt is read here for the last time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from stillwatch.config import Run, TraceSettings
from stillwatch.kernels import capability, keyed, minhash, spans, text
from stillwatch.kernels.turns import Blocks, lengths, toolsets
from stillwatch.tables import table

DECLARED = table("silver.exchanges")
PLACE = ("source_file", "source_line")
Places: TypeAlias = Mapping[str, NDArray[np.int64]]  # lines of a file, ascending

READ = (
    *("exchange_id", "event_date", "ts", "account_id", "model", "system", *PLACE),
    *("messages.role", "messages.content.type", "messages.content.text"),
    "messages.content.signature",
    *("response.stop_reason", "response.content.type", "response.content.text"),
    "response.content.signature",
    *("tools.name", "tools.input_schema", "usage", "client", "status", "latency_ms"),
)
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


def transform(frames: Mapping[str, Any], run: Run) -> Any:
    """Exchanges of the week, each once.

    Args:
        frames: `bronze.exchanges`, as a table that tasks read.
        run: Week, settings and key.

    Returns:
        Batches of the declared columns, to be written by the tasks that make them.
    """
    bronze = frames["bronze.exchanges"]
    repeated = places(repeats(bronze.frame))
    return bronze.map_batches(partial(describe, run, repeated), READ, DECLARED.schema_json())


def describe(
    run: Run, repeated: Places, batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Yields what is kept of each batch, without the lines that repeat an exchange."""
    for batch in batches:
        if repeated:
            batch = batch.filter(pa.array(~_is_repeated(batch, repeated)))
        if batch.num_rows:
            yield _describe(flat(batch), run)


def repeats(bronze: DataFrame) -> DataFrame:
    """Places of the lines that repeat an exchange id, all but the first of each."""
    places = bronze.select("exchange_id", *PLACE)
    # A number is grouped faster than a text; which texts it stands for is told afterwards.
    hashed = bronze.select(F.xxhash64("exchange_id").alias("h"))
    repeated = hashed.groupBy("h").count().where("count > 1").select("h")
    suspected = places.withColumn("h", F.xxhash64("exchange_id")).join(
        F.broadcast(repeated), on="h", how="left_semi"
    )
    order = Window.partitionBy("exchange_id").orderBy(*PLACE)
    ranked = suspected.withColumn("rank", F.row_number().over(order))
    return ranked.where("rank > 1").select(*PLACE)


def places(found: DataFrame) -> Places:
    """The places by file: some eight bytes a line."""
    table = found.toArrow().sort_by([(name, "ascending") for name in PLACE])
    if not table.num_rows:
        return {}
    files, lines = (table.column(name).combine_chunks() for name in PLACE)
    counted = {entry["values"]: entry["counts"] for entry in files.value_counts().to_pylist()}
    ends = np.cumsum(list(counted.values()), dtype=np.int64)
    return dict(zip(counted, np.split(lines.to_numpy(), ends[:-1]), strict=True))


def _is_repeated(batch: pa.RecordBatch, repeated: Places) -> NDArray[np.bool_]:
    files, lines = (batch.column(name) for name in PLACE)
    found = np.zeros(batch.num_rows, dtype=bool)
    for file in pc.unique(files).to_pylist():
        if file in repeated:
            here = pc.equal(files, file).to_numpy(zero_copy_only=False)
            found |= here & np.isin(lines.to_numpy(), repeated[file])
    return found


def flat(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """The columns of READ without nesting, texts joined and blocks counted."""
    column = {name: batch.column(name) for name in batch.schema.names}
    response, usage, caller = column["response"], column["usage"], column["client"]
    sent = Blocks.of_messages(column["messages"])
    got = Blocks.of_content(pc.struct_field(response, "content"))
    return {name: column[name] for name in KEPT if name in column} | {
        "turns": pa.array(lengths(column["messages"]), pa.int32()),
        "tools": pa.array(lengths(column["tools"]), pa.int32()),
        "prompt": sent.joined("user"),
        "history": sent.joined("assistant"),
        "answer": got.joined(),
        "system": column["system"],
        "toolset": toolsets(column["tools"]),
        "tool_results": sent.count("tool_result"),
        "images": sent.count("image"),
        "tool_calls": got.count("tool_use"),
        "thinking": got.count("thinking", "redacted_thinking"),
        "signatures_issued": got.signed(),
        "signatures_sent": sent.signed(),
        "stop_reason": pc.struct_field(response, "stop_reason"),
        **{name: pc.struct_field(usage, name) for name in ("input_tokens", "output_tokens")},
        **{name: pc.struct_field(caller, name) for name in ("country", "ip", "asn")},
        "agent": _agent(caller),
    }


def _agent(caller: pa.StructArray) -> pa.Array:
    """JA4 and user agent with a blank between, or the one that is given; empty for neither."""
    ja4, agent = (pc.struct_field(caller, name) for name in ("ja4", "user_agent"))
    between = pc.if_else(pc.and_(ja4.is_valid(), agent.is_valid()), " ", "")
    return pc.binary_join_element_wise(pc.fill_null(ja4, ""), pc.fill_null(agent, ""), between)


def _describe(column: Mapping[str, pa.Array], run: Run) -> pa.RecordBatch:
    settings, secret, toolset = run.settings.traces, run.key.secret, column["toolset"]
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
        "tools_hash": text.hash64(toolset.dictionary).take(toolset.indices),
        "network_hash": keyed.hmac64(network, secret, "network"),
        "address_hash": keyed.hmac64(column["ip"], secret, "address"),
        "client_hash": text.hash64(column["agent"]),
        "spans": spans.fingerprints(column["prompt"], settings.words, settings.window),
        "system_spans": _of_systems(column["system"], settings),
        "answer_spans": _sampled(column["answer"], settings),
        "history_spans": _sampled(column["history"], settings),
        "near_bands": _bands(column["prompt"], settings),
        "key_id": pa.repeat(run.key.id, len(toolset)),
    }
    return pa.RecordBatch.from_arrays(
        [_as(made[c.name], c.type) for c in DECLARED.columns], names=list(DECLARED.column_names)
    )


def _of_systems(texts: pa.Array, settings: TraceSettings) -> pa.ListArray:
    """Fingerprints of texts most of which are the same few; the smallest of those of a long one."""
    distinct = texts.dictionary_encode()
    found = spans.fingerprints(distinct.dictionary, settings.words, settings.window)
    found = pc.list_slice(found, 0, settings.max_spans)
    # Nothing is said by who has no system prompt.
    return found.take(distinct.indices).fill_null([])


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
