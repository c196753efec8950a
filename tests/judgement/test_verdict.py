"""Nobody is accused by how busy he is, or by a phrase that ordinary accounts have in common."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
from factories import RUN
from stillwatch.judgement.bench import Bench
from stillwatch.judgement.profiles import Profiles
from stillwatch.judgement.terms import Group, Population
from stillwatch.judgement.verdict import judge

SETTINGS = RUN.settings.judge
ACCUSED = ("confirmed", "probable")
START = datetime(2026, 1, 1, tzinfo=UTC)


def people(size: int, prefix: str, payments: int | None, n: int | None = None) -> pl.DataFrame:
    """Accounts with volumes of their own, or `n` each; `payments` instruments among all."""
    rng = np.random.default_rng(size)
    return pl.DataFrame(
        {
            "account_id": [f"{prefix}{i:04d}" for i in range(size)],
            "n": [n or int(v) + 1 for v in rng.lognormal(2, 1.4, size)],
            "hour_entropy": rng.normal(2.5, 0.5, size).round(9),
            "created_at": [START + timedelta(hours=14_000 * i // size) for i in range(size)],
            "payment_hash": [None if payments is None else i % payments for i in range(size)],
            "org_id": [None] * size,
            "reseller_id": [None] * size,
        },
        schema_overrides={"payment_hash": pl.Int64, "org_id": pl.String, "reseller_id": pl.String},
    ).with_columns(addressed=pl.col("n"))


def instruments(rows: list[tuple[str, int, int, int]]) -> pl.DataFrame:
    return pl.DataFrame(
        rows, schema={"layer": pl.String, "trace": pl.Int64, "members": pl.Int64,
                      "holders": pl.Int64}, orient="row"
    )  # fmt: skip


def senders(rows: dict[int, int]) -> pl.DataFrame:
    """Prompts by how many accounts sent them, each once."""
    return pl.DataFrame(
        [(k, prompts, k * prompts) for k, prompts in rows.items()],
        schema={"senders": pl.Int64, "prompts": pl.Int64, "exchanges": pl.Int64}, orient="row"
    )  # fmt: skip


DAYS = pl.DataFrame({"day": [START.date()], "exchanges": [30_000], "addressed": [30_000]})
HONEST = people(2000, "h", 2000)
EVERYONE = Population(
    HONEST, 30_000, 900, 100, 3_000_000, {"other": 15_000, "coding": 15_000},
    pl.DataFrame({"layer": ["network", "payment"], "holders": [2, 8], "instruments": [9, 5]}),
    DAYS,
)  # fmt: skip
POOL = people(40, "p", 5, 60)
CAMPAIGN = Group(
    members=POOL, exchanges=2000, span_exchanges=2000, senders=senders({1: 2000}),
    elicits=1800, grades=0, output_tokens=800_000, capabilities={"logic_and_alignment": 2000},
    instruments=instruments([("payment", k, 8, 8) for k in range(5)]),
)  # fmt: skip


def verdict(group: Group) -> str:
    return judge(group, EVERYONE, 20, SETTINGS).verdict


def test_a_pool_with_shared_payments_that_extracts_is_accused() -> None:
    assert verdict(CAMPAIGN) == "confirmed"


def test_activity_alone_accuses_nobody() -> None:
    alone = replace(CAMPAIGN, instruments=instruments([]))
    found = judge(alone, EVERYONE, 20, SETTINGS)
    assert found.log_odds >= SETTINGS.probable
    even = next(term for term in found.terms if term.name == "even_load")
    assert even.p_value is not None
    assert even.p_value * 20 <= SETTINGS.alpha
    assert found.verdict == "watch"


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


def bench(users: int, guests: int = 0, of: int = 0) -> Bench:
    """The pool's campaign, and a public harness that the pool and honest `users` send through."""
    pool, honest = POOL["account_id"].to_list(), HONEST["account_id"].head(users).to_list()
    members = pl.DataFrame(
        [(0, a) for a in pool] + [(1, a) for a in pool + honest],
        schema={"group": pl.Int64, "account_id": pl.String}, orient="row",
    )  # fmt: skip
    each = {"exchanges": 50, "elicits": 45, "grades": 0, "output_tokens": 20_000,
            "span_exchanges": 50, "first_ts": START, "last_ts": START}  # fmt: skip
    plain = each | {"elicits": 1, "exchanges": 5, "output_tokens": 500, "span_exchanges": 5}
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
        pl.when(pl.col("account_id").str.starts_with("p"))
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
    return Bench(profiles, members, members.filter(pl.col("group") == of).head(guests), SETTINGS)


def test_users_of_a_harness_are_not_accused_because_a_pool_uses_it() -> None:
    first, second = bench(users=30).judge()
    assert first.verdict.verdict == "confirmed"
    assert second.verdict.verdict not in ACCUSED


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


def test_guests_of_a_harness_do_not_bind_its_users_to_a_pool() -> None:
    """Those of the pool that are guests in both are explained by the campaign."""
    first, second = bench(users=30, guests=14, of=1).judge()
    assert first.verdict.verdict == "confirmed"
    assert second.verdict.verdict not in ACCUSED
    assert all(account.startswith("h") for account in second.rested)


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
    assert both.bound(2, set(pool))
    both.instruments = pl.concat([known, strangers])
    assert not both.bound(2, set(pool))
