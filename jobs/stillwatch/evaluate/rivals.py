"""How far do simple rules and other tools get on the same traffic, measured by the same figures?

Each rule accuses whole groups of at least MIN_ACCOUNTS accounts and attributes all they sent, since
it knows no finer way. Where a rule has a threshold it is given the best one in hindsight, chosen
with the truth: a favour that Stillwatch does not get.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from pyspark.sql import SparkSession
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stillwatch.errors import UsageError
from stillwatch.evaluate import lsh, toolkit
from stillwatch.evaluate.frames import Published, Truth, load_published, load_truth
from stillwatch.evaluate.run import figures
from stillwatch.io import session
from stillwatch.io.lake import Lake

MIN_ACCOUNTS = 3


def compare(
    lake: Lake, truth: Path, week: date, seed: int = 0, running: SparkSession | None = None
) -> list[dict[str, Any]]:
    """Stillwatch and each rule in one row of the same figures.

    Args:
        lake: The lake.
        truth: Folder of the truth.
        week: Monday of the week.
        seed: Seed of the bootstraps.
        running: A session with Delta; by default one is started, and stopped at the end.

    Raises:
        UsageError: The week has not been published, or the truth says nothing of it.
    """
    if lake.publication(week) is None:
        raise UsageError(f"week {week} has not been published in {lake.root}")
    published, true = load_published(lake, week), load_truth(lake, truth, week)
    sent = lake.scan("silver.exchanges", week)
    rules = {
        "shared payment alone": by_value(
            lake.scan("silver.accounts", week)
            .select("account_id", value="payment_hash")
            .join(published.activity.lazy().select("account_id"), on="account_id", how="semi")
            .collect()
        ),
        "shared address alone": by_value(
            sent.select("account_id", value="address_hash").unique().collect(engine="streaming")
        ),
    }
    busiest = (
        sent.group_by("account_id", "event_date")
        .agg(requests=pl.len())
        .group_by("account_id")
        .agg(pl.col("requests").max())
        .collect(engine="streaming")
    )
    limit, busy = by_volume(busiest, true)
    rules[f"more than {limit:,} requests a day"] = busy
    spark = running or session.build(app="stillwatch evaluate")
    try:
        rules["MinHashLSH pairs and components"] = by_value(lsh.texts(spark, lake, week))
        edges = toolkit.edges(lsh.said(spark, lake, week))
    finally:
        if running is None:
            spark.stop()
    rows = [_row("Stillwatch", figures(published, true, seed))]
    if isinstance(edges, pl.DataFrame):
        weight, groups = by_weight(edges, true)
        rules[f"{toolkit.NAME}, {weight:,} messages or more"] = groups
    pairs = sent.select("account_id", "exchange_id")
    for name, groups in rules.items():
        rows.append(_row(name, figures(as_published(groups, published, pairs), true, seed)))
    if isinstance(edges, str):
        rows.append({"rule": toolkit.NAME, "note": edges})
    return rows


def by_value(pairs: pl.DataFrame) -> pl.DataFrame:
    """Groups of accounts connected through values that they share.

    Args:
        pairs: account_id, value; rows without a value are left out.

    Returns:
        campaign_id, account_id: each account in one group, groups of MIN_ACCOUNTS or more.
    """
    edges = pairs.drop_nulls().unique().sort("account_id", "value")
    if edges.is_empty():
        return _groups(edges["account_id"].to_list(), np.array([], np.int32))
    accounts = edges["account_id"].rank("dense").to_numpy().astype(np.int64) - 1
    values = edges["value"].rank("dense").to_numpy().astype(np.int64) - 1
    size = int(accounts.max()) + 1
    nodes = size + int(values.max()) + 1
    ones = np.ones(len(edges), np.int8)
    graph = coo_array((ones, (accounts, size + values)), shape=(nodes, nodes))
    _, label = connected_components(graph, directed=False)
    return _groups(edges["account_id"].unique().sort().to_list(), label[:size])


def by_volume(busiest: pl.DataFrame, truth: Truth) -> tuple[int, pl.DataFrame]:
    """One group of all accounts above the daily limit with the best F1, found with the truth.

    Args:
        busiest: account_id, requests (on its busiest day).
        truth: What was true.

    Returns:
        The limit, and campaign_id, account_id of the group.
    """
    guilty = truth.guilty().with_columns(guilty=pl.lit(1))
    ranked = (
        busiest.join(guilty, on="account_id", how="left")
        .group_by("requests")
        .agg(accounts=pl.len(), right=pl.col("guilty").sum())
        .sort("requests", descending=True)
        .with_columns(pl.col("accounts", "right").cum_sum())
    )
    if ranked.is_empty():
        return 0, _groups([], np.array([], np.int32))
    f1 = 2 * ranked["right"] / (ranked["accounts"] + guilty.height)
    limit = int(ranked["requests"][int(f1.arg_max() or 0)]) - 1
    above = busiest.filter(pl.col("requests") > limit)["account_id"].sort().to_list()
    return limit, _groups(above, np.zeros(len(above), np.int32))


def by_weight(edges: pl.DataFrame, truth: Truth) -> tuple[int, pl.DataFrame]:
    """Components of a network at the edge weight with the best F1, found with the truth.

    Args:
        edges: left, right (accounts), weight.
        truth: What was true.

    Returns:
        The least weight, and campaign_id, account_id of the groups.
    """
    guilty = truth.guilty()
    best: tuple[float, int, pl.DataFrame] = (-1.0, 1, _groups([], np.array([], np.int32)))
    for weight in edges["weight"].unique().sort():
        kept = edges.filter(pl.col("weight") >= weight).with_row_index("value")
        ends = [kept.select("value", account_id=end) for end in ("left", "right")]
        groups = by_value(pl.concat(ends).select("account_id", "value"))
        named = groups["account_id"].n_unique()
        right = groups.join(guilty, on="account_id", how="semi")["account_id"].n_unique()
        f1 = 2 * right / max(1, named + guilty.height)
        if f1 > best[0]:
            best = (f1, int(weight), groups)
    return best[1], best[2]


def as_published(groups: pl.DataFrame, like: Published, sent: pl.LazyFrame) -> Published:
    """The groups as if they had been published as confirmed.

    Args:
        groups: campaign_id, account_id.
        like: The week as Stillwatch published it, for its columns and its accounts' activity.
        sent: account_id, exchange_id of the week.
    """
    names = groups.select("campaign_id").unique().sort("campaign_id")
    verdicts = names.with_columns(verdict=pl.lit("confirmed"))
    claimed = sent.join(groups.lazy(), on="account_id").select("campaign_id", "exchange_id")
    return Published(
        campaigns=pl.concat([like.campaigns.clear(), verdicts], how="diagonal"),
        members=groups,
        attributed=claimed.collect(engine="streaming"),
        activity=like.activity,
    )


def _groups(accounts: list[str], labels: np.ndarray[Any, np.dtype[np.int32]]) -> pl.DataFrame:
    schema = {"account_id": pl.String, "group": pl.Int32}
    rows = pl.DataFrame({"account_id": accounts, "group": labels}, schema=schema)
    kept = rows.filter(pl.len().over("group") >= MIN_ACCOUNTS)
    return kept.select(pl.format("group-{}", "group").alias("campaign_id"), "account_id")


def _row(rule: str, result: dict[str, Any]) -> dict[str, Any]:
    exact, found = result["accounts"], result["exchanges"]
    return {
        "rule": rule,
        "groups": result["published"]["accusing"],
        "accused": exact["accused"],
        "precision": exact["precision"]["value"],
        "recall": exact["recall"]["value"],
        "recall_by_campaign": exact["recall_by_campaign"]["value"],
        "false_per_100k": result["false_accusations"]["per_100k"],
        "false_per_100k_upper_95": result["false_accusations"]["per_100k_upper_95"],
        "controls": result["controls"]["groups"],
        "controls_accused": result["controls"]["accused"],
        "exchange_precision": found["precision"]["value"],
        "exchange_recall": found["recall"]["value"],
    }
