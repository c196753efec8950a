"""Traces of one operation are found together; chance overlaps and public ones stay out."""

import numpy as np
from stillwatch.kernels.clusters import clusters

POPULATION = 3000


def of(holders: list[np.ndarray]) -> np.ndarray:
    trace = np.repeat(np.arange(len(holders)), [len(h) for h in holders])
    return clusters(trace, np.concatenate(holders), POPULATION, seed=1)


def test_clauses_of_two_campaigns_make_two_clusters() -> None:
    rng = np.random.default_rng(0)
    first = [rng.choice(np.arange(0, 150), 120, replace=False) for _ in range(6)]
    second = [rng.choice(np.arange(150, 400), 200, replace=False) for _ in range(6)]
    labels = of(first + second)
    assert len(set(labels[:6])) == 1
    assert len(set(labels[6:])) == 1
    assert labels[0] != labels[6]


def test_independent_traces_stay_apart() -> None:
    rng = np.random.default_rng(1)
    held = [rng.choice(POPULATION, int(d), replace=False) for d in rng.integers(5, 300, 40)]
    assert len(set(of(held))) == 40


def test_rare_variants_of_one_template_come_together() -> None:
    rng = np.random.default_rng(2)
    held = [rng.choice(200, 25, replace=False) for _ in range(60)]
    assert len(set(of(held))) == 1


def test_no_traces_no_clusters() -> None:
    none = np.empty(0, dtype=np.int64)
    assert len(clusters(none, none, 10, seed=1)) == 0


def test_a_public_harness_does_not_weld_together_what_uses_it() -> None:
    rng = np.random.default_rng(3)
    first = [np.arange(0, 80) for _ in range(5)]
    second = [np.arange(80, 180) for _ in range(5)]
    harness = [
        np.concatenate([np.arange(0, 180), rng.choice(np.arange(180, 700), 250, replace=False)])
        for _ in range(4)
    ]
    labels = of(first + second + harness)
    assert len(set(labels[:5])) == len(set(labels[5:10])) == 1
    assert len({labels[0], labels[5], *labels[10:]}) >= 3
