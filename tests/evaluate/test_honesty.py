"""Does detection look at the traffic alone: without truth, and whatever the ids are?"""

from __future__ import annotations

import gzip
import random
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from stillwatch import simulate
from stillwatch.io import runner
from stillwatch.io.lake import Lake
from stillwatch.io.runner import Job

pytestmark = [pytest.mark.spark, pytest.mark.slow]

WEEK = date(2026, 11, 9)
SCALE = 0.1  # of first_light: three campaigns of at least eight accounts
ID = re.compile(r"\b(?:acct_[a-z2-9]{13}|ex_[0-9a-f]{20})\b")
Group = tuple[str, frozenset[str], frozenset[str]]


def lines(landing: Path) -> dict[Path, list[str]]:
    """Every file of a landing zone, by its place."""
    found = {}
    for path in sorted(path for path in landing.rglob("*") if path.is_file()):
        raw = path.read_bytes()
        text = gzip.decompress(raw) if path.suffix == ".gz" else raw
        found[path.relative_to(landing)] = text.decode().split("\n")
    return found


def permuted(landing: Path, out: Path) -> dict[str, str]:
    """Write the landing zone again with ids in each other's place; return the old id of each."""
    files = lines(landing)
    ids = sorted({match for rows in files.values() for row in rows for match in ID.findall(row)})
    drawn = random.Random(11)
    new: dict[str, str] = {}
    for kind in ("acct_", "ex_"):
        mine = [name for name in ids if name.startswith(kind)]
        new |= dict(zip(mine, drawn.sample(mine, len(mine)), strict=True))
    for place, rows in files.items():
        target = out / place.with_suffix("") if place.suffix == ".gz" else out / place
        target.parent.mkdir(parents=True, exist_ok=True)
        text = "\n".join(ID.sub(lambda match: new[match.group()], row) for row in rows)
        target.write_text(text, encoding="utf-8")
    return {after: before for before, after in new.items()}


def groups(lake: Lake, old: dict[str, str]) -> set[Group]:
    """Verdict, accounts and exchanges of every judged group, under the ids of the first run."""
    columns: list[dict[str, set[str]]] = []
    for table, key in (("gold.campaign_accounts", "account_id"),
                       ("gold.campaign_exchanges", "exchange_id")):  # fmt: skip
        found: dict[str, set[str]] = {}
        for row in lake.scan(table, WEEK).collect().to_dicts():
            found.setdefault(row["campaign_id"], set()).add(old.get(row[key], row[key]))
        columns.append(found)
    return {
        (row["verdict"], *(frozenset(found.get(row["campaign_id"], ())) for found in columns))
        for row in lake.scan("gold.campaigns", WEEK).collect().to_dicts()
    }


@pytest.fixture(scope="module")
def two(
    spark: Any, tmp_path_factory: pytest.TempPathFactory
) -> tuple[set[Group], set[Group], set[str]]:
    """Groups found without truth, those found under permuted ids, and the planted accounts."""
    out = tmp_path_factory.mktemp("honesty")
    simulate.run(out / "made", scale=SCALE, workers=1)
    planted = truth(out / "made")
    shutil.rmtree(out / "made" / "truth")
    old = permuted(out / "made" / "landing", out / "permuted")
    found = []
    for number, landing in enumerate((out / "made" / "landing", out / "permuted")):
        root = out / f"lake-{number}"
        runner.run_week(Job.open(root, WEEK, landing), lambda *_: None)
        found.append(groups(Lake(root), old if number else {}))
    return found[0], found[1], planted


def truth(out: Path) -> set[str]:
    """Accounts that the simulator planted."""
    import polars as pl

    rows = pl.read_parquet(out / "truth" / "accounts.parquet")
    return set(rows.filter(pl.col("kind") == "campaign")["account_id"])


def test_campaigns_are_found_without_truth(two: tuple[set[Group], set[Group], set[str]]) -> None:
    found, _, planted = two
    accused = set().union(
        *(who for verdict, who, _ in found if verdict in ("confirmed", "probable"))
    )
    assert len(accused & planted) > 0.5 * len(planted)


def test_the_same_campaigns_under_permuted_ids(
    two: tuple[set[Group], set[Group], set[str]],
) -> None:
    plain, shuffled, _ = two
    assert shuffled == plain
