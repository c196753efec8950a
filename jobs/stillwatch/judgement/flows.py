"""Which groups are the two ends of one operation: some collect answers, others send them back?

Answers and signatures that go from most accounts of one group to most accounts of another, in
whatever direction, are one operation's. Either end stands or falls by its own evidence besides: an
account from which something was taken is a victim where its takers are no group of its own kind.
"""

from __future__ import annotations

import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from stillwatch.judgement.grouping import TRACES, polars

DIRECTED = ("signature_replay", "response_reuse")
# Of each group's accounts, those that give to the other, or take from it.
MIN_REACHED = 0.5


def moved(traces: DataFrame, members: DataFrame) -> pl.DataFrame:
    """What members took from one another: taker and issuer, each pair once.

    Args:
        traces: silver.traces.
        members: account_id, each once.
    """
    ends = traces.where(F.col("layer").isin(*DIRECTED)).join(
        F.broadcast(members), on="account_id", how="left_semi"
    )
    taken = ends.where("role = 'redeemed'").select(
        "layer", "trace", F.col("account_id").alias("taker")
    )
    given = ends.where("role = 'issued'").select(
        "layer", "trace", F.col("account_id").alias("issuer")
    )
    pairs = taken.join(given, on=["layer", "trace"], how="inner").select("taker", "issuer")
    return polars(pairs.distinct()).sort("taker", "issuer")


def signatures(exchanges: DataFrame, members: DataFrame) -> pl.DataFrame:
    """Signatures that one member of a group got and another sent: traces of both exchanges.

    Args:
        exchanges: silver.exchanges.
        members: group, account_id.

    Returns:
        group, layer, trace (the signature's hash), accounts, exchanges.
    """
    theirs = exchanges.join(F.broadcast(members), on="account_id", how="inner")
    got = theirs.select(
        "group", F.col("account_id").alias("issuer"), F.explode("signatures_issued").alias("trace")
    )
    sent = theirs.select(
        "group", F.col("account_id").alias("taker"), F.explode("signatures_sent").alias("trace")
    )
    crossed = (
        sent.join(got.distinct(), on=["group", "trace"], how="inner")
        .where("taker != issuer")
        .groupBy("group", F.lit("signature").alias("layer"), "trace")
        .agg(
            (F.count_distinct("taker") + F.count_distinct("issuer")).alias("accounts"),
            (F.count("*") + F.count_distinct("issuer")).alias("exchanges"),
        )
    )
    return polars(crossed).select(list(TRACES)).sort("group", "layer", "trace")


def joined(members: pl.DataFrame, pairs: pl.DataFrame) -> dict[int, int]:
    """The group that each group that is not alone goes into, always one with a lower number.

    Args:
        members: group, account_id.
        pairs: taker, issuer.
    """
    if not pairs.height:
        return {}
    between = (
        pairs.join(members.rename({"group": "to"}), left_on="taker", right_on="account_id")
        .join(members.rename({"group": "from"}), left_on="issuer", right_on="account_id")
        .filter(pl.col("to") != pl.col("from"))
    )
    sizes = dict(members.group_by("group").len().iter_rows())
    reached = between.group_by("to", "from").agg(
        takers=pl.col("taker").n_unique(), issuers=pl.col("issuer").n_unique()
    )
    into: dict[int, int] = {}

    def root(group: int) -> int:
        while group in into:
            group = into[group]
        return group

    for to, came, takers, issuers in reached.sort("to", "from").iter_rows():
        ends = sorted((takers / sizes[to], issuers / sizes[came]))
        if ends[0] >= MIN_REACHED:
            low, high = sorted((root(to), root(came)))
            if low != high:
                into[high] = low
    return {group: root(group) for group in into}
