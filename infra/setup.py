"""How does a bare Python become an environment that runs Stillwatch?

Four stages, each skipped when its inputs are those of last time: Java is checked, a virtual
environment is made, the locked packages and the project go in, Delta's jars are fetched. Every
file that comes from elsewhere is checked against a hash in this repository. Afterwards nothing
needs the network. Standard library only; `make setup` calls it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
IVY_XML = ROOT / "infra" / "spark" / "ivy.xml"
CHECKSUMS = ROOT / "infra" / "spark" / "jars.sha256"
HELD = ".stillwatch-lock"
OLDEST_JAVA = 17
JAVA_HINT = (
    "Debian and Ubuntu: apt-get install openjdk-17-jre-headless; elsewhere a Temurin JRE, "
    "with JAVA_HOME naming its folder"
)


class SetupError(Exception):
    """A stage that cannot go on, told in one line."""


def java() -> Path:
    """The Java that Spark will start: JAVA_HOME's, or the first on the PATH.

    Raises:
        SetupError: There is none, or it is too old.
    """
    home = os.environ.get("JAVA_HOME")
    found = Path(home) / "bin" / "java" if home else Path(shutil.which("java") or "java")
    if not os.access(found, os.X_OK):
        where = f"in JAVA_HOME={home}" if home else "on the PATH"
        raise SetupError(f"no Java {where}; {OLDEST_JAVA} or later is needed. {JAVA_HINT}")
    told = subprocess.run([found, "-version"], capture_output=True, text=True, check=False)
    version = java_version(told.stderr)
    if version < OLDEST_JAVA:
        raise SetupError(
            f"{found} is Java {version or 'of an unknown version'}; {OLDEST_JAVA} or later "
            f"is needed. {JAVA_HINT}"
        )
    return found


def java_version(told: str) -> int:
    """The feature version in what `java -version` says: 17, or 8 for 1.8; 0 if none is told."""
    match = re.search(r'version "(?:1\.)?(\d+)', told)
    return int(match[1]) if match else 0


def run(command: Sequence[str | Path], what: str, env: dict[str, str] | None = None) -> None:
    """Runs a command in silence.

    Raises:
        SetupError: It failed; what it said goes to standard error first.
    """
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        print("\n".join(done.stdout.splitlines()[-25:]), file=sys.stderr)
        raise SetupError(f"{what} failed, see above")


def make_venv() -> None:
    """A virtual environment of the Python that runs this file; a fitting one is kept."""
    tell = "import sys; print(sys.version, sys.base_prefix)"
    made = VENV / "pyvenv.cfg"
    if PYTHON.exists() and f"-m venv {VENV}\n" in made.read_text() + "\n":  # else it was moved
        told = subprocess.run([PYTHON, "-c", tell], capture_output=True, text=True, check=False)
        if told.stdout.strip() == f"{sys.version} {sys.base_prefix}":
            return
    # This file may be run by the very environment that is about to go.
    base = (
        Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    )
    for child in VENV.iterdir():
        if child.name == HELD:
            continue
        shutil.rmtree(child) if child.is_dir() and not child.is_symlink() else child.unlink()
    interpreter = base if base.exists() else sys.executable
    run([interpreter, "-m", "venv", VENV], "making .venv (Debian: apt-get install python3-venv)")


def install_packages() -> None:
    """Exactly the packages of requirements.lock, each checked by hash, none besides.

    pip fetches uv, by its hash in the same lock, and uv the rest: measured in CONTRIBUTING.md.
    """
    with tempfile.TemporaryDirectory() as scratch:
        only_uv = Path(scratch) / "uv.lock"
        only_uv.write_text(locked(LOCK.read_text(), "uv"))
        quiet = ("--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes")
        run([PYTHON, "-m", "pip", "install", *quiet, "-r", only_uv], "fetching uv")
    uv = VENV / "bin" / "uv"
    run(
        [uv, "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", LOCK],
        "installing packages",
        env=uv_settings(),
    )


def locked(lock: str, name: str) -> str:
    """The entry of one package in a lock, hashes included."""
    match = re.search(rf"^{re.escape(name)}==.*(?:\n[ ]+--hash=.*)+", lock, re.MULTILINE)
    if not match:
        raise SetupError(f"requirements.lock has no entry for {name}: run `make lock`")
    return match[0] + "\n"


def uv_settings() -> dict[str, str]:
    """The index and certificates that pip is set to use, for uv, which does not read them."""
    told = subprocess.run(
        [PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    names = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_INDEX",
        "cert": "SSL_CERT_FILE",
    }
    found = {}
    for key, value in re.findall(r"^[^.\n]*\.([a-z-]+)='(.*)'$", told, re.MULTILINE):
        if key in names and names[key] not in os.environ:
            found[names[key]] = value.replace("\\n", " ").strip()
    return found


def install_project() -> None:
    """Stillwatch itself, editable; built by the locked hatchling, so nothing is fetched."""
    uv = VENV / "bin" / "uv"
    editable = ("--no-deps", "--no-build-isolation", "--offline", "--editable", ROOT)
    run([uv, "pip", "install", "--quiet", "--python", PYTHON, *editable], "installing stillwatch")


def fetch_jars() -> None:
    """Delta's jars, by the Ivy that comes with Spark, into the environment.

    Raises:
        SetupError: A jar is not the one that jars.sha256 names; it is not kept.
    """
    folder = VENV / "stillwatch-jars"
    if wrong_jars(folder) is None:
        return
    ivy = next(VENV.glob("lib/python3*/site-packages/pyspark/jars/ivy-*.jar"), None)
    if ivy is None:
        raise SetupError("Spark's Ivy is missing from .venv: run `make clean setup`")
    settings = os.environ.get("STILLWATCH_IVY_SETTINGS")
    with tempfile.TemporaryDirectory(dir=VENV, prefix=".jars-") as scratch:
        fetched = Path(scratch) / "jars"
        command = [java(), "-jar", ivy, *(("-settings", settings) if settings else ())]
        command += ["-ivy", IVY_XML, "-cache", Path(scratch) / "cache", "-warn"]
        run([*command, "-retrieve", f"{fetched}/[artifact]-[revision].[ext]"], "fetching jars")
        if problem := wrong_jars(fetched):
            raise SetupError(problem)
        shutil.rmtree(folder, ignore_errors=True)
        fetched.rename(folder)


def wrong_jars(folder: Path) -> str | None:
    """What differs between the jars of a folder and jars.sha256; None where nothing does."""
    expected = {
        name: digest for digest, name in (line.split() for line in CHECKSUMS.open(encoding="ascii"))
    }
    present = {path.name for path in folder.glob("*.jar")}
    if present != set(expected):
        odd = ", ".join(sorted(present ^ set(expected)))
        return f"jars fetched and jars listed in infra/spark/jars.sha256 differ by {odd}"
    for name, digest in expected.items():
        found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        if found != digest:
            return f"{name} has sha256 {found}, not {digest} as in infra/spark/jars.sha256"
    return None


def fingerprint(*inputs: str | Path) -> str:
    """A hash over the contents of files and over plain strings."""
    digest = hashlib.sha256()
    for each in inputs:
        digest.update(each.read_bytes() if isinstance(each, Path) else each.encode())
        digest.update(b"\0")
    return digest.hexdigest()


def stage(name: str, what: str, state: str, work: Callable[[], object]) -> bool:
    """Does the work unless the stage's stamp says that it was done in this state."""
    stamp = VENV / f".stillwatch-{name}"
    if stamp.is_file() and stamp.read_text() == state:
        return False
    print(f"setup: {what} …", flush=True)
    stamp.unlink(missing_ok=True)
    work()
    stamp.write_text(state)
    return True


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two set-ups of one checkout wait for each other."""
    VENV.mkdir(exist_ok=True)
    with (VENV / HELD).open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def stages() -> None:
    """Every stage in order; each state holds what the stage rests on."""
    started = time.monotonic()
    python = f"{sys.version_info.major}.{sys.version_info.minor} {sys.base_prefix}"
    home = os.environ.get("JAVA_HOME", "") + str(shutil.which("java"))
    steps: tuple[tuple[str, str, str, Callable[[], object]], ...] = (
        ("java", "looking for Java", home, java),
        ("venv", "making .venv", f"{VENV} {python}", make_venv),
        ("packages", "installing packages", fingerprint(LOCK, python), install_packages),
        (
            "project",
            "installing stillwatch",
            fingerprint(LOCK, ROOT / "pyproject.toml", str(ROOT), python),
            install_project,
        ),
        ("jars", "fetching Delta's jars", fingerprint(CHECKSUMS, IVY_XML), fetch_jars),
    )
    done = [stage(*step) for step in steps]
    if any(done):
        print(f"setup: done in {time.monotonic() - started:.0f} s", flush=True)


def main() -> int:
    """Sets up; a failure is told in one line."""
    try:
        if not (3, 11) <= sys.version_info[:2] < (3, 14):
            raise SetupError(f"Python {sys.version.split()[0]} is not 3.11, 3.12 or 3.13")
        with one_at_a_time():
            stages()
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
