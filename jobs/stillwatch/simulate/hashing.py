"""How does every draw of the simulator follow from its seed alone?

Each random number is a 64-bit mix of the seed and of what the number is for, never the next value
of a shared stream. So a block of traffic is the same whatever is written before it, beside it or
on how many cores.
"""

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt

U64 = npt.NDArray[np.uint64]
F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

GOLDEN = 0x9E3779B97F4A7C15


def label(*parts: object) -> int:
    """The 64-bit number of a name (BLAKE2b), to key draws by what they are for."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def mix(x: U64) -> U64:
    """The finaliser of SplitMix64 (Steele, Lea and Flood 2014), element by element."""
    z = x + np.uint64(GOLDEN)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def u64(value: int | U64 | I64) -> U64:
    """An array of at least one dimension, so that wrapping multiplication stays silent."""
    if isinstance(value, int):
        return np.array([value & 0xFFFFFFFFFFFFFFFF], dtype=np.uint64)
    return np.atleast_1d(np.asarray(value)).astype(np.uint64)


def fold(first: int | U64 | I64, *more: int | str | U64 | I64) -> U64:
    """One key from several, order sensitive, broadcasting as numpy does."""
    state = mix(u64(first))
    for part in more:
        number = label(part) if isinstance(part, str) else part
        # The multiplication keeps equal parts from cancelling each other.
        state = mix(state * np.uint64(0x9FB21C651E98DF25) ^ mix(u64(number)))
    return state


def unit(key: U64) -> F64:
    """Uniform in [0, 1) with 53 bits."""
    return (key >> np.uint64(11)).astype(np.float64) * 2.0**-53


def draw(first: int | U64 | I64, *more: int | str | U64 | I64) -> F64:
    """A uniform number for this key."""
    return unit(fold(first, *more))


def normal(first: int | U64 | I64, *more: int | str | U64 | I64) -> F64:
    """A standard normal number for this key (Box and Muller 1958)."""
    u = np.maximum(draw(first, *more, "radius"), 2.0**-53)
    angle = 2 * np.pi * draw(first, *more, "angle")
    result: F64 = np.sqrt(-2 * np.log(u)) * np.cos(angle)
    return result


def pick(u: F64, cumulative: F64) -> I64:
    """The index that uniform numbers select under cumulative weights whose last entry is 1."""
    index = np.searchsorted(cumulative, u, side="right")
    return np.minimum(index, len(cumulative) - 1).astype(np.int64)


def cumulative(weights: list[float] | npt.NDArray[Any]) -> F64:
    """Cumulative shares of some weights."""
    values = np.asarray(weights, dtype=np.float64)
    result: F64 = np.cumsum(values) / values.sum()
    return result
