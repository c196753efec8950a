"""What else is known of an account: country, language, payment, mail, age, tier?

Invariants: attributes follow from the account's number and its group's seed; honest strangers share
instruments now and then (families), pay by invoice or not at all, and are sometimes days old.
"""

from typing import NamedTuple

import numpy as np

from stillwatch.simulate import world
from stillwatch.simulate.behaviour import Behaviour
from stillwatch.simulate.hashing import F64, I64, U64, Bools, draw, fold, normal, pick
from stillwatch.simulate.network import Networks, networks
from stillwatch.simulate.population import Week

NONE = np.uint64(0)


class Attributes(NamedTuple):
    """Columns beside the accounts of a week; hours count from the first Monday."""

    country: I64
    language: I64
    payment: U64
    domain: U64
    mail: I64
    tier: I64
    organisation: U64
    reseller: U64
    created: F64
    missing: F64
    few: F64
    networks: Networks


def _languages(country: I64, u: F64) -> I64:
    rows = world.LANGUAGE_CUM[country]
    index: I64 = np.minimum((u[:, None] >= rows).sum(axis=1), rows.shape[1] - 1).astype(np.int64)
    return index


def language_of(country: I64, key: U64) -> I64:
    """A language that people in this country write in."""
    return _languages(country, draw(key, "language"))


def _main_profile(week: Week, behaviour: Behaviour) -> I64:
    """The profile of each account's first lane."""
    first = np.array([behaviour.names[g.lanes[0].profile.name] for g in week.groups])
    return first[week.accounts.group]


def _column(week: Week, values: list[float]) -> F64:
    return np.array(values, np.float64)[week.accounts.group]


def _countries(week: Week) -> I64:
    accounts = week.accounts
    own = pick(draw(accounts.uid, "country"), world.COUNTRY_CUM)
    shared = pick(draw(week.group_seed, "country"), world.COUNTRY_CUM)
    for n, group in enumerate(week.groups):
        if group.infra.country in world.CODES:
            shared[n] = world.CODES.index(group.infra.country)
    one = _column(week, [float(bool(g.infra.country)) for g in week.groups]) > 0
    mostly = draw(accounts.uid, "abroad") < 0.93
    return np.where(one & mostly, shared[accounts.group], own)


def _payments(week: Week, tier: I64) -> U64:
    accounts = week.accounts
    seed = week.group_seed[accounts.group]
    each = _column(week, [g.infra.payment_accounts for g in week.groups])
    household = fold(seed, accounts.slot // 3, "household")
    family = (draw(household, "family") < 0.05) & (each == 0)
    own = np.where(family, household, fold(accounts.uid, "card"))
    # Instruments go round: a successor may find its predecessor's card, a new pool may not.
    block = np.where(each > 0, np.floor(accounts.slot / np.maximum(each, 1)), 0).astype(np.int64)
    pool = fold(seed, block, accounts.generation // 1000, accounts.since_week + 1, "instrument")
    paid = np.where(each > 0, np.where(each >= 10**8, fold(seed, "instrument"), pool), own)
    background = _column(week, [float(g.kind == "background") for g in week.groups]) > 0
    unpaid = (tier == 0) & background & (draw(accounts.uid, "unpaid") < 0.8)
    return np.where(unpaid, NONE, paid)


def _fresh(week: Week) -> Bools:
    """Accounts whose first week this is."""
    fresh: Bools = (week.accounts.since_week == week.number) | (week.number == 0)
    return fresh


def _created(week: Week) -> F64:
    accounts = week.accounts
    u = draw(accounts.uid, "age")
    old = -24.0 * (900 * u**2 + 0.2)  # more young accounts than old: the service grows
    burst = fold(
        week.group_seed[accounts.group], (draw(accounts.uid, "burst") * 4).astype(np.int64)
    )
    born = _column(week, [g.infra.born_days for g in week.groups])
    waves = -24.0 * born * (0.15 + 0.85 * draw(burst, "wave")) + 30 * normal(accounts.uid, "wave")
    hours = np.where(born > 0, np.minimum(waves, -2 - 20 * u), old)
    hours = np.where(accounts.since_week >= 0, 168.0 * accounts.since_week - 1 - 70 * u, hours)
    joined = 168.0 * week.number + 24.0 * accounts.first_day - 20 * u - 0.5
    return np.where((accounts.first_day > 0) & _fresh(week), joined, hours)


def attributes(week: Week, behaviour: Behaviour, honest_missing: float) -> Attributes:
    """All attributes of the accounts of a week."""
    accounts, groups = week.accounts, week.groups
    uid, seed = accounts.uid, week.group_seed[accounts.group]
    country = _countries(week)
    profile = _main_profile(week, behaviour)
    tier = pick(draw(uid, "tier"), world.TIER_CUM)
    named = np.array([world.TIERS.index(g.infra.tier) if g.infra.tier else -1 for g in groups])
    tier = np.where(
        (named[accounts.group] >= 0) & (draw(uid, "tier2") < 0.85), named[accounts.group], tier
    )
    org = _column(week, [float(g.infra.organisation) for g in groups]) > 0
    alone = (tier >= 2) & (draw(uid, "company") < 0.7)
    own_org = np.where(alone, fold(uid, "organisation"), NONE)
    organisation = np.where(org, fold(seed, "organisation"), own_org)
    one_domain = _column(week, [float(g.infra.domain) for g in groups]) > 0
    domain = np.where(one_domain & (draw(uid, "domain") < 0.95), fold(seed, "domain"), own_org)
    missing = [
        honest_missing if g.infra.client_missing is None else g.infra.client_missing for g in groups
    ]
    reseller = _column(week, [float(g.infra.reseller) for g in groups]) > 0
    nets = networks(
        week, behaviour, country, behaviour.ints["cloud"][profile], behaviour.ints["sdk"][profile]
    )
    return Attributes(
        country,
        language_of(country, uid),
        _payments(week, tier),
        domain,
        pick(draw(uid, "mail"), world.MAIL_CUM),
        tier,
        organisation,
        np.where(reseller, fold(seed, "reseller"), NONE),
        _created(week),
        _column(week, missing),
        _column(week, [g.infra.few_clients for g in groups]),
        nets,
    )
