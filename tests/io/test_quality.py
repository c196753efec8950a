"""Is what the gate says true of the pinned version, in the same words for the same rows?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from expectations.weeks import WEEK, Rows
from pyspark.sql import SparkSession
from stillwatch.errors import StillwatchError, UsageError

from expectations import weeks

pytestmark = pytest.mark.spark
NAME = "gold.campaign_evidence"
P = "p_value"
GOOD: Rows = [
    {"campaign_id": "c-1", "layer": "network", "statement": "One.", P: 0.5},
    {"campaign_id": "c-2", "layer": "payment", "statement": "Two.", P: 0.1},
]
BAD: Rows = [
    {"campaign_id": "c-1", "layer": "gossip", "statement": "", P: 1.5, "query": "x"},
    {"campaign_id": "c-1", "layer": None, "statement": "", P: 2.0, "query": "x"},
]
# Each type that a suite may use, with arguments that hold for GOOD and not for BAD.
TYPES: list[tuple[str, dict[str, Any]]] = [
    ("expect_column_values_to_not_be_null", {"column": "layer"}),
    ("expect_column_values_to_be_null", {"column": "query"}),
    (
        "expect_column_values_to_be_in_set",
        {"column": "layer", "value_set": ["network", "payment"]},
    ),
    ("expect_column_values_to_be_between", {"column": P, "min_value": 0, "max_value": 1}),
    ("expect_column_value_lengths_to_be_between", {"column": "statement", "min_value": 1}),
    ("expect_column_values_to_match_regex", {"column": "statement", "regex": r"\.$"}),
    ("expect_column_values_to_not_match_regex", {"column": "query", "regex": "x"}),
    ("expect_table_row_count_to_be_between", {"min_value": 2, "max_value": 2}),
    ("expect_key_to_be_unique", {"columns": ["campaign_id"]}),
]
MOSTLY = ("expect_column_values_to_not_be_null", {"column": "query", "mostly": 0.5})


def suite(folder: Path, *types: tuple[str, dict[str, Any]], name: str = NAME, **more: Any) -> None:
    path = folder / f"{name.replace('.', '/')}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    items = [
        {"type": kind, "kwargs": kwargs, "severity": "warning", "why": "Because."}
        for kind, kwargs in types
    ]
    path.write_text(json.dumps({"table": name, "expectations": items, **more}))


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of suites for this test alone."""
    monkeypatch.setenv("STILLWATCH_EXPECTATIONS", str(tmp_path / "suites"))
    return tmp_path / "suites"


def test_every_type_of_expectation_holds_and_fails_at_its_version(
    spark: SparkSession, tmp_path: Path, own: Path
) -> None:
    from stillwatch.io import quality
    from stillwatch.io.wording import WORDS

    assert {kind for kind, _ in TYPES} == set(WORDS)
    suite(own, *TYPES)
    good = weeks.write(tmp_path / "it", NAME, GOOD)
    bad = weeks.write(tmp_path / "it", NAME, [*BAD, *BAD])
    assert good.version < bad.version
    # The later version, with bad rows, is there when the earlier one is audited.
    held = quality.audit(spark, NAME, good.path, good.version, WEEK)
    assert [(c.success, c.observed) for c in held] == [(True, "held")] * len(TYPES)
    failed = quality.audit(spark, NAME, bad.path, bad.version, WEEK)
    assert [(c.expectation, c.observed) for c in failed if not c.success] == [
        ("layer is given", "2 of 4 rows (50.00%) break it. Because."),
        ("query is null", "4 of 4 rows (100.00%) break it, such as 'x'. Because."),
        (
            "layer is network or payment",
            "2 of 4 rows (50.00%) break it, such as 'gossip'. Because.",
        ),
        (
            "p_value is at least 0 and at most 1",
            "4 of 4 rows (100.00%) break it, such as 1.5, 2.0. Because.",
        ),
        (
            "length of statement is at least 1",
            "4 of 4 rows (100.00%) break it, such as ''. Because.",
        ),
        (r"statement matches \.$", "4 of 4 rows (100.00%) break it, such as ''. Because."),
        ("query never has x", "4 of 4 rows (100.00%) break it, such as 'x'. Because."),
        ("number of rows is at least 2 and at most 2", "4 seen. Because."),
        ("no two rows have the same campaign_id", "1 seen. Because."),
    ]


def test_a_large_table_is_read_by_spark_at_the_same_version(
    spark: SparkSession, tmp_path: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stillwatch.io import quality

    suite(own, *TYPES)
    good = weeks.write(tmp_path / "it", NAME, GOOD)
    weeks.write(tmp_path / "it", NAME, BAD)
    monkeypatch.setattr(quality, "SMALL", 0)
    checks = quality.audit(spark, NAME, good.path, good.version, WEEK)
    assert [check.success for check in checks] == [True] * len(TYPES)


def test_a_small_table_is_one_partition_with_its_schema(
    spark: SparkSession, tmp_path: Path
) -> None:
    for rows in ([], GOOD):
        frame = weeks.write(tmp_path / "it", NAME, rows).read(spark)
        assert frame.rdd.getNumPartitions() == 1
        assert frame.count() == len(rows)
        assert dict(frame.dtypes)[P] == "double"


def reconciled(
    spark: SparkSession, tmp_path: Path, own: Path, views: dict[str, str], **fields: str
) -> list[tuple[bool, str]]:
    """What comes of one reconciliation over GOOD, whose query returns two rows."""
    from stillwatch.io import quality

    sql = "select campaign_id from gold_campaign_evidence"
    item = {
        "type": "reconcile",
        "says": "so",
        "sql": sql,
        "severity": "critical",
        "why": "Because.",
    }
    suite(own, name=NAME)
    path = own / "gold" / "campaign_evidence.json"
    path.write_text(json.dumps({"table": NAME, "expectations": [item | fields]}))
    (own / "views.json").write_text(json.dumps(views))
    version = weeks.write(tmp_path / "it", NAME, GOOD)
    loaded = quality.load(NAME, own, WEEK)
    return [(c.success, c.observed) for c in quality.reconcile(spark, [loaded], {NAME: version})]


FOUND = (False, '2 found, such as {"campaign_id":"c-1"}. Because.')
BY_LAYER = "gold_campaign_evidence_by_layer"


def test_a_query_is_not_run_where_another_says_it_need_not(
    spark: SparkSession, tmp_path: Path, own: Path
) -> None:
    rows = "select 1 from gold_campaign_evidence"
    assert reconciled(spark, tmp_path, own, {}) == [FOUND]
    assert reconciled(spark, tmp_path, own, {}, unless=f"{rows} where false") == [FOUND]
    assert reconciled(spark, tmp_path, own, {}, unless=rows) == [(True, "held")]


def test_shared_queries_are_read_by_name_and_nothing_of_them_is_left(
    spark: SparkSession, tmp_path: Path, own: Path
) -> None:
    views = {BY_LAYER: "select layer, count(*) as n from gold_campaign_evidence group by layer"}
    kept = set(spark.sparkContext._jsc.getPersistentRDDs())
    sql = f"select a.layer, b.n from {BY_LAYER} a join {BY_LAYER} b on a.layer = b.layer"
    found = (False, '2 found, such as {"layer":"network","n":1}. Because.')
    assert reconciled(spark, tmp_path, own, views, sql=sql) == [found]
    # Spark may meanwhile have forgotten some of another test's.
    assert set(spark.sparkContext._jsc.getPersistentRDDs()) <= kept
    assert spark.catalog.listTables() == []


def test_mostly_draws_the_line_where_it_says(
    spark: SparkSession, tmp_path: Path, own: Path
) -> None:
    from stillwatch.io import quality

    suite(own, MOSTLY)
    for filled, success in ((2, True), (1, False)):
        rows = [{"query": "x" if i < filled else None} for i in range(4)]
        at = weeks.write(tmp_path / str(filled), NAME, rows)
        (check,) = quality.audit(spark, NAME, at.path, at.version, WEEK)
        assert check.success is success
        assert check.expectation == "query is given, in at least 50 % of the rows"


def test_what_is_observed_does_not_depend_on_the_order_of_rows(
    spark: SparkSession, tmp_path: Path, own: Path
) -> None:
    from stillwatch.io import quality

    suite(own, TYPES[3])
    rows = [{P: float(n)} for n in range(2, 100)]
    seen = set()
    for number, order in enumerate((rows, rows[::-1], rows[::2] + rows[1::2])):
        at = weeks.write(tmp_path / str(number), NAME, order)
        (check,) = quality.audit(spark, NAME, at.path, at.version, WEEK)
        seen.add(check.observed)
    assert seen == {"98 of 98 rows (100.00%) break it. Because."}


def test_no_value_of_bronze_leaves_it(spark: SparkSession, tmp_path: Path, own: Path) -> None:
    from stillwatch.io import quality

    name = "bronze.exchanges"
    ip = ("expect_column_values_to_match_regex", {"column": "ip", "regex": "^10"})
    suite(own, ip, name=name, derived={"ip": "client.ip"})
    at = weeks.write(tmp_path / "it", name, [{"client": {"ip": "203.0.113.7"}}])
    (check,) = quality.audit(spark, name, at.path, at.version, WEEK)
    assert not check.success
    assert "203" not in check.observed


def test_an_expectation_that_cannot_be_evaluated_is_no_result(
    spark: SparkSession, tmp_path: Path, own: Path
) -> None:
    from stillwatch.io import quality

    suite(own, ("expect_column_values_to_be_between", {"column": "layers", "min_value": 1}),
          name="gold.account_links")  # fmt: skip
    at = weeks.write(tmp_path / "it", "gold.account_links", [{"layers": [{"layer": "network"}]}])
    with pytest.raises(StillwatchError, match=r"cannot check that layers is at least 1 in gold"):
        quality.audit(spark, "gold.account_links", at.path, at.version, WEEK)


def test_a_table_that_was_not_staged_stops_the_audit(spark: SparkSession, tmp_path: Path) -> None:
    from stillwatch.io import quality

    staging = weeks.stage(tmp_path / "lake", {})
    manifest = json.loads((staging.root / "manifest.json").read_text())
    del manifest["silver.traces"]
    (staging.root / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(UsageError, match=r"cannot audit: silver\.traces has not been computed"):
        quality.audit_week(spark, staging, WEEK)


def test_an_audit_is_silent(
    spark: SparkSession, tmp_path: Path, own: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from stillwatch.io import quality

    suite(own, *TYPES)
    at = weeks.write(tmp_path / "it", NAME, [*BAD, *BAD])
    capfd.readouterr()
    quality.audit(spark, NAME, at.path, at.version, WEEK)
    assert capfd.readouterr() == ("", "")
