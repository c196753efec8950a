"""Each line that did not parse is shown with its reason, its place, its hash and no prompt."""

import hashlib
from pathlib import Path
from typing import Any

import polars as pl
from factories import RUN, WEEK
from landings import land, line
from stillwatch.bronze.quarantine import transform
from stillwatch.io.landing import find, rows
from stillwatch.tables import table

FEEDS = ("accounts", "models", "indicators")


def quarantine(root: Path, tally: Any = ()) -> pl.DataFrame:
    frames: dict[str, Any] = {f"landing.{name}": rows(root, name, WEEK) for name in FEEDS}
    frames["landing.exchanges"] = find(root, WEEK).rejected(dict(tally))
    return transform(frames, RUN)


def test_exchanges_and_feeds_are_set_aside(tmp_path: Path) -> None:
    bad = b'{"messages": "my secret plan",'
    file = land(tmp_path, line() + b"\n" + bad + b"\n" + line(model=None))
    other = land(tmp_path, line(), "b.jsonl")
    (tmp_path / "accounts.jsonl").write_bytes(b'{"account_id": "a"}\n{"tier": "x"}\n')
    (tmp_path / "models.jsonl").write_bytes(b'{"model": "m", "launched_at": "soon"}')
    (tmp_path / "indicators.jsonl").write_bytes(b'{"indicator_type": "ip"}\n\xff')
    made = quarantine(tmp_path, {file.source_file: (3, 2), other.source_file: (1, 0)})
    assert made.columns == list(table("bronze.quarantine").column_names)
    assert made.select("source_file", "source_line", "reason").rows() == [
        ("accounts.jsonl", 2, "missing_account_id"),
        (file.source_file, 2, "not_json"),
        (file.source_file, 3, "missing_model"),
        ("indicators.jsonl", 1, "missing_value"),
        ("indicators.jsonl", 2, "not_utf8"),
        ("models.jsonl", 1, "bad_type_launched_at"),
    ]
    first = made.row(1, named=True)
    assert first["week"] == WEEK
    assert first["sample"] == '{"messages": "<14 chars>",'
    assert first["sha256"] == hashlib.sha256(bad).hexdigest()
    assert first["ingested_at"] == file.arrived_at


def test_samples_stay_short_for_a_long_line(tmp_path: Path) -> None:
    long = b'{"exchange_id": "e", "messages": [' + b'"prompt", ' * 10_000
    land(tmp_path, long)
    made = quarantine(tmp_path)
    assert made["reason"].to_list() == ["not_json"]
    assert 500 < made["sample"].str.len_bytes()[0] <= RUN.settings.ingest.sample_bytes
    assert "prompt" not in made["sample"][0]


def test_a_clean_week_has_an_empty_quarantine(tmp_path: Path) -> None:
    file = land(tmp_path, line())
    made = quarantine(tmp_path, {file.source_file: (1, 0)})
    assert made.height == 0
    assert made.schema["ingested_at"] == pl.Datetime("us", "UTC")
    assert made.schema["week"] == pl.Date
