"""What did a streamed answer say in the end?

Logs hold streams as the text of server-sent events or as the list of their data. Deltas of chat
completions, of messages and of converse are put together into the body that an unstreamed call
would have had; a list of anything else is left as it is.
"""

from __future__ import annotations

from typing import Any

from stillwatch.sources.shapes import parsed


def joined(body: Any) -> Any:
    """The whole body of a stream; anything else as it is."""
    if isinstance(body, str) and ("data:" in body[:200]):
        lines = [line[5:].strip() for line in body.split("\n") if line.startswith("data:")]
        body = [parsed(line) for line in lines if line and line != "[DONE]"]
    if not isinstance(body, list):
        return body
    events = [event for event in body if isinstance(event, dict)]
    if any("delta" in choice for event in events for choice in event.get("choices") or ()):
        return _completion(events)
    if any(event.get("type") == "message_start" for event in events):
        return _message(events)
    if any(event.get("type") == "response.completed" for event in events):
        return next(e["response"] for e in events if e.get("type") == "response.completed")
    if any("contentBlockDelta" in event or "messageStop" in event for event in events):
        return _converse(events)
    return body


def _completion(events: list[dict[str, Any]]) -> dict[str, Any]:
    texts: list[str] = []
    calls: dict[int, dict[str, Any]] = {}
    whole: dict[str, Any] = {}
    reason = None
    for event in events:
        whole |= {k: v for k, v in event.items() if k != "choices" and v is not None}
        for choice in event.get("choices") or ():
            delta = choice.get("delta") or {}
            reason = choice.get("finish_reason") or reason
            texts.append(delta.get("content") or "")
            for part in delta.get("tool_calls") or ():
                call = calls.setdefault(part.get("index", 0), {"name": "", "arguments": ""})
                call["id"] = part.get("id") or call.get("id")
                for key in ("name", "arguments"):
                    call[key] += (part.get("function") or {}).get(key) or ""
    made = [
        {"id": call["id"], "function": {"name": call["name"], "arguments": call["arguments"]}}
        for call in calls.values()
    ]
    message = {"content": "".join(texts) or None, **({"tool_calls": made} if made else {})}
    return {**whole, "choices": [{"finish_reason": reason, "message": message}]}


def _message(events: list[dict[str, Any]]) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    blocks: dict[int, dict[str, Any]] = {}
    for event in events:
        match event.get("type"):
            case "message_start":
                whole = dict(event["message"])
            case "content_block_start":
                blocks[event["index"]] = dict(event["content_block"])
            case "content_block_delta":
                _grow(blocks[event["index"]], event["delta"])
            case "message_delta":
                whole |= {k: v for k, v in event.get("delta", {}).items() if v is not None}
                whole["usage"] = {**(whole.get("usage") or {}), **(event.get("usage") or {})}
    for block in blocks.values():
        if "partial_json" in block:
            block["input"] = parsed(block.pop("partial_json"))
    return {**whole, "content": list(blocks.values())}


def _grow(block: dict[str, Any], delta: dict[str, Any]) -> None:
    for key in ("text", "thinking", "signature", "partial_json"):
        if isinstance(delta.get(key), str):
            block[key] = block.get(key, "") + delta[key]


def _converse(events: list[dict[str, Any]]) -> dict[str, Any]:
    blocks: dict[int, dict[str, Any]] = {}
    whole: dict[str, Any] = {}
    for event in events:
        if start := event.get("contentBlockStart"):
            blocks[start.get("contentBlockIndex", 0)] = dict(start.get("start") or {})
        if part := event.get("contentBlockDelta"):
            block = blocks.setdefault(part.get("contentBlockIndex", 0), {})
            delta = part.get("delta") or {}
            if isinstance(delta.get("text"), str):
                block["text"] = block.get("text", "") + delta["text"]
            if isinstance(call := delta.get("toolUse"), dict):
                use = block["toolUse"] = dict(block.get("toolUse") or {})
                use["input"] = (use.get("input") or "") + (call.get("input") or "")
        if stop := event.get("messageStop"):
            whole["stopReason"] = stop.get("stopReason")
        if meta := event.get("metadata"):
            whole |= meta
    content = [blocks[index] for index in sorted(blocks)]
    return {**whole, "output": {"message": {"role": "assistant", "content": content}}}
