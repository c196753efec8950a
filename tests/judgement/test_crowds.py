"""Who is taken out of a crowd that sends the same, for the instruments that they share."""

from dataclasses import replace

import polars as pl
import pytest
from factories import RUN
from judged_groups import CAMPAIGN, EVERYONE
from stillwatch.judgement.crowds import parts, taken_out
from stillwatch.judgement.terms import shared_instruments

SETTINGS = RUN.settings.judge
CROWD = [f"c{n:02}" for n in range(20)]
POOL = [f"p{n}" for n in range(6)]
HELD = {"layer": pl.String, "trace": pl.Int64, "account_id": pl.String, "holders": pl.Int64}
CARDS = [("payment", n, POOL[2 * n : 2 * n + 2]) for n in range(3)]
NETWORK = ("network", 9, POOL)


def members(*accounts: str, group: int = 0) -> pl.DataFrame:
    schema = {"group": pl.Int64, "account_id": pl.String}
    return pl.DataFrame([(group, name) for name in accounts], schema=schema, orient="row")


def held(*shared: tuple[str, int, list[str]], others: int = 0) -> pl.DataFrame:
    rows = [(layer, n, name, len(who) + others) for layer, n, who in shared for name in who]
    return pl.DataFrame(rows, schema=HELD, orient="row")


def pools(accounts: pl.DataFrame, shared: pl.DataFrame) -> list[list[str]]:
    found = parts(accounts, shared, SETTINGS)
    return [
        part["account_id"].to_list()
        for part in found.filter(pl.col("part") > 0).partition_by("group", "part")
    ]


def test_those_whom_instruments_join_are_taken_out_of_a_crowd() -> None:
    assert pools(members(*CROWD, *POOL), held(*CARDS, NETWORK)) == [POOL]


def test_instruments_join_over_any_number_of_steps() -> None:
    chain = held(*(("payment", n, POOL[n : n + 2]) for n in range(5)))
    assert pools(members(*CROWD, *POOL), chain) == [POOL]


def test_each_account_has_one_part_and_the_crowd_is_part_nought() -> None:
    found = parts(members(*CROWD, *POOL), held(*CARDS, NETWORK), SETTINGS)
    assert sorted(found["account_id"]) == sorted([*CROWD, *POOL])
    assert found.filter(pl.col("part") == 0)["account_id"].to_list() == CROWD


def test_a_group_most_of_which_is_joined_stays_whole() -> None:
    assert not pools(members(*CROWD[:5], *POOL), held(*CARDS, NETWORK))
    assert pools(members(*CROWD[:6], *POOL), held(*CARDS, NETWORK)) == [POOL]


def test_many_small_pools_are_no_crowd() -> None:
    # As where cards of eight accounts each pay for one campaign: none of them is all of it.
    names = [f"s{n:02}" for n in range(24)]
    cards = held(*(("payment", n, names[8 * n : 8 * n + 8]) for n in range(3)))
    assert not pools(members(*names, *CROWD[:10]), cards)


def test_couples_and_families_stay_in_the_crowd() -> None:
    assert not pools(members(*CROWD, *POOL), held(*CARDS))
    fewer = POOL[: SETTINGS.min_accounts - 1]
    assert not pools(members(*CROWD, *fewer), held(("network", 9, fewer)))


@pytest.mark.parametrize(("others", "joins"), [(6, True), (7, False)])
def test_a_network_that_mostly_others_are_behind_joins_nobody(others: int, *, joins: bool) -> None:
    assert bool(pools(members(*CROWD, *POOL), held(NETWORK, others=others))) is joins


def test_answers_and_signatures_join_nobody() -> None:
    # They were taken, perhaps from somebody innocent, and are judged as ties of the whole group.
    taken = held(("signature_replay", 1, POOL), ("response_reuse", 2, POOL))
    assert not pools(members(*CROWD, *POOL), taken)


def test_two_pools_in_a_crowd_are_two() -> None:
    second = [name.replace("p", "q") for name in POOL]
    shared = held(NETWORK, ("network", 10, second))
    assert pools(members(*CROWD, *POOL, *second), shared) == [POOL, second]


def test_nobody_is_no_group() -> None:
    assert not parts(members(), held(NETWORK), SETTINGS).height


def test_a_pool_comes_after_its_crowd_with_the_same_traces() -> None:
    own = pl.DataFrame({"group": [0, 0, 1], "layer": ["prompt_span"] * 3, "trace": [5, 6, 7]})
    later = members("x", "y", group=1)
    seldom = pl.concat([members("maybe"), members("late", group=1)])
    accounts = pl.concat([members(*CROWD, *POOL), later])
    found = taken_out(own, accounts, seldom, held(*CARDS, NETWORK), SETTINGS)
    assert found.own.rows() == [
        *((0, "prompt_span", 5), (0, "prompt_span", 6)),
        *((1, "prompt_span", 5), (1, "prompt_span", 6)),
        (2, "prompt_span", 7),
    ]
    by_group = dict(found.members.group_by("group", maintain_order=True).all().iter_rows())
    assert by_group == {0: CROWD, 1: POOL, 2: ["x", "y"]}
    # Who sends it too seldom may be a guest of either.
    assert found.occasional.rows() == [(0, "maybe"), (1, "maybe"), (2, "late")]
    assert found.crowds == {1: len(CROWD) + len(POOL)}


def test_nothing_changes_where_there_is_no_crowd() -> None:
    own = pl.DataFrame({"group": [0], "layer": ["prompt_span"], "trace": [5]})
    accounts = members(*POOL)
    found = taken_out(own, accounts, members("maybe"), held(*CARDS, NETWORK), SETTINGS)
    assert found.own.equals(own) and found.members.equals(accounts)
    assert found.occasional.rows() == [(0, "maybe")] and not found.crowds


def test_chance_is_counted_for_the_crowd_they_were_chosen_from() -> None:
    alone = shared_instruments(CAMPAIGN, EVERYONE, "payment", 3.0)
    chosen = shared_instruments(replace(CAMPAIGN, crowd=400), EVERYONE, "payment", 3.0)
    assert alone is not None and chosen is not None
    assert alone.expected is not None and chosen.expected is not None
    assert alone.p_value is not None and chosen.p_value is not None
    assert alone.observed == chosen.observed
    # Ties of two in n accounts grow with the square of n.
    assert chosen.expected > 30 * alone.expected
    assert chosen.p_value > alone.p_value
    assert "would be chance among the 400 who send the same" in chosen.statement


def test_what_a_pool_sends_besides_its_template_takes_it_out_of_no_crowd() -> None:
    crowd, template = members(*CROWD, *POOL), members(*POOL, "q", group=1)
    shared = held(*CARDS, NETWORK)
    assert not pools(pl.concat([crowd, template]), shared)
    # Fewer than half of them are known from another group.
    few = members(*POOL[:2], group=1)
    assert pools(pl.concat([crowd, few]), held(*CARDS, NETWORK)) == [POOL]
    # Another crowd explains nobody.
    assert pools(pl.concat([crowd, members(*CROWD, *POOL, group=1)]), shared) == [POOL, POOL]
