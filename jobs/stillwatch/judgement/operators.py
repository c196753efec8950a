"""Is a group run by one hidden operator: a machine that deals work over many customers' names?

A pool draws payments from one stock and networks from another, so accounts of one payer are behind
several networks, and those of one network have several payers: payers and networks cross. Those of
teams with an office each do not; those of tenants in one building, or of a vendor's customers, may,
but all of them are behind the building's networks, or the vendor's. Where a balancer deals the work
at all hours, over networks none of which serves more than half of the accounts, it is one customer
who passes for many, whatever he sends: the relay of other people's prompts through a harness that
they do not see.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from stillwatch.config import JudgeSettings
from stillwatch.judgement.terms import EXTRACTING, Group, Term

NAME = "one_hidden_operator"
WEIGHT = 1.5
# A firm has a few cards, an office and a tunnel, and its machines work day and night.
MIN_PAYERS, MIN_NETWORKS = 5, 3
MIN_CROSSING = 0.2
# Of the accounts, the most that one network serves: a building's or a vendor's serves them all.
MAX_SERVED = 0.5
NEEDS = ("shared_payment", "shared_network", "even_load", "round_the_clock")


def crossing(tying: pl.DataFrame) -> tuple[float, int, int]:
    """How far payers and networks cross: of the pairs of them that meet, the share beyond a tree.

    That is the cyclomatic number of the graph of payers and networks, were it in one piece, by its
    edges: (n - 1)(m - 1) / nm for n payers each of which is met on each of m networks, and 0 where
    each payer has networks of its own or all have one.

    Args:
        tying: layer, trace, account_id: payments and networks that two of the accounts share.

    Returns:
        That share, the payers and the networks among them.
    """
    paid, behind = (
        tying.filter(pl.col("layer") == layer).select("account_id", pl.col("trace").alias(layer))
        for layer in ("payment", "network")
    )
    pairs = paid.join(behind, on="account_id").select("payment", "network").unique()
    if not pairs.height:
        return 0.0, 0, 0
    payers, networks = pairs["payment"].n_unique(), pairs["network"].n_unique()
    return max(0.0, 1 - (payers + networks - 1) / pairs.height), payers, networks


def hidden_operator(group: Group, found: Sequence[Term], settings: JudgeSettings) -> Term | None:
    """The term, where payments, networks and a machine's activity all speak for the group.

    Args:
        group: With who holds what ties it.
        found: Its other terms, after innocent explanations.
        settings: What a term weighs at least to count.
    """
    weights = {term.name: term.weight for term in found}
    speak = all(weights.get(name, 0.0) >= settings.min_family_weight for name in NEEDS)
    # What a crowd sends too may be a company's departments at their work, each with its card.
    if group.crowds or not speak:
        return None
    serves_most = pl.col("members") > MAX_SERVED * group.members.height
    networks_of_most = group.instruments.filter(pl.col("layer") == "network", serves_most)
    share, payers, networks = crossing(group.tying)
    crosses = share >= MIN_CROSSING and payers >= MIN_PAYERS and networks >= MIN_NETWORKS
    if networks_of_most.height or not crosses:
        return None
    return Term(
        NAME,
        EXTRACTING,
        share,
        0.0,
        None,
        WEIGHT,
        f"{payers} payers and {networks} networks of these accounts cross each other, no network "
        "serves more than half of them, and loads are even at all hours, as where one operator "
        "deals its work, or that of others, over the names of many customers",
        "payment",
    )
