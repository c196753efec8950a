"""How fast do texts become verified pairs of near-duplicates of two accounts, against Spark's own?

    make bench-join
    python benchmarks/join.py [--sizes 20000 80000] [--limit 600] [--texts DIR]

A pair is two texts of different accounts whose sets of three-word runs have a Jaccard similarity of
at least 0.5. Both sides read the same Parquet file in the same session and return the verified
pairs; each has first done all of it once on a few texts, so that neither pays for a start.

Ours is this project's kernels under Spark's joins: minhash.signatures (which normalises and cuts
words) and minhash.bands in mapInArrow, a join on the bands, then the exact Jaccard similarity from
spans.fingerprints with a window of one, which keeps every run. The plan that strings them together
is in this file. It is not what silver.traces and gold.account_links do: those link accounts by
winnowed spans, and have no pairs of texts.
The rival is pyspark.ml: RegexTokenizer, NGram, HashingTF, MinHashLSH.approxSimilarityJoin. It gets
the fewest hash tables that expect our recall less a hundredth over the exact pairs.

The exact pairs come from a sparse product over all runs, outside of every time. Time is wall clock.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from copies import copied_texts
from labelled_texts import TEXTS
from numpy.typing import NDArray
from py4j.protocol import Py4JJavaError
from pyspark.ml.feature import MinHashLSH
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from scipy.sparse import csr_array
from stillwatch.evaluate.lsh import vectors
from stillwatch.io import session
from stillwatch.kernels import minhash, spans

RUN, SIMILARITY = 3, 0.5
BANDS, ROWS, PLACES = 42, 3, 128  # a pair of similarity 0.5 meets with chance 0.996
SKETCHED = "id long, account_id string, band array<long>, runs array<long>"
Found = set[tuple[int, int]]


class Outcome(NamedTuple):
    """Wall seconds of one side at one size, None where the limit cut it off; and its pairs."""

    seconds: float | None
    pairs: Found


def ours(frame: DataFrame) -> DataFrame:
    """Verified pairs by our kernels: a < b."""
    sketched = frame.mapInArrow(_sketch, SKETCHED).persist()
    banded = sketched.select("id", "account_id", F.explode("band").alias("band"))
    other = banded.select(F.col("id").alias("b"), F.col("account_id").alias("owner"), "band")
    near = banded.join(other, "band").where("id < b and account_id != owner")
    candidates = near.select(F.col("id").alias("a"), "b").distinct()
    left = sketched.select(F.col("id").alias("a"), F.col("runs").alias("one"))
    right = sketched.select(F.col("id").alias("b"), F.col("runs").alias("two"))
    both = candidates.join(left, "a").join(right, "b")
    return both.mapInArrow(_verified, "a long, b long")


def _sketch(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        texts = batch.column("text")
        bands = minhash.bands(minhash.signatures(texts, RUN, PLACES), BANDS, ROWS)
        offsets = pa.array(np.arange(0, bands.size + 1, BANDS, dtype=np.int32))
        yield pa.RecordBatch.from_arrays(
            [
                batch.column("id"),
                batch.column("account_id"),
                pa.ListArray.from_arrays(offsets, pa.array(bands.ravel())),
                spans.fingerprints(texts, words=RUN, window=1),
            ],
            names=["id", "account_id", "band", "runs"],
        )


def _verified(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        one, two = batch.column("one"), batch.column("two")
        kept = [
            row
            for row in range(batch.num_rows)
            if _similarity(one[row].values.to_numpy(), two[row].values.to_numpy()) >= SIMILARITY
        ]
        yield batch.select(["a", "b"]).take(pa.array(kept, pa.int64()))


def _similarity(one: NDArray[np.int64], two: NDArray[np.int64]) -> float:
    both = len(np.intersect1d(one, two, assume_unique=True))
    return both / max(len(one) + len(two) - both, 1)


def rival(frame: DataFrame, tables: int) -> DataFrame:
    """Pairs by MLlib at `tables` hash tables: a < b; it verifies by its own distance."""
    ready = vectors(frame, separator=r"[\W_]+", words=RUN, fewest=RUN).persist()
    model = MinHashLSH(inputCol="features", outputCol="hashes", numHashTables=tables, seed=7)
    near = model.fit(ready).approxSimilarityJoin(ready, ready, 1 - SIMILARITY + 1e-9)
    a, b = F.col("datasetA.id").alias("a"), F.col("datasetB.id").alias("b")
    crossing = near.where("datasetA.id < datasetB.id").where(
        "datasetA.account_id != datasetB.account_id"
    )
    return crossing.select(a, b)


def exact(texts: list[str], owners: list[str]) -> dict[tuple[int, int], float]:
    """Every pair at or above the similarity, by a product of sets over all texts, in slices."""
    runs = spans.fingerprints(pa.array(texts), words=RUN, window=1)
    _, column = np.unique(runs.values.to_numpy(), return_inverse=True)
    starts = runs.offsets.to_numpy()
    held = csr_array((np.ones(len(column), np.int32), column, starts))
    size, owner = np.diff(starts), np.unique(owners, return_inverse=True)[1]
    across = held.T.tocsr()
    found: dict[tuple[int, int], float] = {}
    for begin in range(0, len(texts), 2000):
        common = (held[begin : begin + 2000] @ across).tocoo()
        a, b = common.row + begin, common.col
        share = common.data / (size[a] + size[b] - common.data)
        kept = (a < b) & (share >= SIMILARITY) & (owner[a] != owner[b])
        found |= {
            (int(i), int(j)): float(s)
            for i, j, s in zip(a[kept], b[kept], share[kept], strict=True)
        }
    return found


def tables_for(similarities: list[float], recall: float) -> int:
    """Fewest hash tables of one value each that expect to find this share of the pairs."""
    similar = np.array(similarities)
    for tables in range(1, 65):
        if float((1 - (1 - similar) ** tables).mean()) >= recall:
            return tables
    return 64


def timed(spark: SparkSession, pairs: Callable[[], DataFrame], limit: float) -> Outcome:
    """Run one side to its pairs in the driver, cut off after `limit` seconds."""
    spark.catalog.clearCache()
    spark.sparkContext.setJobGroup("timed", "timed", interruptOnCancel=True)
    over, done = threading.Event(), threading.Event()

    def stop() -> None:
        if done.wait(limit):
            return
        over.set()
        # Again and again: a job that is only now being submitted is none of the group's yet.
        while not done.wait(0.2):
            spark.sparkContext.cancelJobGroup("timed")

    timer = threading.Thread(target=stop)
    begin = time.monotonic()
    timer.start()
    try:
        rows = pairs().toArrow()
    except Py4JJavaError:
        if not over.is_set():
            raise
        return Outcome(None, set())
    finally:
        done.set()
        timer.join()
    seconds = time.monotonic() - begin
    return Outcome(seconds, set(zip(*(rows.column(n).to_pylist() for n in "ab"), strict=True)))


def told(side: str, outcome: Outcome, truth: Found, limit: float) -> None:
    """Print a side's line: seconds, pairs, recall, precision."""
    if outcome.seconds is None:
        print(f"  {side:22} cut off after {limit:.0f} s")
        return
    hits = len(outcome.pairs & truth)
    recall, precision = hits / max(len(truth), 1), hits / max(len(outcome.pairs), 1)
    print(
        f"  {side:22} {outcome.seconds:8.2f} s {len(outcome.pairs):9,} pairs"
        f"  recall {recall:.4f}  precision {precision:.4f}",
        flush=True,
    )


def compare(
    spark: SparkSession, folder: Path, size: int, source: Path, limit: float, silent: bool = False
) -> tuple[Outcome, Outcome]:
    """Time both sides at one size."""
    texts, owners = copied_texts(size, source)
    file = str(folder / f"{size}.parquet")
    columns = {"id": np.arange(size), "account_id": owners, "text": texts}
    # Several row groups, so that both sides read on all cores.
    pq.write_table(pa.table(columns), file, row_group_size=max(1000, size // 16))
    similar = exact(texts, owners)
    frame = spark.read.parquet(file).repartition(spark.sparkContext.defaultParallelism * 2)
    mine = timed(spark, lambda: ours(frame), limit)
    recall = len(mine.pairs & similar.keys()) / max(len(similar), 1)
    tables = tables_for(list(similar.values()), recall - 0.01)
    other = timed(spark, lambda: rival(frame, tables), limit)
    if not silent:
        print(f"{size:,} texts, {len(similar):,} exact pairs across accounts")
        told("stillwatch", mine, set(similar), limit)
        told(f"MLlib, {tables} tables", other, set(similar), limit)
    return mine, other


def slope(sizes: list[int], seconds: list[float | None]) -> str:
    """Exponent of growth between the first and the last size."""
    first, last = seconds[0], seconds[-1]
    if len(sizes) < 2 or first is None or last is None:
        return "unknown"
    return f"{math.log(last / first) / math.log(sizes[-1] / sizes[0]):.2f}"


def main() -> None:
    """Print both sides at each size, the slopes, and the ratio last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[20_000, 80_000])
    parser.add_argument("--limit", type=float, default=600.0, help="seconds for a side at a size")
    parser.add_argument("--texts", type=Path, default=TEXTS, metavar="DIR")
    given = parser.parse_args()
    sizes = sorted(given.sizes)
    spark = session.build(app="bench-join")
    with tempfile.TemporaryDirectory() as scratch:
        compare(spark, Path(scratch), 2000, given.texts, given.limit, silent=True)
        outcomes = [compare(spark, Path(scratch), n, given.texts, given.limit) for n in sizes]
    spark.stop()
    mine, other = zip(*outcomes, strict=True)
    print(f"growth with size^x: stillwatch {slope(sizes, [o.seconds for o in mine])}, ", end="")
    print(f"MLlib {slope(sizes, [o.seconds for o in other])}")
    both = [(n, o.seconds, m.seconds) for n, m, o in zip(sizes, mine, other, strict=True)]
    finished = [(n, o / m) for n, o, m in both if o is not None and m is not None]
    if not finished:
        print("MLlib finished no size within the limit: no ratio")
        return
    print(f"faster than MLlib at {finished[-1][0]:,} texts: {finished[-1][1]:.1f} x")


if __name__ == "__main__":
    main()
