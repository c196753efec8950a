"""A sample shows where a line is broken and holds nothing that a person wrote."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from landings import line
from stillwatch.sources.redaction import sample

PROMPT = "Wie heile ich Fieber, fragt Anna (anna@example.org, 203.0.113.7, 4111 1111 1111 1111)?"
WORDS = ("heile", "Fieber", "Anna", "anna@", "203.0", "1111")


def test_structure_and_harmless_values_stay() -> None:
    said = line(status=200, messages=[{"role": "user", "content": PROMPT}], latency_ms=12345678)
    assert json.dumps(json.loads(said))[:-1] not in sample(said, 1024)
    assert sample(said[:-1], 1024) == (
        '{"exchange_id": "ex_1", "ts": "2026-11-09T09:51:36.329Z", "account_id": "acct_1", '
        '"model": "atlas-3", "status": 200, "messages": [{"role": "user", '
        f'"content": "<{len(PROMPT)} chars>"' + '}], "latency_ms": <8 digits>'
    )


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"messages": [{"role": "user", "content": PROMPT}]}),
        json.dumps({"anything": {"deep": [PROMPT]}, PROMPT: 1}),
        json.dumps({"model": PROMPT, "role": PROMPT, "account_id": "anna@example.org"}),
        PROMPT,
        PROMPT + '"}], "model": "atlas-3"}',
        '{"content": "' + PROMPT,
        '{"content": \'' + PROMPT + "'}",
        json.dumps(json.dumps({"text": PROMPT})),
        json.dumps({"content": PROMPT}).encode("utf-16").decode("latin-1"),
        '{"content": "' + PROMPT + "\\",
    ],
)
def test_no_prompt_is_shown_however_the_line_is_broken(text: str) -> None:
    for cut in range(0, len(text), 3):
        for shown in (sample(text[cut:].encode(), 1024), sample(text[: cut + 1].encode(), 1024)):
            assert not [word for word in WORDS if word in shown], shown


@pytest.mark.parametrize("key", ["id", "account_id", "model"])
def test_keys_and_addresses_are_no_ids(key: str) -> None:
    for value in ("sk-live-0123456789abcdef", "10.1.2.3", "2001:db8:1:2:3::7", "49123456789"):
        shown = sample(json.dumps({key: value}).encode(), 1024)
        assert value not in shown, shown


@given(st.binary(max_size=3000) | st.text(alphabet='{}[]":,\\ab1 é', max_size=3000).map(str.encode))
def test_a_sample_is_short_utf8(head: bytes) -> None:
    shown = sample(head, 256)
    assert len(shown.encode()) <= 256
