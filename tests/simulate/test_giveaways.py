"""Does any one column give a campaign away in the scenarios that claim to be hard?"""

import json
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow.parquet as pq
import pytest
from stillwatch.simulate import run
from stillwatch.simulate.scenario import load, shipped

from tests.simulate.giveaways import (
    BAND,
    Codes,
    Column,
    Found,
    Rows,
    account_columns,
    best_precision,
    encoded,
    exchange_columns,
    halves,
    held_out,
    tabulated,
)
from tests.simulate.test_runner import exchanges

pytestmark = pytest.mark.slow  # together more than ten seconds

RECALL, PRECISION = 0.3, 0.9
SEEDS = (0, 2)
LARGEST = 16_000  # exchanges of a run: enough to see a giveaway, quick to write
# So small a run has a handful of accounts a network or a day of sign-ups. What one campaign alone
# shows there has to show in a run of this size too.
CONFIRMED = 40_000
HARD = [name for name in shipped() if load(name).hard]
END = datetime(2026, 11, 16, tzinfo=UTC)
ANY = "any campaign"
Suspects = Collection[tuple[str, str]]  # campaign and column
INHERENT = {
    # "The pool is banned on Thursday; the next day others stand in its place": half of its accounts
    # were made in that one day.
    ("s08_banned_pool", ANY, "account.created_day"),
    ("mixed", "banned_pool", "account.created_day"),
}


class Level(NamedTuple):
    """Exchanges or accounts of a run, as a table.

    Attributes:
        columns: Every column by name, (rows,).
        owner: The account of each row as a number from 0, (rows,).
        planted: By campaign, its rows, (rows,).
    """

    columns: dict[str, Column]
    owner: Codes
    planted: dict[str, Rows]


def levels(out: Path, name: str, seed: int, largest: int) -> list[Level]:
    """A run of at most so many exchanges: its exchanges, and its accounts that sent any."""
    run(out, name, scale=min(1.0, largest / load(name).exchanges), seed=seed, workers=1)
    rows = exchanges(out)
    sent = Counter(row["account_id"] for row in rows)
    accounts = [json.loads(line) for line in (out / "landing/accounts.jsonl").open()]
    accounts = [account for account in accounts if sent[account["account_id"]]]
    number = {account["account_id"]: n for n, account in enumerate(accounts)}
    campaigns = [campaign.name for campaign in load(name).campaigns]
    truth = {
        table: pq.read_table(out / f"truth/{table}.parquet").to_pylist()
        for table in ("exchanges", "accounts")
    }
    ids = {
        c: {r["exchange_id"] for r in truth["exchanges"] if r["campaign"] == c} for c in campaigns
    }
    members = {
        c: {
            r["account_id"] for r in truth["accounts"] if (r["kind"], r["group"]) == ("campaign", c)
        }
        for c in campaigns
    }
    return [
        Level(
            tabulated([exchange_columns(row) for row in rows]),
            np.array([number[row["account_id"]] for row in rows]),
            {c: np.array([row["exchange_id"] in ids[c] for row in rows]) for c in campaigns},
        ),
        Level(
            {
                f"account.{key}": column
                for key, column in tabulated(
                    [account_columns(a, END, sent[a["account_id"]]) for a in accounts]
                ).items()
            },
            np.arange(len(accounts)),
            {c: np.array([a["account_id"] in members[c] for a in accounts]) for c in campaigns},
        ),
    ]


def populations(level: Level) -> Iterator[tuple[str, Rows, Rows]]:
    """All campaigns together, and each among those who are in none: name, planted, kept."""
    planted = np.any(list(level.planted.values()), axis=0)
    yield ANY, planted, np.ones_like(planted)
    if len(level.planted) > 1:
        for name, mine in level.planted.items():
            yield name, mine, mine | ~planted


def pooled(level: Level) -> dict[str, float]:
    """The best rule of each column on all campaigns together, chosen with all accounts."""
    _, planted, _ = next(populations(level))
    assert 0 < planted.sum() < len(planted)
    best = {
        key: best_precision(column, planted, RECALL)
        for key, column in level.columns.items()
        if not key.endswith(BAND)  # a set of so many ranges fits whatever chose it
    }
    return {key: precision for key, precision in best.items() if precision >= PRECISION}


def held(level: Level, seed: int, only: Suspects | None = None) -> dict[tuple[str, str], Found]:
    """By campaign and column the rules that are precise on accounts that did not choose them."""
    found = {}
    for name, planted, kept in populations(level):
        half = halves(level.owner, planted, seed)
        for key, column in level.columns.items():
            if only is None or (name, key) in only:
                found[name, key] = held_out(column, planted, kept, level.owner, half, RECALL)
    return {key: rule for key, rule in found.items() if rule.precision >= PRECISION}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", HARD)
def test_no_single_column_gives_a_campaign_away(name: str, seed: int, tmp_path: Path) -> None:
    small = levels(tmp_path / "small", name, seed, LARGEST)
    plain = {key: p for level in small for key, p in pooled(level).items()}
    assert {key: p for key, p in plain.items() if (name, ANY, key) not in INHERENT} == {}

    suspects = {key for level in small for key in held(level, seed)}
    suspects = {key for key in suspects if (name, *key) not in INHERENT}
    if suspects:
        large = levels(tmp_path / "large", name, seed, CONFIRMED)
        assert {k: rule for level in large for k, rule in held(level, seed, suspects).items()} == {}


def crowd(accounts: int, each: int) -> tuple[Codes, Rows]:
    """The owner of each row, and the rows of the first fifth of the accounts."""
    owner = np.repeat(np.arange(accounts), each)
    return owner, owner < accounts // 5


def search(values: Collection[object], owner: Codes, planted: Rows) -> Found:
    """The best rule among all rows, on accounts that did not choose it."""
    half, kept = halves(owner, planted, 0), np.ones_like(planted)
    return held_out(encoded(values), planted, kept, owner, half, RECALL)


def test_the_search_finds_a_rule_where_there_is_one() -> None:
    planted = np.array([True, True, False, False, False])
    for values, best in (
        ([9.0, 8.0, 1.0, 2.0, 3.0], 1.0),
        (["x", "x", "y", "y", "z"], 1.0),
        (["x", "x", "x", "x", "x"], 0.4),
    ):
        assert best_precision(encoded(values), planted, RECALL) == pytest.approx(best)


def test_a_threshold_is_found_on_accounts_that_did_not_choose_it() -> None:
    owner, planted = crowd(100, 10)
    drawn = np.random.default_rng(1).normal(planted * 6.0)
    found = search(list(drawn), owner, planted)
    assert found.precision >= 0.95
    assert found.recall >= RECALL
    assert found.accounts >= 18


def test_a_set_of_few_among_many_values_is_found() -> None:
    owner, planted = crowd(200, 10)
    drawn = np.random.default_rng(2).integers(0, 200, 2000)
    values = [f"v{n // 5}" if p else f"v{n + 40}" for n, p in zip(drawn, planted, strict=True)]
    assert best_precision(encoded(values), planted, RECALL) < PRECISION
    found = search(values, owner, planted)
    assert (found.precision, found.recall >= RECALL) == (1.0, True)


def test_a_band_of_a_number_is_found() -> None:
    rng = np.random.default_rng(3)
    owner, planted = crowd(200, 10)
    values = np.where(planted, rng.uniform(0.4, 0.45, 2000), rng.uniform(0, 1, 2000))
    column = tabulated([{"x": x} for x in values])["x" + BAND]
    half = halves(owner, planted, 0)
    found = held_out(column, planted, np.ones_like(planted), owner, half, RECALL)
    assert found.precision > 0.75  # 400 planted rows and 80 others between
    assert best_precision(encoded(values), planted, RECALL) < 0.6


def test_what_is_an_accounts_own_is_no_rule() -> None:
    owner, planted = crowd(100, 10)
    assert search([f"id{n}" for n in owner], owner, planted) == Found(0.0, 0.0, 0)
    rng = np.random.default_rng(4)
    noise = rng.integers(0, 5000, 1000)
    assert search([f"n{n}" for n in noise], owner, planted).precision < 0.5


def test_a_campaign_that_others_hide_is_found_alone() -> None:
    owner, planted = crowd(100, 10)
    small = owner < 10
    value = np.where(small, "s", np.where(planted, "o", np.where(owner % 7 == 0, "s", "o")))
    level = Level({"x": encoded(value)}, owner, {"small": small, "large": planted & ~small})
    assert pooled(level) == {}
    assert held(level, 0) == {}
    value = np.where(small, "s", "o")
    level = Level({"x": encoded(value)}, owner, {"small": small, "large": planted & ~small})
    assert set(held(level, 0)) >= {("small", "x")}
