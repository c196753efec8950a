"""Does docs/judgement.md give the settings and the terms that are in force?"""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pytest
from stillwatch.config import JudgeSettings
from stillwatch.gold.campaign_evidence import QUERIES
from stillwatch.judgement import innocent
from stillwatch.judgement.verdict import FAMILIES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "judgement.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| `")
]
BY_NAME = {row[0].replace("◊", "").strip(" `"): row for row in ROWS}


def test_settings_are_as_they_stand() -> None:
    section = PAGE.split("## Settings")[1].split("\n## ")[0]
    told = dict(re.findall(r"^\| `(\w+)` \| (\S+) \|$", section, flags=re.MULTILINE))
    assert {name: float(value) for name, value in told.items()} == asdict(JudgeSettings())


@pytest.mark.parametrize("name", QUERIES)
def test_a_term_is_told(name: str) -> None:
    assert name in BY_NAME


@pytest.mark.parametrize(("name", "family"), FAMILIES.items())
def test_a_family_is_told(name: str, family: str) -> None:
    assert BY_NAME[name][1] == family


@pytest.mark.parametrize("name", innocent.EXPLAINS)
def test_what_an_explanation_cancels_is_told(name: str) -> None:
    assert set(BY_NAME[name][3].split(", ")) == innocent.EXPLAINS[name]
