"""Which words does a row hold, as 64-bit hashes?

A word is a run of letters, marks and digits; in scripts written without blanks every letter is
one. Hashes depend on the normal form alone, so that they agree across runs, machines and callers.

ASCII rows are brought to normal form, cut and hashed here in the pass that uses them; other rows
come folded from text.py and their characters are looked up in `codepoints.Tables`.

Source of the hash: MurmurHash64A (A. Appleby, public domain), its tail padded to a whole lane.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stillwatch.kernels.codepoints import BREAK, IDEOGRAPH, LETTER, MARK, Tables
from stillwatch.kernels.compiled import helper
from stillwatch.kernels.folding import decode, kind_of, peek, slot_of

MULTIPLIER = np.uint64(0xC6A4A7935BD1E995)
SEED = np.uint64(0x5317_7A7C_0000_0001)
LANE = 8  # bytes hashed at once; the buffer ends in so many spare ones


class Buffers(NamedTuple):
    """Room for one row: bytes with 0 between words, where that changes, words' ends, hashes."""

    text: NDArray[np.uint8]
    turns: NDArray[np.uint8]
    edges: NDArray[np.int32]
    hashes: NDArray[np.uint64]


def buffers(longest: int) -> Buffers:
    """Make room for rows of at most `longest` bytes."""
    room = 2 * longest + 2 * LANE  # an ideograph of two bytes or more may gain a 0 on either side
    return Buffers(
        np.zeros(room, np.uint8),
        np.empty(room, np.uint8),
        np.empty(room, np.int32),
        np.empty(longest + 1, np.uint64),
    )


@helper
def mix(value: np.uint64) -> np.uint64:
    """Spread 64 bits over all 64: the finaliser of MurmurHash3."""
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xFF51AFD7ED558CCD)
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xC4CEB9FE1A85EC53)
    return value ^ value >> np.uint64(33)


@helper
def _lane(text: NDArray[np.uint8], i: np.uint64) -> np.uint64:
    """Read eight bytes, the first lowest (the compiler makes one load of it)."""
    low = np.uint64(text[i])
    low |= np.uint64(text[i + np.uint64(1)]) << np.uint64(8)
    low |= np.uint64(text[i + np.uint64(2)]) << np.uint64(16)
    low |= np.uint64(text[i + np.uint64(3)]) << np.uint64(24)
    low |= np.uint64(text[i + np.uint64(4)]) << np.uint64(32)
    low |= np.uint64(text[i + np.uint64(5)]) << np.uint64(40)
    low |= np.uint64(text[i + np.uint64(6)]) << np.uint64(48)
    return low | np.uint64(text[i + np.uint64(7)]) << np.uint64(56)


@helper
def hash_bytes(text: NDArray[np.uint8], start: int, end: int) -> np.uint64:
    """Hash text[start:end], at least one byte, in a buffer with LANE bytes to spare."""
    i, left = np.uint64(start), np.uint64(end - start)
    state = SEED ^ left * MULTIPLIER
    while True:
        lane = _lane(text, i)
        if left < np.uint64(LANE):
            lane &= (np.uint64(1) << left * np.uint64(8)) - np.uint64(1)
        lane *= MULTIPLIER
        lane = (lane ^ lane >> np.uint64(47)) * MULTIPLIER
        state = (state ^ lane) * MULTIPLIER
        if left <= np.uint64(LANE):
            break
        i += np.uint64(LANE)
        left -= np.uint64(LANE)
    state = (state ^ state >> np.uint64(47)) * MULTIPLIER
    return state ^ state >> np.uint64(47)


@helper
def _cut_ascii(data: NDArray[np.uint8], start: int, end: int, text: NDArray[np.uint8]) -> int:
    """Copy letters and digits in lower case, 0 for the rest; return the length.

    Written for the compiler's vector unit: slices have no negative places to check, and every
    intermediate fits a byte.
    """
    source, out = data[start:end], text[: end - start]
    dropped = np.uint8(0)
    for i in range(len(source)):
        byte = source[i]
        lower = np.uint8(byte | np.uint8(32))
        letter = np.uint8(lower - np.uint8(97)) < np.uint8(26)
        digit = np.uint8(byte - np.uint8(48)) < np.uint8(10)
        out[i] = lower if letter | digit else np.uint8(0)  # digits have the bit of 32 already
        control = (byte < np.uint8(28)) & (np.uint8(byte - np.uint8(9)) > np.uint8(4))
        dropped = np.uint8(dropped | np.uint8(control | (byte == np.uint8(127))))
    return end - start if dropped == 0 else _cut_with_controls(data, start, end, text)


@helper
def _cut_with_controls(
    data: NDArray[np.uint8], start: int, end: int, text: NDArray[np.uint8]
) -> int:
    """Close up where control characters stood: they are invisible and hide inside words."""
    at = 0
    for i in range(start, end):
        byte = data[i]
        if (byte < 28 and not 9 <= byte <= 13) or byte == 127:
            continue
        lower = byte | np.uint8(32)
        text[at] = lower if 97 <= lower <= 122 or 48 <= byte <= 57 else np.uint8(0)
        at += 1
    return at


@helper
def _cut_utf8(
    data: NDArray[np.uint8], start: int, end: int, tables: Tables, text: NDArray[np.uint8]
) -> int:
    """Do the same for a row in normal form, with 0 around every ideograph."""
    at, i, before = 0, start, BREAK
    while i < end:
        if before != IDEOGRAPH:
            begin = i
            while i < end and data[i] < 128:  # most are, even in these rows
                byte = data[i]
                inside = (np.uint8(byte - 97) < 26) | (np.uint8(byte - 48) < 10)
                text[at] = byte if inside else np.uint8(0)
                at += 1
                i += 1
            if i > begin:
                before = LETTER if text[at - 1] else BREAK
                continue
        point, length = peek(data, i, end)
        if length:
            kind = int(tables.kind[point])
        else:
            point, length = decode(data, i, end)
            kind = kind_of(slot_of(point), tables)
        if kind in (BREAK, IDEOGRAPH) or (before == IDEOGRAPH and kind != MARK):
            text[at] = 0
            at += 1
        if kind != BREAK:
            for j in range(i, i + length):
                text[at] = data[j]
                at += 1
        before = IDEOGRAPH if before == IDEOGRAPH and kind == MARK else kind
        i += length
    return at


@helper
def hash_words(
    data: NDArray[np.uint8], start: int, end: int, ascii_row: bool, tables: Tables, room: Buffers
) -> int:
    """Write the hashes of the row's words to room.hashes, in order; return their number."""
    text, edges, hashes = room.text, room.edges, room.hashes
    if ascii_row:
        size = _cut_ascii(data, start, end, text)
    else:
        size = _cut_utf8(data, start, end, tables, text)
    text[size] = 0
    here, after, turn = text[:size], text[1 : size + 1], room.turns[:size]
    for i in range(size):
        turn[i] = np.uint8(here[i] != 0) ^ np.uint8(after[i] != 0)
    edges[0] = 0
    at = np.uint64(text[0] != 0)
    for i in range(size):  # every place is written, and kept where a word begins or ends
        edges[at] = i + 1
        at += np.uint64(turn[i])
    count = int(at >> np.uint64(1))
    for k in range(count):
        hashes[k] = hash_bytes(text, edges[2 * k], edges[2 * k + 1])
    return count
