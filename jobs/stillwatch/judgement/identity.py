"""Which campaign of earlier weeks is this group, under the same id, even if every account changed?

A group continues an earlier one if most of what either sends by its own traces is sent by traces
that both have. Accounts decide only where content changed altogether. A group has the id that its
week was last published with, else an earlier week's, else one from its strongest trace, never a
later week's: neither a backfill nor a rerun gives it another than readers have seen.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

from stillwatch.kernels.attribution import VARIANT
from stillwatch.tables.gold import ACCUSING

MOST = 0.5
# A campaign that was not seen for this many weeks is no longer carried along as dormant.
FORGOTTEN_WEEKS = 26

# What comes and goes: no signature is issued twice, and a variant is rare.
PASSING = ("signature", VARIANT)

Trace = tuple[str, int]
# By number exchanges by trace, and the accounts.
Groups = Mapping[int, tuple[dict[Trace, int], frozenset[str]]]
K = TypeVar("K")


@dataclass(frozen=True)
class Known:
    """A campaign as it was last seen.

    Attributes:
        campaign_id: Its id.
        last_seen: Monday of the week in which it last sent anything.
        accused: Whether it was accused then.
        traces: Exchanges by trace that lasts.
        members: Its accounts, guests aside.
        row: Its latest row of gold.campaigns.
    """

    campaign_id: str
    last_seen: date
    accused: bool
    traces: dict[Trace, int]
    members: frozenset[str]
    row: Mapping[str, Any]


# Group, campaign, and what part of the group and of the campaign the other has.
Link = tuple[int, Known, float, float]


@dataclass(frozen=True)
class Identity:
    """Who a group is; fields as in gold.campaigns."""

    campaign_id: str
    status: str = "new"
    merged_from: list[str] = field(default_factory=list)
    split_from: list[str] = field(default_factory=list)


def known(history: Iterable[Mapping[str, Any]]) -> list[Known]:
    """Campaigns of earlier weeks, each as its latest row has it, in order of ids."""
    latest: dict[str, Mapping[str, Any]] = {}
    for row in sorted(history, key=lambda r: r["week"]):
        latest[row["campaign_id"]] = row
        for taken_in in row["merged_from"] or ():
            # Told once: from then on it lives in the other, unless it is seen again.
            if taken_in in latest and latest[taken_in]["week"] < row["week"]:
                del latest[taken_in]
    return [
        Known(
            name,
            row["last_seen"] or row["week"],
            row["verdict"] in ACCUSING or row["status"] == "dormant",
            lasting(row["traces"] or ()),
            frozenset(row["members"] or ()) - frozenset(row.get("guests") or ()),
            row,
        )
        for name, row in sorted(latest.items())
    ]


def lasting(traces: Iterable[Mapping[str, Any]]) -> dict[Trace, int]:
    """Exchanges by trace, of those by which a campaign is known again.

    Args:
        traces: layer, trace, exchanges.
    """
    return {(t["layer"], t["trace"]): t["exchanges"] for t in traces if t["layer"] not in PASSING}


def identify(
    groups: Groups,
    earlier: list[Known],
    week: date,
    former: Iterable[Known] = (),
) -> dict[int, Identity]:
    """An identity for each group.

    Args:
        groups: Of each number, exchanges by trace and the accounts.
        earlier: Campaigns of earlier weeks.
        week: Monday of this week.
        former: Campaigns that this week was last published with. Ids are kept from them; what
            continues, merged or split is told from earlier weeks alone.
    """
    former = list(former)
    present = [campaign for campaign in former if campaign.last_seen == week]
    again = _matched(_linked(groups, present), {}, groups)
    kept = {number: campaign.campaign_id for number, campaign in again.items()}
    linked = _linked(groups, earlier)
    mine = _matched(linked, kept, groups)
    owner = {campaign.campaign_id: number for number, campaign in mine.items()}
    owner |= {name: number for number, name in kept.items()}
    merged, split = defaultdict(list), defaultdict(list)
    for number, campaign, now, then in linked:
        name = campaign.campaign_id
        # What this week was published under, before a backfilled week gave it another id.
        renamed = mine.get(number) is campaign and kept.get(number, name) != name
        if renamed or (then >= MOST and name not in owner and number in mine):
            merged[number].append(name)
        if now >= MOST and owner.get(name, number) != number:
            split[number].append(name)
    before = {campaign.campaign_id: campaign for campaign in earlier}
    taken = before.keys() | {campaign.campaign_id for campaign in former}
    found = {}
    for number, (traces, members) in sorted(groups.items()):
        was = mine.get(number)
        name = kept.get(number) or (was.campaign_id if was else minted(traces, members, taken))
        taken.add(name)
        status = _status(before.get(name, was), week)
        found[number] = Identity(name, status, sorted(merged[number]), sorted(split[number]))
    return found


def _status(was: Known | None, week: date) -> str:
    """What a campaign is to readers of the weeks before."""
    if was is None:
        return "new"
    return "continuing" if was.last_seen >= week - timedelta(days=7) else "re-emerged"


def _matched(linked: Iterable[Link], kept: Mapping[int, str], groups: Groups) -> dict[int, Known]:
    """One campaign a group, one group a campaign: that of the id it keeps, else the strongest.

    Of equally strong ones, as of two groups that send the very same, that with most accounts.
    """
    owner = {name: number for number, name in kept.items()}
    mine: dict[int, Known] = {}

    def order(link: Link) -> tuple[bool, float, int, int, str]:
        number, campaign, now, then = link
        name, same = campaign.campaign_id, len(groups[number][1] & campaign.members)
        return kept.get(number) != name, -min(now, then), -same, number, name

    for number, campaign, _, _ in sorted(linked, key=order):
        if number not in mine and owner.setdefault(campaign.campaign_id, number) == number:
            mine[number] = campaign
    return mine


def _linked(groups: Groups, earlier: list[Known]) -> list[Link]:
    """Group, campaign, and what part of each the other has; only where one part is most of it."""
    having = defaultdict(set)
    for at, campaign in enumerate(earlier):
        for trace in campaign.traces:
            having[trace].add(at)
    linked = []
    for number, (traces, _) in sorted(groups.items()):
        for at in sorted({at for trace in traces for at in having.get(trace, ())}):
            now, then = in_common(traces, earlier[at].traces)
            if max(now, then) >= MOST:
                linked.append((number, earlier[at], now, then))
    by_content = {number for number, *_ in linked}
    continued = {campaign.campaign_id for _, campaign, *_ in linked}
    for number, (_, members) in sorted(groups.items()):
        for campaign in earlier:
            kept = len(members & campaign.members)
            if number in by_content or campaign.campaign_id in continued or not kept:
                continue
            now, then = kept / len(members), kept / len(campaign.members)
            if min(now, then) >= MOST:
                linked.append((number, campaign, now, then))
    return linked


def in_common(now: Mapping[K, int], then: Mapping[K, int]) -> tuple[float, float]:
    """What part of either is by keys of both."""
    both = now.keys() & then.keys()
    now_part, then_part = (
        sum(side[key] for key in both) / max(1, sum(side.values())) for side in (now, then)
    )
    return now_part, then_part


def minted(traces: dict[Trace, int], members: frozenset[str], taken: set[str]) -> str:
    """A new id, from what the group sends most: another lake, or a backfill, mints the same."""
    strongest = sorted(traces, key=lambda t: (-traces[t], t))
    words = [f"{layer}:{trace}" for layer, trace in strongest] or sorted(members)
    for length in range(1, len(words) + 1):
        name = "c-" + hashlib.sha256(",".join(words[:length]).encode()).hexdigest()[:12]
        if name not in taken:
            return name
    text = ",".join([*words, *sorted(members), *sorted(taken)])
    return "c-" + hashlib.sha256(text.encode()).hexdigest()[:12]


def dormant(earlier: list[Known], present: dict[int, Identity], week: date) -> list[Known]:
    """Accused campaigns that no group of this week continues or took in."""
    gone = {one.campaign_id for one in present.values()}
    gone |= {name for one in present.values() for name in (*one.merged_from, *one.split_from)}
    oldest = week - timedelta(days=7 * FORGOTTEN_WEEKS)
    return [
        campaign
        for campaign in earlier
        if campaign.accused and campaign.campaign_id not in gone and campaign.last_seen >= oldest
    ]
