"""How are numbers and verdicts said to a person, and how is a logged string made harmless?

Nothing here calls a q-value or a p-value a probability of guilt.
"""

from __future__ import annotations

import math
import unicodedata
from datetime import date, timedelta

DASH = "\N{EN DASH}"
ORDER = ("confirmed", "probable", "watch", "withheld", "reseller", "benign")
DETAILED = ("confirmed", "probable", "watch", "withheld")

VERDICTS = {
    "confirmed": "Evidence of independent kinds outweighs the innocent explanations that were "
    "weighed. It can still be wrong, and an explanation may not have been thought of: read both "
    "columns before anyone acts.",
    "probable": "Most of the evidence points to accounts working together to draw a capability "
    "out of the model. Some of it is missing or thin, so it needs a second look first.",
    "watch": "Something links these accounts, but not enough speaks for extraction. This "
    "group accuses nobody; it is listed so that it can be recognised if it grows.",
    "withheld": "A feed that this verdict would rest on is missing or broken this week, so no "
    "verdict is given.",
    "reseller": "The accounts share what a reseller's own customers share, and their work is "
    "their own. This group accuses nobody.",
    "benign": "The accounts have much in common and an ordinary explanation for it. This group "
    "accuses nobody.",
}
DECISIONS = {
    "confirmed": "An analyst confirmed this group.",
    "dismissed": "An analyst dismissed this group: the verdict is kept for the record, and whoever "
    "acts on these tables is to leave it out.",
}
_UNSAFE = {"Cc", "Cf", "Co", "Cn", "Cs"}


def no_group(exchanges: int, accounts: int, least: int) -> str:
    """Why a week has no judged group, in one sentence.

    Args:
        exchanges: Of the week.
        accounts: That sent them.
        least: Accounts of the smallest group.
    """
    if not exchanges:
        return "No group: the week has no exchanges."
    active = f"{count(accounts)} active account{'' if accounts == 1 else 's'}"
    if accounts < least:
        return f"No group: {active}; a group needs {least}."
    return f"No group: {active}, of which no {least} have enough in common."


def visible(text: str) -> str:
    """The text with characters that a reader cannot see or that turn its direction replaced.

    Escaping is the template's; this keeps a right-to-left override from showing another name, and
    lone surrogates out of the file.
    """
    return "".join(
        "\ufffd" if c not in "\n\t" and unicodedata.category(c) in _UNSAFE else c for c in text
    )


def count(value: float | None) -> str:
    """A whole number with thousands, a dash where there is none."""
    return DASH if value is None else f"{value:,.0f}"


def percent(value: float | None) -> str:
    """A share with three significant digits at most, never 0 % for something."""
    if value is None:
        return DASH
    points = 100 * value
    if points == 0 or points >= 10:
        return f"{points:.0f} %"
    return "< 0.01 %" if points < 0.01 else f"{points:.2g} %"


def number(value: float | None) -> str:
    """A measured number: few digits, scientific only where it must be."""
    if value is None:
        return DASH
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "unbounded"
    if value == int(value) and abs(value) < 1e9:
        return f"{int(value):,}"
    if 1e-3 <= abs(value) < 1e6:
        return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{value:.1e}"


def chance(value: float | None) -> str:
    """A p- or q-value; what underflowed is said to be below the smallest, never 0."""
    if value is None:
        return DASH
    if value == 0:
        return "< 1e-300"
    return f"{value:.2g}" if value >= 1e-3 else f"{value:.0e}"


def plain(name: str | None) -> str:
    """A label as words: `tool_use` becomes `tool use`."""
    return DASH if name is None else name.replace("_", " ")


def span(week: date) -> str:
    """First and last day of a week: 9 to 15 November 2026."""
    last = week + timedelta(days=6)
    if week.year != last.year:
        first = f"{week.day} {week:%B %Y}"
    elif week.month != last.month:
        first = f"{week.day} {week:%B}"
    else:
        first = str(week.day)
    return f"{first} to {last.day} {last:%B %Y}"
