"""Which groups of phrases occur in a text, and which occur close together?

A phrase is one to MAX_WORDS words in normal form; the letters of scripts without blanks count as
words, so a phrase there is as many of them. Phrases of all groups are looked up in one pass over
the words, by hash: the cost does not depend on how many there are.

Invariant: only the instruction zone counts, the first HEAD and the last TAIL words, for what is
pasted between them is material and says little about what is asked.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from stillwatch.kernels import spans, text
from stillwatch.kernels.arrow import Texts
from stillwatch.kernels.compiled import compiled, helper
from stillwatch.kernels.text import Prepared
from stillwatch.kernels.words import MULTIPLIER, Buffers, buffers, hash_words, mix

MAX_WORDS = 12
HEAD, TAIL = 200, 120
FILTER_BITS = 16  # one byte for each low end of a hash: no phrase begins with most words
STRUCTURE = ("fences", "options", "shapes", "symbols", "digits", "bytes", "words")


class Lexicon(NamedTuple):
    """Phrases ready to be looked up; make one with `build`."""

    keys: NDArray[np.int64]  # open addressing, a power of two; 0 is free
    groups: NDArray[np.uint64]  # a bit for each group that holds the phrase
    starts: NDArray[np.uint8]  # most words of a phrase whose first word's hash ends so
    near: NDArray[np.int64]  # (group, group, words apart) a row
    entries: NDArray[np.int32]  # which row of `weights` a phrase has
    weights: NDArray[np.int8]  # a row a phrase, a column a class; none of row 0


class Found(NamedTuple):
    """Counts a row, none above 255 but for the structure, which is as STRUCTURE says."""

    groups: NDArray[np.uint8]
    near: NDArray[np.uint8]
    structure: NDArray[np.int64]
    scores: NDArray[np.int32]  # a column a class: the weights of the phrases, each counted once


def build(
    groups: Mapping[str, str],
    near: Sequence[tuple[str, str, int]],
    weights: Mapping[str, Mapping[int, str]],
) -> Lexicon:
    """Compile at most 64 groups of phrases, the pairs to look for, and the phrases with weights.

    Args:
        groups: `|` between the phrases of a group.
        near: group, group, and how many words apart they may stand.
        weights: for each class its phrases by weight, `|` between them.

    Raises:
        ValueError: a phrase holds no word, or more than MAX_WORDS.
    """
    names = list(groups)
    bits: dict[int, int] = {}
    rows: dict[int, NDArray[np.int8]] = {}
    starts = np.zeros(1 << FILTER_BITS, np.uint8)
    phrases = [(p, 1 << i, -1, 0) for i, name in enumerate(names) for p in groups[name].split("|")]
    phrases += [
        (phrase, 0, column, weight)
        for column, of_class in enumerate(weights.values())
        for weight, listed in of_class.items()
        for phrase in listed.split("|")
    ]
    whole = pa.array([phrase for phrase, *_ in phrases])
    for entry, hashed in zip(phrases, _phrase_hashes(whole), strict=True):
        (phrase, bit, column, weight), (key, first, count) = entry, hashed
        if not 1 <= count <= MAX_WORDS:
            raise ValueError(f"a phrase of 1 to {MAX_WORDS} words, not {phrase!r}")
        bits[key] = bits.get(key, 0) | bit
        if column >= 0:
            rows.setdefault(key, np.zeros(len(weights), np.int8))[column] = weight
        low = first & ((1 << FILTER_BITS) - 1)
        starts[low] = max(starts[low], count)
    size = 1 << (4 * len(bits)).bit_length()
    keys, masks = np.zeros(size, np.int64), np.zeros(size, np.uint64)
    entries, numbers = (
        np.zeros(size, np.int32),
        dict(zip(rows, range(1, len(rows) + 1), strict=True)),
    )
    for key, mask in bits.items():
        slot = key & (size - 1)
        while keys[slot]:
            slot = (slot + 1) & (size - 1)
        keys[slot], masks[slot], entries[slot] = key, mask, numbers.get(key, 0)
    pairs = np.array([(names.index(a), names.index(b), words) for a, b, words in near], np.int64)
    table = np.zeros((len(rows) + 1, len(weights)), np.int8)
    for number, row in enumerate(rows.values(), 1):
        table[number] = row
    return Lexicon(keys, masks, starts, pairs.reshape(-1, 3), entries, table)


def find(texts: Texts, lexicon: Lexicon, groups: int) -> Found:
    """Count the groups' phrases, the pairs that stand close, and the marks of structure."""
    ready = text.prepare(texts)
    rows = len(ready.valid)
    found = Found(
        np.zeros((rows, groups), np.uint8),
        np.zeros((rows, len(lexicon.near)), np.uint8),
        np.zeros((rows, len(STRUCTURE)), np.int64),
        np.zeros((rows, lexicon.weights.shape[1]), np.int32),
    )
    last, seen = np.empty(groups, np.int64), np.full(len(lexicon.weights), -1, np.int64)
    _find(ready, buffers(ready.longest), lexicon, last, seen, found)
    return found


def _phrase_hashes(phrases: pa.Array) -> list[tuple[int, int, int]]:
    """Return each phrase's hash, the plain hash of its first word, and its number of words."""
    ready = text.prepare(phrases)
    out = np.zeros((len(phrases), 3), np.int64)
    _hash_phrases(ready, buffers(ready.longest), out)
    return [(int(key), int(first), int(count)) for key, first, count in out]


@compiled
def _hash_phrases(ready: Prepared, room: Buffers, out: NDArray[np.int64]) -> None:
    gram = np.empty(1, np.int64)
    for row in range(len(ready.starts)):
        plain = ready.plain[row]
        data = ready.data if plain else ready.folded
        count = hash_words(data, ready.starts[row], ready.ends[row], plain, ready.tables, room)
        if count > 0:
            spans.hash_grams(room.hashes, count, count, gram)
            out[row, 0] = gram[0]
            out[row, 1] = np.int64(room.hashes[0])
        out[row, 2] = count


@helper
def _lookup(lexicon: Lexicon, key: np.int64) -> int:
    """Return the slot of the phrase of this hash, or -1."""
    last = len(lexicon.keys) - 1
    slot = key & last
    while lexicon.keys[slot] != 0:
        if lexicon.keys[slot] == key:
            return int(slot)
        slot = (slot + 1) & last
    return -1


@helper
def _note(
    bits: np.uint64, place: int, row: int, last: NDArray[np.int64], lexicon: Lexicon, found: Found
) -> None:
    """Count a phrase's groups, and the pairs that it completes with phrases before it."""
    for group in range(len(last)):
        if bits >> np.uint64(group) & np.uint64(1):
            last[group] = place
            if found.groups[row, group] < 255:
                found.groups[row, group] += 1
            for pair in range(len(lexicon.near)):
                one, two = lexicon.near[pair, 0], lexicon.near[pair, 1]
                other = two if one == group else one if two == group else -1
                close = other >= 0 and place - last[other] <= lexicon.near[pair, 2]
                if close and found.near[row, pair] < 255:
                    found.near[row, pair] += 1


@helper
def _structure(data: NDArray[np.uint8], start: int, end: int, out: NDArray[np.int64]) -> None:
    """Count code fences, options such as (B), shapes of code such as `):`, its symbols, digits."""
    symbols = digits = 0
    for i in range(start, end):
        byte = data[i]
        symbol = (byte == 123) | (byte == 125) | (byte == 59) | (byte == 61) | (byte == 95)
        symbols += int(symbol | (byte == 60) | (byte == 62) | (byte == 91) | (byte == 93))
        digits += int((byte >= 48) & (byte <= 57))
    fences = options = shapes = 0
    for i in range(start + 2, end):
        if data[i] == 96 and data[i - 1] == 96 and data[i - 2] == 96:
            fences += 1
        pair = int(data[i - 1]) << 8 | int(data[i])
        shapes += int((pair == 0x293A) | (pair == 0x2D3E) | (pair == 0x3D3E))  # ): -> =>
        shapes += int((pair == 0x3D3D) | (pair == 0x293B) | (pair == 0x297B))  # == ); ){
        letter = data[i - 1] & 0xDF
        if data[i] == 41 and data[i - 2] == 40 and 65 <= letter <= 90:
            options += 1
    out[0], out[1], out[2], out[3], out[4] = fences, options, shapes, symbols, digits
    out[5] = end - start


@compiled
def _find(
    ready: Prepared,
    room: Buffers,
    lexicon: Lexicon,
    last: NDArray[np.int64],
    seen: NDArray[np.int64],
    found: Found,
) -> None:
    for row in range(len(ready.starts)):
        plain = ready.plain[row]
        data = ready.data if plain else ready.folded
        start, end = ready.starts[row], ready.ends[row]
        if start == end:
            continue
        _structure(data, start, end, found.structure[row])
        count = hash_words(data, start, end, plain, ready.tables, room)
        found.structure[row, 6] = count
        last[:] = -(1 << 40)
        for i in range(count):
            if HEAD <= i < count - TAIL:
                continue
            most = lexicon.starts[np.int64(room.hashes[i]) & ((1 << FILTER_BITS) - 1)]
            value = np.uint64(0)
            for j in range(i, min(i + most, count)):
                value = value * MULTIPLIER + room.hashes[j]
                slot = _lookup(lexicon, np.int64(mix(value)))
                if slot < 0:
                    continue
                entry = lexicon.entries[slot]
                if seen[entry] != row:
                    seen[entry] = row
                    for column in range(lexicon.weights.shape[1]):
                        found.scores[row, column] += lexicon.weights[entry, column]
                if lexicon.groups[slot]:
                    _note(lexicon.groups[slot], i, row, last, lexicon, found)
