"""Is the harness that a group's accounts have in common public software, or a pool's own?

A silent relay passes other people's prompts through a system prompt or tools of its own. What they
ask for is as ordinary as they are: that nobody else has the harness, and that accounts of several
payers work from the same networks, is what tells it from users of one product.
"""

from __future__ import annotations

from stillwatch.judgement.terms import (
    EXTRACTING,
    INNOCENT,
    Group,
    Population,
    Term,
    shared_instruments,
)

MAX_BY_CLAUSE = 0.3  # of the exchanges; the others have only the harness in common
MIN_OWN = 0.8  # of the accounts that have the harness at all
# Teams that use one product pay and work apart; where so many payers meet, they do not.
MIN_MINGLED = 0.5
WEIGHT = 1.5


def hidden(group: Group, everyone: Population) -> Term | None:
    """Other people's prompts through a harness that only a pool of several payers has."""
    if not _alone(group) or not group.harness_holders or (group.mingled or 0.0) < MIN_MINGLED:
        return None
    own = min(1.0, group.members.height / group.harness_holders)
    ties = [shared_instruments(group, everyone, layer, 1.0) for layer in ("payment", "network")]
    if own < MIN_OWN or not all(tie is not None and tie.weight > 0 for tie in ties):
        return None
    return Term(
        "hidden_harness",
        EXTRACTING,
        own,
        None,
        None,
        WEIGHT,
        f"{_share(group):.0%} of the exchanges have only a system prompt or tools in common, and "
        f"{own:.0%} of the accounts that have those are these, who share payments and, across "
        "payers, networks: other people's prompts through a harness of the pool's own",
        "system_prompt",
    )


def public(group: Group, everyone: Population) -> Term | None:
    """A harness in common and nothing else: public software in unrelated hands."""
    if not _alone(group) or hidden(group, everyone) is not None:
        return None
    return Term(
        "public software in unrelated hands",
        INNOCENT,
        _share(group),
        None,
        None,
        -2.0,
        f"{_share(group):.0%} of the exchanges have only a system prompt or tools in common, as "
        "users of one public framework have",
        "system_prompt",
    )


def _share(group: Group) -> float:
    """Of the exchanges, those that no clause of the prompt makes the group's."""
    return 1 - group.span_exchanges / group.exchanges if group.exchanges else 0.0


def _alone(group: Group) -> bool:
    """Whether hardly anything but the harness is in common."""
    return group.exchanges > 0 and _share(group) >= 1 - MAX_BY_CLAUSE
