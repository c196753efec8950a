"""Every table of the lake, declared once: columns, types, comments, key, partition, retention."""

from stillwatch.errors import UsageError
from stillwatch.tables.bronze import BRONZE
from stillwatch.tables.gold import GOLD
from stillwatch.tables.silver import SILVER
from stillwatch.tables.types import Column, Table, ddl

TABLES: dict[str, Table] = {table.name: table for table in (*BRONZE, *SILVER, *GOLD)}


def table(name: str) -> Table:
    """The declaration of `<layer>.<table>`.

    Raises:
        UsageError: There is no such table.
    """
    try:
        return TABLES[name]
    except KeyError:
        raise UsageError(f"no table {name}; the tables are {', '.join(TABLES)}") from None


__all__ = ["TABLES", "Column", "Table", "ddl", "table"]
