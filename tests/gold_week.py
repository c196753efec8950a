"""A small week with one planted campaign, one public harness and honest accounts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

import numpy as np
from factories import WEEK, Rows, at, exchange, frame, rows_made, trace
from pyspark.sql import Row, SparkSession
from stillwatch.gold import account_links, campaigns

TEMPLATE = [10**6 + n for n in range(6)]
HARNESS = 77


def accounts(size: int, prefix: str, **said: Any) -> Rows:
    old = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        {"account_id": f"{prefix}{i:03d}", "created_at": old + timedelta(days=i % 200),
         "payment_hash": crc32(f"card {prefix}{i}".encode()), **said}
        for i in range(size)
    ]  # fmt: skip


def week(spark: SparkSession, seed: int = 0, also: tuple[Rows, Rows] = ([], [])) -> dict[str, Any]:
    """Frames that gold.account_links and gold.campaigns read; campaign accounts are `bad…`.

    Args:
        spark: A session.
        seed: Of the week.
        also: More exchanges, and their accounts.
    """
    rng = np.random.default_rng(seed)
    honest, users = accounts(120, "hon"), accounts(40, "use")
    bad = accounts(30, "bad")
    for i, row in enumerate(bad):
        row["payment_hash"] = 900 + i // 6
        row["created_at"] = datetime(2026, 10, 20, tzinfo=UTC) + timedelta(hours=i)
    sent: Rows = []
    for row in honest:
        for n in range(int(rng.lognormal(2, 1)) + 1):
            sent.append(honest_exchange(row["account_id"], n, rng))
    for row in users:
        for n in range(int(rng.lognormal(2, 1)) + 2):
            sent.append(honest_exchange(row["account_id"], n, rng) | {
                "system_hash": HARNESS, "system_chars": 500})  # fmt: skip
    for row in bad:
        for n in range(30 + int(rng.integers(4))):
            sent.append(campaign_exchange(row["account_id"], n, rng))
        sent += [honest_exchange(row["account_id"], 100 + n, rng) for n in range(4)]
    sent, known = sent + also[0], [*honest, *users, *bad, *also[1]]
    frames = {
        "silver.exchanges": frame(spark, "silver.exchanges", sent),
        "silver.accounts": frame(spark, "silver.accounts", known),
        "silver.traces": frame(spark, "silver.traces", traces_of(sent, known)),
        "gold.decisions": frame(spark, "gold.decisions", []),
        "bronze.models": frame(spark, "bronze.models", []),
        "bronze.indicators": frame(spark, "bronze.indicators", []),
        "gold.campaigns@history": None,
    }
    return frames


def judged_by_name(spark: SparkSession, *parts: tuple[Rows, Rows]) -> dict[str, Row]:
    """The week's judged groups by the prefix of their first member.

    Args:
        spark: A session.
        parts: More exchanges and their accounts, each as of `week`.
    """
    sent = [row for part in parts for row in part[0]]
    known = [row for part in parts for row in part[1]]
    frames = week(spark, also=(sent, known))
    frames["gold.account_links"] = rows_made(account_links.transform, frames)
    rows = rows_made(campaigns.transform, frames).collect()
    return {row["members"][0].rstrip("0123456789"): row for row in rows if row["members"]}


def honest_exchange(account: str, n: int, rng: np.random.Generator) -> dict[str, Any]:
    spans = sorted({int(v) for v in rng.integers(0, 50_000, 12)})
    return exchange(
        account, n, spans=spans, ts=at(8 + float(rng.random()) * 12, int(rng.integers(7))),
        network_hash=crc32(f"network {account}".encode()), prompt_hash=int(rng.integers(2**60)),
    )  # fmt: skip


def campaign_exchange(account: str, n: int, rng: np.random.Generator) -> dict[str, Any]:
    spans = TEMPLATE + [int(v) for v in rng.integers(2**40, 2**50, 6)]
    return exchange(
        account, n, spans=sorted(spans), ts=at(float(rng.random()) * 23.9, int(rng.integers(7))),
        network_hash=500 + int(rng.integers(6)), prompt_hash=int(rng.integers(2**60)),
        capability="logic_and_alignment", elicits_reasoning=True, output_tokens=400,
    )  # fmt: skip


def traces_of(sent: Rows, known: Rows) -> Rows:
    """Rows of silver.traces of these exchanges and accounts."""
    counted: dict[tuple[str, str, int], int] = {}
    payments = {row["account_id"]: row["payment_hash"] for row in known}
    for row in sent:
        held = [("prompt_span", span) for span in row["spans"]]
        held += [("system_span", span) for span in row["system_spans"]]
        held += [(layer, row[column]) for layer, column in
                 (("network", "network_hash"), ("system_prompt", "system_hash"))
                 if row.get(column) is not None]  # fmt: skip
        held.append(("payment", payments[row["account_id"]]))
        for layer, value in held:
            key = (row["account_id"], layer, value)
            counted[key] = counted.get(key, 0) + 1
    return [
        trace(account, layer, value, exchanges=count, event_date=WEEK)
        for (account, layer, value), count in sorted(counted.items())
    ]
