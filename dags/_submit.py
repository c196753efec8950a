"""How does a task reach the command line: on this machine, or through spark-submit?

The only file that knows spark-submit. With STILLWATCH_SPARK_CONN set, the name of an Airflow
connection of type Spark, tasks are submitted to that cluster; without it the command runs where
Airflow's worker runs. Either way a task is one command, and its exit code decides about retries.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import RetryDecision, RetryPolicy, Variable
from airflow.sdk.exceptions import AirflowFailException

SPARK_CONN = "STILLWATCH_SPARK_CONN"
COMMAND = os.environ.get("STILLWATCH_COMMAND", str(Path(sys.prefix) / "bin" / "stillwatch"))
APPLICATION = Path(__file__).resolve().parent.parent / "infra" / "spark" / "submit.py"
FINAL = {
    "2": "the caller's mistake: a retry would fail the same way",
    "3": "the data failed its quality gate: a retry would fail the same way",
}
DEFAULTS = {
    "owner": "trust-and-safety-data",
    "retries": 2,
    "retry_delay": timedelta(minutes=5),
}


class ExitCodes(RetryPolicy):
    """Retries what may pass by itself: anything but the exit codes in FINAL."""

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: Any = None
    ) -> RetryDecision:
        """Reads the exit code from what BashOperator and spark-submit's hook say of it."""
        told = re.search(r"(?:exit code|Error code is:) (\d+)", str(exception))
        reason = FINAL.get(told[1]) if told else None
        return RetryDecision.fail(reason) if reason else RetryDecision.default()


def folder(name: str) -> str:
    """An absolute path from the variable `stillwatch_<name>`, or from STILLWATCH_<NAME>."""
    found = Variable.get(f"stillwatch_{name}", default=None) or os.environ.get(
        f"STILLWATCH_{name.upper()}"
    )
    if not found:
        raise AirflowFailException(
            f"set the Airflow variable stillwatch_{name} or STILLWATCH_{name.upper()}"
        )
    return str(Path(found).absolute())


def week(dag_run: Any) -> str:
    """The Monday that a run is about, as 2026-11-09.

    By order: `week` in the run's configuration; its partition key; its logical date, where that
    is a Monday's midnight, as in scheduled runs, backfills and `airflow dags test`; else the
    start of its data interval, which is the last whole week before a run that a person triggers.
    """
    named = (dag_run.conf or {}).get("week") or dag_run.partition_key
    if named:
        return datetime.strptime(named, "%Y-%m-%d").date().isoformat()
    logical: datetime | None = dag_run.logical_date
    is_midnight = logical is not None and logical.time() == time(0)
    is_monday = logical is not None and logical.weekday() == 0
    start = logical if is_midnight and is_monday else dag_run.data_interval_start
    if start is None:
        raise AirflowFailException('the run names no week: trigger it with {"week": "2026-11-09"}')
    return str(start.date())


MACROS = {"folder": folder, "week": week}


def submit(task_id: str, *arguments: str, **task: Any) -> Any:
    """A task that runs `stillwatch` with these arguments, which may be templates over MACROS."""
    task = {"task_id": task_id, "retry_policy": ExitCodes(), **task}
    conn = os.environ.get(SPARK_CONN)
    if conn:
        from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator

        return SparkSubmitOperator(
            application=str(APPLICATION),
            application_args=list(arguments),
            conn_id=conn,
            name=f"stillwatch {task_id}",
            durable=False,
            **task,
        )
    # What a template gives reaches the shell as a variable, never as text of the command.
    given = {f"ARGUMENT_{n}": text for n, text in enumerate(arguments) if "{{" in text}
    names = {text: f'"${name}"' for name, text in given.items()}
    words = [COMMAND, *arguments]
    return BashOperator(
        bash_command=" ".join(["exec", *(names.get(word) or shlex.quote(word) for word in words)]),
        env=given,
        append_env=True,
        cwd=str(Path.cwd()),
        skip_on_exit_code=None,
        do_xcom_push=False,
        **task,
    )
