"""What belongs in a cluster: a campaign's clauses do, a public harness that it uses does not."""

from collections.abc import Iterable, Mapping

import polars as pl
from factories import RUN
from stillwatch.judgement.grouping import uncovered, without_common, without_loose

SETTINGS = RUN.settings.judge


def units(*rows: tuple[int, int, int]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["unit", "group", "exchanges"], orient="row")


def holdings(held: Mapping[int, Iterable[int]]) -> pl.DataFrame:
    rows = [(unit, account) for unit, accounts in held.items() for account in accounts]
    return pl.DataFrame(rows, schema=["unit", "account"], orient="row")


def groups(made: pl.DataFrame) -> dict[int, int]:
    return dict(zip(made["unit"], made["group"], strict=True))


def test_a_harness_that_others_use_as_well_leaves_the_cluster() -> None:
    given = units((0, 0, 5000), (1, 0, 4000), (2, 0, 900))
    held = holdings({0: range(220), 1: range(220), 2: range(150, 270)})
    made = groups(without_loose(given, held, SETTINGS))
    assert made[0] == made[1] == 0
    assert made[2] not in (0, 1)


def test_clauses_of_one_campaign_stay_though_no_account_holds_all() -> None:
    given = units(*((unit, 0, 100) for unit in range(10)))
    held = holdings({unit: range(unit * 10, unit * 10 + 60) for unit in range(10)})
    assert set(groups(without_loose(given, held, SETTINGS)).values()) == {0}


def test_two_units_that_only_brush_each_other_part() -> None:
    given = units((0, 0, 5000), (1, 0, 900))
    held = holdings({0: range(220), 1: range(160, 270)})
    made = groups(without_loose(given, held, SETTINGS))
    assert made[0] != made[1]


def test_a_cluster_of_one_unit_stays_alone() -> None:
    made = without_loose(units((0, 0, 10)), holdings({0: range(8)}), SETTINGS)
    assert made.height == 1


def test_a_phrase_that_everybody_has_leaves_the_cluster_of_rare_ones() -> None:
    rare = {unit: range(unit, unit + 25) for unit in range(1, 30)}
    # Two phrases of 300 others beside it, which are bound to each other.
    common = {100: range(20, 330), 101: range(20, 330)}
    given = units(*((unit, 0, 100) for unit in (*rare, *common)))
    made = groups(without_common(given, holdings({**rare, **common}), SETTINGS))
    assert {made[unit] for unit in rare} == {0}
    assert len({made[unit] for unit in common} - {0}) == 2


def test_variants_of_one_template_stay_though_some_send_much_more_of_it() -> None:
    # Half of the accounts have all of them, the others four of forty each.
    held = {unit: [*range(20), *(20 + (unit + k) % 20 for k in range(2))] for unit in range(40)}
    given = units(*((unit, 0, 100) for unit in range(40)))
    assert set(groups(without_common(given, holdings(held), SETTINGS)).values()) == {0}


def test_nothing_leaves_a_cluster_in_which_all_are_alike() -> None:
    given = units((0, 0, 10), (1, 0, 10), (2, 1, 10))
    held = holdings({0: range(8), 1: range(8), 2: range(4)})
    assert groups(without_common(given, held, SETTINGS)) == {0: 0, 1: 0, 2: 1}


def test_a_linked_community_that_an_operation_covers_is_not_judged_twice() -> None:
    communities = pl.DataFrame(
        {"group": [0] * 4 + [1] * 4, "account_id": list("abcd") + list("wxyz")}
    )
    members = pl.DataFrame({"group": [0, 0, 0], "account_id": ["a", "b", "w"]})
    kept = uncovered(communities, members, first=7)
    assert kept.rows() == [(7, "w"), (7, "x"), (7, "y"), (7, "z")]
