"""How often do random sets of accounts ask for as much as a group does, or send as much?

These chances weigh nothing. An honest team is as unlike random accounts in what it works on, and
what is asked for decides nothing by itself; but a reader may want to know whether it is as unusual
as its weight says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from stillwatch.config import JudgeSettings
from stillwatch.judgement.content import against_all
from stillwatch.judgement.random_sets import busiest, chance, comparable, draws
from stillwatch.judgement.terms import Group, Population, Term

# By term what a random set is asked for: a column of Population.accounts.
ASKED = {
    "targeted_capabilities": "targeted",
    "elicited_reasoning": "elicits",
    "graded_answers": "grades",
    "long_answers": "output_tokens",
}
VOLUME = "volume"


def with_chances(
    terms: Sequence[Term], group: Group, everyone: Population, settings: JudgeSettings
) -> tuple[Term, ...]:
    """The terms, those of what is asked for and of volume with a p by random sets of accounts.

    For what is asked for a set's accounts are about as busy as the group's, and all that they send
    counts. What was taken against a crowd has no p: a crowd is one set, and no random one.

    Args:
        terms: Of the group.
        group: What they were measured on.
        everyone: The population's.
        settings: Number of draws and seed.
    """
    if not group.exchanges or not comparable(group, everyone.accounts):
        return tuple(terms)
    size, all_asked = group.members.height, against_all(group, everyone)
    asked = [term for term in terms if term in all_asked]
    columns = (*(ASKED[term.name] for term in asked), "n")
    pool = busiest(group, everyone).select(columns).to_numpy().astype(float)
    found = draws(pool, size, _an_exchange, settings)
    made = {
        term.name: _priced(term, found[:, place], "as busy accounts")
        for place, term in enumerate(asked)
    }
    for term in terms:
        if term.name == VOLUME:
            sent = everyone.accounts["n"].to_numpy().astype(float)
            made[VOLUME] = _priced(term, draws(sent, size, np.median, settings), "accounts")
    return tuple(made.get(term.name, term) for term in terms)


def _an_exchange(sets: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """Sums over accounts by that of the last value, their exchanges: shape (sets, values - 1)."""
    sums: NDArray[np.float64] = sets.sum(axis=axis)
    return sums[:, :-1] / sums[:, -1:]


def _priced(term: Term, found: NDArray[np.float64], of: str) -> Term:
    as_much = found >= term.observed
    times = f"{int(np.sum(as_much)):,} of {len(found):,}"
    return replace(
        term,
        p_value=chance(as_much),
        statement=f"{term.statement} (as much in {times} random sets of {of})",
    )
