"""Does set-up refuse what it should, in one line, and do nothing where nothing changed?"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import stat
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """infra/setup.py with an environment folder of the test's own."""
    spec = importlib.util.spec_from_file_location("setup_script", REPOSITORY / "infra" / "setup.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "VENV", tmp_path / "venv")
    (tmp_path / "venv").mkdir()
    return module


def java_that_says(folder: Path, told: str) -> Path:
    path = folder / "bin" / "java"
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\necho '{told}' >&2\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.mark.parametrize(
    ("told", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('openjdk version "25" 2025-09-16', 25),
        ('java version "1.8.0_402"', 8),
        ('openjdk version "21-ea" 2023-09-19', 21),
        ("nothing of the kind", 0),
    ],
)
def test_versions_of_java_are_read(setup: Any, told: str, version: int) -> None:
    assert setup.java_version(told) == version


def test_an_old_java_is_refused(
    setup: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    java_that_says(tmp_path / "jdk", 'openjdk version "11.0.2" 2019-01-15')
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk"))
    with pytest.raises(setup.SetupError, match=r"is Java 11; 17 or later is needed.*apt-get"):
        setup.java()


def test_a_missing_java_is_told_with_the_way_to_get_it(
    setup: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(setup.SetupError, match=r"no Java on the PATH.*openjdk-17-jre-headless"):
        setup.java()


def test_java_home_goes_before_the_path(
    setup: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = java_that_says(tmp_path / "jdk", 'openjdk version "21.0.1" 2023-10-17')
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk"))
    assert setup.java() == chosen


def test_the_jars_in_use_are_those_that_the_repository_names(setup: Any) -> None:
    folder = Path(os.environ.get("STILLWATCH_JARS", Path(sys.prefix) / "stillwatch-jars"))
    assert setup.wrong_jars(folder) is None


def test_a_changed_jar_is_named(
    setup: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = hashlib.sha256(b"good").hexdigest()
    (tmp_path / "sums").write_text(f"{good}  one.jar\n")
    monkeypatch.setattr(setup, "CHECKSUMS", tmp_path / "sums")
    (tmp_path / "one.jar").write_bytes(b"good")
    assert setup.wrong_jars(tmp_path) is None
    (tmp_path / "one.jar").write_bytes(b"bad")
    assert re.fullmatch(r"one\.jar has sha256 \w+, not \w+ as in .*", setup.wrong_jars(tmp_path))
    (tmp_path / "other.jar").write_bytes(b"good")
    assert "other.jar" in setup.wrong_jars(tmp_path)


def test_every_jar_that_ivy_fetches_has_a_checksum(setup: Any) -> None:
    fetched = re.findall(r'name="(\S+)" rev="(\S+)"', setup.IVY_XML.read_text())
    listed = [line.split()[1] for line in setup.CHECKSUMS.read_text().splitlines()]
    assert sorted(f"{name}-{revision}.jar" for name, revision in fetched) == sorted(listed)


def test_one_package_is_taken_out_of_the_lock_with_its_hashes(setup: Any) -> None:
    lock = (
        "a==1 \\\n    --hash=sha256:11\nuv==2.0 \\\n    --hash=sha256:22 \\\n    --hash=sha256:33\n"
    )
    assert setup.locked(lock, "uv") == lock.split("\n", 2)[2]
    with pytest.raises(setup.SetupError, match="no entry for v"):
        setup.locked(lock, "v")


def test_every_locked_package_has_a_hash_and_no_address() -> None:
    lock = (REPOSITORY / "requirements.lock").read_text()
    packages = re.findall(r"^[A-Za-z0-9][\w.-]*==", lock, re.MULTILINE)
    hashed = re.findall(r"^[A-Za-z0-9][\w.-]*==.*\\\n +--hash=sha256:", lock, re.MULTILINE)
    assert len(packages) == len(hashed) > 100
    assert "://" not in lock


def test_a_stage_is_done_once_for_each_state(
    setup: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    done: list[str] = []
    for state in ("one", "one", "two"):
        setup.stage("x", "doing x", state, lambda state=state: done.append(state))
    assert done == ["one", "two"]
    assert capsys.readouterr().out == "setup: doing x …\n" * 2


def test_a_stage_that_failed_is_done_again(setup: Any) -> None:
    def fails() -> None:
        raise setup.SetupError("no")

    with pytest.raises(setup.SetupError):
        setup.stage("x", "doing x", "state", fails)
    assert setup.stage("x", "doing x", "state", lambda: None)


def test_what_a_failing_command_says_is_shown(
    setup: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(setup.SetupError, match="trying failed, see above"):
        setup.run(["sh", "-c", "echo because; exit 4"], "trying")
    assert capsys.readouterr().err == "because\n"


def test_make_lists_its_targets() -> None:
    told = subprocess.run(
        ["make", "-C", REPOSITORY, "--no-print-directory"], capture_output=True, text=True
    )
    assert told.returncode == 0, told.stderr
    names = re.findall(r"^make (\S+)", told.stdout, re.MULTILINE)
    assert {"setup", "test", "unit", "lint", "demo", "lock", "clean", "help"} <= set(names)


def test_a_wheel_carries_the_suites_where_they_are_looked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from stillwatch.io import suites

    told = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    placed = told["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]["expectations"]
    package = tmp_path / "lib" / "stillwatch"
    (tmp_path / "lib" / placed).mkdir(parents=True)
    monkeypatch.delenv("STILLWATCH_EXPECTATIONS", raising=False)
    monkeypatch.setattr(suites.stillwatch, "__file__", str(package / "__init__.py"))
    assert suites.root() == tmp_path / "lib" / placed
