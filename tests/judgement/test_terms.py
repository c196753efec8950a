"""Terms on groups that would fool them: everyone shares, nobody's payment is known, all alike."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from factories import RUN
from stillwatch.judgement.activity import even_load
from stillwatch.judgement.innocent import (
    one_organisation,
    one_payer,
    one_place,
    one_product,
    registered_reseller,
)
from stillwatch.judgement.terms import (
    PLACES,
    Group,
    Population,
    shared_instruments,
)

SETTINGS = RUN.settings.judge
DAYS = pl.DataFrame({"day": [datetime(2026, 1, 1).date()], "exchanges": [1], "addressed": [1]})


def accounts(size: int, payments: list[int | None], n: int = 10) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "account_id": [f"a{i}" for i in range(size)],
            "n": [n] * size,
            "addressed": [n] * size,
            "hour_entropy": [2.0] * size,
            "created_at": [datetime(2026, 1, 1 + i % 28, tzinfo=UTC) for i in range(size)],
            "payment_hash": payments,
            "org_id": [None] * size,
            "reseller_id": [None] * size,
        },
        schema_overrides={"payment_hash": pl.Int64},
    )


def group(members: pl.DataFrame, instruments: list[tuple[str, int, int, int]]) -> Group:
    frame = pl.DataFrame(instruments, schema=["layer", "trace", "members", "holders"], orient="row")
    once = pl.DataFrame({"senders": [1], "prompts": [100], "exchanges": [100]})
    return Group(members, 100, 100, once, 0, 0, 0, {"other": 100}, frame)


def population(size: int, popularity: list[tuple[str, int, int]]) -> Population:
    frame = pl.DataFrame(popularity, schema=["layer", "holders", "instruments"], orient="row")
    return Population(accounts(size, [None] * size), 1000, 0, 0, 0, {"other": 1000}, frame, DAYS)


@pytest.mark.parametrize("size", [5, 10, 50, 51])
def test_addresses_of_a_load_balancer_that_everyone_has_say_nothing(size: int) -> None:
    everyone = population(1000, [("network", 1000, 3)])
    mine = group(accounts(size, [None] * size), [("network", t, size, 1000) for t in range(3)])
    term = shared_instruments(mine, everyone, "network", 2.5)
    assert term is not None
    assert term.weight == 0.0
    assert term.observed == 0.0
    # Nor do they where the group is a third of everyone: as many would be chance.
    third = population(3 * size, [("network", 3 * size, 3)])
    mine = group(accounts(size, [None] * size), [("network", t, size, 3 * size) for t in range(3)])
    term = shared_instruments(mine, third, "network", 2.5)
    assert term is not None
    assert term.weight == 0.0
    assert term.expected == pytest.approx(term.observed, rel=0.01)


def test_instruments_that_only_the_group_shares_say_much() -> None:
    everyone = population(1000, [("payment", 10, 3)])
    mine = group(accounts(30, [1] * 30), [("payment", t, 10, 10) for t in range(3)])
    term = shared_instruments(mine, everyone, "payment", 3.0)
    assert term is not None
    assert term.observed == 27
    assert term.expected < 1
    assert term.weight == 3.0


def test_three_who_share_a_dozen_instruments_tie_three() -> None:
    everyone = population(1000, [("signature_replay", 4, 12)])
    few = group(accounts(17, [None] * 17), [("signature_replay", t, 4, 4) for t in range(12)])
    assert shared_instruments(few, everyone, "signature_replay", 3.0).weight == 3.0
    few = replace(few, sharing={"signature_replay": 4})
    term = shared_instruments(few, everyone, "signature_replay", 3.0)
    assert (term.observed, term.weight) == (36, 0.0)
    # Not even where they are most of a group of five.
    five = group(accounts(5, [None] * 5), [("signature_replay", t, 3, 3) for t in range(6)])
    assert shared_instruments(five, everyone, "signature_replay", 3.0).weight == 3.0
    three = replace(five, sharing={"signature_replay": 3})
    assert shared_instruments(three, everyone, "signature_replay", 3.0).weight == 0.0


def test_unknown_payments_are_no_alibi() -> None:
    everyone = population(1000, [("network", 50, 1)])
    mine = group(accounts(50, [None] * 50), [("network", 1, 50, 50)])
    assert one_place(mine, everyone) is None
    paid = group(accounts(50, list(range(50))), [("network", 1, 50, 50)])
    assert one_place(paid, everyone) is not None


def behind(places: list[int | None]) -> pl.DataFrame:
    """Each account behind the place of that number, None being behind none."""
    rows = [(f"a{i}", place) for i, place in enumerate(places) if place is not None]
    return pl.DataFrame(rows, schema=PLACES, orient="row")


def test_a_class_with_vouchers_beside_one_that_pays_itself_are_people_in_two_places() -> None:
    everyone = population(1000, [("network", 50, 1)])
    # Seven share a voucher, six of them behind one network; nine others pay for themselves.
    vouchers = accounts(16, [99] * 7 + list(range(9)))
    networks = [("network", 0, 8, 60), ("network", 1, 6, 100)]
    places = [1] * 6 + [None] + [0] * 8 + [None]
    classes = replace(group(vouchers, networks), places=behind(places))
    found = one_place(classes, everyone)
    assert found is not None
    assert found.observed == 14 / 16
    # The same payers all over both places are a pool's.
    mingled = replace(classes, places=behind([k % 2 for k in range(16)]))
    assert one_place(mingled, everyone) is None


def test_a_pool_with_payers_for_four_and_networks_for_five_is_no_place() -> None:
    everyone = population(1000, [("network", 5, 10)])
    pool = accounts(15, [k % 4 for k in range(15)])
    networks = [("network", k, 5, 5) for k in range(3)]
    mixed = replace(group(pool, networks), places=behind([k // 5 for k in range(15)]))
    assert one_place(mixed, everyone) is None
    # Three small teams are too few accounts a payer to be told from a careful pool.
    sorted_out = accounts(15, [k // 5 for k in range(15)])
    aligned = replace(group(sorted_out, networks), places=behind([k // 5 for k in range(15)]))
    assert one_place(aligned, everyone) is None


def test_software_alone_behind_one_network_is_a_firms_product() -> None:
    everyone = population(1000, [("network", 12, 1)])
    firm = accounts(12, [k % 3 for k in range(12)])
    office = [("network", 0, 10, 12), ("network", 1, 4, 5)]
    product = replace(group(firm, office), span_exchanges=20)
    found = one_product(product, everyone)
    assert found is not None
    assert found.observed == 10 / 12
    assert one_product(replace(product, span_exchanges=50), everyone) is None
    spread = group(firm, [("network", 0, 8, 12), ("network", 1, 8, 12)])
    assert one_product(replace(spread, span_exchanges=20), everyone) is None
    rotating = group(firm, [("network", k, 12, 12) for k in range(3)])
    assert one_product(replace(rotating, span_exchanges=20), everyone) is None
    # A card for three is a pool's; everybody's own are people's.
    pool = group(accounts(18, [k // 3 for k in range(18)]), [("network", 0, 18, 18)])
    assert one_product(replace(pool, span_exchanges=20), everyone) is None
    people = group(accounts(18, list(range(18))), [("network", 0, 18, 18)])
    assert one_product(replace(people, span_exchanges=20), everyone) is not None
    many = group(accounts(61, [1] * 61), [("network", 0, 61, 61)])
    assert one_product(replace(many, span_exchanges=20), everyone) is None


def test_an_explanation_tells_how_common_it_is_among_all() -> None:
    # Of a thousand accounts twenty are paid by instrument 3, of the group's ten eight.
    payments = [3] * 20 + [*range(100, 1080)]
    paid = accounts(1000, payments).with_columns(org_id=pl.Series(["o1"] * 30 + ["o2"] * 970))
    everyone = replace(population(1000, []), accounts=paid)
    networks = [("network", 7, 6, 250), ("network", 8, 2, 9)]
    payer = one_payer(group(accounts(10, [3] * 8 + [100, 101]), networks), everyone)
    place = one_place(group(accounts(10, [*range(100, 110)]), networks), everyone)
    staff = accounts(10, [None] * 10).with_columns(org_id=pl.lit("o1"))
    firm = one_organisation(group(staff, []), everyone)
    assert payer is not None
    assert place is not None
    assert firm is not None
    assert (payer.observed, payer.expected) == (0.8, 0.02)
    assert (place.observed, place.expected) == (0.8, 0.259)
    assert (firm.observed, firm.expected) == (1.0, 0.03)
    sold = registered_reseller(
        group(staff.with_columns(reseller_id=pl.lit("r1")), []),
        replace(everyone, accounts=paid.with_columns(reseller_id=pl.lit("r1"))),
    )
    assert sold is not None
    assert (sold.observed, sold.expected) == (1.0, 1.0)
    teams = one_payer(group(accounts(12, [3] * 6 + [100] * 6), []), everyone)
    assert teams is not None
    assert (teams.observed, teams.expected) == (1.0, 0.021)
    behind = replace(group(accounts(8, [3] * 8), networks[:1]), span_exchanges=0)
    product = one_product(behind, everyone)
    assert product is not None
    assert (product.observed, product.expected) == (0.75, 0.25)


def test_networks_of_one_account_each_are_no_place() -> None:
    everyone = population(1000, [("network", 1, 1000)])
    mine = accounts(5, list(range(5)))
    apart = group(mine, [("network", n, 1, 1) for n in range(5)])
    assert one_place(apart, everyone) is None
    couple = [("network", 9, 3, 3), ("network", 1, 1, 1)]
    together = one_place(group(mine, couple), everyone)
    assert together is not None
    assert together.observed == 0.6


@pytest.mark.parametrize("size", [5, 24])
def test_a_week_in_which_all_send_the_same_has_no_even_load(size: int) -> None:
    everyone = population(100, [("network", 2, 1)])
    term = even_load(group(accounts(size, [None] * size), []), everyone, SETTINGS)
    assert term is None or term.weight == 0


def sent(volumes: list[int]) -> pl.DataFrame:
    return accounts(len(volumes), [None] * len(volumes)).with_columns(n=pl.Series(volumes))


def test_busy_accounts_are_alike_and_carry_no_even_load_for_that() -> None:
    rng = np.random.default_rng(7)
    volumes = np.maximum(1, rng.lognormal(1.5, 1.4, 4000)).astype(int)
    everyone = replace(population(4000, []), accounts=sent(volumes.tolist()))
    busy = np.flatnonzero(volumes >= np.quantile(volumes, 0.9))
    p = []
    for _ in range(40):
        mine = sent(volumes[rng.choice(busy, 12, replace=False)].tolist())
        term = even_load(group(mine, []), everyone, SETTINGS)
        assert term is not None
        p.append(term.p_value)
    # Of forty such groups two have a p of 0.05 or less by chance; among all accounts all would.
    assert sum(value <= 0.05 for value in p) <= 6
    assert min(p) > 0.001
    dealt = sent([int(n) for n in rng.normal(40, 3, 12)])
    balanced = even_load(group(dealt, []), everyone, SETTINGS)
    assert balanced is not None
    assert balanced.p_value < 0.001
    assert balanced.weight == 2.5
    assert balanced.expected == pytest.approx(np.log(volumes).std(), rel=0.1)  # of all accounts


def test_loads_of_those_who_are_busier_than_all_are_seen_beside_the_next() -> None:
    pool, others = [400 + n for n in range(20)], [*range(1, 81)]
    everyone = replace(population(100, []), accounts=sent([*pool, *others]))
    term = even_load(group(sent(pool), []), everyone, SETTINGS)
    assert term is not None
    assert term.p_value < 0.001
    assert even_load(group(sent([400] * 51), []), everyone, SETTINGS) is None
    # Two pools of like volume are each other's busy accounts, among which neither is odd.
    everyone = replace(everyone, accounts=sent([*pool, *pool, *others]))
    assert even_load(group(sent(pool), []), everyone, SETTINGS).p_value > 0.1


def test_loads_are_odd_among_all_accounts_and_among_as_busy_ones_or_not_at_all() -> None:
    # Nine in ten send one exchange, so that sets of twelve often spread by nothing.
    few = np.geomspace(10, 1000, 100).astype(int).tolist()
    everyone = replace(population(1000, []), accounts=sent([1] * 900 + few))
    term = even_load(group(sent([*range(48, 60)]), []), everyone, SETTINGS)
    assert term is not None
    assert term.p_value > 0.2
    busy = replace(everyone, accounts=sent(few))
    assert even_load(group(sent([*range(48, 60)]), []), busy, SETTINGS).p_value < 0.001
