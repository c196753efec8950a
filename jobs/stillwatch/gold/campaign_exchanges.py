"""Which exchanges belong to a campaign? Those that carry its own traces, sent by its accounts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.config import Run
from stillwatch.judgement.attribution import TRACES, attributed, index_of
from stillwatch.judgement.exemplars import CONTENT, shown
from stillwatch.judgement.grouping import polars
from stillwatch.kernels.attribution import Index, Members
from stillwatch.tables import table

DECLARED = table("gold.campaign_exchanges")
KEPT = ("exchange_id", "account_id", "event_date")
READ = (*KEPT, *CONTENT, *TRACES)


def transform(frames: Mapping[str, Any], run: Run) -> Any:
    """Attributed exchanges of the week.

    Args:
        frames: `gold.campaigns` and `silver.exchanges`, as tables that tasks read.
        run: Week, settings and key.

    Returns:
        Batches of the declared columns, to be written by the tasks that make them.
    """
    campaigns = frames["gold.campaigns"].frame.where("exchanges > 0")
    rows = polars(campaigns.select("campaign_id", "precedence", "traces", "members"))
    own = (
        rows.select("precedence", "traces").explode("traces", empty_as_null=False).unnest("traces")
    )
    index = index_of(own.rename({"precedence": "group"}))
    theirs = rows.select("precedence", "members").explode("members", empty_as_null=False)
    members = Members.build(theirs["members"].to_list(), theirs["precedence"].to_list())
    ids = dict(rows.select("precedence", "campaign_id").iter_rows())
    return frames["silver.exchanges"].map_batches(
        partial(_attributed, index, members, ids, run.week), READ, DECLARED.schema_json()
    )


def _attributed(
    index: Index,
    members: Members,
    ids: Mapping[int, str],
    week: date,
    batches: Iterable[pa.RecordBatch],
) -> Iterator[pa.RecordBatch]:
    """Declared rows."""
    numbers = pa.array(sorted(ids), pa.int64())
    names = pa.array([ids[number] for number in sorted(ids)], pa.string())
    for rows in attributed(index, members, (*KEPT, *CONTENT), batches):
        layer, trace = rows.column("layer"), rows.column("trace").cast(pa.string())
        matches = rows.column("matches").cast(pa.string())
        made = {
            "week": pa.repeat(pa.scalar(week), rows.num_rows),
            "campaign_id": names.take(pc.index_in(rows.column("group"), value_set=numbers)),
            **{name: rows.column(name) for name in KEPT},
            "reason": pc.binary_join_element_wise(
                "carries ", matches, " of the campaign's traces, first ", layer, " ", trace, ""
            ),
            "shows": shown(rows),
        }
        yield pa.RecordBatch.from_arrays(
            [made[name] for name in DECLARED.column_names], names=list(DECLARED.column_names)
        )
