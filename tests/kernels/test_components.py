"""Components by forests of parts are those of the whole graph."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from stillwatch.kernels import components
from stillwatch.kernels.blocks import KEY
from stillwatch.kernels.components import LINKS, TOLD


def table(graph: nx.Graph, seed: int) -> pa.Table:
    """Links of a graph in any order and direction, some of them twice."""
    rng = np.random.default_rng(seed)
    ends = np.array([*graph.edges(), *list(graph.edges())[::3]], np.int64).reshape(-1, 2)
    ends = rng.permuted(rng.permutation(ends), axis=1)
    return pa.table([ends[:, 0], ends[:, 1], rng.random(len(ends))], schema=LINKS)


def parts(rows: pa.Table, count: int) -> list[pa.Table]:
    """Rows as `Blocks` would part them: by a key that ends there."""
    return [
        rows.filter(pc.equal(pc.bit_wise_and(rows[KEY], count - 1), part)).drop(KEY)
        for part in range(count)
    ]


def oracle(graph: nx.Graph) -> dict[int, int]:
    linked = [c for c in nx.connected_components(graph) if len(c) > 1]
    return {node: min(component) for component in linked for node in component}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("count", [1, 4, 16])
def test_forests_of_forests_have_the_components_of_the_graph(seed: int, count: int) -> None:
    graph = nx.gnm_random_graph(400, 60 * (seed + 1), seed=seed)
    left = [table(graph, seed).slice(k * 40, 40) for k in range(60)]
    buckets = count
    while True:
        made = [
            pa.Table.from_batches(components.bucketed(part, buckets)) for part in left if len(part)
        ]
        left = parts(pa.concat_tables(made), buckets)
        if buckets == 1:
            break
        buckets = max(1, buckets // 4)
    (rows,) = components.named(left[0])
    assert dict(zip(rows["a"].to_pylist(), rows["b"].to_pylist(), strict=True)) == oracle(graph)
    assert set(rows["weight"].to_pylist()) == {TOLD}


@pytest.mark.parametrize("seed", range(4))
def test_a_forest_connects_the_same_with_the_fewest_links(seed: int) -> None:
    graph = nx.gnm_random_graph(300, 500, seed=seed)
    links = table(graph, seed)
    kept = components.forest(links["a"].to_numpy(), links["b"].to_numpy())
    forest = nx.Graph(links.filter(pa.array(kept)).select(["a", "b"]).to_pandas().values.tolist())
    assert nx.is_forest(forest)
    assert oracle(forest) == oracle(graph)
    assert int(kept.sum()) == forest.number_of_edges()


def test_a_path_of_a_hundred_thousand_is_one_component() -> None:
    ends = np.random.default_rng(1).permutation(100_000).astype(np.int64)
    node, least = components.labels(ends[:-1], ends[1:])
    assert len(node) == 100_000
    assert set(least.tolist()) == {0}


def test_links_go_to_the_component_of_their_accounts() -> None:
    graph = nx.Graph([(1, 2), (2, 3), (7, 9), (20, 30)])
    links = table(graph, 3)
    (told,) = components.named(links)
    together = pa.concat_tables([links, pa.Table.from_batches([told]).drop(KEY)])
    (found,) = components.gathered(together)
    of = oracle(graph)
    assert found.num_rows == links.num_rows
    assert [of[a] for a in found["a"].to_pylist()] == found[KEY].to_pylist()
    assert found.schema.names == [KEY, *LINKS.names]


def test_nothing_is_linked_where_there_are_no_links() -> None:
    none = LINKS.empty_table()
    assert sum(b.num_rows for b in components.bucketed(none, 4)) == 0
    assert sum(b.num_rows for b in components.named(none)) == 0
    assert sum(b.num_rows for b in components.gathered(none)) == 0


def test_a_forest_does_not_depend_on_the_order_of_its_links() -> None:
    links = table(nx.gnm_random_graph(60, 200, seed=1), 1)
    order = np.random.default_rng(2).permutation(len(links))

    def kept(rows: pa.Table) -> set[tuple[int, int]]:
        a, b = (np.asarray(rows[name]) for name in ("a", "b"))
        chosen = components.forest(a, b)
        return {(min(i, j), max(i, j)) for i, j in zip(a[chosen], b[chosen], strict=True)}

    assert kept(links) == kept(links.take(pa.array(order)))


def test_a_link_without_a_component_is_not_given_to_another() -> None:
    links = table(nx.Graph([(1, 2), (7, 9)]), 3)
    (told,) = components.named(links.slice(0, 1))
    whole = pa.concat_tables([links, pa.Table.from_batches([told]).drop(KEY)])
    with pytest.raises(RuntimeError, match="lost its component"):
        list(components.gathered(whole))
