"""Which group an exchange goes to, and who belongs: the strongest explanation first."""

from collections.abc import Collection

import polars as pl
from factories import RUN
from stillwatch.judgement.attribution import depths, with_parts
from stillwatch.judgement.precedence import Ranked, precedence

SETTINGS = RUN.settings.judge
A = [f"a{i}" for i in range(10)]
B = [f"b{i}" for i in range(10)]


def parts(sent: list[tuple[str, list[int], int]]) -> dict[int, int]:
    return given(sent).parts


def ranked(
    sent: list[tuple[str, list[int], int]],
    depth: dict[tuple[int, str], float] | None = None,
    pooled: Collection[int] = (),
) -> dict[int, list[str]]:
    made = given(sent, depth, pooled).groups
    return by_group(made.filter(~pl.col("occasional")))


def occasional(sent: list[tuple[str, list[int], int]]) -> dict[int, list[str]]:
    return by_group(given(sent).groups.filter("occasional"))


def by_group(made: pl.DataFrame) -> dict[int, list[str]]:
    return {
        int(part["group"][0]): sorted(part["account_id"])
        for part in made.sort("rank").partition_by("group", maintain_order=True)
    }


def given(
    sent: list[tuple[str, list[int], int]],
    depth: dict[tuple[int, str], float] | None = None,
    pooled: Collection[int] = (),
    everybodys: Collection[int] = (),
) -> Ranked:
    combinations = pl.DataFrame(sent, schema=["account_id", "groups", "exchanges"], orient="row")
    pairs = sorted({(group, account) for account, groups, _ in sent for group in groups})
    depths = pl.DataFrame(
        [(g, a, (depth or {}).get((g, a), 4.0)) for g, a in pairs],
        schema=["group", "account_id", "depth"],
        orient="row",
    )
    carried = [
        [round(sent * (depth or {}).get((group, account), 4.0)) for group in groups]
        for account, groups, sent in sent
    ]
    combinations = combinations.with_columns(matches=pl.Series(carried, dtype=pl.List(pl.Int64)))
    active = combinations.group_by("account_id").agg(n=pl.col("exchanges").sum() * 2)
    return precedence(combinations, depths, active, SETTINGS, pooled=pooled, everybodys=everybodys)


def test_a_clause_that_two_campaigns_share_makes_no_third() -> None:
    sent = [(a, [0, 2], 30) for a in A] + [(a, [0], 10) for a in A]
    sent += [(b, [1, 2], 30) for b in B] + [(b, [1], 10) for b in B]
    assert ranked(sent) == {0: A, 1: B}


def test_two_campaigns_in_one_pool_of_accounts_stay_two() -> None:
    sent = [(a, [0], 30) for a in A] + [(a, [1], 20) for a in A]
    assert ranked(sent) == {0: A, 1: A}


def test_who_used_one_sentence_of_a_template_is_no_member() -> None:
    sent = [(a, [0], 30) for a in A] + [("guest", [0], 8)]
    assert ranked(sent, {(0, "guest"): 1.0}) == {0: A}


def test_many_with_one_clause_beside_a_pool_do_not_decide_how_deep_it_is() -> None:
    guests = [f"g{i}" for i in range(20)]
    sent = [(a, [0], 20) for a in A] + [(guest, [0], 30) for guest in guests]
    shallow = {(0, guest): 1.0 for guest in guests}
    assert ranked(sent, shallow, pooled=[0]) == {0: A}
    # Elsewhere nothing says that they are others.
    assert len(ranked(sent, shallow)[0]) == 30


def test_who_has_one_sentence_does_not_decide_what_is_usual() -> None:
    guests = [f"g{i}" for i in range(30)]
    sent = [(a, [0], 50) for a in A] + [(guest, [0], 2) for guest in guests]
    shallow = {(0, guest): 1.0 for guest in guests}
    assert ranked([*sent, ("copied", [0], 4)], shallow) == {0: A}


def test_a_template_comes_before_a_phrase_though_many_use_one_sentence_of_it() -> None:
    guests = [f"g{i}" for i in range(10)]
    strangers = [f"s{i}" for i in range(130)]
    sent = [(a, [0, 1], 20) for a in A]
    sent += [(guest, [0], 30) for guest in guests] + [(one, [1], 1) for one in strangers]
    depth = {(0, account): 10.0 for account in A} | {(0, guest): 1.0 for guest in guests}
    assert ranked(sent, depth, pooled=[0]) == {0: A}


def test_what_is_typed_comes_before_the_software_that_it_is_typed_into() -> None:
    users = [f"u{i}" for i in range(40)]
    sent = [(a, [0, 1], 30) for a in A] + [(user, [0], 30) for user in users]
    made, parts, _ = given(sent, everybodys=[0])
    assert not parts
    assert by_group(made) == {0: sorted(users), 1: A}
    # Of two that are typed the larger explains more, and the other is its variant.
    assert given(sent).parts == {1: 0}


def test_who_sent_a_twentieth_of_the_median_is_no_member() -> None:
    assert ranked([(a, [0], 100) for a in A] + [("guest", [0], 5)]) == {0: A}


def test_who_sends_as_members_do_but_too_seldom_is_told_apart() -> None:
    once = [("once", [0], 1)]
    assert ranked([(a, [0], 4) for a in A] + once) == {0: A}
    assert occasional([(a, [0], 4) for a in A] + once) == {0: ["once"]}
    # A hundredth of its own traffic, though as much as the others send.
    busy = [("busy", [0], 4), ("busy", [], 200)]
    assert occasional([(a, [0], 4) for a in A] + busy) == {0: ["busy"]}
    # What a stronger group explains of it was sent all the same.
    taken = [("x", [0, 1], 9), ("x", [1], 1)]
    sent = [(a, [0, 1], 20) for a in A] + [(a, [0], 40) for a in A] + taken
    sent += [(b, [1], 4) for b in B]
    assert "x" not in occasional(sent).get(1, [])
    # Whatever its depth beside theirs.
    deep = {(1, a): 8.0 for a in A} | {(1, b): 3.0 for b in B} | {(1, "x"): 3.5}
    assert "x" not in by_group(given(sent, deep).groups.filter("occasional")).get(1, [])
    # Where members send sixty, one is nobody's habit.
    assert occasional([(a, [0], 60) for a in A] + once) == {}


def test_fewer_accounts_than_make_a_group_are_none() -> None:
    assert ranked([(a, [0], 30) for a in A[:4]]) == {}


def test_a_phrase_that_mostly_others_use_is_nobodys() -> None:
    guests = [(f"g{i}", [0], 1) for i in range(500)]  # once each: no members
    assert ranked([(a, [0], 10) for a in A] + guests) == {}
    assert ranked([(a, [0], 30) for a in A] + guests) == {0: A}


def test_nothing_sent_is_no_group() -> None:
    assert ranked([]) == {}


def test_what_the_same_accounts_send_with_it_is_a_part_of_the_group() -> None:
    both = [(a, [0, 1], 30) for a in A] + [(a, [0], 20) for a in A] + [(a, [1], 5) for a in A]
    assert ranked(both) == {0: A}
    assert parts(both) == {1: 0}


def test_what_others_send_too_is_no_part() -> None:
    both = [(a, [0, 1], 30) for a in A] + [(a, [0], 20) for a in A]
    strangers = [(f"g{i}", [1], 1) for i in range(100)]
    assert ranked(both + strangers) == {0: A}
    assert parts(both + strangers) == {}


def test_what_two_groups_share_is_a_part_of_neither() -> None:
    sent = [(a, [0, 2], 30) for a in A] + [(a, [0], 10) for a in A]
    sent += [(b, [1, 2], 30) for b in B] + [(b, [1], 10) for b in B]
    assert parts(sent) == {}


def test_parts_count_with_their_group() -> None:
    sent = pl.DataFrame(
        {
            "account_id": ["a", "a", "b"],
            "groups": [[0, 1, 5], [1], [5]],
            "matches": [[4, 6, 2], [3], [1]],
            "exchanges": [2, 1, 1],
        }
    )
    made = with_parts(sent, {1: 0})
    assert made.rows() == [("a", [0], [3], 1), ("a", [0, 5], [10, 2], 2), ("b", [5], [1], 1)]
    assert depths(made).rows() == [(0, "a", 13 / 3), (5, "a", 1.0), (5, "b", 1.0)]


def test_two_halves_of_a_template_are_one() -> None:
    halves = [(a, groups, 30) for a in A for groups in ([0], [1], [0, 1])]
    assert parts(halves) in ({0: 1}, {1: 0})
    assert len(ranked(halves)) == 1


def test_what_the_same_accounts_hardly_send_together_stays_two() -> None:
    apart = [(a, groups, n) for a in A for groups, n in (([0], 30), ([1], 20), ([0, 1], 3))]
    assert parts(apart) == {}
    assert set(ranked(apart)) == {0, 1}


def test_a_campaign_inside_a_harness_that_more_accounts_use_stays_apart() -> None:
    used = [(a, groups, 30) for a in A for groups in ([0], [1], [0, 1])]
    assert parts(used + [(b, [0], 30) for b in B]) == {}
