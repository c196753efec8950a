"""Do campaigns behave as their scenario says: shares, pivot, dilution, replays, replacement?"""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from stillwatch.simulate import run

from tests.simulate.test_runner import exchanges

pytestmark = pytest.mark.slow  # together more than ten seconds

Rows = list[dict[str, Any]]


def traffic(out: Path, name: str, scale: float, weeks: int = 1) -> tuple[Rows, dict[str, str]]:
    """The exchanges of a run and the campaign of each planted one."""
    run(out, name, scale=scale, weeks=weeks, workers=1)
    truth = pq.read_table(out / "truth/exchanges.parquet").to_pylist()
    return exchanges(out), {row["exchange_id"]: row["campaign"] for row in truth}


def blocks(row: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Content blocks of a kind in a request's messages."""
    contents = [m["content"] for m in row["messages"] if isinstance(m["content"], list)]
    return [block for content in contents for block in content if block["type"] == kind]


def test_capabilities_and_pivot(tmp_path: Path) -> None:
    rows, planted = traffic(tmp_path, "s10_pivot", 1.0)
    truth = pq.read_table(tmp_path / "truth/campaigns.parquet").to_pylist()[0]
    assert truth["exchanges"] == len(planted) == 6000
    shares = {row["name"]: row["share"] for row in truth["capabilities"]}
    assert shares == pytest.approx({"coding": 0.6, "tool_use": 0.4}, abs=0.03)
    after = [r for r in rows if "2026-11-11T15" <= r["ts"] < "2026-11-12T15"]
    moved = [r["model"] == "atlas-4" for r in after if r["exchange_id"] in planted]
    others = [r["model"] == "atlas-4" for r in after if r["exchange_id"] not in planted]
    assert truth["pivot_share"] == pytest.approx(sum(moved) / len(moved))
    assert truth["pivot_share"] == pytest.approx(0.5, abs=0.08)
    assert 0 < sum(others) / len(others) < 0.15


def test_dilution(tmp_path: Path) -> None:
    rows, planted = traffic(tmp_path, "s02_one_in_twenty", 1.0)
    members = {r["account_id"] for r in rows if r["exchange_id"] in planted}
    sent = Counter(r["account_id"] in members for r in rows)
    assert len(planted) / sent[True] == pytest.approx(0.05, abs=0.005)


def test_a_template_in_a_system_prompt_that_never_is_the_same(tmp_path: Path) -> None:
    rows, planted = traffic(tmp_path, "changing_harness", 0.2)
    mine = [row for row in rows if row["exchange_id"] in planted]
    systems = Counter(row["system"] for row in mine)
    assert len(mine) == 800
    assert None not in systems
    assert len(systems) > 0.95 * len(mine)
    # Beside the line that changes stand the clauses, in words that hold from item to item.
    words = [set(re.findall(r"\w+", text)) for text in systems]
    common = Counter(word for each in words for word in each)
    assert sum(count > 0.4 * len(words) for count in common.values()) > 20
    asked = Counter(str(row["messages"][-1]["content"]) for row in mine)
    assert not any("step" in text and "rebuild" in text for text in asked)


@pytest.mark.parametrize("name", ["s04_session_replay", "s06_signature_replay"])
def test_signatures_come_back_from_another_account(name: str, tmp_path: Path) -> None:
    rows, planted = traffic(tmp_path, name, 0.5)
    issued = {
        block["signature"]: (row["account_id"], row["ts"])
        for row in rows
        for block in (row["response"] or {"content": []})["content"]
        if block["type"] == "thinking"
    }
    replays, own = set(), 0
    for row in rows:
        for block in blocks(row, "thinking"):
            account, when = issued[block["signature"]]
            assert when < row["ts"]
            own += account == row["account_id"]
            if account != row["account_id"]:
                replays.add(row["exchange_id"])
    assert own > 50  # honest agents redeem their own
    assert replays <= set(planted)
    assert len(replays) > 0.3 * len(planted)


def test_answers_come_back_to_be_cleaned(tmp_path: Path) -> None:
    rows, planted = traffic(tmp_path, "s05_trace_cleaner", 0.5)
    answers = {
        block["text"]: row["account_id"]
        for row in rows
        for block in (row["response"] or {"content": []})["content"]
        if block["type"] == "text" and len(block["text"]) > 120
    }
    returned = 0
    for row in rows:
        if row["exchange_id"] in planted and isinstance(row["messages"][0]["content"], str):
            quoted = row["messages"][0]["content"].split("\n\n", 1)[-1]
            returned += answers.get(quoted, row["account_id"]) != row["account_id"]
    assert returned > 0.1 * len(planted)


def test_a_banned_pool_is_followed_by_another(tmp_path: Path) -> None:
    rows, planted = traffic(tmp_path, "s08_banned_pool", 1.0)
    accounts = {
        row["account_id"]: row
        for row in map(json.loads, (tmp_path / "landing/accounts.jsonl").open())
    }
    before = {
        r["account_id"] for r in rows if r["exchange_id"] in planted and r["ts"] < "2026-11-12"
    }
    after = {
        r["account_id"] for r in rows if r["exchange_id"] in planted and r["ts"] > "2026-11-12"
    }
    assert len(before) == len(after) == 70
    assert not before & after
    cards = [{accounts[a]["payment_fingerprint"] for a in side} for side in (before, after)]
    assert not cards[0] & cards[1]
    nets = [
        {
            r["client"]["ip"].rsplit(".", 1)[0]
            for r in rows
            if r["account_id"] in side and r["client"]
        }
        for side in (before, after)
    ]
    assert len(nets[0] & nets[1]) <= 2


def test_a_banned_pool_stays_away(tmp_path: Path) -> None:
    rows, planted = traffic(tmp_path, "s08_banned_pool", 0.3, weeks=2)
    mine = [row for row in rows if row["exchange_id"] in planted]
    before = {row["account_id"] for row in mine if row["ts"] < "2026-11-12"}
    second = {row["account_id"] for row in mine if "2026-11-12" < row["ts"] < "2026-11-16"}
    later = {row["account_id"] for row in mine if row["ts"] > "2026-11-16"}
    assert not before & later
    assert second & later


def test_campaigns_replace_accounts_and_others_stay(tmp_path: Path) -> None:
    rows, planted = traffic(tmp_path, "s01_one_clause", 1.0, weeks=2)
    weeks = [
        {
            r["account_id"]
            for r in rows
            if (r["ts"] < "2026-11-16") == first and r["exchange_id"] in planted
        }
        for first in (True, False)
    ]
    kept = len(weeks[0] & weeks[1]) / len(weeks[0])
    assert kept == pytest.approx(0.6, abs=0.15)
    table = pq.read_table(tmp_path / "truth/accounts.parquet").to_pylist()
    honest = [
        {r["account_id"] for r in table if r["kind"] == "hard_negative" and r["week"].day == day}
        for day in (9, 16)
    ]
    assert len(honest[0] & honest[1]) / len(honest[0]) > 0.85


def test_two_campaigns_share_a_pool(tmp_path: Path) -> None:
    traffic(tmp_path, "s09_two_in_one_pool", 0.5)
    table = pq.read_table(tmp_path / "truth/accounts.parquet").to_pylist()
    groups = Counter(row["account_id"] for row in table if row["kind"] == "campaign")
    assert Counter(groups.values())[2] >= 40


def test_disguised_letters_and_names_of_scenarios(tmp_path: Path) -> None:
    rows, planted = traffic(tmp_path, "ladder", 0.1)
    text = {r["exchange_id"]: json.dumps(r, ensure_ascii=False) for r in rows}
    hidden = [text[x] for x, name in planted.items() if name == "step_lookalike"]
    assert sum("\u200b" in t or "\u043e" in t for t in hidden) > 0.9 * len(hidden)
    assert not any(re.search(r"step_|lookalike|campaign-|hard_negative", t) for t in text.values())
