"""Which accounts does a path of links connect, where links are too many for one place?

By filtering (Lattanzi, Moseley, Suri and Vassilvitskii 2011): each part of the links keeps a forest
that connects what they connect, a few forests make the next part, and so on until one is left. A
forest of n accounts has fewer than n links, however many there were. Which forest a part keeps
depends on its links alone, not on their order: a task that is run again says the same.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from stillwatch.kernels.blocks import KEY
from stillwatch.kernels.compiled import compiled
from stillwatch.kernels.tally import mixed, parted
from stillwatch.kernels.traces import numbers

# Links, and with a weight of TOLD the component of an account: b is then the account it goes by.
TOLD = -1.0
LINKS = pa.schema([("a", pa.int64()), ("b", pa.int64()), ("weight", pa.float64())])


def bucketed(rows: pa.Table, buckets: int) -> Iterator[pa.RecordBatch]:
    """A forest of these links, dealt to so many buckets: rows of LINKS keyed by the bucket."""
    kept = rows.filter(pa.array(forest(numbers(rows, "a"), numbers(rows, "b"))))
    key = parted(mixed(numbers(kept, "a"), numbers(kept, "b")), buckets)
    yield from kept.add_column(0, KEY, pa.array(key)).combine_chunks().to_batches()


def named(rows: pa.Table) -> Iterator[pa.RecordBatch]:
    """What each account's component goes by, from a forest of all links, keyed by the account."""
    account, least = labels(numbers(rows, "a"), numbers(rows, "b"))
    columns = [pa.array(each) for each in (account, account, least, np.full(len(account), TOLD))]
    yield pa.RecordBatch.from_arrays(columns, names=[KEY, *LINKS.names])


def gathered(rows: pa.Table) -> Iterator[pa.RecordBatch]:
    """Links, keyed by their component.

    Args:
        rows: Links, and for each one's first account what `named` says of it.

    Raises:
        RuntimeError: Nothing is said of an account.
    """
    a, b, weight = numbers(rows, "a"), numbers(rows, "b"), rows.column("weight").to_numpy()
    told = weight == TOLD
    order = np.argsort(a[told])
    links, known = rows.filter(pa.array(~told)), a[told][order]
    at = np.minimum(np.searchsorted(known, a[~told]), max(len(known) - 1, 0))
    if links.num_rows and not (len(known) and np.array_equal(known[at], a[~told])):
        raise RuntimeError("a link has lost its component")
    key = b[told][order][at]
    yield from links.add_column(0, KEY, pa.array(key)).combine_chunks().to_batches()


def forest(a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which links, taken in the order of their ends, connect what was not connected before.

    Args:
        a: One end of each link, shape (n,), any numbers.
        b: The other.

    Returns:
        bool, shape (n,).
    """
    nodes, (first, second) = _places(a, b)
    order = np.lexsort((np.maximum(first, second), np.minimum(first, second)))
    connects, kept = np.zeros((2, len(a)), np.bool_)
    _connect(first[order], second[order], np.arange(len(nodes)), connects)
    kept[order] = connects
    return kept


def labels(
    a: NDArray[np.int64], b: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All ends, ascending, and the least end of each one's component, both of shape (nodes,)."""
    nodes, (first, second) = _places(a, b)
    parent = np.arange(len(nodes))
    _connect(first, second, parent, np.zeros(len(a), np.bool_))
    _flatten(parent)
    return nodes, nodes[parent]


def _places(
    a: NDArray[np.int64], b: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    nodes, place = np.unique(np.concatenate([a, b]), return_inverse=True)
    return nodes, place.reshape(2, -1)


@compiled
def _connect(
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    parent: NDArray[np.int64],
    kept: NDArray[np.bool_],
) -> None:
    for i in range(len(a)):
        x, y = a[i], b[i]
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        while parent[y] != y:
            parent[y] = parent[parent[y]]
            y = parent[y]
        if x != y:
            # The least is the root, so that it is what the component goes by.
            if x < y:
                parent[y] = x
            else:
                parent[x] = y
            kept[i] = True


@compiled
def _flatten(parent: NDArray[np.int64]) -> None:
    for i in range(len(parent)):  # a parent comes before its children
        parent[i] = parent[parent[i]]
