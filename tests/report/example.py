"""A small published week as rows: two groups that accuse, one watched, two explained otherwise."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from typing import Any

WEEK = date(2026, 11, 9)
START = datetime(2026, 11, 9, tzinfo=UTC)
Rows = list[dict[str, Any]]

SHARES = [
    {"name": "coding", "share": 0.52, "low": 0.50, "high": 0.54},
    {"name": "tool_use", "share": 0.33, "low": 0.31, "high": 0.35},
    {"name": "other", "share": 0.15, "low": 0.13, "high": 0.17},
]


def campaign(campaign_id: str, verdict: str, **columns: Any) -> dict[str, Any]:
    row = {
        "campaign_id": campaign_id,
        "verdict": verdict,
        "q_value": 3e-9,
        "p_value": 1e-10,
        "accounts": 12,
        "exchanges": 300,
        "first_ts": START,
        "last_ts": START + timedelta(days=6, hours=20),
        "capabilities": SHARES,
        "status": "new",
        "merged_from": [],
        "split_from": [],
        "limits": [],
        "explanation": "Tied together by payment and prompts.",
    }
    return row | columns


def evidence(campaign_id: str, layer: str, direction: str, statement: str) -> dict[str, Any]:
    return {
        "campaign_id": campaign_id,
        "layer": layer,
        "direction": direction,
        "statement": statement,
        "observed": 0.91,
        "expected": 0.12,
        "p_value": 2e-12,
        "query": f"select avg(x) from silver.exchanges where campaign_id = '{campaign_id}'",
        "exemplars": [f"{campaign_id} {layer}", f"{campaign_id} template"],
    }


def traffic() -> tuple[Rows, Rows]:
    """Exchanges of a week with a daily rhythm, and the two campaigns' part of them."""
    sent: Rows = []
    attributed: Rows = []
    for hour in range(168):
        at = START + timedelta(hours=hour)
        people = round(14 - 9 * math.cos(2 * math.pi * (hour % 24 - 3) / 24))
        for n in range(people + 4):
            row = {"exchange_id": f"x{hour}_{n}", "account_id": f"a{n}", "event_date": at.date()}
            sent.append(row | {"ts": at + timedelta(minutes=n)})
            if n < 2 or (hour > 60 and n < 4):
                owner = "cmp_3f9a" if n % 2 else "cmp_81c2"
                attributed.append(row | {"campaign_id": owner, "reason": "prompt_span 1"})
    return sent, attributed


def tables() -> dict[str, Rows]:
    """Rows of every table that the report reads, partition columns left out where they may be."""
    sent, attributed = traffic()
    campaigns = [
        campaign(
            "cmp_3f9a",
            "confirmed",
            pivot_model="atlas-4",
            pivot_share=0.48,
            pivot_share_low=0.44,
            pivot_share_high=0.52,
            pivot_hours=11.0,
            limits=["the network feed is missing for 31 % of exchanges"],
        ),
        campaign("cmp_81c2", "probable", status="continuing", decision="dismissed", accounts=5),
        campaign("cmp_77d0", "watch", exchanges=40, capabilities=[]),
        campaign("cmp_c001", "benign", explanation="One class doing one assignment."),
        campaign("cmp_c002", "reseller", explanation="A registered reseller's customers."),
    ]
    lines = [
        evidence("cmp_3f9a", "shared_payment", "for", "12 accounts share 2 payment instruments."),
        evidence("cmp_3f9a", "focus", "for", "91 % of their exchanges carry the group's clauses."),
        evidence("cmp_3f9a", "people in one place", "against", "No network has over 2 accounts."),
        evidence("cmp_81c2", "volume", "for", "The median account sent 41 exchanges a day."),
    ]
    members = [
        {
            "campaign_id": "cmp_3f9a",
            "account_id": f"a{n}",
            "confidence": 0.99 - n / 100,
            "exchanges": 90 - n,
            "reasons": ["carries the group's clause in 90 exchanges", "linked to 11 accounts"],
        }
        for n in range(12)
    ]
    members.append({"campaign_id": "cmp_81c2", "account_id": "b1", "confidence": 0.8})
    members.append({"campaign_id": "cmp_c001", "account_id": "c1", "confidence": 0.8})
    return {
        "bronze.exchanges": [{"exchange_id": row["exchange_id"]} for row in sent]
        + [{"exchange_id": "x0_0"}] * 3,
        "bronze.quarantine": [
            {"source_file": "exchanges/dt=2026-11-09/a.jsonl", "reason": "not_json"},
            {"source_file": "exchanges/dt=2026-11-09/a.jsonl", "reason": "not_json"},
            {"source_file": "accounts.jsonl", "reason": "missing_account_id"},
        ],
        "bronze.models": [{"model": "atlas-4", "launched_at": START + timedelta(days=2, hours=12)}],
        "silver.exchanges": sent,
        "gold.campaigns": campaigns,
        "gold.campaign_accounts": members,
        "gold.campaign_exchanges": attributed,
        "gold.campaign_evidence": lines,
        "gold.weekly_abuse_summary": [
            {
                "campaign_id": row["campaign_id"],
                "verdict": row["verdict"],
                "share_of_traffic": row["exchanges"] / len(sent),
                "top_capability": (row["capabilities"] or [{"name": None}])[0]["name"],
                "headline": f"{row['accounts']} accounts sent {row['exchanges']} exchanges.",
            }
            for row in campaigns
        ],
        "gold.quality_results": [
            {
                "table": "silver.exchanges",
                "expectation": "exchange_id is unique",
                "severity": "critical",
                "success": True,
                "observed": "0 duplicates",
            },
            {
                "table": "silver.accounts",
                "expectation": "payment_hash is known for 90 % of accounts",
                "severity": "warning",
                "success": False,
                "observed": "84 %",
            },
        ],
    }
