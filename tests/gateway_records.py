"""One exchange as each log format writes it: who asked hello, was told hi, and f was called."""

from __future__ import annotations

import json
from typing import Any

from factories import RUN, WEEK
from stillwatch.sources.canonical import Exchange
from stillwatch.sources.decoder import Decoder

DECODE = Decoder(RUN.settings.ingest, WEEK, WEEK)


def decoded(record: dict[str, Any]) -> Exchange:
    return DECODE(json.dumps(record).encode())


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
