"""How are texts composed of real ones? Most are one of a kind, none repeats a long passage."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from others.phrases import Clause
from others.sources import read_sources
from others.wordings import FIRST_NAMES, FIRST_WORDS, SECOND_WORDS, THINGS

_SENTENCE_END = re.compile(r"(?<=[.!?。？！])\s+|\n+")
_NUMBER = re.compile(r"\d+")
_WITHOUT_SPACES = ("chinese", "japanese")
_SHORTEST = 13  # characters of a prompt
_LONGEST = 1400  # characters of a task


class Corpus:
    """Pools of real texts, whole and as sentences, and the texts that are made of them.

    Pools are named general, math, coding, data, grading, vision, tools, policy and agent;
    languages english, chinese, spanish, japanese, persian, russian and hindi.

    Raises:
        FileNotFoundError: The folder, or a file of it that is used, is missing.
    """

    def __init__(self, folder: Path) -> None:
        sources = read_sources(folder)
        self.tools = sources.tools
        self.system_prompts = sources.system_prompts
        self.prompts = {
            pool: [text.strip() for text in texts if len(text.strip()) >= _SHORTEST]
            for pool, texts in sources.prompts.items()
        }
        self.sentences = {pool: _all_sentences(texts) for pool, texts in self.prompts.items()}
        self.answers = _all_sentences(sources.answers)
        self.answer_sentences = [
            sentence for answer in self.answers for sentence in answer if len(sentence) < 400
        ]
        general = [sentence for text in self.sentences["general"] for sentence in text]
        self.vocabulary = [
            word
            for sentence in self.answer_sentences + general
            for word in sentence.split()
            if word.isalpha() and len(word) > 3
        ]
        self.foreign = sources.foreign
        self.foreign_vocabulary = {
            language: [word for turn in turns for word in turn.split() if len(word) > 2]
            for language, turns in self.foreign.items()
        }

    # Draws below are written as int(rng.random() * n): several times faster than rng.choice, and
    # they are most of a run's time.

    def prompt(self, rng: Random, pool: str, language: str = "english") -> str:
        """Return an honest person's request; one in fifty is a whole text as it was published."""
        if language != "english":
            return self.foreign_text(rng, language, 1 + int(rng.random() * 4))
        if rng.random() < 0.02:
            return rng.choice(self.prompts[pool])[:1500]
        sentences = rng.choice(self.sentences[pool])
        start = int(rng.random() * len(sentences))
        part = sentences[start : start + 1 + int(rng.random() * 4)]
        if rng.random() < 0.35:
            other = rng.choice(self.sentences["general"])
            part = part + other[: 1 + int(rng.random() * 2)]
        text = self.jitter(rng, self.renumbered(rng, " ".join(part)[:1800]))
        if rng.random() < 0.4:
            text = self._occasion(rng) + rng.choice([", ", ". ", ": ", "\n\n"]) + text
        return text

    def answer(self, rng: Random, words: int, language: str = "english") -> str:
        """Return an answer of at least about this many words."""
        if language != "english":
            return self.foreign_text(rng, language, max(1, words // 9))
        own = rng.choice(self.answers)[:]
        rng.shuffle(own)
        others, count = self.answer_sentences, len(self.answer_sentences)
        chosen: list[str] = []
        length = 0
        while length < words:
            if own and rng.random() < 0.6:
                sentence = own.pop()
            else:
                sentence = others[int(rng.random() * count)]
            if rng.random() < 0.3:
                sentence = _crossed(sentence, others[int(rng.random() * count)])
            chosen.append(sentence)
            length += sentence.count(" ") + 1
        separator = " " if rng.random() < 0.5 else "\n"
        return self.jitter(rng, separator.join(chosen), 2, 6)

    def task(self, rng: Random, pool: str, source: str, language: str = "english") -> str:
        """Return a task as a campaign or a benchmark poses it.

        Args:
            rng: Where it is drawn from.
            pool: One of the corpus's pools; used in English only.
            source: `verbatim`, `parametrised` (other numbers, few other words) or `composed`.
            language: In others than English, the task is always composed.
        """
        if language != "english":
            return self.foreign_text(rng, language, 2 + int(rng.random() * 4))
        text = rng.choice(self.prompts[pool])[:_LONGEST]
        if source == "verbatim":
            return text
        if source == "parametrised":
            return self.jitter(rng, self.renumbered(rng, text), 8, 30)
        return self.jitter(rng, self.renumbered(rng, text), 2, 9)

    def foreign_text(self, rng: Random, language: str, count: int) -> str:
        """Return a text of `count` turns of conversation."""
        text = " ".join(rng.choice(self.foreign[language]) for _ in range(count))
        if language in _WITHOUT_SPACES:
            return self._jitter_characters(rng, text, language)
        return self.jitter(rng, text, 1, 4, self.foreign_vocabulary[language])

    def clause(
        self, rng: Random, language: str, rules: int, build: Callable[[Random, int], Clause]
    ) -> Clause:
        """Return the clause that `build` makes of `rules` rules; in other languages, a like one."""
        if language == "english":
            return build(rng, rules)
        sentences = []
        for _ in range(rules + 1):
            options = [_without_slots(self.foreign_text(rng, language, 2)) for _ in range(3)]
            sentences.append("{" + "|".join(options) + "}")
        return Clause(rng, sentences)

    def specific(self, rng: Random) -> str:
        """Return a detail that only one text is likely to hold."""
        kind = int(rng.random() * 6)
        if kind == 0:
            return str(int(rng.random() * 5000))
        if kind == 1:
            return rng.choice(FIRST_NAMES)
        if kind == 2:
            return f"{1 + int(rng.random() * 28)}/{1 + int(rng.random() * 12)}"
        if kind == 3:
            return rng.choice(THINGS)
        if kind == 4:
            return "#" + str(int(rng.random() * 99999))
        return rng.choice(FIRST_WORDS) + rng.choice(SECOND_WORDS)

    def jitter(
        self,
        rng: Random,
        text: str,
        low: int = 2,
        high: int = 7,
        vocabulary: Sequence[str] | None = None,
    ) -> str:
        """Replace or insert a word after every `low` to `high` words, so no long span survives."""
        vocabulary = vocabulary or self.vocabulary
        words, count, draw = text.split(" "), len(vocabulary), rng.random
        place, width = int(draw() * (high + 1)), high - low + 1
        while place < len(words):
            chance = draw()
            if chance < 0.55:
                words[place] = vocabulary[int(draw() * count)]
            elif chance < 0.8:
                words[place] += " " + vocabulary[int(draw() * count)]
            else:
                words[place] += " " + self.specific(rng)
            place += 1 + low + int(draw() * width)
        return " ".join(words)

    def renumbered(self, rng: Random, text: str) -> str:
        """Return the text with other numbers of about the same size."""

        def other(number: re.Match[str]) -> str:
            digits = min(4, len(number.group()))
            return str(1 + int(rng.random() * 10**digits))

        return _NUMBER.sub(other, text)

    def _jitter_characters(self, rng: Random, text: str, language: str) -> str:
        """Insert characters or a number after every 3 to 8 characters, and drop some."""
        pool = self.foreign[language]
        parts: list[str] = []
        place = 0
        while place < len(text):
            width = 3 + int(rng.random() * 6)
            parts.append(text[place : place + width])
            other = rng.choice(pool)
            start = int(rng.random() * max(1, len(other) - 2))
            if rng.random() < 0.7:
                parts.append(other[start : start + 2])
            else:
                parts.append(str(int(rng.random() * 900)))
            place += width + (1 if rng.random() < 0.5 else 0)
        return "".join(parts)

    def _occasion(self, rng: Random) -> str:
        thing, name = rng.choice(THINGS), rng.choice(FIRST_NAMES)
        day, word = int(rng.random() * 30), rng.choice(self.vocabulary)
        return self.jitter(rng, f"for my {thing} with {name} on {day} {word}", 1, 3)


def _all_sentences(texts: Sequence[str]) -> list[list[str]]:
    """Return the sentences of each text; texts without any are left out."""
    return [sentences for sentences in map(_sentences, texts) if sentences]


def _sentences(text: str) -> list[str]:
    parts = (part.strip() for part in _SENTENCE_END.split(text))
    return [part for part in parts if len(part) > 2]


def _crossed(first: str, second: str) -> str:
    """Return the first half of one sentence and the second half of the other."""
    # Without a space behind the middle, find returns -1: the first then loses one character only,
    # and the second is taken whole.
    head = first[: first.find(" ", len(first) // 2)]
    tail = second[max(0, second.find(" ", len(second) // 2)) :]
    return head + " " + tail.strip()


def _without_slots(text: str) -> str:
    return text.replace("|", "/").replace("{", "(").replace("}", ")")
