"""The last line of an account counts, types are as declared, a missing feed is an empty table."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
from factories import RUN, WEEK
from stillwatch.bronze.accounts import transform
from stillwatch.io.landing import rows
from stillwatch.tables import table

SCHEMA = {
    "account_id": pl.String,
    "created_at": pl.Datetime("us", "UTC"),
    "org_id": pl.String,
    "email_domain": pl.String,
    "payment_fingerprint": pl.String,
    "billing_country": pl.String,
    "tier": pl.String,
    "reseller_id": pl.String,
    "snapshot_date": pl.Date,
}


def accounts(root: Path, *lines: dict[str, Any]) -> pl.DataFrame:
    (root / "accounts.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    return transform({"landing.accounts": rows(root, "accounts", WEEK)}, RUN)


def test_the_last_line_of_an_account_counts(tmp_path: Path) -> None:
    made = accounts(
        tmp_path,
        {"account_id": "a", "tier": "free", "created_at": "2026-01-02T03:04:05Z"},
        {"account_id": 7, "phone": "unknown field"},
        {"account_id": "a", "tier": "pro", "created_at": 1767323045},
        {"tier": "set aside"},
    )
    assert made.select("account_id", "tier").rows() == [("a", "pro"), ("7", None)]
    assert made["created_at"][0] == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert set(made["snapshot_date"]) == {date(2026, 11, 15)}


def test_columns_that_are_null_throughout_keep_their_type(tmp_path: Path) -> None:
    assert dict(accounts(tmp_path, {"account_id": "a"}).schema) == SCHEMA
    assert list(SCHEMA) == list(table("bronze.accounts").column_names)


def test_a_missing_feed_is_an_empty_table(tmp_path: Path) -> None:
    made = transform({"landing.accounts": rows(tmp_path, "accounts", WEEK)}, RUN)
    assert made.height == 0
    assert dict(made.schema) == SCHEMA
