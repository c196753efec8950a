"""What is a logged exchange, as the contract has it?

The structs below are that form, and a typed decoder of them reads a canonical line in one pass.
Arbitrary JSON inside (inputs, schemas) is skipped by it and made compact, and checked, here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, TypeAlias

import msgspec
import numpy as np

from stillwatch.sources.rejection import Rejected

Int64: TypeAlias = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
Int32: TypeAlias = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]
NO_JSON = msgspec.Raw(b"")


class _Strict(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """An unknown field is kept and counted, so it must not pass unseen."""


class Text(_Strict, tag_field="type", tag="text"):
    """A block of text."""

    text: str | None = None


class Image(_Strict, tag_field="type", tag="image"):
    """An image: its type and size, never its bytes."""

    media_type: str | None = None
    bytes: Int64 | None = None
    data: str | None = None


class ToolUse(_Strict, tag_field="type", tag="tool_use"):
    """A call of a tool; the input is JSON."""

    id: str | None = None
    name: str | None = None
    input: msgspec.Raw = NO_JSON


class ToolResult(_Strict, tag_field="type", tag="tool_result"):
    """What a tool gave back."""

    tool_use_id: str | None = None
    content: str | None = None


class Thinking(_Strict, tag_field="type", tag="thinking"):
    """Reasoning with the signature it was issued under."""

    thinking: str | None = None
    signature: str | None = None


class RedactedThinking(_Strict, tag_field="type", tag="redacted_thinking"):
    """Encrypted reasoning."""

    data: str | None = None


class OtherBlock(_Strict):
    """A block of a type that the contract does not know: its known fields."""

    kind: str | None = None
    text: str | None = None
    media_type: str | None = None
    bytes: Int64 | None = None
    id: str | None = None
    name: str | None = None
    input: msgspec.Raw = NO_JSON
    tool_use_id: str | None = None
    content: str | None = None
    thinking: str | None = None
    signature: str | None = None
    data: str | None = None


KnownBlock: TypeAlias = Text | Image | ToolUse | ToolResult | Thinking | RedactedThinking
Block: TypeAlias = KnownBlock | OtherBlock
BLOCKS: dict[str, type[KnownBlock]] = {
    "text": Text,
    "image": Image,
    "tool_use": ToolUse,
    "tool_result": ToolResult,
    "thinking": Thinking,
    "redacted_thinking": RedactedThinking,
}


class Message(_Strict):
    """A turn."""

    role: str | None = None
    content: str | list[KnownBlock] | None = None


class Tool(_Strict):
    """A tool offered; the schema is JSON."""

    name: str | None = None
    description: str | None = None
    input_schema: msgspec.Raw = NO_JSON


class Response(_Strict):
    """The answer."""

    stop_reason: str | None = None
    content: str | list[KnownBlock] | None = None


class Usage(_Strict):
    """Tokens, as metered."""

    input_tokens: Int64 | None = None
    output_tokens: Int64 | None = None


class Client(_Strict):
    """Where the request came from."""

    ip: str | None = None
    asn: Int64 | None = None
    country: str | None = None
    user_agent: str | None = None
    ja4: str | None = None


class Exchange(_Strict):
    """A logged exchange of the canonical form."""

    exchange_id: str
    ts: datetime
    account_id: str
    model: str
    system: str | None = None
    messages: list[Message] | None = None
    tools: list[Tool] | None = None
    response: Response | None = None
    usage: Usage | None = None
    client: Client | None = None
    status: Int32 | None = None
    latency_ms: Int64 | None = None


class Drifted(Exchange):
    """An exchange with fields that the contract does not know: JSON by dotted path."""

    extra: msgspec.Raw = NO_JSON


def compact_all(exchange: Exchange, depth: int) -> None:
    """Takes the white space out of arbitrary JSON, and checks it: the decoder only skipped it."""
    for message in exchange.messages or ():
        if type(message.content) is list:
            _compact_inputs(message.content, depth)
    for tool in exchange.tools or ():
        tool.input_schema = compact(tool.input_schema, depth)
    if exchange.response is not None and type(exchange.response.content) is list:
        _compact_inputs(exchange.response.content, depth)


def _compact_inputs(blocks: list[KnownBlock], depth: int) -> None:
    for block in blocks:
        if type(block) is ToolUse:
            block.input = compact(block.input, depth)


def compact(raw: msgspec.Raw, depth: int) -> msgspec.Raw:
    """The same JSON without white space; null and nothing at all become nothing.

    Raises:
        Rejected: It nests deeper than `depth`.
        msgspec.DecodeError: It is not JSON, or holds half a surrogate pair.
        UnicodeDecodeError: It is not UTF-8.
    """
    text = bytes(raw)
    if not text or text == b"null":
        return NO_JSON
    check_depth(text, depth)
    text = msgspec.json.format(text, indent=-1)
    if not text.isascii():
        text.decode()
    return msgspec.Raw(text)


def check_depth(text: bytes, depth: int) -> None:
    """Raises Rejected where arrays and objects nest deeper than `depth`."""
    if text.count(b"[") + text.count(b"{") <= depth:
        return
    codes = np.frombuffer(_without_strings(text), np.uint8)
    opens = np.isin(codes, np.frombuffer(b"[{", np.uint8)).astype(np.int64)
    closes = np.isin(codes, np.frombuffer(b"]}", np.uint8)).astype(np.int64)
    if (opens - closes).cumsum().max(initial=0) > depth:
        raise Rejected("too_deep")


def _without_strings(text: bytes) -> bytes:
    """The text without its JSON strings: without escapes, every second piece is one."""
    bare = text.replace(b"\\\\", b"").replace(b'\\"', b"")
    return b"".join(bare.split(b'"')[::2])


def as_raw(value: Any) -> msgspec.Raw:
    """A value as compact JSON; what JSON cannot say (NaN, infinity) becomes null."""
    return NO_JSON if value is None else msgspec.Raw(msgspec.json.encode(value))
