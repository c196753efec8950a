"""Several evaluations together: sums, tighter bounds, all tables, and what must not be pooled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from rich.console import Console
from stillwatch.cli import main
from stillwatch.errors import UsageError
from stillwatch.evaluate import figures, pool, table

from .cases import WEEK, ids, published, truth

SHARES = [{"name": "coding", "share": 1.0}]


def lake(number: int, missed: int = 0) -> dict[str, Any]:
    """The figures of one lake of its own accounts: a campaign of four, a control, 93 people."""
    ring, school, people = (
        ids(f"{letter}{number}_", n) for letter, n in zip("rcp", (4, 3, 93), strict=True)
    )
    sent = {"ring": [(f"x{number}_{n}", account) for n, account in enumerate(ring)]}
    true = truth(
        {"ring": ring}, controls={"class_assignment-1": school}, honest=people, sent=sent,
        capabilities={"ring": SHARES},
    )  # fmt: skip
    facts = true.campaigns.with_columns(
        scenario=pl.lit("mixed"), rung=pl.lit("slots" if missed else "verbatim")
    )
    found = ring[missed:]
    told = published(
        {"k1": found}, attributed={"k1": [f"x{number}_{n}" for n in range(missed, 4)]},
        active=ring + school + people, capabilities={"k1": SHARES},
    )  # fmt: skip
    result = figures(told, type(true)(true.accounts, true.exchanges, facts), week=WEEK)
    return {**result, "publication": {"code_version": "one"}}


def test_sums_and_tighter_bounds() -> None:
    one = lake(0)
    pooled = pool([one, *(lake(n) for n in range(1, 5))])
    assert pooled["evaluations"] == 5
    assert pooled["false_accusations"]["honest_accounts"] == 5 * 96
    assert pooled["controls"]["by_kind"][0]["groups"] == 5
    assert pooled["controls"]["by_kind"][0]["upper_95"] < 0.5
    bound = one["false_accusations"]["per_100k_upper_95"]
    assert pooled["false_accusations"]["per_100k_upper_95"] < bound / 4
    assert pooled["accounts"]["recall"]["whole"] == 20
    assert pooled["exchanges"]["recall"]["value"] == 1.0
    assert len(pooled["campaigns"]) == len(pooled["labels"]["campaigns"]) == 5
    assert len({row["campaign"] for row in pooled["campaigns"]}) == 5


def test_traits_fairness_and_goals_are_pooled_too() -> None:
    pooled = pool([lake(0), lake(1, missed=2)])
    assert pooled["accounts"]["recall"]["value"] == 6 / 8
    assert pooled["accounts"]["recall_by_campaign"]["value"] == 3 / 4
    assert pooled["exchanges"]["recall"]["low_groups"] == 0.5
    rungs = {row["value"]: row["recall"] for row in pooled["by_rung"]}
    assert rungs == {"verbatim": 1.0, "slots": 0.5}
    assert pooled["by_scenario"][0]["campaigns"] == 2
    country = pooled["fairness"]["country"][0]
    assert country["honest_accounts"] == 2 * 96
    assert country["per_100k_upper_95"] < 2000
    goals = {row["figure"]: row["status"] for row in pooled["goals"]}
    assert goals["account_recall"] == "short"
    assert goals["account_precision"] == "met"


def test_one_evaluation_pooled_says_what_it_said() -> None:
    one = lake(0, missed=1)
    pooled = pool([one])
    for key in ("recall", "precision"):
        assert pooled["accounts"][key]["value"] == one["accounts"][key]["value"]
        assert pooled["exchanges"][key]["value"] == one["exchanges"][key]["value"]
    told = {row["figure"]: (row["value"], row["status"]) for row in one["goals"]}
    assert {row["figure"]: (row["value"], row["status"]) for row in pooled["goals"]} == told
    assert pooled["fairness"] == one["fairness"]
    assert pooled["controls"] == {
        **one["controls"],
        "accused_groups": pooled["controls"]["accused_groups"],
    }


def test_two_weeks_of_the_same_accounts_are_refused() -> None:
    with pytest.raises(UsageError, match="evaluations 1 and 3 are of the same accounts"):
        pool([lake(0), lake(1), lake(0)])
    with pytest.raises(UsageError, match="nothing to pool"):
        pool([])


def test_the_command_prints_the_pooled_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    files = [tmp_path / f"{n}.json" for n in range(2)]
    for n, file in enumerate(files):
        file.write_text(json.dumps(lake(n), default=str))
    out = tmp_path / "all.json"
    assert main(["evaluate", "--pool", *map(str, files), "--json", str(out)]) == 0
    told = capsys.readouterr().out
    assert "2 evaluations together" in told
    assert "class_assignment" in told
    assert max(map(len, told.split("{")[0].splitlines())) > 80  # of a pipe, nobody said how wide
    assert json.loads(out.read_text())["evaluations"] == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--pool", "no.json"], "no.json: not the JSON of an evaluation"),
        (["--week", "2026-11-09"], "evaluate needs --lake, --truth, or --pool"),
    ],
)
def test_a_callers_mistake_is_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.delenv("STILLWATCH_LAKE", raising=False)
    assert main(["evaluate", *arguments]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1


def test_an_evaluation_by_an_earlier_version_is_refused(tmp_path: Path) -> None:
    old = tmp_path / "old.json"
    old.write_text(json.dumps({k: v for k, v in lake(0).items() if k != "found"}, default=str))
    assert main(["evaluate", "--pool", str(old)]) == 2


def test_the_table_shows_rungs_scenarios_and_what_was_told_wrong() -> None:
    console = Console(width=200, record=True)
    console.print(table(pool([lake(0), lake(1, missed=2)])))
    text = console.export_text()
    for word in ("rung", "verbatim", "scenario", "mixed", "Error of capabilities:", "Pivots:"):
        assert word in text
