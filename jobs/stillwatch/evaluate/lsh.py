"""Which accounts sent nearly the same text, by the MinHashLSH that Spark itself brings?

The rival as a user would first try it: word trigrams, a few hash tables, pairs above a Jaccard
similarity, connected components. Two concessions keep it feasible, since its join is quadratic in
a template's texts: a text counts once, and an account has at most MAX_TEXTS.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
from pyspark.ml.feature import HashingTF, MinHashLSH, NGram, RegexTokenizer
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stillwatch.errors import UsageError
from stillwatch.io.lake import Lake

TABLES, WORDS = 5, 3
BUCKETS = 1 << 18  # HashingTF's own default
MAX_DISTANCE = 0.2  # Jaccard similarity of at least 0.8
MIN_TOKENS = 10  # below that everyone sends the same text; MinHashLSH refuses one without trigrams
MAX_TEXTS = 20


def texts(spark: SparkSession, lake: Lake, week: date) -> pl.DataFrame:
    """account_id and the component of similar texts that it sent, as value."""
    return components(said(spark, lake, week).select("account_id", "text"))


def said(spark: SparkSession, lake: Lake, week: date) -> DataFrame:
    """exchange_id, account_id, ts and the text of what the user said in each exchange of a week.

    Args:
        spark: A session with Delta.
        lake: The lake; the bronze rows of the week must still be kept.
        week: Monday of the week.

    Raises:
        UsageError: The week has not been published.
    """
    publication = lake.publication(week)
    if publication is None:
        raise UsageError(f"week {week} has not been published in {lake.root}")
    version = publication["tables"]["bronze.exchanges"]["version"]
    rows = (
        spark.read.format("delta")
        .option("versionAsOf", version)
        .load(str(lake.path("bronze.exchanges")))
        .where(F.col("event_date").between(F.lit(week), F.date_add(F.lit(week), 6)))
    )
    words = F.expr(
        "array_join(flatten(transform(filter(messages, m -> m.role = 'user'), "
        "m -> transform(m.content, b -> coalesce(b.text, '')))), ' ')"
    )
    return rows.select("exchange_id", "account_id", "ts", words.alias("text"))


def components(sent: DataFrame) -> pl.DataFrame:
    """Accounts by connected component of similar texts.

    Args:
        sent: account_id, text; one row an exchange.

    Returns:
        account_id, value (the component), each pair once.
    """
    kept = _bounded(sent).persist()
    once = kept.select("id", "text").dropDuplicates(["id"])
    distinct = vectors(once, separator=r"\W+", words=WORDS, fewest=MIN_TOKENS).persist()
    model = MinHashLSH(inputCol="features", outputCol="hashes", numHashTables=TABLES, seed=7)
    near = model.fit(distinct).approxSimilarityJoin(distinct, distinct, MAX_DISTANCE)
    left, right = F.col("datasetA.id").alias("a"), F.col("datasetB.id").alias("b")
    pairs = pl.DataFrame(near.select(left, right).where("a < b").toArrow())
    owners = kept.join(distinct.select("id"), "id").select("account_id", "id")
    found = _merged(pl.DataFrame(owners.toArrow()), pairs)
    kept.unpersist()
    distinct.unpersist()
    return found


def _bounded(sent: DataFrame) -> DataFrame:
    """account_id, id, text: at most MAX_TEXTS distinct texts an account, the smallest ids."""
    order = Window.partitionBy("account_id").orderBy("id")
    once = sent.withColumn("id", F.xxhash64("text")).dropDuplicates(["account_id", "id"])
    return once.withColumn("place", F.row_number().over(order)).where(F.col("place") <= MAX_TEXTS)


def vectors(rows: DataFrame, *, separator: str, words: int, fewest: int) -> DataFrame:
    """The rows with `features`, the set of runs of words as MLlib hashes it; `text` is dropped.

    Args:
        rows: text and any other columns.
        separator: Pattern between words.
        words: Words of a run.
        fewest: Texts of fewer words are left out.
    """
    cut = RegexTokenizer(inputCol="text", outputCol="words", pattern=separator).transform(rows)
    enough = cut.where(F.size("words") >= fewest)
    grams = NGram(n=words, inputCol="words", outputCol="grams").transform(enough)
    hashed = HashingTF(
        inputCol="grams", outputCol="features", numFeatures=BUCKETS, binary=True
    ).transform(grams)
    return hashed.drop("text", "words", "grams")


def _merged(owners: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    ids = owners.select("id").unique().sort("id").with_row_index("node")
    ends = pairs.join(ids.rename({"id": "a", "node": "left"}), on="a").join(
        ids.rename({"id": "b", "node": "right"}), on="b"
    )
    left, right = ends["left"].to_numpy(), ends["right"].to_numpy()
    graph = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(ids.height, ids.height))
    _, label = connected_components(graph, directed=False)
    named = ids.with_columns(value=pl.Series(label, dtype=pl.Int64))
    return owners.join(named, on="id").select("account_id", "value").unique()
