"""Portkey: rows of its log export.

The account is the key or user that the row names. Not said is whether created_at is the start.
"""

from __future__ import annotations

from typing import Any

from stillwatch.sources import bodies
from stillwatch.sources.shapes import first, parsed, rest

USED = (
    "id",
    "created_at",
    "ai_model",
    "request",
    "response",
    "req_units",
    "res_units",
    "response_time",
    "response_status_code",
)


def matches(record: dict[str, Any]) -> bool:
    """Whether the keys are Portkey's."""
    return "ai_model" in record and "created_at" in record


def adapt(record: dict[str, Any]) -> dict[str, Any]:
    """The canonical form of a row."""
    known = {**record, "metadata": parsed(record.get("metadata"))}
    return {
        **bodies.response(_body(record.get("response"))),
        **bodies.request(_body(record.get("request"))),
        "exchange_id": first(record, "id", "trace_id"),
        "ts": record["created_at"],
        "account_id": first(
            known,
            "metadata.account_id",
            "api_key_id",
            "metadata._user",
            "virtual_key",
            "workspace_id",
            "organisation_id",
        ),
        "model": record["ai_model"],
        "usage": {
            "input_tokens": record.get("req_units"),
            "output_tokens": record.get("res_units"),
        },
        "status": record.get("response_status_code"),
        "latency_ms": record.get("response_time"),
        "portkey": rest(record, *USED),
    }


def _body(value: Any) -> Any:
    value = parsed(value)
    return value["body"] if isinstance(value, dict) and "body" in value else value
