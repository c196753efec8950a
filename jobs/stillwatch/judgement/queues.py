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

MIN_EXCHANGES = 10
# Share of all prompts that as many accounts sent, or as many and one more, from which they were
# dealt out, and from which nothing else is left; and how many such prompts there are at least. Of
# a small group that sends what it likes three in five are sent by as many or one more.
EXACTLY, MIN_EXACTLY = (0.5, 0.8), 20
ABOUT, MIN_ABOUT = (0.8, 0.95), 50


@dataclass(frozen=True)
class Dealt:
    """Prompts that were sent by the same number of accounts each, or by one more.

    Attributes:
        times: How many accounts got each, from 2 to half the group: so many or one more.
        prompts: How many prompts were.
        of: Distinct prompts in all.
        chance: Share of prompts that independent choice would give to as many accounts.
        strength: From 0 to 1, how far it is beyond the least that counts.
    """

    times: int
    prompts: int
    of: int
    chance: float
    strength: float


def repeated(group: Group) -> float:
    """Share of the exchanges with a prompt that another account of the group sent word for word."""
    sent = group.senders.filter(pl.col("senders") > 1)["exchanges"].sum()
    return share_of(float(sent), float(group.senders["exchanges"].sum()))


def dealt(group: Group) -> Dealt | None:
    """The number of accounts that most prompts were sent by, if it is above one.

    Half of all by exactly as many, or four in five by as many or one more: a queue that draws
    accounts at random draws some twice. Independent choice spreads wider, whatever its mean.
    """
    counts = dict(group.senders.select("senders", "prompts").iter_rows())
    several = [k for k in counts if k > 1]
    if not several:
        return None
    of = sum(counts.values())
    about = {k: counts[k] + counts.get(k + 1, 0) for k in several}
    times = min(several, key=lambda k: (-about[k], k))
    exact = max(counts[times], counts.get(times + 1, 0))
    # What everyone sent was handed to everyone, as homework is.
    most = group.members.height / 2
    is_exact = exact >= max(MIN_EXACTLY, EXACTLY[0] * of) and times <= most
    is_about = about[times] >= max(MIN_ABOUT, ABOUT[0] * of) and times + 1 <= most
    if not (is_exact or is_about):
        return None
    strength = max(
        ramp(exact / of, *EXACTLY) if is_exact else 0.0,
        ramp(about[times] / of, *ABOUT) if is_about else 0.0,
    )
    mean = sum(k * prompts for k, prompts in counts.items()) / of
    chance = _truncated(mean, times) + _truncated(mean, times + 1)
    return Dealt(times, about[times], of, chance, strength)


def _truncated(mean: float, times: int) -> float:
    """P(X = times | X > 0) of the Poisson law whose mean, given X > 0, is `mean` (above 1)."""
    if mean <= 1.0 + 1e-9:
        return 0.0
    rate = brentq(lambda r: r / -np.expm1(-r) - mean, 1e-9, mean)
    return float(poisson.pmf(times, rate) / -np.expm1(-rate))


def sampled(group: Group, cap: float) -> Term | None:
    """Each prompt asked of k accounts, against independent choice among the prompts."""
    found = dealt(group)
    if found is None:
        return None
    p = _chance(found)
    observed = found.prompts / found.of
    return Term(
        "dealt_to_several",
        COORDINATED,
        observed,
        found.chance,
        p,
        from_p(p, cap) * found.strength,
        f"{found.prompts} of {found.of} prompts were sent by {found.times} or {found.times + 1} "
        f"accounts each; {found.chance:.0%} would be where accounts choose for themselves",
        "near_duplicate",
    )


def _chance(found: Dealt) -> float:
    return float(max(binom.sf(found.prompts - 1, found.of, found.chance), 1e-300))


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
        found.chance,
        _chance(found),
        1.5 * found.strength,
        f"{observed:.0%} of the prompts are work items of which {found.times} or "
        f"{found.times + 1} answers each were taken",
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
