"""How alike are two whole texts, from a few hundred bytes of each?

Every run of words falls in one of `size` bins, again in each of a few rounds; a bin keeps the
smallest value of the first round that reached it. A bin that no round reached keeps the smallest
of the values that all runs have for it alone.

Invariant: the share of equal places in two signatures estimates the Jaccard similarity of the
texts' sets of runs, without bias, and with no more variance than `size` independent hashes (less
where a text has few runs, for then the bins draw them almost without replacement).

Sources: Dahlgaard, Knudsen, Thorup, Fast Similarity Sketching, FOCS 2017. One permutation with
optimal densification (Shrivastava, ICML 2017) was measured too: a fifth faster, and a third more
error on texts of 150 words. Bands: Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, chapter
3: a pair of similarity s meets in a band with chance 1 - (1 - s**rows)**bands.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stillwatch.kernels import text
from stillwatch.kernels.arrow import Texts
from stillwatch.kernels.compiled import compiled, helper
from stillwatch.kernels.spans import hash_grams
from stillwatch.kernels.text import Prepared
from stillwatch.kernels.words import MULTIPLIER, Buffers, buffers, hash_words, mix

EMPTY = np.uint32(0xFFFFFFFF)  # in every place of a text without words, and nowhere else
MAX_SIZE = 4096  # more would cost time and estimate nothing better
LOW = np.uint64(0xFFFFFFFF)
UNREACHED = np.uint64(0xFFFFFFFFFFFFFFFF)
NO_BAND = 0  # the bands of such a text: it is like nothing, not like all others of its kind

LANES = 8  # bins are filled in multiples of so many

Signatures = NDArray[np.uint32]


class Bins(NamedTuple):
    """Room for one signature: its bins, an odd factor of each, and those that no round reached."""

    best: NDArray[np.uint64]
    factors: NDArray[np.uint64]
    places: NDArray[np.int64]
    chosen: NDArray[np.uint64]
    least: NDArray[np.uint64]


def signatures(texts: Texts, shingle_words: int = 3, size: int = 128) -> Signatures:
    """Return one row of `size` values a text, shape (texts, size).

    A text of fewer than `shingle_words` words is one run; null or wordless rows are all EMPTY.
    """
    if shingle_words < 1 or not 1 <= size <= MAX_SIZE:
        raise ValueError(f"1 <= shingle_words ({shingle_words}), 1 <= size ({size}) <= {MAX_SIZE}")
    ready = text.prepare(texts)
    out = np.full((len(ready.valid), size), EMPTY, np.uint32)
    grams, fresh = np.empty(ready.longest + 1, np.int64), np.empty(ready.longest + 1, np.uint64)
    _signatures(ready, buffers(ready.longest), grams, fresh, shingle_words, out)
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


@helper
def _reach(
    grams: NDArray[np.uint64], turn: np.uint64, fresh: NDArray[np.uint64], best: NDArray[np.uint64]
) -> None:
    """Let every run fall in a bin; the round stands above the value, so that early ones win."""
    size = np.uint64(len(best))
    salt = turn * MULTIPLIER
    for i in range(len(grams)):  # apart from what follows, so that it runs on the vector unit
        fresh[i] = mix(grams[i] ^ salt)
    for value in fresh[: len(grams)]:
        place = (value >> np.uint64(32)) * size >> np.uint64(32)
        best[place] = min(best[place], turn << np.uint64(32) | value & LOW)


@helper
def _densify(grams: NDArray[np.uint64], bins: Bins) -> None:
    """Give each bin that no round reached the least of the values that the runs have for it alone.

    The runs' hashes are spread already: an odd factor of the bin's own orders them anew. Bins are
    side by side, so that the vector unit takes several at once however few runs there are.
    """
    count = 0
    for place in range(len(bins.best)):
        bins.places[count] = place  # every place is written, and kept where it was unreached
        count += int(bins.best[place] == UNREACHED)
    padded = (count + LANES - 1) // LANES * LANES
    for k in range(padded):
        bins.chosen[k] = bins.factors[bins.places[min(k, count - 1)]]
    chosen, least = bins.chosen[:padded], bins.least[:padded]
    least[:] = UNREACHED
    paired = len(grams) // 2 * 2
    for i in range(0, paired, 2):
        one, two = grams[i], grams[i + 1]
        for k in range(padded):
            least[k] = min(least[k], min(one * chosen[k], two * chosen[k]))
    for gram in grams[paired:]:
        for k in range(padded):
            least[k] = min(least[k], gram * chosen[k])
    for k in range(count):
        bins.best[bins.places[k]] = least[k] >> np.uint64(32)


@helper
def _sketch(grams: NDArray[np.uint64], rounds: int, fresh: NDArray[np.uint64], bins: Bins) -> None:
    """Fill every bin from the runs' hashes, of which there is at least one."""
    bins.best[:] = UNREACHED
    for turn in range(rounds):
        _reach(grams, np.uint64(turn), fresh, bins.best)
        last = np.uint64(0)
        for value in bins.best:
            last = max(last, value)
        if last != UNREACHED:
            return
    _densify(grams, bins)


@compiled
def _signatures(
    ready: Prepared,
    room: Buffers,
    grams: NDArray[np.int64],
    fresh: NDArray[np.uint64],
    words: int,
    out: Signatures,
) -> None:
    size = out.shape[1]
    rounds = max(3, (3 * size + 127) // 128)  # by size alone: both texts of a pair need the same
    bins = Bins(
        np.empty(size, np.uint64),
        np.empty(size, np.uint64),
        np.empty(size + 1, np.int64),
        np.empty(size + LANES, np.uint64),
        np.empty(size + LANES, np.uint64),
    )
    for place in range(size):
        bins.factors[place] = mix(np.uint64(place + rounds)) | np.uint64(1)
    for row in range(len(ready.starts)):
        plain = ready.plain[row]
        data = ready.data if plain else ready.folded
        found = hash_words(data, ready.starts[row], ready.ends[row], plain, ready.tables, room)
        if found == 0:
            continue
        count = hash_grams(room.hashes, found, min(words, found), grams)
        _sketch(grams[:count].view(np.uint64), rounds, fresh, bins)
        signature = out[row]
        for place in range(size):  # EMPTY itself is kept free
            signature[place] = np.uint32(min(bins.best[place] & LOW, LOW - np.uint64(1)))


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
