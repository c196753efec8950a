"""A small simulated week end to end: published whole, the same again, readable by everyone."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from deltalake import DeltaTable
from fingerprints import content
from stillwatch import report, simulate
from stillwatch.cli import main
from stillwatch.errors import QualityError, StillwatchError, UsageError
from stillwatch.io import runner
from stillwatch.io.lake import Lake
from stillwatch.io.runner import Job
from stillwatch.pipeline import STEPS
from stillwatch.tables import TABLES

pytestmark = [pytest.mark.spark, pytest.mark.slow]
WEEK = date(2026, 11, 9)
EXCERPT = 20  # characters of a prompt that are too many to be there by chance
DIRTY = [
    b"not json at all",
    b'{"exchange_id": "x1"',
    b'{"ts": "2026-11-09T10:00:00Z", "account_id": "a", "model": "m", "messages": []}',
    b'{"exchange_id": "x2", "ts": "1999-01-01T00:00:00Z", "account_id": "a", "model": "m"}',
    b'\xff\xfe{"exchange_id": "x3"}',
]


def quietly(name: str, staged: Any) -> None:
    """No progress in tests."""


@pytest.fixture(scope="session")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some two thousand exchanges, and five lines that do not parse."""
    out = tmp_path_factory.mktemp("traffic")
    simulate.run(out=out, scale=0.03, seed=5, workers=1)
    day = out / "landing" / "exchanges" / f"dt={WEEK}"
    (day / "dirty.jsonl").write_bytes(b"\n".join(DIRTY) + b"\n")
    first = next(iter(sorted(day.glob("*.jsonl.gz"))))
    shutil.copy(first, day / "twice.jsonl.gz")
    return out / "landing"


@pytest.fixture(scope="session")
def week(spark: Any, landing: Path, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The week published once."""
    root = tmp_path_factory.mktemp("lakes") / "lake"
    runner.run_week(Job.open(root, WEEK, landing), quietly)
    return Lake(root)


def test_every_table_is_published_and_named(week: Lake) -> None:
    row = week.publication(WEEK)
    assert row is not None
    assert set(row["tables"]) == set(TABLES) - {"gold.publications"}
    assert row["generation"] == 1
    assert not (week.root / "_staging" / WEEK.isoformat()).exists()


def test_rows_reconcile(week: Lake, landing: Path) -> None:
    import gzip

    lines = len(DIRTY)
    for file in landing.glob("exchanges/*/*.gz"):
        lines += gzip.decompress(file.read_bytes()).count(b"\n")
    counts = {name: pin["rows"] for name, pin in week.publication(WEEK)["tables"].items()}
    assert counts["bronze.exchanges"] + counts["bronze.quarantine"] == lines
    assert counts["bronze.quarantine"] == len(DIRTY)
    assert counts["bronze.exchanges"] > counts["silver.exchanges"]
    said = runner.reconcile(week, WEEK)
    assert said[0].startswith(f"lines read {lines:,} = ")


def test_polars_delta_rs_and_spark_read_the_same(week: Lake, spark: Any) -> None:
    for name in TABLES:
        path = str(week.path(name))
        by_polars = pl.scan_delta(path).select(pl.len()).collect().item()
        assert DeltaTable(path).to_pyarrow_dataset().count_rows() == by_polars
        assert spark.read.format("delta").load(path).count() == by_polars


def test_every_table_and_column_has_its_comment(week: Lake, spark: Any) -> None:
    for name, declared in TABLES.items():
        table = DeltaTable(str(week.path(name)))
        assert table.protocol().min_reader_version == 1
        assert table.metadata().description == declared.comment
        fields = spark.read.format("delta").load(str(week.path(name))).schema.fields
        assert {f.name: f.metadata.get("comment") for f in fields} == {
            column.name: column.comment for column in declared.columns
        }


def logged(landing: Path) -> list[dict[str, Any]]:
    """Every line of the landing files that is one."""
    import gzip

    files = [file.read_bytes() for file in sorted(landing.glob("exchanges/*/*.gz"))]
    return [json.loads(line) for file in files for line in gzip.decompress(file).splitlines()]


def texts(value: Any) -> Iterator[str]:
    """Every text of a message, a system prompt or an answer, whatever it is wrapped in."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from texts([value.get(name) for name in ("text", "content", "thinking")])
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


def strings(value: Any) -> Iterator[str]:
    """Every string of a row, also within lists and structs."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)


def windows(text: str) -> Iterator[str]:
    """Every run of EXCERPT characters, as it reads whatever its case and spaces."""
    flat = " ".join(text.casefold().split())
    yield from (flat[n : n + EXCERPT] for n in range(len(flat) - EXCERPT + 1))


def held(lake: Lake, name: str) -> set[str]:
    """Every string in the files of a table, of all its versions."""
    return {
        text
        for file in lake.path(name).rglob("*.parquet")
        for row in pl.read_parquet(file).select(pl.exclude(pl.List(pl.Int64))).to_dicts()
        for text in strings(row)
    }


def test_no_prompt_and_no_address_leaves_bronze(week: Lake, landing: Path) -> None:
    rows = logged(landing)
    addresses = {row["client"]["ip"] for row in rows if (row.get("client") or {}).get("ip")}
    assert addresses
    parts = {
        "user": [[m["content"] for m in row["messages"] if m["role"] == "user"] for row in rows],
        "system": [row.get("system") for row in rows],
        "answer": [(row.get("response") or {}).get("content") for row in rows],
    }
    sent = {part: {run for text in texts(each) for run in windows(text)}
            for part, each in parts.items()}  # fmt: skip
    # Bronze has all of it, so what is looked for can be found.
    raw = {run for text in held(week, "bronze.exchanges") for run in windows(text)}
    for part, runs in sent.items():
        assert len(runs & raw) > 0.99 * len(runs) > 1000, part
    whole = set().union(*sent.values())
    for name in TABLES:
        if not name.startswith("bronze."):
            texts_held = held(week, name)
            assert not {run for text in texts_held for run in windows(text)} & whole, name
            joined = "\n".join(texts_held)
            assert not [address for address in addresses if address in joined], name


def test_the_same_run_again_publishes_the_same_content(week: Lake, landing: Path) -> None:
    before = content(week, WEEK)
    row = runner.run_week(Job.open(week.root, WEEK, landing), quietly)
    assert row["generation"] == 2
    assert content(week, WEEK) == before


def test_airflow_publishes_what_the_command_line_does(
    week: Lake, landing: Path, tmp_path: Path, airflow: Callable[..., Any]
) -> None:
    root = tmp_path / "lake"
    ran = airflow(
        "dags", "test", "weekly_abuse_summary", WEEK.isoformat(),
        STILLWATCH_LAKE=str(root), STILLWATCH_LANDING=str(landing),
        STILLWATCH_DRIVER_MEMORY="2g",
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-3000:]
    assert content(Lake(root), WEEK) == content(week, WEEK)


def test_steps_one_by_one_pass_the_gate_or_publish_nothing(
    week: Lake, landing: Path, tmp_path: Path
) -> None:
    job = Job.open(tmp_path / "lake", WEEK, landing)
    for step in STEPS[:-2]:
        runner.run_step(step.name, job)
    staged = job.staging.manifest()["gold.weekly_abuse_summary"]
    summary = pl.read_delta(str(job.staging.path("gold.weekly_abuse_summary")))
    broken = summary.with_columns(verdict=pl.lit("guilty"))
    version = job.staging.write_small("gold.weekly_abuse_summary", broken)
    job.staging.record("gold.weekly_abuse_summary", replace(staged, version=version))
    runner.run_step("gold.quality_results", job)
    with pytest.raises(QualityError, match=r"gold\.weekly_abuse_summary.*verdict"):
        runner.run_step("gold.publications", job)
    assert job.lake.publications() == []

    runner.run_step("gold.weekly_abuse_summary", job)
    with pytest.raises(UsageError, match=r"gold\.quality_results was computed from older inputs"):
        runner.run_step("gold.publications", job)
    assert job.lake.publications() == []

    runner.run_step("gold.quality_results", job)
    runner.run_step("gold.publications", job)
    assert content(job.lake, WEEK) == content(week, WEEK)


def test_a_second_writer_is_refused(week: Lake, landing: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from stillwatch.io.lake import Lake\n"
        "with Lake(Path(sys.argv[1])).writing():\n"
        "    print('held', flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(week.root)], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(StillwatchError, match=f"being written by process {other.pid}"):
            runner.run_step("bronze.models", Job.open(week.root, WEEK, landing))
        other.kill()
    runner.run_step("bronze.models", Job.open(week.root, WEEK, landing))
    Job.open(week.root, WEEK).staging.discard()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "--landing", "nowhere", "--lake", "{lake}"], "no landing folder at nowhere"),
        (["run", "--landing", "{landing}", "--lake", "{landing}"], "is not a lake"),
        (["step", "gold.nothing", "--lake", "{lake}"], "no step gold.nothing"),
        (["report", "--lake", "nowhere", "--out", "x.html"], "no lake at nowhere"),
        (["evaluate", "--lake", "{lake}", "--truth", "nowhere"], "nowhere"),
    ],
)
def test_the_callers_mistake_is_one_line_and_code_2(
    arguments: list[str],
    said: str,
    week: Lake,
    landing: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    filled = [a.replace("{lake}", str(week.root)).replace("{landing}", str(landing))
              for a in arguments]  # fmt: skip
    assert main([*filled, "--week", WEEK.isoformat()]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_a_week_is_named_by_its_monday(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["report", "--lake", "x", "--out", "y", "--week", "2026-11-10"])
    assert stopped.value.code == 2
    assert "2026-11-10 is a Tuesday" in capsys.readouterr().err


def test_sql_knows_every_table_by_name(week: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    names = [name for name in TABLES if name != "gold.publications"]
    query = " union all ".join(
        f"select '{name}' as name, count(*) as n from {name}" for name in names
    )
    assert main(["sql", "--lake", str(week.root), "--format", "json", query]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    pins = week.publication(WEEK)["tables"]
    assert {row["name"]: row["n"] for row in rows} == {n: pins[n]["rows"] for n in names}
    assert main(["sql", "--lake", str(week.root), "selec 1"]) == 2


def test_evidence_queries_reproduce_what_they_stand_for(
    week: Lake, capsys: pytest.CaptureFixture[str]
) -> None:
    evidence = week.scan("gold.campaign_evidence", WEEK).collect()
    judged = week.scan("gold.campaigns", WEEK).filter(pl.col("verdict") == "confirmed").collect()
    assert judged.height
    mine = evidence.filter(pl.col("campaign_id") == judged["campaign_id"][0])
    assert mine.height >= 5
    others = evidence.filter(pl.col("campaign_id") != judged["campaign_id"][0])
    for row in [*mine.to_dicts(), *others.sample(min(20, others.height), seed=1).to_dicts()]:
        assert main(["sql", "--lake", str(week.root), "--format", "json", row["query"]]) == 0
        # Of instruments as many of the largest as the statement names: a row for each number.
        lines = capsys.readouterr().out.splitlines()
        values = [float(*json.loads(line).values()) for line in lines]
        assert pytest.approx(row["observed"], rel=1e-6) in values, row["statement"]


# The label in silver.exchanges that an exchange must have to show a term.
LABEL = {
    "targeted_capabilities": pl.col("capability") != "other",
    "elicited_reasoning": pl.col("elicits_reasoning"),
    "graded_answers": pl.col("grades_answers"),
}


def test_exemplars_are_exchanges_of_the_campaign_that_show_the_line(week: Lake) -> None:
    campaigns = week.scan("gold.campaigns", WEEK).collect()
    names = {
        (row["campaign_id"], term["statement"]): term["name"]
        for row in campaigns.to_dicts()
        for term in row["terms"]
    }
    labelled = week.scan("silver.exchanges", WEEK).select(
        "exchange_id", "capability", "elicits_reasoning", "grades_answers"
    )
    attributed = (
        week.scan("gold.campaign_exchanges", WEEK)
        .join(labelled, on="exchange_id")
        .with_columns(trace=pl.col("reason").str.split(", first ").list.last())
        .collect()
    )
    pointed = Counter[str]()
    for line in week.scan("gold.campaign_evidence", WEEK).collect().to_dicts():
        name = names[line["campaign_id"], line["statement"]]
        mine = attributed.filter(pl.col("campaign_id") == line["campaign_id"])
        showing = mine.filter(LABEL[name]) if name in LABEL else mine.clear()
        chosen = showing if showing.height else mine
        found = chosen.filter(pl.col("exchange_id").is_in(line["exemplars"]))
        assert found.height == len(line["exemplars"]) == found["account_id"].n_unique()
        assert found.height == min(5, chosen["account_id"].n_unique())
        if mine.height and not showing.height:
            counted = Counter(mine["trace"])
            usual = {trace for trace, n in counted.items() if n == max(counted.values())}
            assert usual & set(found["trace"])
        pointed["content" if showing.height else "template"] += found.height
    assert min(pointed["content"], pointed["template"]) >= 5, pointed


def test_exemplars_lead_to_what_was_sent(week: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    (campaign,) = (
        week.scan("gold.campaigns", WEEK)
        .filter(pl.col("verdict") == "confirmed")
        .sort("exchanges")
        .tail(1)
        .collect()["campaign_id"]
    )
    evidence = week.scan("gold.campaign_evidence", WEEK).filter(pl.col("campaign_id") == campaign)
    wanted = set(evidence.collect().explode("exemplars")["exemplars"])
    text = report.render(week, WEEK)
    asked = re.findall(r"<pre>(select exchange_id.*?)</pre>", text, flags=re.DOTALL)
    (query,) = (html.unescape(each) for each in asked if campaign in each)
    assert main(["sql", "--lake", str(week.root), "--format", "json", query]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["exchange_id"] for row in rows} == wanted
    assert all(row["messages"] for row in rows)


def test_the_report_is_one_file(week: Lake, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    assert main(["report", "--lake", str(week.root), "--week", str(WEEK), "--out", str(out)]) == 0
    text = out.read_text()
    assert text.startswith("<!doctype html>") or text.startswith("<!DOCTYPE html>")
    assert "http://" not in text.replace("http://www.w3.org", "")
