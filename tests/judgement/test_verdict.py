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
    )


def instruments(rows: list[tuple[str, int, int, int]]) -> pl.DataFrame:
    return pl.DataFrame(
        rows, schema={"layer": pl.String, "trace": pl.Int64, "members": pl.Int64,
                      "holders": pl.Int64}, orient="row"
    )  # fmt: skip


HONEST = people(2000, "h", 2000)
EVERYONE = Population(
    HONEST, 30_000, 900, 100, 3_000_000, {"other": 15_000, "coding": 15_000},
    pl.DataFrame({"layer": ["network", "payment"], "holders": [2, 8], "instruments": [9, 5]}),
)  # fmt: skip
POOL = people(40, "p", 5, 60)
CAMPAIGN = Group(
    members=POOL, exchanges=2000, span_exchanges=2000, repeated=0, elicits=1800, grades=0,
    output_tokens=800_000, capabilities={"logic_and_alignment": 2000},
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
    teams = replace(CAMPAIGN, instruments=instruments([("payment", k, 4, 4) for k in range(5)]))
    term = next(t for t in judge(teams, EVERYONE, 20, SETTINGS).terms if t.name == "shared_payment")
    assert term.observed == 15
    assert term.weight < SETTINGS.min_family_weight


def test_parties_that_draw_on_a_public_benchmark_weigh_less() -> None:
    shared = judge(replace(CAMPAIGN, repeated=300), EVERYONE, 20, SETTINGS)
    terms = {term.name: term for term in shared.terms}
    assert terms["a public set of questions"].weight == -4.0
    assert terms["one_job_queue"].weight == 0.0
    own = judge(CAMPAIGN, EVERYONE, 20, SETTINGS)
    assert own.log_odds - shared.log_odds == 5.5


def bench(users: int) -> Bench:
    """The pool's campaign, and a public harness that the pool and honest `users` send through."""
    pool, honest = POOL["account_id"].to_list(), HONEST["account_id"].head(users).to_list()
    members = pl.DataFrame(
        [(0, a) for a in pool] + [(1, a) for a in pool + honest],
        schema={"group": pl.Int64, "account_id": pl.String}, orient="row",
    )  # fmt: skip
    each = {"exchanges": 50, "elicits": 45, "grades": 0, "output_tokens": 20_000,
            "span_exchanges": 50, "repeated": 0, "first_ts": START, "last_ts": START}  # fmt: skip
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
        capabilities=capabilities,
        instruments=held,
        accounts=pl.concat([HONEST, POOL]),
        population=pl.DataFrame({"exchanges": [30_000], "elicits": [900], "grades": [100],
                                 "output_tokens": [3_000_000]}),
        population_capabilities=pl.DataFrame({"capability": ["coding", "other"],
                                              "exchanges": [15_000, 15_000]}),
        popularity=EVERYONE.popularity,
    )  # fmt: skip
    return Bench(profiles, members, SETTINGS)


def test_users_of_a_harness_are_not_accused_because_a_pool_uses_it() -> None:
    first, second = bench(users=30).judge()
    assert first.verdict.verdict == "confirmed"
    assert second.verdict.verdict not in ACCUSED


def test_a_second_campaign_of_the_same_pool_stands_by_itself() -> None:
    first, second = bench(users=2).judge()
    assert first.verdict.verdict == second.verdict.verdict == "confirmed"
