"""Which traces belong to one operation, given who holds them?

Two traces are tied if more accounts hold both than independence explains: with d_u and d_v of N
accounts, the overlap is hypergeometric, close to Poisson with mean d_u d_v / N. The tie's weight is
the cosine of the two sets of holders to a power (soft thresholding: Zhang and Horvath 2005), so
that a popular harness, which overlaps with everything a little, does not weld together what uses
it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, triu

from stillwatch.kernels.communities import communities
from stillwatch.kernels.null_model import poisson_tail


def clusters(
    trace: NDArray[np.int64],
    account: NDArray[np.int64],
    population: int,
    *,
    seed: int,
    alpha: float = 0.01,
    min_cosine: float = 0.1,
    power: float = 2.0,
    min_inside: float = 0.5,
) -> NDArray[np.int64]:
    """The cluster of each trace, numbered from 0 by its first trace.

    Args:
        trace: Trace of each holding, 0 to T - 1, shape (holdings,).
        account: Account of each holding, same shape; each pair once.
        population: N, accounts that could have held a trace.
        seed: Of the community detection.
        alpha: A tie's p, times the number of pairs of traces, is at most this.
        min_cosine: Weaker ties are dropped.
        power: Of the cosine, in a tie's weight: many weak ties count less than one strong one.
        min_inside: Of the community detection. Traces overlap by nature: a phrase that two
            campaigns use is a trace of both. So their communities are looser than accounts' are.

    Returns:
        int64, shape (T,).
    """
    count = int(trace.max()) + 1 if len(trace) else 0
    if not count:
        return np.empty(0, dtype=np.int64)
    _, account = np.unique(account, return_inverse=True)
    held = csr_matrix((np.ones(len(trace)), (trace, account)))
    holders = np.asarray(held.sum(axis=1)).ravel()
    overlap = triu(held @ held.T, k=1).tocoo()
    u, v, both = overlap.row, overlap.col, overlap.data
    cosine = both / np.sqrt(holders[u] * holders[v])
    tails = poisson_tail(both.astype(np.int64), holders[u] * holders[v] / population)
    tied = (tails * (count * (count - 1) / 2) <= alpha) & (cosine >= min_cosine)
    links = (u[tied].astype(np.int64), v[tied].astype(np.int64), cosine[tied] ** power)
    return communities(links, count, seed=seed, min_inside=min_inside)
