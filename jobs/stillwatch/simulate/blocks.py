"""How is the work cut up? A block is a range of one day's exchanges, written to one file.

Invariant: a block is a pure function of (scenario, seed, scale, week, day, number), whatever core
or machine writes it.
"""

import functools
import gzip
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.simulate import line as ln
from stillwatch.simulate import world
from stillwatch.simulate.attributes import attributes
from stillwatch.simulate.behaviour import CAPABILITIES, Behaviour, compile_behaviour
from stillwatch.simulate.clock import day_counts
from stillwatch.simulate.corpus import corpus_rules
from stillwatch.simulate.draws import Context, rows
from stillwatch.simulate.exchange import write_rows
from stillwatch.simulate.line import Words
from stillwatch.simulate.population import plan
from stillwatch.simulate.scenario import Scenario, load
from stillwatch.simulate.sources import Sharing, attach, sharing

BLOCK = 25_000  # exchanges a file at most
BUFFER = 24 << 20
LEVEL = 1  # of gzip: as fast as it gets


class Job(NamedTuple):
    """All that a worker needs to make any block of a run."""

    out: str
    scenario: str
    corpus: str
    scale: float
    seed: int
    monday: date


class Block(NamedTuple):
    """A block's place in the run."""

    week: int
    day: int
    number: int


class Tally(NamedTuple):
    """What a block brought: lines, bytes, and counts by campaign for truth."""

    exchanges: int
    size: int
    capability: np.ndarray[tuple[int, int], np.dtype[np.int64]]
    hourly: np.ndarray[tuple[int, int, int], np.dtype[np.int64]]


@functools.lru_cache(maxsize=2)
def behaviour_of(job: Job) -> tuple[Scenario, Behaviour]:
    """The scenario and its compiled grammar, once a process."""
    scenario = load(job.scenario)
    extra = corpus_rules(Path(job.corpus)) if job.corpus else None
    return scenario, compile_behaviour(scenario, extra)


@functools.lru_cache(maxsize=2)
def context_of(job: Job, week: int) -> Context:
    """The plan of a week, once a process."""
    scenario, behaviour = behaviour_of(job)
    planned = plan(scenario, behaviour, job.seed, job.scale, week)
    launches = [int(m.launched_hours // 24) - 7 * week for m in scenario.models]
    counts = day_counts(planned, behaviour, [day for day in launches if 0 <= day < 7])
    return Context(
        scenario,
        behaviour,
        planned,
        attributes(planned, behaviour, scenario.client_missing),
        counts,
        job.seed,
    )


@functools.lru_cache(maxsize=2)
def sharing_of(job: Job, week: int) -> Sharing:
    """Who passes answers on in a week, once a process."""
    context = context_of(job, week)
    return sharing(context.scenario, context.behaviour, context.week)


def blocks_of(context: Context, week: int) -> list[Block]:
    """The blocks of a week, day by day."""
    totals = context.counts.sum(axis=0)
    return [Block(week, d, k) for d in range(7) for k in range(-(-int(totals[d]) // BLOCK))]


def words_of(scenario: Scenario) -> Words:
    """The names that lines carry."""
    models = [model.name for model in scenario.models] or ["atlas-3"]
    names = models + world.AGENT_TEXT + world.JA4_TEXT + world.CODES
    blobs = [name.encode() for name in names]
    at = np.cumsum([0] + [len(blob) for blob in blobs]).astype(np.int64)
    agents = len(models)
    ja4 = agents + len(world.AGENT_TEXT)
    return Words(
        np.frombuffer(b"".join(blobs), np.uint8).copy(),
        at,
        0,
        agents,
        ja4,
        ja4 + len(world.JA4_TEXT),
    )


def members(context: Context, block: Block) -> tuple[np.ndarray, np.ndarray]:
    """The (stream, j) of a block's exchanges."""
    ends = np.cumsum(context.counts[:, block.day])
    first = block.number * BLOCK
    index = np.arange(first, min(first + BLOCK, int(ends[-1])))
    stream = np.searchsorted(ends, index, side="right")
    return stream, index - (ends[stream] - context.counts[stream, block.day])


def write_block(job: Job, block: Block) -> Tally:
    """Write one file of exchanges and its part of the truth."""
    context = context_of(job, block.week)
    stream, j = members(context, block)
    drawn = rows(context, block.day, stream, j)
    attach(context, block.day, drawn, sharing_of(job, block.week))
    order = np.lexsort((drawn.seeds[:, ln.ID], drawn.ints[:, ln.TS]))
    ints, seeds = drawn.ints[order], drawn.seeds[order]
    day = job.monday + timedelta(days=7 * block.week + block.day)
    target = (
        Path(job.out) / "landing" / "exchanges" / f"dt={day}" / f"part-{block.number:05d}.jsonl.gz"
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    date_bytes = np.frombuffer(f"{day}T".encode(), np.uint8).copy()
    words = words_of(context.scenario)
    out = np.empty(BUFFER, np.uint8)
    size, done = 0, 0
    with target.open("wb") as raw, _gzip(raw) as packed:
        while done < len(ints):
            end, done = write_rows(
                out, done, ints, seeds, date_bytes, words, context.behaviour.symbols,
                context.behaviour.tables,
            )  # fmt: skip
            packed.write(out[:end].data)
            size += int(end)
    campaign = context.week.streams.campaign[stream]
    _write_truth(job, block, context, drawn.seeds[:, ln.ID], campaign)
    return Tally(len(j), size, *_tally(context, drawn.capability, campaign, drawn.hour, drawn.ints))


def warm(job: Job) -> None:
    """Compile the writer, so that workers started next find it ready."""
    context = context_of(job, 0)
    none = np.zeros(0, np.int64)
    drawn = rows(context, 0, none, none)
    write_rows(
        np.empty(8, np.uint8), 0, drawn.ints, drawn.seeds, np.zeros(11, np.uint8),
        words_of(context.scenario), context.behaviour.symbols, context.behaviour.tables,
    )  # fmt: skip
    exchange_ids(np.zeros(0, np.uint64))


def _gzip(raw: object) -> gzip.GzipFile:
    return gzip.GzipFile(filename="", mode="wb", compresslevel=LEVEL, fileobj=raw, mtime=0)  # type: ignore[call-overload,no-any-return]


def exchange_ids(keys: np.ndarray) -> pa.Array:
    """The ids that the writer gives to these keys."""
    out = np.empty((len(keys), 23), np.uint8)
    ln.write_ids(out, keys)
    offsets = pa.py_buffer(np.arange(len(keys) + 1, dtype=np.int32) * 23)
    return pa.StringArray.from_buffers(len(keys), offsets, pa.py_buffer(out))


def _write_truth(
    job: Job, block: Block, context: Context, keys: np.ndarray, campaign: np.ndarray
) -> None:
    planted = np.flatnonzero(campaign >= 0)
    names = pa.array([c.name for c in context.scenario.campaigns], pa.string())
    monday = job.monday + timedelta(days=7 * block.week)
    table = pa.table(
        {
            "week": pa.array([monday] * len(planted), pa.date32()),
            "exchange_id": exchange_ids(keys[planted]),
            "campaign": names.take(pa.array(campaign[planted]))
            if len(planted)
            else pa.array([], pa.string()),
        }
    )
    folder = Path(job.out) / "truth" / "_parts"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{block.week:03d}-{block.day}-{block.number:06d}.parquet"
    pq.write_table(table.sort_by("exchange_id"), folder / name, compression="zstd")


def _tally(context: Context, capability, campaign, hour, ints):  # type: ignore[no-untyped-def]
    """Counts of a block: campaign × capability, and campaign × model × hour since its launch."""
    scenario = context.scenario
    by_capability = np.zeros((len(scenario.campaigns), len(CAPABILITIES)), np.int64)
    hourly = np.zeros((len(scenario.campaigns), 2, 24), np.int64)
    planted = campaign >= 0
    np.add.at(by_capability, (campaign[planted], capability[planted]), 1)
    for n, plan_ in enumerate(scenario.campaigns):
        for k, model in enumerate(scenario.models):
            if plan_.pivot_share and model.name == plan_.pivot_model:
                since = hour - model.launched_hours
                near = (campaign == n) & (since >= 0) & (since < 24)
                moved = (ints[near, ln.MODEL] == k).astype(np.int64)
                np.add.at(hourly[n], (moved, since[near].astype(np.int64)), 1)
    return by_capability, hourly
