"""A week with prompts that no one types: it is published, and says what was capped."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from odd_lines import ACCUSING, WEEK, Lines, campaign, honest, judged, land, line, published, words

pytestmark = [pytest.mark.spark, pytest.mark.slow]
MB = 1_000_000


def long(length: int) -> str:
    """So many letters of words that stand in no order twice."""
    rng = random.Random(7)
    some = words(2_000, "long").split()
    return " ".join(rng.choices(some, k=length // 7 + 1))[:length]


@pytest.fixture(scope="module")
def week(spark: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A campaign among people, three of whom send what breaks what counts on short prompts."""
    odd = [
        line("own_long", 0, long(20 * MB)),
        line("own_one", 0, "z" * (20 * MB)),
        line("own_blank", 0, " " * (20 * MB)),
        line("own_half", 0, "\ud800 broken \udfff halves " + words(30, "half") + " \udc00"),
    ]
    root = tmp_path_factory.mktemp("long")
    landing = land(root / "landing", campaign("alpha", 12, 8) + honest(40, 4))
    write_ascii(landing, odd)
    return published(landing, root)


def write_ascii(landing: Path, lines: Lines) -> None:
    """As JSON with escapes, which is how half a surrogate pair can be in a file of UTF-8."""
    file = landing / "exchanges" / "dt=2026-11-10" / "odd.jsonl"
    late = [one | {"ts": "2026-11-10T12:00:00+00:00"} for one in lines]
    file.write_text("".join(json.dumps(one) + "\n" for one in late), encoding="ascii")


def test_the_campaign_is_found_and_nobody_else(week: Any) -> None:
    rows = judged(week).filter(pl.col("verdict").is_in(ACCUSING))
    assert rows["members"].to_list() == [[f"alpha{i:03d}" for i in range(12)]]


def test_every_line_is_an_exchange_with_its_length(week: Any) -> None:
    kept = week.scan("silver.exchanges", WEEK).collect()
    assert week.scan("bronze.quarantine", WEEK).collect().is_empty()
    odd = kept.filter(pl.col("account_id").str.starts_with("own_"))
    chars = dict(odd.select("account_id", "prompt_chars").iter_rows())
    assert chars["own_long"] == chars["own_one"] == 20 * MB
    assert len(odd) == 4


def test_what_was_capped_is_told(week: Any) -> None:
    told = (
        week.scan("gold.quality_results", WEEK)
        .filter(pl.col("expectation").str.starts_with("what a cap leaves out"))
        .collect()
    )
    most = week.scan("silver.exchanges", WEEK).select(pl.col("spans").list.len().max()).collect()
    most = most.item()
    assert most > 100_000
    observed = f"{most - 256:,} fingerprints left out, {most:,} most in one, 1 prompts"
    assert told.select("table", "severity", "success", "observed").rows() == [
        ("silver.traces", "info", True, observed)
    ]
