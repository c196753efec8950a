"""Which accounts belong together, given weighted links between them?

Leiden (Traag, Waltman and van Eck 2019, by scikit-network) inside each connected component, on
sorted nodes with a fixed seed, so that the same links give the same groups in any order of rows.
Modularity cannot see communities much smaller than the square root of all links (Fortunato and
Barthelemy 2007), so each community is split again on its own for as long as that finds structure.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components
from sknetwork.clustering import Leiden, get_modularity

Links = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


def communities(
    links: Links, nodes: int, *, seed: int, resolution: float = 1.0, min_modularity: float = 0.3
) -> NDArray[np.int64]:
    """The community of each node, numbered from 0 by its first node.

    Args:
        links: Ends and weights of the links, each of shape (links,); ends from 0 to nodes - 1.
        nodes: Number of nodes, in their sorted order.
        seed: Makes the order in which Leiden visits nodes repeatable.
        resolution: Leiden's; higher gives smaller communities.
        min_modularity: A community is split again only above this modularity within itself; a
            random graph of the same size rarely reaches it (Guimera et al. 2004).

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
        parts = _split(graph[members][:, members], seed, resolution, min_modularity)
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
    graph: csr_matrix, seed: int, resolution: float, min_modularity: float
) -> NDArray[np.int64] | None:
    """Parts of a connected graph, None where it has no structure worth splitting."""
    if graph.shape[0] < 4:
        return None
    labels = Leiden(resolution=resolution, random_state=seed).fit_predict(graph)
    if labels.max() == 0 or get_modularity(graph, labels) < min_modularity:
        return None
    return np.asarray(labels, dtype=np.int64)


def _renumber(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Communities numbered in the order of their first node."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]
