"""Which exchanges carry a group's own traces?

An exchange belongs to a group for what it carries, and only if its account belongs too: so the
honest traffic of an account that a campaign also uses is not counted, and two campaigns in one pool
stay apart. Where an exchange carries traces of several groups, the group of which it carries most
has it; of those the one with the lowest number, which explains more of its accounts' traffic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from stillwatch.kernels import tally
from stillwatch.kernels.tally import mixed
from stillwatch.kernels.traces import Found

LAYERS = (
    *("prompt_span", "system_prompt", "system_span"),
    *("tool_schema", "near_duplicate", "signature"),
)
SYSTEM_CLAUSE = "system_span"
# Clauses that did not form their group, and go with it: looked up as clauses are.
VARIANT = "variant"


@dataclass(frozen=True)
class Index:
    """Traces of all groups, sorted by (layer, trace).

    Attributes:
        traces: One sorted int64 array a layer of LAYERS; a trace of two groups stands twice.
        groups: The group of each, same shapes.
        units: What counts once in an exchange, same shapes: the trace, but of clauses of system
            prompts what as many accounts send as often. Such a prompt is sent whole: its sixty
            clauses are one coincidence, where a prompt's five are five.
    """

    traces: tuple[NDArray[np.int64], ...]
    groups: tuple[NDArray[np.int64], ...]
    units: tuple[NDArray[np.int64], ...]

    @cached_property
    def sieves(self) -> tuple[NDArray[np.bool_], ...]:
        """For each layer, by the low bits of a trace: whether any trace here has them.

        Arrays of shape (a power of 2,), of 32 to 64 places a trace, 16 MiB at most.
        """
        return tuple(_sieve(traces) for traces in self.traces)

    @classmethod
    def build(
        cls,
        layers: list[str],
        traces: list[int],
        groups: list[int],
        accounts: list[int],
        exchanges: list[int],
    ) -> Index:
        """From parallel lists; layers that attribute nothing are left out.

        Args:
            layers: Of each trace.
            traces: Themselves.
            groups: Whose each is.
            accounts: How many have it.
            exchanges: How often they send it.
        """
        names = [LAYERS[0] if name == VARIANT else name for name in layers]
        kept: tuple[list[NDArray[np.int64]], ...] = ([], [], [])
        for layer in LAYERS:
            mine = [i for i, name in enumerate(names) if name == layer]
            trace, group, holders, sent = (
                np.array([values[i] for i in mine], dtype=np.int64)
                for values in (traces, groups, accounts, exchanges)
            )
            order = np.lexsort((group, trace))
            unit = mixed(holders, sent) if layer == SYSTEM_CLAUSE else trace
            for columns, values in zip(kept, (trace, group, unit), strict=True):
                columns.append(values[order])
        return cls(*(tuple(columns) for columns in kept))


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
        matches: How many of the group's units it carries, which are traces for the most part.
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

    def best(self) -> Carried:
        """Of each row the hit with most matches, of those the lowest group."""
        order = np.lexsort((self.groups, -self.matches, self.rows))
        kept = np.zeros(len(order), dtype=bool)
        kept[order] = np.diff(self.rows[order], prepend=-1) != 0
        return self.where(kept)


def carried(found: Sequence[Found], index: Index) -> Carried:
    """Looks every exchange of a batch up in the index.

    Args:
        found: Traces of the exchanges, for each layer of LAYERS.
        index: Traces of the groups.
    """
    parts = [_look_up(layer, *each, index) for layer, each in enumerate(found)]
    rows, groups, layers, traces, units = (
        np.concatenate(each) for each in zip(*parts, strict=True)
    )
    order = np.lexsort((traces, layers, groups, rows))
    rows, groups, layers, traces, units = (
        each[order] for each in (rows, groups, layers, traces, units)
    )
    first = np.ones(len(rows), dtype=bool)
    first[1:] = (rows[1:] != rows[:-1]) | (groups[1:] != groups[:-1])
    starts = np.flatnonzero(first)
    matches = np.diff(np.append(starts, len(rows))) - _repeats(starts, layers, units)
    return Carried(rows[starts], groups[starts], layers[starts], traces[starts], matches)


def _repeats(
    starts: NDArray[np.int64], layers: NDArray[np.int64], units: NDArray[np.int64]
) -> NDArray[np.int64]:
    """How many hits of each exchange and group are of a unit that another hit counts already."""
    of = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(layers))))
    system = layers == LAYERS.index(SYSTEM_CLAUSE)
    of, units = of[system], units[system]
    order = np.lexsort((units, of))
    of, units = of[order], units[order]
    again = (of[1:] == of[:-1]) & (units[1:] == units[:-1])
    return np.bincount(of[1:][again], minlength=len(starts))


def ranges(
    ascending: NDArray[np.int64], values: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each value stands in an ascending array: all places, value by value; and how many."""
    begin = np.searchsorted(ascending, values, side="left")
    # Most are not there at all: no second search for those.
    there = (
        ascending[np.minimum(begin, len(ascending) - 1)] == values
        if len(ascending)
        else (np.zeros(len(values), dtype=bool))
    )
    count = np.zeros(len(values), np.int64)
    count[there] = np.searchsorted(ascending, values[there], side="right") - begin[there]
    total = int(count.sum())
    within = np.arange(total) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(begin, count) + within, count


def _sieve(traces: NDArray[np.int64]) -> NDArray[np.bool_]:
    size = 1 << min(24, (32 * len(traces)).bit_length())
    sieve = np.zeros(size, dtype=bool)
    sieve[traces & (size - 1)] = True
    return sieve


def _look_up(
    layer: int, rows: NDArray[np.int64], values: NDArray[np.int64], index: Index
) -> tuple[NDArray[np.int64], ...]:
    traces, sieve = index.traces[layer], index.sieves[layer]
    # Nearly all of a week's traces are nobody's: they end here, at the price of a byte each.
    near = sieve[values & (len(sieve) - 1)]
    rows, values = rows[near], values[near]
    hit, count = ranges(traces, values)
    kept = (each[layer][hit] for each in (index.groups, index.traces, index.units))
    group, trace, unit = kept
    return np.repeat(rows, count), group, np.full(len(hit), layer), trace, unit


def combined(hits: Carried, account: NDArray[np.int64]) -> Combined:
    """Exchanges of an account that carry traces of the same groups, as one.

    Args:
        hits: Of a batch.
        account: Code of each exchange's account.
    """
    starts = np.flatnonzero(np.diff(hits.rows, prepend=-1))
    sizes = np.diff(np.append(starts, len(hits.rows)))
    return added(
        account[hits.rows[starts]], hits.groups, sizes, hits.matches, np.ones(len(starts), np.int64)
    )


class Combined(NamedTuple):
    """How often an account sends each combination of groups.

    Attributes:
        first: Row of each in what was added up, shape (n,).
        groups: The groups of each, one after the other, shape (sum of sizes,).
        sizes: How many groups each has, shape (n,).
        matches: How many traces of each group all its exchanges carry together, as `groups`.
        exchanges: Shape (n,).
    """

    first: NDArray[np.int64]
    groups: NDArray[np.int64]
    sizes: NDArray[np.int64]
    matches: NDArray[np.int64]
    exchanges: NDArray[np.int64]


def added(
    account: NDArray[np.int64],
    groups: NDArray[np.int64],
    sizes: NDArray[np.int64],
    matches: NDArray[np.int64],
    exchanges: NDArray[np.int64],
) -> Combined:
    """Rows of the same account and groups as one; groups ascend within a row.

    Args:
        account: Code of each row's account, shape (n,).
        groups: The groups of each row, one after the other.
        sizes: How many groups each row has, shape (n,).
        matches: As `groups`.
        exchanges: Shape (n,).
    """
    starts = np.cumsum(sizes) - sizes
    row = np.repeat(np.arange(len(sizes)), sizes)
    place = np.arange(len(groups)) - starts[row]
    # Two sums of hashes stand for the list: 128 bits.
    hashed = [np.zeros(len(sizes), np.int64) for _ in range(2)]
    for salt, total in enumerate(hashed):
        np.add.at(total, row, mixed(groups, place * 2 + salt))
    same = tally.groups(account, *hashed)
    first = same.first
    size = sizes[first]
    begin = np.cumsum(size) - size
    taken = np.repeat(starts[first] - begin, size) + np.arange(int(size.sum()))
    total = np.zeros(len(taken), np.int64)
    np.add.at(total, begin[same.of][row] + place, matches)
    return Combined(first, groups[taken], size, total, same.sums(exchanges))
