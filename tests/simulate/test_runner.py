"""A small run: does truth agree with the traffic, and is it the same on any number of cores?"""

import gzip
import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from stillwatch.cli import main
from stillwatch.errors import UsageError
from stillwatch.simulate import run, scenarios

SCALE = 0.1


def exchanges(out: Path) -> list[dict[str, Any]]:
    """All exchanges under landing/."""
    rows = []
    for file in sorted((out / "landing" / "exchanges").glob("dt=*/*.jsonl.gz")):
        day = file.parent.name.removeprefix("dt=")
        for line in gzip.decompress(file.read_bytes()).split(b"\n")[:-1]:
            row = json.loads(line)
            assert row["ts"].startswith(day)
            rows.append(row)
    return rows


def digests(out: Path) -> dict[str, str]:
    """A digest of every file under landing/ and truth/."""
    files = [path for path in sorted(out.rglob("*")) if path.is_file()]
    return {str(p.relative_to(out)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("week")
    run(out, scale=SCALE, workers=1)
    return out


def test_ids_are_unique_and_known(week: Path) -> None:
    rows = exchanges(week)
    known = {json.loads(x)["account_id"] for x in (week / "landing/accounts.jsonl").open()}
    assert len({row["exchange_id"] for row in rows}) == len(rows) == 6000
    assert {row["account_id"] for row in rows} <= known


def test_truth_counts_what_was_written(week: Path) -> None:
    by_id = {row["exchange_id"]: row for row in exchanges(week)}
    planted = pq.read_table(week / "truth/exchanges.parquet").to_pylist()
    campaigns = pq.read_table(week / "truth/campaigns.parquet").to_pylist()
    accounts = pq.read_table(week / "truth/accounts.parquet").to_pylist()
    assert Counter(row["campaign"] for row in planted) == {
        row["campaign"]: row["exchanges"] for row in campaigns
    }
    senders = {(by_id[row["exchange_id"]]["account_id"], row["campaign"]) for row in planted}
    assert senders == {(r["account_id"], r["group"]) for r in accounts if r["kind"] == "campaign"}
    assert {r["account_id"] for r in accounts} == {r["account_id"] for r in by_id.values()}


def test_the_same_bytes_on_two_cores(week: Path, tmp_path: Path) -> None:
    run(tmp_path, scale=SCALE, workers=2)
    assert digests(tmp_path) == digests(week)


@pytest.mark.spark
def test_the_same_bytes_through_spark(week: Path, tmp_path: Path, spark: object) -> None:
    options = ["--out", str(tmp_path), "--scale", str(SCALE), "--master", "local[2]"]
    assert main(["simulate", *options]) == 0
    assert digests(tmp_path) == digests(week)


def test_another_seed_is_another_week(week: Path, tmp_path: Path) -> None:
    run(tmp_path, scale=SCALE, seed=2, workers=1)
    assert not {r["exchange_id"] for r in exchanges(week)} & {
        r["exchange_id"] for r in exchanges(tmp_path)
    }


def test_a_full_folder_is_refused(week: Path) -> None:
    with pytest.raises(UsageError, match="not empty"):
        run(week, scale=SCALE)


def test_every_shipped_scenario_says_what_it_is_for() -> None:
    assert all(scenarios().values())
