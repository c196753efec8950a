"""Every table can be asked by name, also of a lake that an earlier version of the code wrote."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lakes import write_lake
from stillwatch.io.analyst import Analyst
from stillwatch.tables import TABLES

pytestmark = pytest.mark.spark
WEEK = date(2026, 11, 9)
EVIDENCE = TABLES["gold.campaign_evidence"]


def test_a_column_that_was_added_since_is_null(
    spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = {EVIDENCE.name: [{"campaign_id": "c-1", "layer": "payment"}]}
    with monkeypatch.context() as before:
        before.setitem(TABLES, EVIDENCE.name, replace(EVIDENCE, columns=EVIDENCE.columns[:-1]))
        lake = write_lake(tmp_path / "lake", WEEK, rows)
    console = Analyst(lake)
    (line,) = console.ask(f"select * from {EVIDENCE.name}", "json").splitlines()
    row = json.loads(line)
    assert list(row) == list(EVIDENCE.column_names)
    assert (row["campaign_id"], row["layer"], row["exemplars"]) == ("c-1", "payment", None)
    (kind,) = console.ask(
        f"select typeof(exemplars) as kind from {EVIDENCE.name}", "json"
    ).splitlines()
    assert json.loads(kind) == {"kind": "array<string>"}
    for name in TABLES:
        assert console.ask(f"select count(*) as n from {name}", "json").startswith("{")
