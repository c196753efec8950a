"""Does any one column give a campaign away in the scenarios that claim to be hard?"""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from stillwatch.simulate import run
from stillwatch.simulate.scenario import load, shipped

from tests.simulate.giveaways import account_columns, best_precision, exchange_columns
from tests.simulate.test_runner import exchanges

pytestmark = pytest.mark.slow  # together more than ten seconds

RECALL, PRECISION = 0.3, 0.9
LARGEST = 16_000  # exchanges of a run: enough to see a giveaway, quick to write
HARD = [name for name in shipped() if load(name).hard]
END = datetime(2026, 11, 16, tzinfo=UTC)


def precisions(columns: list[dict[str, Any]], planted: np.ndarray) -> dict[str, float]:
    """The best precision of each column."""
    return {
        name: best_precision([row[name] for row in columns], planted, RECALL) for name in columns[0]
    }


@pytest.mark.parametrize("name", HARD)
def test_no_single_column_gives_a_campaign_away(name: str, tmp_path: Path) -> None:
    scale = min(1.0, LARGEST / load(name).exchanges)
    run(tmp_path, name, scale=scale, workers=1)
    rows = exchanges(tmp_path)
    truth = pq.read_table(tmp_path / "truth/exchanges.parquet")["exchange_id"].to_pylist()
    planted = np.isin([row["exchange_id"] for row in rows], truth)
    assert 0 < planted.sum() < len(rows)
    found = precisions([exchange_columns(row) for row in rows], planted)

    sent = Counter(row["account_id"] for row in rows)
    accounts = [json.loads(line) for line in (tmp_path / "landing/accounts.jsonl").open()]
    accounts = [account for account in accounts if sent[account["account_id"]]]
    table = pq.read_table(tmp_path / "truth/accounts.parquet").to_pylist()
    members = [row["account_id"] for row in table if row["kind"] == "campaign"]
    bad = np.isin([account["account_id"] for account in accounts], members)
    columns = [account_columns(a, END, sent[a["account_id"]]) for a in accounts]
    found |= {f"account.{key}": value for key, value in precisions(columns, bad).items()}
    assert {key: value for key, value in found.items() if value >= PRECISION} == {}


def test_the_search_finds_a_rule_where_there_is_one() -> None:
    planted = np.array([True, True, False, False, False])
    assert best_precision([9.0, 8.0, 1.0, 2.0, 3.0], planted, RECALL) == 1.0
    assert best_precision(["x", "x", "y", "y", "z"], planted, RECALL) == 1.0
    assert best_precision(["x", "x", "x", "x", "x"], planted, RECALL) == pytest.approx(0.4)
