"""Rows of one correlation are one exchange, whatever their order and wherever text is cut."""

import json

import pytest
from gateway_records import DECODE, apim
from stillwatch.sources.canonical import Exchange, Text
from stillwatch.sources.rejection import Rejected


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
@pytest.mark.parametrize("as_text", [True, False])
def test_azure_rows_are_put_together(order: tuple[int, ...], as_text: bool) -> None:
    say = json.dumps if as_text else list
    rows = [
        apim(
            0, say([{"role": "system", "content": "be brief"}, {"role": "user", "content": "hel"}])
        ),
        apim(1, say([{"role": "user", "content": "lo"}])),
        apim(2, None, say([{"role": "assistant", "content": "hi"}])),
    ]
    lines = [(n + 1, rows[n]) for n in order]
    other = (4, apim(0, '[{"role": "user", "content": "x"}]', None, CorrelationId="r2"))
    *parts, (number, _, got), (_, _, alone) = DECODE.read([*lines[:1], other, *lines[1:]])
    assert [part.reason for _, _, part in parts if isinstance(part, Rejected)] == [
        "joined_part"
    ] * 2
    assert number == order[0] + 1
    assert isinstance(got, Exchange)
    assert (got.exchange_id, got.account_id, got.system) == ("r1", "who", "be brief")
    assert got.messages is not None
    assert [turn.content for turn in got.messages] == ["hello"]
    assert got.response is not None
    assert got.response.content == [Text("hi")]
    assert got.usage is not None
    assert (got.usage.input_tokens, got.usage.output_tokens) == (5, 7)
    assert isinstance(alone, Exchange)


def test_azure_text_that_is_cut_anywhere_is_put_together() -> None:
    text = json.dumps([{"role": "user", "content": "hello"}])
    pieces = [apim(n, text[n * 9 : n * 9 + 9]) for n in range(-(-len(text) // 9))]
    *_, (_, _, got) = DECODE.read(enumerate(pieces, 1))
    assert isinstance(got, Exchange)
    assert got.messages is not None
    assert got.messages[0].content == "hello"
