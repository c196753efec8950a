"""Does honest traffic err, get refused, vary and crowd as logs of honest traffic do?"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from typing import Any

import pytest
from stillwatch.simulate import run

pytestmark = pytest.mark.slow
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    out = tmp_path_factory.mktemp("honest")
    run(out, "honest", scale=0.08, seed=5)
    files = sorted((out / "landing" / "exchanges").glob("*/*.gz"))
    return [json.loads(row) for file in files for row in gzip.open(file, "rt", encoding="utf-8")]


def share(rows: Rows, holds: Any) -> float:
    return sum(bool(holds(row)) for row in rows) / len(rows)


def test_one_in_a_hundred_fails_and_one_in_two_hundred_is_refused(honest: Rows) -> None:
    assert 0.006 < share(honest, lambda row: row["status"] != 200) < 0.02
    assert {row["status"] for row in honest} > {200, 429, 500}
    refused = share(honest, lambda row: (row["response"] or {}).get("stop_reason") == "refusal")
    assert 0.0025 < refused < 0.012


def test_few_accounts_send_much_and_most_send_little(honest: Rows) -> None:
    sent = sorted(Counter(row["account_id"] for row in honest).values(), reverse=True)
    assert sum(sent[: len(sent) // 100]) > 0.15 * len(honest)
    assert sent[len(sent) // 2] < 10


def test_clients_come_from_pools_that_a_few_lead(honest: Rows) -> None:
    clients = [row["client"] for row in honest if row.get("client")]
    agents = Counter(client.get("user_agent") for client in clients)
    prints = Counter(client.get("ja4") for client in clients)
    for pool in (agents, prints):
        assert len(pool) < 50
        assert pool.most_common(1)[0][1] > 0.1 * len(clients)
        assert pool.most_common(1)[0][1] > 3 * sorted(pool.values())[len(pool) // 2]


def test_honest_people_send_images_tools_long_texts_and_thinking(honest: Rows) -> None:
    def blocks(row: dict[str, Any]) -> list[str]:
        return [
            block["type"]
            for message in row["messages"]
            if isinstance(message["content"], list)
            for block in message["content"]
        ]

    assert share(honest, lambda row: "image" in blocks(row)) > 0.005
    assert share(honest, lambda row: row.get("tools")) > 0.02
    # Shorter than in real logs (docs/simulator.md), yet some answers are long beside others.
    assert share(honest, lambda row: (row.get("usage") or {}).get("output_tokens", 0) > 240) > 0.05
    assert share(honest, lambda row: len(row["messages"]) > 2) > 0.1
