"""How is the grammar written down, and what does it compile to?

A rule is a name and its alternatives. `<name>` stands for another rule; `<name@a>` pins its choice
to a scope (e exchange, c conversation, a account, g group, i work item, t harness, w world), so
that it repeats wherever the scope does; `<name@a:2>` is a second, independent pin; `<name?30>`
appears in 30 % of cases. `5~text` counts five times. Rules named `json.*` are not escaped.
"""

import json
import re
from collections.abc import Iterable, Mapping

import numpy as np

from stillwatch.simulate.texts.engine import PERM, SCOPES, Tables

Rules = dict[str, list[str]]
REFERENCE = re.compile(r"<([a-z][a-z0-9_.]*)(?:@([ecagitw])(?::(\d+))?)?(?:\?(\d*))?>")
WEIGHT = re.compile(r"^(\d+)~")


def words(text: str) -> list[str]:
    """Alternatives from a list of words; an underscore stands for a space."""
    return [word.replace("_", " ") for word in text.split()]


class Grammar:
    """Rules gathered from several places, then compiled once."""

    def __init__(self) -> None:
        """An empty grammar."""
        self.rules: Rules = {}
        self.shuffled: set[str] = set()
        self._ids: dict[str, int] = {}

    def add(self, rules: Mapping[str, Iterable[str]]) -> None:
        """Add rules; a name may be given once only."""
        for name, alternatives in rules.items():
            if name in self.rules:
                raise ValueError(f"rule {name} is written twice")
            self.rules[name] = list(alternatives)

    def add_shuffled(self, name: str, items: list[str]) -> None:
        """Add a rule whose items appear in a drawn order (at most eight of them)."""
        if len(items) > PERM:
            raise ValueError(f"rule {name} orders more than {PERM} items")
        self.rules[name] = ["".join(items)]
        self.shuffled.add(name)

    def symbol(self, name: str) -> int:
        """The number of a rule after `compile`; KeyError where there is none."""
        return self._ids[name]

    def compile(self) -> Tables:
        """Flat arrays for the engine. ValueError where a reference has no rule."""
        self._ids = {name: k for k, name in enumerate(self.rules)}
        builder = _Builder(self)
        for name in list(self.rules):
            builder.rule(name)
        return builder.tables()


class _Builder:
    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.texts: dict[bytes, int] = {}
        self.code: list[int] = []
        self.alternative_at: list[int] = [0]
        self.rule_at: list[int] = [0]
        self.extra: list[list[str]] = []
        self.extra_ids: dict[tuple[str, str], int] = {}

    def rule(self, name: str) -> None:
        raw = name.startswith("json.")
        for text in self.grammar.rules[name]:
            found = WEIGHT.match(text)
            start = len(self.code)
            self._items(text[found.end() :] if found else text, raw, name)
            items = self.code[start:]
            self.alternative_at.append(len(self.code))
            for _ in range(int(found.group(1)) - 1 if found else 0):
                self.code.extend(items)
                self.alternative_at.append(len(self.code))
        self.rule_at.append(len(self.alternative_at) - 1)

    def _items(self, text: str, raw: bool, name: str) -> None:
        at = 0
        for found in REFERENCE.finditer(text):
            self._literal(text[at : found.start()], raw)
            self._reference(found, name)
            at = found.end()
        self._literal(text[at:], raw)

    def _literal(self, text: str, raw: bool) -> None:
        if text:
            escaped = text if raw else json.dumps(text, ensure_ascii=False)[1:-1]
            self.code.append(self.texts.setdefault(escaped.encode(), len(self.texts)))

    def _reference(self, found: re.Match[str], name: str) -> None:
        target, scope, salt, chance = found.groups()
        if target not in self.grammar._ids:
            raise ValueError(f"rule {name} refers to {target}, which there is none of")
        if chance is not None:
            number = self._optional(found.group(0).split("?")[0] + ">", int(chance or 50))
            self.code.append(-1 - number)
            return
        code = self.grammar._ids[target] | (SCOPES[scope] if scope else 0) << 24
        self.code.append(-1 - (code | int(salt or 0) << 28))

    def _optional(self, reference: str, chance: int) -> int:
        key = (reference, str(chance))
        if key not in self.extra_ids:
            self.extra_ids[key] = len(self.grammar.rules) + len(self.extra)
            hits = max(1, round(chance / 5))
            self.extra.append([f"{hits}~{reference}", f"{max(1, 20 - hits)}~"])
        return self.extra_ids[key]

    def tables(self) -> Tables:
        names = len(self.grammar.rules)
        done = 0
        while done < len(self.extra):  # optional rules are numbered after the written ones
            self.grammar.rules[f"?{done}"] = self.extra[done]
            self.rule(f"?{done}")
            done += 1
        for k in range(done):
            del self.grammar.rules[f"?{k}"]
        shuffled = np.zeros(names + done, dtype=np.uint8)
        for name in self.grammar.shuffled:
            shuffled[self.grammar._ids[name]] = 1
        blobs = list(self.texts)
        lengths = np.array([0] + [len(blob) for blob in blobs], dtype=np.int64)
        return Tables(
            np.frombuffer(b"".join(blobs) or b" ", dtype=np.uint8).copy(),
            np.cumsum(lengths),
            np.array(self.rule_at, dtype=np.int64),
            np.array(self.alternative_at, dtype=np.int64),
            np.array(self.code, dtype=np.int64),
            shuffled,
        )
