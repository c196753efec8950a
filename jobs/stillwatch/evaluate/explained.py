"""What is published of each kind of innocent group: by which verdict, in which words?

Whom no judged group holds is left in peace, and nothing has to be said of him. A control group is
told of by a judged group that is its own: that holds half of its accounts, or half of which are its
accounts. What is neither is somebody else's, in which some of them happen to be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import polars as pl

from stillwatch.evaluate.frames import Published, Truth
from stillwatch.judgement.notes import NOTES
from stillwatch.judgement.terms import INNOCENT
from stillwatch.tables.gold import ACCUSING

COUNTS = ("active", "ungrouped", "elsewhere", "judged", "in_part", "among_others")
NAMED = ("by_verdict", "explanations", "unexplained", "notes")
MIN_HELD = 2  # one account makes no group


def by_kind(published: Published, truth: Truth, listed: pl.DataFrame) -> list[dict[str, Any]]:
    """One row a kind of control, sorted by kind.

    Of a control group only accounts count that sent something and took part in no campaign. Of
    several judged groups of its own it is the one that holds most of them; of those that hold as
    many, first one that accuses, then the smallest.

    Args:
        published: What the week published.
        truth: What was true of it.
        listed: group, control, account_id of the control groups.

    Returns:
        control; active (groups), of which ungrouped (nobody is in a judged group), elsewhere
        (some are, but no judged group is their own) and judged; of those in_part (less than half
        of them is in it), among_others (they are less than half of it) and by_verdict, where
        `accusing` is confirmed or probable; explanations: how many have each innocent
        explanation; unexplained: how many have none, by verdict; notes: how many have each note.
    """
    active = listed.join(published.activity, on="account_id", how="semi").join(
        truth.guilty(), on="account_id", how="anti"
    )
    held = (
        active.with_columns(accounts=pl.col("account_id").n_unique().over("group"))
        .join(published.members, on="account_id", how="left")
        .group_by("group", "control", "accounts", "campaign_id")
        .agg(held=pl.col("account_id").filter(pl.col("campaign_id").is_not_null()).n_unique())
        .join(_told(published), on="campaign_id", how="left")
        .with_columns(
            own=(pl.col("held") >= MIN_HELD)
            & (2 * pl.col("held") >= pl.min_horizontal("accounts", "size"))
        )
        .sort(
            "own",
            "held",
            "accuses",
            "size",
            "campaign_id",
            descending=[True, True, True, False, False],
            nulls_last=True,
        )
        .unique("group", keep="first", maintain_order=True)
    )
    return added(_row(row) for row in held.to_dicts())


def added(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of one group or of one week each, added up by kind; the commonest name first."""
    counts: dict[str, dict[str, Counter[str]]] = {}
    for row in rows:
        kind = counts.setdefault(row["control"], {name: Counter() for name in ("counts", *NAMED)})
        kind["counts"].update({name: row[name] for name in COUNTS})
        for name in NAMED:
            kind[name].update(row[name])
    return [
        {
            "control": kind,
            **{name: counts[kind]["counts"][name] for name in COUNTS},
            **{
                name: dict(sorted(counts[kind][name].items(), key=lambda one: (-one[1], one[0])))
                for name in NAMED
            },
        }
        for kind in sorted(counts)
    ]


def _told(published: Published) -> pl.DataFrame:
    """A row a judged group: campaign_id, size, verdict, accuses, words, explanation.

    `words` are the names of its innocent explanations.
    """
    words = [
        [
            term["name"]
            for term in terms or ()
            if term["question"] == INNOCENT and term["weight"] < 0
        ]
        for terms in published.campaigns["terms"].to_list()
    ]
    sizes = published.members.group_by("campaign_id").agg(size=pl.col("account_id").n_unique())
    return published.campaigns.select(
        "campaign_id",
        "verdict",
        "explanation",
        accuses=pl.col("verdict").is_in(ACCUSING),
        words=pl.Series(values=words, dtype=pl.List(pl.String)),
    ).join(sizes, on="campaign_id", how="inner")


def _row(group: dict[str, Any]) -> dict[str, Any]:
    """The counts that one control group adds to its kind's."""
    held, is_own = group["held"], bool(group["own"])
    verdict = "accusing" if group["accuses"] else group["verdict"]
    words, text = group["words"] or [], group["explanation"] or ""
    noted = [name for name, mark in NOTES.items() if mark in text]
    return {
        "control": group["control"],
        "active": 1,
        "ungrouped": int(not held),
        "elsewhere": int(held and not is_own),
        "judged": int(is_own),
        "in_part": int(is_own and 2 * held < group["accounts"]),
        "among_others": int(is_own and 2 * held < group["size"]),
        "by_verdict": {verdict: 1} if is_own else {},
        "explanations": dict.fromkeys(words, 1) if is_own else {},
        "unexplained": {verdict: 1} if is_own and not words else {},
        "notes": dict.fromkeys(noted, 1) if is_own else {},
    }
