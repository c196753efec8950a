"""Are a group's prompts dealt out as one queue deals them, or repeated as people repeat them?

A queue deals each work item to one account, or to k of them where it samples k answers. People who
copy a prompt send one thing many times; people who run a public benchmark send each question as
often as chance has it, close to Poisson.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.optimize import brentq
from scipy.stats import binom, poisson

from stillwatch.judgement.terms import COORDINATED, EXTRACTING, Group, Term, from_p, ramp, share_of

MIN_PROMPTS = 20
MIN_EXCHANGES = 10


@dataclass(frozen=True)
class Dealt:
    """Prompts that were sent by the same number of accounts each.

    Attributes:
        times: How many accounts got each, from 2 to half the group.
        prompts: How many prompts were.
        of: Distinct prompts in all.
        chance: Share of prompts that independent choice would give to as many accounts.
    """

    times: int
    prompts: int
    of: int
    chance: float


def repeated(group: Group) -> float:
    """Share of the exchanges with a prompt that another account of the group sent word for word."""
    sent = group.senders.filter(pl.col("senders") > 1)["exchanges"].sum()
    return share_of(float(sent), float(group.senders["exchanges"].sum()))


def dealt(group: Group) -> Dealt | None:
    """The number of accounts that half of all prompts or more were sent by, if it is above one."""
    rows = group.senders.sort("prompts", descending=True)
    if not rows.height:
        return None
    times, prompts = int(rows["senders"][0]), int(rows["prompts"][0])
    of = int(rows["prompts"].sum())
    # What everyone sent was handed to everyone, as homework is.
    if not 2 <= times <= group.members.height / 2 or prompts < max(MIN_PROMPTS, 0.5 * of):
        return None
    mean = float((group.senders["senders"] * group.senders["prompts"]).sum()) / of
    return Dealt(times, prompts, of, _truncated(mean, times))


def _truncated(mean: float, times: int) -> float:
    """P(X = times | X > 0) of the Poisson law whose mean, given X > 0, is `mean` (above 1)."""
    if mean <= 1.0 + 1e-9:
        return 0.0
    rate = brentq(lambda r: r / -np.expm1(-r) - mean, 1e-9, mean)
    return float(poisson.pmf(times, rate) / -np.expm1(-rate))


def sampled(group: Group, cap: float) -> Term | None:
    """Each prompt asked of exactly k accounts, against independent choice among the prompts."""
    found = dealt(group)
    if found is None:
        return None
    p = float(max(binom.sf(found.prompts - 1, found.of, found.chance), 1e-300))
    observed = found.prompts / found.of
    return Term(
        "dealt_to_several",
        COORDINATED,
        observed,
        found.chance,
        p,
        from_p(p, cap) * ramp(observed, 0.5, 0.8),
        f"{found.prompts} of {found.of} prompts were sent by exactly {found.times} accounts each; "
        f"{found.chance:.0%} would be where accounts choose for themselves",
        "near_duplicate",
    )


def sampled_queue(group: Group) -> Term | None:
    """Work items of which each is asked several times: somebody samples answers."""
    found = dealt(group)
    if found is None:
        return None
    observed = found.prompts / found.of
    return Term(
        "sampled_queue",
        EXTRACTING,
        observed,
        None,
        None,
        1.5 * ramp(observed, 0.5, 0.8),
        f"{observed:.0%} of the prompts are work items of which {found.times} answers each were "
        "taken",
        "near_duplicate",
    )


def one_queue(group: Group) -> Term | None:
    """A shared template with payloads dealt out once each; people who copy a prompt repeat it.

    One prompt in ten sent by two accounts is already more than such a queue deals out.
    """
    if group.span_exchanges < MIN_EXCHANGES or dealt(group) is not None:
        return None
    again = repeated(group)
    structured = share_of(group.span_exchanges, group.exchanges)
    return Term(
        "one_job_queue",
        EXTRACTING,
        1 - again,
        None,
        None,
        -1.5 if again > 0.7 else 1.5 * structured * (1 - ramp(again, 0.0, 0.1)),
        f"{1 - again:.0%} of the prompts were sent by one account only, though "
        f"{structured:.0%} share clauses with the group's others",
        "prompt_span",
    )
