"""Weeks published out of order and again: what readers have seen keeps its id and its decision.

A campaign begins in the second of four weeks, which is backfilled. Its strongest clause is another
one in each week, so that each would give it an id of its own.
"""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import polars as pl
import pytest
from factories import Rows, counted
from fingerprints import content
from gold_week import accounts, campaign_exchange, honest_exchange, traces_of
from lake_weeks import publish
from stillwatch.io.lake import Lake
from stillwatch.judgement.identity import lasting, minted

pytestmark = [pytest.mark.spark, pytest.mark.slow]
WEEKS = [date(2026, 11, 2) + timedelta(days=7 * n) for n in range(4)]
FIRST, SECOND, THIRD, FOURTH = WEEKS
STEPS = ("gold.decisions", "gold.account_links", "gold.campaigns")
OPENED = datetime(2026, 10, 20, tzinfo=UTC)
CLAUSES = [10**6 + n for n in range(7)]
ACCUSED = ("confirmed", "probable")
Silver = dict[str, Rows]


@pytest.fixture(autouse=True)
def session(spark: Any) -> None:
    """The runner takes the session that is there."""


def silver(clauses: list[int], late: int = 0, *, tied: bool = True) -> Silver:
    """A week's silver tables: honest accounts, and a campaign where there are clauses.

    Args:
        clauses: The template.
        late: How many exchanges of each account of the campaign carry its last clauses only.
        tied: Whether the campaign's accounts share payments and networks, and were opened at once.
    """
    rng = np.random.default_rng(7)
    honest, pool = accounts(120, "hon"), accounts(30 if clauses else 0, "bad")
    sent = [
        honest_exchange(row["account_id"], n, rng)
        for row in honest
        for n in range(int(rng.lognormal(2, 1)) + 1)
    ]
    for i, row in enumerate(pool):
        name = row["account_id"]
        own = {} if tied else {"network_hash": crc32(f"network {name}".encode())}
        if tied:
            row |= {"payment_hash": 900 + i // 6, "created_at": OPENED + timedelta(hours=i)}
        for n in range(30 + late):
            said = clauses if n < 30 else clauses[2:]
            spans = said + [int(v) for v in rng.integers(2**40, 2**50, 6)]
            sent.append(campaign_exchange(name, n, rng) | own | {"spans": sorted(spans)})
    known = [*honest, *pool]
    return {
        "silver.exchanges": sent,
        "silver.accounts": known,
        "silver.traces": counted(traces_of(sent, known)),
    }


def run(root: Path, week: date, made: Silver) -> Lake:
    return publish(root, week, root.parent / "landing", STEPS, made)


def the_campaign(lake: Lake, week: date) -> dict[str, Any]:
    """The one row of gold.campaigns with exchanges."""
    rows = lake.scan("gold.campaigns", week).filter(pl.col("exchanges") > 0).collect()
    return rows.row(0, named=True) if rows.height == 1 else pytest.fail(f"{rows.height} groups")


def decide(landing: Path, campaign: str, decision: str, at: date) -> None:
    said = {"campaign_id": campaign, "decision": decision, "by": "ana", "at": f"{at}T09:00:00Z"}
    (landing / "decisions.jsonl").write_text(json.dumps(said) + "\n")


@pytest.fixture(scope="module")
def published(spark: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first week, in which there is no campaign, and the third."""
    root = tmp_path_factory.mktemp("published") / "lake"
    (root.parent / "landing" / "exchanges").mkdir(parents=True)
    run(root, FIRST, silver([]))
    run(root, THIRD, silver(CLAUSES[1:]))
    return root


@pytest.fixture
def lake(published: Path, tmp_path: Path) -> Lake:
    """A copy of that lake, with a landing folder of its own beside it."""
    shutil.copytree(published.parent, tmp_path, dirs_exist_ok=True)
    return Lake(tmp_path / "lake")


def test_a_backfill_changes_no_later_id_then_or_in_later_reruns(lake: Lake) -> None:
    seen, was = content(lake, THIRD), the_campaign(lake, THIRD)
    assert (was["status"], was["verdict"]) == ("new", "confirmed")
    run(lake.root, SECOND, silver(CLAUSES[:6]))
    assert content(lake, THIRD) == seen
    backfilled = the_campaign(lake, SECOND)
    assert backfilled["campaign_id"] != was["campaign_id"]

    run(lake.root, THIRD, silver(CLAUSES[1:]))
    again = the_campaign(lake, THIRD)
    told = ("campaign_id", "status", "merged_from", "split_from")
    assert [again[name] for name in told] == [
        was["campaign_id"], "continuing", [backfilled["campaign_id"]], []
    ]  # fmt: skip
    assert (again["verdict"], again["members"]) == (was["verdict"], was["members"])
    seen = content(lake, THIRD)
    run(lake.root, THIRD, silver(CLAUSES[1:]))
    assert content(lake, THIRD) == seen
    assert lake.publication(THIRD)["generation"] == 3


def test_late_files_leave_a_group_its_id_and_its_decision(lake: Lake) -> None:
    was = the_campaign(lake, THIRD)
    decide(lake.root.parent / "landing", was["campaign_id"], "dismissed", FOURTH)
    run(lake.root, THIRD, silver(CLAUSES[1:], late=3))
    now = the_campaign(lake, THIRD)
    assert now["exchanges"] > was["exchanges"]
    assert minted(lasting(now["traces"]), frozenset(), set()) != was["campaign_id"]
    assert (now["campaign_id"], now["status"]) == (was["campaign_id"], "new")
    assert (now["verdict"], now["decision"]) == ("confirmed", "dismissed")


def test_a_dismissal_is_shown_ever_after_and_ends_the_lead(lake: Lake) -> None:
    """Also by weeks that are run again, before or after it, and once its file is gone."""
    landing, was = lake.root.parent / "landing", the_campaign(lake, THIRD)
    untied = silver(CLAUSES[1:], tied=False)
    run(lake.root, FOURTH, untied)
    lead = the_campaign(lake, FOURTH)
    assert (lead["campaign_id"], lead["verdict"]) == (was["campaign_id"], "probable")
    assert lead["decision"] is None

    decide(landing, was["campaign_id"], "dismissed", FOURTH + timedelta(days=2))
    run(lake.root, THIRD, silver(CLAUSES[1:]))
    again = the_campaign(lake, THIRD)
    assert again == was | {"decision": "dismissed"}

    (landing / "decisions.jsonl").unlink()
    run(lake.root, FOURTH, untied)
    now = the_campaign(lake, FOURTH)
    assert (now["campaign_id"], now["decision"]) == (was["campaign_id"], "dismissed")
    assert now["verdict"] not in ACCUSED
    recorded = lake.scan("gold.decisions").select("campaign_id", "decision").collect()
    assert recorded.rows() == [(was["campaign_id"], "dismissed")]
