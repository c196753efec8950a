"""How is a column's type written once and read by Spark, Delta, Polars and the documentation?

A type is the JSON form that Spark and the Delta protocol share, so one declaration serves both:
`StructType.fromJson` and a Delta log's `schemaString` read the same text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

TypeJson: TypeAlias = str | dict[str, Any]

STRING, LONG, INT, DOUBLE, BOOLEAN, DATE, TIMESTAMP, BINARY = (
    "string",
    "long",
    "integer",
    "double",
    "boolean",
    "date",
    "timestamp",
    "binary",
)


def array(element: TypeJson) -> TypeJson:
    """An array whose elements may be null."""
    return {"type": "array", "elementType": element, "containsNull": True}


def map_of(key: TypeJson, value: TypeJson) -> TypeJson:
    """A map whose values may be null."""
    return {"type": "map", "keyType": key, "valueType": value, "valueContainsNull": True}


def struct(**fields: TypeJson) -> TypeJson:
    """A struct of nullable fields, in the order given."""
    return {
        "type": "struct",
        "fields": [
            {"name": name, "type": kind, "nullable": True, "metadata": {}}
            for name, kind in fields.items()
        ],
    }


def ddl(kind: TypeJson) -> str:
    """The type as Spark SQL writes it, such as `array<struct<name:string>>`."""
    if isinstance(kind, str):
        return {"long": "bigint", "integer": "int"}.get(kind, kind)
    match kind["type"]:
        case "array":
            return f"array<{ddl(kind['elementType'])}>"
        case "map":
            return f"map<{ddl(kind['keyType'])},{ddl(kind['valueType'])}>"
        case _:
            inner = ",".join(f"{f['name']}:{ddl(f['type'])}" for f in kind["fields"])
            return f"struct<{inner}>"


@dataclass(frozen=True)
class Column:
    """A column: name, type and the comment that every reader of the table sees."""

    name: str
    type: TypeJson
    comment: str


@dataclass(frozen=True)
class Table:
    """A table of the lake.

    Attributes:
        name: `<layer>.<table>`, also the folder, the step, the suite and the test.
        comment: What the table answers.
        columns: In order; the only columns that are written.
        key: Columns that identify a row within a week.
        partition: The one DATE column that the table is partitioned by, None for a table that
            is not partitioned.
        retention_days: Days that a published week is kept; None is for ever.
    """

    name: str
    comment: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    partition: str | None
    retention_days: int | None = None

    @property
    def layer(self) -> str:
        return self.name.split(".")[0]

    @property
    def short(self) -> str:
        return self.name.split(".")[1]

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def schema_json(self) -> dict[str, Any]:
        """The schema as Spark's StructType and Delta's log write it, comments included."""
        return {
            "type": "struct",
            "fields": [
                {
                    "name": column.name,
                    "type": column.type,
                    "nullable": True,
                    "metadata": {"comment": column.comment},
                }
                for column in self.columns
            ],
        }
