"""Are links as rare by chance as their q says, and which disguises still leave links?

    make bench-calibration
    python benchmarks/calibration.py [--scale 0.3] [--seeds 5]

False links: traffic without campaigns (scenario `honest`), its accounts dealt anew to the traces of
each layer, so that every account keeps how many traces it holds and every trace how many accounts
hold it, while nobody has anything in common but by chance. Each seed deals once. Told are the pairs
that gold.account_links prices, how often their p is below a level (never more often than the level
says, over all pairs of accounts), and the links at the q asked for, all of which are false.

Recall: the scenario `ladder`, one campaign a rung. Of a campaign's accounts the share with a link
to another of the same campaign, and of all links of its accounts the share that stays inside.

Conjunctions: of the pairs of the scenario `mixed` that share both a payment or network and a trace
that is too popular to pair all its holders, how many are linked as it is.

Synchrony: of the links of the same traffic that stay inside a group, how often the pair shares more
active hours (2 or more) or fewer (-2 or less) than one chance in a hundred of habit alone, by how
the simulator let the group work.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path

import measure
import numpy as np
import polars as pl
from pyspark.sql import DataFrame
from stillwatch.config import LinkSettings
from stillwatch.gold import account_links
from stillwatch.io.batches import Stored
from stillwatch.io.runner import Job
from stillwatch.silver import traces as silver_traces
from stillwatch.simulate.scenario import load

LEVELS = (1e-3, 1e-4, 1e-5, 1e-6)


def dealt(traces: pl.DataFrame, seed: int) -> pl.DataFrame:
    """The traces with the accounts of each layer dealt anew."""
    rng = np.random.default_rng(seed)
    parts = [
        part.with_columns(account_id=pl.Series(rng.permutation(part["account_id"].to_numpy())))
        for part in traces.partition_by("layer", maintain_order=True)
    ]
    held = pl.concat(parts).unique(["layer", "trace", "account_id"], maintain_order=True)
    holders = pl.len().over("layer", "trace", "role").cast(pl.Int64)
    return held.with_columns(holders=holders, days=pl.lit(1, pl.Int64))


def priced(job: Job, traces: DataFrame, exchanges: Stored, settings: LinkSettings) -> DataFrame:
    """Links under these settings."""
    run = replace(job.run, settings=replace(job.run.settings, links=settings))
    tables = {"silver.traces": Stored(traces), "silver.exchanges": exchanges}
    return measure.frame(account_links.transform(tables, run))


def tested(links: DataFrame) -> pl.DataFrame:
    """What links say of chance: p_value, q_value."""
    return pl.DataFrame(pl.from_arrow(links.select("p_value", "q_value").toArrow()))


def false_links(folder: Path, scale: float, seeds: int) -> float:
    """Print what chance alone links; return the worst share of dealings with a false link."""
    job, rows = measure.traffic(folder, "honest", scale)
    exchanges = measure.staged(job, "silver.exchanges")
    accounts = measure.staged(job, "silver.accounts")
    given = {"silver.exchanges": exchanges, "silver.accounts": accounts}
    wanted = ("layer", "trace", "role", "account_id", "exchanges")
    true = pl.DataFrame(
        pl.from_arrow(measure.frame(silver_traces.transform(given, job.run)).toArrow())
    )
    week = true.group_by(wanted[:-1], maintain_order=True).agg(pl.col("exchanges").sum())
    population = exchanges.frame.select("account_id").distinct().count()
    pairs = population * (population - 1) // 2
    asked = job.run.settings.links.q_value
    print(f"honest: {rows:,} exchanges, {population:,} accounts, {pairs:,} pairs, q <= {asked}")
    known = job.spark.createDataFrame(true.to_arrow())
    found = tested(priced(job, known, exchanges, job.run.settings.links))
    significant = found.filter(pl.col("q_value") <= asked).height
    print(f"  as it is, with what people share in life: {significant:,} links at q <= {asked}, "
          f"{found.height - significant:,} more of stars", flush=True)  # fmt: skip
    with_links = 0
    for seed in range(seeds):
        rewired = job.spark.createDataFrame(dealt(week, seed).to_arrow())
        all_pairs = replace(job.run.settings.links, q_value=1.0)
        frame = tested(priced(job, rewired, exchanges, all_pairs))
        linked = frame.filter(pl.col("q_value") <= asked).height
        with_links += linked > 0
        shares = ", ".join(
            f"p <= {level:g}: {frame.filter(pl.col('p_value') <= level).height / pairs / level:.2f}"
            for level in LEVELS
        )
        print(f"  dealing {seed}: {frame.height:,} pairs priced, {linked} false links; "
              f"observed over nominal at {shares}", flush=True)  # fmt: skip
        job.spark.catalog.clearCache()
    return with_links / seeds


def by_rung(folder: Path, scale: float) -> list[tuple[str, float, float]]:
    """Rung, share of its accounts linked to each other, share of their links that stays inside."""
    job, _ = measure.traffic(folder, "ladder", scale)
    measure.link(job, *(measure.staged(job, n) for n in ("silver.exchanges", "silver.accounts")))
    found = pl.read_delta(str(job.staging.path("gold.account_links")))
    links = found.filter(pl.col("q_value") <= job.run.settings.links.q_value)
    truth = folder / "made" / "truth"
    rungs = pl.read_parquet(truth / "campaigns.parquet").select("campaign", "rung")
    planted = pl.read_parquet(truth / "accounts.parquet").filter(pl.col("kind") == "campaign")
    rows = []
    for name, rung in rungs.rows():
        mine = planted.filter(pl.col("group") == name)["account_id"].implode()
        ends = [pl.col(end).is_in(mine) for end in ("account_a", "account_b")]
        touching, inside = links.filter(ends[0] | ends[1]), links.filter(ends[0] & ends[1])
        held = pl.concat([inside["account_a"], inside["account_b"]]).n_unique()
        share = inside.height / touching.height if touching.height else 0.0
        rows.append((rung, held / planted.filter(pl.col("group") == name).height, share))
    return rows


def in_step(job: Job, truth: Path) -> pl.DataFrame:
    """How pairs of a linked group keep time: group, pairs, median, together, apart."""
    rhythms = {campaign.name: campaign.rhythm for campaign in load("mixed").campaigns}
    accounts = pl.read_parquet(truth / "accounts.parquet").filter(pl.col("kind") != "background")
    groups = accounts.select("account_id", "group").unique().sort("group")
    told = groups.with_columns(
        name=pl.when(pl.col("group").is_in(list(rhythms)))
        .then(pl.lit("campaign, ") + pl.col("group").replace(rhythms))
        .otherwise(pl.col("group").str.replace(r"-\d+$", ""))
    )
    first = told.select(pl.col("account_id").alias("account_a"), "group", "name")
    second = told.select(pl.col("account_id").alias("account_b"), "group")
    links = pl.read_delta(str(job.staging.path("gold.account_links")))
    inside = links.join(first, on="account_a").join(second, on=["account_b", "group"])
    between = links.join(accounts.select(account_a="account_id"), on="account_a", how="anti")
    between = between.join(accounts.select(account_b="account_id"), on="account_b", how="anti")
    strangers = between.with_columns(name=pl.lit("linked strangers"))
    columns = ("name", "synchrony")
    return (
        pl.concat([inside.select(columns), strangers.select(columns)])
        .group_by("name")
        .agg(
            pairs=pl.len(),
            median=pl.col("synchrony").median(),
            together=(pl.col("synchrony") >= 2).mean(),
            apart=(pl.col("synchrony") <= -2).mean(),
        )
        .sort("together", "name", descending=[True, False])
    )


def conjunctions(job: Job) -> list[tuple[str, int, int]]:
    """Holders of the instrument, pairs that share it and a popular trace, those that are linked."""
    settings = job.run.settings.links
    held = (
        pl.scan_delta(str(job.staging.path("silver.traces")))
        .filter(pl.col("role") == silver_traces.SHARED)
        .select("layer", "trace", "account_id")
        .unique()
        .with_columns(holders=pl.len().over("layer", "trace"))
        .collect()
    )
    is_popular = pl.col("holders") > settings.neighbours + 1
    popular = held.filter(pl.col("layer").is_in(account_links.CONTENT), is_popular)
    ends = ["account_a", "account_b"]
    links = pl.read_delta(str(job.staging.path("gold.account_links"))).select(ends)
    rows, most = [], settings.max_instrument_accounts
    for name, low, high in (
        ("2 to 25", 2, settings.neighbours + 1),
        (f"26 to {most}", settings.neighbours + 2, most),
        (f"more than {most}", most + 1, held.height),
    ):
        instruments = held.filter(
            pl.col("layer").is_in(("payment", "network")), pl.col("holders").is_between(low, high)
        )
        both = popular.join(instruments, on="account_id", suffix="_of").select(
            pl.struct("layer", "trace", "layer_of", "trace_of").alias("shared"), "account_id"
        )
        pairs = (
            both.join(both, on="shared", suffix="_b")
            .filter(pl.col("account_id") < pl.col("account_id_b"))
            .select(pl.col("account_id").alias("account_a"), account_b="account_id_b")
            .unique()
        )
        rows.append((name, pairs.height, pairs.join(links, on=ends, how="semi").height))
    return rows


def main() -> None:
    """Print all four, and the share of dealings with a false link last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=0.3)
    parser.add_argument("--seeds", type=int, default=5, help="how often accounts are dealt anew")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(f"{'rung':16} {'accounts linked':>16} {'links inside':>13}")
        for rung, recall, inside in by_rung(Path(folder) / "ladder", given.scale):
            print(f"{rung:16} {recall:16.3f} {inside:13.3f}", flush=True)
        job, _ = measure.traffic(Path(folder) / "mixed", "mixed", given.scale)
        tables = (measure.staged(job, name) for name in ("silver.exchanges", "silver.accounts"))
        measure.link(job, *tables)
        print(f"{'links inside':24} {'pairs':>7} {'median':>7} {'>= 2':>6} {'<= -2':>6}")
        for name, *told in in_step(job, Path(folder) / "mixed" / "made" / "truth").rows():
            print("{:24} {:7,} {:7.2f} {:6.2f} {:6.2f}".format(name, *told), flush=True)
        print(f"{'instrument held by':20} {'pairs':>9} {'linked':>9}")
        for name, pairs, linked in conjunctions(job):
            print(f"{name:20} {pairs:9,} {linked:9,}", flush=True)
        share = false_links(Path(folder) / "honest", given.scale, given.seeds)
    print(f"share of dealings with any false link: {share:.2f}")


if __name__ == "__main__":
    main()
