"""What do the bodies of a request and of an answer say, whichever API they were sent to?

Chat completions, responses, messages, converse, and the older completion APIs are told by their
keys. What the canonical form does not know stays: under `request`, `response` and `usage`.
"""

from __future__ import annotations

from typing import Any

from stillwatch.sources.shapes import (
    BESIDE_CONTENT,
    as_list,
    converse_block,
    parsed,
    stop_reason,
    with_blocks,
)
from stillwatch.sources.streams import joined

MESSAGES = ("messages", "input", "contents", "prompt", "inputText")
SYSTEM_ROLES = ("system", "developer")
INPUT_TOKENS = ("input_tokens", "prompt_tokens", "inputTokens", "input", "inputTextTokenCount")
OUTPUT_TOKENS = ("output_tokens", "completion_tokens", "outputTokens", "output")


def request(body: Any) -> dict[str, Any]:
    """Canonical model, system, messages and tools of a request's body (JSON, text or turns)."""
    body = parsed(body)
    if body is None:
        return {}
    if not isinstance(body, dict):
        body = {"messages": body}
    rest = dict(body)
    turns = next((rest.pop(name) for name in MESSAGES if rest.get(name) is not None), None)
    system = [rest.pop(name) for name in ("system", "instructions") if rest.get(name)]
    lead, messages = _split_system(_turns(turns))
    tools = rest.pop("tools", None) or (rest.pop("toolConfig", None) or {}).get("tools")
    functions = rest.pop("functions", None)
    made = {
        "model": rest.pop("model", None),
        "system": [block for part in (*system, *lead) for block in as_list(part)] or None,
        "messages": messages,
        "tools": tools or functions,
        "request": rest,
    }
    return {name: value for name, value in made.items() if value not in (None, {})}


def response(body: Any) -> dict[str, Any]:
    """Canonical response, usage and model of an answer's body: JSON, a stream or plain text."""
    body = joined(parsed(body))
    if body is None or body == "":
        return {}
    if not isinstance(body, dict):
        return {"response": {"content": body}}
    rest = dict(body)
    usage = rest.pop("usage", None)
    answer = _answer(rest)
    made: dict[str, Any] = {"model": answer.pop("model", None), "response": answer}
    if isinstance(usage, dict):
        made["usage"] = tokens(usage)
    return {name: value for name, value in made.items() if value is not None}


def tokens(usage: dict[str, Any]) -> dict[str, Any]:
    """A usage with the contract's names for its two counts."""
    rest = dict(usage)
    for wanted, names in (("input_tokens", INPUT_TOKENS), ("output_tokens", OUTPUT_TOKENS)):
        found = [rest.pop(name) for name in names if name in rest]
        rest[wanted] = next((count for count in found if count is not None), None)
    return rest


def _turns(turns: Any) -> list[Any] | None:
    if turns is None:
        return None
    if isinstance(turns, str):
        return [{"role": "user", "content": turns}]
    if isinstance(turns, dict):
        turns = turns.get("messages", [turns])
    return [_turn(turn) for turn in turns]


def blocks(turn: Any) -> list[Any]:
    """The blocks of one turn in any of the shapes."""
    return as_list(_turn(turn)["content"])


def _turn(turn: Any) -> dict[str, Any]:
    """A turn with its content; items of the responses API become turns of one block."""
    if not isinstance(turn, dict):
        return {"role": "user", "content": turn}
    kind = turn.get("type")
    if kind in ("function_call", "function_call_output", "reasoning"):
        role = "user" if kind == "function_call_output" else "assistant"
        return {"role": role, "content": [_item(turn)]}
    found = {key: value for key, value in turn.items() if key != "type" or value != "message"}
    if not BESIDE_CONTENT.isdisjoint(found):
        found = with_blocks(found)
    content = found.get("content")
    if isinstance(content, list):
        content = [converse_block(block) for block in content]
    return {**found, "content": content}


def _item(item: dict[str, Any]) -> dict[str, Any]:
    match item["type"]:
        case "function_call":
            made = {"type": "tool_use", "id": item.get("call_id"), "name": item.get("name")}
            return {**made, "input": parsed(item.get("arguments"))}
        case "function_call_output":
            made = {"type": "tool_result", "tool_use_id": item.get("call_id")}
            return {**made, "content": item.get("output")}
        case _:
            parts = [part.get("text", "") for part in item.get("summary") or []]
            sealed = item.get("encrypted_content")
            return {"type": "thinking", "thinking": "\n".join(parts) or None, "signature": sealed}


def _split_system(turns: list[Any] | None) -> tuple[list[Any], list[Any] | None]:
    """System turns at the start, and the rest."""
    if turns is None:
        return [], None
    count = 0
    while count < len(turns) and turns[count].get("role") in SYSTEM_ROLES:
        count += 1
    return [turn.get("content") for turn in turns[:count]], turns[count:]


def _answer(rest: dict[str, Any]) -> dict[str, Any]:
    """The answer's content and stop reason beside the fields that are left."""
    reason = rest.pop("stop_reason", None) or rest.pop("stopReason", None)
    message: Any = None
    if rest.get("choices"):
        first, *others = rest.pop("choices")
        reason = reason or first.get("finish_reason")
        message = first.get("message") or first.get("delta") or first.get("text")
        rest |= {"choices": others} if others else {}
    elif isinstance(output := rest.get("output"), dict) and "message" in output:
        message = rest.pop("output")["message"]
    elif isinstance(output, list):
        message = {"content": [block for item in rest.pop("output") for block in blocks(item)]}
    elif rest.get("results"):
        first = rest.pop("results")[0]
        message, reason = first.get("outputText"), first.get("completionReason")
    else:
        names = ("message", "generation", "completion")
        message = next((rest.pop(name) for name in names if rest.get(name) is not None), None)
    if message is None:
        message = {key: rest.pop(key) for key in ("content", "tool_calls") if key in rest}
    if isinstance(message, dict) and message.get("refusal"):
        reason = "refusal"
    turn = _turn(message if isinstance(message, dict) else {"content": message})
    turn.pop("role", None)
    rest.pop("role", None)
    return {**rest, **turn, "stop_reason": stop_reason(reason)}
