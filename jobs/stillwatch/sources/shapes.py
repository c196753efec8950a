"""How do the two common shapes of chat APIs say what the canonical form says in blocks?

Chat completions carry tool calls and results beside the content; messages APIs have blocks already.
Everything here maps plain dicts to plain dicts; unknown fields are passed through.
"""

from __future__ import annotations

from typing import Any

import msgspec

from stillwatch.sources.values import timestamp

BESIDE_CONTENT = frozenset(
    ("tool_calls", "tool_call_id", "function_call", "reasoning_content", "refusal", "parts")
)
STOP_REASONS = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "tool_call": "tool_use",
    "function_call": "tool_use",
    "content_filter": "refusal",
    "guardrail_intervened": "refusal",
    "content_filtered": "refusal",
}


def stop_reason(value: Any) -> Any:
    """The contract's word for a finish reason; one that it has no word for stays."""
    return STOP_REASONS.get(value, value) if isinstance(value, str) else value


def first(record: Any, *paths: str) -> Any:
    """The first value under dotted paths that is neither null nor empty text."""
    for path in paths:
        value = record
        for name in path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        if value not in (None, ""):
            return value
    return None


def rest(record: dict[str, Any], *used: str) -> dict[str, Any]:
    """The fields of a record that an adapter has not used and that say something."""
    return {k: v for k, v in record.items() if k not in used and v not in (None, "", [], {})}


def milliseconds(start: Any, end: Any) -> int | None:
    """Time between two times in any form, None where one is missing or no time."""
    try:
        return round((timestamp(end) - timestamp(start)).total_seconds() * 1000)
    except ValueError:
        return None


def as_list(content: Any) -> list[Any]:
    """A content as a list of blocks."""
    if content is None or content == "":
        return []
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return list(content) if isinstance(content, list) else [content]


def parsed(text: Any) -> Any:
    """The JSON in a string, or the string where it holds none; other values as they are."""
    if not isinstance(text, str):
        return text
    try:
        return msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return text


def with_blocks(message: dict[str, Any]) -> dict[str, Any]:
    """A turn whose tool calls, results and reasoning are blocks of its content."""
    rest = dict(message)
    blocks = as_list(rest.pop("content", None))
    if "parts" in rest:
        blocks += [_part(part) for part in rest.pop("parts") or []]
    if isinstance(said := rest.pop("refusal", None), str):
        blocks.append({"type": "text", "text": said})
    if isinstance(thought := rest.pop("reasoning_content", None), str) and thought:
        blocks.insert(0, {"type": "thinking", "thinking": thought})
    if "tool_call_id" in rest:
        call = rest.pop("tool_call_id")
        blocks = [{"type": "tool_result", "tool_use_id": call, "content": blocks}]
    calls = list(rest.pop("tool_calls", None) or [])
    if isinstance(call := rest.pop("function_call", None), dict):
        calls.append({"function": call})
    blocks += [_call(call) for call in calls if isinstance(call, dict)]
    return {**rest, "content": blocks}


def _call(call: dict[str, Any]) -> dict[str, Any]:
    function = call.get("function") or {}
    found = {key: value for key, value in call.items() if key not in ("type", "function", "index")}
    return {
        **found,
        "type": "tool_use",
        "name": function.get("name", call.get("name")),
        "input": parsed(function.get("arguments", call.get("arguments"))),
    }


def _part(part: Any) -> Any:
    """A part of a message as OpenTelemetry writes it."""
    if not isinstance(part, dict):
        return part
    match part.get("type"):
        case "text":
            return {"type": "text", "text": part.get("content", part.get("text"))}
        case "reasoning":
            return {"type": "thinking", "thinking": part.get("content")}
        case "tool_call":
            return {
                "type": "tool_use",
                "id": part.get("id"),
                "name": part.get("name"),
                "input": parsed(part.get("arguments")),
            }
        case "tool_call_response":
            content = part.get("result", part.get("response"))
            return {"type": "tool_result", "tool_use_id": part.get("id"), "content": content}
        case _:
            return part


def converse_block(block: Any) -> Any:
    """A block of the converse API, which is told by its one key; other blocks as they are."""
    if not isinstance(block, dict) or "type" in block:
        return block
    if isinstance(use := block.get("toolUse"), dict):
        made = {"type": "tool_use", "id": use.get("toolUseId"), "name": use.get("name")}
        return {**made, "input": parsed(use.get("input"))}
    if isinstance(result := block.get("toolResult"), dict):
        parts = [converse_block(part.get("json", part)) for part in result.get("content") or []]
        made = {"type": "tool_result", "tool_use_id": result.get("toolUseId")}
        return {**made, "content": parts, "status": result.get("status")}
    if isinstance(thought := block.get("reasoningContent"), dict):
        told = thought.get("reasoningText") or {}
        sealed = thought.get("redactedContent")
        if sealed is not None:
            return {"type": "redacted_thinking", "data": sealed}
        return {
            "type": "thinking",
            "thinking": told.get("text"),
            "signature": told.get("signature"),
        }
    if isinstance(image := block.get("image"), dict):
        payload = (image.get("source") or {}).get("bytes")
        return {"type": "image", "media_type": image.get("format"), "bytes": payload}
    return block


def flat_tool(tool: dict[str, Any]) -> dict[str, Any]:
    """A tool with its name, description and input_schema at the top."""
    found = dict(tool)
    for wrapper in ("function", "toolSpec"):
        if isinstance(inner := found.get(wrapper), dict):
            del found[wrapper]
            found = {**found, **inner}
    if found.get("type") == "function":
        del found["type"]
    for name in ("parameters", "inputSchema"):
        if name in found and "input_schema" not in found:
            schema = found.pop(name)
            wrapped = isinstance(schema, dict) and schema.keys() == {"json"}
            found["input_schema"] = schema["json"] if wrapped else schema
    return found
