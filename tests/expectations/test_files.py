"""Do the suites, as they are written, say what every table must hold to?"""

from __future__ import annotations

import re

import pytest
from stillwatch.tables import TABLES

from expectations.weeks import suites

SUITES = suites()
ITEMS = [(name, item) for name, suite in SUITES.items() for item in suite["expectations"]]


def test_each_table_has_a_suite_and_each_suite_a_table() -> None:
    assert set(SUITES) == set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_a_key_is_critically_given_and_unique(name: str) -> None:
    # An indicator may come without its source, and a key with a null is still compared.
    optional = {"source"} if name == "bronze.indicators" else set()
    critical = [item for item in SUITES[name]["expectations"] if item["severity"] == "critical"]
    given = {
        item["kwargs"]["column"]
        for item in critical
        if item["type"] == "expect_column_values_to_not_be_null" and "mostly" not in item["kwargs"]
    }
    unique = [i["kwargs"]["columns"] for i in critical if i["type"] == "expect_key_to_be_unique"]
    assert set(TABLES[name].key) - optional <= given
    assert unique == [list(TABLES[name].key)]


def test_an_expectation_says_why_in_one_sentence() -> None:
    why = [item["why"] for _, item in ITEMS]
    assert [text for text in why if not re.fullmatch(r"[A-Z](\d\.\d|[^.])+\.", text)] == []


def test_what_depends_on_traffic_never_stops_a_week() -> None:
    # Half of the hashes missing is a fault of ours, whatever the traffic.
    shares = [(n, i) for n, i in ITEMS if i.get("kwargs", {}).get("mostly", 0.5) > 0.5]
    counts = [
        (name, item)
        for name, item in ITEMS
        if item["type"] == "expect_table_row_count_to_be_between" and name != "gold.quality_results"
    ]
    assert shares and counts
    assert [(n, i) for n, i in shares + counts if i["severity"] == "critical"] == []
