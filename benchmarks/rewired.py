"""What do the best groups show where who sends what is chance alone?

    make bench-rewired
    python benchmarks/rewired.py [--scenario honest] [--scale 0.3] [--seed 3] [--draws 20]

A week is simulated and read once. Then its requests are dealt anew: every account keeps its
payments, addresses, hours and number of exchanges, every request its words, clauses, system prompt,
tools and labels and therefore how often each of them occurs; who sends which is drawn at random,
for every draw anew. From silver.traces to gold.campaigns the steps that publish a week then run on
it, once a draw, and find and judge the best groups that there are. Who is in them is chance, but
for being busy: who sends much sends more of anything.

Answers sent back and signatures are left out, of the week as it is too: a request without the
exchange that it answers would look like one redeemed by a stranger.

Told are groups, verdicts and the highest log odds of each draw; then, over the groups of all draws,
how often a term's p is below a level. A p that held of a group chosen by the same procedure would
be so no more often than the level says. Where campaigns are planted, their accounts keep what they
share and send more than others, so that the groups of a draw are made of them in part.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import measure
import numpy as np
import polars as pl
from pyspark.sql import DataFrame
from scipy.stats import beta
from stillwatch.gold import account_links, campaigns
from stillwatch.io.batches import Stored
from stillwatch.io.runner import Job
from stillwatch.silver import traces
from stillwatch.simulate import runner as simulator
from stillwatch.tables.gold import ACCUSING

# Of an exchange, what stays with the account; the rest is the request's.
OF_ACCOUNT = (
    *("exchange_id", "event_date", "ts", "account_id", "status", "latency_ms", "country"),
    *("network_hash", "address_hash", "client_hash", "key_id"),
)
MOVED = ("answer_spans", "history_spans", "signatures_issued", "signatures_sent")
LEVELS = (0.1, 0.01, 0.001)


def still(exchanges: pl.DataFrame) -> pl.DataFrame:
    """Exchanges of which nobody sends an answer back."""
    return exchanges.with_columns(pl.lit([], pl.List(pl.Int64)).alias(name) for name in MOVED)


def dealt(exchanges: pl.DataFrame, seed: int) -> pl.DataFrame:
    """The exchanges with their requests dealt anew."""
    order = np.random.default_rng(seed).permutation(exchanges.height)
    theirs = exchanges.select(OF_ACCOUNT)
    requests = exchanges.select(pl.exclude(OF_ACCOUNT))[order]
    return pl.concat([theirs, requests], how="horizontal").select(exchanges.columns)


def judged(job: Job, exchanges: pl.DataFrame, others: dict[str, Any], folder: Path) -> pl.DataFrame:
    """gold.campaigns of these exchanges, with the log odds of each group."""
    path = folder / "exchanges.parquet"
    exchanges.write_parquet(path)
    declared = job.spark.read.format("delta").load(str(job.lake.path("silver.exchanges"))).schema
    given = {
        **others,
        "silver.exchanges": Stored(job.spark.read.schema(declared).parquet(str(path))),
    }
    for name, step in (
        ("silver.traces", traces),
        ("gold.account_links", account_links),
        ("gold.campaigns", campaigns),
    ):
        made: DataFrame = measure.frame(step.transform(given, job.run))
        given[name] = Stored(made)
    rows = pl.DataFrame(pl.from_arrow(given["gold.campaigns"].frame.toArrow()))
    job.spark.catalog.clearCache()
    weights = pl.col("terms").list.eval(pl.element().struct.field("weight")).list.sum()
    return rows.with_columns(log_odds=job.run.settings.judge.prior + weights)


def line(name: str, groups: pl.DataFrame) -> str:
    """A row of the table."""
    accusing = groups.filter(pl.col("verdict").is_in(ACCUSING)).height
    told = (groups["verdict"] == "watch").sum()
    highest = groups["log_odds"].max()
    shown = "–" if highest is None else f"{highest:.2f}"
    return f"| {name} | {groups.height} | {accusing} | {told} | {shown} |"


def tails(groups: pl.DataFrame) -> pl.DataFrame:
    """By term: how many groups have it with a p, and how many of those below each level."""
    terms = groups.select("terms").explode("terms").unnest("terms")
    has_p = terms.filter(pl.col("p_value").is_not_null())
    below = ((pl.col("p_value") <= level).sum().alias(f"{level:g}") for level in LEVELS)
    return has_p.group_by("name").agg(pl.len().alias("groups"), *below).sort("name")


def compare(
    folder: Path, scenario: str, scale: float, seed: int, draws: int
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Print the tables; return the groups of the week as it is, and those of each draw."""
    folder.mkdir(exist_ok=True)
    measure.own_key(folder)
    made = simulator.run(folder / "made", scenario, scale, seed)
    job = measure.published(folder / "lake", folder / "made")

    def table(name: str) -> DataFrame:
        return job.spark.read.format("delta").load(str(job.lake.path(name)))

    names = ("silver.accounts", "bronze.models", "bronze.indicators", "gold.decisions")
    others: dict[str, Any] = {name: Stored(table(name)) for name in names}
    others["gold.campaigns@history"] = None
    exchanges = still(pl.read_delta(str(job.lake.path("silver.exchanges"))).sort("exchange_id"))
    print(f"{scenario}, scale {scale:g}, seed {seed}: {made['exchanges']:,} exchanges")
    print("| week | groups | accusing | watch | highest log odds |\n|---|--:|--:|--:|--:|")
    as_it_is = judged(job, exchanges, others, folder)
    print(line("as it is", as_it_is), flush=True)
    drawn = []
    for number in range(draws):
        drawn.append(judged(job, dealt(exchanges, number), others, folder))
        print(line(f"draw {number + 1}", drawn[-1]), flush=True)
    together = pl.concat(drawn)
    print(f"\n{together.height:,} groups of {draws} draws with a p, and of these below")
    print("| term | groups | " + " | ".join(f"{level:g}" for level in LEVELS) + " |")
    print("|---|--:|" + "--:|" * len(LEVELS))
    for name, count, *below in tails(together).rows():
        print(f"| `{name}` | {count:,} | " + " | ".join(f"{n / count:.4f}" for n in below) + " |")
    return as_it_is, drawn


def main() -> None:
    """Print the tables, and last how many draws accuse anybody."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="honest")
    parser.add_argument("--scale", type=float, default=0.3)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--draws", type=int, default=20)
    asked = parser.parse_args()
    if asked.draws < 1:
        parser.error("--draws: at least one")
    with tempfile.TemporaryDirectory() as folder:
        as_it_is, drawn = compare(
            Path(folder), asked.scenario, asked.scale, asked.seed, asked.draws
        )
    highest = max((groups["log_odds"].max() for groups in drawn if groups.height), default=None)
    if highest is not None:
        print(f"highest log odds of all draws: {highest:.2f}")
    accused = as_it_is.filter(pl.col("verdict").is_in(ACCUSING))["log_odds"]
    if accused.len():
        print(f"lowest log odds of {accused.len()} accusing groups as it is: {accused.min():.2f}")
    wrong = sum(groups["verdict"].is_in(ACCUSING).any() for groups in drawn)
    bound = beta.ppf(0.95, wrong + 1, asked.draws - wrong) if wrong < asked.draws else 1.0
    print(
        f"draws with an accusing group: {wrong} of {asked.draws}, at most {bound:.0%} "
        "(one-sided 95 % Clopper-Pearson bound)"
    )


if __name__ == "__main__":
    main()
