"""Which landing files belong to a week, and how do their lines reach a transform?

A file is read whole by one task. The transform passes a pure function from lines to record
batches; what it leaves out is counted per file, as lines read less rows made, so that no line can
go missing unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
from pyspark import AccumulatorParam
from pyspark.sql import SparkSession

from stillwatch.errors import UsageError
from stillwatch.io.batches import Batches
from stillwatch.io.landing_file import PARTITION_BYTES, SUFFIXES, LandingFile, buckets, described
from stillwatch.io.lines import read
from stillwatch.sources.rejection import Line

T = TypeVar("T")


Lines = Iterable[tuple[int, Line]]
Decode = Callable[[LandingFile, Lines], Iterator[pa.RecordBatch]]
Tally = Mapping[str, Iterable[int]]


class _PerFile(AccumulatorParam[dict[str, tuple[int, int]]]):
    """Counts keyed by file: a task that is run again replaces its own counts."""

    def zero(self, value: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
        return {}

    def addInPlace(
        self, value1: dict[str, tuple[int, int]], value2: dict[str, tuple[int, int]]
    ) -> dict[str, tuple[int, int]]:
        value1.update(value2)
        return value1


@dataclass
class Landing:
    """The exchange files of a week.

    Attributes:
        root: The landing folder.
        week: Monday of the week.
        files: Its files, sorted by name.
        missing_days: Days of the week without a folder.
        ignored: Files in the folders whose name is not that of a log.
        rejected_files: Files known to hold lines that do not parse; see `rejected`.
    """

    root: Path
    week: date
    files: tuple[LandingFile, ...]
    missing_days: tuple[date, ...] = ()
    ignored: tuple[str, ...] = ()
    rejected_files: tuple[LandingFile, ...] = ()
    _spark: SparkSession | None = field(default=None, repr=False)
    _tally: Any = field(default=None, repr=False)

    def bind(self, spark: SparkSession) -> Landing:
        """The same files, to be read by that session, with counts of their own."""
        tally = spark.sparkContext.accumulator({}, _PerFile())
        return replace(self, _spark=spark, _tally=tally)

    @property
    def tally(self) -> dict[str, tuple[int, int]]:
        """Lines and rejected lines by source_file, once an action has read them."""
        return dict(sorted(self._tally.value.items())) if self._tally is not None else {}

    def rejected(self, tally: Tally) -> Landing:
        """The same files, knowing which ones hold rejected lines: all of them for no tally."""
        counts = {name: tuple(entry)[1] for name, entry in tally.items()}
        chosen = [f for f in self.files if not counts or counts.get(f.source_file, 0)]
        return replace(self, rejected_files=tuple(chosen))

    def map_lines(self, decode: Decode, schema: dict[str, Any], max_line_bytes: int) -> Batches:
        """The files' lines as rows, to be written by the tasks that read them.

        Args:
            decode: From a file and its lines to record batches of the schema, at most one row a
                line; it must be importable where Spark runs.
            schema: The rows' schema in Spark's JSON form.
            max_line_bytes: Longer lines arrive as `Unread`.
        """
        assert self._spark is not None, "bind a session first"
        least = self._spark.sparkContext.defaultParallelism
        spread = buckets(self.files, least)
        make = partial(_read_bucket, spread, decode, max_line_bytes, self._tally)
        return Batches.numbered(self._spark, len(spread), make, schema)

    def map_rejected(
        self,
        function: Callable[[LandingFile, Lines], T],
        max_line_bytes: int,
        alone: int = PARTITION_BYTES,
    ) -> list[T]:
        """Applies a function to each rejected file and its lines, in order of the files.

        Args:
            function: Importable, since several processes share the work.
            max_line_bytes: Longer lines arrive as `Unread`.
            alone: Up to so many bytes of files, starting processes would take longer.
        """
        work = partial(_apply, function, max_line_bytes)
        if sum(file.bytes for file in self.rejected_files) <= alone:
            return [work(file) for file in self.rejected_files]
        # Forking a process that runs threads (a JVM's gateway, Polars) may deadlock.
        with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
            return list(pool.map(work, self.rejected_files))


@dataclass(frozen=True)
class LandingRows:
    """A feed of small rows: accounts, models, indicators or decisions.

    Attributes:
        name: The feed.
        files: What was found of it; nothing, where the feed is missing.
    """

    name: str
    files: tuple[LandingFile, ...]

    def lines(self, max_line_bytes: int) -> Iterator[tuple[LandingFile, int, Line]]:
        """Yields file, line number and line, in order."""
        for file in self.files:
            for number, line in read(Path(file.path), max_line_bytes):
                yield file, number, line


def find(landing: Path, week: date) -> Landing:
    """The exchange files of a week; a week without files is a legal, empty one.

    Raises:
        UsageError: The landing folder, or its folder `exchanges`, is missing.
    """
    if not landing.is_dir():
        raise UsageError(f"no landing folder at {landing}")
    if not (landing / "exchanges").is_dir():
        raise UsageError(f"the landing folder {landing} has no folder exchanges")
    days = [week + timedelta(days=n) for n in range(7)]
    folders = {day: landing / "exchanges" / f"dt={day}" for day in days}
    found = [
        (path, day)
        for day, folder in folders.items()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith((".", "_"))
    ]
    logs = [described(path, landing, day) for path, day in found if path.name.endswith(SUFFIXES)]
    return Landing(
        landing,
        week,
        files=tuple(logs),
        missing_days=tuple(day for day, folder in folders.items() if not folder.is_dir()),
        ignored=tuple(
            path.relative_to(landing).as_posix()
            for path, _ in found
            if not path.name.endswith(SUFFIXES)
        ),
    )


def rows(landing: Path, name: str, week: date) -> LandingRows:
    """A feed as of the week's end: its newest daily snapshot by then, else `<name>.jsonl`.

    Raises:
        UsageError: The landing folder is missing.
    """
    if not landing.is_dir():
        raise UsageError(f"no landing folder at {landing}")
    dated = [
        (day, folder)
        for folder in (landing / name).glob("dt=*")
        if (day := _day(folder.name)) is not None and day < week + timedelta(days=7)
    ]
    if dated:
        day, folder = max(dated)
        paths = sorted(p for p in folder.iterdir() if p.name.endswith(SUFFIXES))
        return LandingRows(name, tuple(described(path, landing, day) for path in paths))
    plain = [landing / f"{name}{suffix}" for suffix in SUFFIXES]
    return LandingRows(name, tuple(described(p, landing, None) for p in plain if p.is_file()))


def _day(folder: str) -> date | None:
    try:
        return date.fromisoformat(folder.removeprefix("dt="))
    except ValueError:
        return None


def _apply(function: Callable[[LandingFile, Lines], T], limit: int, file: LandingFile) -> T:
    return function(file, read(Path(file.path), limit))


def _read_bucket(
    spread: list[list[LandingFile]], decode: Decode, limit: int, tally: Any, index: int
) -> Iterator[pa.RecordBatch]:
    """What a task does: the files of its bucket, one after the other, counted."""
    for file in spread[index]:
        seen = rows = 0

        def counted(file: LandingFile = file) -> Iterator[tuple[int, Line]]:
            nonlocal seen
            for numbered in read(Path(file.path), limit):
                seen += 1
                yield numbered

        for batch in decode(file, counted()):
            rows += batch.num_rows
            yield batch
        tally.add({file.source_file: (seen, seen - rows)})
