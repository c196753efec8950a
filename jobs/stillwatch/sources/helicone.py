"""Helicone: rows of request_response_rmt.

Source: Helicone/helicone, clickhouse/migrations. The account is the user, else the proxy's key.
"""

from __future__ import annotations

from typing import Any

from stillwatch.sources import bodies
from stillwatch.sources.shapes import first, rest

USED = (
    "request_id",
    "request_created_at",
    "model",
    "request_body",
    "response_body",
    "prompt_tokens",
    "completion_tokens",
    "country_code",
    "status",
    "latency",
)


def matches(record: dict[str, Any]) -> bool:
    """Whether the keys are Helicone's."""
    return "request_created_at" in record and "request_id" in record


def adapt(record: dict[str, Any]) -> dict[str, Any]:
    """The canonical form of a row."""
    return {
        **bodies.response(record.get("response_body")),
        **bodies.request(record.get("request_body")),
        "exchange_id": record["request_id"],
        "ts": record["request_created_at"],
        "account_id": first(record, "user_id", "proxy_key_id", "organization_id"),
        "model": first(record, "model"),
        "usage": {
            "input_tokens": record.get("prompt_tokens"),
            "output_tokens": record.get("completion_tokens"),
        },
        "client": {"country": first(record, "country_code"), "ip": first(record, "request_ip")},
        "status": record.get("status"),
        "latency_ms": record.get("latency"),
        "helicone": rest(record, *USED),
    }
