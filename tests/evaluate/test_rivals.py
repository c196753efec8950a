"""Simple rules on hand-made traffic: what each groups, and the favour that it is given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from lakes import write_lake
from rich.console import Console
from stillwatch.evaluate import lsh, toolkit
from stillwatch.evaluate.rivals import MIN_ACCOUNTS, by_value, by_volume, by_weight, compare
from stillwatch.evaluate.table import rivals
from stillwatch.io.lake import Lake

from .cases import WEEK, ids, truth


def values(*pairs: tuple[str, int | None]) -> pl.DataFrame:
    schema = {"account_id": pl.String, "value": pl.Int64}
    return pl.DataFrame(list(pairs), schema=schema, orient="row")


def members(groups: pl.DataFrame) -> list[list[str]]:
    rows = groups.group_by("campaign_id").agg(pl.col("account_id").sort())
    return sorted(rows["account_id"].to_list())


def test_accounts_are_joined_through_chains_of_values() -> None:
    told = by_value(values(("a", 1), ("b", 1), ("b", 2), ("c", 2), ("d", 3), ("e", 3)))
    assert members(told) == [["a", "b", "c"]]
    assert MIN_ACCOUNTS == 3


def test_missing_values_connect_nobody() -> None:
    assert by_value(values(("a", None), ("b", None), ("c", None))).is_empty()
    assert by_value(values()).is_empty()


def test_hashes_of_all_64_bits_are_told_apart() -> None:
    top = 2**63 - 1
    told = by_value(
        values(*[(f"a{n}", top) for n in range(3)], *[(f"b{n}", -top) for n in range(3)])
    )
    assert members(told) == [ids("a", 3), ids("b", 3)]


def test_limit_is_the_best_one_in_hindsight() -> None:
    busy = {"a0": 900, "a1": 800, "a2": 700, "p0": 750, "p1": 20, "p2": 10}
    frame = pl.DataFrame({"account_id": list(busy), "requests": list(busy.values())})
    limit, told = by_volume(frame, truth({"ring": ids("a", 3)}, honest=ids("p", 3)))
    assert limit == 699
    assert members(told) == [["a0", "a1", "a2", "p0"]]


def test_weight_of_an_edge_is_the_best_one_in_hindsight() -> None:
    edges = pl.DataFrame(
        [("a0", "a1", 9), ("a1", "a2", 7), ("p0", "p1", 2), ("p1", "p2", 2), ("a2", "p0", 1)],
        schema={"left": pl.String, "right": pl.String, "weight": pl.Int64},
        orient="row",
    )
    weight, told = by_weight(edges, truth({"ring": ids("a", 3)}, honest=ids("p", 3)))
    assert weight == 7
    assert members(told) == [["a0", "a1", "a2"]]
    assert by_weight(edges.clear(), truth({"ring": ids("a", 3)}))[1].is_empty()


def test_pairs_are_counted_before_they_are_compared() -> None:
    assert toolkit.pairs_within(pl.Series([0.0, 30.0, 61.0, 500.0])) == 2 + 3 + 2 + 1
    assert toolkit.pairs_within(pl.Series([], dtype=pl.Float64)) == 0


def lake_rows() -> dict[str, list[dict[str, Any]]]:
    """A ring with one payment and one template, a family with one payment, and others."""
    ring, family, people = ids("r", 4), ids("f", 3), ids("p", 5)
    template = "grade the answer below against the rubric and explain each step of the score for"
    sent: list[dict[str, Any]] = []
    bronze: list[dict[str, Any]] = []
    for place, account in enumerate([*ring, *family, *people]):
        own = " ".join(f"{account}{letter}" for letter in "abcdefghijklmnopqr")
        text = f"{template} " * 3 + account if account in ring else own
        for n in range(5):
            row = {
                "exchange_id": f"x_{account}_{n}",
                "account_id": account,
                "event_date": WEEK + timedelta(days=n),
            }
            at = datetime(2026, 11, 9 + n, 12, 0, place, tzinfo=UTC)
            sent.append(row | {"address_hash": place if account in ring else 99, "country": "AA"})
            blocks = [{"role": "user", "content": [{"type": "text", "text": text}]}]
            bronze.append(row | {"messages": blocks, "ts": at})
    payments = dict.fromkeys(ring, 1) | dict.fromkeys(family, 2)
    return {
        "silver.exchanges": sent,
        "bronze.exchanges": bronze,
        "silver.accounts": [
            {"account_id": a, "payment_hash": payments.get(a)} for a in [*ring, *family, *people]
        ],
        "gold.campaigns": [{"campaign_id": "k", "verdict": "confirmed"}],
        "gold.campaign_accounts": [{"campaign_id": "k", "account_id": a} for a in ring],
        "gold.campaign_exchanges": [
            {"campaign_id": "k", "exchange_id": f"x_{a}_{n}", "account_id": a}
            for a in ring
            for n in range(5)
        ],
    }


def write_truth(folder: Path) -> None:
    ring = ids("r", 4)
    true = truth(
        {"ring": ring},
        controls={"family-1": ids("f", 3)},
        honest=ids("p", 5),
        sent={"ring": [(f"x_{a}_{n}", a) for a in ring for n in range(5)]},
    )
    for name, frame in vars(true).items():
        kept = frame.drop("account_id") if name == "exchanges" else frame
        kept.with_columns(week=pl.lit(WEEK)).write_parquet(folder / f"{name}.parquet")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    root = tmp_path_factory.mktemp("rivals")
    write_truth(root)
    return write_lake(root / "lake", WEEK, lake_rows())


@pytest.fixture(scope="module")
def rows(lake: Lake, spark: Any) -> dict[str, dict[str, Any]]:
    return {row["rule"]: row for row in compare(lake, lake.root.parent, WEEK, running=spark)}


@pytest.mark.spark
def test_payment_and_address_accuse_those_who_share(rows: dict[str, dict[str, Any]]) -> None:
    assert rows["Stillwatch"]["precision"] == rows["Stillwatch"]["recall"] == 1.0
    assert rows["Stillwatch"]["controls_accused"] == 0
    assert rows["shared payment alone"]["recall"] == 1.0
    assert rows["shared payment alone"]["precision"] == pytest.approx(4 / 7)
    assert rows["shared payment alone"]["controls_accused"] == 1
    assert rows["shared payment alone"]["exchange_precision"] == pytest.approx(4 / 7)
    assert rows["shared address alone"]["recall"] == 0.0
    assert len([rule for rule in rows if rule.startswith("more than")]) == 1


@pytest.mark.spark
def test_texts_give_away_the_template_and_nothing_else(rows: dict[str, dict[str, Any]]) -> None:
    """Both by MinHashLSH and by the toolkit, as the ring says the same in the same minute."""
    for name in (
        "MinHashLSH pairs and components",
        f"{toolkit.NAME}, 5 messages or more",
    ):
        told = rows[name]
        assert (told["accused"], told["precision"], told["recall"]) == (4, 1.0, 1.0)


@pytest.mark.spark
def test_the_toolkit_is_left_out_where_it_would_never_end(
    lake: Lake, spark: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toolkit, "MOST_PAIRS", 10)
    why = toolkit.edges(lsh.said(spark, lake, WEEK))
    assert isinstance(why, str)
    assert "pairs of messages within 60 s" in why
    console = Console(width=200, record=True)
    console.print(rivals([{"rule": toolkit.NAME, "note": why}]))
    assert "left out" in console.export_text()
