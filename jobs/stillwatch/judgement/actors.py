"""Whom do indicators that partners shared name? An allegation by its source, never a finding.

Values are hashed with the lake's key, as the logs' own are, and compared by equality: payment,
email_domain, ip and account_id. An indicator that the population matches as often names nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from stillwatch.config import Key
from stillwatch.kernels import keyed
from stillwatch.kernels.null_model import poisson_tail

PURPOSES = {"payment": "payment", "email_domain": "email_domain", "ip": "address"}
ALPHA = 0.01
# One matching account in ten is as good as all: pools hold few instruments that others know.
ENOUGH = 0.1
MOST = 0.95


@dataclass(frozen=True)
class Actor:
    """Whom indicators name.

    Attributes:
        name: As the source calls it.
        confidence: 0 to 1.
        statement: The match in words.
    """

    name: str
    confidence: float
    statement: str


def hashed(indicators: pl.DataFrame, key: Key) -> pl.DataFrame:
    """indicator_type, key (an account id as it is, else the keyed hash), actor, confidence."""
    known = indicators.filter(pl.col("actor").is_not_null() & pl.col("value").is_not_null())
    parts = []
    for kind, purpose in PURPOSES.items():
        part = known.filter(pl.col("indicator_type") == kind)
        values = pa.array(part["value"].to_list(), pa.string())
        hashes = pl.Series(pl.from_arrow(keyed.hmac64(values, key.secret, purpose)))
        parts.append(part.with_columns(key=hashes.cast(pl.String)))
    accounts = known.filter(pl.col("indicator_type") == "account_id")
    parts.append(accounts.with_columns(key=pl.col("value")))
    return pl.concat(parts).select(
        "indicator_type", "key", "actor", pl.col("confidence").fill_null(0.5)
    )


def matches(
    shared: pl.DataFrame,
    accounts: pl.DataFrame,
    addresses: Callable[[list[int]], pl.DataFrame],
) -> pl.DataFrame:
    """Each active account that an indicator names: account_id, actor, indicator, confidence.

    Args:
        shared: From `hashed`.
        accounts: account_id, payment_hash, email_domain_hash; a row an active account.
        addresses: Gives account_id and hash for those addresses that accounts used.
    """
    columns = (
        ("payment", "payment_hash"),
        ("email_domain", "email_domain_hash"),
        ("account_id", "account_id"),
    )
    held = [accounts.select("account_id", _kind(kind), _key(column)) for kind, column in columns]
    wanted = shared.filter(pl.col("indicator_type") == "ip")["key"].drop_nulls().cast(pl.Int64)
    if wanted.len():
        held.append(addresses(wanted.to_list()).select("account_id", _kind("ip"), _key("hash")))
    found = pl.concat(held).join(shared, on=["indicator_type", "key"], how="inner")
    indicator = pl.concat_str("indicator_type", pl.lit(":"), "key").alias("indicator")
    return found.select("account_id", "actor", indicator, "confidence").unique(maintain_order=True)


def _kind(name: str) -> pl.Expr:
    return pl.lit(name).alias("indicator_type")


def _key(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).alias("key")


def actor(members: list[str], matched: pl.DataFrame, population: int) -> Actor | None:
    """Whom indicators name for a group; the surest, None where chance would name as many.

    Args:
        members: The group's accounts.
        matched: From `matches`.
        population: Active accounts in all.
    """
    found = []
    for part in matched.sort("actor", "account_id").partition_by("actor", maintain_order=True):
        mine = part.filter(pl.col("account_id").is_in(members))
        count = mine["account_id"].n_unique() if mine.height else 0
        if not count:
            continue
        others = part["account_id"].n_unique() - count
        expected = len(members) * (others + 0.5) / max(1, population - len(members))
        p = float(poisson_tail(np.array([count]), np.array([expected]))[0])
        if p > ALPHA:
            continue
        sources = mine.group_by("indicator").agg(pl.col("confidence").max())
        doubt = float(np.prod(1 - np.clip(sources["confidence"].to_numpy(), 0.0, 1.0)))
        reach = min(1.0, count / (ENOUGH * len(members)))
        name = str(part["actor"][0])
        found.append(
            Actor(
                name,
                round(min(MOST, (1 - doubt) * reach), 6),
                f"indicators that partners shared attribute {count} of {len(members)} accounts to "
                f"{name} ({sources.height} values match; {expected:.1f} accounts would by chance): "
                "an allegation of their sources",
            )
        )
    return max(found, key=lambda one: (one.confidence, one.name), default=None)
