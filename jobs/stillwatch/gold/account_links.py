"""Which pairs of accounts have more in common than independent behaviour explains?

Traces are joined with themselves on (layer, trace), in cost proportional to their rows:

1. What one account alone holds ends where it is written, or read. Traces that the same accounts
   hold are one unit: one coincidence, not twenty.
2. A unit is paired if it is rare enough for every pair, or, in a layer of content, if its holders
   give it a fair share of their own traffic (a star). Other popular units pair nobody.
3. A small unit gives all pairs of its holders; a large one a random graph of `neighbours` links
   an account, linear in its rows.
4. Each pair is priced by kernels.null_model, over cells of layer and popularity: by how many units
   of the cell either holds.

A link with q above the limit is kept only for a star; its q then says how little the pair by itself
proves, and the group is judged as one.

5. Each link is scored by when its accounts are active (kernels.timing). That makes no link and
   unmakes none: classes, nightly jobs and newsrooms keep the same hours too.

Rows meet three times: by trace, by the holders of a trace, by pair. Which accounts are active, in
which hours, and how many units each holds of a cell, every task knows: some 70 bytes an account,
and 12 for each cell of which it holds any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from stillwatch.config import LinkSettings, Run
from stillwatch.kernels import holders, pairing
from stillwatch.kernels.blocks import KEY, as_they_are, spark_json
from stillwatch.kernels.holders import HELD, UNITS, Activity
from stillwatch.kernels.pairing import CAPPED, DEGREES, PAIRS, PRICED, SQUARES, Chance
from stillwatch.kernels.timing import WORDS, Rhythm, synchrony
from stillwatch.kernels.traces import numbers
from stillwatch.kernels.xxhash import xxhash64
from stillwatch.silver import traces as silver
from stillwatch.tables import table

DECLARED = table("gold.account_links")
CONTENT = (
    "prompt_span",
    "near_duplicate",
    "system_prompt",
    "system_span",
    "tool_schema",
    "refusal",
)
LAYERS = tuple(sorted(silver.LAYERS))  # a layer's code is its place
READ = ("layer", "trace", "role", "account_id", "exchanges", "holders")
KINDS = (SQUARES, PAIRS, CAPPED, DEGREES)
COUNTS = pa.schema([("edge", pa.int64()), ("pairs", pa.int64())])
EDGES = 100  # of p, a decade


def transform(frames: Mapping[str, Any], run: Run) -> Any:
    """Links of the week.

    Args:
        frames: `silver.traces` and `silver.exchanges`, as tables that tasks read.
        run: Week, settings and key.

    Returns:
        Batches of the declared columns, to be written by the tasks that make them.
    """
    settings = run.settings.links
    activity, rhythm = awake(frames["silver.exchanges"].frame, run.week)
    held = partial(holders.held, layers=LAYERS, kept=LAYERS)
    shared = frames["silver.traces"].above("holders", 1)
    units = shared.cut(held, READ, HELD).then(partial(_units, activity), UNITS)
    cells, pairs, left, counted = units.fan(partial(_pairs, activity, settings), KINDS)
    degrees = collected(counted.batches(pairing.summed, spark_json(DEGREES)))
    squares = collected(cells.batches(as_they_are, spark_json(SQUARES)))
    chance = Chance.of(activity, degrees, squares, len(LAYERS))
    edges, priced = pairs.fan(partial(_priced, chance, settings), (COUNTS, PRICED))
    by_edge = collected(edges.batches(as_they_are, spark_json(COUNTS)))
    q = q_values(by_edge, len(activity.codes))
    finish = partial(_links, activity, rhythm, q, run)
    told = capped(collected(left.batches(as_they_are, spark_json(CAPPED))))
    return priced.each(finish, DECLARED.schema_json()).telling(told)


def awake(exchanges: DataFrame, week: date) -> tuple[Activity, Rhythm]:
    """Active accounts, and the hours of the week in which each sends something."""
    start = int(datetime(week.year, week.month, week.day, tzinfo=UTC).timestamp()) * 1_000_000
    hour = F.floor((F.unix_micros("ts") - start) / 3_600_000_000).cast("int")
    bit = F.expr("shiftleft(1L, hour % 64)")
    word = F.floor(F.col("hour") / 64)
    words = [F.bit_or(F.when(word == k, bit).otherwise(0)).alias(f"hours{k}") for k in range(WORDS)]
    rows = exchanges.select("account_id", hour.alias("hour")).groupBy("account_id")
    counted = rows.agg(F.count("*").alias("n"), *words).toArrow()
    activity = Activity.counted(counted)
    names = counted.column("account_id").combine_chunks()
    hours = np.zeros((len(activity.codes), WORDS), np.int64)
    places = activity.at(xxhash64(names).to_numpy(zero_copy_only=False))
    for k in range(WORDS):
        hours[places, k] = numbers(counted, f"hours{k}")
    return activity, Rhythm.of(hours)


def collected(batches: Any) -> pa.Table:
    """Few rows, brought to the driver."""
    found: pa.Table = batches.frame().toArrow()
    return found


def capped(rows: pa.Table) -> dict[str, Any]:
    """What the caps left out, by layer and reason."""
    found = pl.DataFrame(pl.from_arrow(rows)).filter(pl.col("reason") > 0)
    whole = found.group_by("layer", "reason").agg(
        pl.col("traces", "possible", "made").sum(), pl.col("holders").max()
    )
    return {
        f"{LAYERS[row['layer']]}, {pairing.REASONS[row['reason']]}": {
            "traces": row["traces"],
            "most_holders": row["holders"],
            "pairs_possible": row["possible"],
            "pairs_made": row["made"],
        }
        for row in whole.sort("layer", "reason").iter_rows(named=True)
    }


def _units(activity: Activity, rows: pa.Table) -> Iterator[pa.RecordBatch]:
    made = holders.units(holders.met(holders.holdings(rows), activity))
    if made.num_rows:
        yield holders.keyed(made)


def _pairs(
    activity: Activity, settings: LinkSettings, rows: pa.Table
) -> Iterator[tuple[int, pa.RecordBatch]]:
    made = holders.units(rows)
    is_star, is_paired = chosen(made, settings)
    units = pairing.unpacked(made.filter(pa.array(is_paired)), is_star[is_paired], activity)
    yield 0, pairing.squares(units, settings.neighbours)
    yield 3, pairing.degrees(units)
    yield 2, pairing.capped(made, is_paired, settings.neighbours)
    for batch in pairing.pairs(units, settings.neighbours, settings.seed):
        yield 1, batch


def chosen(units: pa.Table, settings: LinkSettings) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which units are stars, and which are worth pairing."""
    content = [LAYERS.index(name) for name in CONTENT]
    is_content = np.isin(numbers(units, "layer"), content)
    d = numbers(units, "d")
    focus = numbers(units, "focus") / holders.BILLION
    is_star = is_content & (d >= settings.min_star_accounts) & (focus >= settings.min_focus)
    is_rare = d <= settings.max_rare
    is_instrument = ~is_content & (d <= settings.max_instrument_accounts)
    return is_star, is_star | is_rare | is_instrument


def _priced(
    chance: Chance, settings: LinkSettings, rows: pa.Table
) -> Iterator[tuple[int, pa.RecordBatch]]:
    priced = pairing.price(rows, chance)
    p = priced.column("p_value").to_numpy()
    edge, counts = np.unique(_edges(p), return_counts=True)
    columns = [pa.array(edge), pa.array(edge), pa.array(counts)]
    yield 0, pa.RecordBatch.from_arrays(columns, names=[KEY, *COUNTS.names])
    # q is never below p, so that other pairs are no links.
    kept = (p <= settings.q_value) | (priced.column("star").to_numpy() > 0)
    rest = priced.filter(pa.array(kept))
    for batch in rest.add_column(0, KEY, rest.column("a")).combine_chunks().to_batches():
        yield 1, batch


def _edges(p: NDArray[np.float64]) -> NDArray[np.int64]:
    """Each p rounded up to the next 1/100 of a decade, in hundredths of decades."""
    return np.asarray(np.ceil(np.log10(p) * EDGES), np.int64)


def q_values(counts: pa.Table, accounts: int) -> dict[int, float]:
    """The q of each edge of p by Benjamini-Hochberg among all pairs of active accounts.

    The step-up runs over a histogram of log10 p: a bin's upper edge and cumulative count bound the
    exact q from above, by 1/100 of a decade, and no sort of all pairs is needed.
    """
    edge, of = np.unique(numbers(counts, "edge"), return_inverse=True)
    pairs = np.bincount(of, weights=numbers(counts, "pairs"), minlength=len(edge))
    tests = accounts * (accounts - 1) / 2
    scaled = np.minimum(1.0, 10.0 ** (edge / EDGES) * tests / np.cumsum(pairs))
    q = np.minimum.accumulate(scaled[::-1])[::-1]
    return dict(zip(edge.tolist(), q.tolist(), strict=True))


def _links(
    activity: Activity, rhythm: Rhythm, q: dict[int, float], run: Run, rows: pa.Table
) -> Iterator[pa.RecordBatch]:
    """Declared rows of those that are significant, or hold a star."""
    p, star = (rows.column(name).to_numpy() for name in ("p_value", "star"))
    q_value = np.array([q[edge] for edge in _edges(p).tolist()], np.float64)
    significant = q_value <= run.settings.links.q_value
    kept = significant | (star > 0)
    decades = -np.log10(p)
    by_chance = np.where(significant, decades / (decades + 8), 0.0)
    score = 1 - (1 - by_chance) * (1 - star)
    rows = rows.filter(pa.array(kept))
    places = [activity.at(numbers(rows, name)) for name in ("a", "b")]
    ends = [activity.names.take(pa.array(each)) for each in places]
    told = rhythm.compared(*places)
    made = {
        "week": pa.repeat(pa.scalar(run.week), rows.num_rows),
        "account_a": pc.min_element_wise(*ends),
        "account_b": pc.max_element_wise(*ends),
        "score": pa.array(score[kept]),
        "p_value": rows.column("p_value"),
        "q_value": pa.array(q_value[kept]),
        "layers": _layers(rows.combine_chunks()),
        "hours_shared": pa.array(told.shared),
        "hours_expected": pa.array(told.expected),
        "synchrony": pa.array(synchrony(*told)),
    }
    yield from pa.table({name: made[name] for name in DECLARED.column_names}).to_batches(65_536)


def _layers(rows: pa.Table) -> pa.Array:
    """What each layer says of a pair, layers by name."""
    column = {
        name: rows.column(name).chunk(0).flatten() if rows.num_rows else pa.array([], pa.int64())
        for name in ("layer", "shared", "spans", "rarest", "expected")
    }
    shared, spans, rarest = (column[n].cast(pa.string()) for n in ("shared", "spans", "rarest"))
    detail = pc.binary_join_element_wise(
        # Of a sampled graph a pair sees the units that happen to join it.
        *("at least ", shared, " in common (", spans, " traces), the rarest held by "),
        *(rarest, " accounts", ""),
    )
    each = pa.StructArray.from_arrays(
        [
            pa.array(LAYERS).take(column["layer"]),
            column["shared"],
            column["expected"].cast(pa.float64()),
            detail,
        ],
        names=["layer", "shared", "expected", "detail"],
    )
    sizes = pc.list_value_length(rows.column("layer")).to_numpy()
    return pa.ListArray.from_arrays(
        pa.array(np.concatenate([[0], np.cumsum(sizes)]), pa.int32()), each
    )
