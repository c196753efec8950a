"""Do innocent communities live in all their circumstances, and pass answers on as people do?"""

from collections import defaultdict
from typing import Any

import pyarrow.parquet as pq
import pytest
from stillwatch.simulate import run
from stillwatch.simulate.controls import KINDS, groups
from stillwatch.simulate.population import all_groups
from stillwatch.simulate.scenario import load

from tests.simulate.test_runner import exchanges

COMMUNITIES = """
accounts = 3000
exchanges = 24000
[[models]]
name = "atlas-4"
launched_hours = -60
[controls]
fallback_router = 6
agency = 6
class_assignment = 4
newsroom = 4
"""


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Exchanges, and the group of each honest account."""
    out = tmp_path_factory.mktemp("communities")
    file = out / "communities.toml"
    file.write_text(COMMUNITIES)
    run(out, file, workers=1)
    table = pq.read_table(out / "truth/accounts.parquet").to_pylist()
    return exchanges(out), {row["account_id"]: row["group"] for row in table}


@pytest.mark.parametrize("kind", list(KINDS))
def test_twenty_groups_show_every_circumstance(kind: str) -> None:
    found = {(g.lanes[0].profile.name, g.infra) for g in groups(kind, 20, 1.0, 0, 0.03)}
    told = {(profile.name, infra) for profile, infra in KINDS[kind].circumstances()}
    assert found == told


def test_published_case_has_room_for_all() -> None:
    found = all_groups(load("published_case"), 0, 1.0, 0)
    assert sum(group.kind == "hard_negative" for group in found) == 20 * len(KINDS)


def answered(rows: list[dict[str, Any]], kind: str, key: str) -> dict[str, dict[str, Any]]:
    """Exchanges by a value of one of the blocks of their responses."""
    contents = [(row, (row["response"] or {"content": []})["content"]) for row in rows]
    return {b[key]: row for row, content in contents for b in content if b["type"] == kind}


def test_answers_are_passed_on_within_a_community(
    week: tuple[list[dict[str, Any]], dict[str, str]],
) -> None:
    rows, group = week
    answers = answered(rows, "text", "text")
    passed: dict[str, int] = defaultdict(int)
    for row in rows:
        content = row["messages"][0]["content"]
        if row["messages"][-1]["role"] != "user" or not isinstance(content, str):
            continue
        source = answers.get(content.split("\n\n", 1)[-1])
        if source and source["account_id"] != row["account_id"] and "\n\n" in content:
            assert source["ts"] < row["ts"]
            assert group[source["account_id"]] == group[row["account_id"]]
            passed[group[row["account_id"]].rsplit("-", 1)[0]] += 1
    assert set(passed) == {"agency", "class_assignment", "newsroom"}
    assert sum(passed.values()) > 50


def test_a_router_goes_on_with_a_conversation_under_another_key(
    week: tuple[list[dict[str, Any]], dict[str, str]],
) -> None:
    rows, group = week
    issued = answered(rows, "thinking", "signature")
    routed = set()
    for row in rows:
        for block in (b for m in row["messages"] if isinstance(m["content"], list)
                      for b in m["content"] if b["type"] == "thinking"):  # fmt: skip
            source = issued[block["signature"]]
            if source["account_id"] != row["account_id"]:
                assert group[source["account_id"]] == group[row["account_id"]]
                routed.add(group[row["account_id"]])
    assert {name.rsplit("-", 1)[0] for name in routed} == {"fallback_router"}
    assert len(routed) >= 5


def test_public_guides_stand_before_strangers_questions(
    week: tuple[list[dict[str, Any]], dict[str, str]],
) -> None:
    rows, group = week
    holders: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        text = row["messages"][0]["content"]
        asks = group[row["account_id"]] in ("developer", "student", "researcher")
        if asks and isinstance(text, str) and len(text) > 200:  # commonplaces are shorter
            holders[text[:80]].add(row["account_id"])
    widest = max(holders.values(), key=len)
    assert len(widest) >= 4
    assert len({group[account] for account in widest}) >= 2
