"""Lines become exchanges or name their fault; both ways of reading agree on canonical lines."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from factories import RUN, WEEK
from hypothesis import given
from hypothesis import strategies as st
from landings import line
from stillwatch.sources.canonical import (
    Drifted,
    Exchange,
    Image,
    OtherBlock,
    RedactedThinking,
    Text,
    Thinking,
    ToolResult,
    ToolUse,
    check_depth,
)
from stillwatch.sources.decoder import Decoder
from stillwatch.sources.lenient import exchange_of
from stillwatch.sources.rejection import Rejected, Unread

DECODE = Decoder(RUN.settings.ingest, WEEK, WEEK)
DEPTH = RUN.settings.ingest.max_depth


def reason(data: Any) -> str:
    with pytest.raises(Rejected) as caught:
        DECODE(data)
    return caught.value.reason


def extra(exchange: Exchange) -> Any:
    return json.loads(bytes(exchange.extra) or b"{}") if isinstance(exchange, Drifted) else {}


def message(*blocks: Any, **said: Any) -> bytes:
    return line(messages=[{"role": "user", "content": list(blocks), **said}])


def blocks(data: bytes) -> Any:
    return (DECODE(data).messages or [])[0].content


def nested(depth: int) -> bytes:
    return b'{"input": ' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


REJECTED = [
    (b"not json", "not_json"),
    (b'{"exchange_id": "e"', "not_json"),
    (b"[1]", "not_an_object"),
    (b'"text"', "not_an_object"),
    (line().replace(b"ex_1", b"\xff\xfe"), "not_utf8"),
    (b"\0" * 20, "not_json"),
    (line().replace(b"ex_1", b"\0"), "not_json"),
    (b"{}", "missing_exchange_id"),
    (line(exchange_id=None), "missing_exchange_id"),
    (line(exchange_id=""), "missing_exchange_id"),
    (line(ts=None), "missing_ts"),
    (line(account_id=None), "missing_account_id"),
    (line(model=None), "missing_model"),
    (line(ts="yesterday"), "bad_ts"),
    (line(ts="2026-11-07T23:59:59Z"), "ts_out_of_range"),
    (line(ts="2026-11-11T00:00:00Z"), "ts_out_of_range"),
    (line(ts="2026-11-08T23:59:59Z"), "ts_out_of_range"),  # in reach of the folder, not the week
    (line(exchange_id={}), "bad_type_exchange_id"),
    (line(account_id=[]), "bad_type_account_id"),
    (line(status="fine"), "bad_type_status"),
    (line(status=2**31), "bad_type_status"),
    (line(latency_ms=10**30), "bad_type_latency_ms"),
    (line(usage={"input_tokens": "many"}), "bad_type_input_tokens"),
    (line(usage=[]), "bad_type_usage"),
    (line(client="here"), "bad_type_client"),
    (line(messages=7), "bad_type_messages"),
    (line(messages=[7]), "bad_type_messages"),
    (line(tools="all"), "bad_type_tools"),
    (line(system=7), "bad_type_system"),
    (line(response=7), "bad_type_response"),
    (line(tools=[{"input_schema": 0}]).replace(b"0}", nested(200) + b"}"), "too_deep"),
    (line(new=0).replace(b"0}", nested(10_000) + b"}"), "too_deep"),
    (b"[" * 100_000, "too_deep"),
    (Unread("too_long", b"", ""), "too_long"),
    (Unread("truncated_file", b"", ""), "truncated_file"),
]


@pytest.mark.parametrize(("data", "wanted"), REJECTED, ids=[f"{n}" for n in range(len(REJECTED))])
def test_a_rejected_line_names_its_fault(data: Any, wanted: str) -> None:
    assert reason(data) == wanted


def test_four_fields_are_enough_and_null_is_missing() -> None:
    names = Exchange.__struct_fields__[4:]
    assert DECODE(line()) == DECODE(line(**dict.fromkeys(names)))
    assert not isinstance(DECODE(line()), Drifted)


@pytest.mark.parametrize(
    "ts", ["2026-11-09T09:51:36.329Z", "2026-11-09 09:51:36.329", 1794217896329, "1794217896.329"]
)
def test_times_are_utc(ts: Any) -> None:
    assert DECODE(line(ts=ts)).ts == datetime(2026, 11, 9, 9, 51, 36, 329000, UTC)


def test_numbers_as_strings_and_strings_as_numbers() -> None:
    got = DECODE(
        line(
            account_id=12,
            status="200",
            latency_ms=51.7,
            usage={"input_tokens": "81", "output_tokens": 2.0},
            client={"asn": "AS64500", "ip": "203.0.113.7"},
        )
    )
    assert (got.account_id, got.status, got.latency_ms) == ("12", 200, 52)
    assert got.usage is not None
    assert (got.usage.input_tokens, got.usage.output_tokens) == (81, 2)
    assert got.client is not None
    assert got.client.asn == 64500
    assert extra(got) == {}


def test_unknown_fields_are_kept_under_their_path() -> None:
    got = DECODE(
        line(
            region="eu",
            client={"ip": "203.0.113.7", "tls": {"v": 3}},
            usage={"input_tokens": 1, "cached": 5},
            system=[{"type": "text", "text": "a", "cache_control": 1}, "b"],
            messages=[{"role": "user", "content": [{"type": "text", "text": "x", "lang": "de"}]}],
            response={"content": "y", "model_version": None},
            tools=[{"name": "t", "strict": True}],
        )
    )
    assert got.system == "a\nb"
    assert extra(got) == {
        "region": "eu",
        "client.tls": {"v": 3},
        "usage.cached": 5,
        "system.0.cache_control": 1,
        "messages.0.content.0.lang": "de",
        "response.model_version": None,
        "tools.0.strict": True,
    }


def test_known_blocks_are_read_in_one_pass() -> None:
    made = [
        {"type": "text", "text": "a\u2028b"},
        {"type": "image", "media_type": "image/png", "bytes": 7},
        {"type": "tool_use", "id": "1", "name": "n", "input": {"q": [1, "ü"]}},
        {"type": "tool_result", "tool_use_id": "1", "content": "c"},
        {"type": "thinking", "thinking": "t", "signature": "s"},
        {"type": "redacted_thinking", "data": "d"},
    ]
    assert blocks(message(*made)) == [
        Text("a\u2028b"),
        Image("image/png", 7),
        ToolUse("1", "n", msgspec.Raw('{"q":[1,"ü"]}'.encode()))
        if b"\\u" not in message(*made)
        else ToolUse("1", "n", msgspec.Raw(b'{"q":[1,"\\u00fc"]}')),
        ToolResult("1", "c"),
        Thinking("t", "s"),
        RedactedThinking("d"),
    ]


def test_blocks_of_other_shapes() -> None:
    got = DECODE(
        message(
            "plain",
            {"text": "untyped"},
            {"type": "audio", "id": "1", "seconds": 3},
            {"type": "image", "source": {"type": "base64", "media_type": "i/p", "data": "QUJD"}},
            {"type": "image_url", "image_url": {"url": "data:i/g;base64,QUI=", "detail": "low"}},
            {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}},
            {"type": "image", "bytes": "QUJD"},
            {"type": "tool_result", "content": [{"type": "text", "text": "x"}, "y"]},
            {"type": "tool_result", "content": [{"type": "image", "source": {"data": "QUJD"}}]},
            {"type": "text", "text": {"odd": 1}},
            None,
            7,
        )
    )
    assert got.messages is not None
    assert got.messages[0].content == [
        Text("plain"),
        Text("untyped"),
        OtherBlock("audio", id="1"),
        Image("i/p", 3),
        Image("i/g", 2),
        Image(data="https://example.org/a.png"),
        Image(bytes=3),
        ToolResult(content="x\ny"),
        ToolResult(content='[{"type":"image","bytes":3}]'),
        Text('{"odd":1}'),
        Text(None),
        Text("7"),
    ]
    assert extra(got) == {
        "messages.0.content.2.seconds": 3,
        "messages.0.content.4.image_url.detail": "low",
    }
    assert b"QUJD" not in msgspec.json.encode(got)


def test_calls_beside_the_content_become_blocks() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
    got = DECODE(
        line(
            messages=[
                {"role": "assistant", "content": None, "tool_calls": [call]},
                {"role": "tool", "tool_call_id": "c1", "content": "done"},
            ],
            tools=[{"type": "function", "function": {"name": "f", "parameters": {"p": 1}}}],
        )
    )
    assert got.messages is not None
    assert got.messages[0].content == [ToolUse("c1", "f", msgspec.Raw(b'{"a":1}'))]
    assert got.messages[1].content == [ToolResult("c1", "done")]
    assert got.tools is not None
    assert (got.tools[0].name, bytes(got.tools[0].input_schema)) == ("f", b'{"p":1}')
    assert extra(got) == {}


def test_half_surrogates_nan_duplicates_and_escaped_nul() -> None:
    assert blocks(message("@").replace(b"@", b"a\\ud800b")) == [Text("a\ufffdb")]
    assert DECODE(line(latency_ms=0).replace(b"0}", b"NaN}")).latency_ms is None
    assert DECODE(line(system="a").replace(b'"a"', b'"a", "system": "b"')).system == "b"
    assert DECODE(line(system="a\0b")).system == "a\0b"
    use = message({"type": "tool_use", "name": "n", "input": "x"}).replace(
        b'"x"', b'{"a": "\\ud800"}'
    )
    assert bytes(blocks(use)[0].input) == '{"a":"\ufffd"}'.encode()
    huge = message({"type": "tool_use", "input": {"n": 10**40}})
    assert json.loads(bytes(blocks(huge)[0].input)) == {"n": 10**40}


def test_bytes_that_are_not_utf8_are_found_where_json_is_skipped() -> None:
    assert (
        reason(message({"type": "tool_use", "input": "x"}).replace(b'"x"', b'"\xff"')) == "not_utf8"
    )


@pytest.mark.parametrize("depth", [127, 128, 129, 400])
def test_depth_is_counted_outside_of_strings(depth: int) -> None:
    check_depth(json.dumps({"a": "[{" * 500, 'b\\"[': '"[' * 500}).encode(), 10)
    if depth <= DEPTH:
        check_depth(nested(depth), DEPTH)
    else:
        with pytest.raises(Rejected, match="too_deep"):
            check_depth(nested(depth), DEPTH)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
TEXT = st.none() | st.text(st.characters(codec="utf-8"), max_size=8)
COUNT = st.none() | st.integers(0, 2**62)
BLOCK = st.one_of(
    st.fixed_dictionaries({"type": st.just("text"), "text": TEXT}),
    st.fixed_dictionaries({"type": st.just("image"), "media_type": TEXT, "bytes": COUNT}),
    st.fixed_dictionaries({"type": st.just("tool_use"), "id": TEXT, "name": TEXT, "input": JSON}),
    st.fixed_dictionaries({"type": st.just("tool_result"), "tool_use_id": TEXT, "content": TEXT}),
    st.fixed_dictionaries({"type": st.just("thinking"), "thinking": TEXT, "signature": TEXT}),
)
CONTENT = TEXT | st.lists(BLOCK, max_size=3)
SAID = st.fixed_dictionaries(
    {},
    optional={
        "system": TEXT,
        "messages": st.none()
        | st.lists(st.fixed_dictionaries({"role": TEXT, "content": CONTENT}), max_size=3),
        "tools": st.none()
        | st.lists(st.fixed_dictionaries({"name": TEXT, "input_schema": JSON}), max_size=2),
        "response": st.none() | st.fixed_dictionaries({"stop_reason": TEXT, "content": CONTENT}),
        "usage": st.none() | st.fixed_dictionaries({"input_tokens": COUNT}),
        "client": st.none() | st.fixed_dictionaries({"ip": TEXT, "asn": COUNT}),
        "status": st.none() | st.integers(100, 599),
        "latency_ms": COUNT,
    },
)


def plain(value: Any) -> Any:
    """Everything but drift, arbitrary JSON by its meaning."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, msgspec.Raw):
        return json.loads(bytes(value) or b"null")
    if not isinstance(value, msgspec.Struct):
        return value
    fields = [name for name in value.__struct_fields__ if name != "extra"]
    return value.__struct_config__.tag, {name: plain(getattr(value, name)) for name in fields}


@given(said=SAID)
def test_both_ways_of_reading_agree(said: dict[str, Any]) -> None:
    data = line(**said)
    typed, slow = DECODE(data), exchange_of(data, DEPTH)
    assert type(typed) is Exchange, "the typed decoder takes every canonical line"
    assert plain(typed) == plain(slow)
    assert extra(slow) == {}
