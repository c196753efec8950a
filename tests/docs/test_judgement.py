"""Does docs/judgement.md give the settings, the constants and the terms that are in force?"""

from __future__ import annotations

import ast
import re
from dataclasses import asdict
from fractions import Fraction
from importlib import import_module
from pathlib import Path

import pytest
from stillwatch.config import JudgeSettings
from stillwatch.gold.campaign_evidence import QUERIES
from stillwatch.judgement import innocent
from stillwatch.judgement.verdict import FAMILIES

REPOSITORY = Path(__file__).resolve().parents[2]
JUDGEMENT = REPOSITORY / "jobs" / "stillwatch" / "judgement"
PAGE = (REPOSITORY / "docs" / "judgement.md").read_text(encoding="utf-8")
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


def constants() -> dict[str, tuple[float, ...]]:
    """Upper-case numbers that a module of the judgement sets at its top, tuples of them too."""
    found = {}
    for path in sorted(JUDGEMENT.glob("*.py")):
        module = import_module(f"stillwatch.judgement.{path.stem}")
        for statement in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(statement, (ast.Assign, ast.AnnAssign)):
                continue
            for node in ast.walk(statement):
                is_set = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
                if not is_set or not node.id.isupper():
                    continue
                value = getattr(module, node.id)
                numbers = value if isinstance(value, tuple) else (value,)
                if all(isinstance(one, int | float) for one in numbers):
                    found[f"{path.stem}.{node.id}"] = tuple(map(float, numbers))
    return found


def test_constants_are_as_they_stand() -> None:
    """None is left out, and none is told that is no longer there."""
    section = PAGE.split("## Constants")[1].split("\n## ")[0]
    told = dict(re.findall(r"^\| `(\w+\.\w+)` \| ([^|]+) \|", section, flags=re.MULTILINE))
    numbers = {
        name: tuple(float(Fraction(one)) for one in value.split(" to "))
        for name, value in told.items()
    }
    assert numbers == constants()
