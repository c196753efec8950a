"""One customer who passes for many crosses payers and networks; teams and offices do not."""

from dataclasses import replace

import polars as pl
import pytest
from judged_groups import CAMPAIGN, EVERYONE, SETTINGS, instruments, people, senders
from stillwatch.judgement.operators import NAME, crossing
from stillwatch.judgement.terms import TYING, Group, Sums
from stillwatch.judgement.verdict import judge


def held(rows: list[tuple[int, int, int]]) -> pl.DataFrame:
    """Accounts with a payer and a network each."""
    both = [
        (layer, trace, f"a{account}")
        for account, payer, network in rows
        for layer, trace in (("payment", payer), ("network", network))
    ]
    return pl.DataFrame(both, schema=TYING, orient="row")


def test_teams_with_an_office_each_cross_nowhere() -> None:
    assert crossing(held([(i, i // 5, i // 5) for i in range(30)])) == (0.0, 6, 6)


def test_teams_in_one_hall_cross_nowhere() -> None:
    assert crossing(held([(i, i // 5, 0) for i in range(30)])) == (0.0, 6, 1)


def test_payers_that_meet_every_network_cross_in_all_but_a_tree() -> None:
    """(n - 1)(m - 1) / nm."""
    every = [(6 * payer + network, payer, network) for payer in range(5) for network in range(6)]
    assert crossing(held(every)) == (pytest.approx(4 * 5 / 30), 5, 6)


def test_accounts_without_one_of_the_two_cross_nothing() -> None:
    assert crossing(held([]).clear()) == (0.0, 0, 0)
    assert crossing(held([(1, 1, 1)]).filter(pl.col("layer") == "payment")) == (0.0, 0, 0)


# Forty accounts with even loads at all hours, whose requests are everybody's: a relay.
CARDS = [("payment", k, 5, 5) for k in range(8)]
ORDINARY = {"other": 1000, "coding": 1000}
RELAY = replace(
    CAMPAIGN,
    members=people(40, "p", 8, 60).with_columns(hour_entropy=pl.lit(3.4)),
    span_exchanges=0,
    senders=senders({1: 2000}),
    elicits=60,
    output_tokens=200_000,
    capabilities=ORDINARY,
    instruments=instruments([*CARDS, *(("network", k, 8, 8) for k in range(5))]),
    tying=held([(i, i % 8, i % 5) for i in range(40)]),
)


def judged(group: Group) -> tuple[str, set[str]]:
    found = judge(group, EVERYONE, 20, SETTINGS)
    return found.verdict, {term.name for term in found.terms}


def test_a_relay_of_ordinary_requests_is_a_lead_by_whom_it_hides() -> None:
    verdict, terms = judged(RELAY)
    assert NAME in terms
    assert verdict == "probable"
    # Its content, where there is any, says the rest.
    asking = {"elicits": 1800, "capabilities": {"logic_and_alignment": 2000}}
    assert judged(replace(RELAY, **asking))[0] == "confirmed"


@pytest.mark.parametrize(
    "honest",
    [
        replace(RELAY, tying=held([(i, i % 8, i % 8) for i in range(40)])),
        replace(RELAY, tying=held([(i, i % 4, i % 5) for i in range(40)])),
        replace(RELAY, tying=held([(i, i % 7, i % 2) for i in range(40)])),
        replace(
            RELAY, instruments=instruments([*CARDS, *(("network", k, 30, 30) for k in range(4))])
        ),
        replace(RELAY, members=people(40, "p", 8)),
        replace(RELAY, instruments=RELAY.instruments.filter(pl.col("layer") == "payment")),
        replace(RELAY, crowds=(Sums(9000, 270, 0, 900_000, {"other": 4500, "coding": 4500}),)),
    ],
    ids=[
        "each in its office",
        "four cards",
        "two networks",
        "a building's networks",
        "people's loads",
        "no network",
        "beside a crowd",
    ],
)
def test_who_lacks_one_sign_of_an_operator_is_none(honest: Group) -> None:
    verdict, terms = judged(honest)
    assert NAME not in terms
    assert verdict not in ("confirmed", "probable")
