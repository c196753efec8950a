"""How do exchanges become Arrow columns without a Python object a cell?

Values are collected in flat lists with offsets; a plain text costs one append. Fields that few
blocks have are kept as (position, value) and spread over the column at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa

from stillwatch.sources.canonical import Block, Drifted, Exchange, OtherBlock, Text
from stillwatch.tables.types import Table, TypeJson

DAY = 86_400_000_000  # microseconds
SCALARS = ("exchange_id", "ts", "account_id", "model", "system", "status", "latency_ms")
SIMPLE = {
    "string": pa.string(),
    "long": pa.int64(),
    "integer": pa.int32(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", "UTC"),
    "binary": pa.binary(),
}


def arrow_type(kind: TypeJson) -> pa.DataType:
    """The Arrow type of a declared type, as Spark takes it."""
    if isinstance(kind, str):
        return SIMPLE[kind]
    if kind["type"] == "array":
        return pa.list_(pa.field("element", arrow_type(kind["elementType"])))
    if kind["type"] == "map":
        return pa.map_(arrow_type(kind["keyType"]), arrow_type(kind["valueType"]))
    return pa.struct([pa.field(f["name"], arrow_type(f["type"])) for f in kind["fields"]])


def arrow_schema(table: Table) -> pa.Schema:
    """The Arrow schema of a declared table."""
    return pa.schema([(column.name, arrow_type(column.type)) for column in table.columns])


class Blocks:
    """Contents one after the other, each a list of blocks; missing content is an empty list."""

    def __init__(self, kind: pa.ListType) -> None:
        self._kind = kind
        self._offsets = [0]
        self._texts: list[str | None] = []
        self._special: list[tuple[int, Block]] = []

    def add(self, content: str | Sequence[Block] | None) -> None:
        if type(content) is str:
            self._texts.append(content)
        elif content:
            texts = self._texts
            for block in content:
                if type(block) is Text:
                    texts.append(block.text)
                else:
                    self._special.append((len(texts), block))  # type: ignore[arg-type]
                    texts.append(None)
        self._offsets.append(len(self._texts))

    def finish(self) -> pa.ListArray:
        count = len(self._texts)
        types: list[str | None] = ["text"] * count
        sparse: dict[str, tuple[list[int], list[Any]]] = {}
        for position, block in self._special:
            other = type(block) is OtherBlock
            types[position] = block.kind if other else type(block).__struct_config__.tag  # type: ignore
            for name in block.__struct_fields__:
                value = getattr(block, name)
                if value is None or name == "kind":
                    continue
                if name == "text":
                    self._texts[position] = value
                    continue
                if name == "input":
                    value = bytes(value) or None
                positions, found = sparse.setdefault(name, ([], []))
                positions.append(position)
                found.append(value)
        struct = self._kind.value_type
        columns = [
            pa.array(types, pa.string()),
            pa.array(self._texts, pa.string()),
            *(spread(count, sparse.get(f.name), f.type) for f in list(struct)[2:]),
        ]
        blocks = pa.StructArray.from_arrays(columns, fields=list(struct))
        return pa.ListArray.from_arrays(pa.array(self._offsets, pa.int32()), blocks, self._kind)


def spread(count: int, sparse: tuple[list[int], list[Any]] | None, kind: pa.DataType) -> pa.Array:
    """A column of `count` rows that is null but at the positions, where it has the values."""
    if sparse is None:
        return pa.nulls(count, kind)
    positions, found = sparse
    index = np.full(count, -1, np.int64)
    index[positions] = np.arange(len(positions))
    return pa.array(found, kind).take(pa.array(index, mask=index < 0))


class Columns:
    """Collects exchanges and makes a record batch of them.

    Args:
        table: The declaration of bronze.exchanges.
    """

    def __init__(self, table: Table) -> None:
        self._schema = arrow_schema(table)
        self._clear()

    def __len__(self) -> int:
        return len(self._rows)

    def _clear(self) -> None:
        kinds = {field.name: field.type for field in self._schema}
        self._rows: list[Exchange] = []
        self._numbers: list[int] = []
        self._turns = [0]
        self._roles: list[str | None] = []
        self._contents = Blocks(kinds["messages"].value_type.field("content").type)
        self._answers = Blocks(kinds["response"].field("content").type)

    def add(self, number: int, exchange: Exchange) -> None:
        """Appends the exchange of that line."""
        self._rows.append(exchange)
        self._numbers.append(number)
        if exchange.messages:
            for message in exchange.messages:
                self._roles.append(message.role)
                self._contents.add(message.content)
        self._turns.append(len(self._roles))
        response = exchange.response
        self._answers.add(response.content if response is not None else None)

    def finish(self, source_file: str, arrived_at: Any) -> pa.RecordBatch:
        """The batch of all exchanges since the last one."""
        rows, kinds = self._rows, {field.name: field.type for field in self._schema}
        values = dict(zip(SCALARS, _transposed(rows, SCALARS), strict=True))
        made = {name: pa.array(column, kinds[name]) for name, column in values.items()}
        made |= {
            "messages": self._messages(kinds["messages"]),
            "tools": self._tools(kinds["tools"]),
            "response": self._responses(kinds["response"]),
            "usage": _structs([row.usage for row in rows], kinds["usage"]),
            "client": _structs([row.client for row in rows], kinds["client"]),
            "_extra": pa.array(
                [bytes(row.extra) or None if type(row) is Drifted else None for row in rows],
                pa.string(),
            ),
            "event_date": _days(made["ts"]),
            "source_file": pa.repeat(pa.scalar(source_file), len(rows)),
            "source_line": pa.array(self._numbers, pa.int64()),
            "ingested_at": pa.repeat(pa.scalar(arrived_at, kinds["ingested_at"]), len(rows)),
        }
        batch = pa.RecordBatch.from_arrays(
            [made[n] for n in self._schema.names], schema=self._schema
        )
        self._clear()
        return batch

    def _messages(self, kind: pa.ListType) -> pa.ListArray:
        turns = pa.StructArray.from_arrays(
            [pa.array(self._roles, pa.string()), self._contents.finish()],
            fields=list(kind.value_type),
        )
        return _lists(self._turns, turns, kind, [row.messages is None for row in self._rows])

    def _tools(self, kind: pa.ListType) -> pa.ListArray:
        offsets, tools = [0], []
        for row in self._rows:
            if row.tools:
                tools += row.tools
            offsets.append(len(tools))
        columns = [
            [tool.name for tool in tools],
            [tool.description for tool in tools],
            [bytes(tool.input_schema) or None for tool in tools],
        ]
        values = pa.StructArray.from_arrays(
            [pa.array(column, pa.string()) for column in columns], fields=list(kind.value_type)
        )
        return _lists(offsets, values, kind, [row.tools is None for row in self._rows])

    def _responses(self, kind: pa.StructType) -> pa.StructArray:
        found = [row.response for row in self._rows]
        reasons = [None if answer is None else answer.stop_reason for answer in found]
        return pa.StructArray.from_arrays(
            [pa.array(reasons, pa.string()), self._answers.finish()],
            fields=list(kind),
            mask=_mask([answer is None for answer in found]),
        )


def _mask(nulls: list[bool]) -> pa.Array | None:
    return pa.array(nulls, pa.bool_()) if True in nulls else None


def _lists(
    offsets: list[int], values: pa.Array, kind: pa.ListType, nulls: list[bool]
) -> pa.ListArray:
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values, kind, mask=_mask(nulls))


def _structs(found: list[Any], kind: pa.StructType) -> pa.StructArray:
    nulls = [item is None for item in found]
    if True in nulls:
        nothing = SimpleNamespace(**dict.fromkeys(field.name for field in kind))
        found = [item or nothing for item in found]
    columns = _transposed(found, [field.name for field in kind])
    arrays = [pa.array(column, field.type) for column, field in zip(columns, kind, strict=True)]
    return pa.StructArray.from_arrays(arrays, fields=list(kind), mask=_mask(nulls))


def _transposed(rows: Sequence[Any], names: Sequence[str]) -> Sequence[Sequence[Any]]:
    """One sequence for each of two or more attributes."""
    return list(zip(*map(attrgetter(*names), rows), strict=True)) or [()] * len(names)


def _days(ts: pa.Array) -> pa.Array:
    days = np.floor_divide(ts.view(pa.int64()).to_numpy(zero_copy_only=False), DAY)
    return pa.array(days.astype(np.int32)).view(pa.date32())
