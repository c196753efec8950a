"""What is asked for, and how much is sent, has a p that weighs nothing."""

from dataclasses import replace

import numpy as np
import polars as pl
from judged_groups import CAMPAIGN, EVERYONE, HONEST, POOL, SETTINGS, senders
from stillwatch.judgement.chances import ASKED, VOLUME, with_chances
from stillwatch.judgement.terms import Group, Sums, Term
from stillwatch.judgement.verdict import judge, measure

NAMES = {*ASKED, VOLUME}


def chances(group: Group) -> dict[str, Term]:
    terms = with_chances(measure(group, EVERYONE, SETTINGS), group, EVERYONE, SETTINGS)
    return {term.name: term for term in terms}


def test_a_campaign_asks_for_more_than_any_random_set() -> None:
    found = chances(CAMPAIGN)
    for name in ("targeted_capabilities", "elicited_reasoning", "long_answers", "volume"):
        assert found[name].p_value == 1 / (SETTINGS.draws + 1), name
    assert found["graded_answers"].p_value == 1.0  # it grades nothing, and so does anybody
    assert found["elicited_reasoning"].statement == (
        "90% of the exchanges ask for reasoning to be written out; 3% of those of everyone do "
        "(as much in 0 of 19,999 random sets of as busy accounts)"
    )


def test_among_groups_of_chance_one_in_ten_has_a_p_of_a_tenth() -> None:
    rng = np.random.default_rng(3)
    accounts = HONEST.with_columns(
        elicits=pl.Series(rng.binomial(HONEST["n"].to_numpy(), rng.beta(0.3, 3, HONEST.height)))
    )
    everyone = replace(EVERYONE, accounts=accounts)
    p = []
    for _ in range(100):
        members = accounts[rng.choice(accounts.height, 20, replace=False).tolist()]
        sent, asks = int(members["n"].sum()), int(members["elicits"].sum())
        group = replace(
            CAMPAIGN,
            members=members,
            exchanges=sent,
            span_exchanges=sent,
            elicits=asks,
            capabilities={"other": sent},
        )
        terms = with_chances(measure(group, everyone, SETTINGS), group, everyone, SETTINGS)
        p += [term.p_value for term in terms if term.name == "elicited_reasoning"]
    assert 2 <= sum(value <= 0.1 for value in p) <= 20
    assert min(p) > 1e-4


def test_chances_change_no_verdict_and_no_p_of_the_group() -> None:
    # A queue has the same p as coordination and as extraction, which counts once.
    asked = replace(CAMPAIGN, senders=senders({1: 20, 2: 980}))
    before = judge(asked, EVERYONE, 20, SETTINGS)
    after = with_chances(before.terms, asked, EVERYONE, SETTINGS)
    bare = [replace(term, p_value=None, statement="") for term in before.terms]
    assert [replace(term, p_value=None, statement="") for term in after] == bare
    priced = {term.name for term in before.terms if term.p_value is not None}
    assert not priced & NAMES
    p = {term.name: term.p_value for term in before.terms if term.p_value is not None}
    assert p.pop("sampled_queue") == p["dealt_to_several"] < 1e-6
    assert before.p_value == min(p.values()) * len(p)


def test_what_is_taken_against_a_crowd_has_no_p() -> None:
    crowd = Sums(1000, 900, 0, 300_000, {"logic_and_alignment": 1000})
    found = chances(replace(CAMPAIGN, crowds=(crowd,)))
    assert "others who send the same" in found["elicited_reasoning"].statement
    assert found["elicited_reasoning"].p_value is None
    assert found["graded_answers"].p_value is not None  # a crowd says no less of it than everyone


def test_groups_that_are_most_of_all_accounts_have_none() -> None:
    members = pl.concat([POOL, HONEST.head(1200)])
    group = replace(CAMPAIGN, members=members)
    assert not any(term.p_value for name, term in chances(group).items() if name in NAMES)
