"""What did a line mean that is not canonical to the letter, and what in it is new?

Values are converted where their meaning is plain; fields that the contract does not know are kept
under their dotted path; an optional number that is no number rejects the line under its name,
rather than turning into a silent null.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import msgspec

from stillwatch.sources import adapter_for, azure_apim, values
from stillwatch.sources.blocks import Extra, content_of, joined
from stillwatch.sources.canonical import (
    Client,
    Drifted,
    Exchange,
    Message,
    Response,
    Tool,
    Usage,
    as_raw,
    check_depth,
)
from stillwatch.sources.rejection import Part, Rejected
from stillwatch.sources.shapes import BESIDE_CONTENT, flat_tool, with_blocks

T = TypeVar("T")
REQUIRED = ("exchange_id", "ts", "account_id", "model")


def exchange_of(line: bytes, max_depth: int) -> Exchange:
    """The exchange that a line of any known format holds.

    Raises:
        Part: It holds a part of one.
        Rejected: It holds none.
    """
    record = parse(line, max_depth)
    adapter = adapter_for(record)
    if adapter is azure_apim.adapt:
        raise Part(str(record["CorrelationId"]), record)
    return _exchange(_adapted(adapter, record) if adapter else record)


def exchange_of_parts(records: Sequence[dict[str, Any]]) -> Exchange:
    """The exchange that the parts of one key hold together.

    Raises:
        Rejected: They hold none.
    """
    return _exchange(_adapted(lambda parts: azure_apim.adapt(azure_apim.whole(parts)), records))


def _adapted(adapter: Callable[[Any], dict[str, Any]], given: Any) -> dict[str, Any]:
    try:
        return adapter(given)
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        raise Rejected("bad_shape") from error  # of a known format, but not as it is documented


def parse(line: bytes, max_depth: int) -> dict[str, Any]:
    """The JSON object of a line; NaN and infinity become null, half surrogates U+FFFD.

    Raises:
        Rejected: not_utf8, too_deep, not_json or not_an_object.
    """
    try:
        line.decode()
    except UnicodeDecodeError as error:
        raise Rejected("not_utf8") from error
    check_depth(line, max_depth)
    try:
        value = msgspec.json.decode(line)
    except (msgspec.MsgspecError, RecursionError):
        try:
            value = values.without_halves(json.loads(line, parse_constant=lambda _: None))
        except (ValueError, RecursionError) as error:
            raise Rejected("not_json") from error
    if not isinstance(value, dict):
        raise Rejected("not_an_object")
    return value


def _exchange(record: dict[str, Any]) -> Exchange:
    for name in REQUIRED:
        if record.get(name) in (None, ""):
            raise Rejected(f"missing_{name}")
    extra = Extra()
    try:
        ts = values.timestamp(record["ts"])
    except ValueError as error:
        raise Rejected("bad_ts") from error
    found = Drifted(
        exchange_id=_field(record, "exchange_id", values.text) or "",
        ts=ts,
        account_id=_field(record, "account_id", values.text) or "",
        model=_field(record, "model", values.text) or "",
        system=_system(record.get("system"), extra),
        messages=_messages(record.get("messages"), extra),
        tools=_tools(record.get("tools"), extra),
        response=_response(record.get("response"), extra),
        usage=_usage(record.get("usage"), extra),
        client=_client(record.get("client"), extra),
        status=_field(record, "status", partial(values.integer, bits=32)),
        latency_ms=_field(record, "latency_ms", values.integer),
    )
    extra.rest(record, "", Exchange.__struct_fields__)
    if extra.found:
        found.extra = as_raw(extra.found)
    return found


def _field(record: dict[str, Any], name: str, convert: Callable[[Any], T]) -> T:
    try:
        return convert(record.get(name))
    except ValueError as error:
        raise Rejected(f"bad_type_{name}") from error


def _object(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Rejected(f"bad_type_{name}")
    return value


def _system(value: Any, extra: Extra) -> str | None:
    if isinstance(value, dict):
        value = [value]
    if isinstance(value, list):
        return joined(value, "system", extra)
    if value is not None and not isinstance(value, str):
        raise Rejected("bad_type_system")
    return value


def _messages(value: Any, extra: Extra) -> list[Message] | None:
    if value is None:
        return None
    if isinstance(value, str | dict):
        value = [value]
    if not isinstance(value, list):
        raise Rejected("bad_type_messages")
    return [_message(item, f"messages.{n}", extra) for n, item in enumerate(value)]


def _message(item: Any, path: str, extra: Extra) -> Message:
    if item is None:
        return Message()
    if isinstance(item, str):
        return Message("user", item)
    if not isinstance(item, dict):
        raise Rejected("bad_type_messages")
    if not BESIDE_CONTENT.isdisjoint(item):
        item = with_blocks(item)
    extra.rest(item, path, ("role", "content"))
    role = _field(item, "role", values.text)
    return Message(role, content_of(item.get("content"), f"{path}.content", extra))


def _tools(value: Any, extra: Extra) -> list[Tool] | None:
    if value is None:
        return None
    if not isinstance(value, list):
        raise Rejected("bad_type_tools")
    found = []
    for n, item in enumerate(value):
        tool = flat_tool(_object(item, "tools"))
        extra.rest(tool, f"tools.{n}", Tool.__struct_fields__)
        name, description = (_field(tool, key, values.text) for key in ("name", "description"))
        found.append(Tool(name, description, as_raw(tool.get("input_schema"))))
    return found


def _response(value: Any, extra: Extra) -> Response | None:
    if value is None:
        return None
    if isinstance(value, str | list):
        value = {"content": value}
    record = _object(value, "response")
    if not BESIDE_CONTENT.isdisjoint(record):
        record = with_blocks(record)
    extra.rest(record, "response", Response.__struct_fields__)
    reason = _field(record, "stop_reason", values.text)
    return Response(reason, content_of(record.get("content"), "response.content", extra))


def _usage(value: Any, extra: Extra) -> Usage | None:
    if value is None:
        return None
    record = _object(value, "usage")
    extra.rest(record, "usage", Usage.__struct_fields__)
    return Usage(
        _field(record, "input_tokens", values.integer),
        _field(record, "output_tokens", values.integer),
    )


def _client(value: Any, extra: Extra) -> Client | None:
    if value is None:
        return None
    record = _object(value, "client")
    extra.rest(record, "client", Client.__struct_fields__)
    return Client(
        ip=_field(record, "ip", values.text),
        asn=_field(record, "asn", _asn),
        country=_field(record, "country", values.text),
        user_agent=_field(record, "user_agent", values.text),
        ja4=_field(record, "ja4", values.text),
    )


def _asn(value: Any) -> int | None:
    return values.integer(value.upper().removeprefix("AS") if isinstance(value, str) else value)
