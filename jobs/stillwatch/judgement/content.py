"""Is what a group asks for worth training on, against what everyone asks for, and its own crowd?

A group with a crowd is unlike everybody, but so is the crowd: users of one public benchmark, or of
one template, all ask for what it is for. So each term of such a group is the least of several:
against everyone, and against the others who send the same (judgement.crowds).
"""

from __future__ import annotations

from math import log

import numpy as np

from stillwatch.judgement.terms import EXTRACTING, Group, Population, Sums, Term, share_of

Base = Group | Population | Sums
CROWD = "others who send the same"


def asked_for(group: Group, everyone: Population) -> list[Term]:
    """What is asked for: each term against everyone, or against a crowd where that says less.

    Args:
        group: With exchanges.
        everyone: The population's.
    """
    against: list[tuple[Base, str]] = [(everyone, "everyone")]
    against += [(crowd, CROWD) for crowd in group.crowds if crowd.exchanges]
    return [
        min((measure(group, base, whose) for base, whose in against), key=lambda term: term.weight)
        for measure in MEASURES
    ]


def against_all(group: Group, everyone: Population) -> list[Term]:
    """What is asked for: each term against everyone.

    Args:
        group: With exchanges.
        everyone: The population's.
    """
    return [measure(group, everyone, "everyone") for measure in MEASURES]


def targeted(group: Group, base: Base, whose: str) -> Term:
    """Exchanges on capabilities worth training for."""
    mine, theirs = (
        sum(n for name, n in each.capabilities.items() if name != "other") for each in (group, base)
    )
    what = "draw on a capability that is worth training for"
    return _excess("targeted_capabilities", mine, group, theirs, base, 2.0, what, whose)


def elicited(group: Group, base: Base, whose: str) -> Term:
    """Exchanges that ask for reasoning to be written out."""
    what = "ask for reasoning to be written out"
    return _excess("elicited_reasoning", group.elicits, group, base.elicits, base, 2.0, what, whose)


def graded(group: Group, base: Base, whose: str) -> Term:
    """Exchanges that ask for answers to be graded."""
    what = "ask for answers to be graded"
    return _excess("graded_answers", group.grades, group, base.grades, base, 1.5, what, whose)


def _excess(
    name: str, mine: int, group: Group, theirs: int, base: Base, cap: float, what: str, whose: str
) -> Term:
    """A share of the group's exchanges against the base's, by log odds ratio, never below 0."""
    observed, expected = share_of(mine, group.exchanges), share_of(theirs, base.exchanges)
    ratio = log((observed + 0.01) / (1.01 - observed)) - log((expected + 0.01) / (1.01 - expected))
    return Term(
        name,
        EXTRACTING,
        observed,
        expected,
        None,
        float(np.clip(ratio / 2, 0.0, cap)) if observed >= 0.05 else 0.0,
        f"{observed:.0%} of the exchanges {what}; {expected:.0%} of those of {whose} do",
        "capability",
    )


def long_answers(group: Group, base: Base, whose: str) -> Term:
    """Output tokens an exchange."""
    observed = share_of(group.output_tokens, group.exchanges)
    expected = share_of(base.output_tokens, base.exchanges)
    ratio = (observed + 1) / (expected + 1)
    return Term(
        "long_answers",
        EXTRACTING,
        observed,
        expected,
        None,
        float(np.clip(log(ratio), 0.0, 1.0)),
        f"{observed:.0f} output tokens an exchange; {expected:.0f} for {whose}",
        "usage",
    )


MEASURES = (targeted, elicited, graded, long_answers)
