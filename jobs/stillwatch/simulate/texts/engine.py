"""How is a rule of the grammar turned into bytes, a few nanoseconds a word?

Invariants: what is written depends on the symbol, the stream and the scope seeds alone; terminals
are already escaped for JSON, so a text needs no second pass.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stillwatch.kernels.compiled import compiled

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

    What is left of the current frame stays in variables; it goes to the stack only while a rule
    below it is written.
    """
    streams[0] = seeds[1]
    depth, slot = 0, 0
    at, end, base, drawn = enter(depth, symbol, slot, tables, streams, order)
    while True:
        if at == end:
            if depth == 0:
                return pos
            depth -= 1
            at, end, base = frames[depth, 0], frames[depth, 1], frames[depth, 2]
            drawn, slot = frames[depth, 3], frames[depth, 4]
            continue
        place = base + order[depth, at - base] if drawn else at
        at += 1
        item = tables.code[place]
        if item >= 0:
            pos = copy(out, pos, tables.text, tables.text_at[item], tables.text_at[item + 1])
            continue
        frames[depth, 0], frames[depth, 1], frames[depth, 2] = at, end, base
        frames[depth, 3], frames[depth, 4] = drawn, slot
        depth += 1
        ref = -1 - item
        rule, scope = ref & 0xFFFFFF, (ref >> 24) & 15
        if scope == EXCHANGE:
            slot = 0
        elif scope != INHERIT:
            slot = depth
            salt = np.uint64(ref >> 28) << np.uint64(24)
            streams[slot] = mix(seeds[scope] ^ mix(np.uint64(rule) + salt))
        at, end, base, drawn = enter(depth, rule, slot, tables, streams, order)


@compiled
def enter(depth, rule, slot, tables, streams, order):  # type: ignore[no-untyped-def]
    """Choose one of a rule's alternatives; return its items' range, their start, if drawn."""
    streams[slot] += np.uint64(0x9E3779B97F4A7C15)
    first = tables.rule_at[rule]
    chosen = first + below(streams[slot], tables.rule_at[rule + 1] - first)
    at, end = tables.alternative_at[chosen], tables.alternative_at[chosen + 1]
    drawn = np.int64(tables.shuffled[rule])
    if drawn > 0:
        streams[slot] += np.uint64(0x9E3779B97F4A7C15)
        shuffle(order, depth, end - at, streams[slot])
    return at, end, at, drawn
