"""Who is there in a week, and how much does each account send?

Invariants: the plan of a week is a pure function of (scenario, seed, scale, week); an account keeps
its number for as long as its place in its group is not taken by a successor; a campaign's exchanges
are counted exactly; accounts stand in the order of their hashed ids, so that no order tells kinds.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from stillwatch.simulate.behaviour import Behaviour
from stillwatch.simulate.campaigns import campaign_groups, scaled
from stillwatch.simulate.controls import groups as control_groups
from stillwatch.simulate.hashing import F64, I64, U64, cumulative, draw, fold, label, normal
from stillwatch.simulate.profiles import BACKGROUND, Group, Infra, Lane
from stillwatch.simulate.scenario import Scenario

REPLACED = 1000  # generation offset of the accounts that follow a ban


class Accounts(NamedTuple):
    """Accounts of a week; row k is account k."""

    uid: U64
    group: I64
    slot: I64
    generation: I64
    since_week: I64
    first_day: I64
    last_day: I64


class Streams(NamedTuple):
    """What an account sends under one profile in a week."""

    account: I64
    profile: I64
    campaign: I64
    sent: I64
    first_day: I64
    last_day: I64
    key: U64


@dataclass(frozen=True)
class Week:
    """The plan of a week."""

    number: int
    groups: tuple[Group, ...]
    group_seed: U64
    accounts: Accounts
    streams: Streams


def all_groups(scenario: Scenario, seed: int, scale: float, week: int) -> list[Group]:
    """Campaigns, controls and, in what remains of the accounts, the background."""
    found = campaign_groups(scenario, scale, week)
    for kind, count in scenario.controls.items():
        found += control_groups(kind, count, scale, seed, scenario.churn)
    left = scaled(scenario.accounts, scale, 8) - sum(group.accounts for group in found)
    for name, (share, profile) in BACKGROUND.items():
        size = max(1, round(left * share))
        infra = Infra(tier=profile.tier)
        found.append(Group(name, "background", size, (Lane(profile),), infra, scenario.churn))
    return found


def plan(scenario: Scenario, behaviour: Behaviour, seed: int, scale: float, week: int) -> Week:
    """The accounts and streams of a week."""
    groups = all_groups(scenario, seed, scale, week)
    group_seed = np.array([label(seed, group.kind, group.name) for group in groups], np.uint64)
    parts = [
        _members(group, key, n, week)
        for n, (group, key) in enumerate(zip(groups, group_seed, strict=True))
    ]
    columns: list[Any] = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    accounts = Accounts(*(column[order] for column in columns))
    streams = _streams(scenario, behaviour, groups, accounts, scale, week)
    return Week(week, tuple(groups), group_seed, accounts, streams)


def _members(group: Group, key: np.uint64, number: int, week: int) -> Accounts:
    slot = np.arange(group.accounts, dtype=np.int64)
    generation = np.zeros_like(slot)
    since = np.full_like(slot, -1)
    for later in range(1, week + 1):
        gone = draw(np.array([key]), slot, later, "churn") < group.churn
        generation += gone
        since = np.where(gone, later, since)
    generation += REPLACED * group.banned_before
    first, last = np.zeros_like(slot), np.full_like(slot, 7)
    if group.kind != "campaign":  # honest people join in the middle of the week
        joins = draw(np.array([key]), slot, "joins") < group.churn if week == 0 else since == week
        first = np.floor(joins * 7 * draw(np.array([key]), slot, week, "day")).astype(np.int64)
    if group.ban_day:  # the pool is banned and another stands in its place the next day
        slot, since = np.tile(slot, 2), np.tile(since, 2)
        generation = np.concatenate([generation, generation + REPLACED])
        first = np.repeat([0, group.ban_day], group.accounts)
        last = np.repeat([group.ban_day, 7], group.accounts)
    uid = fold(np.array([key]), slot, generation, "account")
    return Accounts(uid, np.full_like(slot, number), slot, generation, since, first, last)


class _Part(NamedTuple):
    """One lane of one group: its accounts and, exactly or as weights, what they send."""

    account: I64
    profile: int
    campaign: int
    days: tuple[int, int]
    exact: bool
    kind: str
    amount: I64 | F64


def _streams(
    scenario: Scenario,
    behaviour: Behaviour,
    groups: list[Group],
    accounts: Accounts,
    scale: float,
    week: int,
) -> Streams:
    parts = []
    by_group = np.argsort(accounts.group, kind="stable")
    edges = np.searchsorted(accounts.group[by_group], np.arange(len(groups) + 1))
    for n, group in enumerate(groups):
        members = by_group[edges[n] : edges[n + 1]]
        for lane in group.lanes:
            at = (accounts.slot[members] + 0.5) / group.accounts
            chosen = members[(at >= lane.part[0]) & (at < lane.part[1])]
            weight = _weights(lane, accounts, chosen, week)
            amount: I64 | F64 = weight * (lane.profile.volume / len(group.lanes))
            if lane.exchanges is not None:
                amount = apportion(weight, lane.exchanges, least=1)
            profile = behaviour.names[lane.profile.name]
            exact = lane.exchanges is not None
            parts.append(
                _Part(chosen, profile, lane.campaign, lane.days, exact, group.kind, amount)
            )
    counts = _counts(parts, scaled(scenario.exchanges, scale, 8))
    return _gather(parts, counts, accounts)


def _weights(lane: Lane, accounts: Accounts, chosen: I64, week: int) -> F64:
    """Heavy-tailed activity of mean one: an account's own level, a little different each week."""
    spread = lane.profile.spread if lane.exchanges is None else 0.6
    uid = accounts.uid[chosen]
    level = spread * normal(uid, lane.profile.name, "level") + 0.3 * normal(uid, week, "week")
    weight: F64 = np.exp(np.clip(level, -8, 4.0 * spread) - spread**2 / 2)
    alive = np.minimum(accounts.last_day[chosen], lane.days[1]) - np.maximum(
        accounts.first_day[chosen], lane.days[0]
    )
    result: F64 = weight * np.maximum(alive, 0) / 7
    return result


def apportion(weight: F64, total: int, least: int = 0) -> I64:
    """Whole numbers in proportion to weights that sum to `total` (Sainte-Laguë's spacing)."""
    base = least if total >= least * len(weight) else 0
    edges = np.concatenate([[0.0], cumulative(weight)]) * (total - base * len(weight))
    edges[-1] = total - base * len(weight)
    marks = np.floor(edges + 0.5).astype(np.int64)
    return marks[1:] - marks[:-1] + base


def _counts(parts: list[_Part], total: int) -> list[I64]:
    """Whole numbers for every lane; the background fills the week up to its total.

    Controls send what their profiles say beside the background, but at most half of the rest.
    """
    left = total - sum(int(part.amount.sum()) for part in parts if part.exact)
    honest = [part for part in parts if not part.exact]
    unit = left / sum(float(part.amount.sum()) for part in honest)
    controls = sum(float(p.amount.sum()) for p in honest if p.kind != "background") * unit
    unit_of_controls = unit * min(1.0, 0.5 * left / max(controls, 1.0))
    counts = [
        part.amount.astype(np.int64)
        if part.exact
        else np.ceil(part.amount * unit_of_controls).astype(np.int64)
        for part in parts
    ]
    background = [n for n, part in enumerate(parts) if part.kind == "background"]
    used = sum(int(count.sum()) for n, count in enumerate(counts) if n not in background)
    filled = apportion(np.concatenate([parts[n].amount for n in background]), max(total - used, 0))
    for n in background:
        counts[n], filled = filled[: len(counts[n])], filled[len(counts[n]) :]
    return counts


def _gather(parts: list[_Part], counts: list[I64], accounts: Accounts) -> Streams:
    def column(values: list[int]) -> I64:
        return np.repeat(np.array(values, np.int64), [len(part.account) for part in parts])

    account = np.concatenate([part.account for part in parts])
    profile, campaign = column([p.profile for p in parts]), column([p.campaign for p in parts])
    first, last = column([p.days[0] for p in parts]), column([p.days[1] for p in parts])
    order = np.lexsort((campaign, profile, account))
    return Streams(
        account[order],
        profile[order],
        campaign[order],
        np.concatenate(counts)[order],
        np.maximum(first, accounts.first_day[account])[order],
        np.minimum(last, accounts.last_day[account])[order],
        fold(accounts.uid[account], profile, campaign + 1, "stream")[order],
    )
