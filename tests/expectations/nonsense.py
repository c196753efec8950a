"""Rows that break every expectation of their table: each row as often as it takes, and one null."""

from __future__ import annotations

from datetime import date

from expectations.weeks import COUNTS, Rows, at

TUESDAY = date(2026, 11, 17)
OTHER = date(2026, 11, 20)
BAD_SHARES = {"score": 2.0, "p_value": 2.0, "q_value": 2.0}
BAD_COUNTS = {"accounts": -1, "exchanges": -1}
BAD_WORDS = {"verdict": "guilty", "status": "old", "decision": "maybe"}


def _twice(*rows: dict[str, object]) -> Rows:
    return [*rows, *rows]


NONSENSE: dict[str, Rows] = {
    "bronze.exchanges": _twice(
        {
            **dict.fromkeys(("exchange_id", "account_id", "model"), ""),
            "ts": at(0),
            "event_date": OTHER,
            "source_file": "f",
            "source_line": 0,
            "status": 7,
            "latency_ms": -1,
            "usage": {"input_tokens": -1, "output_tokens": -1},
            "messages": [],
            "_extra": "{}",
        }
    ),
    "bronze.quarantine": _twice(
        {
            "week": OTHER,
            "source_file": "f",
            "source_line": 0,
            "reason": "Not JSON!",
            "sha256": "x",
            "sample": "someone@example.org" + 2000 * "x",
        }
    ),
    "bronze.accounts": _twice(
        {"account_id": "", "snapshot_date": OTHER, "created_at": at(20), "email_domain": "a@b.c"}
    ),
    "bronze.models": _twice({"model": "m", "snapshot_date": OTHER}),
    "bronze.indicators": _twice(
        {
            "indicator_type": "IP!",
            "value": "v",
            "source": "s",
            "confidence": 80.0,
            "snapshot_date": OTHER,
        }
    ),
    "silver.exchanges": [
        *_twice(
            {
                "exchange_id": "e",
                "ts": at(0),
                "event_date": OTHER,
                "capability": "mind_reading",
                **dict.fromkeys((*COUNTS, "prompt_chars"), -1),
                **dict.fromkeys(("input_tokens", "output_tokens", "latency_ms"), -1),
                "status": 7,
            }
        ),
        {"prompt_chars": 900, "system_chars": 900, "tools": 9, "spans": [], "network_hash": 1},
    ],
    "silver.accounts": _twice({"week": OTHER, "account_id": "a"}),
    "silver.traces": _twice(
        {
            "week": OTHER,
            "event_date": OTHER,
            "layer": "gossip",
            "trace": 1,
            "role": "bystander",
            "account_id": "a",
            "exchanges": 0,
            "first_ts": at(3),
            "last_ts": at(2),
            "days": 8,
            "holders": 0,
        }
    ),
    "gold.account_links": [
        *_twice(
            {
                "week": OTHER,
                "account_a": "b",
                "account_b": "a",
                **BAD_SHARES,
                "layers": [],
                "hours_shared": 169,
                "hours_expected": -1.0,
                "synchrony": 301.0,
            }
        ),
        {"layers": [{"layer": "gossip", "shared": 0, "expected": -1.0}]},
    ],
    "gold.campaigns": [
        *_twice(
            {
                "week": OTHER,
                "campaign_id": "",
                "explanation": "",
                **BAD_WORDS,
                **BAD_COUNTS,
                "p_value": 2.0,
                "q_value": 2.0,
                "first_ts": at(20),
                "last_ts": at(19),
                "pivot_share": 2.0,
                "pivot_share_low": 3.0,
                "pivot_share_high": 4.0,
                "pivot_hours": -1.0,
                "actor_confidence": 2.0,
                "capabilities": [
                    {"name": "other", "share": 0.1},
                    {"name": "mind_reading", "share": 0.5, "low": 0.6, "high": 0.7},
                ],
            }
        ),
        {"verdict": "confirmed", "accounts": 1, "exchanges": 0},
        {"verdict": "withheld", "limits": []},
    ],
    "gold.campaign_accounts": _twice(
        {
            "week": OTHER,
            "campaign_id": "c",
            "account_id": "a",
            "confidence": 2.0,
            "exchanges": -1,
            "reasons": [],
        }
    ),
    "gold.campaign_exchanges": _twice(
        {
            "week": OTHER,
            "campaign_id": "c",
            "exchange_id": "e",
            "event_date": OTHER,
            "reason": "",
        }
    ),
    "gold.campaign_evidence": _twice(
        {
            "week": OTHER,
            "campaign_id": "c",
            "layer": "l",
            "direction": "sideways",
            "statement": "",
            "p_value": 2.0,
            "query": "drop table silver.exchanges",
            "exemplars": ["e", "e", None, "f", "g", "h"],
        }
    ),
    "gold.decisions": _twice({"campaign_id": "c", "decision": "maybe", "by": "x", "at": at(0)}),
    "gold.weekly_abuse_summary": _twice(
        {
            "week": OTHER,
            "campaign_id": "c",
            **BAD_WORDS,
            **BAD_COUNTS,
            "share_of_traffic": 2.0,
            "pivot_share": 2.0,
            "top_capability": "mind_reading",
            "headline": "",
        }
    ),
    "gold.quality_results": _twice(
        {"week": OTHER, "table": "x", "expectation": "y", "severity": "fatal"}
    ),
    "gold.publications": _twice(
        {
            "week": TUESDAY,
            "generation": 0,
            "tables": [],
            "quality": "failed",
            "settings": "?",
        }
    ),
}


def rows(name: str) -> Rows:
    """Nonsense of a table, with a row of nulls."""
    return [*NONSENSE[name], {}]
