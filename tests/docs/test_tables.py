"""Is docs/tables.md what the declarations say today?"""

from __future__ import annotations

from pathlib import Path

from stillwatch.tables import TABLES
from stillwatch.tables.__main__ import anchor, page

REPOSITORY = Path(__file__).resolve().parents[2]
WRITTEN = REPOSITORY / "docs" / "tables.md"


def test_the_page_is_up_to_date() -> None:
    command = "python -m stillwatch.tables > docs/tables.md"
    assert WRITTEN.read_text(encoding="utf-8") == page(), f"run `{command}`"


def test_the_page_has_every_column_of_every_table() -> None:
    sections = page().split("\n## ")[1:]
    assert [section.splitlines()[0] for section in sections] == list(TABLES)
    for section, table in zip(sections, TABLES.values(), strict=True):
        rows = [line for line in section.splitlines() if line.startswith("| `")]
        assert [row.split("`")[1] for row in rows] == list(table.column_names)


def test_the_readme_maps_every_table() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    missing = [name for name in TABLES if f"docs/tables.md#{anchor(name)})" not in readme]
    assert not missing, missing
