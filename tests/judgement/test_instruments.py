"""Which instruments judged accounts share, and who shares one with a group."""

from typing import Any

import polars as pl
import pytest
from factories import RUN, at, frame
from pyspark.sql import SparkSession
from stillwatch.io.batches import Stored
from stillwatch.judgement.instruments import instruments, of_few, tied, without_strangers

SETTINGS = RUN.settings.judge
PAIR = {"group": pl.Int64, "account_id": pl.String}
HELD = {"layer": pl.String, "trace": pl.Int64, "account_id": pl.String, "holders": pl.Int64}


def rows_held() -> list[dict[str, Any]]:
    """Instruments by accounts and days: who holds which, and on how many days of the week."""
    on_days = [
        *(("network", 5, "shared", f"a{n}", 1) for n in range(6)),
        *(("network", 8, "shared", f"a{n}", days) for n, days in enumerate((1, 3, 7, 7, 3, 1))),
        *(("payment", 1, "shared", account, days) for account, days in (("a0", 7), ("a4", 3))),
        *(("payment", 2, "shared", account, days) for account, days in (("a4", 1), ("a5", 7))),
        ("payment", 3, "shared", "a2", 2),
        *(("signature_replay", 9, "issued", account, 1) for account in ("a3", "a5")),
        *(("signature_replay", 9, "redeemed", account, 3) for account in ("a1", "a2", "a4")),
        *(("prompt_span", 1, "shared", account, 1) for account in ("a0", "a1")),
    ]
    return [
        {"layer": layer, "trace": value, "role": role, "account_id": account}
        | {"event_date": at(0, day).date()}
        for layer, value, role, account, days in on_days
        for day in range(days)
    ]


def of_group(accounts: list[str], group: int = 0) -> pl.DataFrame:
    return pl.DataFrame([(group, account) for account in accounts], schema=PAIR, orient="row")


def shared(layer: str, accounts: list[str], holders: int = 3, trace: int = 7) -> pl.DataFrame:
    rows = [(layer, trace, account, holders) for account in accounts]
    return pl.DataFrame(rows, schema=HELD, orient="row")


@pytest.mark.parametrize("layer", ["payment", "network"])
def test_who_shares_an_instrument_with_two_members_is_theirs(layer: str) -> None:
    held = shared(layer, ["a", "b", "guest"])
    assert tied(of_group(["guest", "other"]), of_group(["a", "b"]), held, SETTINGS).rows() == [
        (0, "guest")
    ]


def test_who_shares_it_with_one_may_be_a_guest() -> None:
    held = shared("payment", ["a", "guest"])
    assert not tied(of_group(["guest"]), of_group(["a", "b"]), held, SETTINGS).height


def test_an_office_in_which_two_are_members_ties_nobody() -> None:
    held = shared("network", ["a", "b", "guest"], holders=5)
    assert not tied(of_group(["guest"]), of_group(["a", "b"]), held, SETTINGS).height
    assert tied(of_group(["guest"]), of_group(["a", "b", "guest"]), held, SETTINGS).height


def test_a_carrier_and_what_moved_tie_nobody() -> None:
    members, guest = of_group(["a", "b"]), of_group(["guest"])
    all_three = ["a", "b", "guest"]
    carrier = shared("network", all_three, SETTINGS.max_pool + 1)
    assert not tied(guest, members, carrier, SETTINGS).height
    assert not tied(guest, members, shared("signature_replay", all_three), SETTINGS).height


def test_an_instrument_of_another_group_ties_nobody() -> None:
    held = shared("payment", ["a", "b", "guest"])
    assert not tied(of_group(["guest"], 1), of_group(["a", "b"]), held, SETTINGS).height


POOL = [f"p{n}" for n in range(8)]
CARDS = pl.concat([shared("payment", POOL[:4], 4, 1), shared("payment", POOL[4:], 4, 2)])


def kept(accounts: list[str], held: pl.DataFrame, paying: list[str]) -> list[str]:
    members = of_group(accounts)
    found = without_strangers(members, held, pl.Series(paying, dtype=pl.String), SETTINGS)
    return found["account_id"].to_list()


def test_who_pays_by_means_of_its_own_among_a_pool_is_no_member() -> None:
    assert kept([*POOL, "x", "y"], CARDS, [*POOL, "x", "y"]) == POOL
    # Whose payment, or addresses, are not known may be the pool's.
    assert kept([*POOL, "x", "y"], CARDS, [*POOL, "x"]) == [*POOL, "y"]


def test_a_network_in_common_ties_unless_it_is_a_carriers() -> None:
    held = pl.concat([CARDS, shared("network", ["p0", "x"], holders=6)])
    assert kept([*POOL, "x"], held, [*POOL, "x"]) == [*POOL, "x"]
    carrier = pl.concat([CARDS, shared("network", ["p0", "x"], holders=7)])
    assert kept([*POOL, "x"], carrier, [*POOL, "x"]) == POOL


def test_a_team_with_a_card_of_its_own_among_a_pool_that_is_joined_is_no_member() -> None:
    team = ["t0", "t1", "t2"]
    everyone = [*POOL, *team]
    cards = pl.concat([CARDS, shared("payment", team, 3, 3)])
    # Two cards that nothing joins may be two of a pool's as well as the team's.
    assert kept(everyone, cards, everyone) == everyone
    joined = pl.concat([cards, shared("network", ["p0", "p7"], 2)])
    assert kept(everyone, joined, everyone) == POOL
    assert kept([*everyone, "x"], joined, [*everyone, "x"]) == POOL
    assert kept(everyone, joined, POOL) == everyone
    # Nor is a team of which one is joined with the pool.
    met = shared("network", ["t0", "p3"], 2, 4)
    assert kept(everyone, pl.concat([joined, met]), everyone) == everyone


def test_five_beside_a_pool_may_be_another_pool() -> None:
    many = [f"p{n}" for n in range(12)]
    card = shared("payment", many, 12)
    four, five = (
        pl.concat([card, shared("payment", [f"t{n}" for n in range(size)], size, 3)])
        for size in (4, 5)
    )
    everyone = [*many, *(f"t{n}" for n in range(5))]
    assert kept(everyone[:-1], four, everyone) == many
    assert kept(everyone, five, everyone) == everyone


def test_a_group_a_third_of_which_shares_nothing_is_left_as_it_is() -> None:
    many = [*POOL, *(f"x{n}" for n in range(5))]
    assert kept(many, CARDS, many) == many
    assert kept(many, CARDS.clear(), many) == many
    assert kept([], CARDS, []) == []


@pytest.mark.spark
def test_payments_and_networks_of_few_accounts(spark: SparkSession) -> None:
    many = [
        {"layer": "network", "trace": 77, "role": "shared", "account_id": f"many{n}"}
        | {"event_date": at(0).date()}
        for n in range(65)
    ]
    found = of_few(Stored(frame(spark, "silver.traces", [*rows_held(), *many])), SETTINGS)
    sizes = found.group_by("instrument", "paid").len().sort("paid", "len")
    # Two networks of six, and two payments of two; not what only one has, nor what 65 have.
    assert sizes.select("paid", "len").rows() == [(False, 6), (False, 6), (True, 2), (True, 2)]


@pytest.mark.spark
def test_instruments_of_the_judged_with_all_their_holders(spark: SparkSession) -> None:
    """Days do not multiply them; neither an account's own nor a victim's loss is one."""
    traces = Stored(frame(spark, "silver.traces", rows_held()))
    judged, popularity = instruments(traces, pl.Series([f"a{n}" for n in range(4)]))
    networks = [("network", value, f"a{n}", 6) for value in (5, 8) for n in range(4)]
    replayed = [("signature_replay", 9, account, 3) for account in ("a1", "a2")]
    rows = judged.select("layer", "trace", "account_id", "holders").rows()
    assert sorted(rows) == [*networks, ("payment", 1, "a0", 2), *replayed]
    assert popularity.select("layer", "holders", "instruments").rows() == [
        ("network", 6, 2),
        ("payment", 2, 2),
        ("signature_replay", 3, 1),
    ]
