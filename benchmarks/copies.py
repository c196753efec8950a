"""Which texts of many accounts are near-duplicates of one another, at what similarity, on purpose?

Texts are composed of pieces of real or simulated ones, so that their number is not bounded by what
is at hand and unrelated texts share runs of words as real ones do. Every fourth is a copy of an
earlier text with up to a tenth of its words replaced; texts go to accounts at random.
"""

import random
from pathlib import Path

from labelled_texts import FILES, simulated_prompts, text_fields

PIECE, PIECES = 15, 8  # words of a piece, pieces of a text
OF_AN_ACCOUNT = 20  # texts
COPIED = 4  # every so many-th text is a copy


def copied_texts(count: int, folder: Path, seed: int = 1) -> tuple[list[str], list[str]]:
    """Return `count` texts and the account of each; the folder's texts, or the simulator's."""
    real = all(any(folder.glob(file)) for file in FILES)
    found = text_fields(folder) if real else simulated_prompts()
    words = [word for text in found for word in text.split()]
    draw = random.Random(seed)
    texts: list[str] = []
    for place in range(count):
        if place % COPIED == COPIED - 1:
            texts.append(_altered(texts[draw.randrange(place)], draw))
        else:
            starts = (draw.randrange(len(words) - PIECE) for _ in range(PIECES))
            texts.append(" ".join(" ".join(words[at : at + PIECE]) for at in starts))
    accounts = max(2, count // OF_AN_ACCOUNT)
    return texts, [f"acct_{draw.randrange(accounts)}" for _ in range(count)]


def _altered(text: str, draw: random.Random) -> str:
    share = draw.random() * 0.1
    return " ".join(
        f"w{draw.randrange(10**6)}" if draw.random() < share else word for word in text.split()
    )
