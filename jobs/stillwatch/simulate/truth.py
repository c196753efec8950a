"""What is true of the traffic: who belonged to what, which exchanges, which capabilities?

Invariant: truth is written under truth/ only, from counts of the exchanges really written.
"""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.simulate.behaviour import CAPABILITIES
from stillwatch.simulate.blocks import Job, Tally
from stillwatch.simulate.draws import Context
from stillwatch.simulate.landing import account_ids
from stillwatch.simulate.scenario import Campaign
from stillwatch.simulate.texts.languages import LANGUAGES

SHARE = pa.struct([pa.field("name", pa.string()), pa.field("share", pa.float64())])
ACCOUNTS = pa.schema(
    [
        ("week", pa.date32()),
        ("account_id", pa.string()),
        ("kind", pa.string()),
        ("group", pa.string()),
        ("language", pa.string()),
    ]
)
CAMPAIGNS = pa.schema(
    [
        ("week", pa.date32()),
        ("campaign", pa.string()),
        ("capabilities", pa.list_(SHARE)),
        ("pivot_model", pa.string()),
        ("pivot_share", pa.float64()),
        ("pivot_hours", pa.float64()),
        ("actor", pa.string()),
        ("accounts", pa.int64()),
        ("exchanges", pa.int64()),
        ("scenario", pa.string()),
        ("rung", pa.string()),
    ]
)


def accounts_table(job: Job, context: Context) -> pa.Table:
    """Accounts that sent something in the week, with the kind and group of each.

    An account in a pool that two campaigns share has a row for each of them.
    """
    streams, accounts, week = context.week.streams, context.week.accounts, context.week
    sent = np.zeros(len(accounts.uid), np.int64)
    np.add.at(sent, streams.account, streams.sent)
    planted = (streams.campaign >= 0) & (streams.sent > 0)
    pairs = np.unique(
        np.stack([streams.account[planted], streams.campaign[planted]], axis=1), axis=0
    )
    honest = np.flatnonzero(sent > 0)
    honest = honest[~np.isin(honest, pairs[:, 0])]
    kinds = [week.groups[g].kind for g in accounts.group[honest]]
    # A pool's account whose week held honest cover only did nothing of the campaign's.
    kinds = ["background" if kind == "campaign" else kind for kind in kinds]
    groups = [week.groups[g].name for g in accounts.group[honest]]
    names = [context.scenario.campaigns[n].name for n in pairs[:, 1]]
    rows = np.concatenate([honest, pairs[:, 0]])
    monday = job.monday + timedelta(days=7 * week.number)
    table = pa.table(
        {
            "week": pa.array([monday] * len(rows), pa.date32()),
            "account_id": account_ids(accounts.uid[rows]),
            "kind": pa.array(kinds + ["campaign"] * len(names), pa.string()),
            "group": pa.array(groups + names, pa.string()),
            "language": pa.array(
                [LANGUAGES[k] for k in context.attributes.language[rows]], pa.string()
            ),
        },
        schema=ACCOUNTS,
    )
    return table.sort_by([("account_id", "ascending"), ("group", "ascending")])


def campaigns_table(job: Job, context: Context, tallies: Sequence[Tally]) -> pa.Table:
    """Each campaign's capabilities, pivot and actor, as counted."""
    scenario = context.scenario
    capability = sum(
        (t.capability for t in tallies),
        np.zeros((len(scenario.campaigns), len(CAPABILITIES)), np.int64),
    )
    hourly = sum((t.hourly for t in tallies), np.zeros((len(scenario.campaigns), 2, 24), np.int64))
    streams = context.week.streams
    monday = job.monday + timedelta(days=7 * context.week.number)
    rows = []
    for n, campaign in enumerate(scenario.campaigns):
        mine = (streams.campaign == n) & (streams.sent > 0)
        rows.append(
            {
                "week": monday,
                "campaign": campaign.name,
                "capabilities": _capabilities(capability[n]),
                **_pivot(campaign, hourly[n]),
                "actor": campaign.actor or None,
                "accounts": len(np.unique(streams.account[mine])),
                "exchanges": int(capability[n].sum()),
                "scenario": campaign.scenario or Path(job.scenario).stem,
                "rung": campaign.rung or campaign.ladder,
            }
        )
    return pa.Table.from_pylist(rows, schema=CAMPAIGNS)


def _capabilities(counts: np.ndarray) -> list[dict[str, object]]:
    total = max(1, int(counts.sum()))
    shares = [
        {"name": CAPABILITIES[k], "share": int(counts[k]) / total} for k in np.flatnonzero(counts)
    ]
    return sorted(shares, key=lambda row: (-float(str(row["share"])), str(row["name"])))


def _pivot(campaign: Campaign, hourly: np.ndarray) -> dict[str, object]:
    total = int(hourly.sum())
    if not campaign.pivot_share or not total:
        return {"pivot_model": None, "pivot_share": None, "pivot_hours": None}
    return {
        "pivot_model": campaign.pivot_model,
        "pivot_share": int(hourly[1].sum()) / total,
        "pivot_hours": campaign.pivot_hours,
    }


def merge_exchanges(out: Path) -> int:
    """Put the blocks' parts of truth/exchanges.parquet together; return its rows."""
    parts = sorted((out / "truth" / "_parts").glob("*.parquet"))
    schema = pa.schema(
        [("week", pa.date32()), ("exchange_id", pa.string()), ("campaign", pa.string())]
    )
    count = 0
    with pq.ParquetWriter(
        out / "truth" / "exchanges.parquet", schema, compression="zstd"
    ) as writer:
        for part in parts:
            table = pq.read_table(part).cast(schema)
            count += table.num_rows
            writer.write_table(table)
            part.unlink()
    (out / "truth" / "_parts").rmdir()
    return count
