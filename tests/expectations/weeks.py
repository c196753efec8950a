"""A small week that passes every expectation, as rows by hand, and how to stage it."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from deltalake import DeltaTable
from stillwatch.io.lake import FORMAT, MARKER, Lake, ensure, write_json
from stillwatch.io.staging import Staged, Staging
from stillwatch.tables import TABLES, table

if TYPE_CHECKING:  # importing it takes Great Expectations' seconds, which tests of text spare
    from stillwatch.io.quality import Version

WEEK = date(2026, 11, 9)
LAST_DAY = WEEK + timedelta(days=6)
Rows = list[dict[str, Any]]
Week = dict[str, Rows]
ACCOUNTS = ("a1", "a2", "a3", "a4")
MODEL = "atlas-3"


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 11, 9 + day, hour, tzinfo=UTC)


def good() -> Week:
    """Every table of a week: four accounts send the same clause once a day, three are accused."""
    return deepcopy(bronze() | silver() | gold() | records())


def _sent() -> list[tuple[str, str, int]]:
    """Exchange id, account and day of each exchange."""
    return [(f"{account}-{day}", account, day) for account in ACCOUNTS for day in range(7)]


def bronze() -> Week:
    exchanges = [
        {
            "exchange_id": exchange,
            "ts": at(day),
            "account_id": account,
            "model": MODEL,
            "messages": [{"role": "user", "content": [{"type": "text", "text": "a secret"}]}],
            "response": {"stop_reason": "end_turn", "content": []},
            "usage": {"input_tokens": 10, "output_tokens": 20},
            "client": {"ip": "203.0.113.7", "ja4": "t13d"},
            "status": 200,
            "latency_ms": 900,
            "event_date": at(day).date(),
            "source_file": "exchanges/a.jsonl",
            "source_line": line,
            "ingested_at": at(6),
        }
        for line, (exchange, account, day) in enumerate(_sent(), start=1)
    ]
    account = {"created_at": at(0), "payment_fingerprint": "p", "email_domain": "x.example"}
    return {
        "bronze.exchanges": exchanges,
        "bronze.quarantine": [
            {
                "week": WEEK,
                "source_file": "accounts.jsonl",
                "source_line": 5,
                "reason": "not_json",
                "sample": "{",
                "sha256": "0" * 64,
                "ingested_at": at(6),
            }
        ],
        "bronze.accounts": [
            {"account_id": a, "tier": "pro", "snapshot_date": LAST_DAY, **account} for a in ACCOUNTS
        ],
        "bronze.models": [{"model": MODEL, "launched_at": at(2), "snapshot_date": LAST_DAY}],
        "bronze.indicators": [
            {
                "indicator_type": "ip",
                "value": "203.0.113.7",
                "actor": "crane",
                "source": "partner",
                "confidence": 0.8,
                "snapshot_date": LAST_DAY,
            }
        ],
    }


COUNTS = [
    "turns",
    "tools",
    "tool_calls",
    "tool_results",
    "images",
    "thinking",
    "system_chars",
    "response_chars",
]


def silver() -> Week:
    exchanges = [
        {
            "exchange_id": exchange,
            "event_date": at(day).date(),
            "ts": at(day),
            "account_id": account,
            "model": MODEL,
            "capability": "coding",
            "elicits_reasoning": False,
            "grades_answers": False,
            **dict.fromkeys(COUNTS, 1),
            "prompt_chars": 600,
            "input_tokens": 10,
            "output_tokens": 20,
            "status": 200,
            "latency_ms": 900,
            **dict.fromkeys(("prompt_hash", "system_hash", "tools_hash"), 1),
            **dict.fromkeys(("network_hash", "address_hash", "client_hash"), 1),
            "spans": [1, 2],
            "key_id": "k",
        }
        for exchange, account, day in _sent()
    ]
    traces = [
        {
            "week": WEEK,
            "event_date": at(day).date(),
            "layer": "prompt_span",
            "trace": 1,
            "role": "shared",
            "account_id": account,
            "exchanges": 1,
            "first_ts": at(day),
            "last_ts": at(day),
            "days": 1,
            "holders": 1,
        }
        for _, account, day in _sent()
    ]
    account = {"week": WEEK, "email_domain_hash": 5, "payment_hash": 6, "key_id": "k"}
    return {
        "silver.exchanges": exchanges,
        "silver.accounts": [{"account_id": name, **account} for name in ACCOUNTS],
        "silver.traces": traces,
    }


CAMPAIGN = {"week": WEEK, "campaign_id": "c-1"}
JUDGED = {"verdict": "probable", "status": "new", "decision": "confirmed", "accounts": 3}


def gold() -> Week:
    shared = {"layer": "prompt_span", "shared": 1, "expected": 0.1, "detail": "one clause"}
    sent = [entry for entry in _sent() if entry[1] != "a4"]
    campaign = {
        **CAMPAIGN,
        **JUDGED,
        "exchanges": len(sent),
        "q_value": 0.001,
        "p_value": 0.001,
        "first_ts": at(0),
        "last_ts": at(6),
        "capabilities": [
            {"name": "coding", "share": 0.75, "low": 0.6, "high": 0.9},
            {"name": "other", "share": 0.25, "low": 0.1, "high": 0.4},
        ],
        "pivot_model": MODEL,
        "pivot_share": 0.5,
        "pivot_share_low": 0.4,
        "pivot_share_high": 0.6,
        "pivot_hours": 3.0,
        "actor": "crane",
        "actor_confidence": 0.8,
        "limits": [],
        "explanation": "Probably coordinated.",
        "terms": [{"name": "focus", "observed": 1.0, "weight": 1.0}],
    }
    chance = {"score": 0.9, "p_value": 1e-4, "q_value": 1e-3}
    hours = {"hours_shared": 3, "hours_expected": 2.5, "synchrony": 0.4}
    link = {"week": WEEK, **chance, "layers": [shared], **hours}
    share = {"share_of_traffic": len(sent) / len(_sent()), "top_capability": "coding"}
    return {
        "gold.account_links": [
            {"account_a": a, "account_b": b, **link} for a, b in (("a1", "a2"), ("a2", "a3"))
        ],
        "gold.campaigns": [campaign],
        "gold.campaign_accounts": [
            {
                **CAMPAIGN,
                "account_id": a,
                "confidence": 0.9,
                "exchanges": 7,
                "reasons": ["x"],
                "judged": True,
            }
            for a in ("a1", "a2", "a3")
        ],
        "gold.campaign_exchanges": [
            {
                **CAMPAIGN,
                "exchange_id": exchange,
                "account_id": account,
                "event_date": at(day).date(),
                "reason": "carries prompt_span 1",
                "shows": ["targeted_capabilities"],
            }
            for exchange, account, day in sent
        ],
        "gold.campaign_evidence": [
            {
                **CAMPAIGN,
                "layer": "prompt_span",
                "direction": "for",
                "statement": "All exchanges carry one clause.",
                "observed": 1.0,
                "p_value": 0.01,
                "query": "select 1.0",
                "exemplars": ["a1-0", "a2-0", "a3-0"],
            }
        ],
        "gold.weekly_abuse_summary": [
            {**CAMPAIGN, **JUDGED, **share, "exchanges": len(sent), "headline": "Three accounts."}
        ],
    }


def records() -> Week:
    return {
        "gold.decisions": [
            {"campaign_id": "c-1", "decision": "confirmed", "by": "ann", "at": at(3), "note": "ok"}
        ],
        "gold.quality_results": [
            {
                "week": WEEK,
                "table": "gold.campaigns",
                "expectation": "week is given",
                "severity": "critical",
                "success": True,
                "observed": "held",
            }
        ],
        "gold.publications": [
            {
                "week": WEEK,
                "generation": 1,
                "published_at": at(6),
                "tables": [{"key": "gold.campaigns", "value": {"version": 0, "rows": 1}}],
                "quality": "passed",
                "code_version": "0.1.0",
                "settings": "0123456789abcdef",
            }
        ],
    }


def write(path: Path, name: str, rows: Rows) -> Version:
    """Rows as the newest version of the Delta table at a path; what a row leaves out is null."""
    from stillwatch.io.quality import Version

    declared = table(name)
    ensure(path, declared)
    schema = pl.read_delta(str(path)).schema
    frame = pl.DataFrame(rows, schema=schema)
    frame.write_delta(str(path), mode="overwrite")
    return Version(path, DeltaTable(str(path)).version())


def stage(root: Path, week: Week) -> Staging:
    """The rows as a staged week of a new lake, every table pinned."""
    root.mkdir(parents=True)
    write_json(root / MARKER, {"format": FORMAT, "key_id": "k"})
    staging = Staging(Lake(root), WEEK)
    for name in TABLES:
        version = write(staging.path(name), name, week.get(name, []))
        staging.record(name, Staged(version.version, len(week.get(name, []))))
    return staging


def suites() -> dict[str, dict[str, Any]]:
    """The suites as they are written, by table."""
    folder = Path(__file__).resolve().parents[2] / "expectations"
    read = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*/*.json"))]
    return {suite["table"]: suite for suite in read}
