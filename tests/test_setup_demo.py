"""Does the demo read Airflow's log rightly, and stop at the first task that fails?"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
SUBPROCESS = "[airflow.task.hooks.airflow.providers.standard.hooks.subprocess.SubprocessHook]"
START = (
    "2026-11-23T23:00:10Z [info     ] [DAG TEST] running task <TaskInstance: weekly_abuse_summary"
)


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """infra/demo.py with its log in a folder of the test's own."""
    spec = importlib.util.spec_from_file_location("demo_script", REPOSITORY / "infra" / "demo.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "demo_script", module)  # dataclasses look it up
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "LOG", tmp_path / "log")
    yield module


def said(text: str) -> str:
    return f"2026-11-23T23:00:11Z [info     ] {text} {SUBPROCESS} loc=subprocess.py:106\n"


def test_a_task_is_told_in_one_line(demo: Any, capsys: pytest.CaptureFixture[str]) -> None:
    progress = demo.Progress()
    progress.read(f"{START}.silver.traces manual__2026 [scheduled]>\n")
    progress.read(said("  silver.traces                     12,345 rows      3.2 s"))
    progress.read(said("Command exited with return code 0"))
    told = capsys.readouterr().out.split()
    assert told[:3] == ["silver.traces", "12,345", "rows"]
    assert progress.done == 1


def test_a_failing_task_stops_the_demo_and_says_why(demo: Any) -> None:
    progress = demo.Progress()
    progress.read(f"{START}.bronze.models manual__2026 [scheduled]>\n")
    progress.read(said("stillwatch: no landing folder"))
    with pytest.raises(demo.DemoError) as failure:
        progress.read(said("Command exited with return code 2"))
    assert "stillwatch: no landing folder\n" in str(failure.value)
    assert str(failure.value).endswith("the task bronze.models failed")


def test_a_command_that_fails_is_shown_with_what_it_said(demo: Any) -> None:
    with pytest.raises(demo.DemoError, match=r"because\n.*exit code 4"):
        demo.quietly("/bin/sh", "-c", "echo because; exit 4")
    assert demo.LOG.read_text() == "because\n"


def test_what_was_started_ends_with_the_demo(demo: Any) -> None:
    import psutil

    lines = demo.logged("/bin/sh", "-c", "sleep 60 & echo $!; setsid sleep 60 & echo $!; wait")
    started = [int(next(lines)), int(next(lines))]
    lines.close()
    gone, alive = psutil.wait_procs([psutil.Process(p) for p in started if psutil.pid_exists(p)], 5)
    assert not [each for each in alive if each.status() != psutil.STATUS_ZOMBIE], gone
