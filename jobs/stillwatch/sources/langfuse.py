"""Langfuse: observations of type GENERATION, as its blob export and its API write them.

The account is the user of the trace, else the project.
"""

from __future__ import annotations

from typing import Any

from stillwatch.sources import bodies
from stillwatch.sources.shapes import first, milliseconds, parsed, rest

USED = (
    "id",
    "start_time",
    "startTime",
    "end_time",
    "endTime",
    "provided_model_name",
    "model",
    "input",
    "output",
    "usage_details",
    "usageDetails",
    "usage",
    "tool_definitions",
)


def matches(record: dict[str, Any]) -> bool:
    """Whether it is an observation: of a trace, with a start, an input and an output."""
    traced = "trace_id" in record or "traceId" in record or "level" in record
    started = "start_time" in record or "startTime" in record
    named = "provided_model_name" in record or ("model" in record and "input" in record)
    return traced and started and (named or record.get("type") == "GENERATION")


def adapt(record: dict[str, Any]) -> dict[str, Any]:
    """The canonical form of a generation."""
    start = first(record, "start_time", "startTime")
    usage = first(record, "usage_details", "usageDetails", "usage")
    asked, tools = parsed(record.get("input")), parsed(record.get("tool_definitions"))
    request = bodies.request({"messages": asked} if isinstance(asked, list) else asked)
    if isinstance(tools, dict) and tools:
        request["tools"] = [
            {"name": name, **(told if isinstance(told, dict) else {"description": told})}
            for name, told in ((name, parsed(value)) for name, value in tools.items())
        ]
    return {
        **bodies.response(record.get("output")),
        **request,
        "exchange_id": record.get("id"),
        "ts": start,
        "account_id": first(
            {**record, "metadata": parsed(record.get("metadata"))},
            "metadata.user_api_key_hash",
            "user_id",
            "userId",
            "project_id",
            "projectId",
        ),
        "model": first(record, "provided_model_name", "model"),
        "usage": bodies.tokens(usage) if isinstance(usage, dict) else None,
        # Its own latency changed from milliseconds to seconds in 2026; the times did not.
        "latency_ms": milliseconds(start, first(record, "end_time", "endTime")),
        "langfuse": rest(record, *USED),
    }
