"""Where accounts come from and what they speak changes no verdict: swapped, all stays the same.

Countries, countries of the bill and e-mail domains are dealt anew among the accounts, and the two
languages that are spoken change places, so that who shares what with whom stays as it was. A week
judged before and after must be the same: groups, members, verdicts, attributed exchanges, and every
term with its numbers and its sentence. Ids of campaigns may differ, since they come from the words;
so may which pairs of a large pool are linked, since its links are sampled by the hash of its trace.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from factories import Rows, frame, rows_made
from gold_week import week
from pyspark.sql import DataFrame, SparkSession
from stillwatch.gold import account_links, campaign_exchanges, campaigns

pytestmark = [pytest.mark.spark, pytest.mark.slow, pytest.mark.timeout(600)]
COUNTRIES = ("AA", "BB", "CC", "DD")
DOMAINS = (101, 102, 103)
# A language is a code of its own for every clause: the same meaning, no fingerprint in common.
CODES = (0, 0x5A5A_0000_0000_0000)
STEPS = {
    "gold.account_links": account_links.transform,
    "gold.campaigns": campaigns.transform,
    "gold.campaign_exchanges": campaign_exchanges.transform,
}


def traits(ids: list[str], deal: np.random.Generator | None) -> dict[str, dict[str, Any]]:
    """Country, bill and domain of each account, dealt anew if asked.

    The planted campaign's accounts are all of one country and domain, as a pool's often are: a
    verdict that leaned on either would change when they are dealt out.
    """
    rows: Rows = [
        {"country": "AA", "billing_country": "AA", "email_domain_hash": 101}
        if one.startswith("bad")
        else {
            "country": COUNTRIES[k % 4],
            "billing_country": COUNTRIES[k // 2 % 4],
            "email_domain_hash": DOMAINS[k % 3],
        }
        for k, one in enumerate(ids)
    ]
    order = range(len(ids)) if deal is None else deal.permutation(len(ids))
    return {one: rows[place] for one, place in zip(ids, order, strict=True)}


def rows_of(table: DataFrame) -> Rows:
    return [row.asDict(recursive=True) for row in table.collect()]


def spoken(row: dict[str, Any], *, swapped: bool) -> int:
    """The code of an account's language: the campaign and half of the others speak one."""
    account = str(row["account_id"])
    second = account.startswith("bad") or int(account[-3:]) % 2 == 0
    return CODES[second != swapped]


def placed(spark: SparkSession, *, moved: bool) -> dict[str, Any]:
    """The week with its accounts in their places, or moved."""
    frames = week(spark)
    accounts, sent = rows_of(frames["silver.accounts"]), rows_of(frames["silver.exchanges"])
    traces = rows_of(frames["silver.traces"])
    ids = sorted(row["account_id"] for row in accounts)
    theirs = traits(ids, np.random.default_rng(3) if moved else None)
    for row in accounts:
        mine = theirs[row["account_id"]]
        row |= {name: mine[name] for name in ("billing_country", "email_domain_hash")}
    for row in sent:
        code = spoken(row, swapped=moved)
        row["country"] = theirs[row["account_id"]]["country"]
        row["spans"] = sorted(span ^ code for span in row["spans"])
        # Users of a public harness share its system prompt, whatever they speak.
        row["prompt_hash"] ^= code
    for row in traces:
        if row["layer"] == "prompt_span":
            row["trace"] ^= spoken(row, swapped=moved)
    changed = {"silver.accounts": accounts, "silver.exchanges": sent, "silver.traces": traces}
    return frames | {name: frame(spark, name, rows) for name, rows in changed.items()}


def judged(frames: dict[str, Any]) -> dict[str, Rows]:
    """What the gold steps make of the week, without what is named after the words."""
    told: dict[str, pl.DataFrame] = {}
    for name, step in STEPS.items():
        frames[name] = rows_made(step, frames)
        told[name] = pl.DataFrame(pl.from_arrow(frames[name].toArrow()))
    groups = told["gold.campaigns"].with_columns(held=pl.col("traces").list.len())
    claimed = told["gold.campaign_exchanges"].join(
        groups.select("campaign_id", "precedence"), on="campaign_id", how="inner"
    )
    return {
        "gold.campaigns": groups.drop("campaign_id", "traces").sort("precedence").to_dicts(),
        "gold.campaign_exchanges": claimed.select("precedence", "exchange_id")
        .sort("precedence", "exchange_id")
        .to_dicts(),
    }


@pytest.fixture(scope="module")
def weeks(spark: SparkSession) -> tuple[dict[str, Any], dict[str, Any]]:
    return placed(spark, moved=False), placed(spark, moved=True)


@pytest.fixture(scope="module")
def told(weeks: tuple[dict[str, Any], dict[str, Any]]) -> tuple[dict[str, Rows], dict[str, Rows]]:
    before, after = weeks
    return judged(dict(before)), judged(dict(after))


def test_there_is_something_to_lose(told: tuple[dict[str, Rows], dict[str, Rows]]) -> None:
    verdicts = {row["verdict"] for row in told[0]["gold.campaigns"]}
    assert verdicts >= {"confirmed", "benign"}


def test_accounts_have_moved(weeks: tuple[dict[str, Any], dict[str, Any]]) -> None:
    """Else nothing is asked here: as many share a value as before, but not the same accounts."""
    before, after = (sorted(rows_of(one["silver.accounts"]), key=lambda row: row["account_id"])
                     for one in weeks)  # fmt: skip
    for column in ("billing_country", "email_domain_hash"):
        assert [row[column] for row in before] != [row[column] for row in after]
        assert sorted(row[column] for row in before) == sorted(row[column] for row in after)
        bad = {row[column] for row in after if row["account_id"].startswith("bad")}
        assert len(bad) > 1
    words = [
        {span for row in rows_of(one["silver.exchanges"]) for span in row["spans"]} for one in weeks
    ]
    assert len(words[0]) == len(words[1])
    assert words[0] != words[1]


@pytest.mark.parametrize("name", ["gold.campaigns", "gold.campaign_exchanges"])
def test_swapped_countries_domains_and_languages_change_nothing(
    name: str, told: tuple[dict[str, Rows], dict[str, Rows]]
) -> None:
    before, after = told
    assert before[name]
    assert before[name] == after[name]
