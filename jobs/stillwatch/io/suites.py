"""What is expected of a table, and is every expectation really going to be checked?

`expectations/<layer>/<table>.json` holds one suite. Great Expectations logs and drops what it does
not know, which would make a weaker suite that passes; here a type without wording, an unknown
argument, a column that is not declared or a missing severity stops the week instead.

Beside expectations a suite holds reconciliations, `"type": "reconcile"`: a query over several
tables that must return no rows. `expectations/views.json` holds what several of them read, a query
by name, which is run once. A reconciliation may have a cheap query `unless`: where that returns a
row, `sql` could return none and is not run.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from great_expectations.core import ExpectationSuite
from great_expectations.exceptions.exceptions import GreatExpectationsError
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

import stillwatch
from stillwatch.errors import UsageError
from stillwatch.io import unique
from stillwatch.io.wording import WORDS, wording
from stillwatch.tables import TABLES, table

SEVERITIES = ("critical", "warning", "info")
RECONCILE = "reconcile"
# Mark in a suite, days after Monday, and how it is put into words.
DATES = (
    ("{week}", 0, "the week's Monday"),
    ("{last_day}", 6, "the week's Sunday"),
    ("{week_end}", 7, "the next Monday"),
)
FIELDS = {"type", "kwargs", "severity", "why"}
RECONCILE_FIELDS = {"type", "says", "sql", "severity", "why"}


@dataclass(frozen=True)
class Item:
    """One expectation of a suite.

    Attributes:
        says: The expectation in words, distinct within the suite.
        severity: critical stops publication; warning and info do not.
        why: One sentence: what is wrong where it fails.
        sql: For a reconciliation, the query that must return no rows.
        unless: A query that returns a row only where `sql` is known to return none.
    """

    says: str
    severity: str
    why: str
    sql: str | None = None
    unless: str | None = None


@dataclass(frozen=True)
class Suite:
    """What is expected of one table in one week.

    Attributes:
        table: `<layer>.<table>`.
        items: Expectations that Great Expectations checks, in order; `meta["place"]` of an
            expectation in `gx` is its place here.
        gx: The same as a suite of Great Expectations.
        columns: Columns they need, each with its Spark SQL: pruned, and derived ones included.
        reconciliations: Queries over several tables that must return no rows.
        views: Queries that those may read by name.
    """

    table: str
    items: tuple[Item, ...]
    gx: ExpectationSuite
    columns: dict[str, str]
    reconciliations: tuple[Item, ...]
    views: dict[str, str]


def root() -> Path:
    """The folder of suites: STILLWATCH_EXPECTATIONS, the checkout's, or the installed package's.

    Raises:
        UsageError: There is none.
    """
    package = Path(stillwatch.__file__).parent
    named = os.environ.get("STILLWATCH_EXPECTATIONS")
    places = (
        [Path(named)] if named else [package.parents[1] / "expectations", package / "_expectations"]
    )
    for place in places:
        if place.is_dir():
            return place
    raise UsageError(f"no expectations at {places[0]}: set STILLWATCH_EXPECTATIONS to their folder")


def load(name: str, expectations: Path, week: date) -> Suite:
    """The suite of a table, for a week.

    `{week}`, `{last_day}` and `{week_end}` stand for Monday, Sunday and the next Monday,
    `{compared}` for the number of rows up to which a key is checked as a whole.

    Args:
        name: `<layer>.<table>`.
        expectations: The folder of suites.
        week: Monday of the week.

    Raises:
        UsageError: The suite is missing, or one of its expectations would not be checked as it
            is written.
    """
    declared = table(name)
    path = expectations / declared.layer / f"{declared.short}.json"
    written = _read(path, name)
    dates = {mark: f"{week + timedelta(days=n)}" for mark, n, _ in DATES}
    raw = _filled(written, dates | {"{compared}": str(unique.COMPARED)})
    shared = _shared(expectations)
    checked = [item for item in raw["expectations"] if item.get("type") != RECONCILE]
    queries = [item for item in raw["expectations"] if item.get("type") == RECONCILE]
    known = {column: f"`{column}`" for column in declared.column_names} | raw.get("derived", {})
    built = [_build(item, place, known, path) for place, item in enumerate(checked)]
    # The same words every week, so that an expectation can be followed over weeks.
    worded = _filled(written, {mark: words for mark, _, words in DATES})["expectations"]
    said = [wording(item) for item in worded if item["type"] != RECONCILE]
    suite = Suite(
        table=name,
        items=tuple(
            Item(says, item["severity"], item["why"])
            for says, item in zip(said, checked, strict=True)
        ),
        gx=ExpectationSuite(name=name, expectations=built),
        columns={c: known[c] for item in checked for c in _columns(item["kwargs"])},
        reconciliations=tuple(_reconciliation(item, shared, path) for item in queries),
        views=shared,
    )
    _complete(suite, raw, path)
    return suite


def _read(path: Path, name: str) -> dict[str, Any]:
    """The suite as it is written."""
    if not path.is_file():
        raise UsageError(f"{name} has no suite of expectations at {path}")
    written = _json(path)
    if unknown := set(written) - {"table", "derived", "expectations"}:
        raise UsageError(f"{path}: unknown {', '.join(sorted(unknown))}")
    if written.get("table") != name:
        raise UsageError(f"{path} is for the table {written.get('table')}, not {name}")
    return written


def _json(path: Path) -> dict[str, Any]:
    try:
        written: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except json.JSONDecodeError as error:
        raise UsageError(f"{path} is not JSON: {error}") from None
    return written


def _shared(expectations: Path) -> dict[str, str]:
    """The queries that reconciliations may read by name; none where there is no file of them."""
    path = expectations / "views.json"
    shared: dict[str, str] = _json(path) if path.is_file() else {}
    for name, sql in shared.items():
        if name in VIEWS or views(name) != [name]:
            raise UsageError(f"{path}: {name} is a table's name, or not one of <layer>_…")
        if unknown := [view for view in views(sql) if view not in VIEWS]:
            raise UsageError(f"{path}: {name} reads {', '.join(unknown)}, which is no table")
    return shared


def _complete(suite: Suite, raw: dict[str, Any], path: Path) -> None:
    """Refuses a suite of which something was lost."""
    if len(suite.gx.expectations) + len(suite.reconciliations) != len(raw["expectations"]):
        raise UsageError(f"{path}: Great Expectations dropped an expectation")
    said = [item.says for item in (*suite.items, *suite.reconciliations)]
    if twice := {text for text in said if said.count(text) > 1}:
        raise UsageError(f"{path} expects twice that {'; '.join(sorted(twice))}")
    if unused := set(raw.get("derived", {})) - set(suite.columns):
        raise UsageError(f"{path} derives {', '.join(sorted(unused))}, which nothing checks")


def _filled(value: Any, marks: dict[str, str]) -> Any:
    """The value with its marks replaced wherever a string holds one."""
    if isinstance(value, dict):
        return {key: _filled(entry, marks) for key, entry in value.items()}
    if isinstance(value, list):
        return [_filled(entry, marks) for entry in value]
    if isinstance(value, str):
        for mark, text in marks.items():
            value = value.replace(mark, text)
    return value


def _checked_fields(item: dict[str, Any], fields: set[str], path: Path) -> str:
    """Where the item stands, for messages; its fields are all there and no others."""
    where = f"{path}: {item.get('type')} {item.get('kwargs', item.get('says', ''))}"
    if set(item) != fields:
        raise UsageError(f"{where} has not the fields {', '.join(sorted(fields))}")
    if item["severity"] not in SEVERITIES:
        raise UsageError(f"{where}: severity is one of {', '.join(SEVERITIES)}")
    return where


def _build(item: dict[str, Any], place: int, known: dict[str, str], path: Path) -> Any:
    """The item as Great Expectations knows it."""
    if item.get("type") not in WORDS:
        raise UsageError(f"{path}: no expectation {item.get('type')}; see io/wording.py")
    where = _checked_fields(item, FIELDS, path)
    if missing := set(_columns(item["kwargs"])) - set(known):
        raise UsageError(f"{where}: {path.stem} has no column {', '.join(sorted(missing))}")
    try:
        return ExpectationConfiguration(
            type=item["type"],
            kwargs=item["kwargs"],
            severity=item["severity"],
            meta={"place": place},
        ).to_domain_obj()
    # pydantic's ValidationError is a ValueError.
    except (GreatExpectationsError, ValueError, TypeError) as error:
        reason = " ".join(str(error).split())
        raise UsageError(f"{where} is not an expectation: {reason}") from None


def _reconciliation(item: dict[str, Any], shared: dict[str, str], path: Path) -> Item:
    where = _checked_fields(item, RECONCILE_FIELDS | (item.keys() & {"unless"}), path)
    named = views(f"{item['sql']} {item.get('unless', '')}")
    if unknown := [view for view in named if view not in VIEWS and view not in shared]:
        raise UsageError(f"{where}: no table {', '.join(unknown)}")
    return Item(item["says"], item["severity"], item["why"], item["sql"], item.get("unless"))


assert unique.ExpectKeyToBeUnique.expectation_type in WORDS  # importing it registered it
VIEWS = {name.replace(".", "_"): name for name in TABLES}


def views(sql: str) -> list[str]:
    """Names such as silver_exchanges that a query reads."""
    return sorted(set(re.findall(r"\b(?:bronze|silver|gold)_\w+", sql)))


def _columns(kwargs: dict[str, Any]) -> list[str]:
    return [kwargs["column"]] if "column" in kwargs else list(kwargs.get("columns", ()))
