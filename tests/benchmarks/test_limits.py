"""Do the benches of what is found at all plant what they say, and count what they say?"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from factories import exchange, frame, trace
from stillwatch.simulate.controls import KINDS
from stillwatch.simulate.scenario import load

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"
sys.path.append(str(FOLDER))  # its scripts import one another by name, as when they are run
GRID = ((8, 10), (5, 10))


def told(purity: float, completeness: float) -> dict[str, Any]:
    """What evaluate tells of a week in which every campaign of the grid fared the same."""
    import smallest

    names = [smallest.name_of(accounts, each) for accounts in GRID[0] for each in GRID[1]]
    shares = {"purity_accounts": purity, "completeness_accounts": completeness}
    return {
        "campaigns": [{"campaign": name, **shares} for name in names],
        "false_accusations": {"accused": 1, "honest_accounts": 1000},
        "controls": {"accused": 0, "groups": 20},
    }


def test_every_size_of_the_grid_is_planted_among_every_look_alike(tmp_path: Path) -> None:
    import smallest

    file = tmp_path / "sizes.toml"
    text = smallest.scenario((smallest.ACCOUNTS, smallest.EACH), 2_500, 40_000)
    file.write_text(text, encoding="utf-8")
    planted = {(c.accounts, c.exchanges) for c in load(file).campaigns}
    assert planted == {(a, a * e) for a in smallest.ACCOUNTS for e in smallest.EACH}
    assert set(tomllib.loads(text)["controls"]) == set(KINDS)


def test_half_of_its_accounts_in_a_group_that_is_half_its_own_is_found() -> None:
    import smallest

    weeks = [told(0.5, 0.5), told(1.0, 0.49), told(0.49, 1.0)]
    grid = smallest.cells(weeks, GRID)
    assert grid["found"].to_list() == [1] * 4
    assert grid["weeks"].to_list() == [3] * 4
    assert "none of the grid" in smallest.smallest(grid)
    whole = smallest.cells(weeks[:1], GRID)
    assert "8 accounts with 5 exchanges each; 40 exchanges" in smallest.smallest(whole)
    assert "3 of 3,000 honest account-weeks" in smallest.errors(weeks)
    assert "look-alikes accused: 0 of 60" in smallest.errors(weeks)


def test_the_picture_tells_each_cell(tmp_path: Path) -> None:
    import smallest

    file = tmp_path / "grid.svg"
    smallest.picture(smallest.cells([told(1.0, 1.0), told(0.0, 0.0)], GRID), file)
    drawn = file.read_text(encoding="utf-8")
    assert drawn.startswith("<svg")
    assert drawn.count(">1 of 2<") == 4


@pytest.mark.spark
def test_a_layer_goes_with_the_columns_that_attribute_by_it(spark: Any) -> None:
    import ablation

    frames = {
        "silver.exchanges": frame(spark, "silver.exchanges", [
            exchange("a", spans=[1, 2], system_hash=3, network_hash=4, address_hash=5)]),
        "silver.accounts": frame(spark, "silver.accounts", [
            {"account_id": "a", "payment_hash": 6}]),
        "silver.traces": frame(spark, "silver.traces", [
            trace("a", "prompt_span", 1), trace("a", "network", 4)]),
    }  # fmt: skip
    words = ablation.without(frames, "prompt_span")
    (row,) = words["silver.exchanges"].collect()
    assert (row["spans"], row["system_hash"], row["network_hash"]) == ([], 3, 4)
    assert [r["layer"] for r in words["silver.traces"].collect()] == ["network"]
    (row,) = ablation.without(frames, "network")["silver.exchanges"].collect()
    assert row["network_hash"] == 4
    both = ablation.without(frames, "network", "prompt_span")
    assert both["silver.traces"].count() == 0
    assert [r["spans"] for r in both["silver.exchanges"].collect()] == [[]]
    (row,) = ablation.without_feed(frames, "network")["silver.exchanges"].collect()
    assert (row["network_hash"], row["address_hash"], row["spans"]) == (None, None, [1, 2])
    (row,) = ablation.without_feed(frames, "payment")["silver.accounts"].collect()
    assert row["payment_hash"] is None


def test_lost_is_the_fall_of_both_f1() -> None:
    import ablation

    whole = ablation.Found("nothing", 10, 1.0, 1.0, 1.0, 0, 1.0, 1.0)
    half = ablation.Found("payment", 5, 1.0, 0.5, 0.5, 0, 1.0, 0.5)
    none = ablation.Found("prompt_span", 0, None, 0.0, 0.0, 0, None, 0.0)
    assert ablation.line(half, whole).endswith("| 66.7 |")
    assert ablation.line(none, whole) == (
        "| prompt_span | 0 | – | 0.000 | 0.000 | 0 | – | 0.000 | 200.0 |"
    )
    assert (whole.score, none.score) == (200.0, 0.0)


@pytest.mark.spark
@pytest.mark.slow
def test_a_cap_is_lifted_alone_and_its_cost_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import caps
    from stillwatch.config import Settings

    for part, cap, value in caps.CAPS:
        given = asdict(caps.lifted(part, cap, value))
        assert given[part].pop(cap) == value
        usual = asdict(Settings())
        assert usual[part].pop(cap) != value
        assert given == usual
    # So small a week reaches no cap; one that is drawn tighter shows that settings are obeyed.
    monkeypatch.setattr(caps, "CAPS", (("links", "max_rare", 2),))
    whole, fewer = caps.compare(tmp_path, "mixed", 0.02, 3, warm=False)
    assert whole["links"] > fewer["links"]
    assert whole["links"] >= whole["inside"] > 0
    assert "left out, " in capsys.readouterr().out


@pytest.mark.spark
@pytest.mark.slow
def test_a_scenario_is_told_in_a_row_and_a_ladder_by_rung(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import scenarios

    kept = tmp_path / "kept"
    kept.mkdir()
    found = scenarios.compare(tmp_path / "work", ["ladder"], 0.1, 7, kept)
    printed = capsys.readouterr().out
    assert "| `ladder` | 10,000 |" in printed
    assert printed.count("\n| ") == 9  # the scenario, a second head, seven rungs
    assert json.loads((kept / "ladder-7.json").read_text()) == found["ladder"]
    assert not (tmp_path / "work" / "ladder").exists()


@pytest.mark.spark
@pytest.mark.slow
def test_links_are_told_by_how_their_groups_keep_time(tmp_path: Path) -> None:
    import calibration
    import measure

    job, _ = measure.traffic(tmp_path, "mixed", 0.03)
    tables = (measure.staged(job, name) for name in ("silver.exchanges", "silver.accounts"))
    measure.link(job, *tables)
    told = calibration.in_step(job, tmp_path / "made" / "truth")
    assert {"campaign, shifts", "linked strangers"} <= set(told["name"])
    assert told["together"].is_between(0, 1).all() and told["apart"].is_between(0, 1).all()
    pairs = dict(told.select("name", "pairs").rows())
    assert all(pairs.values())
    popular = calibration.conjunctions(job)
    assert all(linked <= pairs for _, pairs, linked in popular)


@pytest.mark.spark
@pytest.mark.slow
def test_traces_that_are_dealt_anew_link_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import calibration

    assert calibration.false_links(tmp_path, 0.03, 1) == 0.0
    printed = capsys.readouterr().out
    assert re.search(r"dealing 0: [1-9][\d,]* pairs priced, 0 false links", printed)
