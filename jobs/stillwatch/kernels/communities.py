"""Which accounts belong together, given weighted links between them?

Leiden (Traag, Waltman and van Eck 2019, by scikit-network) inside each connected component, on
sorted nodes with a fixed seed, so that the same links give the same groups in any order of rows.
Modularity finds parts even in a random graph, and misses communities much smaller than the square
root of all links (Fortunato and Barthelemy 2007): so only parts that keep most of their links to
themselves are cut off, and each is split again on its own for as long as that finds such parts.
"""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components
from sknetwork.clustering import Leiden

# Leiden is greedy: a small community beside a large one is found in some orders of visits only.
ATTEMPTS = 8
_libc = ctypes.CDLL(None)

Links = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


def communities(
    links: Links, nodes: int, *, seed: int, resolution: float = 1.0, min_inside: float = 0.6
) -> NDArray[np.int64]:
    """The community of each node, numbered from 0 by its first node.

    Args:
        links: Ends and weights of the links, each of shape (links,); ends from 0 to nodes - 1.
        nodes: Number of nodes, in their sorted order.
        seed: Makes the order in which Leiden visits nodes repeatable.
        resolution: Leiden's; higher gives smaller communities.
        min_inside: A part stands on its own if this share of its links' weight stays inside
            (a community in the sense of Radicchi et al. 2004 has more than half).

    Returns:
        int64, shape (nodes,).
    """
    graph = _symmetric(links, nodes)
    _, component = connected_components(graph, directed=False)
    labels = np.zeros(nodes, dtype=np.int64)
    following = 0
    pending = [np.flatnonzero(component == c) for c in _by_size(component)]
    while pending:
        members = pending.pop()
        parts = _split(graph[members][:, members], seed, resolution, min_inside)
        if parts is None:
            labels[members] = following
            following += 1
        else:
            pending.extend(members[parts == part] for part in range(parts.max() + 1))
    return _renumber(labels)


def _symmetric(links: Links, nodes: int) -> csr_matrix:
    a, b, weight = links
    once = coo_matrix((weight, (a, b)), shape=(nodes, nodes))
    return csr_matrix(once + once.T)


def _by_size(component: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.unique(component)


def _split(
    graph: csr_matrix, seed: int, resolution: float, min_inside: float
) -> NDArray[np.int64] | None:
    """Parts of a connected graph that stand on their own, and what is left as one more part.

    None where no part does, or where the whole is one.
    """
    if graph.shape[0] < 4:
        return None
    for attempt in range(ATTEMPTS):
        # Its refinement draws from the C library's generator, which random_state does not seed: the
        # same links would be split otherwise in a process that has drawn before.
        _libc.srand(seed + attempt)
        model = Leiden(resolution=resolution, random_state=seed + attempt)
        parts = _standing(graph, model.fit_predict(graph), min_inside)
        if parts is not None:
            return parts
    return None


def _standing(
    graph: csr_matrix, found: NDArray[np.int64], min_inside: float
) -> NDArray[np.int64] | None:
    """The parts of a partition that stand on their own, the others as one more; None for none."""
    parts = int(found.max()) + 1
    ends = graph.tocoo()
    within = found[ends.row] == found[ends.col]
    inside = np.bincount(found[ends.row][within], ends.data[within], minlength=parts)
    total = np.bincount(found[ends.row], ends.data, minlength=parts)
    stands = inside >= min_inside * total
    labels = np.where(stands[found], found, parts)
    _, numbered = np.unique(labels, return_inverse=True)
    return None if numbered.max() == 0 else np.asarray(numbered, dtype=np.int64)


def _renumber(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Communities numbered in the order of their first node."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]
