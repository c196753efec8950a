"""Real requests and answers of many clients' versions, third-party, read as they were recorded."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from factories import RUN
from stillwatch.sources.canonical import Exchange
from stillwatch.sources.lenient import exchange_of

DEPTH = RUN.settings.ingest.max_depth
CHAT = ("/chat/completions", "/v1/messages", "/v1/responses")


def read(record: dict[str, Any]) -> Exchange:
    return exchange_of(json.dumps(record).encode(), DEPTH)


def said(content: Any) -> str:
    if isinstance(content, str):
        return content
    return " ".join(_words(block) for block in content or ())


def _words(block: Any) -> str:
    return getattr(block, "text", None) or getattr(block, "content", None) or type(block).__name__


@pytest.fixture(scope="module")
def chats(texts: Path) -> list[dict[str, Any]]:
    """Successful chats, with the account and time that the recording left out."""
    folder = texts / "gateway_logs"
    if not folder.is_dir():
        pytest.skip("no real gateway logs among the texts")
    records = [
        json.loads(line)
        for path in sorted(folder.glob("*http_exchanges.jsonl"))
        for line in path.read_bytes().split(b"\n")
        if line
    ]
    return [
        {**record, "id": f"{number}", "account_id": "a", "ts": "2026-11-09T00:00:00Z"}
        for number, record in enumerate(records)
        if record["status"] == 200
        and record["uri"].partition("?")[0].endswith(CHAT)
        and record["request_body"].startswith("{")
    ]


def test_real_chats_keep_what_was_asked_and_answered(chats: list[dict[str, Any]]) -> None:
    seen: Counter[str] = Counter()
    for record in chats:
        got, asked = read(record), json.loads(record["request_body"])
        turns = [said(turn.content) for turn in got.messages or []] + [got.system or ""]
        for turn in asked.get("messages", []):
            if isinstance(turn.get("content"), str):
                assert any(turn["content"] in each for each in turns), record["cassette"]
        assert got.model == asked.get("model", got.model)
        assert len(got.tools or []) == len(asked.get("tools") or asked.get("functions") or [])
        seen["all"] += 1
        seen["asked"] += bool(got.messages)
        seen["answered"] += bool(got.response and got.response.content)
    assert seen["all"] > 500
    assert seen["asked"] > 0.99 * seen["all"]
    assert seen["answered"] > 0.97 * seen["all"]  # some answers were withheld by a filter


def test_real_payloads_of_litellm(texts: Path) -> None:
    path = texts / "gateway_logs/litellm_fixtures/gcs_pub_sub_body__standard_logging_payload.json"
    if not path.exists():
        pytest.skip("no real payloads of LiteLLM among the texts")
    record = json.loads(path.read_text())
    record["metadata"]["user_api_key_hash"] = "who"  # null in the fixture
    got = read(record)
    assert (got.exchange_id, got.account_id) == (record["id"], "who")
    assert [said(turn.content) for turn in got.messages or []] == ["Hello, world!"]
    assert got.response is not None
    assert (said(got.response.content), got.response.stop_reason) == ("hi", "end_turn")
    assert got.usage is not None
    assert (got.usage.input_tokens, got.usage.output_tokens, got.status) == (10, 20, 200)


def test_real_generations_of_langfuse(texts: Path) -> None:
    folder = texts / "gateway_logs/litellm_fixtures"
    found = [
        entry["body"]
        for path in sorted(folder.glob("langfuse_expected_request_body__*.json"))
        for entry in json.loads(path.read_text())["batch"]
        if entry["type"] == "generation-create"
    ]
    if not found:
        pytest.skip("no real generations of Langfuse among the texts")
    for body in found:
        got = read({**body, "userId": "who"})
        assert (got.exchange_id, got.model) == (body["id"], body["model"])
        assert got.messages
        assert got.usage is not None
        assert got.usage.input_tokens == body["usage"]["input"]
