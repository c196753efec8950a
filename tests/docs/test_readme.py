"""Can a stranger follow the pages? Commands parse, links lead somewhere, queries name columns."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from deltalake import Schema
from stillwatch import cli
from stillwatch.tables import TABLES, Table

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/*.md"), *REPOSITORY.glob("docs/adr/*.md")]
)
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
CALL = re.compile(r"(?:\w+=\S+ )*(?:\.venv/bin/)?stillwatch (?=[a-z])")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
SOURCES = ("jobs", "dags", "infra", "tests")


def named(page: Path) -> str:
    return page.relative_to(REPOSITORY).as_posix()


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def commands(text: str) -> Iterator[list[str]]:
    """Arguments of each whole command in a block of shell."""
    for language, block in FENCE.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            if language == "sh" and (found := CALL.match(line)):
                yield shlex.split(line[found.end() :], comments=True)


def mentions(text: str) -> Iterator[list[str]]:
    """Words of each command that is only mentioned, in a sentence or as a synopsis."""
    blocks = [block for language, block in FENCE.findall(text) if language != "sh"]
    spans = re.findall(r"`([^`\n]+)`", FENCE.sub("", text))
    for line in [*spans, *(line for block in blocks for line in block.splitlines())]:
        if found := CALL.match(line):
            yield re.sub(r"[\[\]]", " ", line[found.end() :]).split()


WHOLE = [(named(page), words) for page in PAGES for words in commands(text_of(page))]
MENTIONED = [(named(page), words) for page in PAGES for words in mentions(text_of(page))]
QUERIES = [
    (named(page), block)
    for page in PAGES
    for language, block in FENCE.findall(text_of(page))
    if language == "sql"
]


def test_the_pages_show_commands_and_queries() -> None:
    assert len(WHOLE) >= 8
    assert len(MENTIONED) >= 8
    assert len(QUERIES) >= 3


@pytest.mark.parametrize(("page", "words"), WHOLE, ids=lambda part: str(part)[:60])
def test_a_command_parses(page: str, words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(cli.LAKE, raising=False)
    monkeypatch.delenv(cli.LANDING, raising=False)
    assert callable(cli.parser().parse_args(words).command), page


@pytest.mark.parametrize(("page", "words"), MENTIONED, ids=lambda part: str(part)[:60])
def test_a_mentioned_command_has_its_options(
    page: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.parser().parse_args([words[0].rstrip(",.;:"), "--help"])
    assert ended.value.code == 0, f"{page}: no command {words[0]}"
    known = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
    unknown = {word for word in words if word.startswith("--")} - known
    assert not unknown, f"{page}: {words[0]} has no {unknown}"


def empty(table: Table) -> pl.DataFrame:
    schema = pa.schema(Schema.from_json(json.dumps(table.schema_json())).to_arrow())
    return pl.DataFrame(pl.from_arrow(schema.empty_table()))


@pytest.mark.parametrize(("page", "query"), QUERIES, ids=lambda part: str(part)[:60])
def test_a_query_names_tables_and_columns_that_exist(page: str, query: str) -> None:
    """Polars stands in for Spark SQL here: names are checked, Spark's dialect is not."""
    flat = re.sub(r"\b(bronze|silver|gold)\.(\w+)", r"\1_\2", query)
    flat = flat.replace("explode(", "unnest(")
    frames = {name.replace(".", "_"): empty(table) for name, table in TABLES.items()}
    answer = pl.SQLContext(frames, eager=True).execute(flat)
    assert answer.height == 0, page
    assert answer.width > 1


def slugs(page: Path) -> set[str]:
    """Fragments of a page's headings, as code hosts make them."""
    heads = re.findall(r"^#+ (.+)$", FENCE.sub("", text_of(page)), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(FENCE.sub("", text_of(page))):
        if target.startswith("https://"):
            continue
        path, _, fragment = target.partition("#")
        found = page.parent / path if path else page
        assert found.exists(), f"{named(page)} links to {target}"
        assert not fragment or fragment in slugs(found), f"{named(page)} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_paths_in_the_repository_exist(page: Path) -> None:
    folders = "jobs|dags|docs|infra|tests|benchmarks|expectations"
    paths = re.findall(rf"`((?:{folders})/[\w./]*\w)`", text_of(page))
    missing = [path for path in paths if not (REPOSITORY / path).exists()]
    assert not missing, f"{named(page)} names {missing}"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_settings_from_the_environment_exist(page: Path) -> None:
    code = "".join(
        text_of(path) for folder in SOURCES for path in (REPOSITORY / folder).rglob("*.py")
    )
    told = set(re.findall(r"\bSTILLWATCH_[A-Z_]+\b", text_of(page)))
    unknown = {name for name in told if name not in code}
    assert not unknown, f"{named(page)} names {unknown}"


def test_every_target_of_make_exists() -> None:
    makefile = text_of(REPOSITORY / "Makefile")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    for page in PAGES:
        told = re.findall(r"(?:`|^)make ([a-z-]+)", text_of(page), flags=re.MULTILINE)
        assert set(told) <= targets, f"{named(page)} names {set(told) - targets}"
