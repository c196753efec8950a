"""Which groups of accounts are judged this week, and how?

Groups come from the links; a group's own traces, its exchanges and its accounts follow from them.
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

from stillwatch.config import JudgeSettings, Run
from stillwatch.judgement import grouping, profiles
from stillwatch.judgement.attribution import attribute
from stillwatch.judgement.terms import Group, Population
from stillwatch.judgement.verdict import Verdict, judge
from stillwatch.kernels.attribution import Index
from stillwatch.kernels.null_model import benjamini_hochberg
from stillwatch.tables import table

NOT_YET = ("pivot_model", "pivot_share", "pivot_share_low", "pivot_share_high", "pivot_hours")
MAX_TRACES = 2000  # a group's own traces that are kept, most exchanges first


def transform(frames: Mapping[str, Any], run: Run) -> DataFrame:
    """Judged groups of the week.

    Args:
        frames: The week's links, traces, exchanges, accounts, decisions.
        run: Week, settings and key.
    """
    settings = run.settings.judge
    links: DataFrame = frames["gold.account_links"]
    spark = links.sparkSession
    schema = StructType.fromJson(table("gold.campaigns").schema_json())
    linked = _polars(links.select("account_a", "account_b", "score"))
    if not linked.height:
        return spark.createDataFrame([], schema)
    community = grouping.members(linked, settings)
    groups = spark.createDataFrame(community.select("group", "account_id").to_arrow())
    own = _polars(grouping.own_traces(frames["silver.traces"], groups, settings))
    own = (
        own.sort("group", -pl.col("exchanges"), "layer", "trace")
        .group_by("group", maintain_order=True)
        .head(MAX_TRACES)
    )
    index = Index.build(*(own[name].to_list() for name in ("layer", "trace", "group")))
    exchanges = frames["silver.exchanges"]
    found = attribute(exchanges, index, profiles.NEEDED).persist(StorageLevel.MEMORY_AND_DISK)
    members = _members(found, exchanges, community, settings)
    keys = spark.createDataFrame(members.select("group", "account_id").to_arrow())
    theirs = found.join(F.broadcast(keys), on=["group", "account_id"], how="left_semi")
    profile = profiles.collect(
        theirs, keys, exchanges, frames["silver.accounts"], frames["silver.traces"]
    )
    found.unpersist()
    rows = _rows(members, own, profile, _decisions(frames["gold.decisions"]), run)
    return spark.createDataFrame(rows, schema)


def _polars(frame: DataFrame) -> pl.DataFrame:
    return pl.DataFrame(pl.from_arrow(frame.toArrow()))


def _members(
    found: DataFrame, exchanges: DataFrame, community: pl.DataFrame, settings: JudgeSettings
) -> pl.DataFrame:
    """group, account_id, attributed: who sends the group's traces, in the graph or not.

    A community without traces of its own keeps its accounts, with nothing attributed.
    """
    sent = found.groupBy("group", "account_id").agg(F.count("*").alias("attributed"))
    active = exchanges.groupBy("account_id").agg(F.count("*").alias("n"))
    senders = _polars(
        sent.join(active, on="account_id", how="inner")
        .where(F.col("attributed") >= settings.min_member_exchanges)
        .where(F.col("attributed") >= settings.min_member_share * F.col("n"))
        .select("group", "account_id", "attributed")
    )
    sizes = senders.group_by("group").len().filter(pl.col("len") >= settings.min_accounts)
    senders = senders.join(sizes.select("group"), on="group", how="semi")
    silent = community.join(sizes.select("group"), on="group", how="anti").select(
        "group", "account_id", pl.lit(0, dtype=pl.Int64).alias("attributed")
    )
    return pl.concat([senders, silent]).sort("group", "account_id")


def _decisions(decisions: DataFrame) -> dict[str, str]:
    """The last decision on each campaign."""
    frame = _polars(decisions.select("campaign_id", "decision", "at")).sort("at")
    return dict(zip(frame["campaign_id"], frame["decision"], strict=True))


def _rows(
    members: pl.DataFrame,
    own: pl.DataFrame,
    profile: profiles.Profiles,
    decisions: dict[str, str],
    run: Run,
) -> list[dict[str, Any]]:
    everyone = Population(
        accounts=profile.accounts,
        capabilities=_pairs(profile.population_capabilities, "capability", "exchanges"),
        pairs=_pairs(profile.pairs, "layer", "pairs"),
        **{k: int(profile.population[k][0] or 0) for k in _SUMS},
    )
    sums = {row["group"]: row for row in profile.groups.to_dicts()}
    groups = members["group"].unique().sort().to_list()
    judged: list[tuple[int, Group, Verdict]] = []
    for group in groups:
        made = _group(group, members, profile, sums.get(group, {}))
        judged.append((group, made, judge(made, everyone, len(groups), run.settings.judge)))
    q = benjamini_hochberg(np.array([verdict.p_value for _, _, verdict in judged]))
    rows = [
        _row(made, verdict, float(q[i]), own.filter(pl.col("group") == group), sums.get(group, {}))
        for i, (group, made, verdict) in enumerate(judged)
    ]
    return [
        {**row, "week": run.week, "decision": decisions.get(row["campaign_id"])} for row in rows
    ]


_SUMS = ("exchanges", "elicits", "grades", "output_tokens")


def _pairs(frame: pl.DataFrame, key: str, value: str) -> dict[str, Any]:
    return dict(zip(frame[key], frame[value], strict=True))


def _group(
    group: int, members: pl.DataFrame, profile: profiles.Profiles, sums: dict[str, Any]
) -> Group:
    mine = members.filter(pl.col("group") == group)
    capabilities = profile.capabilities.filter(pl.col("group") == group)
    return Group(
        members=mine.join(profile.accounts, on="account_id", how="inner").sort("account_id"),
        span_exchanges=int(sums.get("span_exchanges") or 0),
        repeated=int(sums.get("repeated") or 0),
        capabilities=_pairs(capabilities, "capability", "exchanges"),
        instruments=profile.instruments.filter(pl.col("group") == group),
        **{k: int(sums.get(k) or 0) for k in _SUMS},
    )


def campaign_id(group: Group, own: pl.DataFrame) -> str:
    """An id from what the group sends most: the same next week if that continues."""
    if own.height:
        top = own.sort(-pl.col("exchanges"), "layer", "trace").row(0, named=True)
        text = f"{top['layer']}:{top['trace']}"
    else:
        text = "accounts:" + ",".join(group.members["account_id"])
    return "c-" + hashlib.sha256(text.encode()).hexdigest()[:12]


def _row(
    group: Group, verdict: Verdict, q: float, own: pl.DataFrame, sums: dict[str, Any]
) -> dict[str, Any]:
    shares = sorted(group.capabilities.items(), key=lambda item: (-item[1], item[0]))
    return {
        "campaign_id": campaign_id(group, own),
        "verdict": verdict.verdict,
        "q_value": q,
        "p_value": verdict.p_value,
        "accounts": group.members.height,
        "exchanges": group.exchanges,
        "first_ts": sums.get("first_ts"),
        "last_ts": sums.get("last_ts"),
        "capabilities": [
            {"name": name, "share": count / group.exchanges, "low": None, "high": None}
            for name, count in shares
        ],
        **dict.fromkeys(NOT_YET),
        "actor": None,
        "actor_confidence": None,
        "status": "new",
        "merged_from": None,
        "split_from": None,
        "limits": list(verdict.limits),
        "explanation": verdict.explanation,
        "traces": own.select("layer", "trace", "accounts", "share").to_dicts(),
        "silent_accounts": None if group.exchanges else group.members["account_id"].to_list(),
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
