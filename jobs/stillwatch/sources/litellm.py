"""LiteLLM: StandardLoggingPayload, and rows of its spend logs.

Source: BerriAI/litellm, litellm/types/utils.py. The account is the hash of the virtual key.
"""

from __future__ import annotations

from typing import Any

from stillwatch.sources import bodies
from stillwatch.sources.shapes import first, milliseconds, parsed, rest

USED = (
    "id",
    "request_id",
    "litellm_call_id",
    "startTime",
    "endTime",
    "model",
    "messages",
    "response",
    "prompt_tokens",
    "completion_tokens",
    "requester_ip_address",
    "user_agent",
    "api_key",
)


def matches(record: dict[str, Any]) -> bool:
    """Whether the keys are LiteLLM's."""
    return "call_type" in record and "startTime" in record


def adapt(record: dict[str, Any]) -> dict[str, Any]:
    """The canonical form of a payload."""
    metadata = parsed(record.get("metadata"))
    known = {**record, "metadata": metadata}
    asked = parsed(record.get("messages"))
    if isinstance(asked, list):
        asked = {"messages": asked}
    offered = first(record, "model_parameters.tools")
    request = bodies.request({"tools": offered, **asked} if isinstance(asked, dict) else asked)
    seconds = first(record, "response_time")
    return {
        **bodies.response(record.get("response")),
        **request,
        "exchange_id": first(record, "id", "request_id", "litellm_call_id"),
        "ts": record.get("startTime"),
        "account_id": first(
            known,
            "metadata.user_api_key_hash",
            "api_key",
            "metadata.user_api_key",
            "metadata.user_api_key_user_id",
            "metadata.user_api_key_team_id",
            "metadata.user_api_key_org_id",
            "user",
        ),
        "model": first(record, "model", "model_group"),
        "usage": {
            "input_tokens": record.get("prompt_tokens"),
            "output_tokens": record.get("completion_tokens"),
        },
        "client": {
            "ip": first(known, "requester_ip_address", "metadata.requester_ip_address"),
            "user_agent": first(known, "user_agent", "metadata.user_agent"),
        },
        "status": _status(known),
        "latency_ms": seconds * 1000
        if isinstance(seconds, int | float)
        else milliseconds(record.get("startTime"), record.get("endTime")),
        "litellm": rest(record, *USED),
    }


def _status(record: dict[str, Any]) -> int | None:
    match record.get("status"):
        case "success":
            return 200
        case "failure":
            code = str(first(record, "error_information.error_code") or "")
            return int(code) if code.isdigit() else 500
        case _:
            return None
