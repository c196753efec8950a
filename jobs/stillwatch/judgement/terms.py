"""What speaks for and against a group, each as a number with what chance or everyone would give?

A term is a measurement, its expectation, a p-value where there is one, and a weight in natural log
odds that a reader can check against the table in docs/judgement.md. Terms answer three questions:
is the group coordinated, does it extract, is there an innocent explanation? No term reads a
country, a language, an e-mail domain's value or a subject.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log

import numpy as np
import polars as pl
from scipy.stats import binom

from stillwatch.kernels.null_model import poisson_tail

# Fewer ties or sign-ups than this are a coincidence of two or three people, whatever their p.
MIN_COUNT = 4
# Share of all ties that makes them those of one instrument.
ONE = 0.8

THEIRS = 3  # one in so many accounts behind a network is a member, if it ties them

# How a sentence calls what ties, where not by the layer's name.
TIE = {
    "network": "network, of whose accounts at least a third are theirs,",
    "signature_replay": "account whose signatures they replay",
    "response_reuse": "account whose answers they send back",
}
COORDINATED, EXTRACTING, INNOCENT = "coordinated", "extracting", "explained otherwise"


@dataclass(frozen=True)
class Term:
    """One line of a verdict.

    Attributes:
        name: What was measured.
        question: COORDINATED, EXTRACTING or INNOCENT.
        observed: The measurement.
        expected: What independent accounts, or everyone, would give; None where nothing does.
        p_value: Chance of as much; None where the term is a description.
        weight: Natural log odds that it adds; negative speaks against.
        statement: The sentence, with its numbers.
        layer: Layer or field that it rests on.
    """

    name: str
    question: str
    observed: float
    expected: float | None
    p_value: float | None
    weight: float
    statement: str
    layer: str


MAX_PLACES = 3
PLACES = {"account_id": pl.String, "place": pl.Int64}
TYING = {"layer": pl.String, "trace": pl.Int64, "account_id": pl.String}


@dataclass(frozen=True)
class Sums:
    """What accounts sent in a group's name.

    Attributes:
        exchanges: How many.
        elicits, grades: Of those, how many ask for reasoning, or for answers to be graded.
        output_tokens: Their sum.
        capabilities: Exchanges by capability.
    """

    exchanges: int
    elicits: int
    grades: int
    output_tokens: int
    capabilities: dict[str, int]


@dataclass(frozen=True)
class Group:
    """A group's aggregates, as the terms read them.

    Attributes:
        members: Rows of the accounts table: account_id, n, addressed (exchanges with an address),
            hour_entropy, created_at, payment_hash, org_id, reseller_id.
        exchanges: Exchanges attributed.
        span_exchanges: Of those, by a clause of the prompt rather than a harness.
        senders: senders, prompts, exchanges: prompts by how many accounts of the group sent them.
        elicits, grades: Of those, how many ask for reasoning, or for answers to be graded.
        output_tokens: Their sum.
        capabilities: Exchanges by capability.
        instruments: layer, trace, members (accounts of the group that hold it, those of one
            declared organisation once), holders (accounts in all).
        sharing: By layer the accounts that share an instrument which ties them, those of one
            declared organisation once.
        bridged: Share of the ties by network, replay or reuse between different payers, or None.
        tying: layer, trace, account_id: who holds the instruments that tie them.
        places: account_id, place: the largest networks of the group, and who is behind each.
        crowds: What unrelated people sent who send the same, each crowd by itself.
    """

    members: pl.DataFrame
    exchanges: int
    span_exchanges: int
    senders: pl.DataFrame
    elicits: int
    grades: int
    output_tokens: int
    capabilities: dict[str, int]
    instruments: pl.DataFrame
    sharing: Mapping[str, int] = field(default_factory=dict)
    bridged: float | None = None
    tying: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=TYING))
    places: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PLACES))
    crowds: tuple[Sums, ...] = ()


@dataclass(frozen=True)
class Population:
    """Everyone's aggregates.

    Attributes:
        accounts: A row an active account, like Group.members.
        popularity: layer, holders, instruments.
        days: day, exchanges, addressed.
    """

    accounts: pl.DataFrame
    exchanges: int
    elicits: int
    grades: int
    output_tokens: int
    capabilities: dict[str, int]
    popularity: pl.DataFrame
    days: pl.DataFrame


def from_p(p: float, cap: float) -> float:
    """Log odds from a p-value by the bound of Sellke, Bayarri and Berger 2001: -1/(e p ln p)."""
    if p >= 1 / np.e:
        return 0.0
    return float(min(cap, -log(-np.e * p * log(p))))


def ramp(share: float, start: float, full: float) -> float:
    """0 up to `start`, 1 from `full` on, linear between."""
    return float(np.clip((share - start) / (full - start), 0.0, 1.0))


def median(values: pl.Series) -> float:
    return float(np.median(values.to_numpy())) if values.len() else 0.0


def share_of(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def shared_instruments(group: Group, everyone: Population, layer: str, cap: float) -> Term | None:
    """Members tied by a shared instrument, against as many random accounts.

    A few tied members, or a small team, do not tie a group, however much they share: what is
    beyond chance weighs from one member in five on, and fully at three. Whom a single payment or
    network ties are a team or a place: a pool has several. A network whose accounts are mostly
    others' ties nobody.
    """
    mine = group.instruments.filter(pl.col("layer") == layer)
    size, population = group.members.height, everyone.accounts.height
    if not mine.height or size < 2 or layer not in everyone.popularity["layer"]:
        return None
    # Pairs that share one instrument depend on each other: it counts by those beyond the first.
    each = (mine["members"] - 1).clip(0)
    if layer == "network":
        # A carrier's ties whoever lives there to everybody there.
        each *= (mine["members"] * THEIRS >= mine["holders"]).cast(pl.Int64)
    ties = int(each.sum())
    by_one = layer in ("payment", "network") and int(each.to_numpy().max()) >= ONE * ties
    # Of random accounts Poisson(size d / population) would hold an instrument of d accounts.
    shared = everyone.popularity.filter(pl.col("layer") == layer)
    mean = size * shared["holders"].to_numpy() / population
    expected = float(np.sum(shared["instruments"].to_numpy() * (mean - 1 + np.exp(-mean))))
    p = float(poisson_tail(np.array([ties]), np.array([expected]))[0])
    # Three who share a dozen instruments with each other tie three.
    joined = min(ties, group.sharing.get(layer, size) - 1)
    beyond = (joined - expected) / (size - 1)
    return Term(
        f"shared_{layer}",
        COORDINATED,
        float(ties),
        expected,
        p,
        from_p(p, cap) * ramp(beyond, 0.2, 0.6) if joined >= MIN_COUNT and not by_one else 0.0,
        f"the {size} accounts are tied {ties} times by a {TIE.get(layer, layer)} that two of them "
        f"share; {expected:.1f} times would be chance",
        layer,
    )


def births(group: Group, everyone: Population, cap: float) -> Term | None:
    """The densest week of sign-ups of the members, against everyone's.

    What is beyond everyone's rate weighs from one in twenty members on, and fully at a quarter.
    """
    known = group.members["created_at"].drop_nulls().sort()
    if known.len() < 3:
        return None
    days = known.dt.epoch("s").to_numpy() / 86400
    all_days = np.sort(
        everyone.accounts["created_at"].drop_nulls().dt.epoch("s").to_numpy() / 86400
    )
    inside = np.searchsorted(days, days + 7, side="right") - np.arange(len(days))
    base = np.searchsorted(all_days, days + 7, side="right") - np.searchsorted(all_days, days)
    tails = binom.sf(inside - 1, len(days), base / len(all_days))
    best = int(np.argmin(tails))
    # As many windows were tried as there are members.
    p = float(min(1.0, max(tails[best], 1e-300) * len(days)))
    expected = len(days) * base[best] / len(all_days)
    return Term(
        "sign_ups_in_a_burst",
        COORDINATED,
        float(inside[best]),
        float(expected),
        p,
        from_p(p, cap) * ramp((inside[best] - expected) / len(days), 0.05, 0.25)
        if inside[best] >= MIN_COUNT
        else 0.0,
        f"{inside[best]} of {len(days)} accounts were opened within seven days; "
        f"{expected:.1f} would be at the rate of all accounts",
        "accounts",
    )


def focus(group: Group) -> Term:
    """The share of the members' own traffic that carries the group's traces."""
    observed = share_of(group.exchanges, float(group.members["n"].sum()))
    return Term(
        "focus",
        COORDINATED,
        observed,
        None,
        None,
        float(np.clip(log((observed + 0.001) / 0.1), -2.5, 1.5)),
        f"{observed:.0%} of all exchanges of these accounts carry the group's own traces",
        "prompt_span",
    )


__all__ = [
    "COORDINATED",
    "EXTRACTING",
    "INNOCENT",
    "Group",
    "Population",
    "Term",
    "births",
    "focus",
    "shared_instruments",
]
