"""Which groups of accounts are judged this week, and how?

Every judged group has a row, also the innocent ones: an analyst must see what was looked at and
explained otherwise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from pyspark import StorageLevel
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from stillwatch.config import Run
from stillwatch.gold.account_links import holdings
from stillwatch.judgement import grouping, profiles
from stillwatch.judgement.attribution import attribute, carriers, combinations, depths
from stillwatch.judgement.bench import Bench, Judged
from stillwatch.judgement.grouping import polars
from stillwatch.judgement.precedence import precedence
from stillwatch.kernels.attribution import Index, Members
from stillwatch.kernels.null_model import benjamini_hochberg
from stillwatch.tables import table

# Filled by later work: null rather than invented.
NOT_YET = (
    "pivot_model",
    "pivot_share",
    "pivot_share_low",
    "pivot_share_high",
    "pivot_hours",
    "actor",
    "actor_confidence",
    "merged_from",
    "split_from",
)


def transform(frames: Mapping[str, Any], run: Run) -> DataFrame:
    """Judged groups of the week.

    Args:
        frames: The week's links, traces, exchanges, accounts, decisions.
        run: Week, settings and key.
    """
    settings = run.settings.judge
    exchanges: DataFrame = frames["silver.exchanges"]
    spark = exchanges.sparkSession
    schema = StructType.fromJson(table("gold.campaigns").schema_json())
    activity = exchanges.groupBy("account_id").agg(F.count("*").alias("n"))
    active = polars(activity)
    held = holdings(frames["silver.traces"], activity).persist(StorageLevel.MEMORY_AND_DISK)
    own, _ = grouping.operations(held, active.height, settings)
    held.unpersist()
    index = Index.build(*(own[name].to_list() for name in ("layer", "trace", "group")))
    carried_by = carriers(exchanges, index).persist(StorageLevel.MEMORY_AND_DISK)
    sent = polars(combinations(carried_by)).sort("account_id", "groups")
    depth = polars(depths(carried_by)).sort("group", "account_id")
    carried_by.unpersist()
    ranked = precedence(sent, depth, active, settings)
    own = own.join(ranked.select("group", "rank").unique(), on="group", how="inner")
    own = own.with_columns(group=pl.col("rank")).sort("group", "layer", "trace")
    members = ranked.select(pl.col("rank").alias("group"), "account_id")
    index = Index.build(*(own[name].to_list() for name in ("layer", "trace", "group")))
    senders = Members.build(members["account_id"].to_list(), members["group"].to_list())
    theirs = attribute(exchanges, index, senders, profiles.NEEDED).persist(
        StorageLevel.MEMORY_AND_DISK
    )
    members = with_silent(members, frames["gold.account_links"], run)
    if not members.height:
        return spark.createDataFrame([], schema)
    keys = spark.createDataFrame(members.select("account_id").unique().to_arrow())
    profile = profiles.collect(
        theirs,
        keys,
        exchanges,
        frames["silver.accounts"],
        frames["silver.traces"],
    )
    theirs.unpersist()
    judged = Bench(profile, members, settings).judge()
    rows = _rows(judged, own, decisions(frames["gold.decisions"]))
    return spark.createDataFrame([{**row, "week": run.week} for row in rows], schema)


def with_silent(members: pl.DataFrame, links: DataFrame, run: Run) -> pl.DataFrame:
    """The operations, and linked communities that have no content of their own."""
    significant = links.where(F.col("q_value") <= run.settings.links.q_value)
    linked = polars(significant.select("account_a", "account_b", "score"))
    if not linked.height:
        return members
    first = int(members["group"].to_numpy().max()) + 1 if members.height else 0
    silent = grouping.communities_of(linked, run.settings.judge)
    return pl.concat([members, grouping.uncovered(silent, members, first)])


def decisions(recorded: DataFrame) -> dict[str, str]:
    """The last decision on each campaign."""
    frame = polars(recorded.select("campaign_id", "decision", "at", "by")).sort("at", "by")
    return dict(zip(frame["campaign_id"], frame["decision"], strict=True))


def _rows(judged: list[Judged], own: pl.DataFrame, decided: dict[str, str]) -> list[dict[str, Any]]:
    q = benjamini_hochberg(np.array([one.verdict.p_value for one in judged]))
    traces = {int(part["group"][0]): part for part in own.partition_by("group")}
    rows = []
    for one, q_value in zip(judged, q, strict=True):
        mine = traces.get(one.number, own.clear()) if one.group.exchanges else own.clear()
        row = _row(one, float(q_value), mine)
        rows.append({**row, "decision": decided.get(row["campaign_id"])})
    return rows


def campaign_id(accounts: list[str], own: pl.DataFrame) -> str:
    """An id from what the group sends most: the same next week if that continues."""
    if own.height:
        ordered = own.sort("exchanges", "layer", "trace", descending=[True, False, False])
        top = ordered.row(0, named=True)
        text = f"{top['layer']}:{top['trace']}"
    else:
        text = "accounts:" + ",".join(accounts)
    return "c-" + hashlib.sha256(text.encode()).hexdigest()[:12]


def _row(one: Judged, q: float, own: pl.DataFrame) -> dict[str, Any]:
    group, verdict = one.group, one.verdict
    shares = sorted(group.capabilities.items(), key=lambda item: (-item[1], item[0]))
    accounts = group.members["account_id"].to_list()
    return {
        "campaign_id": campaign_id(accounts, own),
        "verdict": verdict.verdict,
        "q_value": q,
        "p_value": verdict.p_value,
        "accounts": group.members.height,
        "exchanges": group.exchanges,
        "first_ts": one.first_ts,
        "last_ts": one.last_ts,
        "capabilities": [
            {"name": name, "share": count / group.exchanges, "low": None, "high": None}
            for name, count in shares
        ],
        **dict.fromkeys(NOT_YET),
        "status": "new",
        "limits": list(verdict.limits),
        "explanation": verdict.explanation,
        "traces": own.select("layer", "trace", "accounts", "exchanges").to_dicts(),
        "members": accounts,
        "precedence": one.number,
        "terms": [
            {
                "name": term.name,
                "question": term.question,
                "layer": term.layer,
                "observed": term.observed,
                "expected": term.expected,
                "p_value": term.p_value,
                "weight": term.weight,
                "statement": term.statement,
            }
            for term in verdict.terms
        ],
    }
