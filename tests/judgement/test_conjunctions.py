"""Which traces of a cluster are one pool's: those of accounts that share instruments besides."""

from collections.abc import Iterable, Mapping

import polars as pl
from factories import RUN
from stillwatch.judgement.conjunctions import apart, pools

SETTINGS = RUN.settings.judge
POOL = range(40)
OTHERS = range(100, 160)


def units(count: int) -> pl.DataFrame:
    rows = [(unit, 0) for unit in range(count)]
    return pl.DataFrame(rows, schema={"unit": pl.Int64, "group": pl.Int64}, orient="row")


def holdings(held: Mapping[int, Iterable[int]]) -> pl.DataFrame:
    rows = [(unit, account, 3) for unit, accounts in held.items() for account in accounts]
    schema = {name: pl.Int64 for name in ("unit", "account", "exchanges")}
    return pl.DataFrame(rows, schema=schema, orient="row")


def instruments(*shared: Iterable[int]) -> pl.DataFrame:
    """One a set of accounts that share it; sets of four and fewer are payments."""
    sets = [list(accounts) for accounts in shared]
    rows = [(k, account, len(of) <= 4) for k, of in enumerate(sets) for account in of]
    schema = {"instrument": pl.Int64, "account": pl.Int64, "paid": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row")


def fours(accounts: range) -> list[range]:
    """Cards of four accounts, and networks of eight that join the cards."""
    cards = [range(at, at + 4) for at in accounts[::4]]
    return [*cards, *(range(at, min(at + 8, accounts.stop)) for at in accounts[2::8])]


def groups(held: Mapping[int, Iterable[int]], shared: pl.DataFrame) -> dict[int, int]:
    made = apart(units(len(held)), holdings(held), shared, SETTINGS)
    return dict(zip(made["unit"], made["group"], strict=True))


def test_what_only_a_pool_sends_parts_from_what_others_send_too() -> None:
    held = {unit: POOL for unit in range(6)} | {unit: [*POOL, *OTHERS] for unit in range(6, 10)}
    made = groups(held, instruments(*fours(POOL)))
    assert len({made[unit] for unit in range(6)}) == 1
    assert made[0] != 0
    assert {made[unit] for unit in range(6, 10)} == {0}


def test_two_pools_that_a_phrase_ties_part_from_it_and_from_each_other() -> None:
    second = range(200, 240)
    held = {unit: POOL for unit in range(5)} | {unit: second for unit in range(5, 10)}
    held |= {unit: [*POOL, *second, *OTHERS] for unit in range(10, 13)}
    made = groups(held, instruments(*fours(POOL), *fours(second)))
    assert len({made[0], made[5], made[10]}) == 3
    assert {made[unit] for unit in range(10, 13)} == {0}


def test_a_pool_that_sends_everything_stays_whole() -> None:
    # Whom instruments do not join sends the same as who is joined.
    held = {unit: [*POOL, *range(40, 60)] for unit in range(10)}
    assert set(groups(held, instruments(*fours(POOL))).values()) == {0}
    small = {unit: range(unit, unit + 6) for unit in range(30)}
    assert set(groups(small, instruments(*fours(POOL))).values()) == {0}


def test_two_pools_without_a_crowd_stay_one() -> None:
    # A banned pool and its successor: one template, and variants of each.
    second = range(200, 240)
    held = {unit: POOL for unit in range(5)} | {unit: second for unit in range(5, 10)}
    held |= {unit: [*POOL, *second] for unit in range(10, 13)}
    assert set(groups(held, instruments(*fours(POOL), *fours(second))).values()) == {0}


def test_neighbours_who_pay_for_themselves_are_no_pool() -> None:
    held = {unit: POOL for unit in range(6)} | {unit: [*POOL, *OTHERS] for unit in range(6, 10)}
    networks = [range(at, at + 10) for at in range(0, 40, 5)]
    assert set(groups(held, instruments(*networks)).values()) == {0}


def test_without_instruments_a_cluster_stays_whole() -> None:
    held = {unit: POOL for unit in range(6)} | {unit: [*POOL, *OTHERS] for unit in range(6, 10)}
    assert set(groups(held, instruments()).values()) == {0}
    assert groups({}, instruments()) == {}


def test_people_behind_one_network_with_little_in_common_are_no_pool() -> None:
    own = {15 * account + k: [account] for account in range(20) for k in range(15)}
    held = {**own, 300: range(20)}
    with_group = holdings(held).with_columns(group=pl.lit(0))
    assert not pools(with_group, instruments(range(30)), SETTINGS).height
    alike = holdings({unit: range(10) for unit in range(5)}).with_columns(group=pl.lit(0))
    shared = instruments(range(10), range(4), range(4, 8))
    assert pools(alike, shared, SETTINGS).height == 10


def test_groups_do_not_depend_on_the_order_of_rows() -> None:
    held = {unit: POOL for unit in range(6)} | {unit: [*POOL, *OTHERS] for unit in range(6, 10)}
    given, shared = holdings(held), instruments(*fours(POOL))
    forward = apart(units(10), given, shared, SETTINGS)
    backward = apart(units(10), given.reverse(), shared.reverse(), SETTINGS)
    assert forward.sort("unit").equals(backward.sort("unit"))
