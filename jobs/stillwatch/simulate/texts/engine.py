"""How is a rule of the grammar turned into bytes, a few nanoseconds a word?

Invariants: what is written depends on the symbol, the stream and the scope seeds alone; terminals
are already escaped for JSON, so a text needs no second pass.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stillwatch.simulate.compiled import compiled

INHERIT, EXCHANGE, CONVERSATION, ACCOUNT, GROUP, ITEM, HARNESS, WORLD = range(8)
SCOPES = {"e": 1, "c": 2, "a": 3, "g": 4, "i": 5, "t": 6, "w": 7}
DEPTH = 64  # frames on the stack; the grammar nests about ten deep
PERM = 8  # items of a rule whose order is drawn


class Tables(NamedTuple):
    """A compiled grammar: terminals as bytes, rules as ranges of alternatives, items as codes."""

    text: npt.NDArray[np.uint8]
    text_at: npt.NDArray[np.int64]
    rule_at: npt.NDArray[np.int64]
    alternative_at: npt.NDArray[np.int64]
    code: npt.NDArray[np.int64]
    shuffled: npt.NDArray[np.uint8]


@compiled
def mix(x):  # type: ignore[no-untyped-def]
    """SplitMix64's finaliser on one uint64."""
    z = x + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@compiled
def below(state, n):  # type: ignore[no-untyped-def]
    """A number in [0, n) from a state, by multiplication."""
    return np.int64(((mix(state) >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32))


@compiled
def copy(out, pos, text, start, end):  # type: ignore[no-untyped-def]
    """Append text[start:end]."""
    for k in range(start, end):
        out[pos] = text[k]
        pos += 1
    return pos


@compiled
def shuffle(order, depth, n, state):  # type: ignore[no-untyped-def]
    """Fisher and Yates on the first n entries of a row."""
    for k in range(n):
        order[depth, k] = k
    for k in range(n - 1, 0, -1):
        state += np.uint64(0x9E3779B97F4A7C15)
        j = below(state, k + 1)
        order[depth, k], order[depth, j] = order[depth, j], order[depth, k]


@compiled
def expand(out, pos, symbol, seeds, tables, frames, streams, order):  # type: ignore[no-untyped-def]
    """Write one expansion of `symbol` at `pos`; return the position after it.

    `seeds` holds a uint64 a scope (index 1 is the exchange's running stream). A symbol pinned to a
    scope opens its own stream from that scope's seed, so all below it repeats with the scope.
    """
    depth = 0
    frames[0, 0] = symbol
    streams[0] = seeds[1]
    level = enter(0, symbol, 0, np.uint64(0), tables, frames, streams, order, seeds)
    while level >= 0:
        if frames[level, 0] == frames[level, 1]:
            level -= 1
            continue
        at = frames[level, 0]
        frames[level, 0] += 1
        if frames[level, 3] > 0:
            at = frames[level, 2] + order[level, at - frames[level, 2]]
        item = tables.code[at]
        if item >= 0:
            pos = copy(out, pos, tables.text, tables.text_at[item], tables.text_at[item + 1])
            continue
        ref = -1 - item
        depth = level + 1
        level = enter(
            depth,
            ref & 0xFFFFFF,
            (ref >> 24) & 15,
            np.uint64(ref >> 28),
            tables,
            frames,
            streams,
            order,
            seeds,
        )
    return pos


@compiled
def enter(depth, rule, scope, salt, tables, frames, streams, order, seeds):  # type: ignore[no-untyped-def]
    """Push a frame for `rule`: choose its stream and one of its alternatives."""
    if depth == 0:
        slot = 0
    elif scope == 0:
        slot = frames[depth - 1, 4]
    elif scope == 1:
        slot = 0
    else:
        slot = depth
        streams[slot] = mix(seeds[scope] ^ mix(np.uint64(rule) + (salt << np.uint64(24))))
    streams[slot] += np.uint64(0x9E3779B97F4A7C15)
    first = tables.rule_at[rule]
    chosen = first + below(streams[slot], tables.rule_at[rule + 1] - first)
    frames[depth, 0] = tables.alternative_at[chosen]
    frames[depth, 1] = tables.alternative_at[chosen + 1]
    frames[depth, 2] = frames[depth, 0]
    frames[depth, 3] = tables.shuffled[rule]
    frames[depth, 4] = slot
    if tables.shuffled[rule] > 0:
        streams[slot] += np.uint64(0x9E3779B97F4A7C15)
        shuffle(order, depth, frames[depth, 1] - frames[depth, 0], streams[slot])
    return depth
