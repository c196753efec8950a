"""What does Spark's `xxhash64` say of a text? The same here, so that kernels and SQL can meet.

Source: XXH64 (Y. Collet, BSD-2), written anew from its specification; the seed is Spark's.
"""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from stillwatch.kernels import arrow
from stillwatch.kernels.arrow import Texts
from stillwatch.kernels.compiled import compiled, helper

SEED = np.uint64(42)
P1 = np.uint64(0x9E3779B185EBCA87)
P2 = np.uint64(0xC2B2AE3D27D4EB4F)
P3 = np.uint64(0x165667B19E3779F9)
P4 = np.uint64(0x85EBCA77C2B2AE63)
P5 = np.uint64(0x27D4EB2F165667C5)


def xxhash64(texts: Texts) -> pa.Int64Array:
    """Return what Spark's function of that name returns; null where the text is null."""
    rows = arrow.rows(texts)
    hashes = np.empty(len(rows), np.int64)
    _hash(rows.offsets, rows.data, hashes)
    return pa.Int64Array.from_buffers(
        pa.int64(), len(hashes), [arrow.bitmap(rows.valid), pa.py_buffer(hashes)]
    )


@helper
def _rotated(value: np.uint64, bits: int) -> np.uint64:
    return value << np.uint64(bits) | value >> np.uint64(64 - bits)


@helper
def _little(data: NDArray[np.uint8], at: int, size: int) -> np.uint64:
    """An unsigned number of `size` bytes, the first lowest."""
    value = np.uint64(0)
    for i in range(size):
        value |= np.uint64(data[at + i]) << np.uint64(8 * i)
    return value


@helper
def _round(state: np.uint64, lane: np.uint64) -> np.uint64:
    return _rotated(state + lane * P2, 31) * P1


@helper
def _merged(state: np.uint64, lane: np.uint64) -> np.uint64:
    return (state ^ _round(np.uint64(0), lane)) * P1 + P4


@helper
def _hash_row(data: NDArray[np.uint8], start: int, end: int) -> np.uint64:
    at = start
    if end - start >= 32:
        a, b, c, d = SEED + P1 + P2, SEED + P2, SEED, SEED - P1
        while at + 32 <= end:
            a = _round(a, _little(data, at, 8))
            b = _round(b, _little(data, at + 8, 8))
            c = _round(c, _little(data, at + 16, 8))
            d = _round(d, _little(data, at + 24, 8))
            at += 32
        state = _rotated(a, 1) + _rotated(b, 7) + _rotated(c, 12) + _rotated(d, 18)
        state = _merged(_merged(_merged(_merged(state, a), b), c), d)
    else:
        state = SEED + P5
    state += np.uint64(end - start)
    while at + 8 <= end:
        state ^= _round(np.uint64(0), _little(data, at, 8))
        state = _rotated(state, 27) * P1 + P4
        at += 8
    if at + 4 <= end:
        state ^= _little(data, at, 4) * P1
        state = _rotated(state, 23) * P2 + P3
        at += 4
    while at < end:
        state = _rotated(state ^ np.uint64(data[at]) * P5, 11) * P1
        at += 1
    state = (state ^ state >> np.uint64(33)) * P2
    state = (state ^ state >> np.uint64(29)) * P3
    return state ^ state >> np.uint64(32)


@compiled
def _hash(offsets: NDArray[np.int64], data: NDArray[np.uint8], hashes: NDArray[np.int64]) -> None:
    for row in range(len(hashes)):
        hashes[row] = np.int64(_hash_row(data, offsets[row], offsets[row + 1]))
