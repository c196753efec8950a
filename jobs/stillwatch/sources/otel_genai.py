"""OpenTelemetry GenAI: spans or events with gen_ai attributes, flat or as OTLP's JSON.

Source: open-telemetry/semantic-conventions-genai. The conventions know no account, so it is taken
from customary attributes of the span or its resource. Emitters up to 1.36 write indexed prompts or
events for each message; both are read.
"""

from __future__ import annotations

import re
from typing import Any

from stillwatch.sources import bodies
from stillwatch.sources.shapes import first, milliseconds, parsed, rest, stop_reason, with_blocks

START = ("startTimeUnixNano", "start_time_unix_nano", "start_time", "startTime", "timestamp")
END = ("endTimeUnixNano", "end_time_unix_nano", "end_time", "endTime")
ACCOUNT = ("account.id", "account_id", "api_key.hash", "tenant.id", "enduser.id", "user.id")
INDEXED = re.compile(r"gen_ai\.(prompt|completion)\.(\d+)\.(role|content|finish_reason)")


def matches(record: dict[str, Any]) -> bool:
    """Whether any attribute is of gen_ai."""
    told = record.get("attributes")
    items = told if isinstance(told, list | dict) else ()
    names = [item.get("key") if isinstance(item, dict) else item for item in items]
    return any(str(name).startswith("gen_ai.") for name in (*record, *names))


def adapt(record: dict[str, Any]) -> dict[str, Any]:
    """The canonical form of a span or event."""
    resource = record.get("resource")
    flat = {key: value for key, value in record.items() if "." in key}
    told = {**_attributes(resource if isinstance(resource, dict) else {}), **flat}
    told |= _attributes(record)
    start = first(record, *START)
    asked = parsed(told.get("gen_ai.input.messages")) or _turns(record, told, "prompt")
    system = parsed(told.get("gen_ai.system_instructions"))
    request = bodies.request({"messages": asked}) if asked else {}
    if system:
        request["system"] = with_blocks({"parts": system})["content"]
    trace, span = first(record, "traceId", "trace_id"), first(record, "spanId", "span_id")
    return {
        **request,
        "exchange_id": f"{trace}-{span}" if trace and span else told.get("gen_ai.response.id"),
        "ts": start,
        "account_id": next((told[name] for name in ACCOUNT if told.get(name)), None),
        "model": told.get("gen_ai.request.model") or told.get("gen_ai.response.model"),
        "tools": parsed(told.get("gen_ai.tool.definitions")),
        "response": _answer(record, told),
        "usage": {
            "input_tokens": _either(told, "input_tokens", "prompt_tokens"),
            "output_tokens": _either(told, "output_tokens", "completion_tokens"),
        },
        "client": {
            "ip": told.get("client.address"),
            "user_agent": told.get("user_agent.original"),
        },
        "status": told.get("http.response.status_code"),
        "latency_ms": milliseconds(start, first(record, *END)),
        "otel": {
            **rest(record, *START, *END, "attributes", "resource", "events", *flat),
            "attributes": {k: v for k, v in told.items() if not _is_content(k)},
        },
    }


def _attributes(record: dict[str, Any]) -> dict[str, Any]:
    """Attributes as a plain object, from one or from OTLP's list of key and typed value."""
    found = record.get("attributes")
    if isinstance(found, list):
        items = [item for item in found if isinstance(item, dict) and "key" in item]
        return {str(item["key"]): _plain(item.get("value")) for item in items}
    return found if isinstance(found, dict) else {}


def _plain(value: Any) -> Any:
    if not isinstance(value, dict) or len(value) != 1:
        return value
    ((kind, inner),) = value.items()
    match kind:
        case "arrayValue":
            return [_plain(item) for item in inner.get("values") or []]
        case "kvlistValue":
            return {item["key"]: _plain(item.get("value")) for item in inner.get("values") or []}
        case "intValue":
            return int(inner)
        case _:
            return inner


def _either(told: dict[str, Any], *names: str) -> Any:
    return next((told[f"gen_ai.usage.{n}"] for n in names if f"gen_ai.usage.{n}" in told), None)


def _is_content(name: str) -> bool:
    content = ("input.messages", "output.messages", "system_instructions", "tool.definitions")
    return name.removeprefix("gen_ai.") in content or INDEXED.fullmatch(name) is not None


def _turns(record: dict[str, Any], told: dict[str, Any], side: str) -> list[dict[str, Any]]:
    """Turns as emitters up to 1.36 wrote them."""
    turns: dict[int, dict[str, Any]] = {}
    for name, value in told.items():
        found = INDEXED.fullmatch(name)
        if found and found[1] == side:
            value = parsed(value) if found[3] == "content" else value
            turns.setdefault(int(found[2]), {})[found[3]] = value
    if turns:
        return [turns[index] for index in sorted(turns)]
    events = [event for event in record.get("events") or [] if isinstance(event, dict)]
    made = []
    for event in events:
        name = str(event.get("name") or event.get("event.name") or "")
        body = {**_attributes(event), **(event.get("body") or {})}
        role = name.removeprefix("gen_ai.").removesuffix(".message")
        if side == "prompt" and name.endswith(".message"):
            made.append({"role": role, **{k: v for k, v in body.items() if "." not in k}})
        elif side == "prompt" and name == "gen_ai.content.prompt":
            made += parsed(body.get("gen_ai.prompt")) or []
        elif side == "completion" and name == "gen_ai.choice":
            made.append({**(body.get("message") or {}), "finish_reason": body.get("finish_reason")})
    return made


def _answer(record: dict[str, Any], told: dict[str, Any]) -> dict[str, Any] | None:
    reasons = parsed(told.get("gen_ai.response.finish_reasons"))
    turns = parsed(told.get("gen_ai.output.messages")) or _turns(record, told, "completion")
    if not turns and not reasons:
        return None
    turn = with_blocks(turns[0]) if turns else {"content": None}
    reason = turn.pop("finish_reason", None)
    turn.pop("role", None)
    return {**turn, "stop_reason": stop_reason(reason or (reasons[0] if reasons else None))}
