"""Does a task run the command as written, and does its exit code decide about a retry?

The command is a stand-in that tells what it was given: the subject here is the way to it.
"""

from __future__ import annotations

import importlib.util
import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

DAGS = Path(__file__).resolve().parents[2] / "dags"


@pytest.fixture(scope="session")
def submit(airflow_home: Path) -> Any:
    """dags/_submit.py, imported as Airflow's processor does: from the folder of DAGs."""
    spec = importlib.util.spec_from_file_location("_submit", DAGS / "_submit.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def command(tmp_path: Path, submit: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A command that writes its arguments down and exits with the code that it is told."""
    path = tmp_path / "stand in"
    path.write_text(
        f"#!{sys.executable}\n"
        "import os, pathlib, sys\n"
        f"pathlib.Path({str(tmp_path / 'given')!r}).write_text('\\n'.join(sys.argv[1:]))\n"
        "sys.exit(int(os.environ.get('CODE', 0)))\n"
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(submit, "COMMAND", str(path))
    return path


def test_arguments_arrive_as_they_were_written(submit: Any, command: Path, tmp_path: Path) -> None:
    hostile = '$(touch hacked) "; exit 9 #'
    task = submit.submit("x", "step", hostile, "--lake", "{{ folder }}")
    task.render_template_fields({"folder": hostile})
    task.execute({})
    given = (tmp_path / "given").read_text().split("\n")
    assert given == ["step", hostile, "--lake", hostile]


@pytest.mark.parametrize(("code", "final"), [(1, False), (2, True), (3, True), (137, False)])
def test_the_exit_code_decides_about_a_retry(
    submit: Any, command: Path, monkeypatch: pytest.MonkeyPatch, code: int, final: bool
) -> None:
    from airflow.sdk import RetryAction

    monkeypatch.setenv("CODE", str(code))
    task = submit.submit("x", "step")
    with pytest.raises(Exception, match=f"code {code}") as failure:
        task.execute({})
    decision = task.retry_policy.evaluate(failure.value, 1, 2)
    assert decision.action is (RetryAction.FAIL if final else RetryAction.DEFAULT)


def test_a_folder_comes_from_the_environment(
    submit: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AIRFLOW_VAR_STILLWATCH_LANDING", "")
    monkeypatch.setenv("STILLWATCH_LANDING", "landing")
    monkeypatch.chdir(tmp_path)
    assert submit.folder("landing") == str(tmp_path / "landing")


def test_a_variable_goes_before_the_environment(
    submit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_VAR_STILLWATCH_LAKE", "/chosen")
    monkeypatch.setenv("STILLWATCH_LAKE", "/other")
    assert submit.folder("lake") == "/chosen"


def test_a_folder_that_nobody_named_fails_at_once(
    submit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.sdk.exceptions import AirflowFailException

    monkeypatch.setenv("AIRFLOW_VAR_STILLWATCH_LAKE", "")
    monkeypatch.delenv("STILLWATCH_LAKE", raising=False)
    with pytest.raises(AirflowFailException, match="stillwatch_lake or STILLWATCH_LAKE"):
        submit.folder("lake")


@pytest.mark.slow
@pytest.mark.spark
def test_a_spark_connection_submits_the_same_command(
    submit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real spark-submit on a local master: the command's own exit code comes back."""
    from airflow.sdk import RetryAction

    monkeypatch.setenv("STILLWATCH_SPARK_CONN", "stillwatch_spark")
    monkeypatch.setenv(
        "AIRFLOW_CONN_STILLWATCH_SPARK", '{"conn_type": "spark", "host": "local[1]"}'
    )
    monkeypatch.setenv("PATH", f"{sys.prefix}/bin{os.pathsep}{os.environ['PATH']}")
    task = submit.submit("x", "step", "no.such", "--lake", "nowhere", "--week", "2026-11-10")
    assert type(task).__name__ == "SparkSubmitOperator"
    with pytest.raises(Exception, match="Error code is: 2") as failure:
        task.execute({})
    assert task.retry_policy.evaluate(failure.value, 1, 2).action is RetryAction.FAIL
