"""Does a campaign keep one id over the weeks while its accounts are replaced?

Each week is matched by itself; only the ids and the accounts are compared between weeks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import polars as pl

WEEKS = 4


@dataclass(frozen=True)
class Seen:
    """One week of a lake as far as identity goes.

    Attributes:
        week: Its Monday.
        matched: As `campaigns.matches` returns it.
        memberships: campaign, account_id.
    """

    week: date
    matched: pl.DataFrame
    memberships: pl.DataFrame


def stability(weeks: list[Seen]) -> dict[str, Any]:
    """Ids of each true campaign over the weeks, and the share of its accounts that was replaced.

    Args:
        weeks: In order of time.

    Returns:
        `weeks`, `one_id` (campaigns of two weeks or more that were found in each and kept one id)
        out of `continuing`, and a row a campaign: campaign, weeks, ids (None where missed),
        replaced (mean share of a week's accounts that the week before did not have).
    """
    rows = []
    names = sorted({name for seen in weeks for name in seen.matched["campaign"]})
    for name in names:
        present = [seen for seen in weeks if name in seen.matched["campaign"]]
        ids = [_id(seen, name) for seen in present]
        members = [_members(seen, name) for seen in present]
        turned = [len(now - before) / len(now) for before, now in pairwise(members) if now]
        rows.append(
            {
                "campaign": name,
                "weeks": len(present),
                "ids": ids,
                "replaced": sum(turned) / len(turned) if turned else None,
            }
        )
    lasting = [row for row in rows if row["weeks"] > 1]
    kept = [row for row in lasting if None not in row["ids"] and len(set(row["ids"])) == 1]
    return {
        "weeks": len(weeks),
        "continuing": len(lasting),
        "one_id": len(kept),
        "campaigns": rows,
    }


def _id(seen: Seen, name: str) -> str | None:
    found: str | None = seen.matched.filter(pl.col("campaign") == name)["campaign_id"].item()
    return found


def _members(seen: Seen, name: str) -> set[str]:
    return set(seen.memberships.filter(pl.col("campaign") == name)["account_id"])
