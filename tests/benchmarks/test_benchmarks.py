"""Do the benchmarks run at a small size, and measure what they say they measure?"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"
sys.path.append(str(FOLDER))  # its scripts import one another by name, as when they are run


def test_signatures_end_with_their_ratio_on_the_projects_own_texts(tmp_path: Path) -> None:
    command = [sys.executable, FOLDER / "signatures.py", "--count", "300", "--texts", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "the simulator's own grammar" in done.stdout
    assert re.search(r"against rensa .*: \d+\.\d x$", done.stdout.strip().splitlines()[-1])


@pytest.mark.spark
@pytest.mark.slow
def test_the_join_runs_on_both_sides_and_ends_with_their_ratio(tmp_path: Path) -> None:
    command = [sys.executable, FOLDER / "join.py", "--sizes", "300", "--texts", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert re.search(r"stillwatch .* pairs  recall (1|0\.9)\S*  precision 1\.0000", done.stdout)
    assert re.search(r"at 300 texts: \d+\.\d x$", done.stdout.strip().splitlines()[-1])


def test_the_pairs_to_be_found_are_those_of_the_definition(tmp_path: Path) -> None:
    import join

    texts = ["a b c d e f", "a b c d e x", "a b c d e f", "p q r s t u"]
    owners = ["one", "two", "one", "two"]
    # Rows 0 and 1 share 3 of 5 runs; 0 and 2 are of one account.
    assert join.exact(texts, owners) == pytest.approx({(0, 1): 0.6, (1, 2): 0.6})


def test_fewest_tables_that_reach_a_recall() -> None:
    import join

    assert join.tables_for([0.5, 0.5], 0.75) == 2
    assert join.tables_for([0.5, 0.5], 0.76) == 3


@pytest.mark.spark
def test_a_side_past_its_limit_is_cut_off(spark: Any) -> None:
    import join

    slow = spark.range(10**13).selectExpr("id a", "id b").where("a * 7 % 1000003 < 0")
    begin = time.monotonic()
    assert join.timed(spark, lambda: slow, 1.0).seconds is None
    assert time.monotonic() - begin < 60


@pytest.mark.spark
@pytest.mark.slow
def test_uneven_traffic_is_compared_with_unique_words(spark: Any, tmp_path: Path) -> None:
    import skew

    ratios = skew.compare(tmp_path, "first_light", 0.005, rounds=1, only=["one payment"])
    assert set(ratios) == {"one payment"}
    # Nothing here grows with the square of an instrument's holders.
    assert 0 < ratios["one payment"] < 5


@pytest.mark.spark
@pytest.mark.slow
def test_sizes_grow_by_four_and_each_has_a_cost(spark: Any, tmp_path: Path) -> None:
    import scale

    costs = scale.compare(tmp_path, "honest", 0.002)
    rows = [count for count, _, _ in costs]
    assert rows[1] == pytest.approx(4 * rows[0], rel=0.2)
    assert rows[2] == pytest.approx(4 * rows[1], rel=0.2)
    for _, cost, floor in costs:
        assert cost.core > 0 and cost.shuffled > 0 and cost.peak_bytes > 2**27
        assert cost.core > floor.core > 0


@pytest.mark.spark
@pytest.mark.slow
def test_a_week_is_compared_with_reading_and_writing(
    spark: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import week

    wall, core = week.compare(tmp_path, "published_case", 0.00002)
    assert wall > 1 and core > 1
    assert "gold.campaigns" in capsys.readouterr().out


def test_what_an_unreaped_process_used_is_counted() -> None:
    import measure

    burn = "import time; a = time.process_time()\nwhile time.process_time() < a + 1.5: pass"
    # A parent that ignores SIGCHLD is never charged for its children, as Spark's daemon of Python.
    parent = (
        "import signal, subprocess, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); "
        f"subprocess.Popen([sys.executable, '-c', {burn!r}]).wait()"
    )
    with measure.measured() as cost:
        subprocess.run([sys.executable, "-c", parent], check=True)
    assert cost.core > 1


def test_generation_is_measured_with_its_room(tmp_path: Path) -> None:
    command = [sys.executable, FOLDER / "generate.py", "--scale", "0.0001", "--out", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert re.search(r"peak memory +[1-9][\d,]+ MiB", done.stdout)
    assert re.search(r"7 of 7 files +\d+ s, \d+ core-s +[1-9][\d,]+ MiB", done.stdout)
    assert re.search(r"exchanges a second: [1-9]", done.stdout.strip().splitlines()[-1])
    assert list((tmp_path / "landing").rglob("*.jsonl.gz"))


@pytest.mark.spark
@pytest.mark.slow
def test_weeks_in_a_row_are_published_and_told_one_by_one(
    spark: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import weeks

    found = weeks.compare(tmp_path, "s01_one_clause", 0.1, 3, 2)
    assert [told["stability"]["weeks"] for told in found] == [1, 2]
    (row,) = found[-1]["stability"]["campaigns"]
    assert len(set(row["ids"])) == 1
    assert None not in row["ids"]
    printed = capsys.readouterr().out
    assert re.search(r"^\| 2 \| 1 / .* \| 0 of \d+ \| 0 of \d+ \| 1 of 1 \|$", printed, re.M)
    assert f"| {row['ids'][0]}, {row['ids'][0]} |" in printed
