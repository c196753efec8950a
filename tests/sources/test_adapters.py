"""Each gateway's record becomes the same exchange, and what is new in it is kept."""

import json
from typing import Any

import pytest
from factories import RUN, WEEK
from hypothesis import given, settings
from hypothesis import strategies as st
from stillwatch.sources import ADAPTERS, adapter_for
from stillwatch.sources.canonical import Drifted, Exchange, Text, Thinking, ToolResult, ToolUse
from stillwatch.sources.columns import Columns
from stillwatch.sources.decoder import Decoder
from stillwatch.sources.rejection import Rejected
from stillwatch.tables.bronze import EXCHANGES

DECODE = Decoder(RUN.settings.ingest, WEEK, WEEK)
TS = "2026-11-09T09:51:36Z"
NANOS = 1794217896 * 10**9
ASKED = {
    "model": "atlas-3",
    "messages": [
        {"role": "system", "content": "be brief"},
        {"role": "user", "content": "hello"},
    ],
    "tools": [{"type": "function", "function": {"name": "f", "parameters": {"p": 1}}}],
    "temperature": 0.5,
}
CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a":1}'}}
ANSWERED = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1794217896,
    "model": "atlas-3",
    "choices": [
        {
            "index": 0,
            "finish_reason": "tool_calls",
            "message": {"role": "assistant", "content": "hi", "tool_calls": [CALL]},
        }
    ],
    "usage": {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12},
}
BLOCKS_ASKED = {
    "model": "atlas-3",
    "system": [{"type": "text", "text": "be brief"}],
    "messages": [{"role": "user", "content": [{"type": "text", "text": "hello"}]}],
    "tools": [{"name": "f", "input_schema": {"p": 1}}],
    "max_tokens": 9,
}
BLOCKS_ANSWERED = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "atlas-3",
    "stop_reason": "tool_use",
    "content": [
        {"type": "text", "text": "hi"},
        {"type": "tool_use", "id": "c1", "name": "f", "input": {"a": 1}},
    ],
    "usage": {"input_tokens": 5, "output_tokens": 7},
}
CONVERSE_ASKED = {
    "system": [{"text": "be brief"}],
    "messages": [{"role": "user", "content": [{"text": "hello"}]}],
    "toolConfig": {"tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": {"p": 1}}}}]},
    "inferenceConfig": {"maxTokens": 9},
}
CONVERSE_ANSWERED = {
    "output": {
        "message": {
            "role": "assistant",
            "content": [
                {"text": "hi"},
                {"toolUse": {"toolUseId": "c1", "name": "f", "input": {"a": 1}}},
            ],
        }
    },
    "stopReason": "tool_use",
    "usage": {"inputTokens": 5, "outputTokens": 7},
}
PARTS_ASKED = [{"role": "user", "parts": [{"type": "text", "content": "hello"}]}]
PARTS_ANSWERED = [
    {
        "role": "assistant",
        "parts": [
            {"type": "text", "content": "hi"},
            {"type": "tool_call", "id": "c1", "name": "f", "arguments": {"a": 1}},
        ],
        "finish_reason": "tool_call",
    }
]
OTEL = {
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": "atlas-3",
    "gen_ai.usage.input_tokens": 5,
    "gen_ai.usage.output_tokens": 7,
    "gen_ai.system_instructions": [{"type": "text", "content": "be brief"}],
    "gen_ai.tool.definitions": [{"type": "function", "name": "f", "parameters": {"p": 1}}],
    "user.id": "who",
}


def bedrock(asked: Any, answered: Any, **said: Any) -> dict[str, Any]:
    return {
        "schemaType": "ModelInvocationLog",
        "schemaVersion": "1.0",
        "timestamp": TS,
        "accountId": "123456789012",
        "identity": {"arn": "who"},
        "requestId": "r1",
        "operation": "InvokeModel",
        "modelId": "atlas-3",
        "input": {"inputBodyJson": asked, "inputTokenCount": 5},
        "output": {"outputBodyJson": answered, "outputTokenCount": 7},
        **said,
    }


def otlp(attributes: dict[str, Any]) -> list[dict[str, Any]]:
    """Attributes as OTLP's JSON has them: content is a string, counts are strings of digits."""
    return [
        {"key": key, "value": {"intValue": str(value)}}
        if isinstance(value, int)
        else {
            "key": key,
            "value": {"stringValue": value if isinstance(value, str) else json.dumps(value)},
        }
        for key, value in attributes.items()
    ]


FULL: dict[str, dict[str, Any]] = {
    "litellm": {
        "id": "r1",
        "call_type": "acompletion",
        "startTime": 1794217896.0,
        "endTime": 1794217897.5,
        "response_time": 1.5,
        "status": "success",
        "model": "atlas-3",
        "metadata": {"user_api_key_hash": "who", "user_api_key_team_id": "team"},
        "messages": ASKED["messages"],
        "model_parameters": {"tools": ASKED["tools"]},
        "response": ANSWERED,
        "prompt_tokens": 5,
        "completion_tokens": 7,
    },
    "litellm, as text": {
        "request_id": "r1",
        "call_type": "acompletion",
        "startTime": "2026-11-09 09:51:36.000000",
        "endTime": "2026-11-09 09:51:37.500000",
        "api_key": "who",
        "model": "atlas-3",
        "metadata": "{}",
        "messages": json.dumps(ASKED),
        "response": json.dumps(ANSWERED),
        "prompt_tokens": 5,
        "completion_tokens": 7,
    },
    "bedrock, messages": bedrock(BLOCKS_ASKED, BLOCKS_ANSWERED),
    "bedrock, text in text": bedrock(json.dumps(BLOCKS_ASKED), BLOCKS_ANSWERED),
    "bedrock, converse": bedrock(CONVERSE_ASKED, CONVERSE_ANSWERED),
    "langfuse": {
        "id": "r1",
        "trace_id": "t",
        "type": "GENERATION",
        "start_time": "2026-11-09 09:51:36.000000",
        "end_time": "2026-11-09 09:51:37.500000",
        "provided_model_name": "atlas-3",
        "user_id": "who",
        "project_id": "p",
        "input": json.dumps(ASKED["messages"]),
        "output": {"role": "assistant", "content": "hi", "tool_calls": [CALL]},
        "tool_definitions": {"f": '{"parameters": {"p": 1}}'},
        "usage_details": {"input": 5, "output": 7, "total": 12},
        "latency": 1.5,
    },
    "helicone": {
        "request_id": "r1",
        "request_created_at": TS,
        "user_id": "who",
        "model": "atlas-3",
        "request_body": json.dumps(ASKED),
        "response_body": json.dumps(ANSWERED),
        "prompt_tokens": 5,
        "completion_tokens": 7,
        "country_code": "DE",
        "status": 200,
        "latency": 1500,
    },
    "portkey": {
        "id": "r1",
        "created_at": TS,
        "ai_model": "atlas-3",
        "metadata": {"_user": "who"},
        "request": {"body": ASKED},
        "response": ANSWERED,
        "req_units": 5,
        "res_units": 7,
        "response_status_code": 200,
        "response_time": 1500,
    },
    "otel": {
        "traceId": "r",
        "spanId": "1",
        "startTimeUnixNano": str(NANOS),
        "endTimeUnixNano": str(NANOS + 1_500_000_000),
        "attributes": {
            **OTEL,
            "gen_ai.input.messages": PARTS_ASKED,
            "gen_ai.output.messages": json.dumps(PARTS_ANSWERED),
        },
    },
    "otel, otlp": {
        "traceId": "r",
        "spanId": "1",
        "startTimeUnixNano": str(NANOS),
        "endTimeUnixNano": str(NANOS + 1_500_000_000),
        "attributes": otlp(
            {
                **OTEL,
                "gen_ai.input.messages": PARTS_ASKED,
                "gen_ai.output.messages": PARTS_ANSWERED,
            }
        ),
        "resource": {"attributes": otlp({"service.name": "s"})},
    },
    "otel, events": {
        "trace_id": "r",
        "span_id": "1",
        "start_time": TS,
        **OTEL,
        "events": [
            {"name": "gen_ai.user.message", "body": {"content": "hello"}},
            {
                "name": "gen_ai.choice",
                "body": {
                    "message": {"content": "hi", "tool_calls": [CALL]},
                    "finish_reason": "tool_calls",
                },
            },
        ],
    },
    "http, chat completions": {
        "id": "r1",
        "time": TS,
        "account_id": "who",
        "request_body": json.dumps(ASKED),
        "response_body": json.dumps(ANSWERED),
        "status": 200,
        "request_headers": {"User-Agent": "sdk/1"},
    },
    "http, messages": {
        "id": "r1",
        "time": TS,
        "api_key_hash": "who",
        "request": BLOCKS_ASKED,
        "response": BLOCKS_ANSWERED,
    },
}


def extra(exchange: Exchange) -> Any:
    assert isinstance(exchange, Drifted)
    return json.loads(bytes(exchange.extra))


def decoded(record: dict[str, Any]) -> Exchange:
    return DECODE(json.dumps(record).encode())


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


def apim(sequence: int, asked: Any = None, answered: Any = None, **said: Any) -> bytes:
    row = {
        "CorrelationId": "r1",
        "TimeGenerated": TS,
        "SequenceNumber": sequence,
        "ModelName": "atlas-3" if sequence == 0 else "",
        "PromptTokens": 5 if sequence == 0 else 0,
        "CompletionTokens": 7 if sequence == 0 else 0,
        "ApimSubscriptionId": "who",
        "RequestMessages": asked,
        "ResponseMessages": answered,
        **said,
    }
    return json.dumps(row).encode()


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
@pytest.mark.parametrize("as_text", [True, False])
def test_azure_rows_are_put_together(order: tuple[int, ...], as_text: bool) -> None:
    say = json.dumps if as_text else list
    rows = [
        apim(
            0, say([{"role": "system", "content": "be brief"}, {"role": "user", "content": "hel"}])
        ),
        apim(1, say([{"role": "user", "content": "lo"}])),
        apim(2, None, say([{"role": "assistant", "content": "hi"}])),
    ]
    lines = [(n + 1, rows[n]) for n in order]
    other = (4, apim(0, '[{"role": "user", "content": "x"}]', None, CorrelationId="r2"))
    *parts, (number, _, got), (_, _, alone) = DECODE.read([*lines[:1], other, *lines[1:]])
    assert [part.reason for _, _, part in parts if isinstance(part, Rejected)] == [
        "joined_part"
    ] * 2
    assert number == order[0] + 1
    assert isinstance(got, Exchange)
    assert (got.exchange_id, got.account_id, got.system) == ("r1", "who", "be brief")
    assert got.messages is not None
    assert [turn.content for turn in got.messages] == ["hello"]
    assert got.response is not None
    assert got.response.content == [Text("hi")]
    assert got.usage is not None
    assert (got.usage.input_tokens, got.usage.output_tokens) == (5, 7)
    assert isinstance(alone, Exchange)


def test_azure_text_that_is_cut_anywhere_is_put_together() -> None:
    text = json.dumps([{"role": "user", "content": "hello"}])
    pieces = [apim(n, text[n * 9 : n * 9 + 9]) for n in range(-(-len(text) // 9))]
    *_, (_, _, got) = DECODE.read(enumerate(pieces, 1))
    assert isinstance(got, Exchange)
    assert got.messages is not None
    assert got.messages[0].content == "hello"


def test_a_format_that_is_not_as_documented_is_set_aside() -> None:
    for record in (
        bedrock(BLOCKS_ASKED, {"choices": [7]}),
        bedrock({"messages": 7}, None),
        {**FULL["otel"], "attributes": [{"gen_ai.x": 1}, 7]},
    ):
        with pytest.raises(Rejected):
            decoded(record)


STREAMS: dict[str, list[dict[str, Any]]] = {
    "chat completions": [
        {
            "id": "s",
            "model": "atlas-3",
            "choices": [{"delta": {"role": "assistant", "content": "h"}}],
        },
        {"choices": [{"delta": {"content": "i"}}]},
        {"choices": [{"delta": {"tool_calls": [{**CALL, "index": 0}]}}]},
        {"choices": [{"delta": {}, "finish_reason": "tool_calls"}]},
        {"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 7}},
    ],
    "messages": [
        {
            "type": "message_start",
            "message": {"id": "s", "model": "atlas-3", "usage": {"input_tokens": 5}},
        },
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "hi"}},
        {"type": "content_block_stop", "index": 0},
        {
            "type": "content_block_start",
            "index": 1,
            "content_block": {"type": "tool_use", "id": "c1", "name": "f", "input": {}},
        },
        {"type": "content_block_delta", "index": 1, "delta": {"partial_json": '{"a"'}},
        {"type": "content_block_delta", "index": 1, "delta": {"partial_json": ":1}"}},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "tool_use"},
            "usage": {"output_tokens": 7},
        },
        {"type": "message_stop"},
    ],
    "converse": [
        {"messageStart": {"role": "assistant"}},
        {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": "h"}}},
        {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": "i"}}},
        {
            "contentBlockStart": {
                "contentBlockIndex": 1,
                "start": {"toolUse": {"toolUseId": "c1", "name": "f"}},
            }
        },
        {"contentBlockDelta": {"contentBlockIndex": 1, "delta": {"toolUse": {"input": '{"a":1}'}}}},
        {"messageStop": {"stopReason": "tool_use"}},
        {"metadata": {"usage": {"inputTokens": 5, "outputTokens": 7}}},
    ],
    "responses": [
        {"type": "response.created", "response": {}},
        {
            "type": "response.completed",
            "response": {
                "model": "atlas-3",
                "output": [
                    {"type": "message", "content": [{"type": "output_text", "text": "hi"}]},
                    {"type": "function_call", "call_id": "c1", "name": "f", "arguments": '{"a":1}'},
                ],
                "stop_reason": "tool_use",
                "usage": {"input_tokens": 5, "output_tokens": 7},
            },
        },
    ],
}


@pytest.mark.parametrize("name", STREAMS)
@pytest.mark.parametrize("as_text", [True, False])
def test_a_stream_is_the_answer_that_it_gave(name: str, as_text: bool) -> None:
    events: Any = STREAMS[name]
    if as_text:
        events = (
            "".join(f"event: e\ndata: {json.dumps(e)}\n\n" for e in events) + "data: [DONE]\n\n"
        )
    got = decoded({**FULL["http, messages"], "response": events})
    assert got.response is not None
    text, use = got.response.content or ()
    assert text == Text("hi")
    assert isinstance(use, ToolUse)
    assert (use.id, use.name, bytes(use.input)) == ("c1", "f", b'{"a":1}')
    assert got.response.stop_reason == "tool_use"
    assert got.usage is not None
    assert (got.usage.input_tokens, got.usage.output_tokens) == (5, 7)


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


@settings(max_examples=600, deadline=None)
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
