"""Payment and e-mail domain become keyed hashes; equal values stay equal, kinds stay apart."""

from datetime import UTC, date, datetime

import polars as pl
from factories import RUN
from stillwatch.silver.accounts import transform


def accounts(**columns: list) -> pl.DataFrame:
    size = len(columns["account_id"])
    frame = pl.LazyFrame(
        {
            "created_at": [datetime(2026, 1, 1, tzinfo=UTC)] * size,
            "org_id": [None] * size,
            "email_domain": [None] * size,
            "payment_fingerprint": [None] * size,
            "billing_country": [None] * size,
            "tier": [None] * size,
            "reseller_id": [None] * size,
            "snapshot_date": [date(2026, 11, 15)] * size,
            **columns,
        }
    )
    return transform({"bronze.accounts": frame}, RUN)


def test_equal_payments_hash_alike_and_show_nothing() -> None:
    made = accounts(
        account_id=["a", "b", "c", "d"], payment_fingerprint=["pf1", "pf1", "pf2", None]
    )
    hashes = made["payment_hash"].to_list()
    assert hashes[0] == hashes[1] != hashes[2]
    assert hashes[3] is None
    assert "pf1" not in str(made.to_dicts())


def test_the_same_text_as_payment_and_as_domain_differs() -> None:
    made = accounts(account_id=["a"], payment_fingerprint=["same"], email_domain=["same"])
    assert made["payment_hash"][0] != made["email_domain_hash"][0]


def test_the_key_decides_the_hash() -> None:
    from dataclasses import replace

    from stillwatch.config import Key

    other = replace(RUN, key=Key("other", b"another secret altogether"))
    frame = pl.LazyFrame(
        {name: ["x"] for name in ("account_id", "org_id", "email_domain", "payment_fingerprint",
                                  "billing_country", "tier", "reseller_id")}
        | {"created_at": [None]}
    )  # fmt: skip
    first = transform({"bronze.accounts": frame}, RUN)
    second = transform({"bronze.accounts": frame}, other)
    assert first["payment_hash"][0] != second["payment_hash"][0]
    assert second["key_id"][0] == "other"
