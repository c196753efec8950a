"""How fast do texts become verified pairs of near-duplicates of two accounts, against Spark's own?

    make bench-join
    python benchmarks/join.py [--sizes 20000 100000] [--limit 1800] [--texts DIR]

A pair is two texts of different accounts whose sets of three-word runs have a Jaccard similarity of
at least 0.5. Both sides read the same Parquet file in the same session and return the verified
pairs; each has first done all of it once on a few texts, so that neither pays for a start.

Ours is this project's kernels under Spark: minhash.signatures (which normalises and cuts words),
minhash.bands, pairs.meeting in each part of the bands, then the exact Jaccard similarity by
pairs.jaccard over spans.fingerprints with a window of one, which keeps every run. The plan that
strings them together is in this file. It is not what silver.traces and gold.account_links do:
those link accounts by winnowed spans, and have no pairs of texts.

The rival is pyspark.ml: RegexTokenizer, NGram, HashingTF, MinHashLSH.approxSimilarityJoin. It gets
the fewest hash tables that expect our recall less a hundredth over the exact pairs: each table more
costs it candidates and time, each less costs recall. It looks for no group of values a table, as
its tables cannot have any.

The exact pairs come from a sparse product over all runs, outside of every time. Time is wall clock;
both sizes together take about half an hour.
"""

from __future__ import annotations

import argparse
import gc
import math
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
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
from stillwatch.kernels import minhash, pairs, spans
from stillwatch.kernels.pairs import Sets

RUN, SIMILARITY = 3, 0.5
BANDS, ROWS, PLACES = 35, 3, 105  # a pair of similarity 0.5 meets with chance 0.99
PARTS = max(2, os.cpu_count() or 2)  # of texts, bands, pairs: one a core, or as fit its memory
# Arrays of 64-bit integers travel as bytes: the columns beside `part` at each shuffle.
BANDED = ("band", "row", "id", "owner")
HELD = ("id", "size", "runs")
MET = ("a", "b")
SENT = ("b", "row", "id", "size", "runs")
Found = set[tuple[int, int]]


class Outcome(NamedTuple):
    """Wall seconds of one side at one size, None where the limit cut it off; and its pairs."""

    seconds: float | None
    pairs: Found


def ours(frame: DataFrame) -> DataFrame:
    """Verified pairs by our kernels: a < b.

    Four stages with three shuffles between them. Arrays travel as blocks of bytes, a row for each
    part and batch, so that Spark moves hundreds of rows and not millions. Bands have a part by
    their value; sets of runs by their text; a pair goes to its first text's part for that one's
    set, and with it to the second's.
    """
    keyed = frame.select("id", F.xxhash64("account_id").alias("owner"), "text")
    banded = keyed.mapInArrow(_banded, _schema(BANDED))
    # Cutting the texts again costs less than to carry their sets beside every band.
    held = keyed.mapInArrow(_held, _schema(HELD)).groupBy("part")
    met = banded.groupBy("part").applyInArrow(_met, _schema(MET))
    sent = met.groupBy("part").cogroup(held).applyInArrow(_sent, _schema(SENT))
    return sent.groupBy("part").cogroup(held).applyInArrow(_verified, "a long, b long")


def _banded(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Bands by part, with the row of each; and every row's id and owner in every part."""
    _begin()
    for batch in batches:
        signed = minhash.signatures(batch.column("text"), RUN, PLACES)
        bands = minhash.bands(signed, BANDS, ROWS).ravel()
        rows = np.repeat(np.arange(batch.num_rows), BANDS)
        whole = batch.column("id").to_numpy(), batch.column("owner").to_numpy()
        yield from _table(
            [(bands[at], rows[at], *whole) for at in _split(bands)], BANDED
        ).to_batches()


def _held(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Texts by part: id, size of the set of runs, and the runs."""
    _begin()
    for batch in batches:
        ids = batch.column("id").to_numpy()
        runs = spans.fingerprints(batch.column("text"), words=RUN, window=1)
        sets = Sets(runs.offsets.to_numpy().astype(np.int64), runs.values.to_numpy())
        yield from _table([(ids[at], *_taken(sets, at)) for at in _split(ids)], HELD).to_batches()


def _met(banded: pa.Table) -> pa.Table:
    """Pairs of texts that share a band of this part, by the part of the first."""
    _begin()
    bands, rows, ids, owners = (_numbers(banded, name) for name in BANDED)
    rows = rows + _before(banded, "id", "row")
    a, b, _ = pairs.meeting(bands, rows, owners, reach=len(bands))
    first, second = np.minimum(ids[a], ids[b]), np.maximum(ids[a], ids[b])
    return _table([(first[at], second[at]) for at in _split(first)], MET)


def _sent(met: pa.Table, held: pa.Table) -> pa.Table:
    """The pairs with the sets of their first texts, by the part of the second."""
    _begin()
    a, b = pairs.distinct(_numbers(met, "a"), _numbers(met, "b"))
    ids, sets = _numbers(held, "id"), _sets(held)
    place = _places(ids, a)
    cuts = []
    for at in _split(b):
        used, row = np.unique(place[at], return_inverse=True)
        cuts.append((b[at], row.astype(np.int64), ids[used], *_taken(sets, used)))
    return _table(cuts, SENT)


def _verified(sent: pa.Table, held: pa.Table) -> pa.Table:
    """Pairs of which the sets are similar."""
    _begin()
    b, a = _numbers(sent, "b"), _numbers(sent, "id")
    row = _numbers(sent, "row") + _before(sent, "id", "row")
    similar = pairs.jaccard(_sets(sent), row, _sets(held), _places(_numbers(held, "id"), b))
    kept = similar >= SIMILARITY
    return pa.table({"a": a[row[kept]], "b": b[kept]})


def _begin() -> None:
    """As stillwatch.io.batches does at the start of a task, and for the same reason."""
    gc.freeze()


def _schema(names: Sequence[str]) -> str:
    return ", ".join(["part int", *(f"{name} binary" for name in names)])


def _split(values: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Places of the values of each part."""
    part = (values.view(np.uint64) % np.uint64(PARTS)).astype(np.int16)
    return np.split(np.argsort(part, kind="stable"), np.cumsum(np.bincount(part, minlength=PARTS)))


def _taken(sets: Sets, chosen: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sizes and values of some of the sets, one after the other."""
    sizes = sets.starts[chosen + 1] - sets.starts[chosen]
    shift = np.repeat(sets.starts[chosen] - np.cumsum(sizes) + sizes, sizes)
    return sizes, sets.values[shift + np.arange(len(shift))]


def _table(cuts: list[tuple[NDArray[np.int64], ...]], names: Sequence[str]) -> pa.Table:
    """One row a part that has anything in its first column: the part's number, arrays as bytes."""
    full = [part for part, cut in enumerate(cuts) if len(cut[0])]
    columns = [pa.array(full, pa.int32())]
    columns += [
        pa.array([cuts[part][at].tobytes() for part in full], pa.binary())
        for at in range(len(names))
    ]
    return pa.table(columns, names=["part", *names])


def _numbers(table: pa.Table, name: str) -> NDArray[np.int64]:
    """The arrays of all rows of a column, one after the other."""
    return np.frombuffer(b"".join(table.column(name).to_pylist()), np.int64)


def _before(table: pa.Table, counted: str, each: str) -> NDArray[np.int64]:
    """For every number of column `each`, how many there are of `counted` in earlier rows."""
    sizes, repeats = (
        np.array([len(cell) // 8 for cell in table.column(name).to_pylist()], np.int64)
        for name in (counted, each)
    )
    return np.repeat(np.cumsum(sizes) - sizes, repeats)


def _sets(table: pa.Table) -> Sets:
    return Sets(np.append(0, np.cumsum(_numbers(table, "size"))), _numbers(table, "runs"))


def _places(ids: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each wanted id stands among the ids."""
    order = np.argsort(ids, kind="stable")
    return order[np.searchsorted(ids, wanted, sorter=order)]


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


def timed(spark: SparkSession, work: Callable[[], DataFrame], limit: float) -> Outcome:
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
        rows = work().toArrow()
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
    parser.add_argument("--sizes", type=int, nargs="+", default=[20_000, 100_000])
    parser.add_argument("--limit", type=float, default=1800.0, help="seconds for a side at a size")
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
