"""Which exchanges carry a group's own traces?

An exchange belongs to a group for what it carries, and only if its account belongs too: so the
honest traffic of an account that a campaign also uses is not counted, and two campaigns in one pool
stay apart. Where an exchange carries traces of several groups, the group with the lowest number,
which explains more of its accounts' traffic, has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

LAYERS = ("prompt_span", "system_prompt", "tool_schema", "near_duplicate", "signature")


@dataclass(frozen=True)
class Index:
    """Traces of all groups, sorted by (layer, trace).

    Attributes:
        traces: One sorted int64 array a layer of LAYERS; a trace of two groups stands twice.
        groups: The group of each, same shapes.
    """

    traces: tuple[NDArray[np.int64], ...]
    groups: tuple[NDArray[np.int64], ...]

    @classmethod
    def build(cls, layers: list[str], traces: list[int], groups: list[int]) -> Index:
        """From parallel lists; layers that attribute nothing are left out."""
        kept_traces, kept_groups = [], []
        for layer in LAYERS:
            mine = [i for i, name in enumerate(layers) if name == layer]
            trace = np.array([traces[i] for i in mine], dtype=np.int64)
            group = np.array([groups[i] for i in mine], dtype=np.int64)
            order = np.lexsort((group, trace))
            kept_traces.append(trace[order])
            kept_groups.append(group[order])
        return cls(tuple(kept_traces), tuple(kept_groups))


@dataclass(frozen=True)
class Members:
    """Which account belongs to which groups.

    Attributes:
        accounts: Account ids, each once, shape (A,).
        keys: account * stride + group, sorted, one a membership.
        stride: Above every group.
    """

    accounts: pa.Array
    keys: NDArray[np.int64]
    stride: int

    @classmethod
    def build(cls, accounts: list[str], groups: list[int]) -> Members:
        """From parallel lists, one entry a membership."""
        distinct = sorted(set(accounts))
        code = {account: i for i, account in enumerate(distinct)}
        stride = max(groups, default=0) + 1
        keys = [code[a] * stride + g for a, g in zip(accounts, groups, strict=True)]
        return cls(pa.array(distinct, pa.string()), np.unique(np.array(keys, np.int64)), stride)

    def hold(self, accounts: pa.Array, groups: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether each account belongs to the group beside it; both of shape (n,)."""
        code = pc.fill_null(pc.index_in(accounts, value_set=self.accounts), -1)
        key = code.to_numpy(zero_copy_only=False).astype(np.int64) * self.stride + groups
        if not len(self.keys):
            return np.zeros(len(groups), dtype=bool)
        at = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
        return np.asarray((self.keys[at] == key) & (groups < self.stride))


@dataclass(frozen=True)
class Carried:
    """Exchanges that carry a group's traces; all of shape (hits,), sorted by row, then group.

    Attributes:
        rows: Row of the exchange in the batch.
        groups: Group whose trace it carries.
        layers: Index into LAYERS of the trace that names the reason.
        traces: That trace: of the first layer that matches, the smallest.
        matches: How many of the group's traces it carries.
    """

    rows: NDArray[np.int64]
    groups: NDArray[np.int64]
    layers: NDArray[np.int64]
    traces: NDArray[np.int64]
    matches: NDArray[np.int64]

    def where(self, kept: NDArray[np.bool_]) -> Carried:
        """The hits that are kept."""
        return Carried(
            self.rows[kept],
            self.groups[kept],
            self.layers[kept],
            self.traces[kept],
            self.matches[kept],
        )

    def first(self) -> Carried:
        """Of each row the hit with the lowest group."""
        return self.where(np.diff(self.rows, prepend=-1) != 0)


def carried(columns: Sequence[pa.Array], index: Index) -> Carried:
    """Looks every exchange of a batch up in the index.

    Args:
        columns: Traces of the exchanges, a column a layer of LAYERS, each of shape (n,): int64, or
            lists of int64.
        index: Traces of the groups.
    """
    found = [_look_up(layer, *_values(column), index) for layer, column in enumerate(columns)]
    rows, groups, layers, traces = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.lexsort((traces, layers, groups, rows))
    rows, groups, layers, traces = rows[order], groups[order], layers[order], traces[order]
    first = np.ones(len(rows), dtype=bool)
    first[1:] = (rows[1:] != rows[:-1]) | (groups[1:] != groups[:-1])
    starts = np.flatnonzero(first)
    matches = np.diff(np.append(starts, len(rows)))
    return Carried(rows[starts], groups[starts], layers[starts], traces[starts], matches)


def _values(column: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The values of a column and the row of each, nulls left out."""
    if pa.types.is_list(column.type):
        lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False)
        rows = np.repeat(np.arange(len(column)), lengths)
        return column.flatten().to_numpy(zero_copy_only=False), rows
    valid = column.is_valid().to_numpy(zero_copy_only=False)
    return column.drop_null().to_numpy(zero_copy_only=False), np.flatnonzero(valid)


def _look_up(
    layer: int, values: NDArray[np.int64], rows: NDArray[np.int64], index: Index
) -> tuple[NDArray[np.int64], ...]:
    traces, groups = index.traces[layer], index.groups[layer]
    begin = np.searchsorted(traces, values, side="left")
    count = np.searchsorted(traces, values, side="right") - begin
    total = int(count.sum())
    within = np.arange(total) - np.repeat(np.cumsum(count) - count, count)
    hit = np.repeat(begin, count) + within
    return np.repeat(rows, count), groups[hit], np.full(total, layer), traces[hit]
