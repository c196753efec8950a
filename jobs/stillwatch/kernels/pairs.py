"""Which texts meet in a band, and how alike are the sets of two texts exactly?

Both work on numbers of rows, so that a caller may hold the rows in blocks of any origin. Buckets
are chains in a table of hashes: each row is put in once and walks only the rows that are in its
bucket already, so that the cost is the rows and the pairs found, without sorting either.

Invariants: a pair is met once however many bands it shares, its smaller number first; rows of one
owner never meet; NO_BAND meets nothing.

Source of the buckets: Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, chapter 3.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stillwatch.kernels.compiled import compiled, helper
from stillwatch.kernels.minhash import NO_BAND
from stillwatch.kernels.words import mix

FREE = -1


class Sets(NamedTuple):
    """Set i is values[starts[i]:starts[i + 1]], sorted and without repeats."""

    starts: NDArray[np.int64]
    values: NDArray[np.int64]


class Met(NamedTuple):
    """Pairs of rows, a[i] < b[i], in no promised order.

    `unmet` counts the entries of the same buckets that were out of reach.
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    unmet: int


def meeting(
    bands: NDArray[np.int64],
    rows: NDArray[np.int64],
    owners: NDArray[np.int64],
    reach: int = 4096,
) -> Met:
    """Return the pairs of rows of different owners that share a band.

    Args:
        bands: Band hashes, shape (n,).
        rows: Row that each belongs to, from 0, shape (n,).
        owners: Owner of each row, shape (rows,).
        reach: An entry meets so many of those before it in its bucket at most, the nearest ones:
            a bucket of a million rows costs a million times this, and not its square.
    """
    heads = np.full(_room(len(bands)), FREE, np.int64)
    before, depth = np.empty((2, len(bands)), np.int64)
    _chain(bands, heads, before, depth)
    nothing = np.empty(0, np.int64)
    room = int(_walk(before, rows, owners, reach, nothing, nothing))
    a, b = np.empty((2, room), np.int64)
    _walk(before, rows, owners, reach, a, b)
    return Met(*distinct(a, b), int(np.maximum(depth - reach, 0).sum()))


def distinct(
    a: NDArray[np.int64], b: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return each pair (a[k], b[k]) once, in the order in which they first came."""
    a, b = a.copy(), b.copy()
    kept = int(_once(a, b, np.full(_room(len(a)), FREE, np.int64)))
    return a[:kept], b[:kept]


def jaccard(
    one: Sets, i: NDArray[np.int64], other: Sets, j: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the exact similarity of set i[k] of `one` and set j[k] of `other`; 0 if both empty."""
    out = np.empty(len(i), np.float64)
    _jaccard(one, i, other, j, out)
    return out


def _room(count: int) -> int:
    """A power of two, at most half of it filled."""
    return 1 << max(4, int(2 * count - 1).bit_length() if count else 4)


@compiled
def _chain(
    bands: NDArray[np.int64],
    heads: NDArray[np.int64],
    before: NDArray[np.int64],
    depth: NDArray[np.int64],
) -> None:
    """Link every entry to the last one of the same band before it, and count how many those are."""
    mask = np.uint64(len(heads) - 1)
    for entry in range(len(bands)):
        band = bands[entry]
        before[entry], depth[entry] = FREE, 0
        if band == NO_BAND:
            continue
        slot = mix(np.uint64(band)) & mask
        while heads[slot] != FREE and bands[heads[slot]] != band:
            slot = (slot + np.uint64(1)) & mask
        if heads[slot] != FREE:
            before[entry], depth[entry] = heads[slot], depth[heads[slot]] + 1
        heads[slot] = entry


@compiled
def _walk(
    before: NDArray[np.int64],
    rows: NDArray[np.int64],
    owners: NDArray[np.int64],
    reach: int,
    a: NDArray[np.int64],
    b: NDArray[np.int64],
) -> int:
    """Write the pairs along all chains while there is room; return how many there are."""
    count = 0
    for entry in range(len(before)):
        row, other, left = rows[entry], before[entry], reach
        while other != FREE and left > 0:
            if owners[rows[other]] != owners[row]:
                if count < len(a):
                    a[count] = min(row, rows[other])
                    b[count] = max(row, rows[other])
                count += 1
            other = before[other]
            left -= 1
    return count


@compiled
def _once(a: NDArray[np.int64], b: NDArray[np.int64], seen: NDArray[np.int64]) -> int:
    """Close up pairs that came before; return the number of those left."""
    mask, kept = np.uint64(len(seen) - 1), 0
    for k in range(len(a)):
        slot = mix(mix(np.uint64(a[k])) + np.uint64(b[k])) & mask
        while seen[slot] != FREE and (a[seen[slot]] != a[k] or b[seen[slot]] != b[k]):
            slot = (slot + np.uint64(1)) & mask
        if seen[slot] == FREE:
            seen[slot] = kept
            a[kept], b[kept] = a[k], b[k]
            kept += 1
    return kept


@helper
def _common(one: NDArray[np.int64], other: NDArray[np.int64]) -> int:
    """Count equal values of two sorted sets, without a branch that depends on the data."""
    i, j, count = 0, 0, 0
    while i < len(one) and j < len(other):
        left, right = one[i], other[j]
        count += int(left == right)
        i += int(left <= right)
        j += int(right <= left)
    return count


@compiled
def _jaccard(
    one: Sets,
    i: NDArray[np.int64],
    other: Sets,
    j: NDArray[np.int64],
    out: NDArray[np.float64],
) -> None:
    for k in range(len(i)):
        left = one.values[one.starts[i[k]] : one.starts[i[k] + 1]]
        right = other.values[other.starts[j[k]] : other.starts[j[k] + 1]]
        both = _common(left, right)
        out[k] = both / max(len(left) + len(right) - both, 1)
