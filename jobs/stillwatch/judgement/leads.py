"""Was this group a lead in an earlier week, on what that week itself showed?

What ties a pool is not seen every week: a feed is missing, or new accounts have not paid yet. A
group that sends for the most part what a lead of the last weeks sent, from mostly the same
accounts, was tied then. Content alone is not enough: a template may be published, and others send
it. A lead that was kept for an earlier one is none to the weeks after it, nor is one that had an
innocent explanation since, or that an analyst dismissed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from stillwatch.judgement.identity import MOST, Groups, Identity, in_common, lasting
from stillwatch.judgement.terms import COORDINATED, INNOCENT, Term
from stillwatch.tables.gold import ACCUSING

NAME = "a_lead_before"
FAMILY = "the lead of an earlier week"
EXPLAINED = ("benign", "reseller")
LASTS = 4  # weeks


@dataclass(frozen=True)
class Lead:
    """An earlier week's verdict on the same campaign.

    Attributes:
        week: Its Monday.
        verdict: confirmed or probable.
        weeks_ago: How many weeks before this one.
        content: Share of what this week's group sends by its traces that goes by traces of then.
        accounts: Share of its accounts that the verdict rested on then.
    """

    week: date
    verdict: str
    weeks_ago: int
    content: float
    accounts: float


def leads(
    groups: Groups,
    identities: Mapping[int, Identity],
    history: Iterable[Mapping[str, Any]],
    dismissed: Set[str],
    week: date,
) -> dict[int, Lead]:
    """The last lead that each group continues: half of content and accounts, both ways.

    Args:
        groups: Of each number, exchanges by trace that lasts and the accounts.
        identities: Of the same numbers.
        history: Rows of gold.campaigns of earlier weeks.
        dismissed: Campaigns that are none, as analysts last decided.
        week: Monday of this week.
    """
    last: dict[str, Mapping[str, Any]] = {}
    for row in sorted(history, key=lambda r: r["week"]):
        terms = row["terms"] or ()
        if row["verdict"] in ACCUSING:
            if all(t["name"] != NAME for t in terms):
                last[row["campaign_id"]] = row
        elif row["verdict"] in EXPLAINED or any(t["question"] == INNOCENT for t in terms):
            last.pop(row["campaign_id"], None)
    found = {}
    for number, (traces, members) in groups.items():
        identity = identities[number]
        if identity.status == "new" or identity.campaign_id in dismissed:
            continue
        was = last.get(identity.campaign_id)
        if was is None or was["week"] < week - timedelta(days=7 * LASTS):
            continue
        content = in_common(traces, lasting(was["traces"] or ()))
        judged = was["judged"] or ()
        accounts = in_common(dict.fromkeys(members, 1), dict.fromkeys(judged, 1))
        if min(*content, *accounts) >= MOST:
            weeks_ago = (week - was["week"]).days // 7
            found[number] = Lead(was["week"], was["verdict"], weeks_ago, content[0], accounts[0])
    return found


def term(lead: Lead, weight: float) -> Term:
    """What the lead adds: as much as the least that makes a family count."""
    return Term(
        NAME,
        COORDINATED,
        float(lead.weeks_ago),
        None,
        None,
        weight,
        f"the same campaign was {lead.verdict} in the week of {lead.week}; {lead.content:.0%} of "
        f"what is sent by its traces now goes by traces of then, and {lead.accounts:.0%} of the "
        "accounts are among those that it rested on",
        "history",
    )
