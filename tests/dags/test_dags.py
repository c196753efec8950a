"""What every DAG of the project owes its operators: it parses fast, says who answers, gives up."""

from __future__ import annotations

import ast
import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest

DAGS = Path(__file__).resolve().parents[2] / "dags"
ALLOWED = {"airflow.sdk", "airflow.providers.standard", "airflow.providers.apache.spark"}


def test_every_file_parses(dag_bag: Any) -> None:
    assert dag_bag.import_errors == {}
    assert set(dag_bag.dags) == {"weekly_abuse_summary", "lake_maintenance"}


@pytest.mark.parametrize("dag_id", ["weekly_abuse_summary", "lake_maintenance"])
def test_a_dag_tells_owner_tags_and_what_to_do(dag_bag: Any, dag_id: str) -> None:
    dag = dag_bag.dags[dag_id]
    assert "stillwatch" in dag.tags
    assert "**When it fails" in dag.doc_md
    assert dag.max_active_runs == 1
    assert not dag.catchup
    for task in dag.tasks:
        assert task.owner == "trust-and-safety-data", task.task_id
        assert task.retries == 2, task.task_id
        assert task.execution_timeout is not None, task.task_id
        assert task.retry_policy is not None, task.task_id
        assert task.doc_md, task.task_id


def test_parsing_takes_little_time(dag_bag: Any) -> None:
    from airflow.dag_processing.dagbag import BundleDagBag

    began = time.process_time()
    BundleDagBag(DAGS, bundle_path=DAGS, bundle_name="dags")  # Airflow itself is imported by now
    assert time.process_time() - began < 2


def test_dags_import_airflow_the_map_and_the_standard_library() -> None:
    for path in DAGS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                root = name.split(".")[0]
                known = root in sys.stdlib_module_names or name in {
                    "_submit",
                    "stillwatch.pipeline",
                }
                airflow = any(name == each or name.startswith(f"{each}.") for each in ALLOWED)
                assert known or airflow, f"{path.name} imports {name}"


def test_dags_survive_being_stored(dag_bag: Any) -> None:
    from airflow.serialization.serialized_objects import DagSerialization

    for dag in dag_bag.dags.values():
        stored = json.loads(json.dumps(DagSerialization.to_dict(dag)))
        restored = DagSerialization.from_dict(stored)
        assert restored.task_ids == dag.task_ids
