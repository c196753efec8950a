"""Does a suite that would not be checked as it is written stop the week, with a line that says why?

Great Expectations itself logs and drops what it does not know.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from expectations.weeks import WEEK
from stillwatch.errors import UsageError
from stillwatch.tables import TABLES

pytestmark = pytest.mark.slow  # importing Great Expectations takes seconds
NAME = "silver.accounts"
GIVEN: dict[str, Any] = {
    "type": "expect_column_values_to_not_be_null",
    "kwargs": {"column": "account_id"},
    "severity": "critical",
    "why": "Because.",
}
RECONCILE: dict[str, Any] = {
    "type": "reconcile",
    "says": "accounts are there",
    "sql": "select 1 from silver_accounts where false",
    "severity": "critical",
    "why": "Because.",
}


def load(folder: Path, *items: dict[str, Any], **fields: Any) -> Any:
    from stillwatch.io import suites

    path = folder / "silver" / "accounts.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"table": NAME, "expectations": items, **fields}))
    return suites.load(NAME, folder, WEEK)


def without(item: dict[str, Any], field: str) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key != field}


@pytest.mark.parametrize("name", TABLES)
def test_each_suite_of_the_project_loads_whole(name: str) -> None:
    from stillwatch.io import suites

    suite = suites.load(name, suites.root(), WEEK)
    path = suites.root() / name.replace(".", "/")
    written = json.loads(path.with_suffix(".json").read_text())["expectations"]
    assert len(suite.items) + len(suite.reconciliations) == len(written)
    assert [e.meta["place"] for e in suite.gx.expectations] == list(range(len(suite.items)))


MISTAKES: list[tuple[dict[str, Any], str]] = [
    (GIVEN | {"type": "expect_column_values_to_not_be_nul"}, "no expectation expect_column_"),
    (GIVEN | {"type": "expect_column_median_to_be_between"}, "see io/wording.py"),
    (GIVEN | {"kwargs": {"column": "account_id", "most": 0.9}}, "most"),
    (GIVEN | {"kwargs": {"column": "account_id", "mostly": 90}}, "mostly"),
    (GIVEN | {"kwargs": {"column": "acount_id"}}, "accounts has no column acount_id"),
    (GIVEN | {"kwargs": {}}, "column"),
    (GIVEN | {"severity": "fatal"}, "severity is one of critical, warning, info"),
    (without(GIVEN, "why"), "has not the fields"),
    (without(GIVEN, "severity"), "has not the fields"),
    (GIVEN | {"mostly": 0.9}, "has not the fields"),
    (without(GIVEN, "type"), "no expectation None"),
    (RECONCILE | {"sql": "select * from silver_acounts"}, "no table silver_acounts"),
    (without(RECONCILE, "sql"), "has not the fields"),
    (RECONCILE | {"unles": "select 1"}, "has not the fields"),
    (RECONCILE | {"unless": "select 1 from silver_acounts"}, "no table silver_acounts"),
]


@pytest.mark.parametrize(("item", "message"), MISTAKES)
def test_a_mistyped_expectation_is_an_error(
    tmp_path: Path, item: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=r"accounts.json") as caught:
        load(tmp_path, item)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_suite_is_for_its_table_and_says_nothing_twice(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"is for the table silver\.traces"):
        load(tmp_path, GIVEN, table="silver.traces")
    with pytest.raises(UsageError, match="expects twice that account_id is given"):
        load(tmp_path, GIVEN, GIVEN)
    with pytest.raises(UsageError, match="unknown expectation_suite_name"):
        load(tmp_path, GIVEN, expectation_suite_name="accounts")
    with pytest.raises(UsageError, match="derives length, which nothing checks"):
        load(tmp_path, GIVEN, derived={"length": "length(account_id)"})


def test_a_suite_that_is_missing_or_no_json_is_named(tmp_path: Path) -> None:
    from stillwatch.io import suites

    with pytest.raises(UsageError, match=r"silver\.traces has no suite"):
        suites.load("silver.traces", tmp_path, WEEK)
    load(tmp_path, GIVEN)
    (tmp_path / "silver" / "accounts.json").write_text("{")
    with pytest.raises(UsageError, match="is not JSON"):
        suites.load(NAME, tmp_path, WEEK)


SHARED = {"silver_accounts_by_week": "select week, count(*) as n from silver_accounts group by 1"}


def test_a_reconciliation_may_read_a_shared_query_by_name(tmp_path: Path) -> None:
    from stillwatch.io.unique import COMPARED

    (tmp_path / "views.json").write_text(json.dumps(SHARED))
    known = "select 1 from silver_accounts_by_week where n <= {compared}"
    suite = load(tmp_path, RECONCILE | {"unless": known})
    assert suite.views == SHARED
    assert suite.reconciliations[0].unless == known.replace("{compared}", str(COMPARED))


@pytest.mark.parametrize(
    ("views", "message"),
    [
        ({"silver_by_week": "select 1 from silver_acounts"}, "reads silver_acounts, which is no"),
        ({"silver_accounts": "select 1"}, "silver_accounts is a table's name"),
        ({"accounts_by_week": "select 1"}, "accounts_by_week is a table's name, or not one of"),
    ],
)
def test_a_shared_query_has_a_name_of_its_own_and_reads_tables(
    tmp_path: Path, views: dict[str, str], message: str
) -> None:
    (tmp_path / "views.json").write_text(json.dumps(views))
    with pytest.raises(UsageError, match=r"views\.json") as caught:
        load(tmp_path, GIVEN)
    assert message in str(caught.value)


def test_dates_are_put_in_and_words_stay_the_same_every_week(tmp_path: Path) -> None:
    between = {"column": "created_at", "min_value": "{week}", "max_value": "{week_end}"}
    dated = GIVEN | {"type": "expect_column_values_to_be_between", "kwargs": between}
    derived = {"is_last": "week = date'{last_day}'"}
    in_set = {"column": "is_last", "value_set": [True]}
    last = GIVEN | {"type": "expect_column_values_to_be_in_set", "kwargs": in_set}
    counted = RECONCILE | {"sql": "select 1 from silver_accounts where week < '{week}'"}
    suite = load(tmp_path, dated, last, counted, derived=derived)
    kwargs = suite.gx.expectations[0].configuration.kwargs
    assert [str(kwargs[end])[:10] for end in ("min_value", "max_value")] == [
        "2026-11-09",
        "2026-11-16",
    ]
    assert suite.columns["is_last"] == "week = date'2026-11-15'"
    assert suite.reconciliations[0].sql.endswith("week < '2026-11-09'")
    assert [item.says for item in suite.items] == [
        "created_at is at least the week's Monday and at most the next Monday",
        "is last",
    ]


def test_suites_are_found_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stillwatch.io import suites

    assert (suites.root() / "silver" / "traces.json").is_file()
    monkeypatch.setenv("STILLWATCH_EXPECTATIONS", str(tmp_path))
    assert suites.root() == tmp_path
    monkeypatch.setenv("STILLWATCH_EXPECTATIONS", str(tmp_path / "nowhere"))
    with pytest.raises(UsageError, match="set STILLWATCH_EXPECTATIONS"):
        suites.root()
