"""Traces of one operation are found together; chance overlaps and public ones stay out."""

import numpy as np
from stillwatch.kernels.clusters import clusters

POPULATION = 3000


def of(holders: list[np.ndarray], often: list[np.ndarray] | None = None) -> np.ndarray:
    trace = np.repeat(np.arange(len(holders)), [len(h) for h in holders])
    account = np.concatenate(holders)
    exchanges = np.ones(len(account), np.int64) if often is None else np.concatenate(often)
    return clusters(trace, account, exchanges, POPULATION, seed=1)


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
    held = [rng.choice(200, 50, replace=False) for _ in range(60)]
    assert len(set(of(held))) == 1


def test_no_traces_no_clusters() -> None:
    none = np.empty(0, dtype=np.int64)
    assert len(clusters(none, none, none, 10, seed=1)) == 0


def test_phrases_that_several_campaigns_use_do_not_weld_them_together() -> None:
    rng = np.random.default_rng(3)
    pools = [np.arange(100 * k, 100 * k + 100) for k in range(6)]
    own = [rng.choice(pool, 90, replace=False) for pool in pools for _ in range(12)]
    common = [
        np.concatenate([rng.choice(pools[k], 50, replace=False) for k in chosen])
        for chosen in (rng.choice(6, 3, replace=False) for _ in range(120))
    ]
    labels = of(own + common)
    theirs = [set(labels[12 * k : 12 * k + 12]) for k in range(6)]
    assert [len(each) for each in theirs] == [1] * 6
    assert len(set.union(*theirs)) == 6


def test_a_phrase_goes_to_those_who_send_it_all_day_not_to_the_more_who_sent_it_once() -> None:
    busy, light = np.arange(60), np.arange(100, 190)
    phrase = np.concatenate([busy, light])
    sent = np.concatenate([np.full(60, 30), np.full(90, 2)])
    own = [busy, busy[:55], light, light[:85]]
    often = [np.full(60, 30), np.full(55, 25), np.full(90, 3), np.full(85, 3)]
    first, _, other, _, shared = of([*own, phrase], [*often, sent])
    assert first != other
    assert shared == first
    assert of([*own, phrase])[-1] == other  # counted by heads it would be the many's
