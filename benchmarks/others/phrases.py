"""What is a template? Sentences with slots, worded once, which may be reworded with every use."""

import re
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from others.wordings import (
    FIRST_WORDS,
    INTRODUCTIONS,
    PERSONAS,
    RELAYS,
    RULES,
    SECOND_WORDS,
    THINGS,
)

_SLOT = re.compile(r"\{([^{}]*)\}")
_TOPICS = ["planning", "advice", "records", "repair", "training", "sales", "research"]

Options = tuple[str, ...]


class Slot(NamedTuple):
    """A place in a clause, and what stands there at first."""

    options: Options
    chosen: str


def parse(text: str) -> list[str | Options]:
    """Split a phrase into its fixed parts and the options of its slots."""
    parts: list[str | Options] = []
    position = 0
    for slot in _SLOT.finditer(text):
        parts.append(text[position : slot.start()])
        parts.append(tuple(slot.group(1).split("|")))
        position = slot.end()
    parts.append(text[position:])
    return parts


def fill(rng: Random, option: str) -> str:
    """Return the option; for one of the special names, words made up for it."""
    if option == "TAG":
        return rng.choice(FIRST_WORDS) + rng.choice(["", "_", "-"]) + rng.choice(SECOND_WORDS)
    if option == "NAME":
        return rng.choice(FIRST_WORDS).title() + rng.choice(SECOND_WORDS).title()
    if option == "TOPIC":
        return rng.choice(THINGS) + " " + rng.choice(_TOPICS)
    if option == "NUM":
        return str(rng.randint(1, 999))
    return option


def spin(rng: Random, text: str) -> str:
    """Return the phrase with an option drawn for every slot."""
    parts = (part if isinstance(part, str) else fill(rng, rng.choice(part)) for part in parse(text))
    return "".join(parts)


class Clause:
    """Sentences whose slots are drawn once, so that they can be repeated or reworded."""

    def __init__(self, rng: Random, sentences: Sequence[str]) -> None:
        self.parts: list[str | Slot] = []
        for sentence in sentences:
            for part in parse(sentence):
                if isinstance(part, str):
                    self.parts.append(part)
                else:
                    self.parts.append(Slot(part, fill(rng, rng.choice(part))))
            self.parts.append(" ")

    def text(self) -> str:
        """Return the clause as it was first worded."""
        words = (part if isinstance(part, str) else part.chosen for part in self.parts)
        return "".join(words).strip()

    def reworded(self, rng: Random, share: float) -> str:
        """Return the clause with about this share of its slots drawn anew; made-up words stay."""
        if not share:
            return self.text()
        words = []
        for part in self.parts:
            if isinstance(part, str):
                words.append(part)
            elif len(part.options) > 1 and rng.random() < share:
                words.append(rng.choice(part.options))
            else:
                words.append(part.chosen)
        return "".join(words).strip()


def task_clause(rng: Random, rules: int, capability: str) -> Clause:
    """Return a request for the capability, and this many rules for the answer."""
    chosen = rng.sample(RULES, rules)
    introduction = rng.choice(INTRODUCTIONS[capability])
    return Clause(rng, [introduction, *chosen])


def any_task_clause(rng: Random, rules: int) -> Clause:
    """Return a request for a capability drawn at random, and rules for the answer."""
    return task_clause(rng, rules, rng.choice(list(INTRODUCTIONS)))


def persona_clause(rng: Random, rules: int) -> Clause:
    """Return an app's system prompt with this many rules."""
    chosen = rng.sample(RULES, rules)
    return Clause(rng, [rng.choice(PERSONAS), *chosen])


def relay_clause(rng: Random, rules: int) -> Clause:
    """Return a relay's system prompt with this many rules."""
    relay = rng.sample(RELAYS, 2)
    return Clause(rng, relay + rng.sample(RULES, rules))
