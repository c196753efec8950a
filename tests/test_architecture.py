"""Does the code keep the shape that docs promise? Each failure names what is missing or astray.

Imports point one way: kernels <- bronze, silver, gold <- io <- command line. Names agree: a table
is a step, a transform, a suite, a test. And nothing of one machine is in a tracked file.
"""

from __future__ import annotations

import ast
import hashlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from stillwatch.pipeline import STEPS, Step
from stillwatch.tables import TABLES

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGE = REPOSITORY / "jobs" / "stillwatch"
MAX_LINES = 400
TRANSFORMED = [step for step in STEPS if step.engine != "publication"]

# What the modules of a folder may not import. `judgement` is the arithmetic of gold.
PURE = {"pathlib", "os", "time", "random", "socket", "subprocess", "tempfile"}
EDGES = {"stillwatch.io", "stillwatch.cli", "stillwatch.evaluate", "stillwatch.report"}
TABLE_CODE = {"stillwatch.bronze", "stillwatch.silver", "stillwatch.gold"}
FORBIDDEN = {
    "kernels": {
        "pyspark",
        "delta",
        "deltalake",
        "stillwatch.judgement",
        *PURE,
        *EDGES,
        *TABLE_CODE,
    },
    "judgement": {"delta", "deltalake", *PURE, *EDGES, *TABLE_CODE},
    "bronze": {"delta", "deltalake", *PURE, *EDGES},
    "silver": {"delta", "deltalake", *PURE, *EDGES},
    "gold": {"delta", "deltalake", *PURE, *EDGES},
    "simulate": {*EDGES - {"stillwatch.io"}, *TABLE_CODE, "stillwatch.judgement"},
    "evaluate": {*TABLE_CODE, "stillwatch.simulate"},
    "io": {"stillwatch.simulate", "stillwatch.evaluate", "stillwatch.report"},
}
# Compiled code is cached on disk, so the one module that sets the cache up knows folders. Of
# sockets only the reading of addresses is used.
EXCEPT = {*(("kernels/compiled.py", name) for name in PURE), ("kernels/keyed.py", "socket")}
BARE = ["pipeline.py", "config.py", "errors.py", *(f"tables/{n}.py" for n in ("bronze", "types"))]


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, and `module.name` for names that it takes from one."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, forbidden: set[str]) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in forbidden)


def tracked() -> list[Path]:
    """Files that git tracks and that exist: what a person who clones the project gets."""
    listed = subprocess.run(
        ["git", "-C", REPOSITORY, "ls-files", "-z"], capture_output=True, text=True, check=True
    ).stdout
    return [
        REPOSITORY / name for name in listed.split("\0") if name and (REPOSITORY / name).exists()
    ]


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="ignore")


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_imports_point_one_way(folder: str) -> None:
    astray = {
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in (PACKAGE / folder).rglob("*.py")
        for name in imported(path)
        if within(name, FORBIDDEN[folder])
        and (str(path.relative_to(PACKAGE)), name.split(".")[0]) not in EXCEPT
    }
    assert not astray, sorted(astray)


def test_the_map_needs_the_standard_library_alone() -> None:
    bare = {PACKAGE / name for name in BARE} | set((PACKAGE / "tables").glob("*.py"))
    for path in bare:
        for name in imported(path):
            root = name.split(".")[0]
            known = root in sys.stdlib_module_names or root == "stillwatch"
            assert known, f"{path.relative_to(PACKAGE)} imports {name}"


def test_the_map_loads_without_packages() -> None:
    """As in a scheduler's environment: site-packages is not there at all."""
    code = "import stillwatch.pipeline, stillwatch.config, sys; print(len(sys.modules))"
    command = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r}); {code}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_steps_are_in_order_and_named_once() -> None:
    done: set[str] = set()
    for step in STEPS:
        unknown = [n for n in step.reads if n not in done and not n.startswith("landing.")]
        assert not unknown, f"{step.name} reads {unknown}, which no earlier step writes"
        assert step.name not in done, f"{step.name} is there twice"
        done.add(step.name)
    assert done == set(TABLES), f"steps and tables differ by {sorted(done ^ set(TABLES))}"


@pytest.mark.parametrize("step", TRANSFORMED, ids=lambda step: step.name)
def test_a_step_has_its_transform(step: Step) -> None:
    module, function = step.transform.split(":")
    path = PACKAGE.parent / f"{module.replace('.', '/')}.py"
    assert path.exists(), f"missing {path.relative_to(REPOSITORY)}"
    public = [
        node.name
        for node in ast.parse(text_of(path)).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    assert function in public, f"missing {function} in {path.relative_to(REPOSITORY)}"


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_step_has_its_comments_suite_and_test(step: Step) -> None:
    table = TABLES[step.name]
    assert table.comment.strip(), f"{step.name} has no comment"
    bare = [column.name for column in table.columns if len(column.comment.strip()) < 5]
    assert not bare, f"{step.name}: columns without a comment: {bare}"
    assert step.doc.strip(), f"{step.name} has no doc"
    assert step.owner.strip(), f"{step.name} has no owner"
    wanted = [f"expectations/{table.layer}/{table.short}.json"] if step in TRANSFORMED else []
    wanted += [f"tests/{table.layer}/test_{table.short}.py"] if step in TRANSFORMED else []
    missing = [name for name in wanted if not (REPOSITORY / name).exists()]
    assert not missing, f"{step.name} has no {', no '.join(missing)}"


def test_comments_of_columns_are_distinct_within_a_table() -> None:
    for table in TABLES.values():
        told = [column.comment for column in table.columns]
        twice = sorted({comment for comment in told if told.count(comment) > 1})
        assert not twice, f"{table.name} says twice: {twice}"


def test_files_are_short() -> None:
    long = {
        str(path.relative_to(REPOSITORY)): len(text_of(path).splitlines())
        for path in tracked()
        if path.suffix in {".py", ".sh", ".toml"}
    }
    over = {name: lines for name, lines in long.items() if lines > MAX_LINES}
    assert not over, f"over {MAX_LINES} lines: {over}"


def test_every_module_says_what_it_answers() -> None:
    silent = [
        str(path.relative_to(REPOSITORY))
        for folder in ("jobs", "dags", "infra", "benchmarks")
        for path in (REPOSITORY / folder).rglob("*.py")
        if not ast.get_docstring(ast.parse(text_of(path)))
    ]
    assert not silent, silent


# Split, so that this file does not hold what it looks for.
ASTRAY = {
    "a package registry": r"(?:py"
    + r"pi\.(?:org|io)|files\.python"
    + r"hosted|maven"
    + r"\.org|maven"
    + r"2/)",
    "a path of one machine": r"(?:/ro" + r"ot/|/wo" + r"rk/|/ho" + r"me/[a-z])",
    "a private key": r"BEGIN [A-Z ]*PRIVATE" + r" KEY",
}

# SHA-256 of the lower-case names, cut: the test names no company either.
COMPANIES = {
    "c70eca6b0f88f44d",
    "7d3194f79e645c42",
    "6f7ac1823da81d2e",
    "b5d641b432cca81e",
    "047364b9be67f665",
    "67f2d22514622d1b",
    "c857d09db23e6822",
    "60965168ce762e94",
    "90642c3dd333bc0e",
    "a89151ba4b5ac0f2",
    "9c8ae69b84f21a2e",
    "5388bc10736a0eff",
    "fb49d6d5dd712290",
    "3669ffb921cca6ee",
    "2c348893efb2316e",
    "c97504235ab15009",
    "920510199770f4d6",
}


@pytest.mark.parametrize("what", ASTRAY)
def test_nothing_of_one_machine_is_tracked(what: str) -> None:
    found = [
        f"{path.relative_to(REPOSITORY)}:{number}"
        for path in tracked()
        if path.suffix not in {".parquet", ".gz", ".png"}
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if re.search(ASTRAY[what], line)
    ]
    assert not found, f"{what} in {found}"


def test_no_company_is_named() -> None:
    """Published cases are allegations: nobody who is alleged to do anything is named."""
    found = [
        f"{path.relative_to(REPOSITORY)}:{number}: {word}"
        for path in tracked()
        if path.name != "requirements.lock" and path.suffix not in {".parquet", ".gz", ".png"}
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        for word in re.findall(r"[a-z]{4,}", line.lower())
        if hashlib.sha256(word.encode()).hexdigest()[:16] in COMPANIES
    ]
    assert not found, found
