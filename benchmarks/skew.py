"""How much longer do traces and links take where the traffic is as uneven as it can be?

    make bench-skew
    python benchmarks/skew.py [--scenario first_light] [--scale 0.3] [--rounds 3]

Simulated traffic goes through the steps up to silver.exchanges once. Then silver.traces and
gold.account_links, as they are, are timed on variants of it, each written to Delta:

    as simulated     the traffic itself
    one trace        and every account holds one same fingerprint, in every exchange
    one account      a tenth of all exchanges come from one account
    one day          half of all exchanges are of one day
    one payment      every account is paid for by one same instrument
    one answer       and half of the accounts send one same answer back, in every later exchange

Each is divided by its twin in unique words: the same exchanges with as many fingerprints, of the
same accounts and days, every fingerprint different from all others, so that there is nothing to
pair by them; where all is one payment or one answer, those are unique in the twin as well. What
one account alone says is no row of silver.traces, so a ratio includes what writing and pairing
shared traces costs at all, not only what unevenness adds. The variants and their twins
take turns, `rounds` times after an unmeasured one, and medians are divided.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Collection
from pathlib import Path
from statistics import median
from typing import NamedTuple

import measure
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from stillwatch.io.batches import Stored
from stillwatch.io.runner import Job
from stillwatch.tables import table

TWIN = ", unique words"
# The least value possible, so that the cap on fingerprints keeps it.
ONE = -(1 << 63)
ANSWER = [ONE + n for n in range(1, 5)]  # fingerprints of the answer that is sent back


class Given(NamedTuple):
    """What the steps read."""

    exchanges: DataFrame
    accounts: DataFrame


def variants(exchanges: DataFrame, accounts: DataFrame) -> dict[str, Given]:
    """The same traffic, uneven in one way each, every one followed by its twin."""
    paid = accounts.withColumn("payment_hash", F.lit(ONE).cast("long"))
    own = accounts.withColumn("payment_hash", F.xxhash64("account_id"))
    uneven = {
        "as simulated": Given(exchanges, accounts),
        "one trace": Given(one_trace(exchanges), accounts),
        "one account": Given(one_account(exchanges, accounts), accounts),
        "one day": Given(one_day(exchanges), accounts),
        "one payment": Given(exchanges, paid),
        "one answer": Given(one_answer(exchanges), accounts),
    }
    made = {}
    for name, given in uneven.items():
        twin = Given(unique(given.exchanges, "spans"), own if name == "one payment" else accounts)
        if name == "one answer":
            twin = Given(unique(twin.exchanges, "history_spans"), accounts)
        made |= {name: given, name + TWIN: twin}
    return made


def unique(exchanges: DataFrame, column: str) -> DataFrame:
    """Every fingerprint of a column made the exchange's own."""
    return exchanges.withColumn(
        column, F.expr(f"transform({column}, s -> xxhash64(s, exchange_id))")
    )


def one_trace(exchanges: DataFrame) -> DataFrame:
    """One fingerprint in the place of the first of every exchange."""
    one = F.array(F.lit(ONE).cast("long"))
    rest = F.expr("slice(spans, 2, greatest(size(spans) - 1, 0))")
    return exchanges.withColumn("spans", F.concat(one, rest))


def one_account(exchanges: DataFrame, accounts: DataFrame) -> DataFrame:
    """A tenth of the exchanges, sent by one of the accounts, which keeps its payment."""
    large = accounts.where("payment_hash is not null").agg(F.min("account_id")).collect()[0][0]
    return exchanges.withColumn(
        "account_id", F.when(part("exchange_id") < 10, large).otherwise(F.col("account_id"))
    )


def one_day(exchanges: DataFrame) -> DataFrame:
    """Half of the exchanges moved to one day of the week, with their times of the day."""
    day, half = F.lit(measure.day(2)), part("exchange_id") < 50
    # `ts` moves with its day, so that a row stays one of the week.
    moved = F.make_dt_interval(F.datediff(day, F.col("event_date")))
    return exchanges.withColumn(
        "ts", F.when(half, F.col("ts") + moved).otherwise(F.col("ts"))
    ).withColumn("event_date", F.when(half, day).otherwise(F.col("event_date")))


def one_answer(exchanges: DataFrame) -> DataFrame:
    """The answer to the week's first exchange, sent back by half of the accounts ever after."""
    order = ("ts", "exchange_id")
    first = exchanges.orderBy(*order).select(*order, "account_id").first()
    assert first is not None
    answer = F.array(*(F.lit(value).cast("long") for value in ANSWER))
    is_first = F.col("exchange_id") == first["exchange_id"]
    others = (part("account_id") < 50) & (F.col("account_id") != first["account_id"])
    later = others & (F.col("ts") > F.lit(first["ts"]))

    def and_answer(column: str) -> Column:
        return F.concat(answer, F.coalesce(F.col(column), F.array().cast("array<bigint>")))

    return exchanges.withColumns(
        {
            "answer_spans": F.when(is_first, answer).otherwise(F.col("answer_spans")),
            "history_spans": F.when(later, and_answer("history_spans")).otherwise(
                F.col("history_spans")
            ),
        }
    )


def part(column: str) -> Column:
    """A number from 0 to 99 by the value of a column, so that each is a hundredth of them."""
    return F.pmod(F.xxhash64(column), F.lit(100))


def written(job: Job, folder: Path, given: Given) -> tuple[Stored, Stored]:
    """The tables of a variant in Delta, as tables that tasks read."""
    made = []
    for name, rows in zip(("silver.exchanges", "silver.accounts"), given, strict=True):
        path = folder / name
        rows.write.format("delta").partitionBy(str(table(name).partition)).save(str(path))
        made.append(measure.stored(job.spark, path, name))
    return made[0], made[1]


def compare(
    folder: Path, scenario: str, scale: float, rounds: int, only: Collection[str] = ()
) -> dict[str, float]:
    """Print a line a variant, or of `only` some; return each one's ratio to its unique twin."""
    job, rows = measure.traffic(folder, scenario, scale)
    frames = (measure.staged(job, name).frame for name in ("silver.exchanges", "silver.accounts"))
    made = {
        name: written(job, folder / name.replace(", ", "_").replace(" ", "_"), given)
        for name, given in variants(*frames).items()
        if not only or name.removesuffix(TWIN) in only
    }
    for given in made.values():
        measure.link(job, *given)
    print(f"{rows:,} exchanges of {scenario}")
    print(f"{'':26} {'traces s':>9} {'links s':>9} {'core s':>8} {'traces':>11} {'links':>9}")
    seconds: dict[str, list[float]] = {name: [] for name in made}
    for name in list(made) * rounds:
        cost = measure.link(job, *made[name])
        (first, traces), (second, links) = cost.values()
        seconds[name].append(first.wall + second.wall)
        core = first.core + second.core
        print(
            f"{name:26} {first.wall:9.2f} {second.wall:9.2f} {core:8.1f} {traces:11,} {links:9,}",
            flush=True,
        )
    return {
        name: median(each) / median(seconds[name + TWIN])
        for name, each in seconds.items()
        if not name.endswith(TWIN)
    }


def main() -> None:
    """Print a line a variant, the ratios, and the worst last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="first_light")
    parser.add_argument("--scale", type=float, default=0.3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", default=(), help="names of variants")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ratios = compare(Path(folder), given.scenario, given.scale, given.rounds, given.only)
    for name, ratio in ratios.items():
        print(f"{name} against the same in unique words: {ratio:.2f} x")
    worst = max(ratios, key=lambda name: ratios[name])
    print(f"worst, {worst} against the same in unique words: {ratios[worst]:.2f} x")


if __name__ == "__main__":
    main()
