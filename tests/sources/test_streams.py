"""A streamed answer is read as the answer that it was in the end."""

import json
from typing import Any

import pytest
from gateway_records import FULL, STREAMS, decoded
from stillwatch.sources.canonical import Text, ToolUse


@pytest.mark.parametrize("name", STREAMS)
@pytest.mark.parametrize("as_text", [True, False])
def test_a_stream_is_the_answer_that_it_gave(name: str, as_text: bool) -> None:
    events: Any = STREAMS[name]
    if as_text:
        events = (
            "".join(f"event: e\ndata: {json.dumps(e)}\n\n" for e in events) + "data: [DONE]\n\n"
        )
    got = decoded({**FULL["http, messages"], "response": events})
    assert got.response is not None
    text, use = got.response.content or ()
    assert text == Text("hi")
    assert isinstance(use, ToolUse)
    assert (use.id, use.name, bytes(use.input)) == ("c1", "f", b'{"a":1}')
    assert got.response.stop_reason == "tool_use"
    assert got.usage is not None
    assert (got.usage.input_tokens, got.usage.output_tokens) == (5, 7)
