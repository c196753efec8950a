"""Which traces of content do several accounts hold? Each with its holders, made once and kept."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.config import JudgeSettings
from stillwatch.kernels import holders
from stillwatch.kernels.blocks import KEY
from stillwatch.kernels.holders import HELD, UNITS, Activity

# Layers whose popular traces are clustered by who holds them; their codes here are their places.
CLAUSE = "prompt_span"
# Layers that speak of the software that is typed into, rather than of what is typed.
HARNESS = ("system_prompt", "system_span", "tool_schema")
CLUSTERED = (CLAUSE, *HARNESS)
NEAR = "near_duplicate"
REFUSED = "refusal"
LAYERS = (*CLUSTERED, NEAR, REFUSED)
READ = ("layer", "trace", "role", "account_id", "exchanges", "holders")


class Held(NamedTuple):
    """Blocks of rows of holders.UNITS, one a trace.

    Attributes:
        popular: Traces of CLUSTERED that are worth a cluster.
        few: Near-duplicate bands that hardly anybody else has.
        rare: Clauses that are not worth a cluster, and all that were refused.
    """

    popular: Any
    few: Any
    rare: Any


def held(traces: Any, activity: Activity, settings: JudgeSettings) -> Held:
    """Traces of the week with their holders.

    Args:
        traces: silver.traces, as a table that tasks read.
        activity: Active accounts.
        settings: What is worth a cluster, and how few may have sent a prompt.
    """
    shared = traces.above("holders", 1)
    rows = shared.cut(partial(holders.held, layers=LAYERS, kept=LAYERS), READ, HELD)
    return Held(*rows.fan(partial(_kept, activity, settings), (UNITS, UNITS, UNITS)))


def _kept(
    activity: Activity, settings: JudgeSettings, rows: pa.Table
) -> Iterator[tuple[int, pa.RecordBatch]]:
    met = holders.met(holders.holdings(rows), activity)
    d = met.column("d")
    is_clause, is_near, is_refused = (
        pc.equal(met.column("layer"), LAYERS.index(name)) for name in (CLAUSE, NEAR, REFUSED)
    )
    focus = pc.divide(met.column("exchanges").cast(pa.float64()), met.column("traffic"))
    is_held = pc.greater_equal(d, settings.min_holders)
    is_popular = pc.and_(is_held, pc.greater_equal(focus, settings.min_focus))
    is_few = pc.less_equal(d, settings.max_sampled)
    chosen = (
        pc.and_(pc.invert(pc.or_(is_near, is_refused)), is_popular),
        pc.and_(is_near, is_few),
        pc.or_(pc.and_(pc.and_(is_clause, is_held), pc.invert(is_popular)), is_refused),
    )
    for kind, mask in enumerate(chosen):
        rest = met.filter(mask)
        for batch in rest.add_column(0, KEY, rest.column("trace")).combine_chunks().to_batches():
            yield kind, batch
