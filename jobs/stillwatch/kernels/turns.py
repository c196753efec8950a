"""Which texts, counts and signatures lie in the nested turns of an exchange?

From lists of structs of lists, as bronze holds them, to flat columns. Invariant: each row's
outcome depends on that row alone, and a list that is null is told from one that is empty.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from stillwatch.kernels.xxhash import xxhash64

KINDS = ("text", "tool_use", "tool_result", "image", "thinking", "redacted_thinking")


@dataclass(frozen=True)
class Blocks:
    """The content blocks of a column, one after the other.

    Attributes:
        size: Rows of the column.
        rows: Row of each block, ascending, shape (b,).
        roles: Role of the turn that holds it, as text, shape (b,); null where a block has none.
        kinds: Index into KINDS, -1 for any other, shape (b,).
        texts: Its text, shape (b,).
        signatures: Its signature, shape (b,).
        missing: Whether a row has no list at all, shape (size,).
    """

    size: int
    rows: NDArray[np.int64]
    roles: pa.Array
    kinds: NDArray[np.int64]
    texts: pa.Array
    signatures: pa.Array
    missing: NDArray[np.bool_]

    @classmethod
    def of_messages(cls, messages: pa.ListArray) -> Blocks:
        """Of the turns that were sent: a list of structs of role and content."""
        turns = messages.flatten()
        rows = np.repeat(np.arange(len(messages)), lengths(messages))
        content = pc.struct_field(turns, "content")
        turn = np.repeat(np.arange(len(turns)), lengths(content))
        roles = pc.struct_field(turns, "role").take(pa.array(turn))
        return cls._of(content.flatten(), rows[turn], roles, _is_null(messages))

    @classmethod
    def of_content(cls, content: pa.ListArray) -> Blocks:
        """Of one content a row."""
        rows = np.repeat(np.arange(len(content)), lengths(content))
        return cls._of(content.flatten(), rows, pa.nulls(len(rows), pa.string()), _is_null(content))

    @classmethod
    def _of(
        cls,
        blocks: pa.StructArray,
        rows: NDArray[np.int64],
        roles: pa.Array,
        missing: NDArray[np.bool_],
    ) -> Blocks:
        kind, text, signature = (
            pc.struct_field(blocks, name) for name in ("type", "text", "signature")
        )
        codes = pc.fill_null(pc.index_in(kind, pa.array(KINDS)), -1)
        kinds = codes.to_numpy(zero_copy_only=False).astype(np.int64)
        return cls(len(missing), rows, roles, kinds, text, signature, missing)

    def joined(self, role: str | None = None) -> pa.StringArray:
        """The texts of each row's blocks of text, a line break between; of turns of a role only."""
        chosen = (self.kinds == KINDS.index("text")) & ~_is_null(self.texts)
        if role is not None:
            said = pc.fill_null(pc.equal(self.roles, role), False)
            chosen &= said.to_numpy(zero_copy_only=False)
        texts = self.texts.filter(pa.array(chosen))
        return pc.binary_join(self._lists(self.rows[chosen], texts), "\n")

    def count(self, *kinds: str) -> pa.Array:
        """How many blocks of these kinds each row has."""
        chosen = np.isin(self.kinds, [KINDS.index(kind) for kind in kinds])
        counts = np.bincount(self.rows[chosen], minlength=self.size)
        return pa.array(counts.astype(np.int32))

    def signed(self) -> pa.ListArray:
        """Each row's distinct signatures, hashed as Spark's xxhash64, in order."""
        given = pc.fill_null(pc.not_equal(self.signatures, ""), False)
        chosen = given.to_numpy(zero_copy_only=False)
        hashes = xxhash64(self.signatures.filter(pa.array(chosen))).to_numpy()
        pairs = np.stack([self.rows[chosen], hashes])
        first = np.sort(np.unique(pairs, axis=1, return_index=True)[1])
        return self._lists(pairs[0, first], pa.array(hashes[first]))

    def _lists(self, rows: NDArray[np.int64], values: pa.Array) -> pa.ListArray:
        ends = np.cumsum(np.bincount(rows, minlength=self.size))
        offsets = pa.array(np.concatenate([[0], ends]), pa.int32())
        mask = pa.array(self.missing) if self.missing.any() else None
        return pa.ListArray.from_arrays(offsets, values, mask=mask)


def lengths(lists: pa.ListArray) -> NDArray[np.int64]:
    """Elements of each list, 0 where it is null."""
    counted = pc.fill_null(pc.list_value_length(lists), 0)
    return np.asarray(counted.to_numpy(zero_copy_only=False), dtype=np.int64)


def toolsets(tools: pa.ListArray) -> pa.DictionaryArray:
    """Names and schemas of each row's tools as JSON, each set once; null where there are none."""
    each = tools.flatten()
    names, schemas = (
        pc.struct_field(each, name).dictionary_encode() for name in ("name", "input_schema")
    )
    codes = [_codes(column) for column in (names, schemas)]
    pairs = list(zip(*codes, strict=True))
    said = {pair: _tool(*_values((names, schemas), pair)) for pair in dict.fromkeys(pairs)}
    ends = np.concatenate([[0], np.cumsum(lengths(tools))])
    sets: dict[tuple[tuple[int, int], ...], int] = {}
    found = [
        sets.setdefault(tuple(pairs[start:end]), len(sets)) if end > start else None
        for start, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
    ]
    texts = [f"[{','.join(said[pair] for pair in one)}]" for one in sets]
    return pa.DictionaryArray.from_arrays(pa.array(found, pa.int32()), pa.array(texts, pa.string()))


def _codes(encoded: pa.DictionaryArray) -> list[int]:
    return [-1 if code is None else code for code in encoded.indices.to_pylist()]


def _values(
    columns: Sequence[pa.DictionaryArray], codes: tuple[int, int]
) -> tuple[str | None, str | None]:
    name, schema = (
        None if code < 0 else column.dictionary[code].as_py()
        for column, code in zip(columns, codes, strict=True)
    )
    return name, schema


@functools.lru_cache(maxsize=4096)  # batch after batch offers the same tools
def _tool(name: str | None, schema: str | None) -> str:
    """A tool as compact JSON, without what is null."""
    given = {"name": name, "input_schema": schema}
    kept = {key: value for key, value in given.items() if value is not None}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def _is_null(values: pa.Array) -> NDArray[np.bool_]:
    return np.asarray(values.is_null().to_numpy(zero_copy_only=False), dtype=np.bool_)
