"""Which accounts does coordination-network-toolkit link, a tool made for social media?

The rival as a user would run it: its own command, its network of similar messages within a minute,
words compared by Jaccard. It compares all messages of a minute with each other in SQLite and calls
Python for each pair, so its cost grows with the square of the traffic; past MOST_PAIRS it is left
out. It is not among the package's dependencies, only among those of development.
"""

from __future__ import annotations

import csv
import sqlite3
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

PACKAGE = "coordination_network_toolkit"
WINDOW = 60  # seconds, as its documentation has it
SIMILARITY = 0.8  # its command's own default
MIN_TOKENS = 10  # as for MinHashLSH: below that everyone sends the same text
MOST_PAIRS = 25_000_000  # some ten minutes on two cores
NAME = f"coordination-network-toolkit, similar within {WINDOW} s"
COLUMNS = ("message_id", "user_id", "username", "repost_id", "reply_id", "message", "timestamp",
           "urls")  # fmt: skip


def edges(sent: DataFrame) -> pl.DataFrame | str:
    """Pairs of accounts that sent similar messages within a minute of each other.

    Args:
        sent: exchange_id, account_id, ts, text.

    Returns:
        left, right, weight (messages), each pair once; or, in words, why there are none.
    """
    if find_spec(PACKAGE) is None:
        return "left out: not installed"
    rows = pl.DataFrame(
        sent.select(
            "exchange_id", "account_id", F.col("ts").cast("double").alias("at"), "text"
        ).toArrow()
    )
    pairs = pairs_within(rows["at"])
    if pairs > MOST_PAIRS:
        return (
            f"left out: {pairs:,} pairs of messages within {WINDOW} s, of which it can compare "
            f"some {MOST_PAIRS:,}"
        )
    with tempfile.TemporaryDirectory() as scratch:
        return _network(rows, Path(scratch))


def pairs_within(at: pl.Series) -> int:
    """Ordered pairs of messages within the window, each with itself included."""
    times = at.sort()
    first = times.search_sorted(times - WINDOW, side="left")
    last = times.search_sorted(times + WINDOW, side="right")
    return int((last.cast(pl.Int64) - first.cast(pl.Int64)).sum())


def _network(rows: pl.DataFrame, scratch: Path) -> pl.DataFrame:
    messages, database = scratch / "messages.csv", scratch / "messages.db"
    with messages.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for exchange, account, at, text in rows.iter_rows():
            writer.writerow((exchange, account, account, "", "", text, at, ""))
    _run(database, "preprocess", str(messages))
    _run(
        database, "compute", "co_similar_tweet", "--time_window", str(WINDOW),
        "--similarity_threshold", str(SIMILARITY), "--min_edge_weight", "1",
        "--min_document_size_similarity", str(MIN_TOKENS),
    )  # fmt: skip
    with sqlite3.connect(database) as connection:
        found = connection.execute(
            "select user_1, user_2, weight from co_similar_tweet_network where user_1 < user_2"
        ).fetchall()
    connection.close()
    schema = {"left": pl.String, "right": pl.String, "weight": pl.Int64}
    return pl.DataFrame(found, schema=schema, orient="row")


def _run(database: Path, *arguments: str) -> None:
    # It imports its own main twice, of which Python warns.
    quiet = ("-W", "ignore::RuntimeWarning:runpy")
    command = [sys.executable, *quiet, "-m", PACKAGE, str(database), *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
