"""Nobody is accused by how busy he is, or by a phrase that ordinary accounts have in common."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from judged_groups import (
    ACCUSED,
    CAMPAIGN,
    EVERYONE,
    POOL,
    SETTINGS,
    START,
    instruments,
    people,
    senders,
)
from stillwatch.judgement.leads import NAME, Lead
from stillwatch.judgement.terms import INNOCENT, Group
from stillwatch.judgement.verdict import judge


def verdict(group: Group) -> str:
    return judge(group, EVERYONE, 20, SETTINGS).verdict


def test_a_pool_with_shared_payments_that_extracts_is_accused() -> None:
    assert verdict(CAMPAIGN) == "confirmed"


def test_a_system_prompt_in_common_and_ordinary_work_is_a_product() -> None:
    ordinary = {"other": 1000, "coding": 1000}
    plain = replace(CAMPAIGN, elicits=30, output_tokens=200_000, capabilities=ordinary)
    assert verdict(plain) in ACCUSED
    assert verdict(replace(plain, span_exchanges=0)) == "watch"
    assert verdict(replace(CAMPAIGN, span_exchanges=0)) in ACCUSED


def test_a_watch_says_what_everyone_asks_for_as_much() -> None:
    """As in a week of campaigns only, where nobody is there to be compared with."""
    asks_too = replace(EVERYONE, elicits=27_000, capabilities={"logic_and_alignment": 30_000})
    untied = replace(CAMPAIGN, instruments=instruments([]))
    found = judge(untied, asks_too, 20, SETTINGS)
    assert found.verdict == "watch"
    assert (
        "What it asks for is no more than usual: 100% of the exchanges draw on a capability that "
        "is worth training for; 100% of those of everyone do; 90% of the exchanges ask for "
        "reasoning to be written out; 90% of those of everyone do."
    ) in found.explanation
    assert "no more than usual" not in judge(untied, EVERYONE, 20, SETTINGS).explanation


def test_activity_alone_accuses_nobody() -> None:
    alone = replace(CAMPAIGN, instruments=instruments([]))
    found = judge(alone, EVERYONE, 20, SETTINGS)
    assert found.log_odds >= SETTINGS.probable
    even = next(term for term in found.terms if term.name == "even_load")
    assert even.p_value is not None
    assert even.p_value * 20 <= SETTINGS.alpha
    assert found.verdict == "watch"


LAST_WEEK = Lead(START.date(), "confirmed", 1, content=0.8, accounts=0.6)
UNTIED = replace(CAMPAIGN, instruments=instruments([]))


def test_a_lead_of_an_earlier_week_ties_what_nothing_of_this_week_does() -> None:
    kept = judge(UNTIED, EVERYONE, 20, SETTINGS, LAST_WEEK)
    without = judge(UNTIED, EVERYONE, 20, SETTINGS)
    assert (without.verdict, kept.verdict) == ("watch", "probable")
    assert kept.log_odds == without.log_odds + SETTINGS.min_family_weight
    assert kept.log_odds >= SETTINGS.confirmed
    assert kept.p_value == without.p_value
    assert "The same campaign was confirmed in the week of 2026-01-01; 80% of" in kept.explanation


def test_a_lead_is_none_of_two_families() -> None:
    """Neither of those that confirm, nor of those that a small part of the traffic needs."""
    as_people = people(40, "p", 5).with_columns(n=pl.col("n") * 5)
    one = replace(CAMPAIGN, members=as_people)
    for lead in (None, LAST_WEEK):
        assert judge(one, EVERYONE, 20, SETTINGS, lead).verdict == "probable"
    # Nor are sign-ups and hours the other, which any class has.
    in_part = replace(UNTIED, members=POOL.with_columns(n=pl.col("n") * 3))
    found = judge(in_part, EVERYONE, 20, SETTINGS, LAST_WEEK)
    assert found.log_odds >= SETTINGS.confirmed
    assert found.verdict == "probable"
    little = replace(CAMPAIGN, members=POOL.with_columns(n=pl.col("n") * 8))
    assert little.exchanges < SETTINGS.min_work_focus * little.members["n"].sum()
    for lead in (None, LAST_WEEK):
        found = judge(little, EVERYONE, 20, SETTINGS, lead)
        assert found.log_odds >= SETTINGS.probable
        assert found.verdict == "watch"


EXPLAINED = {
    "one declared organisation": {"members": POOL.with_columns(org_id=pl.lit("o"))},
    "a registered reseller's customers": {"members": POOL.with_columns(reseller_id=pl.lit("r"))},
    "one payer for a small team": {"members": POOL.with_columns(payment_hash=pl.lit(7, pl.Int64))},
    "people in one place": {
        "members": people(40, "p", 40, 60),
        "instruments": instruments([("network", 1, 30, 40)]),
    },
    "public software in unrelated hands": {"span_exchanges": 0},
    "a public set of questions": {"senders": senders({1: 1700, 2: 110, 3: 27})},
    "a prompt that people copy": {"senders": senders({1: 100, 30: 60})},
}


@pytest.mark.parametrize("name", sorted(EXPLAINED))
def test_every_explanation_ends_a_lead(name: str) -> None:
    found = judge(replace(UNTIED, **EXPLAINED[name]), EVERYONE, 20, SETTINGS, LAST_WEEK)
    terms = {term.name: term for term in found.terms}
    assert {other for other in terms if terms[other].question == INNOCENT} == {name}
    assert terms[NAME].weight == 0.0
    assert found.verdict not in ACCUSED


def test_a_lead_does_without_no_extraction() -> None:
    idle = replace(UNTIED, exchanges=900, span_exchanges=900, elicits=0, output_tokens=90_000,
                   senders=senders({1: 900}), capabilities={"other": 900})  # fmt: skip
    found = judge(idle, EVERYONE, 20, SETTINGS, LAST_WEEK)
    assert found.log_odds >= SETTINGS.probable
    assert found.verdict == "watch"


def test_without_payments_a_lead_is_withheld() -> None:
    """Of everyone, or of the group: who pays might explain it now."""
    unknown = pl.lit(None, pl.Int64).alias("payment_hash")
    blind = replace(EVERYONE, accounts=EVERYONE.accounts.with_columns(unknown))
    assert judge(UNTIED, blind, 20, SETTINGS, LAST_WEEK).verdict == "withheld"
    unpaid = replace(UNTIED, members=POOL.with_columns(unknown))
    assert judge(unpaid, EVERYONE, 20, SETTINGS, LAST_WEEK).verdict == "withheld"
    replay = instruments([("signature_replay", k, 8, 8) for k in range(5)])
    shared = EVERYONE.popularity.with_columns(layer=pl.lit("signature_replay"))
    everyone = replace(EVERYONE, popularity=pl.concat([EVERYONE.popularity, shared]))
    for lead in (None, LAST_WEEK):
        tied = replace(unpaid, instruments=replay)
        assert judge(tied, everyone, 20, SETTINGS, lead).verdict == "probable"


def test_a_lead_is_kept_where_addresses_are_missing_for_the_group() -> None:
    hidden = replace(UNTIED, members=POOL.with_columns(addressed=0))
    assert judge(hidden, EVERYONE, 20, SETTINGS).verdict == "withheld"
    kept = judge(hidden, EVERYONE, 20, SETTINGS, LAST_WEEK)
    assert kept.verdict == "probable"
    assert kept.limits == ("network: 0% of these accounts' exchanges have an address, 100% of all",)


def test_a_phrase_in_a_little_of_ordinary_traffic_accuses_nobody() -> None:
    phrase = replace(
        CAMPAIGN, exchanges=120, span_exchanges=120, elicits=2, output_tokens=12_000,
        capabilities={"other": 110, "coding": 10},
    )  # fmt: skip
    assert verdict(phrase) not in ACCUSED
    much = replace(phrase, exchanges=1900, span_exchanges=1900, output_tokens=190_000,
                   capabilities={"other": 1900})  # fmt: skip
    assert verdict(much) in ACCUSED


def test_a_few_tied_members_do_not_tie_a_group() -> None:
    few = replace(CAMPAIGN, instruments=instruments([("payment", 0, 6, 6)]))
    term = next(t for t in judge(few, EVERYONE, 20, SETTINGS).terms if t.name == "shared_payment")
    assert term.p_value is not None
    assert term.p_value < 1e-6
    assert term.weight < SETTINGS.min_family_weight


def test_teams_with_a_payment_each_do_not_tie_a_group_of_many_others() -> None:
    teams = replace(CAMPAIGN, instruments=instruments([("payment", k, 4, 4) for k in range(4)]))
    term = next(t for t in judge(teams, EVERYONE, 20, SETTINGS).terms if t.name == "shared_payment")
    assert term.observed == 12
    assert term.weight < SETTINGS.min_family_weight


def test_parties_that_draw_on_a_public_benchmark_weigh_less() -> None:
    shared = judge(
        replace(CAMPAIGN, senders=senders({1: 1700, 2: 110, 3: 27})), EVERYONE, 20, SETTINGS
    )
    terms = {term.name: term for term in shared.terms}
    assert terms["a public set of questions"].weight == -4.0
    aside = replace(CAMPAIGN, members=CAMPAIGN.members.with_columns(n=pl.col("n") * 3),
                    senders=senders({1: 1700, 2: 110, 3: 27}))  # fmt: skip
    terms = {term.name: term for term in judge(aside, EVERYONE, 20, SETTINGS).terms}
    assert terms["a public set of questions"].weight == -6.0
    assert terms["one_job_queue"].weight == 0.0
    own = judge(CAMPAIGN, EVERYONE, 20, SETTINGS)
    assert own.log_odds - shared.log_odds == 5.5


def test_a_phrase_of_offices_in_a_tenth_of_their_traffic_accuses_nobody() -> None:
    offices = instruments([("network", k, 5, 5) for k in range(8)])
    aside = replace(CAMPAIGN, members=POOL.with_columns(n=pl.lit(600)), instruments=offices,
                    elicits=2000)  # fmt: skip
    found = judge(aside, EVERYONE, 20, SETTINGS)
    weights = {term.name: term.weight for term in found.terms}
    assert weights["shared_network"] >= SETTINGS.min_family_weight
    assert weights["even_load"] == 0.0
    assert found.log_odds >= SETTINGS.probable
    assert found.verdict == "watch"
    # The same tie in most of their traffic is a lead.
    most = replace(aside, members=POOL.with_columns(n=pl.lit(60)))
    assert judge(most, EVERYONE, 20, SETTINGS).verdict in ACCUSED
    # So is a second tie.
    paid = replace(aside, instruments=pl.concat([offices, CAMPAIGN.instruments]))
    assert judge(paid, EVERYONE, 20, SETTINGS).verdict in ACCUSED


def test_carriers_of_one_place_tie_nobody() -> None:
    """Those who live where few carriers are share them, and with many others there."""
    carriers = instruments([("network", k, 5, 30) for k in range(8)])
    found = judge(replace(CAMPAIGN, instruments=carriers), EVERYONE, 20, SETTINGS)
    ties = {term.name: term.observed for term in found.terms}
    assert ties["shared_network"] == 0.0
    proxies = instruments([("network", k, 5, 15) for k in range(8)])
    found = judge(replace(CAMPAIGN, instruments=proxies), EVERYONE, 20, SETTINGS)
    assert {term.name: term.observed for term in found.terms}["shared_network"] == 32.0


def test_a_queue_that_asks_each_item_of_two_accounts_is_told_from_copying() -> None:
    twice = judge(replace(CAMPAIGN, senders=senders({1: 40, 2: 980})), EVERYONE, 20, SETTINGS)
    terms = {term.name: term for term in twice.terms}
    assert terms["dealt_to_several"].weight == 2.5
    assert terms["sampled_queue"].weight == 1.5
    assert "a prompt that people copy" not in terms
    copied = judge(replace(CAMPAIGN, senders=senders({1: 100, 30: 60})), EVERYONE, 20, SETTINGS)
    terms = {term.name: term for term in copied.terms}
    assert "dealt_to_several" not in terms
    assert terms["a prompt that people copy"].weight < 0


def test_a_benchmark_that_each_runs_on_a_sample_is_no_queue() -> None:
    drawn = np.random.default_rng(7).poisson(2.0, 400)
    counts = {int(k): int((drawn == k).sum()) for k in range(1, 8)}
    found = judge(replace(CAMPAIGN, senders=senders(counts)), EVERYONE, 20, SETTINGS)
    assert all(term.weight == 0 for term in found.terms if term.name == "dealt_to_several")


def test_homework_that_everyone_sends_is_no_queue() -> None:
    class_of_six = replace(CAMPAIGN, members=people(6, "c", 6), senders=senders({6: 40}))
    found = judge(class_of_six, EVERYONE, 20, SETTINGS)
    assert "dealt_to_several" not in {term.name for term in found.terms}


@pytest.mark.parametrize(
    ("counts", "size", "is_dealt"),
    [
        ({1: 4, 2: 8, 3: 57, 4: 51}, 40, True),  # four answers each, some from one account twice
        ({1: 20, 2: 30, 3: 27, 4: 20, 5: 12, 6: 6, 7: 3}, 40, False),  # as chance has it
        ({2: 24, 3: 16}, 40, True),  # half and more by exactly two
        ({3: 20, 4: 19}, 40, True),
        ({3: 19, 4: 20, 5: 4}, 40, False),  # too few to tell
        ({2: 40, 3: 38, 1: 10}, 5, False),  # a team of five whose members take half of it each
    ],
)
def test_items_of_which_some_answers_each_are_taken(
    counts: dict[int, int], size: int, is_dealt: bool
) -> None:
    asked = replace(CAMPAIGN, members=people(size, "c", 5, 60), senders=senders(counts))
    terms = {term.name for term in judge(asked, EVERYONE, 20, SETTINGS).terms}
    assert ("dealt_to_several" in terms) == is_dealt
    assert ("sampled_queue" in terms) == is_dealt


def test_two_teams_with_a_payer_each_are_explained() -> None:
    teams = replace(
        CAMPAIGN, members=people(15, "t", 2, 60),
        instruments=instruments([("payment", 0, 8, 8), ("payment", 1, 7, 7)]),
    )  # fmt: skip
    found = judge(teams, EVERYONE, 20, SETTINGS)
    assert "one payer for a small team" in {term.name for term in found.terms}
    assert found.verdict not in ACCUSED
    assert verdict(replace(CAMPAIGN, members=people(16, "p", 4, 60))) in ACCUSED


def test_four_teams_are_explained_where_they_stand_apart_and_a_pool_is_not() -> None:
    cards = instruments([("payment", k, 10, 10) for k in range(4)])
    teams = replace(CAMPAIGN, members=people(40, "t", 4, 60), instruments=cards, bridged=0.1)
    found = judge(teams, EVERYONE, 20, SETTINGS)
    assert "one payer for a small team" in {term.name for term in found.terms}
    assert found.verdict not in ACCUSED
    assert verdict(replace(teams, bridged=0.5)) in ACCUSED


def test_without_payments_a_verdict_is_withheld() -> None:
    nobody = EVERYONE.accounts.with_columns(payment_hash=pl.lit(None, pl.Int64))
    unknown = replace(
        CAMPAIGN, members=people(40, "p", None, 60),
        instruments=instruments([("network", k, 8, 8) for k in range(5)]),
    )  # fmt: skip
    found = judge(unknown, replace(EVERYONE, accounts=nobody), 20, SETTINGS)
    assert found.verdict == "withheld"
    assert any(limit.startswith("payment: ") for limit in found.limits)


def test_without_payments_a_tie_by_replay_is_withheld_too() -> None:
    """A team with one payer passes its own sessions around: only payments tell it from a pool."""
    redeemed = pl.DataFrame({"layer": ["signature_replay"], "holders": [8], "instruments": [5]})
    everyone = replace(EVERYONE, popularity=pl.concat([EVERYONE.popularity, redeemed]))
    nobody = EVERYONE.accounts.with_columns(payment_hash=pl.lit(None, pl.Int64))
    replayed = instruments([("signature_replay", k, 8, 8) for k in range(5)])
    unknown = replace(CAMPAIGN, members=people(40, "p", None, 60), instruments=replayed)
    found = judge(unknown, replace(everyone, accounts=nobody), 20, SETTINGS)
    assert "replay" in found.explanation
    assert found.verdict == "withheld"
    paid = replace(unknown, members=people(40, "p", 4, 60), bridged=0.4)
    assert judge(paid, everyone, 20, SETTINGS).verdict in ACCUSED


def test_days_without_addresses_lower_a_verdict_and_are_named() -> None:
    days = [START.date() + timedelta(days=d) for d in range(7)]
    thin = pl.DataFrame({"day": days, "exchanges": [5000] * 7, "addressed": [5000] * 5 + [0, 12]})
    found = judge(CAMPAIGN, replace(EVERYONE, days=thin), 20, SETTINGS)
    assert found.verdict == "probable"
    assert [f"{day}" in found.limits[0] for day in days] == [False] * 5 + [True] * 2


@pytest.mark.parametrize("known", [0.1, 0.4, 0.9])
def test_a_group_without_addresses_is_told_however_many_others_have_some(known: float) -> None:
    partly = EVERYONE.accounts.with_columns(addressed=(pl.col("n") * known).ceil().cast(pl.Int64))
    everyone = replace(EVERYONE, accounts=partly)
    assert judge(CAMPAIGN, everyone, 20, SETTINGS).verdict == "confirmed"
    hidden = replace(CAMPAIGN, members=POOL.with_columns(addressed=0))
    found = judge(hidden, everyone, 20, SETTINGS)
    assert found.verdict == "probable"
    (limit,) = found.limits
    assert limit.startswith("network: 0% of these accounts' exchanges have an address, ")
    # Nor is it a lead where nothing but a place might explain or tie it.
    untied = replace(UNTIED, members=POOL.with_columns(addressed=0))
    assert judge(untied, everyone, 20, SETTINGS).verdict == "withheld"
