"""Slow, plain restatements of the kernels, to compare them with."""

import itertools
import unicodedata

from stillwatch.kernels import codepoints
from stillwatch.kernels.codepoints import LATIN, LETTER, MARK

MASK = (1 << 64) - 1
MULTIPLIER = 0xC6A4A7935BD1E995
SEED = 0x53177A7C00000001


def signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def hash_bytes(data: bytes) -> int:
    """MurmurHash64A with the tail padded to eight bytes."""
    state = SEED ^ (len(data) * MULTIPLIER & MASK)
    for i in range(0, len(data), 8):
        lane = int.from_bytes(data[i : i + 8].ljust(8, b"\0"), "little")
        lane = lane * MULTIPLIER & MASK
        lane = (lane ^ lane >> 47) * MULTIPLIER & MASK
        state = (state ^ lane) * MULTIPLIER & MASK
    state = (state ^ state >> 47) * MULTIPLIER & MASK
    return state ^ state >> 47


def mix(value: int) -> int:
    """The finaliser of MurmurHash3."""
    value = (value ^ value >> 33) * 0xFF51AFD7ED558CCD & MASK
    value = (value ^ value >> 33) * 0xC4CEB9FE1A85EC53 & MASK
    return value ^ value >> 33


def fold(text: str) -> str:
    """Return the normal form of one text, a step at a time over the whole string."""
    safe = stream_safe([c for c in text if not codepoints._dropped(c)])
    plain = unicodedata.normalize("NFKC", safe)
    words = [list(run) for _, run in itertools.groupby(plain, key=in_word)]
    latin = any(codepoints._script(c) == LATIN for c in plain)
    native = {script for word in words for script in native_scripts(word)}
    folded = "".join("".join(fold_word(word, latin, native)) for word in words)
    return " ".join(unicodedata.normalize("NFKC", folded.casefold()).split())


def stream_safe(visible: list[str]) -> str:
    run, kept = 0, []
    for c in visible:
        run = run + 1 if unicodedata.combining(c) else 0
        if run <= codepoints.MAX_MARKS:
            kept.append(c)
    return "".join(kept)


def in_word(c: str) -> bool:
    return codepoints._kind(c) in (LETTER, MARK)


def native_scripts(word: list[str]) -> set[int]:
    """Return the scripts that this word, free of Latin, could not have borrowed letters from."""
    scripts = {codepoints._script(c) for c in word if c not in codepoints._TWINS}
    return set() if LATIN in scripts else {script for script in scripts if script > LATIN}


def fold_word(word: list[str], latin: bool, native: set[int]) -> list[str]:
    mixed = any(codepoints._script(c) == LATIN for c in word)
    loose = [mixed or (latin and codepoints._script(c) not in native) for c in word]
    return [codepoints._TWINS.get(c, c) if ok else c for c, ok in zip(word, loose, strict=True)]


def words(text: str) -> list[str]:
    """Cut a text into words by the categories of its characters."""
    found: list[str] = []
    joined = alone = False  # may the next mark, or letter, be added to the last word?
    for c in fold(text):
        mark = unicodedata.category(c)[0] == "M"
        unspaced = codepoints._kind(c) == codepoints.IDEOGRAPH
        if not (unspaced or mark or unicodedata.category(c)[0] in "LN"):
            joined = alone = False
        elif mark and joined:
            found[-1] += c
        else:
            if joined and not alone and not unspaced:
                found[-1] += c
            else:
                found.append(c)
            joined, alone = True, unspaced
    return found


def gram(hashes: list[int]) -> int:
    value = 0
    for each in hashes:
        value = (value * MULTIPLIER + each) & MASK
    return mix(value)


def grams(text: str, size: int) -> list[int]:
    hashes = [hash_bytes(word.encode()) for word in words(text)]
    size = min(size, len(hashes))
    return [gram(hashes[i : i + size]) for i in range(len(hashes) - size + 1)] if hashes else []


def fingerprints(text: str, size: int = 6, window: int = 8, least: int = 6) -> list[int]:
    """Winnow by taking the smallest hash of every window, each window anew."""
    if len(words(text)) < least:
        return []
    values = [signed(value) for value in grams(text, size)]
    window = min(window, len(values))
    return sorted({min(values[i : i + window]) for i in range(len(values) - window + 1)})
