"""Plain HTTP exchanges with a model's API: bodies of request and answer, beside who and when.

For logs of one's own proxy: `{id, time, account…, request_body, response_body, status, headers}`.
"""

from __future__ import annotations

from typing import Any

from stillwatch.sources import bodies
from stillwatch.sources.shapes import first, parsed, rest

REQUEST, RESPONSE = ("request_body", "request"), ("response_body", "response")
HEADERS = ("request_headers", "response_headers")


def matches(record: dict[str, Any]) -> bool:
    """Whether there is a body of a request that names a model."""
    asked = parsed(first(record, *REQUEST))
    return isinstance(asked, dict) and "model" in asked


def adapt(record: dict[str, Any]) -> dict[str, Any]:
    """The canonical form of an exchange."""
    asked, answered = (parsed(first(record, *names)) for names in (REQUEST, RESPONSE))
    sent, got = (_lower(record.get(name)) for name in HEADERS)
    request, response = bodies.request(asked), bodies.response(answered)
    found = {
        **response,
        **request,
        "exchange_id": first(record, "id", "request_id", "trace_id")
        or first(got, "request-id", "x-request-id")
        or first(answered, "id"),
        "ts": first(record, "ts", "timestamp", "time", "created_at", "start_time")
        or first(answered, "created", "created_at"),
        "account_id": first(record, "account_id", "api_key_hash", "api_key_id", "user_id")
        or _organization(got),
        "model": request.get("model") or response.get("model"),
        "client": {
            "ip": first(record, "client_ip", "remote_addr", "ip"),
            "user_agent": first(record, "user_agent") or first(sent, "user-agent"),
        },
        "status": first(record, "status", "status_code"),
        "latency_ms": first(record, "latency_ms", "duration_ms"),
    }
    return {**found, "http": rest(record, *REQUEST, *RESPONSE, *found)}


def _organization(headers: dict[str, Any]) -> Any:
    """APIs name the organisation that a key belongs to in a header of the answer."""
    names = (name for name in headers if name.endswith(("-organization", "-organization-id")))
    return first(headers, *names)


def _lower(headers: Any) -> dict[str, Any]:
    found = parsed(headers)
    return {key.lower(): value for key, value in found.items()} if isinstance(found, dict) else {}
