"""What does docs/tables.md say? `python -m stillwatch.tables > docs/tables.md` writes it anew.

Everything comes from the declarations and the map, so the page is never edited by hand; a test
fails where it is out of date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from stillwatch.pipeline import step
from stillwatch.tables import TABLES, Table, ddl

HEAD = """\
# Tables
Written by `python -m stillwatch.tables > docs/tables.md`: change `jobs/stillwatch/tables/` instead.

A table lies in `<lake>/<layer>/<table>` and is read by anything that reads Delta (reader version
1). Times are UTC. Columns that are null for now are listed in [the changelog](../CHANGELOG.md).
"""


def anchor(name: str) -> str:
    """The fragment by which a heading is linked to on code hosts: `gold.x` gives `goldx`."""
    return name.replace(".", "")


def cell(text: str) -> str:
    """The text as one cell of a Markdown table."""
    return text.replace("|", "\\|")


def page() -> str:
    """The whole page, ended by a newline."""
    lines = [HEAD, "| table | what it answers |", "|---|---|"]
    lines += [f"| [{t.name}](#{anchor(t.name)}) | {cell(t.comment)} |" for t in TABLES.values()]
    for table in TABLES.values():
        lines += ["", *section(table)]
    return "\n".join(lines) + "\n"


def section(table: Table) -> Iterator[str]:
    """The lines about one table."""
    made = step(table.name)
    kept = f"{table.retention_days} days" if table.retention_days else "until it is removed by hand"
    yield f"## {table.name}"
    yield table.comment
    yield ""
    yield f"- Key within a week: {', '.join(f'`{name}`' for name in table.key)}"
    yield f"- Partitioned by: {f'`{table.partition}`' if table.partition else 'nothing'}"
    yield f"- Kept: {kept}"
    yield f"- Step: {made.doc} ({made.engine})"
    yield f"- Made from: {', '.join(f'`{name}`' for name in made.reads)}"
    yield ""
    yield "| column | type | meaning |"
    yield "|---|---|---|"
    for column in table.columns:
        yield f"| `{column.name}` | `{cell(ddl(column.type))}` | {cell(column.comment)} |"


if __name__ == "__main__":
    sys.stdout.write(page())
