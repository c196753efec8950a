"""Which rows are equal in three numbers, and what are their sums, minima and maxima?

A table of hashes with a full comparison: nothing is sorted, and no two different keys are ever
taken for one. Groups are numbered in the order in which they first come.
"""

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from stillwatch.kernels.compiled import compiled
from stillwatch.kernels.words import mix

FREE = -1
T = TypeVar("T", bound=np.generic)


class Groups(NamedTuple):
    """`of` is the group of each row, shape (n,); `first` a group's first row, shape (groups,)."""

    of: NDArray[np.int64]
    first: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.first)

    def sizes(self) -> NDArray[np.int64]:
        """Rows of each group."""
        return np.bincount(self.of, minlength=len(self)).astype(np.int64)

    def order(self) -> NDArray[np.int64]:
        """Rows group by group, within a group as they came."""
        return placed(self.of, len(self))[0]

    def sums(self, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """Sum of each group; values of shape (n,)."""
        out = np.zeros(len(self), np.int64)
        _sums(fixed(self.of), fixed(values), out)
        return out

    def least(self, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """Minimum of each group; values of shape (n,)."""
        out = values[self.first]
        _least(fixed(self.of), fixed(values), out)
        return out

    def most(self, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """Maximum of each group; values of shape (n,)."""
        out = values[self.first]
        _most(fixed(self.of), fixed(values), out)
        return out


def groups(a: NDArray[np.int64], b: NDArray[np.int64], c: NDArray[np.int64]) -> Groups:
    """Group rows by (a, b, c), each of shape (n,)."""
    of, first = np.empty((2, len(a)), np.int64)
    room = 1 << max(4, int(2 * len(a)).bit_length())
    slots = np.full(room, FREE, np.int64)
    found = int(_number(fixed(a), fixed(b), fixed(c), slots, of, first))
    return Groups(of, first[:found].copy())


def placed(of: NDArray[np.int64], count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows in the order of their group, and where each of `count` groups begins, and the end."""
    starts = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(of, minlength=count), out=starts[1:])
    order = np.empty(len(of), np.int64)
    _place(fixed(of), starts[:-1].copy(), order)
    return order, starts


def parted(keys: NDArray[np.int64], parts: int) -> NDArray[np.int64]:
    """The part, from 0, that each key belongs to, whoever asks."""
    out = np.empty(len(keys), np.int64)
    _part(fixed(keys), parts, out)
    return out


def mixed(a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.int64]:
    """64 well spread bits of each pair of numbers."""
    out = np.empty(len(a), np.int64)
    _mix(fixed(a), fixed(b), out)
    return out


def fixed(values: NDArray[T]) -> NDArray[T]:
    """The same values, not to be written to: what comes from Arrow is not, and has another type."""
    view = np.ascontiguousarray(values).view()
    view.flags.writeable = False
    return view


@compiled
def _number(
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    c: NDArray[np.int64],
    slots: NDArray[np.int64],
    of: NDArray[np.int64],
    first: NDArray[np.int64],
) -> int:
    mask, count = np.uint64(len(slots) - 1), 0
    for row in range(len(a)):
        key = mix(np.uint64(a[row]) + np.uint64(c[row]) * np.uint64(0x9E3779B97F4A7C15))
        slot = mix(key ^ np.uint64(b[row])) & mask
        while slots[slot] != FREE:
            other = first[slots[slot]]
            if a[other] == a[row] and b[other] == b[row] and c[other] == c[row]:
                break
            slot = (slot + np.uint64(1)) & mask
        if slots[slot] == FREE:
            slots[slot] = count
            first[count] = row
            count += 1
        of[row] = slots[slot]
    return count


@compiled
def _place(of: NDArray[np.int64], starts: NDArray[np.int64], order: NDArray[np.int64]) -> None:
    for row in range(len(of)):
        order[starts[of[row]]] = row
        starts[of[row]] += 1


@compiled
def _sums(of: NDArray[np.int64], values: NDArray[np.int64], out: NDArray[np.int64]) -> None:
    for row in range(len(of)):
        out[of[row]] += values[row]


@compiled
def _least(of: NDArray[np.int64], values: NDArray[np.int64], out: NDArray[np.int64]) -> None:
    for row in range(len(of)):
        out[of[row]] = min(out[of[row]], values[row])


@compiled
def _most(of: NDArray[np.int64], values: NDArray[np.int64], out: NDArray[np.int64]) -> None:
    for row in range(len(of)):
        out[of[row]] = max(out[of[row]], values[row])


@compiled
def _part(keys: NDArray[np.int64], parts: int, out: NDArray[np.int64]) -> None:
    for row in range(len(keys)):
        out[row] = np.int64(mix(np.uint64(keys[row])) % np.uint64(parts))


@compiled
def _mix(a: NDArray[np.int64], b: NDArray[np.int64], out: NDArray[np.int64]) -> None:
    for row in range(len(a)):
        out[row] = np.int64(mix(mix(np.uint64(a[row])) + np.uint64(b[row])))
