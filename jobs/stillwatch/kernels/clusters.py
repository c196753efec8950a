"""Which traces belong to one operation, given who holds them?

Two traces are tied if more accounts hold both than independence explains: with d_u and d_v of N
accounts, the overlap is hypergeometric, close to Poisson with mean d_u d_v / N. The tie's weight is
the cosine of the two vectors of holders to a power (soft thresholding: Zhang and Horvath 2005), so
that a popular harness, which overlaps with everything a little, does not weld together what uses
it. A holder counts 1 + ln of the exchanges in which it holds a trace (sublinear term frequency:
Salton and Buckley 1988): a phrase that one operation sends all day and many of another's accounts
once is the first one's, and one busy account decides nothing.
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
    exchanges: NDArray[np.int64],
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
        exchanges: Of the account with the trace, same shape, at least 1.
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
    overlap = _products(trace, account, np.ones(len(trace)))
    often = _products(trace, account, 1 + np.log(exchanges))
    holders = overlap.diagonal()
    pairs = triu(overlap, k=1).tocoo()
    u, v, both = pairs.row, pairs.col, pairs.data
    # No weight is 0, so that both products have the same places.
    norm = np.sqrt(often.diagonal())
    cosine = triu(often, k=1).tocoo().data / (norm[u] * norm[v])
    tails = poisson_tail(both.astype(np.int64), holders[u] * holders[v] / population)
    tied = (tails * (count * (count - 1) / 2) <= alpha) & (cosine >= min_cosine)
    links = (u[tied].astype(np.int64), v[tied].astype(np.int64), cosine[tied] ** power)
    return communities(links, count, seed=seed, min_inside=min_inside)


def _products(
    trace: NDArray[np.int64], account: NDArray[np.int64], weight: NDArray[np.float64]
) -> csr_matrix:
    """Of each pair of traces the sum over accounts of the products of their weights."""
    held = csr_matrix((weight, (trace, account)))
    found = csr_matrix(held @ held.T)
    found.sort_indices()
    return found
