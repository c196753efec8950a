"""Envoy AI Gateway: access logs, which tell of a request everything but its words.

Source: envoyproxy/ai-gateway, docs on access logs. Operators choose the names, so for the account
several customary ones are looked for.
"""

from __future__ import annotations

from typing import Any

from stillwatch.sources.shapes import first, rest

USED = (
    "x-request-id",
    "start_time",
    "genai_model_name",
    "genai_tokens_input",
    "genai_tokens_output",
    "x-forwarded-for",
    "user-agent",
    "response_code",
    "duration",
)


def matches(record: dict[str, Any]) -> bool:
    """Whether the keys are those of its documented access log."""
    return "response_code" in record and "start_time" in record and "genai_model_name" in record


def adapt(record: dict[str, Any]) -> dict[str, Any]:
    """The canonical form of an entry: no messages and no answer."""
    forwarded = str(record.get("x-forwarded-for") or "").partition(",")[0].strip()
    peer = str(record.get("downstream_remote_address") or "").rpartition(":")[0].strip("[]")
    return {
        "exchange_id": record.get("x-request-id"),
        "ts": record["start_time"],
        "account_id": first(
            record,
            "account_id",
            "x-account-id",
            "api_key_hash",
            "x-api-key-hash",
            "x-tenant-id",
            "x-user-id",
            "user_id",
        ),
        "model": first(record, "genai_model_name", "genai_model_name_override"),
        "usage": {
            "input_tokens": _count(record.get("genai_tokens_input")),
            "output_tokens": _count(record.get("genai_tokens_output")),
        },
        "client": {
            "ip": (forwarded if forwarded != "-" else "") or peer or None,
            "user_agent": record.get("user-agent"),
            "ja4": first(record, "ja4", "tls_ja4"),
        },
        "status": record["response_code"],
        "latency_ms": _count(record.get("duration")),
        "envoy": rest(record, *USED),
    }


def _count(value: Any) -> Any:
    return None if value == "-" else value  # Envoy's word for nothing
