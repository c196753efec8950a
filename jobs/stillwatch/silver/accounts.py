"""Who are the accounts, with their personal values as keyed hashes?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from stillwatch.config import Run
from stillwatch.kernels import keyed
from stillwatch.tables import table


def transform(frames: Mapping[str, Any], run: Run) -> pl.DataFrame:
    """Accounts of the snapshot; payment and e-mail domain as 64 bits of HMAC-SHA-256.

    Args:
        frames: `bronze.accounts`.
        run: Week, settings and key.
    """
    accounts: pl.DataFrame = frames["bronze.accounts"].collect()

    def hashed(column: str, purpose: str) -> pl.Series:
        values = accounts[column].cast(pl.String).to_arrow(compat_level=pl.CompatLevel.oldest())
        return pl.Series(pl.from_arrow(keyed.hmac64(values, run.key.secret, purpose)))

    return accounts.with_columns(
        pl.lit(run.week).alias("week"),
        hashed("payment_fingerprint", "payment").alias("payment_hash"),
        hashed("email_domain", "email_domain").alias("email_domain_hash"),
        pl.lit(run.key.id).alias("key_id"),
    ).select(table("silver.accounts").column_names)
