"""How alike are two whole texts, from a few hundred bytes of each?

One hash a run of words falls in one of `size` bins, and the smallest value of a bin is kept. An
empty bin asks the others in an order of its own, the same for all texts, and takes what the first
full one holds (the paper draws with replacement; an order needs no more than `size` questions).

Invariant: the share of equal places in two signatures estimates the Jaccard similarity of the
texts' sets of runs, without bias, with a variance near that of `size` independent hashes.

Sources: Li, Owen, Zhang, One Permutation Hashing, NIPS 2012; Shrivastava, Optimal Densification for
Fast and Accurate Minwise Hashing, ICML 2017. Bands: Leskovec, Rajaraman, Ullman, Mining of Massive
Datasets, chapter 3: a pair of similarity s meets in a band with chance 1 - (1 - s**rows)**bands.
"""

import functools

import numpy as np
from numpy.typing import NDArray

from stillwatch.kernels import text
from stillwatch.kernels.arrow import Texts
from stillwatch.kernels.compiled import compiled, helper
from stillwatch.kernels.spans import hash_grams
from stillwatch.kernels.text import Prepared
from stillwatch.kernels.words import MULTIPLIER, Buffers, buffers, hash_words, mix

EMPTY = np.uint32(0xFFFFFFFF)  # in every place of a text without words, and nowhere else
MAX_SIZE = 4096  # the order in which bins ask each other takes 2 bytes x size x size
NO_BAND = 0  # the bands of such a text: it is like nothing, not like all others of its kind

Signatures = NDArray[np.uint32]


def signatures(texts: Texts, shingle_words: int = 3, size: int = 128) -> Signatures:
    """Return one row of `size` values a text, shape (texts, size).

    A text of fewer than `shingle_words` words is one run; null or wordless rows are all EMPTY.
    """
    if shingle_words < 1 or not 1 <= size <= MAX_SIZE:
        raise ValueError(f"1 <= shingle_words ({shingle_words}), 1 <= size ({size}) <= {MAX_SIZE}")
    ready = text.prepare(texts)
    out = np.full((len(ready.valid), size), EMPTY, np.uint32)
    grams = np.empty(ready.longest + 1, np.int64)
    _signatures(ready, buffers(ready.longest), grams, _donors(size), shingle_words, out)
    return out


def jaccard(a: Signatures, b: Signatures) -> NDArray[np.float64]:
    """Estimate the similarity of a[i] and b[i], from 0 to 1; texts without words are like none."""
    if a.shape != b.shape:
        raise ValueError(f"signatures of one shape, not {a.shape} and {b.shape}")
    share: NDArray[np.float64] = ((a == b) & (a != EMPTY)).mean(axis=1)
    return share


def bands(signatures: Signatures, bands: int, rows: int) -> NDArray[np.int64]:
    """Hash `bands` groups of `rows` values, shape (texts, bands); a text without words: NO_BAND.

    Equal groups at different places of the signature hash differently, so one column may hold all.
    """
    if bands < 1 or rows < 1 or bands * rows > signatures.shape[1]:
        raise ValueError(f"bands ({bands}) x rows ({rows}) within {signatures.shape[1]} values")
    out = np.empty((len(signatures), bands), np.int64)
    _bands(np.ascontiguousarray(signatures), rows, out)
    return out


@functools.cache
def _donors(size: int) -> NDArray[np.uint16]:
    """Return the order in which each bin asks the others, shape (size, size)."""
    out = np.empty((size, size), np.uint16)
    _shuffle(out)
    return out


@compiled
def _shuffle(out: NDArray[np.uint16]) -> None:
    size = len(out)
    keys = np.empty(size, np.uint64)
    for place in range(size):
        for other in range(size):
            keys[other] = mix(np.uint64(place * size + other + 1))
        out[place] = np.argsort(keys)


@helper
def _densify(
    row: Signatures,
    donors: NDArray[np.uint16],
    full: NDArray[np.bool_],
    gaps: NDArray[np.uint16],
) -> None:
    """Fill the empty bins, each from the first full bin that it asks."""
    some = EMPTY
    count = np.uint64(0)
    for place in range(len(row)):
        full[place] = row[place] != EMPTY
        some = min(some, row[place])
        gaps[count] = place
        count += np.uint64(not full[place])
    if count == np.uint64(len(row) - 1):  # a short text: whoever is asked, the answer is the same
        row[:] = some
        return
    for place in gaps[:count]:
        asked = donors[place]
        attempt = np.uint64(0)
        while not full[asked[attempt]]:
            attempt += np.uint64(1)
        row[place] = row[asked[attempt]]


@compiled
def _signatures(
    ready: Prepared,
    room: Buffers,
    grams: NDArray[np.int64],
    donors: NDArray[np.uint16],
    words: int,
    out: Signatures,
) -> None:
    size = np.uint64(out.shape[1])
    full = np.empty(out.shape[1], np.bool_)
    gaps = np.empty(out.shape[1], np.uint16)
    for row in range(len(ready.starts)):
        plain = ready.plain[row]
        data = ready.data if plain else ready.folded
        found = hash_words(data, ready.starts[row], ready.ends[row], plain, ready.tables, room)
        if found == 0:
            continue
        values = out[row]
        for gram in grams[: hash_grams(room.hashes, found, min(words, found), grams)]:
            value = np.uint64(gram)
            place = (value >> np.uint64(32)) * size >> np.uint64(32)
            # The low half is independent of the place; EMPTY itself is kept free.
            low = np.uint32(value & np.uint64(0xFFFFFFFF))
            values[place] = min(values[place], min(low, np.uint32(0xFFFFFFFE)))
        _densify(values, donors, full, gaps)


@compiled
def _bands(signatures: Signatures, rows: int, out: NDArray[np.int64]) -> None:
    for row in range(len(signatures)):
        for band in range(out.shape[1]):
            state = mix(np.uint64(band + 1))
            for i in range(band * rows, (band + 1) * rows):
                state = (state ^ np.uint64(signatures[row, i])) * MULTIPLIER
                state ^= state >> np.uint64(29)
            value = np.int64(mix(state))
            out[row, band] = value if value != NO_BAND else 1
        if signatures[row, 0] == EMPTY:
            out[row, :] = NO_BAND
