"""How much longer do traces and links take where the traffic is as uneven as it can be?

    make bench-skew
    python benchmarks/skew.py [--scenario first_light] [--scale 0.3] [--rounds 3]

Simulated traffic goes through the steps up to silver.exchanges once. Then silver.traces and
gold.account_links, as they are, are timed on variants of it, each written to Delta:

    as simulated     the traffic itself
    one trace        and every account holds one same fingerprint, in every exchange
    one account      a tenth of all exchanges come from one account
    one day          half of all exchanges are of one day

Each is divided by its twin in unique words: the same exchanges with as many fingerprints, of the
same accounts and days, every fingerprint different from all others, so that there is nothing to
pair by words. A ratio thus includes what pairing costs at all, not only what unevenness adds. The
variants and their twins take turns, `rounds` times after an unmeasured one, and medians are
divided.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from statistics import median

import measure
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

TWIN = ", unique words"


def variants(exchanges: DataFrame) -> dict[str, DataFrame]:
    """The same exchanges, uneven in one way each, every one followed by its twin."""
    chance = F.pmod(F.xxhash64("exchange_id"), F.lit(100))
    # `ts` moves with its day, so that a row stays one of the week.
    moved = F.datediff(F.lit(measure.day(2)), F.col("event_date"))
    half = chance < 50
    # The least value possible, so that the cap on fingerprints keeps it.
    one = F.lit(-(1 << 63)).cast("long")
    rest = F.expr("slice(spans, 2, greatest(size(spans) - 1, 0))")
    made = {
        "as simulated": exchanges,
        "one trace": exchanges.withColumn("spans", F.concat(F.array(one), rest)),
        "one account": exchanges.withColumn(
            "account_id", F.when(chance < 10, "acct_large").otherwise(F.col("account_id"))
        ),
        "one day": exchanges.withColumn(
            "ts", F.when(half, F.col("ts") + F.make_dt_interval(moved)).otherwise(F.col("ts"))
        ).withColumn(
            "event_date",
            F.when(half, F.lit(measure.day(2))).otherwise(F.col("event_date")),
        ),
    }
    unique = F.expr("transform(spans, s -> xxhash64(s, exchange_id))")
    return {
        name: frame
        for variant, rows in made.items()
        for name, frame in ((variant, rows), (variant + TWIN, rows.withColumn("spans", unique)))
    }


def compare(folder: Path, scenario: str, scale: float, rounds: int) -> dict[str, float]:
    """Print a line a variant; return the ratio of each to its twin in unique words."""
    job, rows = measure.traffic(folder, scenario, scale)
    accounts = measure.staged(job, "silver.accounts")
    made = {}
    for name, exchanges in variants(measure.staged(job, "silver.exchanges").frame).items():
        path = folder / name.replace(", ", "_").replace(" ", "_")
        exchanges.write.format("delta").partitionBy("event_date").save(str(path))
        made[name] = measure.stored(job.spark, path, "silver.exchanges")
    for exchanges in made.values():
        measure.link(job, exchanges, accounts)
    print(f"{rows:,} exchanges of {scenario}")
    print(f"{'':26} {'traces s':>9} {'links s':>9} {'core s':>8} {'traces':>11} {'links':>9}")
    seconds: dict[str, list[float]] = {name: [] for name in made}
    for name in list(made) * rounds:
        cost = measure.link(job, made[name], accounts)
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
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ratios = compare(Path(folder), given.scenario, given.scale, given.rounds)
    for name, ratio in ratios.items():
        print(f"{name} against the same in unique words: {ratio:.2f} x")
    worst = max(ratios, key=lambda name: ratios[name])
    print(f"worst, {worst} against the same in unique words: {ratios[worst]:.2f} x")


if __name__ == "__main__":
    main()
