"""What is said besides of groups that accuse nobody, and that no verdict turns on it."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from judged_groups import CAMPAIGN, EVERYONE, SETTINGS, instruments, senders
from stillwatch.judgement import verdict as judging
from stillwatch.judgement.notes import ASIDE, FEW_HOURS, FIXED, NOTES
from stillwatch.judgement.terms import Group
from stillwatch.judgement.verdict import Verdict, judge

UNTIED = replace(CAMPAIGN, instruments=instruments([]), capabilities={"other": 2000}, elicits=0)


def with_hours(group: Group, bits: float) -> Group:
    """The group with as many bits of the day's hours in each account; people have about 2.5."""
    return replace(group, members=group.members.with_columns(hour_entropy=pl.lit(bits)))


def in_share(share: float) -> Group:
    """A group whose traces are in that share of what its accounts send, the rest other work."""
    sent = round(share * UNTIED.members["n"].sum())
    return replace(UNTIED, exchanges=sent, span_exchanges=sent, capabilities={"other": sent},
                   senders=senders({1: sent}), output_tokens=100 * sent)  # fmt: skip


def judged(group: Group) -> Verdict:
    return judge(group, EVERYONE, 20, SETTINGS)


def noted(group: Group) -> set[str]:
    return {name for name, mark in NOTES.items() if mark in judged(group).explanation}


def test_jobs_at_set_hours_are_said_to_be() -> None:
    usual = next(term for term in judged(UNTIED).terms if term.name == "round_the_clock").expected
    assert usual is not None
    nightly = with_hours(UNTIED, 0.98 * FEW_HOURS * usual)
    assert noted(nightly) == {FIXED}
    assert "as of jobs that run at set hours." in judged(nightly).explanation
    assert noted(with_hours(UNTIED, 1.02 * FEW_HOURS * usual)) == set()


def test_hours_of_other_work_say_nothing_of_the_group() -> None:
    assert noted(with_hours(in_share(0.55), 1.0)) == {FIXED}
    assert noted(with_hours(in_share(0.45), 1.0)) == set()


def test_a_phrase_in_a_little_of_their_traffic_is_said_to_be() -> None:
    assert noted(in_share(0.07)) == {ASIDE}
    assert "7% of what its accounts send is the group's" in judged(in_share(0.07)).explanation
    assert noted(in_share(0.2)) == set()


def test_groups_without_exchanges_and_accused_ones_are_not_noted() -> None:
    silent = replace(CAMPAIGN, exchanges=0, span_exchanges=0, capabilities={})
    assert noted(with_hours(silent, 1.0)) == set()
    accused = judged(with_hours(CAMPAIGN, 1.0))
    assert accused.verdict in ("confirmed", "probable")
    assert noted(with_hours(CAMPAIGN, 1.0)) == set()


@pytest.mark.parametrize("share", [0.07, 0.9])
def test_no_verdict_turns_on_a_note(share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    group = with_hours(in_share(share), 1.0)
    told = judged(group)
    assert told.verdict in ("watch", "benign")
    monkeypatch.setattr(judging, "notes", lambda found, settings: [])
    plain = judged(group)
    assert told.explanation.startswith(plain.explanation)
    assert len(told.explanation) > len(plain.explanation)
    assert replace(told, explanation="") == replace(plain, explanation="")
