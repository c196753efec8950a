"""What does a week of Stillwatch look like, from raw logs to a report, as Airflow runs it?

Everything happens under demo/, which is made anew each time: made-up traffic, a key, a throwaway
Airflow on SQLite, the lake and the report. `make demo` calls it.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Generator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "demo"
LAKE, LANDING, TRUTH = DEMO / "lake", DEMO / "landing", DEMO / "truth"
REPORT, LOG = DEMO / "report.html", DEMO / "airflow.log"
BIN = Path(sys.prefix) / "bin"
DAG, WEEK = "weekly_abuse_summary", "2026-11-09"
SUMMARY = (
    "select campaign_id, verdict, accounts, exchanges, round(share_of_traffic, 4) as share, "
    "top_capability, pivot_model, round(pivot_share, 2) as pivot from gold.weekly_abuse_summary "
    f"where week = '{WEEK}' and verdict in ('confirmed', 'probable', 'reseller') "
    "order by exchanges desc limit 12"
)
QUESTION = "select layer, direction, statement from gold.campaign_evidence limit 20"

STARTED = re.compile(rf"running task <TaskInstance: {DAG}\.(\S+) ")
ROWS = re.compile(r"\s(\w+\.\w+) +([\d,]+) rows +[\d.]+ s")
ENDED = re.compile(r"Command exited with return code (-?\d+)")
# What the task's own command wrote, without what Airflow puts before and after it.
SAID = re.compile(r"^\S+Z \[\w+ *\] (.*?) *\[airflow\.task\.hooks\.")


class DemoError(Exception):
    """A stage that failed; its message tells what and where to read on."""


@dataclass
class Progress:
    """One line a task, told when it ends: its rows and the seconds that it took in all."""

    task: str = ""
    rows: str = ""
    since: float = 0.0
    done: int = 0
    said: deque[str] = field(default_factory=lambda: deque(maxlen=30))

    def read(self, line: str) -> None:
        """Takes one line of Airflow's log.

        Raises:
            DemoError: The task's command failed. Airflow would wait, and try again.
        """
        if match := SAID.search(line):
            self.said.append(match[1])
        if match := STARTED.search(line):
            self.task, self.rows, self.since = match[1], "", time.monotonic()
            self.said.clear()
        elif (match := ROWS.search(line)) and match[1] == self.task:
            self.rows = f"{match[2]} rows"
        elif match := ENDED.search(line):
            if match[1] != "0":
                raise DemoError("\n".join([*self.said, f"the task {self.task} failed"]))
            self.done += 1
            seconds = time.monotonic() - self.since
            print(f"  {self.task:<28} {self.rows:>16} {seconds:>7.1f} s", flush=True)


def environment() -> dict[str, str]:
    """This process's environment, with Airflow and Stillwatch turned to demo/."""
    ours = {
        "AIRFLOW_HOME": str(DEMO / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "STILLWATCH_LAKE": str(LAKE),
        "STILLWATCH_LANDING": str(LANDING),
        "STILLWATCH_KEY_FILE": str(DEMO / "key"),
        "STILLWATCH_SPARK_LOG": str(DEMO / "spark.log"),
        "PYTHONUNBUFFERED": "1",
    }
    foreign = ("AIRFLOW__", "STILLWATCH_SPARK_CONN", "STILLWATCH_COMMAND")
    kept = {name: text for name, text in os.environ.items() if not name.startswith(foreign)}
    return {**kept, **ours}


def logged(*command: str | Path) -> Generator[str, None, None]:
    """The lines that a command writes, which go to the log; it ends when we do.

    Raises:
        DemoError: It failed.
    """
    with LOG.open("a", encoding="utf-8", buffering=1) as log:
        process = subprocess.Popen(
            [str(part) for part in command],
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        assert process.stdout is not None
        try:
            for line in process.stdout:
                log.write(line)
                yield line
            code = process.wait()
        finally:
            end(process)
    if code:
        raise DemoError(f"`{Path(command[0]).name} {command[1]}` failed with exit code {code}")


def end(process: subprocess.Popen[str]) -> None:
    """Ends a process and what it started: Airflow outlives SIGTERM, and its tasks outlive it."""
    if process.poll() is None:
        for child in psutil.Process(process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                child.kill()
        process.kill()
        process.wait()


def quietly(*command: str | Path) -> None:
    """Runs a command whose lines are for the log only, and for us if it fails.

    Raises:
        DemoError: It failed.
    """
    last: deque[str] = deque(maxlen=20)
    try:
        last.extend(logged(*command))
    except DemoError as error:
        raise DemoError("".join(last) + str(error)) from None


def run_dag() -> None:
    """The DAG of the week, in this process's stead: no scheduler is needed to test a DAG."""
    quietly(BIN / "airflow", "db", "migrate")
    progress = Progress()
    with closing(logged(BIN / "airflow", "dags", "test", DAG, WEEK)) as lines:
        for line in lines:
            progress.read(line)
    if not progress.done:
        raise DemoError("Airflow ran no task")


def show(*arguments: str | Path) -> None:
    """Runs a command of `stillwatch` whose answer is for the terminal.

    Raises:
        DemoError: It failed.
    """
    command = [str(BIN / "stillwatch"), *(str(each) for each in arguments)]
    if code := subprocess.run(command, env=environment(), check=False).returncode:
        raise DemoError(f"`stillwatch {arguments[0]}` failed with exit code {code}")


def demo() -> None:
    """All stages."""
    began = time.monotonic()
    shutil.rmtree(DEMO, ignore_errors=True)
    DEMO.mkdir()
    print(f"demo: simulating the week of {WEEK} into demo/", flush=True)
    quietly(
        BIN / "stillwatch",
        "simulate",
        "--out",
        DEMO,
        "--scale",
        "0.6",
        "--weeks",
        "1",
        "--week",
        WEEK,
    )

    from stillwatch.io import keys

    keys.create(DEMO / "key")
    print(f"demo: running the Airflow DAG {DAG} (its log: demo/airflow.log)", flush=True)
    run_dag()
    print("demo: the weekly abuse summary\n", flush=True)
    show("sql", "--lake", LAKE, SUMMARY)
    print("\ndemo: compared with the truth, which detection never reads\n", flush=True)
    figures = DEMO / "evaluation.json"
    show("evaluate", "--lake", LAKE, "--truth", TRUTH, "--week", WEEK, "--json", figures)
    quietly(BIN / "stillwatch", "report", "--lake", LAKE, "--week", WEEK, "--out", REPORT)
    print(f"\ndemo: done in {time.monotonic() - began:.0f} s")
    print("  the report:      demo/report.html")
    print(f'  ask a question:  .venv/bin/stillwatch sql --lake demo/lake "{QUESTION}"')
    print("  or many:         .venv/bin/stillwatch sql --lake demo/lake")


def main() -> int:
    """Runs the demo; a failure shows what the failing command said last."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that children are ended
    try:
        demo()
    except DemoError as error:
        print(f"{error}\ndemo: failed; the whole log is demo/airflow.log", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
