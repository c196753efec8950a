"""From which networks and clients does an account come?

Every account has three networks with falling use: usually a fixed line, a mobile carrier and a
third (an office, a VPN, a cloud). Fixed lines share a /24 between a few subscribers, carriers and
VPNs between many. A group may bring networks of its own, shared by as many of its accounts as its
`network_accounts` says.
"""

from typing import NamedTuple

import numpy as np

from stillwatch.simulate import world
from stillwatch.simulate.behaviour import Behaviour
from stillwatch.simulate.hashing import F64, I64, U64, draw, fold, pick
from stillwatch.simulate.population import Week

SHARES = np.array([0.68, 0.9, 1.0])  # cumulative use of the three networks


class Networks(NamedTuple):
    """Three networks an account: system number, first 24 bits, country; and its two clients."""

    asn: I64
    prefix: I64
    country: I64
    agent: I64


def _carrier(country: I64, key: U64) -> I64:
    return (
        world.FIRST_ASN + country * world.CARRIERS + pick(draw(key, "carrier"), world.CARRIER_CUM)
    )


def _blocks(asn: I64, key: U64, count: F64) -> I64:
    """One of the `count` /24s of a network."""
    index = (draw(key, "block") * np.maximum(count, 1.0)).astype(np.int64)
    return world.prefix(asn, index.astype(np.uint64))


def _weight(asn: I64) -> F64:
    """A carrier's share of all subscribers."""
    country = (asn - world.FIRST_ASN) // world.CARRIERS
    size = np.diff(world.COUNTRY_CUM, prepend=0.0)[country]
    result: F64 = (
        size * np.diff(world.CARRIER_CUM, prepend=0.0)[(asn - world.FIRST_ASN) % world.CARRIERS]
    )
    return result


def _default(week: Week, country: I64, cloud: I64) -> tuple[I64, I64]:
    uid, total = week.accounts.uid, len(week.accounts.uid)
    home, mobile = _carrier(country, fold(uid, "home")), _carrier(country, fold(uid, "mobile"))
    homes = _blocks(home, fold(uid, "home"), 2 + total * _weight(home) / 3)
    mobiles = _blocks(mobile, fold(uid, "mobile0"), 1 + total * _weight(mobile) / 60)
    hosted = world.ASN_OF_CLOUD + pick(draw(uid, "cloud"), world.ZIPF_CLOUD)
    hosts = _blocks(hosted, fold(uid, "cloud0"), np.full(total, 3 + total / 300))
    tunnel = world.ASN_OF_VPN + pick(draw(uid, "vpn"), world.ZIPF_VPN)
    tunnels = _blocks(tunnel, fold(uid, "vpn0"), np.full(total, 2 + total / 4000))
    second = fold(uid, "second")
    other = _carrier(country, second)
    third = draw(uid, "third")
    asn3 = np.where(third < 0.3, tunnel, np.where(third < 0.4, hosted, other))
    prefix3 = np.where(
        third < 0.3,
        tunnels,
        np.where(third < 0.4, hosts, _blocks(other, second, 2 + total * _weight(other) / 3)),
    )
    asn = np.stack([home, mobile, asn3], axis=1)
    prefix = np.stack([homes, mobiles, prefix3], axis=1)
    is_cloud = cloud.astype(bool)[:, None]
    return (
        np.where(is_cloud, hosted[:, None], asn),
        np.where(is_cloud, hosts[:, None], prefix),
    )


def _kind_asn(kind: str, key: U64, country: I64) -> I64:
    if kind == "cloud":
        return world.ASN_OF_CLOUD + pick(draw(key, "cloud"), world.ZIPF_CLOUD)
    if kind == "vpn":
        return world.ASN_OF_VPN + pick(draw(key, "vpn"), world.ZIPF_VPN)
    if kind in ("office", "campus"):
        return world.ASN_OF_CAMPUS + (fold(key, "campus") % np.uint64(200)).astype(np.int64)
    if kind == "proxy":  # residential addresses of carriers all over the world
        country = pick(draw(key, "where"), world.LARGE_COUNTRY_CUM)
        carrier = pick(draw(key, "carrier"), world.LARGE_CARRIER_CUM)
        return world.FIRST_ASN + country * world.CARRIERS + carrier
    return _carrier(country, key)


def _own(week: Week, asn: I64, prefix: I64, country: I64) -> None:
    """Put the networks that groups share in place of their accounts' default ones."""
    for n, group in enumerate(week.groups):
        kind, share = group.infra.network, group.infra.network_accounts
        if not kind or kind == "mixed":
            continue
        rows = np.flatnonzero(week.accounts.group == n)
        pool = max(1, round(group.accounts / share)) if share else group.accounts
        pool = max(pool, 12) if kind == "proxy" else pool  # proxies are many, whoever rents them
        place = week.accounts.generation[rows] // 1000  # a new pool has new networks
        spots = 3 if kind in ("proxy", "cloud") and pool > 1 else 1
        for k in range(spots):
            index = (draw(week.accounts.uid[rows], "spot", k) * pool).astype(np.int64)
            key = fold(
                week.group_seed[n : n + 1], index, place, week.number if kind == "proxy" else 0
            )
            asn[rows, k] = _kind_asn(kind, key, country[rows])
            prefix[rows, k] = world.prefix(asn[rows, k], key)


def networks(week: Week, behaviour: Behaviour, country: I64, cloud: I64, sdk: I64) -> Networks:
    """The networks and clients of every account of a week."""
    uid = week.accounts.uid
    asn, prefix = _default(week, country, cloud)
    _own(week, asn, prefix, country)
    where = np.stack([world.country_of_asn(asn[:, k], country) for k in range(3)], axis=1)
    agents = []
    for k in range(2):
        app = pick(draw(uid, "app", k), world.APP_CUM)
        tool = len(world.APP_CUM) + pick(draw(uid, "sdk", k), world.SDK_CUM)
        mixed = draw(uid, "mixed", k) < 0.12
        agents.append(np.where(sdk.astype(bool) ^ mixed, tool, app))
    return Networks(asn, prefix, where, np.stack(agents, axis=1))
