"""Every landed line becomes one row here or one in quarantine; rows are as declared."""

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from factories import RUN, WEEK
from hypothesis import given, settings
from hypothesis import strategies as st
from landings import LIMIT, land, line, reasons, rejected, rows
from pyspark.sql.types import StructType
from stillwatch.bronze.exchanges import decode, transform
from stillwatch.io.lake import Lake
from stillwatch.io.landing import find
from stillwatch.io.lines import read
from stillwatch.io.staging import Staging
from stillwatch.tables import table
from stillwatch.tables.bronze import BLOCK as DECLARED

BLOCK = dict.fromkeys(field["name"] for field in DECLARED["fields"])

FULL = {
    "system": "be brief",
    "messages": [
        {"role": "user", "content": "hello"},
        {
            "role": "assistant",
            "content": [{"type": "tool_use", "id": "1", "name": "f", "input": {}}],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "1", "content": "ok"},
                {"type": "text", "text": "and now?"},
                {"type": "image", "media_type": "image/png", "bytes": 5},
            ],
        },
        {"role": "assistant", "content": None},
    ],
    "tools": [{"name": "f", "description": "d", "input_schema": {"type": "object"}}],
    "response": {
        "stop_reason": "end_turn",
        "content": [
            {"type": "thinking", "thinking": "t", "signature": "s"},
            {"type": "redacted_thinking", "data": "r"},
            {"type": "new_kind", "text": "n", "more": 1},
        ],
    },
    "usage": {"input_tokens": 81, "output_tokens": 238},
    "client": {"ip": "203.0.113.7", "asn": 64500, "country": "US", "user_agent": "a", "ja4": "t"},
    "status": 200,
    "latency_ms": 5120,
}


def test_a_full_line_and_a_bare_one(tmp_path: Path) -> None:
    file = land(tmp_path, line(**FULL) + b"\n\n" + line(exchange_id="ex_2"))
    full, bare = rows(file)
    assert [turn["role"] for turn in full["messages"]] == ["user", "assistant", "user", "assistant"]
    assert [turn["content"] for turn in full["messages"]] == [
        [{**BLOCK, "type": "text", "text": "hello"}],
        [{**BLOCK, "type": "tool_use", "id": "1", "name": "f", "input": "{}"}],
        [
            {**BLOCK, "type": "tool_result", "tool_use_id": "1", "content": "ok"},
            {**BLOCK, "type": "text", "text": "and now?"},
            {**BLOCK, "type": "image", "media_type": "image/png", "bytes": 5},
        ],
        [],
    ]
    assert full["response"]["content"] == [
        {**BLOCK, "type": "thinking", "thinking": "t", "signature": "s"},
        {**BLOCK, "type": "redacted_thinking", "data": "r"},
        {**BLOCK, "type": "new_kind", "text": "n"},
    ]
    assert json.loads(full["_extra"]) == {"response.content.2.more": 1}
    tool = {"name": "f", "description": "d", "input_schema": '{"type":"object"}'}
    assert full["tools"] == [tool]
    for name in ("usage", "client", "status", "latency_ms", "system"):
        assert full[name] == FULL[name]
    assert full["event_date"] == bare["event_date"] == WEEK
    assert (full["source_line"], bare["source_line"]) == (1, 3)
    assert full["source_file"] == file.source_file
    assert full["ingested_at"] == file.arrived_at
    unsaid = [*FULL, "_extra"]
    assert {name: bare[name] for name in unsaid} == dict.fromkeys(unsaid)


def test_an_event_date_is_the_day_of_ts_whatever_the_folder(tmp_path: Path) -> None:
    late = line(ts="2026-11-10T00:00:00+00:00")
    early = line(ts="2026-11-10T00:30:00+02:00")
    days = [row["event_date"] for row in rows(land(tmp_path, late + b"\n" + early))]
    assert days == [date(2026, 11, 10), date(2026, 11, 9)]


def test_batches_are_as_declared_and_short_for_long_lines(tmp_path: Path) -> None:
    data = b"\n".join(line(system="x" * 3_000_000) for _ in range(7))
    file = land(tmp_path, gzip.compress(data), "a.jsonl.gz")
    batches = list(decode(RUN, file, read(Path(file.path), LIMIT)))
    assert [batch.num_rows for batch in batches] == [3, 3, 1]
    assert batches[0].schema.names == list(table("bronze.exchanges").column_names)
    for batch in batches:
        batch.validate(full=True)


def test_a_prompt_of_20_mb_is_kept_and_a_line_of_50_set_aside(tmp_path: Path) -> None:
    lines = [line(system="x" * 20_000_000), line(system="y" * 50_000_000), line()]
    file = land(tmp_path, b"\n".join(lines))
    assert [row["source_line"] for row in rows(file)] == [1, 3]
    assert reasons(file) == ["too_long"]


LINE = st.one_of(
    st.just(line()),
    st.just(line(status="200", new=1)),
    st.just(line(model=None)),
    st.just(line(system="a\u2028b").replace(b"\\u2028", "\u2028".encode())),
    st.just(b'{"broken": '),
    st.just(b""),
    st.just(b" \t\r"),
    st.binary(max_size=40),
    st.text(max_size=20).map(str.encode),
)


@settings(max_examples=200)
@given(lines=st.lists(LINE, max_size=12), cut=st.none() | st.integers(1, 200))
def test_nothing_is_lost(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], cut: int | None
) -> None:
    data = b"\n".join(lines)
    packed = data if cut is None else gzip.compress(data)[:-cut]
    file = land(tmp_path_factory.mktemp("landing"), packed, "a.jsonl.gz")
    numbers = [n for n, _ in read(Path(file.path), LIMIT)]
    kept = [row["source_line"] for row in rows(file)]
    aside = [row[1] for row in rejected(file)]
    assert sorted(kept + aside) == numbers
    if cut is None:
        wanted = [n for n, each in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1)]
        blank = set(wanted) - set(numbers)
        assert all(
            not data.removeprefix(b"\xef\xbb\xbf").split(b"\n")[n - 1].strip() for n in blank
        )


@pytest.mark.spark
def test_tasks_write_what_was_read(spark: Any, tmp_path: Path) -> None:
    next_day = line(exchange_id="ex_3", ts="2026-11-10T00:00:00Z")
    lines = [line(**FULL), line(exchange_id="ex_2", status="x"), next_day]
    file = land(tmp_path / "landing", b"\n".join(lines))
    landing = find(tmp_path / "landing", WEEK).bind(spark)
    batches = transform({"landing.exchanges": landing}, RUN)
    staging = Staging(Lake.open_or_create(tmp_path / "lake", "k1"), WEEK)
    for version in range(2):
        assert staging.write_batches("bronze.exchanges", batches) == version + 1
        assert len(staging.adds("bronze.exchanges", version + 1)) == 2
    path = str(staging.path("bronze.exchanges"))
    read = spark.read.format("delta").load(path)
    assert [(f.name, f.dataType) for f in read.schema] == [
        (f.name, f.dataType) for f in StructType.fromJson(table("bronze.exchanges").schema_json())
    ]
    by_spark = pa.Table.from_batches(read.toArrow().to_batches()).to_pylist()
    by_polars = pl.read_delta(path).to_dicts()
    for written in (by_spark, by_polars):
        assert sorted(written, key=lambda row: row["source_line"]) == rows(file)
    assert landing.tally == {file.source_file: (3, 1)}
