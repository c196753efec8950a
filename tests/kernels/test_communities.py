"""Communities: planted ones are found, random graphs are left whole, order does not matter."""

import networkx as nx
import numpy as np
import pytest
from stillwatch.kernels.communities import communities


def links(graph: nx.Graph) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    ends = np.array(sorted(tuple(sorted(edge)) for edge in graph.edges()), dtype=np.int64)
    return ends[:, 0], ends[:, 1], np.ones(len(ends))


def test_planted_groups_are_found_whole() -> None:
    graph = nx.planted_partition_graph(6, 30, 0.5, 0.01, seed=3)
    labels = communities(links(graph), 180, seed=1)
    assert [len(set(labels[30 * g : 30 * g + 30])) for g in range(6)] == [1] * 6
    assert len(set(labels)) == 6


def test_a_small_group_beside_a_large_one_is_not_swallowed() -> None:
    graph = nx.disjoint_union(nx.random_regular_graph(48, 3000, seed=1), nx.complete_graph(5))
    graph.add_edge(0, 3000)
    labels = communities(links(graph), 3005, seed=1)
    assert set(labels[3000:]).isdisjoint(set(labels[:3000]))


def test_what_the_process_did_before_does_not_matter() -> None:
    graph = nx.disjoint_union(nx.random_regular_graph(48, 3000, seed=1), nx.complete_graph(5))
    graph.add_edge(0, 3000)
    first = communities(links(graph), 3005, seed=1)
    for _ in range(4):
        assert (communities(links(graph), 3005, seed=1) == first).all()


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_random_graph_has_no_communities(seed: int) -> None:
    graph = nx.random_regular_graph(48, 1000, seed=seed)
    assert len(set(communities(links(graph), 1000, seed=seed))) == 1


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_no_community_spans_two_components(seed: int) -> None:
    graph = nx.gnm_random_graph(200, 150, seed=seed)
    labels = communities(links(graph), 200, seed=1)
    component = {n: i for i, c in enumerate(nx.connected_components(graph)) for n in c}
    for label in set(labels):
        assert len({component[n] for n in np.flatnonzero(labels == label)}) == 1


def test_the_order_of_links_does_not_matter() -> None:
    a, b, weight = links(nx.planted_partition_graph(4, 25, 0.4, 0.02, seed=5))
    order = np.random.default_rng(0).permutation(len(a))
    first = communities((a, b, weight), 100, seed=1)
    assert np.array_equal(first, communities((a[order], b[order], weight[order]), 100, seed=1))
