"""The week's files are found, spread and counted; each feed is read as of the week's end."""

import os
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from factories import RUN, WEEK
from hypothesis import given
from hypothesis import strategies as st
from landings import LIMIT, land, line
from stillwatch.bronze.exchanges import transform
from stillwatch.bronze.quarantine import rejects
from stillwatch.errors import UsageError
from stillwatch.io.lake import Lake
from stillwatch.io.landing import find, rows
from stillwatch.io.landing_file import LandingFile, buckets
from stillwatch.io.staging import Staging


def test_files_are_found_by_the_days_of_the_week(tmp_path: Path) -> None:
    land(tmp_path, b"", "b.jsonl.gz")
    land(tmp_path, b"abc", "a.jsonl")
    land(tmp_path, b"", "c.jsonl.zst", day="2026-11-15")
    for day, name in (
        ("2026-11-08", "a.jsonl"),
        ("2026-11-16", "a.jsonl"),
        ("2026-11-10", "x.csv"),
    ):
        folder = tmp_path / "exchanges" / f"dt={day}"
        folder.mkdir()
        (folder / name).touch()
        (folder / "_SUCCESS").touch()
        (folder / ".part.jsonl").touch()
    arrived = datetime(2026, 11, 10, 1, 2, 3, 456789, UTC)
    first = tmp_path / "exchanges/dt=2026-11-09/a.jsonl"
    os.utime(first, ns=(0, int(arrived.timestamp()) * 10**9 + 456789000))
    found = find(tmp_path, WEEK)
    assert [f.source_file for f in found.files] == [
        "exchanges/dt=2026-11-09/a.jsonl",
        "exchanges/dt=2026-11-09/b.jsonl.gz",
        "exchanges/dt=2026-11-15/c.jsonl.zst",
    ]
    assert found.files[0] == LandingFile(
        str(first), "exchanges/dt=2026-11-09/a.jsonl", WEEK, arrived, 3
    )
    assert found.missing_days == tuple(date(2026, 11, day) for day in (11, 12, 13, 14))
    assert found.ignored == ("exchanges/dt=2026-11-10/x.csv",)


def test_a_missing_folder_is_told_and_an_empty_week_is_legal(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no landing folder at"):
        find(tmp_path / "nowhere", WEEK)
    with pytest.raises(UsageError, match="has no folder exchanges"):
        find(tmp_path, WEEK)
    with pytest.raises(UsageError, match="no landing folder at"):
        rows(tmp_path / "nowhere", "accounts", WEEK)
    (tmp_path / "exchanges").mkdir()
    assert find(tmp_path, WEEK).files == ()
    assert rows(tmp_path, "accounts", WEEK).files == ()


def test_a_feed_is_its_newest_snapshot_by_the_weeks_end(tmp_path: Path) -> None:
    (tmp_path / "accounts.jsonl").write_bytes(b"undated")

    def lines() -> list[tuple[int, Any]]:
        return [(n, line) for _, n, line in rows(tmp_path, "accounts", WEEK).lines(100)]

    assert lines() == [(1, b"undated")]
    for day in ("2026-11-16", "2026-11-15", "2026-11-02", "today"):
        folder = tmp_path / "accounts" / f"dt={day}"
        folder.mkdir(parents=True)
        (folder / "a.jsonl").write_bytes(day.encode())
    assert lines() == [(1, b"2026-11-15")]


@given(
    sizes=st.lists(st.integers(min_value=0, max_value=10**9), max_size=60),
    least=st.integers(min_value=1, max_value=8),
)
def test_buckets_hold_every_file_once_and_weigh_about_the_same(
    sizes: list[int], least: int
) -> None:
    arrived = datetime(2026, 11, 9, tzinfo=UTC)
    files = [LandingFile(f"{n}.gz", f"{n:02}", None, arrived, size) for n, size in enumerate(sizes)]
    spread = buckets(files, least)
    assert sorted(f.source_file for b in spread for f in b) == [f.source_file for f in files]
    assert all(spread)
    loads = [sum(f.bytes for f in b) for b in spread]
    # Graham's bound for longest first: no load is over the mean plus the biggest file.
    assert not loads or max(loads) <= sum(loads) / len(loads) + max(sizes) + len(files)


def test_rejected_files_are_those_that_the_tally_names(tmp_path: Path) -> None:
    a, b, c = (land(tmp_path, b"x\n" + line(), name) for name in ("a.jsonl", "b.jsonl", "c.jsonl"))
    landing = find(tmp_path, WEEK)
    tally = {a.source_file: [2, 0], b.source_file: [2, 1]}
    assert landing.rejected(tally).rejected_files == (b,)
    assert landing.rejected({}).rejected_files == (a, b, c)


@pytest.mark.parametrize("alone", [0, 1000])
def test_several_rejected_files_are_read_in_order(tmp_path: Path, alone: int) -> None:
    files = [land(tmp_path, b"x\n" * n, f"{n}.jsonl") for n in range(1, 4)]
    landing = find(tmp_path, WEEK).rejected({})
    got = landing.map_rejected(partial(rejects, RUN), LIMIT, alone)
    places = [[row[:2] for row in found] for found in got]
    assert places == [[(f.source_file, k + 1) for k in range(n)] for n, f in enumerate(files, 1)]


@pytest.mark.spark
def test_spark_reads_every_line_once_and_counts_it(spark: Any, tmp_path: Path) -> None:
    days = ["2026-11-09", "2026-11-11"]
    for day in days:
        for n in range(3):
            good = [line(exchange_id=f"{day}-{n}-{k}", ts=f"{day}T00:00:00Z") for k in range(n)]
            land(tmp_path, b"\n".join([*good, b"{broken"]), f"{n}.jsonl", day)
    land(tmp_path, b"", "empty.jsonl")
    landing = find(tmp_path, WEEK).bind(spark)
    frame = transform({"landing.exchanges": landing}, RUN).frame()
    assert landing.tally == {}
    got = sorted(row.exchange_id for row in frame.select("exchange_id").collect())
    assert got == sorted(f"{day}-{n}-{k}" for day in days for n in range(3) for k in range(n))
    wanted = {f"exchanges/dt={day}/{n}.jsonl": (n + 1, 1) for day in days for n in range(3)}
    wanted["exchanges/dt=2026-11-09/empty.jsonl"] = (0, 0)
    assert landing.tally == dict(sorted(wanted.items()))
    frame.count()  # a second action counts nothing twice
    assert landing.tally == dict(sorted(wanted.items()))


@pytest.mark.spark
def test_spark_reads_an_empty_week(spark: Any, tmp_path: Path) -> None:
    (tmp_path / "exchanges").mkdir()
    landing = find(tmp_path, WEEK).bind(spark)
    batches = transform({"landing.exchanges": landing}, RUN)
    assert batches.frame().collect() == []
    staging = Staging(Lake.open_or_create(tmp_path / "lake", "k1"), WEEK)
    version = staging.write_batches("bronze.exchanges", batches)
    assert staging.adds("bronze.exchanges", version) == []
    path = str(staging.path("bronze.exchanges"))
    assert spark.read.format("delta").load(path).count() == 0
    assert landing.tally == {}
