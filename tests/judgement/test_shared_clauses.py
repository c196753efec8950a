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
    return pl.DataFrame(rows, schema=["instrument", "account_id"], orient="row")


def found(
    of: pl.DataFrame, held: pl.DataFrame, *, whole: float = 1.0, part: float = 8.0
) -> set[int]:
    return shared_clauses(PARTS, of, depths(of, whole, part), held, SETTINGS)


def test_two_pools_with_a_clause_in_common_are_two() -> None:
    assert found(members(A, B), paired(A, B)) == {WHOLE}


def test_variants_that_say_less_than_the_template_are_of_it() -> None:
    assert found(members(A, B), paired(A, B), whole=5.0) == set()


def test_parts_that_share_instruments_are_one_pool() -> None:
    mixed = [account for pair in zip(A, B, strict=True) for account in pair]
    within = paired(A, B).with_columns(pl.col("instrument") + 100)
    assert found(members(A, B), pl.concat([paired(mixed), within])) == set()
    assert found(members(A, B), paired(mixed)) == set()


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
