"""Hand-made weeks with known answers: factories that fill in whatever a case leaves out."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from stillwatch.evaluate.frames import Published, Truth

WEEK = date(2026, 11, 9)
CAMPAIGN_COLUMNS = {
    "campaign_id": pl.String,
    "verdict": pl.String,
    "decision": pl.String,
    "capabilities": pl.List(pl.Struct({"name": pl.String, "share": pl.Float64})),
    "pivot_model": pl.String,
    "pivot_share": pl.Float64,
    "pivot_hours": pl.Float64,
    "explanation": pl.String,
    "terms": pl.List(pl.Struct({"name": pl.String, "question": pl.String, "weight": pl.Float64})),
}
TRUTH_CAMPAIGN_COLUMNS = {
    "campaign": pl.String,
    "capabilities": pl.List(pl.Struct({"name": pl.String, "share": pl.Float64})),
    "pivot_model": pl.String,
    "pivot_share": pl.Float64,
    "pivot_hours": pl.Float64,
}


def published(
    groups: dict[str, list[str]],
    verdicts: dict[str, str] | None = None,
    decisions: dict[str, str] | None = None,
    attributed: dict[str, list[str]] | None = None,
    active: list[str] | None = None,
    countries: dict[str, str] | None = None,
    **columns: dict[str, Any],
) -> Published:
    """A published week: groups of accounts, confirmed unless `verdicts` says otherwise."""
    campaigns = [
        {
            "campaign_id": name,
            "verdict": (verdicts or {}).get(name, "confirmed"),
            "decision": (decisions or {}).get(name),
            **{column: values.get(name) for column, values in columns.items()},
        }
        for name in groups
    ]
    named = {account for members in groups.values() for account in members}
    return Published(
        campaigns=pl.DataFrame(campaigns, schema=CAMPAIGN_COLUMNS),
        members=_pairs(groups, "account_id"),
        attributed=_pairs(attributed or {}, "exchange_id"),
        activity=pl.DataFrame(
            [
                {
                    "account_id": account,
                    "exchanges": 1,
                    "country": (countries or {}).get(account, "AA"),
                    "billing_country": "AA",
                }
                for account in sorted(named | set(active or []))
            ],
            schema={
                "account_id": pl.String,
                "exchanges": pl.Int64,
                "country": pl.String,
                "billing_country": pl.String,
            },
        ),
    )


def truth(
    campaigns: dict[str, list[str]],
    controls: dict[str, list[str]] | None = None,
    honest: list[str] | None = None,
    sent: dict[str, list[tuple[str, str]]] | None = None,
    **facts: dict[str, Any],
) -> Truth:
    """A true week: campaigns, controls and honest accounts; `sent` is exchange and account."""
    kinds = (("campaign", campaigns), ("hard_negative", controls or {}), ("background", {}))
    rows = [
        {"account_id": account, "kind": kind, "group": group}
        for kind, groups in kinds
        for group, members in groups.items()
        for account in members
    ]
    rows += [{"account_id": a, "kind": "background", "group": None} for a in honest or []]
    exchanges = [
        {"exchange_id": exchange, "campaign": name, "account_id": account}
        for name, pairs in (sent or {}).items()
        for exchange, account in pairs
    ]
    known = [
        {"campaign": name, **{column: values.get(name) for column, values in facts.items()}}
        for name in campaigns
    ]
    strings = {"account_id": pl.String, "kind": pl.String, "group": pl.String}
    links = {"exchange_id": pl.String, "campaign": pl.String, "account_id": pl.String}
    return Truth(
        accounts=pl.DataFrame(rows, schema=strings),
        exchanges=pl.DataFrame(exchanges, schema=links),
        campaigns=pl.DataFrame(known, schema=TRUTH_CAMPAIGN_COLUMNS),
    )


def terms(*explanations: str) -> list[dict[str, Any]]:
    """Terms of a judged group: innocent explanations, and two that explain nothing."""
    innocent = [{"name": name, "weight": -4.0} for name in explanations]
    return [
        *({**term, "question": "explained otherwise"} for term in innocent),
        {"name": "even_load", "question": "coordinated", "weight": 0.0},
        {"name": "focus", "question": "coordinated", "weight": -2.5},
    ]


def ids(prefix: str, count: int) -> list[str]:
    """prefix0, prefix1, …"""
    return [f"{prefix}{n}" for n in range(count)]


def _pairs(groups: dict[str, list[str]], column: str) -> pl.DataFrame:
    rows = [{"campaign_id": name, column: item} for name, items in groups.items() for item in items]
    return pl.DataFrame(rows, schema={"campaign_id": pl.String, column: pl.String})
