"""Texts that a grammar makes, one at a time."""

import json

import numpy as np
from stillwatch.simulate.texts.engine import DEPTH, PERM, expand
from stillwatch.simulate.texts.grammar import Grammar


def texts(grammar: Grammar, rule: str, many: int, **scopes: int) -> list[str]:
    """Expansions of a rule under running streams 0, 1, 2, …, with some scopes pinned."""
    tables = grammar.compile()
    symbol = grammar.symbol(rule)
    found = []
    for k in range(many):
        seeds = np.zeros(8, np.uint64)
        for name, seed in scopes.items():
            seeds["-ecagitw".index(name)] = seed
        seeds[1] = k
        out = np.zeros(100_000, np.uint8)
        work = np.zeros((DEPTH, 5), np.int64), np.zeros(DEPTH, np.uint64)
        order = np.zeros((DEPTH, PERM), np.int64)
        end = expand(out, 0, symbol, seeds, tables, *work, order)
        found.append(json.loads(f'"{out[:end].tobytes().decode()}"'))
    return found
