"""Which feeds were missing or broken, so that a verdict cannot rest on them?

A feed that is missing for everyone hides innocent explanations too: without payments a start-up in
one office looks like a pool. One that is missing for a group only says less of that group.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from stillwatch.judgement.terms import Group, Population

HALF = 0.5
# Of all exchanges, the share with an address below which addresses are missing for everyone.
MIN_ADDRESSED = 0.05
# Days with fewer accounts or exchanges than this tell nothing of a feed.
MIN_DAY = 20


@dataclass(frozen=True)
class Limit:
    """What a verdict could not rest on.

    Attributes:
        feed: payment, network or accounts.
        everywhere: Whether it is missing for everyone rather than for the group.
        statement: In words, with its numbers.
    """

    feed: str
    everywhere: bool
    statement: str


def limits(group: Group, everyone: Population) -> tuple[Limit, ...]:
    """Feeds that are missing for everyone, on some days, or for most of the group."""
    found = [*_payment(group.members, everyone.accounts), *_network(group.members, everyone)]
    if not group.members["created_at"].drop_nulls().len():
        found.append(Limit("accounts", everywhere=False, statement="no date of sign-up is known"))
    return tuple(found)


def _payment(members: pl.DataFrame, accounts: pl.DataFrame) -> list[Limit]:
    overall, mine = _known(accounts, "payment_hash"), _known(members, "payment_hash")
    if overall < HALF:
        said = f"known for {overall:.0%} of the active accounts only"
        return [Limit("payment", everywhere=True, statement=said)]
    if mine < HALF:
        said = f"known for {mine:.0%} of these accounts, for {overall:.0%} of all"
        return [Limit("payment", everywhere=False, statement=said)]
    return []


def _network(members: pl.DataFrame, everyone: Population) -> list[Limit]:
    overall = _addressed(everyone.accounts)
    if overall < MIN_ADDRESSED:
        return [Limit("network", everywhere=True, statement="hardly any addresses were logged")]
    days = everyone.days.select("day", rows="exchanges", known="addressed")
    gone = _gone(days, overall)
    if gone:
        said = f"hardly any addresses were logged on {', '.join(map(str, gone))}"
        return [Limit("network", everywhere=False, statement=said)]
    mine = _addressed(members)
    if mine < HALF:
        said = f"{mine:.0%} of these accounts' exchanges have an address, {overall:.0%} of all"
        return [Limit("network", everywhere=False, statement=said)]
    return []


def _gone(days: pl.DataFrame, overall: float) -> list[object]:
    """Days on which less than half as much is known as over all."""
    thin = days.filter(
        (pl.col("rows") >= MIN_DAY) & (pl.col("known") < HALF * overall * pl.col("rows"))
    )
    return list(thin["day"].sort())


def _known(accounts: pl.DataFrame, column: str) -> float:
    return accounts[column].drop_nulls().len() / max(1, accounts.height)


def _addressed(accounts: pl.DataFrame) -> float:
    return float(accounts["addressed"].sum() or 0) / max(1, int(accounts["n"].sum() or 0))
