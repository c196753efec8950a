"""How is a run carried out: planned, cut into blocks, written in parallel, put together?

Invariant: the bytes written depend on (scenario, corpus, seed, scale, weeks, first week) alone.
"""

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.errors import UsageError
from stillwatch.simulate import landing, truth
from stillwatch.simulate.blocks import Block, Job, Tally, blocks_of, context_of, warm, write_block
from stillwatch.simulate.scenario import load, shipped

SMALL = 3  # blocks below which starting workers takes longer than the work
WEEK = date(2026, 11, 9)


def scenarios() -> dict[str, str]:
    """The shipped scenarios and what each is for."""
    return {name: load(name).description for name in shipped()}


def run(
    out: Path,
    scenario: Path | str | None = None,
    scale: float = 1.0,
    seed: int = 0,
    weeks: int = 1,
    corpus: Path | None = None,
    week: date = WEEK,
    spark_master: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
    workers: int | None = None,
) -> dict[str, Any]:
    """Write landing/ and truth/ under `out`; return counts of what was written.

    UsageError where the scenario is bad, the week is not a Monday, or `out` holds a run already.
    """
    _check(out, scale, seed, weeks, week)
    name = str(scenario or "first_light")
    load(name)
    file = Path(name)
    place = str(file.resolve()) if name not in shipped() else name  # workers may stand elsewhere
    texts = str(corpus.resolve()) if corpus else ""
    job = Job(str(out.resolve()), place, texts, scale, seed, week)
    started = time.monotonic()
    summary: dict[str, Any] = {
        "scenario": name,
        "seed": seed,
        "scale": scale,
        "exchanges": 0,
        "bytes": 0,
    }
    seen: dict[str, str] = {}
    truths: dict[str, list[pa.Table]] = {"accounts": [], "campaigns": []}
    for number in range(weeks):
        context = context_of(job, number)
        blocks = blocks_of(context, number)
        progress(f"week {number + 1} of {weeks}: {int(context.counts.sum()):,} exchanges")
        tallies = list(_written(job, blocks, spark_master, workers, progress))
        summary["exchanges"] += sum(t.exchanges for t in tallies)
        summary["bytes"] += sum(t.size for t in tallies)
        for account, line in landing.accounts(job, context):
            seen.setdefault(account, line)
        truths["accounts"].append(truth.accounts_table(job, context))
        truths["campaigns"].append(truth.campaigns_table(job, context, tallies))
    context = context_of(job, 0)
    _finish(out, job, seen, truths, landing.models(job, context), landing.indicators(context))
    summary["accounts"] = len(seen)
    summary["campaign_exchanges"] = truth.merge_exchanges(out)
    summary["seconds"] = round(time.monotonic() - started, 1)
    return summary


def _check(out: Path, scale: float, seed: int, weeks: int, week: date) -> None:
    if not 0 < scale <= 1000:
        raise UsageError(f"--scale {scale} is not in 0..1000, above 0")
    if not 0 <= seed < 2**63:
        raise UsageError(f"--seed {seed} is not in 0..2**63-1")
    if not 1 <= weeks <= 52:
        raise UsageError(f"--weeks {weeks} is not in 1..52")
    if week.weekday() != 0:
        raise UsageError(f"--week {week} is not a Monday")
    for part in ("landing", "truth"):
        if (out / part).exists() and any((out / part).iterdir()):
            raise UsageError(f"{out / part} is not empty; give another folder")


def _finish(
    out: Path, job: Job, seen: dict[str, str], truths: dict[str, list[pa.Table]],
    models: list[str], indicators: list[str],
) -> None:  # fmt: skip
    folder = out / "landing"
    landing.write_lines(folder / "accounts.jsonl", (seen[key] for key in sorted(seen)))
    landing.write_lines(folder / "models.jsonl", models)
    landing.write_lines(folder / "indicators.jsonl", indicators)
    for name, tables in truths.items():
        pq.write_table(
            pa.concat_tables(tables), out / "truth" / f"{name}.parquet", compression="zstd"
        )


def _written(
    job: Job, blocks: Sequence[Block], master: str | None, workers: int | None,
    progress: Callable[[str], None],
) -> Iterator[Tally]:  # fmt: skip
    (Path(job.out) / "truth" / "_parts").mkdir(parents=True, exist_ok=True)
    if master is not None:
        yield from _by_spark(job, blocks, master)
        return
    cores = workers or len(os.sched_getaffinity(0))
    if cores == 1 or len(blocks) < SMALL:
        yield from (write_block(job, block) for block in blocks)
        return
    warm(job)
    step = max(1, len(blocks) // 10)
    with ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("spawn")) as pool:
        for k, tally in enumerate(pool.map(write_block, [job] * len(blocks), blocks), 1):
            if k % step == 0:
                progress(f"  {k} of {len(blocks)} files")
            yield tally


def _by_spark(job: Job, blocks: Sequence[Block], master: str) -> list[Tally]:
    from pyspark.sql import SparkSession

    from stillwatch.io import session

    running = SparkSession.getActiveSession()
    spark = running or session.build(master, app="stillwatch simulate")
    try:
        rdd = spark.sparkContext.parallelize(list(blocks), min(len(blocks), 10_000))
        found: list[Tally] = rdd.map(lambda block: write_block(job, block)).collect()
    finally:
        if running is None:
            spark.stop()
    return found
