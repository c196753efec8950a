"""What is to be seen of a group that decides nothing, but tells a reader what it may be?

Words alone, for groups that accuse nobody: no term and no weight, so that no verdict turns on them.
A campaign may look the same, so a note explains nothing away.
"""

from __future__ import annotations

from stillwatch.config import JudgeSettings
from stillwatch.judgement.terms import Term

# Of the bits that hours of as busy accounts fill: jobs at set hours fill 0.47 to 0.56, an office
# two thirds or more.
FEW_HOURS = 0.6
FIXED, ASIDE = "work at set hours", "beside other work"
# By its name, what a note is known by in an explanation.
NOTES = {
    FIXED: "as of jobs that run at set hours",
    ASIDE: "a phrase in common beside other work",
}


def notes(found: tuple[Term, ...], settings: JudgeSettings) -> list[str]:
    """Sentences without their full stop, each with its numbers.

    Args:
        found: The group's terms.
        settings: From which share of their traffic on what accounts send is the group's.
    """
    terms = {term.name: term for term in found}
    focus, hours = terms.get("focus"), terms.get("round_the_clock")
    if focus is None:
        return []
    if focus.observed < settings.min_work_focus:
        return [f"{focus.observed:.0%} of what its accounts send is the group's: {NOTES[ASIDE]}"]
    # Hours are of all that the accounts send, so most of that has to be the group's.
    if focus.observed < settings.min_group_focus or hours is None or not hours.expected:
        return []
    if hours.observed > FEW_HOURS * hours.expected:
        return []
    return [
        f"its accounts' work fills {hours.observed:.1f} bits of the day's hours where that of "
        f"accounts at least half as busy fills {hours.expected:.1f}, {NOTES[FIXED]}"
    ]
