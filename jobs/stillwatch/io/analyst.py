"""How does an analyst ask in Spark SQL, of one generation of every table, by its plain name?"""

from __future__ import annotations

import csv
import io
import json
from datetime import date

from deltalake import DeltaTable
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame
from rich.console import Console
from rich.table import Table as Grid

from stillwatch.errors import UsageError
from stillwatch.io import session
from stillwatch.io.lake import Lake
from stillwatch.tables import TABLES, Table, ddl


class Analyst:
    """A Spark session in which silver.exchanges, gold.campaigns, … are views of one generation.

    Raises:
        UsageError: Nothing has been published.
    """

    def __init__(self, lake: Lake) -> None:
        versions = lake.versions()
        if not versions:
            raise UsageError(f"nothing has been published in {lake.root}")
        self.spark = session.build(app="stillwatch sql")
        for name, declared in TABLES.items():
            self.spark.sql(f"CREATE DATABASE IF NOT EXISTS {declared.layer}")
            path = str(lake.path(name).resolve()).replace("`", "``")
            at = f"VERSION AS OF {versions[name]}" if name in versions else ""
            held = DeltaTable(str(lake.path(name)), version=versions.get(name)).schema().fields
            columns = ", ".join(
                f"`{c.name}` COMMENT '{_quoted(c.comment)}'" for c in declared.columns
            )
            self.spark.sql(
                f"CREATE OR REPLACE VIEW {name} ({columns}) COMMENT '{_quoted(declared.comment)}' "
                f"AS SELECT {_selected(declared, {f.name for f in held})} FROM delta.`{path}` {at} "
                f"{_kept(declared, lake.left(declared))}"
            )

    def ask(self, query: str, style: str = "table", limit: int = 1000) -> str:
        """The answer as text.

        Args:
            query: One statement of Spark SQL.
            style: table, csv or json (one object a line).
            limit: Rows at most.

        Raises:
            UsageError: Spark does not understand the query; its first line says why.
        """
        try:
            frame = self.spark.sql(query.strip().rstrip(";"))
            return _render(frame, style, limit)
        except PySparkException as error:
            lines = [line for line in str(error).splitlines() if line.strip()]
            raise UsageError(lines[0] if lines else "the query failed") from None


def _selected(declared: Table, held: set[str]) -> str:
    """The declared columns; one that a version of before does not hold is null."""
    return ", ".join(
        f"`{c.name}`" if c.name in held else f"CAST(NULL AS {ddl(c.type)}) AS `{c.name}`"
        for c in declared.columns
    )


def _kept(declared: Table, left: list[date] | None) -> str:
    """Which partitions a view may look into: those of others have no files any more."""
    if left is None:
        return ""
    days = ", ".join(f"date'{day}'" for day in left)
    return f"WHERE `{declared.partition}` IN ({days})" if left else "WHERE false"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


def _render(frame: DataFrame, style: str, limit: int) -> str:
    rows = frame.limit(limit + 1).collect()
    more = len(rows) > limit
    rows = rows[:limit]
    if style == "json":
        return "\n".join(json.dumps(row.asDict(recursive=True), default=str) for row in rows)
    cells = [[_cell(value) for value in row] for row in rows]
    if style == "csv":
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(frame.columns)
        writer.writerows([[_inert(cell) for cell in row] for row in cells])
        return out.getvalue().rstrip("\n")
    grid = Grid(*frame.columns, show_lines=False)
    for row in cells:
        grid.add_row(*row)
    console = Console(markup=False, highlight=False)
    with console.capture() as capture:
        console.print(grid)
        console.print(f"{len(rows)} rows" + (f", the first of more (--limit {limit})" * more))
    return capture.get().rstrip("\n")


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    # Control characters in a logged value must not reach the terminal.
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)


def _inert(cell: str) -> str:
    """A cell that a spreadsheet does not take for a formula (OWASP ASVS 5.0, 1.2.10)."""
    return "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\0") else cell
