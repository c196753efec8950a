"""How is drawn what the standard library does not offer?"""

from bisect import bisect
from collections.abc import Mapping, Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

Item = TypeVar("Item")


def pick(rng: Random, weights: Mapping[str, float]) -> str:
    """Draw one key, by its weight."""
    names = list(weights)
    return rng.choices(names, [weights[name] for name in names])[0]


def log_uniform(rng: Random, low: float, high: float, skew: float = 1.0) -> float:
    """Draw a number of [low, high) whose logarithm is uniform; skew above 1 favours low ones."""
    position: float = rng.random() ** skew
    return float(low * (high / low) ** position)


class Zipf(Generic[Item]):
    """Items of which the n-th is drawn in proportion to n ** -exponent."""

    def __init__(self, items: Sequence[Item], exponent: float) -> None:
        self.items = items
        self.bounds = list(accumulate(1 / (i + 1) ** exponent for i in range(len(items))))

    def draw(self, rng: Random) -> Item:
        """Draw one item."""
        position = bisect(self.bounds, rng.random() * self.bounds[-1])
        return self.items[min(position, len(self.items) - 1)]
