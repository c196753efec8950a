"""Exchanges once each, personal values hashed, prompts gone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable
from factories import RUN, bronze, frame
from pyspark.sql import SparkSession
from stillwatch.io.batches import Stored
from stillwatch.silver.exchanges import transform
from stillwatch.tables import table

pytestmark = pytest.mark.spark
Silver = Callable[[list[dict[str, Any]]], dict[str, Any]]

CLAUSE = (
    "first restate the task in your own words then list every step that you would take before it"
)


@pytest.fixture
def silver(spark: SparkSession, tmp_path: Path) -> Silver:
    """From rows of bronze, written to a table, to rows of silver by their ids."""

    def made(rows: list[dict[str, Any]]) -> dict[str, Any]:
        written = frame(spark, "bronze.exchanges", rows).write.format("delta")
        written.partitionBy("event_date").save(str(tmp_path))
        stored = Stored.open(
            spark.read.format("delta").load(str(tmp_path)),
            tmp_path,
            DeltaTable(str(tmp_path)).version(),
            table("bronze.exchanges"),
        )
        kept = transform({"bronze.exchanges": stored}, RUN).frame().collect()
        return {row["exchange_id"]: row for row in kept}

    return made


def test_of_lines_with_one_id_the_first_is_kept(silver: Silver) -> None:
    rows = [
        bronze("a", 1, "one", exchange_id="x", source_line=7),
        bronze("a", 2, "two", exchange_id="x", source_line=3),
        bronze("a", 3, "three", exchange_id="x", source_file="exchanges/dt=2026-11-09/b.jsonl"),
        bronze("a", 4, "four"),
    ]
    made = silver(rows)
    assert set(made) == {"x", "a-4"}
    assert made["x"]["prompt_chars"] == len("two")


def test_a_shared_clause_leaves_a_common_fingerprint(silver: Silver) -> None:
    made = silver(
        [
            bronze("a", 1, f"Plan a garden. {CLAUSE.upper()}: thirty square metres, shade at noon"),
            bronze("b", 1, f"{CLAUSE}. Which of these three contracts expires in the autumn, why?"),
            bronze("c", 1, "My neighbour's cat sleeps on our roof; how do I ask them about it?"),
        ],
    )
    a, b, c = (set(made[k]["spans"]) for k in ("a-1", "b-1", "c-1"))
    assert a & b
    assert not a & c


def test_a_clause_of_a_system_prompt_is_told_apart_from_what_is_typed(silver: Silver) -> None:
    said = {"system": f"It is Tuesday in Lisbon. {CLAUSE}: thirty square metres, shade at noon"}
    made = silver(
        [
            bronze("a", 1, "Plan a garden.", **said),
            bronze(
                "b", 1, "Plan a house.", system=f"User 81 asks on a phone. {CLAUSE}, all of it."
            ),
            bronze("c", 1, "Plan a street."),
            bronze("d", 1, "Plan a town.", **said),
        ],
    )
    a, b, c, d = (set(made[k]["system_spans"]) for k in ("a-1", "b-1", "c-1", "d-1"))
    assert a & b
    assert a == d
    assert a != b
    assert not c
    assert not a & set(made["a-1"]["spans"])


def test_blocks_are_counted_and_texts_joined(silver: Silver) -> None:
    messages = [
        {"role": "user", "content": [{"type": "text", "text": "ab"}, {"type": "image"}]},
        {"role": "assistant", "content": [{"type": "text", "text": "not the user's"}]},
        {"role": "user", "content": [{"type": "tool_result", "content": "7"}]},
    ]
    answer = {
        "stop_reason": "tool_use",
        "content": [{"type": "thinking"}, {"type": "text", "text": "four"}, {"type": "tool_use"}],
    }
    row = silver([bronze("a", 1, "", messages=messages, response=answer)])["a-1"]
    assert row["turns"] == 3
    assert (row["images"], row["tool_results"], row["tool_calls"], row["thinking"]) == (1, 1, 1, 1)
    assert (row["prompt_chars"], row["response_chars"]) == (2, 4)
    assert row["stop_reason"] == "tool_use"


def test_addresses_leave_as_keyed_hashes_of_their_network(silver: Silver) -> None:
    def client(ip: str | None, asn: int = 64500) -> dict:
        return {"client": {"ip": ip, "asn": asn}}

    made = silver(
        [
            bronze("a", 1, "x", **client("203.0.113.7")),
            bronze("b", 1, "x", **client("203.0.113.99")),
            bronze("c", 1, "x", **client("203.0.114.7")),
            bronze("d", 1, "x", **client("not an address")),
            bronze("e", 1, "x"),
        ],
    )
    network = {k[0]: row["network_hash"] for k, row in made.items()}
    assert network["a"] == network["b"] != network["c"]
    assert made["a-1"]["address_hash"] != made["b-1"]["address_hash"]
    assert network["d"] is None
    assert network["e"] is None


def test_no_text_and_no_address_is_left(silver: Silver) -> None:
    row = silver(
        [bronze("a", 1, "a very secret prompt", system="and its secret system prompt",
                client={"ip": "203.0.113.7", "user_agent": "sdk/1"})],
    )["a-1"]  # fmt: skip
    text = str(row.asDict(recursive=True))
    assert "secret" not in text
    assert "203.0.113" not in text


def test_everything_but_the_first_four_fields_may_be_missing(silver: Silver) -> None:
    bare = bronze("a", 1, "", messages=None, system=None)
    row = silver([bare])["a-1"]
    assert row["turns"] == 0
    assert row["prompt_hash"] is None
    assert row["spans"] == []


def test_answers_and_signatures_are_known_again_when_they_come_back(silver: Silver) -> None:
    said = " ".join(f"word{n}" for n in range(200))
    answer = {
        "content": [{"type": "thinking", "signature": "s1"}, {"type": "text", "text": said}],
        "stop_reason": "end_turn",
    }
    sent_back = [
        {"role": "user", "content": [{"type": "text", "text": "go on"}]},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "signature": "s1"},
                {"type": "text", "text": "As I said: " + said},
            ],
        },
    ]
    made = silver(
        [
            bronze("a", 1, "tell me", response=answer),
            bronze("b", 1, "", messages=sent_back),
            bronze("c", 1, "Please clean this up: " + said),
        ],
    )
    a, b, c = (made[k] for k in ("a-1", "b-1", "c-1"))
    assert a["signatures_issued"] == b["signatures_sent"] != []
    assert c["signatures_sent"] == []
    assert len(a["answer_spans"]) >= 5
    assert set(a["answer_spans"]) <= set(b["history_spans"])
    assert set(a["answer_spans"]) <= set(c["spans"])
    assert b["near_bands"] == []
    assert len(c["near_bands"]) == 2
