"""Nested turns against the same said in plain Python."""

import json
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from stillwatch.kernels.turns import KINDS, Blocks, lengths, toolsets
from stillwatch.kernels.xxhash import xxhash64

BLOCK = pa.struct([("type", pa.string()), ("text", pa.string()), ("signature", pa.string())])
MESSAGES = pa.list_(pa.struct([("role", pa.string()), ("content", pa.list_(BLOCK))]))
TOOLS = pa.list_(pa.struct([("name", pa.string()), ("input_schema", pa.string())]))

said = st.none() | st.sampled_from(["", "a", "b", "ü\nc"])
block = st.fixed_dictionaries(
    {"type": st.none() | st.sampled_from([*KINDS, "new"]), "text": said, "signature": said}
)
turn = st.fixed_dictionaries(
    {
        "role": st.sampled_from(["user", "assistant", "system", None]),
        "content": st.none() | st.lists(block, max_size=3),
    }
)
tool = st.fixed_dictionaries({"name": said, "input_schema": said})


def texts(blocks: list[dict[str, Any]]) -> str:
    given = (b["text"] for b in blocks if b["type"] == "text")
    return "\n".join(text for text in given if text is not None)


def signed(blocks: list[dict[str, Any]]) -> list[int]:
    given = dict.fromkeys(b["signature"] for b in blocks if b["signature"])
    return xxhash64(pa.array(list(given), pa.string())).to_pylist()


@given(st.lists(st.none() | st.lists(turn, max_size=3), min_size=1), st.integers(0, 3))
def test_messages(rows: list[Any], start: int) -> None:
    """A slice is what a batch of a larger file is."""
    found = Blocks.of_messages(pa.array(rows, MESSAGES).slice(start))
    rows = rows[start:]

    def blocks(row: Any, *roles: Any) -> list[dict[str, Any]]:
        turns = [t for t in row or () if not roles or t["role"] in roles]
        return [b for t in turns for b in t["content"] or ()]

    for role in ("user", "assistant"):
        wanted = [None if row is None else texts(blocks(row, role)) for row in rows]
        assert found.joined(role).to_pylist() == wanted
    for kinds in (("image",), ("thinking", "redacted_thinking")):
        wanted = [sum(b["type"] in kinds for b in blocks(row)) for row in rows]
        assert found.count(*kinds).to_pylist() == wanted
    assert found.signed().to_pylist() == [
        None if row is None else signed(blocks(row)) for row in rows
    ]


@given(st.lists(st.none() | st.lists(block, max_size=4), min_size=1))
def test_a_content(rows: list[Any]) -> None:
    found = Blocks.of_content(pa.array(rows, pa.list_(BLOCK)))
    assert found.joined().to_pylist() == [None if row is None else texts(row) for row in rows]
    assert found.count("tool_use").to_pylist() == [
        sum(b["type"] == "tool_use" for b in row or ()) for row in rows
    ]


@given(st.lists(st.none() | st.lists(tool, max_size=3), min_size=1), st.integers(0, 3))
def test_tools(rows: list[Any], start: int) -> None:
    tools = pa.array(rows, TOOLS).slice(start)
    assert lengths(tools).tolist() == [len(row or ()) for row in rows[start:]]
    for row, text in zip(rows[start:], toolsets(tools).to_pylist(), strict=True):
        given = [{k: v for k, v in one.items() if v is not None} for one in row or ()]
        assert (json.loads(text) if text else []) == given
