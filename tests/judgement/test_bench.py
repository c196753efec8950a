"""Which of a group's accounts its verdict rests on: none that a stronger group explains."""

import polars as pl
import pytest
from judged_groups import (
    ACCUSED,
    DAYS,
    EVERYONE,
    HONEST,
    POOL,
    SETTINGS,
    START,
    people,
    senders,
)
from stillwatch.judgement.bench import Bench
from stillwatch.judgement.leads import Lead
from stillwatch.judgement.profiles import SUMS, Profiles
from stillwatch.judgement.verdict import judge


def bench(
    users: int, guests: int = 0, *, alike: pl.DataFrame | None = None, as_pool: bool = False
) -> Bench:
    """The pool's campaign, and a public harness that the pool and honest `users` send through.

    `as_pool` has the users ask for what the pool does.
    """
    pool, honest = POOL["account_id"].to_list(), HONEST["account_id"].head(users).to_list()
    members = pl.DataFrame(
        [(0, a) for a in pool] + [(1, a) for a in pool + honest],
        schema={"group": pl.Int64, "account_id": pl.String}, orient="row",
    )  # fmt: skip
    each = {"exchanges": 50, "elicits": 45, "grades": 0, "output_tokens": 20_000,
            "span_exchanges": 50, "first_ts": START, "last_ts": START}  # fmt: skip
    plain = each | {"elicits": 1, "exchanges": 5, "output_tokens": 500, "span_exchanges": 5}
    if as_pool:
        plain = {name: value // 5 if name in SUMS else value for name, value in each.items()}
    sent = members.with_columns(
        pl.when(pl.col("account_id").str.starts_with("p"))
        .then(pl.lit(each[name]))
        .otherwise(pl.lit(plain[name]))
        .alias(name)
        for name in each
    )
    capabilities = sent.select(
        "group",
        "account_id",
        pl.when(pl.col("account_id").str.starts_with("p") | pl.lit(as_pool))
        .then(pl.lit("logic_and_alignment"))
        .otherwise(pl.lit("other"))
        .alias("capability"),
        "exchanges",
    )
    held = pl.DataFrame(
        [("payment", i % 5, account, 8) for i, account in enumerate(pool)],
        schema={"layer": pl.String, "trace": pl.Int64, "account_id": pl.String,
                "holders": pl.Int64}, orient="row",
    )  # fmt: skip
    profiles = Profiles(
        sent=sent,
        senders=senders({1: 1000}).select(pl.lit(0, pl.Int64).alias("group"), pl.all()),
        capabilities=capabilities,
        instruments=held,
        accounts=pl.concat([HONEST, POOL]),
        population=pl.DataFrame({"exchanges": [30_000], "elicits": [900], "grades": [100],
                                 "output_tokens": [3_000_000]}),
        population_capabilities=pl.DataFrame({"capability": ["coding", "other"],
                                              "exchanges": [15_000, 15_000]}),
        popularity=EVERYONE.popularity,
        days=DAYS,
        moved=pl.DataFrame(),
        everyone=pl.DataFrame(),
    )  # fmt: skip
    seldom = members.filter(pl.col("group") == 0).head(guests)
    return Bench(profiles, members, seldom, SETTINGS, alike=alike)


def test_users_of_a_harness_are_not_accused_because_a_pool_uses_it() -> None:
    first, second = bench(users=30).judge()
    assert first.verdict.verdict == "confirmed"
    assert second.verdict.verdict not in ACCUSED


ALIKE = pl.DataFrame({"group": [0], "other": [1]})


def test_chances_are_of_the_accounts_that_the_verdict_rests_on() -> None:
    first, second = bench(20).judge()
    volumes = {term.name: term for one in (first, second) for term in one.verdict.terms}["volume"]
    assert second.rested == HONEST["account_id"].head(20).to_list()
    sent = HONEST.head(20)["n"].median()
    assert volumes.observed == sent
    # Of twenty honest accounts, as many random ones send as much half of the time.
    assert 0.02 < volumes.p_value < 0.98
    assert "random sets of accounts" in volumes.statement
    strong = {term.name: term for term in first.verdict.terms}
    assert strong["volume"].p_value < 0.001
    assert "random sets of as busy accounts" in strong["targeted_capabilities"].statement


def test_what_a_crowd_of_strangers_asks_for_as_well_is_no_extraction() -> None:
    """Nor is it one that it is all they send; against an ordinary crowd it stays what it is."""
    same, _ = bench(users=60, alike=ALIKE, as_pool=True).judge()
    assert same.verdict.verdict == "watch"
    asked = next(t for t in same.verdict.terms if t.name == "elicited_reasoning")
    assert asked.observed == asked.expected == 0.9
    assert "others who send the same" in asked.statement
    assert same.group.crowds[0].exchanges == 60 * 10
    unlike, _ = bench(users=60, alike=ALIKE).judge()
    assert unlike.verdict.verdict == "confirmed"
    assert bench(users=60, as_pool=True).judge()[0].verdict.verdict == "confirmed"


def test_who_is_accused_is_nobodys_crowd() -> None:
    """Sixty who deal their work round the clock as well are a second pool, whatever ties them."""
    made = bench(users=60, alike=ALIKE, as_pool=True)
    users = [name for name in made.members[1]["account_id"] if name.startswith("h")]
    cards = [("payment", 100 + i // 4, account, 4) for i, account in enumerate(users)]
    shared = pl.DataFrame(cards, schema=made.instruments.schema, orient="row")
    made.instruments = pl.concat([made.instruments, shared])
    first, second = made.judge()
    assert first.verdict.verdict == second.verdict.verdict == "confirmed"


def test_fewer_strangers_than_members_are_no_crowd() -> None:
    few, _ = bench(users=30, alike=ALIKE, as_pool=True).judge()
    assert few.verdict.verdict == "confirmed"


def test_a_second_campaign_of_the_same_pool_stands_by_itself() -> None:
    first, second = bench(users=2).judge()
    assert first.verdict.verdict == second.verdict.verdict == "confirmed"


def test_guests_are_of_the_group_and_no_evidence() -> None:
    alone, _ = bench(users=2).judge()
    first, _ = bench(users=2, guests=10).judge()
    assert first.group.members.height == alone.group.members.height
    assert first.group.exchanges == alone.group.exchanges
    assert len(first.guests) == 10
    assert len(first.rested) == len(alone.rested) - 10
    ties = [
        next(t.observed for t in one.verdict.terms if t.name == "shared_payment")
        for one in (alone, first)
    ]
    assert ties[1] < ties[0]


LAST_WEEK = Lead(START.date(), "confirmed", 1, content=1.0, accounts=1.0)


def untied(made: Bench) -> Bench:
    """Without instruments, nor what else could be a family."""
    made.instruments = made.instruments.clear()
    return made


def test_a_group_that_only_its_lead_ties_is_kept_and_explains_nobody_away() -> None:
    made = untied(bench(users=30))
    before = made.judge()
    assert before[0].verdict.verdict == "watch"
    made.leads = {0: LAST_WEEK}
    first, second = made.judge()
    assert first.verdict.verdict == "probable"
    assert second.verdict == before[1].verdict
    assert second.rested == before[1].rested


def test_guests_prove_nothing_of_a_lead_either() -> None:
    made = untied(bench(users=30, guests=10))
    made.leads = {0: LAST_WEEK}
    first, _ = made.judge()
    assert first.verdict.verdict == "probable"
    focus = next(term for term in first.verdict.terms if term.name == "focus")
    own = POOL.filter(~pl.col("account_id").is_in(first.guests))
    assert focus.observed == 50 * own.height / own["n"].sum()
    assert len(first.rested) == own.height


def test_two_leads_do_not_accuse_the_users_of_a_harness() -> None:
    """That of the campaign is asked first, and leaves its accounts no evidence in the other."""
    made = untied(bench(users=30))
    made.leads = {0: LAST_WEEK, 1: LAST_WEEK}
    first, second = made.judge()
    assert first.verdict.verdict == "probable"
    assert second.verdict.verdict == "watch"


@pytest.mark.parametrize("led", [(0, 1), (1,)])
def test_a_lead_is_not_of_those_whom_a_stronger_group_leaves(led: tuple[int, ...]) -> None:
    """Nor does it put its group before others, with their accounts."""
    made = bench(users=20)
    odds = [judge(made.group(n), made.everyone, 2, SETTINGS).log_odds for n in (0, 1)]
    assert 0 < odds[0] - odds[1] < SETTINGS.min_family_weight
    before = made.judge()
    made.leads = dict.fromkeys(led, LAST_WEEK)
    after = made.judge()
    assert [one.verdict for one in after] == [one.verdict for one in before]
    assert set(after[1].rested) == set(HONEST["account_id"].head(20))


def with_guests(guests: dict[int, list[str]], held: list[tuple[str, int, str, int]]) -> Bench:
    """The pool, 30 honest users of the harness, guests of either group, and more instruments."""
    made = bench(users=30)
    more = pl.DataFrame(held, schema=made.instruments.schema, orient="row")
    made.instruments = pl.concat([made.instruments, more])
    for number, taken_in in guests.items():
        known = made.members[number]
        rows = [(number, account) for account in taken_in]
        made.members[number] = pl.concat([known, pl.DataFrame(rows, known.schema, orient="row")])
        made.guests[number] = set(taken_in)
    return made


def test_a_guest_binds_nobody_to_the_pool_whose_guest_it_is() -> None:
    """One who uses a harness like others in its office, and is a guest of the campaign."""
    office = HONEST["account_id"].head(15).to_list()
    user = office[0]
    held = [("network", 77, account, 15) for account in office] + [("payment", 0, user, 9)]
    first, second = with_guests({0: [user]}, held).judge()
    assert first.verdict.verdict == "confirmed"
    assert first.guests == [user]
    assert second.verdict.verdict not in ACCUSED
    assert all(account.startswith("h") for account in second.rested)
    assert user not in second.rested  # the campaign explains it


def test_guests_of_a_harness_do_not_bind_its_users_to_a_pool() -> None:
    """Accounts of the pool that are no members of its campaign, and guests of the harness."""
    spare = HONEST["account_id"].tail(14).to_list()
    held = [("payment", n % 5, account, 12) for n, account in enumerate(spare)]
    first, second = with_guests({1: spare}, held).judge()
    assert first.verdict.verdict == "confirmed"
    assert second.verdict.verdict not in ACCUSED
    assert set(second.rested) == set(HONEST["account_id"].head(30))


def test_networks_that_serve_several_payers_bridge_them() -> None:
    def told(place: int) -> float | None:
        """Networks of five accounts each; at place 1 each serves those of one payer."""
        pool = bench(users=0)
        pool.accounts = people(40, "p", 4, 60)
        ids = pool.accounts.sort("payment_hash" if place else "account_id")["account_id"].to_list()
        rows = [("network", i // 5, account, 5) for i, account in enumerate(ids)]
        # A carrier that everybody uses bridges nobody.
        rows += [("network", 99, account, 500) for account in ids]
        schema = {
            "layer": pl.String,
            "trace": pl.Int64,
            "account_id": pl.String,
            "holders": pl.Int64,
        }
        pool.instruments = pl.DataFrame(rows, schema=schema, orient="row")
        return pool.bridged(pool.accounts)

    assert told(place=1) == 0.0
    assert told(place=0) == 0.75  # four payers among five accounts
    lonely = bench(users=0)
    lonely.instruments = lonely.instruments.clear()
    assert lonely.bridged(lonely.accounts) is None


def test_each_account_is_behind_the_largest_of_its_groups_networks() -> None:
    pool = bench(users=0)
    pool.accounts = people(9, "p", 9, 60)
    ids = pool.accounts["account_id"].to_list()
    held = {7: ids[:5], 5: ids[4:8], 3: ids[6:8], 2: ids[6:8], 1: ids[8:]}
    rows = [("network", trace, account, 50) for trace, some in held.items() for account in some]
    schema = {"layer": pl.String, "trace": pl.Int64, "account_id": pl.String, "holders": pl.Int64}
    pool.instruments = pl.DataFrame(rows, schema=schema, orient="row")
    placed = dict(pool.places(pool.accounts).rows())
    assert placed == {account: int(n > 4) for n, account in enumerate(ids[:8])}


def test_a_second_campaign_with_new_accounts_on_the_same_cards_stays_whole() -> None:
    both = bench(users=0)
    later = people(30, "q", 5, 60)
    both.accounts = pl.concat([both.accounts, later])
    pool = POOL["account_id"].to_list()
    members = pl.DataFrame(
        {"group": [2] * 60, "account_id": pool[:30] + later["account_id"].to_list()}
    )
    both.members[2] = members
    strangers = pl.DataFrame(
        [("payment", 90 + i, a, 8) for i, a in enumerate(later["account_id"])],
        schema=both.instruments.schema, orient="row",
    )  # fmt: skip
    same = strangers.with_columns(trace=pl.Series([i % 5 for i in range(30)]))
    known = both.instruments
    both.instruments = pl.concat([known, same])
    assert both.bound(2, set(members["account_id"]), set(pool))
    both.instruments = pl.concat([known, strangers])
    assert not both.bound(2, set(members["account_id"]), set(pool))
