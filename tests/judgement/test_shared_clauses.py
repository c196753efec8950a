"""A clause that several pools have in common is no operation; a template with variants is one."""

import polars as pl
from factories import RUN
from stillwatch.judgement.precedence import in_order
from stillwatch.judgement.shared_clauses import shared_clauses

SETTINGS = RUN.settings.judge
A = [f"a{i}" for i in range(10)]
B = [f"b{i}" for i in range(10)]
# The whole, and its two parts.
WHOLE, FIRST, SECOND = 0, 1, 2
HELD = {"instrument": pl.Int64, "account_id": pl.String}
PARTS = {FIRST: WHOLE, SECOND: WHOLE}


def members(first: list[str], second: list[str], *others: str) -> pl.DataFrame:
    of = {WHOLE: [*first, *second, *others], FIRST: first, SECOND: second}
    rows = [(group, account) for group, accounts in of.items() for account in accounts]
    return pl.DataFrame(rows, schema=["group", "account_id"], orient="row")


def depths(of: pl.DataFrame, whole: float, part: float) -> pl.DataFrame:
    depth = pl.when(pl.col("group") == WHOLE).then(whole).otherwise(part)
    return of.with_columns(depth=depth)


def paired(*pools: list[str]) -> pl.DataFrame:
    """An instrument for every two accounts of a pool."""
    twos = [pool[i : i + 2] for pool in pools for i in range(0, len(pool), 2)]
    rows = [(number, account) for number, two in enumerate(twos) for account in two]
    return pl.DataFrame(rows, schema=HELD, orient="row")


def found(
    of: pl.DataFrame, held: pl.DataFrame, *, whole: float = 1.0, part: float = 8.0, told: int = 100
) -> set[int]:
    """With `told` % of the exchanges that carry the whole carrying a part too."""
    rows = [
        (account, groups, exchanges)
        for own, pool in ((FIRST, A), (SECOND, B))
        for account in pool
        for groups, exchanges in (([WHOLE, own], told), ([WHOLE], 100 - told))
    ]
    sent = pl.DataFrame(rows, schema=["account_id", "groups", "exchanges"], orient="row")
    both = of.with_columns(group=pl.lit(WHOLE, pl.Int64)).unique()
    deep = depths(pl.concat([of, both]).unique(), whole, part)
    return shared_clauses(PARTS, of, sent, deep, held, SETTINGS)


def test_two_pools_with_a_clause_in_common_are_two() -> None:
    assert found(members(A, B), paired(A, B)) == {WHOLE}


def test_variants_that_say_less_than_the_template_are_of_it() -> None:
    assert found(members(A, B), paired(A, B), whole=1.9) == {WHOLE}
    assert found(members(A, B), paired(A, B), whole=2.1) == set()


def test_rare_wording_of_either_pool_is_of_the_template() -> None:
    assert found(members(A, B), paired(A, B), told=91) == {WHOLE}
    assert found(members(A, B), paired(A, B), told=89) == set()


def test_parts_that_share_instruments_are_one_pool() -> None:
    mixed = [account for pair in zip(A, B, strict=True) for account in pair]
    within = paired(A, B).with_columns(pl.col("instrument") + 100)
    assert found(members(A, B), pl.concat([paired(mixed), within])) == set()
    assert found(members(A, B), paired(mixed)) == set()


def test_one_account_with_instruments_of_both_does_not_make_two_pools_one() -> None:
    def bridged(accounts: int) -> pl.DataFrame:
        bridges = pl.DataFrame(
            [(1000 + i, account) for i in range(accounts) for account in (A[i], B[i])],
            schema=HELD, orient="row",
        )  # fmt: skip
        return pl.concat([paired(A, B), bridges])

    assert found(members(A, B), bridged(1)) == {WHOLE}
    assert found(members(A, B), bridged(2)) == set()


def test_half_of_a_pool_shares_something() -> None:
    assert found(members(A, B), paired(A[:6], B[:6])) == {WHOLE}
    assert found(members(A, B), paired(A[:6], B[:4])) == set()
    alone = pl.DataFrame({"instrument": [*range(20)], "account_id": A + B})
    assert found(members(A, B), alone) == set()  # an instrument of one's own ties nobody


def test_a_few_accounts_of_a_pool_are_no_second_one() -> None:
    assert found(members(A + B, B), paired(A, B)) == set()


def test_parts_of_two_wholes_are_not_one_anothers() -> None:
    of = members(A, B)
    sent = pl.DataFrame({"account_id": A, "groups": [[WHOLE, FIRST]] * 10, "exchanges": [9] * 10})
    deep = depths(
        pl.concat([of, of.with_columns(group=pl.lit(WHOLE, pl.Int64))]).unique(), 1.0, 8.0
    )
    of_two = {FIRST: WHOLE, SECOND: 7}
    assert shared_clauses(of_two, of, sent, deep, paired(A, B), SETTINGS) == set()


def test_parts_that_nothing_ties_may_be_anything() -> None:
    assert found(members(A, B), paired()) == set()
    assert found(members(A, B), paired(A)) == set()


def test_a_few_of_many_do_not_make_two_of_a_template() -> None:
    many = [f"c{i}" for i in range(30)]
    assert found(members(A, B, *many), paired(A, B, many)) == set()


def test_fewer_accounts_than_make_a_group_are_no_pool() -> None:
    assert found(members(A, B[:4]), paired(A, B[:4])) == set()


def sent() -> pl.DataFrame:
    """What two pools send: each its template, of eight traces, and the clause."""
    rows = [
        (account, [WHOLE, own], [50, 400], 50)
        for own, pool in ((FIRST, A), (SECOND, B))
        for account in pool
    ]
    names = ["account_id", "groups", "matches", "exchanges"]
    return pl.DataFrame(rows, schema=names, orient="row")


def test_what_each_sends_comes_before_what_both_do() -> None:
    own = pl.DataFrame(
        {"group": [0, 1, 2], "layer": ["prompt_span"] * 3, "trace": [7, 8, 9],
         "accounts": [20, 10, 10], "exchanges": [1000, 500, 500]}
    )  # fmt: skip
    active = pl.DataFrame({"account_id": A + B, "n": [60] * 20})

    def groups(held: pl.DataFrame) -> dict[int, list[str]]:
        ranked, _, _ = in_order(own, sent(), active, {}, held, SETTINGS)
        rows = ranked.sort("account_id").partition_by("group", as_dict=True)
        return {int(key[0]): part["account_id"].to_list() for key, part in rows.items()}

    assert groups(paired(A, B)) == {FIRST: A, SECOND: B}
    assert groups(paired()) == {WHOLE: A + B}
    # Whatever else is in the way of the clause, what a pool of its own left behind too.
    ranked, left, _ = in_order(own, sent(), active, {WHOLE: 9}, paired(A, B), SETTINGS)
    assert set(ranked["group"]) == set(left["group"]) == {FIRST, SECOND}
