"""An id follows a campaign's traces, through new accounts, gaps, merges and splits."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from stillwatch.judgement.identity import Identity, dormant, identify, known, lasting, minted

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


Groups = dict[int, tuple[dict[tuple[str, int], int], frozenset[str]]]


def published(groups: Groups, found: dict[int, Identity]) -> list[dict[str, Any]]:
    """Rows of this week as a run of it published them."""
    return [
        row(one.campaign_id, groups[number][0], WEEK, status=one.status,
            members=sorted(groups[number][1]), merged_from=one.merged_from)
        for number, one in found.items()
    ]  # fmt: skip


def test_a_campaign_keeps_its_id_when_every_account_is_replaced() -> None:
    found = identify({1: (spans(1, 2, 3, 9), NEW)}, known([row("c-old", spans(1, 2, 3))]), WEEK)
    assert (found[1].campaign_id, found[1].status) == ("c-old", "continuing")
    assert not found[1].merged_from and not found[1].split_from


def test_two_that_send_the_very_same_are_told_apart_by_their_accounts() -> None:
    groups = {1: (spans(1, 2), OLD), 2: (spans(1, 2), NEW)}
    first = identify(groups, [], WEEK)
    swapped = {1: groups[2], 2: groups[1]}
    again = identify(swapped, [], WEEK, known(published(groups, first)))
    assert (again[1].campaign_id, again[2].campaign_id) == (
        first[2].campaign_id,
        first[1].campaign_id,
    )
    after = identify(swapped, known(published(groups, first)), WEEK + timedelta(days=7))
    assert {n: one.campaign_id for n, one in after.items()} == {
        n: one.campaign_id for n, one in again.items()
    }


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


def test_late_files_change_the_strongest_trace_and_no_id() -> None:
    first: Groups = {1: (spans(1, 2, 3) | spans(2, exchanges=12), OLD)}
    late: Groups = {1: (spans(1, 2, 3) | spans(3, exchanges=20), OLD | NEW)}
    was = identify(first, [], WEEK)
    assert identify(late, [], WEEK)[1].campaign_id != was[1].campaign_id
    assert identify(late, [], WEEK, known(published(first, was))) == was


def test_a_group_that_was_not_published_before_takes_nobodys_id() -> None:
    """Not even where what it sends most was somebody else's: a decision may stand on that id."""
    first: Groups = {1: (spans(1, 2, 3), OLD)}
    former = known(published(first, identify(first, [], WEEK)))
    other: Groups = {1: (spans(1, 7, 8), NEW)}
    assert minted(*other[1], set()) == former[0].campaign_id
    assert identify(other, [], WEEK, former)[1].campaign_id != former[0].campaign_id


def test_an_id_that_was_published_outlives_the_backfill_that_would_give_another() -> None:
    groups: Groups = {1: (spans(1, 2, 3), OLD)}
    was = identify(groups, [], WEEK)
    backfilled = known([row("c-backfilled", spans(2, 3, 4))])
    assert identify(groups, backfilled, WEEK)[1].campaign_id == "c-backfilled"
    again = identify(groups, backfilled, WEEK, known(published(groups, was)))
    assert again[1] == Identity(was[1].campaign_id, "continuing", ["c-backfilled"])
    assert dormant(backfilled, again, WEEK) == []


def test_what_continues_is_told_from_earlier_weeks_alone() -> None:
    """A rerun of the week in which a campaign was new shows it as new."""
    groups: Groups = {1: (spans(1, 2), OLD), 2: (spans(5), NEW)}
    earlier = known([row("c-old", spans(5, 6), WEEK - timedelta(days=21))])
    was = identify(groups, earlier, WEEK)
    assert [one.status for one in was.values()] == ["new", "re-emerged"]
    assert identify(groups, earlier, WEEK, known(published(groups, was))) == was


def test_a_dormant_row_of_the_week_keeps_no_id() -> None:
    groups = {1: (spans(1, 2), NEW)}
    name = identify(groups, [], WEEK)[1].campaign_id
    asleep = row(name, spans(1, 2), WEEK, last_seen=FORMER, status="dormant", members=[])
    found = identify(groups, [], WEEK, known([asleep]))
    assert found[1].status == "new"
    assert found[1].campaign_id != name


SENT = st.dictionaries(st.tuples(st.just("prompt_span"), st.integers(0, 11)), st.integers(1, 9))
MEMBERS = st.frozensets(st.sampled_from("abcdefgh"), min_size=1)
NAMED = st.dictionaries(
    st.sampled_from(["c-1", "c-2", "c-3", "c-4"]), st.tuples(SENT, MEMBERS, st.integers(1, 5))
)


@st.composite
def weeks(draw: st.DrawFn) -> Groups:
    """Groups of which no two have the same content, nor without any the same accounts."""
    held = draw(st.lists(st.tuples(SENT, MEMBERS), max_size=5))
    apart = {frozenset(traces) or members: (traces, members) for traces, members in held}
    return dict(enumerate(apart.values(), 1))


def told(named: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        row(name, traces, WEEK - timedelta(days=7 * ago), members=sorted(members))
        for name, (traces, members, ago) in named.items()
    ]


@given(weeks(), weeks(), NAMED, NAMED)
def test_reruns_do_not_drift(first: Groups, late: Groups, named: Any, backfilled: Any) -> None:
    """The same once more is the same; more files, and another past, and again the same."""
    earlier, more = known(told(named)), known(told(named | backfilled))
    was = identify(first, earlier, WEEK)
    assert identify(first, earlier, WEEK, known(published(first, was))) == was
    then = identify(first, more, WEEK, known(published(first, was)))
    assert [one.campaign_id for one in then.values()] == [one.campaign_id for one in was.values()]
    for groups in (first, late):
        once = identify(groups, more, WEEK, known(published(first, was)))
        assert len({one.campaign_id for one in once.values()}) == len(groups)
        assert identify(groups, more, WEEK, known(published(groups, once))) == once
