"""A pool that extracts, and a population of honest accounts, as the verdict reads them."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
from factories import RUN
from stillwatch.judgement.terms import Group, Population

SETTINGS = RUN.settings.judge
ACCUSED = ("confirmed", "probable")
START = datetime(2026, 1, 1, tzinfo=UTC)


def people(size: int, prefix: str, payments: int | None, n: int | None = None) -> pl.DataFrame:
    """Accounts with volumes of their own, or `n` each; `payments` instruments among all."""
    rng = np.random.default_rng(size)
    return pl.DataFrame(
        {
            "account_id": [f"{prefix}{i:04d}" for i in range(size)],
            "n": [n or int(v) + 1 for v in rng.lognormal(2, 1.4, size)],
            "hour_entropy": rng.normal(2.5, 0.5, size).round(9),
            "created_at": [START + timedelta(hours=14_000 * i // size) for i in range(size)],
            "payment_hash": [None if payments is None else i % payments for i in range(size)],
            "org_id": [None] * size,
            "reseller_id": [None] * size,
        },
        schema_overrides={"payment_hash": pl.Int64, "org_id": pl.String, "reseller_id": pl.String},
    ).with_columns(
        addressed=pl.col("n"),
        targeted=pl.col("n") // 2,
        elicits=pl.col("n") // 30,
        grades=pl.col("n") // 300,
        output_tokens=pl.col("n") * 100,
    )


def instruments(rows: list[tuple[str, int, int, int]]) -> pl.DataFrame:
    return pl.DataFrame(
        rows, schema={"layer": pl.String, "trace": pl.Int64, "members": pl.Int64,
                      "holders": pl.Int64}, orient="row"
    )  # fmt: skip


def senders(rows: dict[int, int]) -> pl.DataFrame:
    """Prompts by how many accounts sent them, each once."""
    return pl.DataFrame(
        [(k, prompts, k * prompts) for k, prompts in rows.items()],
        schema={"senders": pl.Int64, "prompts": pl.Int64, "exchanges": pl.Int64}, orient="row"
    )  # fmt: skip


DAYS = pl.DataFrame({"day": [START.date()], "exchanges": [30_000], "addressed": [30_000]})
HONEST = people(2000, "h", 2000)
EVERYONE = Population(
    HONEST, 30_000, 900, 100, 3_000_000, {"other": 15_000, "coding": 15_000},
    pl.DataFrame({"layer": ["network", "payment"], "holders": [2, 8], "instruments": [9, 5]}),
    DAYS,
)  # fmt: skip
POOL = people(40, "p", 5, 60)
CAMPAIGN = Group(
    members=POOL, exchanges=2000, span_exchanges=2000, senders=senders({1: 2000}),
    elicits=1800, grades=0, output_tokens=800_000, capabilities={"logic_and_alignment": 2000},
    instruments=instruments([("payment", k, 8, 8) for k in range(5)]),
)  # fmt: skip
