"""What becomes of each character of a text, and is it part of a word?

Normal form: NFKC, look-alike letters to Latin, full case folding, controls and invisible
characters removed, NFKC again, white space collapsed to single blanks and stripped.

`Tables` says it a character at a time, for folding.py, and names the characters for which that is
not possible, since they join with their neighbours. A row that holds such a one goes through
`compose` before it is looked up and `recompose` after, both at the speed of C.

Sources: Unicode Standard Annex 15 (normal forms, stream-safe text) and section 3.13 (caseless
matching); letter pairs picked by hand after the confusables of Technical Standard 39.
"""

import functools
import itertools
import re
import unicodedata
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

COPY, SPACE, DROP, COMPLEX = 0, 1, 2, 3  # Tables.act
BREAK, LETTER, IDEOGRAPH, MARK = 0, 1, 2, 3  # Tables.kind; a mark belongs to the letter before
NO_SCRIPT, LATIN, CYRILLIC, GREEK = 0, 1, 2, 3  # Tables.script

DENSE = 0x20000  # planes 0 and 1 have a row each; CJK compatibility ideographs follow
COMPATIBILITY, COMPATIBILITY_END = 0x2F800, 0x2FA20
SIZE_OF_UNICODE = 0x110000
SIZE = DENSE + COMPATIBILITY_END - COMPATIBILITY
MAX_GROWTH = 3  # bytes out a byte in, at most, but for rows that are composed first
SIZE_BITS = 24  # Tables.glyph holds the number of bytes above so many bits
MAX_MARKS = 30  # a run of combining marks is cut here (stream-safe text); reordering is quadratic

_TWINS = dict(zip("аеорсухіјѕһԁԛԝӏгвкмнтьпи", "aeopcyxijshdqwlrbkmhtbnu", strict=True))
_TWINS |= dict(zip("АВСЕНІЈКМОРЅТХУԚԜӀ", "abcehijkmopstxyqwl", strict=True))
_TWINS |= dict(zip("αγεικνορτυχωη", "ayeikvoptuxwn", strict=True))
_TWINS |= dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϳ", "abezhikmnoptyxcj", strict=True))

_INVISIBLE = frozenset(
    itertools.chain(
        [0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0],
        range(0x180B, 0x1810),
        range(0xFE00, 0xFE10),
        range(0xE0000, 0xE1000),
    )
)
# Scripts written without blanks between words: every letter counts as a word.
_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x2FDF),  # radicals
    (0x3005, 0x3007),
    (0x3021, 0x3029),
    (0x3040, 0x30FF),  # kana
    (0x3105, 0x312F),
    (0x31A0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA9E0, 0xA9FF),
    (0xAA60, 0xAA7F),
    (0xF900, 0xFAFF),
    (0x1B000, 0x1B16F),
)
_IDEOGRAPHIC = range(0x20000, 0x40000)  # whole planes: what they hold grows with Unicode's version
_UNCHANGED = (  # most of a plane
    (0x3400, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0xE000, 0xF8FF),
    (0x17000, 0x18CFF),
)
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_MANY_BEYOND_LATIN = re.compile(f"[^\0-\u02ff]{{{MAX_MARKS}}}")


class Tables(NamedTuple):
    """One entry a slot: a code point below DENSE, or DENSE + offset into the compatibility block.

    `pool[start[s]:start[s + 1]]` is the UTF-8 of the folded character.
    """

    act: NDArray[np.uint8]
    kind: NDArray[np.uint8]
    script: NDArray[np.uint8]
    twin: NDArray[np.uint8]  # the ASCII letter it looks like, or 0
    order: NDArray[np.uint8]  # canonical combining class
    start: NDArray[np.int32]
    pool: NDArray[np.uint8]
    # What folding needs of most characters in one look: the folded bytes, the first lowest, and
    # above them their number; 0 where a character is dropped, joins, has marks or a look-alike.
    glyph: NDArray[np.uint32]


def compose(text: str) -> str:
    """Drop what is invisible and join letters with their marks, so that each can be looked up."""
    visible = _invisible().sub("", text)
    if _ASTRAL.search(visible):
        visible = visible.translate(_deletions())
    if _MANY_BEYOND_LATIN.search(visible):  # far cheaper than to look for marks
        visible = _long_runs().sub(r"\1", visible)
    return unicodedata.normalize("NFKC", visible)


def recompose(folded: str) -> str:
    """Undo what casing took apart, in a text that was composed and then folded."""
    return " ".join(unicodedata.normalize("NFKC", folded).split())


@functools.cache
def tables() -> Tables:
    """Build the tables, once a process: about a quarter of a second."""
    columns = np.zeros((5, SIZE), np.uint8)
    pieces: list[bytes] = []
    seconds = _composing_seconds()
    for slot in range(SIZE):
        point = slot if slot < DENSE else slot - DENSE + COMPATIBILITY
        if 0xD800 <= point < 0xE000:
            pieces.append(b"")
            continue
        entry, folded = _entry(chr(point), seconds)
        columns[:, slot] = entry
        pieces.append(folded)
    start = np.zeros(SIZE + 1, np.int32)
    np.cumsum([len(piece) for piece in pieces], out=start[1:])
    return _tables(columns, start, b"".join(pieces))


def _tables(columns: NDArray[np.uint8], start: NDArray[np.int32], pool: bytes) -> Tables:
    act, kind, script, twin, order = columns
    data = np.frombuffer(pool, np.uint8)
    size = np.diff(start)
    glyph = np.zeros(len(size), np.uint32)
    for place in range(3):
        longer = np.flatnonzero(size > place)
        glyph[longer] |= data[start[longer] + place].astype(np.uint32) << np.uint32(8 * place)
    glyph |= size.astype(np.uint32) << np.uint32(SIZE_BITS)
    simple = (act == COPY) & (order == 0) & (script <= LATIN) & (size > 0) & (size <= 3)
    glyph[~simple] = 0
    return Tables(act, kind, script, twin, order, start, data, glyph)


def _entry(c: str, seconds: frozenset[str]) -> tuple[tuple[int, ...], bytes]:
    """Return (act, kind, script, twin, combining class) and the folded bytes of one character."""
    if c.isspace():
        return (SPACE, BREAK, 0, 0, 0), b" "
    if _dropped(c):
        return (DROP, BREAK, 0, 0, 0), b""
    if any(low <= ord(c) <= high for low, high in _UNCHANGED):
        return (COPY, _kind(c), 0, 0, 0), c.encode()
    plain = unicodedata.normalize("NFKC", c)
    folded = unicodedata.normalize("NFKC", plain.casefold())
    kind, script = _kind(plain[:1]), _script(plain[:1])
    twin = ord(_TWINS.get(plain, "\0"))
    order = unicodedata.combining(c)
    image = folded.encode()
    simple = _alone(c, plain, folded, seconds) and len(image) <= MAX_GROWTH * len(c.encode())
    return (COPY if simple else COMPLEX, kind, script, twin, order), image


def _alone(c: str, plain: str, folded: str, seconds: frozenset[str]) -> bool:
    """Is the folded form of this character the same whatever stands beside it?"""
    if c in seconds or plain[:1] in seconds or folded[:1] in seconds:
        return False
    if len(plain) == 1 and len(folded) == 1:
        return unicodedata.combining(folded) == unicodedata.combining(c)
    kinds = {_kind(x) for x in plain + folded}
    ordinary = kinds in ({LETTER}, {BREAK}) and " " not in plain + folded
    return ordinary and all(_script(x) in (NO_SCRIPT, LATIN) for x in plain)


def _composing_seconds() -> frozenset[str]:
    """Return the characters that can merge with the one before them."""
    seconds = {chr(point) for point in range(0x1161, 0x1200)}  # Hangul vowels and finals
    for point in itertools.chain(range(0xAC00), range(0xF900, DENSE)):
        parts = unicodedata.decomposition(chr(point)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            seconds.add(chr(int(parts[1], 16)))
    return frozenset(seconds)


def _dropped(c: str) -> bool:
    if c.isspace():
        return False
    return ord(c) in _INVISIBLE or unicodedata.category(c) in ("Cc", "Cf")


def _kind(c: str) -> int:
    if c and ord(c) in _IDEOGRAPHIC:
        return IDEOGRAPH
    major = unicodedata.category(c)[0] if c else "C"
    if major == "M":
        return MARK
    if major not in "LN":
        return BREAK
    return IDEOGRAPH if any(low <= ord(c) <= high for low, high in _UNSPACED) else LETTER


def _script(c: str) -> int:
    point = ord(c)
    if not c.isalpha():
        return NO_SCRIPT
    if point < 0x2B0 or 0x1E00 <= point < 0x1F00:
        return LATIN
    if 0x370 <= point < 0x400 or 0x1F00 <= point < 0x2000:
        return GREEK
    return CYRILLIC if 0x400 <= point < 0x530 else NO_SCRIPT


@functools.cache
def _invisible() -> re.Pattern[str]:
    """Match runs of dropped characters of plane 0, for which `re` has a bitmap.

    That is four times as fast as str.translate, which asks for each character in turn.
    """
    points = "".join(c for c in map(chr, range(0x10000)) if _dropped(c))
    return re.compile(f"[{re.escape(points)}]+")


@functools.cache
def _deletions() -> dict[int, None]:
    return {point: None for point in range(SIZE_OF_UNICODE) if _dropped(chr(point))}


@functools.cache
def _long_runs() -> re.Pattern[str]:
    """Match the marks that exceed a run of MAX_MARKS, after those that do not."""
    marks = "".join(c for c in map(chr, range(SIZE_OF_UNICODE)) if unicodedata.combining(c))
    return re.compile(f"([{marks}]{{{MAX_MARKS}}})[{marks}]+")


def no_tables() -> Tables:
    """Return tables of the same type for a batch in which nothing is looked up."""
    empty = np.zeros((5, 0), np.uint8)
    return _tables(empty, np.zeros(1, np.int32), b"")
