"""compiled.py: the cache holds when workers start at once, and where the package is read-only."""

import fcntl
import shutil
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
import stillwatch
from numba.core import caching
from stillwatch.kernels import compiled, spans

PROGRAM = """
import pyarrow as pa
from stillwatch.kernels import spans
print(spans.fingerprints(pa.array(["one two three four five six"])).to_pylist())
kernel = spans._fingerprints
print(sum(kernel.stats.cache_hits.values()), kernel._cache.cache_path or "none")
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package, without any cache."""
    source = Path(stillwatch.__file__).parent
    ignored = shutil.ignore_patterns("__pycache__", "simulate", "io", "gold", "silver", "bronze")
    shutil.copytree(source, tmp_path / "jobs" / "stillwatch", ignore=ignored)
    return tmp_path / "jobs"


def start(package: Path, home: str, cache: str = "") -> subprocess.Popen[str]:
    environment = {"PYTHONPATH": str(package), "HOME": home, "NUMBA_CACHE_DIR": cache}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[str, int, str]:
    out, errors = process.communicate(timeout=200)
    assert process.returncode == 0, errors
    answer, state = out.splitlines()
    hits, folder = state.split(" ", 1)
    return answer, int(hits), folder


def deny(folder: Path) -> None:
    """Make the cache folder impossible, even for root: a file stands in its place."""
    (folder / "__pycache__").write_text("not a folder")


@pytest.mark.slow
def test_three_workers_at_once_fill_one_cache_and_a_fourth_loads_it(
    package: Path, tmp_path: Path
) -> None:
    first = [start(package, str(tmp_path)) for _ in range(3)]
    answers = {finish(worker)[0] for worker in first}
    answer, hits, folder = finish(start(package, str(tmp_path)))
    assert answers == {answer}
    assert hits == 1
    assert Path(folder).is_relative_to(package / "stillwatch" / "kernels" / "__pycache__")


@pytest.mark.slow
def test_a_read_only_package_uses_the_users_folder_then_none(package: Path, tmp_path: Path) -> None:
    deny(package / "stillwatch" / "kernels")
    home = tmp_path / "home"
    home.mkdir()
    answer, hits, folder = finish(start(package, str(home)))
    assert (hits, Path(folder).is_relative_to(home)) == (0, True)
    assert finish(start(package, str(home))) == (answer, 1, folder)
    assert finish(start(package, "/dev/null")) == (answer, 0, "none")
    provided = str(tmp_path / "provided")
    assert finish(start(package, "/dev/null", provided))[2].startswith(provided)


@pytest.mark.slow
def test_a_changed_helper_in_another_file_is_not_met_by_old_machine_code(
    package: Path, tmp_path: Path
) -> None:
    before = finish(start(package, str(tmp_path)))
    words = package / "stillwatch" / "kernels" / "words.py"
    words.write_text(words.read_text().replace("0xFF51AFD7ED558CCD", "0xFF51AFD7ED558CCF"))
    after = finish(start(package, str(tmp_path)))
    assert after[1] == 0
    assert after[0] != before[0]


def test_who_saves_machine_code_waits_for_whoever_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("numba.config.CACHE_DIR", str(tmp_path))
    saved: list[object] = []
    monkeypatch.setattr(
        caching.FunctionCache, "save_overload", lambda self, sig, data: saved.append(sig)
    )
    cache = compiled._Cache(spans._fingerprints.py_func)
    folder = Path(cache.cache_path)
    assert folder.is_relative_to(tmp_path)
    with (folder / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        other = Thread(target=cache.save_overload, args=("signature", None))
        other.start()
        other.join(0.3)
        assert saved == []
    other.join(60)
    assert saved == ["signature"]
