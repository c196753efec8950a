"""Which texts are the same but for casing, blanks, invisible and look-alike characters?

Invariants: nothing here depends on the order, the chunks or the company of the rows; `hash64` is
the same on every machine and in every release (a test pins values), for the characters that this
Python's Unicode version assigns.
"""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from stillwatch.kernels import arrow, codepoints
from stillwatch.kernels.arrow import Rows, Texts
from stillwatch.kernels.codepoints import MAX_GROWTH, Tables
from stillwatch.kernels.compiled import compiled, helper
from stillwatch.kernels.folding import Scratch, fold_rows
from stillwatch.kernels.words import LANE, hash_bytes


class Prepared(NamedTuple):
    """Rows ready for a pass over their words.

    Row i is data[start:end] where plain[i], pure ASCII as it came, else folded[start:end], already
    in normal form. Null rows are empty.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    plain: NDArray[np.bool_]
    data: NDArray[np.uint8]
    folded: NDArray[np.uint8]
    valid: NDArray[np.uint8]
    tables: Tables

    @property
    def longest(self) -> int:
        """Length of the longest row in bytes."""
        return int((self.ends - self.starts).max(initial=0))


def normalise(texts: Texts) -> pa.LargeStringArray:
    """Return the normal form of every text (codepoints.py says which); null stays null."""
    ready = prepare(texts)
    out = np.empty(int((ready.ends - ready.starts).sum()), np.uint8)
    offsets = np.zeros(len(ready.valid) + 1, np.int64)
    _normalise(ready, out, offsets)
    return arrow.large_strings(offsets, out[: offsets[-1]], ready.valid)


def hash64(texts: Texts) -> pa.Int64Array:
    """Return 64 bits of the normal form of every text; null where it is null or empty."""
    ready = prepare(texts)
    hashes = np.empty(len(ready.valid), np.int64)
    filled = np.zeros(len(hashes), np.uint8)
    _hash(ready, np.zeros(ready.longest + LANE, np.uint8), hashes, filled)
    return pa.Int64Array.from_buffers(
        pa.int64(), len(hashes), [arrow.bitmap(filled), pa.py_buffer(hashes)]
    )


def prepare(texts: Texts) -> Prepared:
    """Tell ASCII rows from others and fold the others, in native code where it can be done."""
    rows = arrow.rows(texts)
    starts, ends = rows.offsets[:-1].copy(), rows.offsets[1:].copy()
    plain = np.empty(len(rows), np.bool_)
    _classify(starts, ends, rows.data, rows.valid, plain)
    chosen = np.flatnonzero(~plain)
    if len(chosen) == 0:
        empty = _frozen(np.zeros(1, np.uint8))
        return Prepared(starts, ends, plain, rows.data, empty, rows.valid, codepoints.no_tables())
    folded = _fold(rows, starts, ends, chosen)
    return Prepared(starts, ends, plain, rows.data, folded, rows.valid, codepoints.tables())


def _fold(
    rows: Rows, starts: NDArray[np.int64], ends: NDArray[np.int64], chosen: NDArray[np.int64]
) -> NDArray[np.uint8]:
    """Fold the chosen rows, move their starts and ends to the result, and return it."""
    out, bounds = _fold_native(rows.data, starts, ends, chosen, composed=False)
    refused, done = chosen[bounds < 0], chosen[bounds >= 0]
    images = _fold_composed([rows.data[starts[i] : ends[i]] for i in refused])
    size = int(bounds.max(initial=0))
    ends[done] = bounds[bounds >= 0]
    starts[done] = np.append(0, ends[done])[:-1]
    edges = np.cumsum([size, *map(len, images)])
    starts[refused], ends[refused] = edges[:-1], edges[1:]
    return _frozen(np.concatenate([out[:size], np.frombuffer(b"".join(images), np.uint8)]))


def _fold_composed(rows: list[NDArray[np.uint8]]) -> list[bytes]:
    """Fold rows whose characters join with their neighbours; what is not UTF-8 becomes U+FFFD."""
    plain = [codepoints.compose(row.tobytes().decode("utf-8", "replace")).encode() for row in rows]
    edges = np.cumsum([0, *map(len, plain)], dtype=np.int64)
    data = np.frombuffer(b"".join(plain) or b"\0", np.uint8)
    everyone = np.arange(len(rows))
    out, bounds = _fold_native(data, edges[:-1], edges[1:], everyone, composed=True)
    folded = np.split(out[: bounds.max(initial=0)], bounds[:-1]) if rows else []
    return [codepoints.recompose(row.tobytes().decode()).encode() for row in folded]


def _fold_native(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    chosen: NDArray[np.int64],
    composed: bool,
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the folded bytes and each chosen row's end in them, or -1 where it was refused."""
    lengths = ends[chosen] - starts[chosen]
    longest = int(lengths.max(initial=0))
    scratch = Scratch(np.empty(longest + 1, np.int32), np.empty(longest + 1, np.uint8))
    out = np.empty(MAX_GROWTH * int(lengths.sum()), np.uint8)
    bounds = np.empty(len(chosen), np.int64)
    fold_rows(starts, ends, data, chosen, composed, codepoints.tables(), scratch, out, bounds)
    return out, bounds


def _frozen(array: NDArray[np.uint8]) -> NDArray[np.uint8]:
    array.flags.writeable = False  # the same type for numba as Arrow's own buffers
    return array


@compiled
def _classify(
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    data: NDArray[np.uint8],
    valid: NDArray[np.uint8],
    plain: NDArray[np.bool_],
) -> None:
    """Mark pure ASCII rows; empty the null ones, whose bytes Arrow leaves undefined."""
    for row in range(len(starts)):
        if not valid[row]:
            ends[row] = starts[row]
        high = np.uint8(0)
        for byte in data[starts[row] : ends[row]]:
            high = np.uint8(high | byte)
        plain[row] = high < 128


@helper
def _fold_ascii(
    data: NDArray[np.uint8], start: int, end: int, out: NDArray[np.uint8], at: int
) -> int:
    """Write the normal form of an ASCII row from out[at] on; return the place after it."""
    begin, blank = at, False
    for i in range(start, end):
        byte = data[i]
        if byte == 32 or 9 <= byte <= 13 or 28 <= byte <= 31:
            blank = at > begin
        elif byte > 31 and byte != 127:
            if blank:
                out[at] = 32
                at, blank = at + 1, False
            out[at] = byte | np.uint8(32) if 65 <= byte <= 90 else byte
            at += 1
    return at


@compiled
def _normalise(ready: Prepared, out: NDArray[np.uint8], offsets: NDArray[np.int64]) -> None:
    at = 0
    for row in range(len(ready.starts)):
        start, end = ready.starts[row], ready.ends[row]
        if ready.plain[row]:
            at = _fold_ascii(ready.data, start, end, out, at)
        else:
            out[at : at + end - start] = ready.folded[start:end]
            at += end - start
        offsets[row + 1] = at


@compiled
def _hash(
    ready: Prepared, room: NDArray[np.uint8], hashes: NDArray[np.int64], filled: NDArray[np.uint8]
) -> None:
    for row in range(len(ready.starts)):
        start, end = ready.starts[row], ready.ends[row]
        if ready.plain[row]:
            size = _fold_ascii(ready.data, start, end, room, 0)
        else:
            size = end - start
            room[:size] = ready.folded[start:end]
        if size > 0:
            hashes[row] = np.int64(hash_bytes(room, 0, size))
            filled[row] = 1
