"""Bedrock: model invocation logs, schema 1.0.

The account is the identity that called, else the cloud account. Bodies are those of the model's
vendor; a stream's output is a list of events.
"""

from __future__ import annotations

from typing import Any

from stillwatch.sources import bodies
from stillwatch.sources.shapes import first, rest

USED = (
    "timestamp",
    "accountId",
    "identity",
    "requestId",
    "modelId",
    "input",
    "output",
    "errorCode",
)


def matches(record: dict[str, Any]) -> bool:
    """Whether it names itself an invocation log."""
    return record.get("schemaType") == "ModelInvocationLog"


def adapt(record: dict[str, Any]) -> dict[str, Any]:
    """The canonical form of an invocation."""
    asked = bodies.request(first(record, "input.inputBodyJson"))
    answered = bodies.response(first(record, "output.outputBodyJson"))
    usage = answered.pop("usage", {})
    return {
        **answered,
        **asked,
        "exchange_id": record.get("requestId"),
        "ts": record.get("timestamp"),
        "account_id": first(record, "identity.arn", "accountId"),
        "model": record.get("modelId"),
        "usage": {
            **usage,
            "input_tokens": first(record, "input.inputTokenCount") or usage.get("input_tokens"),
            "output_tokens": first(record, "output.outputTokenCount") or usage.get("output_tokens"),
        },
        "latency_ms": first(answered, "response.metrics.latencyMs"),
        "bedrock": {
            **rest(record, *USED),
            **{key: record[key] for key in ("accountId", "identity", "errorCode") if key in record},
            "input": rest(record.get("input") or {}, "inputBodyJson", "inputTokenCount"),
            "output": rest(record.get("output") or {}, "outputBodyJson", "outputTokenCount"),
        },
    }
