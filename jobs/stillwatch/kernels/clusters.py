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

TOGETHER = 50_000  # pairs of traces whose vectors are taken at once


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
    held = csr_matrix((np.ones(len(trace), np.float32), (trace, account)))
    holders = np.asarray(held.sum(axis=1), np.float64).ravel()
    overlap = triu(held @ held.T, k=1).tocoo()
    tails = poisson_tail(
        overlap.data.astype(np.int64), holders[overlap.row] * holders[overlap.col] / population
    )
    explained = tails * (count * (count - 1) / 2) > alpha
    u, v = overlap.row[~explained], overlap.col[~explained]
    cosine = cosines(csr_matrix((1 + np.log(exchanges), (trace, account))), u, v)
    tied = cosine >= min_cosine
    links = (u[tied].astype(np.int64), v[tied].astype(np.int64), cosine[tied] ** power)
    return communities(links, count, seed=seed, min_inside=min_inside)


def cosines(
    vectors: csr_matrix, u: NDArray[np.integer], v: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Of pairs of vectors, some at a time: their product for all pairs takes more room.

    Args:
        vectors: One a row.
        u: Row of each pair's one end, shape (pairs,).
        v: Of its other end, same shape.

    Returns:
        float64, shape (pairs,).
    """
    norm = np.sqrt(np.asarray(vectors.multiply(vectors).sum(axis=1)).ravel())
    found = np.empty(len(u))
    for begin in range(0, len(u), TOGETHER):
        one, other = u[begin : begin + TOGETHER], v[begin : begin + TOGETHER]
        both = vectors[one].multiply(vectors[other]).sum(axis=1)
        found[begin : begin + TOGETHER] = np.asarray(both).ravel() / (norm[one] * norm[other])
    return found
