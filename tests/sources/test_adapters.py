"""Each gateway's record becomes the same exchange, and what is new in it is kept."""

import json
from typing import Any

import pytest
from gateway_records import (
    BLOCKS_ASKED,
    DECODE,
    FULL,
    STREAMS,
    TS,
    apim,
    bedrock,
    decoded,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from stillwatch.sources import ADAPTERS, adapter_for
from stillwatch.sources.canonical import (
    Drifted,
    Exchange,
    Image,
    Text,
    Thinking,
    ToolResult,
    ToolUse,
)
from stillwatch.sources.columns import Columns
from stillwatch.sources.rejection import Rejected
from stillwatch.tables.bronze import EXCHANGES


def extra(exchange: Exchange) -> Any:
    assert isinstance(exchange, Drifted)
    return json.loads(bytes(exchange.extra))


@pytest.mark.parametrize("name", FULL)
def test_every_format_says_the_same(name: str) -> None:
    got = decoded(FULL[name])
    assert got.exchange_id in ("r1", "r-1")
    assert got.ts.isoformat() == "2026-11-09T09:51:36+00:00"
    assert (got.account_id, got.model, got.system) == ("who", "atlas-3", "be brief")
    assert got.messages is not None
    assert [(turn.role, turn.content) for turn in got.messages] in (
        [("user", "hello")],
        [("user", [Text("hello")])],
    )
    assert got.tools is not None
    assert [(tool.name, bytes(tool.input_schema)) for tool in got.tools] == [("f", b'{"p":1}')]
    assert got.response is not None
    if name != "langfuse":  # which does not say why the answer stopped
        assert got.response.stop_reason == "tool_use"
    text, use = got.response.content or ()
    assert text == Text("hi")
    assert isinstance(use, ToolUse)
    assert (use.id, use.name, bytes(use.input)) == ("c1", "f", b'{"a":1}')
    assert got.usage is not None
    assert (got.usage.input_tokens, got.usage.output_tokens) == (5, 7)
    if got.latency_ms is not None:
        assert got.latency_ms == 1500


@pytest.mark.parametrize("name", FULL)
def test_exactly_one_adapter_knows_a_record(name: str) -> None:
    known = [a.__name__.rsplit(".")[-1] for a in ADAPTERS if a.matches(FULL[name])]
    assert known[0] == {"otel": "otel_genai"}.get(name.split(",")[0], name.split(",")[0])
    assert set(known[1:]) <= {"http"}


def test_the_canonical_form_needs_no_adapter() -> None:
    assert adapter_for({"exchange_id": "e", "request_body": {"model": "m"}}) is None
    assert adapter_for({}) is None


def test_envoy_tells_all_but_the_words() -> None:
    got = decoded(
        {
            "x-request-id": "r1",
            "start_time": TS,
            "x-account-id": "who",
            "genai_model_name": "atlas-3",
            "genai_tokens_input": "5",
            "genai_tokens_output": "-",
            "x-forwarded-for": "203.0.113.7, 10.0.0.1",
            "user-agent": "sdk/1",
            "response_code": 200,
            "duration": 1500,
            "route_name": "r",
        }
    )
    assert (got.exchange_id, got.account_id, got.model) == ("r1", "who", "atlas-3")
    assert (got.messages, got.response, got.status, got.latency_ms) == (None, None, 200, 1500)
    assert got.client is not None
    assert (got.client.ip, got.client.user_agent) == ("203.0.113.7", "sdk/1")
    assert got.usage is not None
    assert (got.usage.input_tokens, got.usage.output_tokens) == (5, None)


def test_a_format_that_is_not_as_documented_is_set_aside() -> None:
    for record in (
        bedrock(BLOCKS_ASKED, {"choices": [7]}),
        bedrock({"messages": 7}, None),
        {**FULL["otel"], "attributes": [{"gen_ai.x": 1}, 7]},
    ):
        with pytest.raises(Rejected):
            decoded(record)


def test_items_of_the_responses_api_are_turns() -> None:
    asked = {
        "model": "atlas-3",
        "instructions": "be brief",
        "input": [
            {"role": "user", "content": [{"type": "input_text", "text": "hello"}]},
            {"type": "reasoning", "summary": [{"text": "why"}], "encrypted_content": "sealed"},
            {"type": "function_call", "call_id": "c1", "name": "f", "arguments": '{"a":1}'},
            {"type": "function_call_output", "call_id": "c1", "output": "done"},
        ],
    }
    got = decoded({**FULL["http, messages"], "request": asked})
    assert got.system == "be brief"
    assert got.messages is not None
    contents = [turn.content for turn in got.messages]
    assert contents[0] == [Text("hello")]
    assert contents[1] == [Thinking("why", "sealed")]
    assert contents[3] == [ToolResult("c1", "done")]


def test_what_an_adapter_does_not_use_is_kept() -> None:
    kept = extra(decoded(FULL["litellm"]))
    assert kept["litellm"]["metadata"]["user_api_key_team_id"] == "team"
    assert kept["response.id"] == "chatcmpl-1"
    kept = extra(decoded(FULL["http, chat completions"]))
    assert kept["request"] == {"temperature": 0.5}
    assert kept["usage.total_tokens"] == 12


VALUES = ("null", '""', '"text"', "0", "-1", "1e300", "true", "[]", "{}", "[[]]", "[null]", "[{}]")
VALUE = st.sampled_from([*VALUES, '{"a": {}}']).map(json.loads)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container with a key of it, through all levels."""
    keys = list(value) if isinstance(value, dict) else range(len(value))
    own = [(value, key) for key in keys]
    inner = [p for key in keys if isinstance(value[key], dict | list) for p in places(value[key])]
    return own + inner


@settings(max_examples=600)
@given(data=st.data(), name=st.sampled_from([*FULL, *STREAMS, "azure"]))
def test_whatever_a_record_holds_it_is_kept_or_set_aside(data: st.DataObject, name: str) -> None:
    if name == "azure":
        record = json.loads(apim(0, [{"role": "user", "content": "x"}], [{"content": "y"}]))
    elif name in STREAMS:
        record = {**FULL["http, messages"], "response": STREAMS[name]}
    else:
        record = FULL[name]
    record = json.loads(json.dumps(record))
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = data.draw(st.sampled_from(places(record)))
        container[key] = data.draw(VALUE)
    (*_, found) = list(DECODE.read([(1, json.dumps(record).encode())]))
    columns = Columns(EXCHANGES)
    if isinstance(found[2], Exchange):
        columns.add(1, found[2])
        columns.finish("file", found[2].ts).validate(full=True)


def test_bytes_of_images_are_counted_and_not_kept() -> None:
    image = {"image": {"format": "png", "source": {"bytes": "QUJD"}}}
    result = {"toolResult": {"toolUseId": "c1", "content": [image, {"json": {"n": 1}}]}}
    asked = {"messages": [{"role": "user", "content": [image, result]}]}
    got = decoded(bedrock(asked, None))
    assert got.messages is not None
    assert got.messages[0].content == [
        Image("png", 3),
        ToolResult("c1", '[{"type":"image","media_type":"png","bytes":3},{"n":1}]'),
    ]
