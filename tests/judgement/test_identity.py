"""An id follows a campaign's traces, through new accounts, gaps, merges and splits."""

from datetime import date, timedelta
from typing import Any

from stillwatch.judgement.identity import dormant, identify, known, lasting, minted

WEEK = date(2026, 11, 9)
FORMER = WEEK - timedelta(days=7)
OLD = frozenset({"a", "b", "c"})
NEW = frozenset({"x", "y", "z"})


def spans(*values: int, exchanges: int = 10) -> dict[tuple[str, int], int]:
    return {("prompt_span", value): exchanges for value in values}


def row(name: str, traces: dict, week: date = FORMER, **said: Any) -> dict[str, Any]:
    return {
        "campaign_id": name, "week": week, "last_seen": week, "verdict": "confirmed",
        "status": "new", "members": sorted(OLD), "merged_from": [],
        "traces": [{"layer": layer, "trace": t, "exchanges": n}
                   for (layer, t), n in traces.items()],
        **said,
    }  # fmt: skip


def test_a_campaign_keeps_its_id_when_every_account_is_replaced() -> None:
    found = identify({1: (spans(1, 2, 3, 9), NEW)}, known([row("c-old", spans(1, 2, 3))]), WEEK)
    assert (found[1].campaign_id, found[1].status) == ("c-old", "continuing")
    assert not found[1].merged_from and not found[1].split_from


def test_other_content_by_the_same_accounts_continues_only_an_otherwise_lost_campaign() -> None:
    earlier = known([row("c-one", spans(1, 2)), row("c-two", spans(5, 6))])
    groups = {1: (spans(1, 2), OLD), 2: (spans(7, 8), OLD)}
    found = identify(groups, earlier, WEEK)
    assert found[1].campaign_id == "c-one"
    assert found[2].campaign_id == "c-two"
    alone = identify({2: (spans(7, 8), OLD)}, known([row("c-one", spans(1, 2))]), WEEK)
    assert alone[2].campaign_id == "c-one"
    strangers = identify({2: (spans(7, 8), NEW)}, known([row("c-one", spans(1, 2))]), WEEK)
    assert strangers[2].status == "new"


def test_variants_and_signatures_come_and_go() -> None:
    rare = {("variant", n): 6 for n in range(1000, 1400)} | {("signature", 5): 900}
    earlier = known([row("c-big", spans(1, 2, 3)), row("c-small", spans(7) | rare)])
    found = identify({1: (spans(1, 2, 3, 7), NEW)}, earlier, WEEK)
    assert found[1].merged_from == ["c-small"]
    assert lasting([{"layer": "variant", "trace": 1, "exchanges": 9}]) == {}


def test_guests_continue_nothing() -> None:
    earlier = known([row("c-old", spans(1, 2), guests=["b", "c"])])
    assert earlier[0].members == {"a"}
    assert identify({2: (spans(7), frozenset({"b", "c"}))}, earlier, WEEK)[2].status == "new"


def test_a_campaign_that_returns_after_a_gap_re_emerges() -> None:
    gone = row("c-old", spans(1, 2), last_seen=FORMER - timedelta(days=14), status="dormant")
    found = identify({1: (spans(1, 2), NEW)}, known([gone]), WEEK)
    assert (found[1].campaign_id, found[1].status) == ("c-old", "re-emerged")


def test_two_campaigns_that_join_are_recorded() -> None:
    earlier = known([row("c-big", spans(1, 2, 3)), row("c-small", spans(7))])
    found = identify({1: (spans(1, 2, 3, 7), NEW)}, earlier, WEEK)
    assert found[1].campaign_id == "c-big"
    assert found[1].merged_from == ["c-small"]
    assert dormant(earlier, found, WEEK) == []


def test_a_merger_is_told_once() -> None:
    before = WEEK - timedelta(days=14)
    history = [
        row("c-small", spans(7), before),
        row("c-big", spans(1, 2, 3), before),
        row("c-big", spans(1, 2, 3, 7), merged_from=["c-small"]),
    ]
    found = identify({1: (spans(1, 2, 3, 7), NEW)}, known(history), WEEK)
    assert (found[1].campaign_id, found[1].merged_from) == ("c-big", [])


def test_a_campaign_that_splits_keeps_its_id_in_the_larger_part() -> None:
    earlier = known([row("c-old", spans(1, 2, 3, 4, 5))])
    found = identify({1: (spans(5), NEW), 2: (spans(1, 2, 3, 4), OLD)}, earlier, WEEK)
    assert (found[2].campaign_id, found[2].split_from) == ("c-old", [])
    assert (found[1].status, found[1].split_from) == ("new", ["c-old"])
    assert found[1].campaign_id != "c-old"


def test_new_ids_are_distinct_and_repeatable() -> None:
    traces = spans(3, 4)
    first = minted(traces, NEW, set())
    assert first == minted(traces, OLD, set())
    assert minted(traces, NEW, {first}) != first
    silent = identify({1: ({}, OLD), 2: ({}, NEW)}, [], WEEK)
    assert silent[1].campaign_id != silent[2].campaign_id


def test_only_accused_campaigns_sleep_and_not_for_ever() -> None:
    earlier = known(
        [
            row("c-accused", spans(1)),
            row("c-benign", spans(2), verdict="benign"),
            row("c-ancient", spans(3), last_seen=WEEK - timedelta(days=7 * 27), status="dormant"),
        ]
    )
    assert [one.campaign_id for one in dormant(earlier, {}, WEEK)] == ["c-accused"]
