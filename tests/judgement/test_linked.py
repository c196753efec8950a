"""Communities of links that no one holds as a whole are those of all links at once."""

from __future__ import annotations

import networkx as nx
import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from factories import RUN
from pyspark.sql import SparkSession
from stillwatch.io.batches import Stored
from stillwatch.judgement.grouping import communities_of
from stillwatch.judgement.linked import linked
from stillwatch.kernels.holders import Activity

SETTINGS = RUN.settings.judge
PLANTED = {"pool": 12, "firm": 7, "couple": 2, "four": 4}


def links() -> pl.DataFrame:
    """Cliques, those of pool and firm with a link between them, and a hundred weak links."""
    graph = nx.Graph()
    for name, size in PLANTED.items():
        graph.add_edges_from(nx.complete_graph([f"{name}{i:02}" for i in range(size)]).edges())
    graph.add_edge("pool00", "firm00")
    rng = np.random.default_rng(5)
    weak = rng.integers(0, 500, (100, 2))
    ends = sorted(tuple(sorted(edge)) for edge in graph.edges())
    ends += sorted({(f"x{a:03}", f"x{b:03}") for a, b in weak.tolist() if a < b})
    significant = len(graph.edges())
    return pl.DataFrame(ends, schema=["account_a", "account_b"], orient="row").with_columns(
        score=pl.lit(0.8),
        q_value=pl.Series([0.001] * significant + [0.5] * (len(ends) - significant)),
    )


def activity(frame: pl.DataFrame) -> Activity:
    names = pl.concat([frame["account_a"], frame["account_b"]]).unique().sort()
    return Activity.of(pa.array(names.to_list()), np.ones(len(names), np.int64))


def grouped(found: pl.DataFrame) -> list[list[str]]:
    by = found.sort("group", "account_id").group_by("group", maintain_order=True)
    return by.agg("account_id")["account_id"].to_list()


@pytest.mark.spark
def test_communities_are_those_of_the_links_as_a_whole(spark: SparkSession) -> None:
    given = links()
    stored = Stored(spark.createDataFrame(given.to_arrow()).repartition(5))
    found = linked(stored, activity(given), 0.01, SETTINGS)
    assert found.schema == {"group": pl.Int64, "account_id": pl.String}
    assert grouped(found) == [
        [f"{name}{i:02}" for i in range(PLANTED[name])] for name in ("firm", "pool")
    ]
    whole = communities_of(given.filter(pl.col("q_value") <= 0.01), SETTINGS)
    assert grouped(found) == grouped(whole)


@pytest.mark.spark
def test_without_links_there_is_nobody(spark: SparkSession) -> None:
    given = links()
    stored = Stored(spark.createDataFrame(given.to_arrow()))
    assert linked(stored, activity(given), 0.0, SETTINGS).is_empty()
