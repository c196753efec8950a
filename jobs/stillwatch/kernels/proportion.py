"""How sure is a share of exchanges, when exchanges of one account are alike?

Accounts are the units: the variance of the ratio of two sums is taken over them, and turned into
the number of independent exchanges that would be as sure.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

Z = 1.959964  # of a 95 % interval


def clustered(parts: NDArray[np.int64], wholes: NDArray[np.int64]) -> tuple[float, float, float]:
    """Share of sums with a 95 % interval, the low and the high end.

    Variance of a ratio by linearisation (Cochran, Sampling Techniques, 1977, 6.5), effective size
    as in Korn and Graubard 1998, interval by Wilson 1927.

    Args:
        parts: Exchanges that count, an entry an account, shape (n,).
        wholes: Exchanges in all, shape (n,); their sum is positive.
    """
    total = float(wholes.sum())
    share = float(parts.sum()) / total
    size = total
    if len(wholes) > 1:
        left = parts - share * wholes
        variance = float(np.sum(left**2)) * len(wholes) / (len(wholes) - 1) / total**2
        if variance > 0:
            size = min(total, share * (1 - share) / variance)
    middle = (share + Z**2 / (2 * size)) / (1 + Z**2 / size)
    half = Z / (1 + Z**2 / size) * sqrt(share * (1 - share) / size + Z**2 / (4 * size**2))
    return share, max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))
