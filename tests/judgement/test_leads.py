"""A lead of an earlier week ties who continues it, unless it was explained or dismissed since."""

from datetime import date, timedelta
from typing import Any

from stillwatch.judgement.identity import Identity, Trace
from stillwatch.judgement.leads import LASTS, NAME, Lead, leads
from stillwatch.judgement.terms import COORDINATED, INNOCENT

WEEK = date(2026, 11, 23)
ONE = Identity("c-one", "continuing")
THEN = ["a", "b", "c", "d"]


def weeks_ago(weeks: int) -> date:
    return WEEK - timedelta(days=7 * weeks)


def sent(*values: int, layer: str = "prompt_span") -> dict[Trace, int]:
    return {(layer, value): 10 for value in values}


def row(verdict: str, weeks: int, traces: dict[Trace, int], terms: tuple[str, ...] = ()) -> Any:
    return {
        "campaign_id": "c-one", "week": weeks_ago(weeks), "verdict": verdict,
        "members": [*THEN, "g"], "judged": THEN,
        "traces": [{"layer": layer, "trace": t, "exchanges": n}
                   for (layer, t), n in traces.items()],
        "terms": [{"name": name, "question": INNOCENT if " " in name else COORDINATED}
                  for name in terms],
    }  # fmt: skip


def found(
    *history: Any,
    traces: dict[Trace, int],
    members: str = "abcx",
    identity: Identity = ONE,
    dismissed: frozenset[str] = frozenset(),
) -> Lead | None:
    group = (traces, frozenset(members))
    return leads({3: group}, {3: identity}, history, dismissed, WEEK).get(3)


def test_the_last_lead_is_told_with_what_is_left_of_it() -> None:
    before = (row("probable", 1, sent(1, 2, 3)), row("confirmed", 2, sent(1, 2)))
    told = Lead(weeks_ago(1), "probable", 1, content=0.75, accounts=0.75)
    assert found(*before, traces=sent(1, 2, 3, 9)) == told


def test_a_lead_that_was_only_kept_or_was_none_is_no_lead_but_hides_none() -> None:
    unsure = row("watch", 1, sent(1, 2))
    kept = row("probable", 2, sent(1, 2), (NAME, "shared_payment"))
    assert found(unsure, kept, traces=sent(1, 2)) is None
    first = row("confirmed", 3, sent(1, 2), ("shared_payment",))
    lead = found(unsure, kept, first, traces=sent(1, 2))
    assert lead is not None
    assert (lead.week, lead.weeks_ago) == (weeks_ago(3), 3)


def test_what_was_explained_since_is_no_lead() -> None:
    first = row("confirmed", 2, sent(1, 2))
    for since in (row("benign", 1, sent(1)), row("reseller", 1, sent(1)),
                  row("watch", 1, sent(1), ("people in one place",))):  # fmt: skip
        assert found(first, since, traces=sent(1, 2)) is None
    before = row("benign", 3, sent(1, 2))
    assert found(before, first, traces=sent(1, 2)) is not None
    weighed = row("probable", 2, sent(1, 2), ("shared_payment", "people in one place"))
    assert found(weighed, traces=sent(1, 2)) is not None


def test_a_lead_lasts_four_weeks() -> None:
    assert found(row("confirmed", LASTS, sent(1, 2)), traces=sent(1, 2)) is not None
    assert found(row("confirmed", LASTS + 1, sent(1, 2)), traces=sent(1, 2)) is None


def test_half_of_either_content_and_of_the_accounts_must_be_the_same() -> None:
    before = row("confirmed", 1, sent(1, 2))
    assert found(before, traces=sent(1, 7)) is not None
    assert found(before, traces=sent(1, 7, 8)) is None  # mostly new
    assert found(row("confirmed", 1, sent(1, 2, 3)), traces=sent(1)) is None  # a part of it
    assert found(before, traces=sent(1, 2), members="abxy") is not None
    assert found(before, traces=sent(1, 2), members="abxyz") is None  # others send it now
    assert found(before, traces=sent(1, 2), members="a") is None  # the others are gone
    assert found(before, traces=sent(1, 2), members="agxy") is None  # it did not rest on one
    assert found(before, traces={}) is None


def test_what_comes_and_goes_is_no_content() -> None:
    """A variant may be in both weeks; the template has to be."""
    before = row("confirmed", 1, sent(1, 2) | sent(5, 6, 7, layer="variant"))
    assert found(before, traces=sent(1, 2)) is not None


def test_a_dismissed_campaign_and_a_new_one_continue_nothing() -> None:
    before = row("confirmed", 1, sent(1, 2))
    assert found(before, traces=sent(1, 2), dismissed=frozenset({"c-one"})) is None
    assert found(before, traces=sent(1, 2), dismissed=frozenset({"c-two"})) is not None
    assert found(before, traces=sent(1, 2), identity=Identity("c-two", "continuing")) is None
    assert found(before, traces=sent(1, 2), identity=Identity("c-one", "new")) is None
