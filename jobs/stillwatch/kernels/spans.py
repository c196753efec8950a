"""Which runs of words does a text share with others, whatever stands around them?

Fingerprints are winnowed: the hashes of every `words` consecutive words slide under a window of
`window` hashes, and the smallest of each window is kept.

Invariants: texts that share words + window - 1 consecutive words share a fingerprint, which is 13
words by default; a fingerprint depends on its own words only.

Source: Schleimer, Wilkerson, Aiken, Winnowing: Local Algorithms for Document Fingerprinting,
SIGMOD 2003 (density 2 / (window + 1), the least possible for a local algorithm within a third).
"""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from stillwatch.kernels import text
from stillwatch.kernels.arrow import Texts
from stillwatch.kernels.compiled import compiled, helper
from stillwatch.kernels.text import Prepared
from stillwatch.kernels.words import MULTIPLIER, Buffers, buffers, hash_words, mix

SMALL = 32  # up to here, sorting by insertion beats all else


def fingerprints(
    texts: Texts, words: int = 6, window: int = 8, min_words: int | None = None
) -> pa.ListArray:
    """Return every text's fingerprints, sorted and unique, as list<int64>.

    A text with fewer hashes than a window has the smallest of them; one of `min_words` (by default
    `words`) to `words` - 1 words has the hash of all its words; a shorter or null one has none.
    """
    least = words if min_words is None else min_words
    if not (1 <= least <= words and window >= 1):
        raise ValueError(f"1 <= min_words ({least}) <= words ({words}) and 1 <= window ({window})")
    ready = text.prepare(texts)
    offsets = np.zeros(len(ready.valid) + 1, np.int64)
    # A row has at most one fingerprint a word, and a word takes two bytes but for the last.
    room = np.empty(int(((ready.ends - ready.starts) // 2 + 1).sum()), np.int64)
    grams, spare = np.empty((2, ready.longest + 2), np.int64)
    heads = np.empty(2 * ready.longest + 4, np.int32)
    space = buffers(ready.longest)
    _fingerprints(ready, space, grams, spare, heads, words, window, least, room, offsets)
    if offsets[-1] > np.iinfo(np.int32).max:
        raise OverflowError("more than 2**31 fingerprints in a batch: split it")
    values = pa.Int64Array.from_buffers(
        pa.int64(), int(offsets[-1]), [None, pa.py_buffer(room[: offsets[-1]].copy())]
    )
    return pa.ListArray.from_arrays(pa.array(offsets.astype(np.int32)), values)


@helper
def hash_grams(hashes: NDArray[np.uint64], count: int, words: int, out: NDArray[np.int64]) -> int:
    """Hash every run of `words` words, by a polynomial in their hashes; return the number."""
    size = count - words + 1
    values = out[:size].view(np.uint64)
    values[:] = hashes[:size]
    for j in range(1, words):
        shifted = hashes[j : j + size]
        for i in range(size):
            values[i] = values[i] * MULTIPLIER + shifted[i]
    for i in range(size):
        values[i] = mix(values[i])
    return size


@helper
def _slide(
    grams: NDArray[np.int64], count: int, window: int, spare: NDArray[np.int64]
) -> tuple[NDArray[np.int64], int]:
    """Return the smallest of every grams[i:i + window], and their number; both arrays are used up.

    The reach doubles each round, and a round writes to the other array: the compiler's vector unit
    cannot be used where it might overtake itself.
    """
    reach = 1
    while reach < window:
        step = min(reach, window - reach)
        count -= step
        one, two, out = grams[:count], grams[step : step + count], spare[:count]
        for i in range(count):
            out[i] = min(one[i], two[i])
        grams, spare = spare, grams
        reach += step
    return grams, count


@helper
def _insert(values: NDArray[np.int64]) -> None:
    """Sort by insertion: for a few values, or many that stand near their places."""
    for i in range(1, len(values)):
        value, j = values[i], i
        while j > 0 and values[j - 1] > value:
            values[j] = values[j - 1]
            j -= 1
        values[j] = value


@helper
def _spread(values: NDArray[np.int64], heads: NDArray[np.int32], spare: NDArray[np.int64]) -> bool:
    """Put values near their places by their highest bits, which are spread as they are hashes.

    Returns False, with nothing done, where they are not spread: for equal values, or an opponent's.
    """
    buckets, bits = 2, 1
    while buckets < len(values):
        buckets, bits = 2 * buckets, bits + 1
    shift, flip = np.uint64(64 - bits), np.uint64(1) << np.uint64(bits - 1)  # the sign's order
    heads[: buckets + 1] = 0
    for value in values:
        heads[(np.uint64(value) >> shift ^ flip) + np.uint64(1)] += 1
    fullest = np.int32(0)
    for bucket in range(1, buckets + 1):
        fullest = max(fullest, heads[bucket])
        heads[bucket] += heads[bucket - 1]
    if fullest > SMALL:
        return False
    for value in values:
        own = np.uint64(value) >> shift ^ flip
        spare[heads[own]] = value
        heads[own] += 1
    values[:] = spare[: len(values)]
    return True


@helper
def _sort_unique(
    out: NDArray[np.int64],
    start: int,
    end: int,
    heads: NDArray[np.int32],
    spare: NDArray[np.int64],
) -> int:
    """Sort out[start:end] and close up equal ones; return the new end."""
    values = out[start:end]
    if len(values) <= SMALL or _spread(values, heads, spare):
        _insert(values)
    else:
        values[:] = np.sort(values)
    at = 0
    for i in range(len(values)):
        if i == 0 or values[i] != values[at - 1]:
            values[at] = values[i]
            at += 1
    return start + at


@compiled
def _fingerprints(
    ready: Prepared,
    room: Buffers,
    grams: NDArray[np.int64],
    spare: NDArray[np.int64],
    heads: NDArray[np.int32],
    words: int,
    window: int,
    least: int,
    out: NDArray[np.int64],
    offsets: NDArray[np.int64],
) -> None:
    at = 0
    for row in range(len(ready.starts)):
        plain = ready.plain[row]
        data = ready.data if plain else ready.folded
        found = hash_words(data, ready.starts[row], ready.ends[row], plain, ready.tables, room)
        if found >= least:
            count = hash_grams(room.hashes, found, min(words, found), grams)
            least_of, count = _slide(grams, count, min(window, count), spare)
            begin = at
            for i in range(count):
                out[at] = least_of[i]
                at += int(i == 0 or least_of[i] != least_of[i - 1])
            at = _sort_unique(out, begin, at, heads, spare)
        offsets[row + 1] = at
