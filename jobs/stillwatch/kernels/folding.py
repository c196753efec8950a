"""How is a row that is not ASCII brought to normal form without a Python object?

A row is decoded into slots of `codepoints.Tables`, word by word, so that look-alike letters can be
judged with their neighbours, and then written as UTF-8. A row that holds a character which cannot
be folded alone is refused, unless the caller says that the rows have been composed.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stillwatch.kernels.codepoints import (
    BREAK,
    COMPATIBILITY,
    COMPATIBILITY_END,
    COMPLEX,
    COPY,
    DENSE,
    DROP,
    IDEOGRAPH,
    LATIN,
    LETTER,
    MARK,
    MAX_MARKS,
    SIZE,
    SIZE_BITS,
    SPACE,
    Tables,
)
from stillwatch.kernels.compiled import compiled, helper

INVALID, TAG, ASTRAL = -1, -2, SIZE  # slots beside the tables; ASTRAL + point keeps its bytes


class Scratch(NamedTuple):
    """A row's slots and, at the first slot of each word, one bit a script (see `_analyse`)."""

    slots: NDArray[np.int32]
    words: NDArray[np.uint8]


@helper
def decode(data: NDArray[np.uint8], i: int, end: int) -> tuple[int, int]:
    """Return the code point at byte `i` and its length; (INVALID, 1) for what is not UTF-8."""
    lead = int(data[i])
    if lead < 0x80:
        return lead, 1
    length = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
    if lead < 0xC2 or lead > 0xF4 or i + length > end:
        return INVALID, 1
    point = lead & (0x7F >> length)
    for j in range(i + 1, i + length):
        if data[j] & 0xC0 != 0x80:
            return INVALID, 1
        point = point << 6 | int(data[j] & 0x3F)
    overlong = (length == 3 and point < 0x800) or (length == 4 and point < 0x10000)
    if overlong or point > 0x10FFFF or 0xD800 <= point < 0xE000:
        return INVALID, 1
    return point, length


@helper
def peek(data: NDArray[np.uint8], i: int, end: int) -> tuple[int, int]:
    """Return the code point of two or three bytes at byte `i` and its length; else (0, 0).

    The bytes' form is checked, and that no shorter form exists; surrogates are the caller's.
    """
    lead = int(data[i])
    if 0xE0 <= lead < 0xF0 and i + 3 <= end:
        second, third = int(data[i + 1]), int(data[i + 2])
        point = (lead & 0xF) << 12 | (second & 0x3F) << 6 | third & 0x3F
        if second & 0xC0 == 0x80 and third & 0xC0 == 0x80 and point >= 0x800:
            return point, 3
    elif 0xC2 <= lead < 0xE0 and i + 2 <= end:
        second = int(data[i + 1])
        if second & 0xC0 == 0x80:
            return (lead & 0x1F) << 6 | second & 0x3F, 2
    return 0, 0


@helper
def slot_of(point: int) -> int:
    """Return a code point's place in the tables, TAG for the invisible plane, or ASTRAL + point."""
    if point < DENSE:
        return point
    if COMPATIBILITY <= point < COMPATIBILITY_END:
        return point - COMPATIBILITY + DENSE
    return TAG if 0xE0000 <= point < 0xE1000 else ASTRAL + point


@helper
def kind_of(slot: int, tables: Tables) -> int:
    """Return BREAK, LETTER, IDEOGRAPH or MARK for a slot."""
    if slot < SIZE:
        return int(tables.kind[slot])
    return IDEOGRAPH if slot - ASTRAL < 0x40000 else BREAK


@helper
def _analyse(
    data: NDArray[np.uint8],
    start: int,
    end: int,
    composed: bool,
    tables: Tables,
    scratch: Scratch,
) -> tuple[int, int]:
    """Fill the scratch; return the number of slots (-1: refused) and the text's script bits.

    Bits: 2 for Latin letters, 4 and 8 for Cyrillic and Greek letters that no Latin letter
    resembles. Of the text, the last two count only in words free of Latin.
    """
    count, first, order, marks, word, text = 0, -1, 0, 0, 0, 0
    i = start
    while i < end:
        point, length = decode(data, i, end)
        i += length
        slot = slot_of(point) if point != INVALID else INVALID
        if slot == TAG or (0 <= slot < SIZE and tables.act[slot] == DROP):
            continue
        inside = 0 <= slot < SIZE
        rank = int(tables.order[slot]) if inside else 0
        marks = marks + 1 if rank else 0
        joins = (inside and tables.act[slot] == COMPLEX) or 0 < rank < order or marks > MAX_MARKS
        if slot == INVALID or (joins and not composed):
            return -1, 0
        order = rank
        kind = kind_of(slot, tables)
        if kind in (LETTER, MARK):
            if first < 0:
                first, word = count, 0
            script = int(tables.script[slot])
            if script == LATIN or (script > LATIN and tables.twin[slot] == 0):
                word |= 1 << script
        elif first >= 0:
            scratch.words[first] = word
            text |= 2 if word & 2 else word
            first = -1
        scratch.slots[count] = slot
        count += 1
    if first >= 0:
        scratch.words[first] = word
        text |= 2 if word & 2 else word
    return count, text


@helper
def _put_point(point: int, out: NDArray[np.uint8], at: int) -> int:
    """Write a code point of four bytes; return the place after it."""
    out[at] = 0xF0 | point >> 18
    out[at + 1] = 0x80 | (point >> 12 & 0x3F)
    out[at + 2] = 0x80 | (point >> 6 & 0x3F)
    out[at + 3] = 0x80 | (point & 0x3F)
    return at + 4


@helper
def _write(
    count: int, text: int, tables: Tables, scratch: Scratch, out: NDArray[np.uint8], at: int
) -> int:
    """Write the analysed row as UTF-8 from out[at] on; return the place after it."""
    begin, inside, blank, word = at, False, False, 0
    for k in range(count):
        slot = int(scratch.slots[k])
        if slot < SIZE and tables.act[slot] == SPACE:
            blank, inside = at > begin, False
            continue
        if blank:
            out[at] = 32
            at, blank = at + 1, False
        kind = kind_of(slot, tables)
        if kind not in (LETTER, MARK):
            inside = False
        elif not inside:
            inside, word = True, int(scratch.words[k])
        if slot >= SIZE:
            at = _put_point(slot - ASTRAL, out, at)
        elif tables.twin[slot] and (word & 2 or (text & 2 and not text >> tables.script[slot] & 1)):
            out[at] = tables.twin[slot]
            at += 1
        else:
            for j in range(tables.start[slot], tables.start[slot + 1]):
                out[at] = tables.pool[j]
                at += 1
    return at


@helper
def _fold_directly(
    data: NDArray[np.uint8], start: int, end: int, tables: Tables, out: NDArray[np.uint8], at: int
) -> int:
    """Fold a row that holds no Cyrillic or Greek, which most do not, without weighing its words.

    Returns the place after it in `out`, or -1 where the row needs `_analyse`.
    """
    # A blank is written at once, but not after another or at the start, and taken back at the end.
    begin, blank, order, marks = at, True, 0, 0
    i = start
    while i < end:
        kept = np.uint8(0)
        while i < end and data[i] < 128:  # most are, even in these rows: no branch on what it is
            byte = data[i]
            i += 1
            space = (byte == 32) | (np.uint8(byte - 9) < 5) | (np.uint8(byte - 28) < 4)
            dropped = ((byte < 32) | (byte == 127)) & ~space
            upper = np.uint8(byte - 65) < 26
            out[at] = np.uint8(32) if space else np.uint8(byte | np.uint8(upper) << np.uint8(5))
            at += int(not (dropped | (space & blank)))
            blank = space | (blank & dropped)
            kept = np.uint8(kept | np.uint8(not dropped))
        if kept:
            order, marks = 0, 0
        if i == end:
            break
        point, length = peek(data, i, end)
        glyph = tables.glyph[point] if length else np.uint32(0)
        if glyph:
            # What is too much is overwritten: no more bytes than MAX_GROWTH allows.
            out[at] = glyph & np.uint32(0xFF)
            out[at + 1] = glyph >> np.uint32(8) & np.uint32(0xFF)
            out[at + 2] = glyph >> np.uint32(16) & np.uint32(0xFF)
            at, i, order, marks = at + int(glyph >> np.uint32(SIZE_BITS)), i + length, 0, 0
            blank = False
            continue
        point, length = decode(data, i, end)
        slot = slot_of(point) if point != INVALID else INVALID
        if slot == INVALID or slot >= SIZE:
            return -1
        i += length
        if slot == TAG:
            continue
        act = tables.act[slot]
        if act == COPY:
            rank = int(tables.order[slot])
            marks = marks + 1 if rank else 0
            if tables.script[slot] > LATIN or 0 < rank < order or marks > MAX_MARKS:
                return -1
            order = rank
            for j in range(tables.start[slot], tables.start[slot + 1]):
                out[at] = tables.pool[j]
                at += 1
            blank = False
        elif act == SPACE:
            out[at] = 32
            at += int(not blank)
            blank, order, marks = True, 0, 0
        elif act == COMPLEX:
            return -1
    return at - int(blank and at > begin)


@compiled
def fold_rows(
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    data: NDArray[np.uint8],
    chosen: NDArray[np.int64],
    composed: bool,
    tables: Tables,
    scratch: Scratch,
    out: NDArray[np.uint8],
    bounds: NDArray[np.int64],
) -> None:
    """Fold the chosen rows into `out`; bounds[j] is the end of the j-th, or -1 where refused."""
    at = 0
    for j in range(len(chosen)):
        row = chosen[j]
        bounds[j] = _fold_directly(data, starts[row], ends[row], tables, out, at)
        if bounds[j] >= 0:
            at = bounds[j]
            continue
        count, text = _analyse(data, starts[row], ends[row], composed, tables, scratch)
        if count < 0:
            bounds[j] = -1
        else:
            at = _write(count, text, tables, scratch, out, at)
            bounds[j] = at
