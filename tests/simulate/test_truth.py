"""Does the truth of every shipped scenario agree with its traffic, and both with the file?

Counts, senders, pictures, models asked after a launch and accounts kept are compared exactly. What
the file only gives a chance of is compared within four standard errors; where turns of one
conversation are drawn together, errors count conversations.
"""

import math
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from stillwatch.simulate.campaigns import scaled
from stillwatch.simulate.scenario import Campaign, shipped

from tests.simulate.weeks import MONDAYS, Weeks, expected_shares, images, simulated

pytestmark = pytest.mark.slow  # together more than ten seconds

ACCOUNT, EXCHANGE = re.compile(r"acct_[a-z2-9]{13}"), re.compile(r"ex_[0-9a-f]{20}")
SIGMAS = 4.0
DRAWN_TOGETHER = 4.0  # exchanges of a conversation of agents, in which one draw decides for all
TOOLS = 0.97  # share of a campaign's agents and callers that are offered tools; nobody else is


@pytest.fixture(scope="module", params=list(shipped()))
def weeks(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Weeks:
    return simulated(tmp_path_factory.mktemp(request.param), request.param)


def planted(weeks: Weeks) -> Iterator[tuple[Campaign, int, str]]:
    """Every campaign in every week."""
    for campaign in weeks.scenario.campaigns:
        for number, monday in enumerate(MONDAYS):
            yield campaign, number, monday


def margin(share: float, count: float) -> float:
    """Four standard errors of a share, and the one exchange by which rounding may move it."""
    return SIGMAS * math.sqrt(share * (1 - share) / max(count, 1)) + 1 / max(count, 1)


def test_counts(weeks: Weeks) -> None:
    total = scaled(weeks.scenario.exchanges, weeks.scale, 8)
    assert weeks.lines == len(weeks.traffic) == len(MONDAYS) * total
    assert set(weeks.planted) <= set(weeks.traffic)
    for campaign, _, monday in planted(weeks):
        own = weeks.of(campaign.name, monday)
        told = weeks.campaigns[campaign.name, monday]
        least = scaled(campaign.accounts, weeks.scale, 8)
        assert len(own) == told["exchanges"] == scaled(campaign.exchanges, weeks.scale, least)
        senders = {row.account_id for row in own}
        assert senders == weeks.members(campaign.name, monday)
        assert len(senders) == told["accounts"]


def test_everybody_who_sent_has_a_kind(weeks: Weeks) -> None:
    for monday in MONDAYS:
        told = {row["account_id"] for row in weeks.accounts if str(row["week"]) == monday}
        assert told == {row.account_id for row in weeks.sent_in(monday)}
    kinds = {(row["group"].rsplit("-", 1)[0], row["kind"]) for row in weeks.accounts}
    controls = {kind for kind, name in kinds if name == "hard_negative"}
    assert controls == {kind for kind, count in weeks.scenario.controls.items() if count}


def test_nothing_that_lands_tells_what_is_planted(weeks: Weeks) -> None:
    assert weeks.told == set()
    for row in weeks.traffic.values():
        assert ACCOUNT.fullmatch(row.account_id)
        assert EXCHANGE.fullmatch(row.exchange_id)


def test_capability_shares(weeks: Weeks) -> None:
    for campaign, number, monday in planted(weeks):
        rows = weeks.of(campaign.name, monday)
        told = {
            row["name"]: row["share"]
            for row in weeks.campaigns[campaign.name, monday]["capabilities"]
        }
        assert sum(told.values()) == pytest.approx(1.0)
        meant = expected_shares(campaign, weeks.scale, number)
        assert set(told) <= set(meant)
        for name, share in meant.items():
            room = margin(share, len(rows) / DRAWN_TOGETHER)
            assert told.get(name, 0.0) == pytest.approx(share, abs=room), (campaign.name, name)
        if not campaign.images and campaign.replay == "none":
            assert images(rows) == round(told.get("computer_vision", 0.0) * len(rows))
        called = sum(told.get(name, 0.0) for name in ("tool_use", "agentic_reasoning"))
        room = margin(TOOLS, called * len(rows) / DRAWN_TOGETHER)
        assert sum(row.tools is not None for row in rows) == pytest.approx(
            TOOLS * called * len(rows), abs=room * called * len(rows)
        )


def test_what_a_campaign_stands_for_is_told(weeks: Weeks) -> None:
    for campaign, _, monday in planted(weeks):
        told = weeks.campaigns[campaign.name, monday]
        assert told["scenario"] == (campaign.scenario or weeks.scenario.source)
        assert told["rung"] == (campaign.rung or campaign.ladder)


def test_pivot(weeks: Weeks) -> None:
    launches = {model.name: model.launched_hours for model in weeks.scenario.models}
    for campaign, number, monday in planted(weeks):
        told = weeks.campaigns[campaign.name, monday]
        launched = launches.get(campaign.pivot_model, 0.0)
        if not campaign.pivot_share or number < launched // 168:
            assert told["pivot_model"] is None
            continue
        if number > launched // 168:
            continue
        start = datetime.fromisoformat(MONDAYS[0]) + timedelta(hours=launched)
        first, last = ((start + timedelta(hours=h)).isoformat() for h in (0, 24))
        day = [row for row in weeks.sent_in(monday) if first <= row.ts < last]
        moved: dict[bool, list[bool]] = {True: [], False: []}
        for row in day:
            own = weeks.planted.get(row.exchange_id) == campaign.name
            moved[own].append(row.model == campaign.pivot_model)
        share = sum(moved[True]) / len(moved[True])
        assert told["pivot_model"] == campaign.pivot_model
        assert told["pivot_share"] == pytest.approx(share)
        room = margin(campaign.pivot_share, len(moved[True]))
        assert share == pytest.approx(campaign.pivot_share, abs=room)
        assert told["pivot_hours"] == campaign.pivot_hours
        assert sum(moved[False]) / len(moved[False]) < share / 2  # others move at their own pace


def test_dilution(weeks: Weeks) -> None:
    """By pool, as two campaigns may share one: all that its accounts sent, to the request.

    The hiding requests are counted out as the own ones are, so no chance is left to allow for. An
    account that hid and did no work is no member, but truth keeps it under the pool's name.
    """
    for host in weeks.scenario.campaigns:
        pool = [host, *(c for c in weeks.scenario.campaigns if c.pool == host.name)]
        if host.pool:
            continue
        for monday in MONDAYS:
            sizes = [weeks.campaigns[c.name, monday]["exchanges"] for c in pool]
            cover = [
                round(n * c.dilution / (1 - c.dilution)) for n, c in zip(sizes, pool, strict=True)
            ]
            members = set().union(*(weeks.members(c.name, monday) for c in pool))
            sent = sum(row.account_id in members for row in weeks.sent_in(monday))
            assert sent == sum(sizes) + sum(cover), host.name


def test_replacement(weeks: Weeks) -> None:
    kept = expected = variance = 0.0
    for campaign in weeks.scenario.campaigns:
        before, after = (weeks.members(campaign.name, monday) for monday in MONDAYS)
        if campaign.ban_day:
            first = {
                r.account_id for r in weeks.of(campaign.name, MONDAYS[0]) if r.ts < ban(campaign)
            }
            assert not first & after  # who was banned does not come back
            before = before - first
        host = next(
            (c for c in weeks.scenario.campaigns if c.name == campaign.pool), campaign
        ).replaced_weekly
        kept += len(before & after)
        expected += len(before) * (1 - host)
        variance += len(before) * host * (1 - host)
    assert kept == pytest.approx(expected, abs=SIGMAS * math.sqrt(variance) + 1)


def test_honest_accounts_stay(weeks: Weeks) -> None:
    sides = [
        {
            row["account_id"]
            for row in weeks.accounts
            if row["kind"] == "hard_negative" and str(row["week"]) == monday
        }
        for monday in MONDAYS
    ]
    if weeks.scenario.controls:
        assert len(sides[0] & sides[1]) / len(sides[0]) > 0.85  # some send nothing in a week


def ban(campaign: Campaign) -> str:
    """The day on which a campaign's first accounts are gone."""
    monday = datetime.fromisoformat(MONDAYS[0])
    return (monday + timedelta(days=campaign.ban_day)).isoformat()[:10]
