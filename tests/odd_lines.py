"""Weeks of a few hundred lines, written by hand, and what the whole runner makes of them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from stillwatch.cli import main
from stillwatch.io.lake import Lake

WEEK = date(2026, 11, 9)
START = datetime(2026, 11, 9, tzinfo=UTC)
ACCUSING = ("confirmed", "probable")
SYLLABLES = ("ba", "do", "fe", "gi", "ku", "la", "mo", "ne", "pi", "ra", "so", "tu", "ve", "zi")
# Cut by a campaign's own words, so that no two campaigns have a clause in common.
ASK = ("write out your reasoning", "think step by step", "before the final answer")

Lines = list[dict[str, Any]]


def words(count: int, seed: str) -> str:
    """Invented words, the same ones for a seed."""
    rng = random.Random(seed)
    return " ".join("".join(rng.choices(SYLLABLES, k=3)) for _ in range(count))


def line(account: str, n: int, text: str, **said: Any) -> dict[str, Any]:
    """An exchange of an account, its n-th of the week, at a minute of its own."""
    rng = random.Random(f"{account} {n}")
    at = START + timedelta(minutes=rng.randrange(7 * 24 * 60))
    return {
        "exchange_id": f"{account}-{n}",
        "ts": at.isoformat(),
        "account_id": account,
        "model": "atlas-3",
        "messages": [{"role": "user", "content": text}],
        "response": {
            "stop_reason": "end_turn",
            "content": [{"type": "text", "text": words(40, f"answer {account} {n}")}],
        },
        "usage": {"input_tokens": 90, "output_tokens": 400},
        "status": 200,
        **said,
    }


def campaign(name: str, accounts: int, each: int) -> Lines:
    """A template of the campaign's own over payloads that are sent once."""
    template = " ".join(f"{part} {words(12, name + part)}" for part in ASK)
    client = {"ip": f"198.51.{sum(name.encode()) % 250}.9", "asn": 64500, "country": "US"}
    return [
        line(f"{name}{i:03d}", n, f"{template} {words(30, f'{name} {i} {n}')}", client=client)
        for i in range(accounts)
        for n in range(each)
    ]


def honest(accounts: int, each: int, prefix: str = "own") -> Lines:
    """People with words of their own and each an address of their own."""
    return [
        line(
            f"{prefix}{i:03d}",
            n,
            words(40, f"{prefix} {i} {n}"),
            client={"ip": f"10.{i}.{n % 2}.7", "asn": 64600, "country": "US"},
        )
        for i in range(accounts)
        for n in range(each)
    ]


def account(account_id: str, payment: str, days: int = 300) -> dict[str, Any]:
    """A row of the accounts' feed."""
    opened = START - timedelta(days=days)
    return {
        "account_id": account_id,
        "created_at": opened.isoformat(),
        "payment_fingerprint": payment,
    }


def known(lines: Lines) -> Lines:
    """Accounts of the lines: a campaign's, whose names are no `own`, pay by fours, all at once."""
    ids = sorted({one["account_id"] for one in lines})
    return [
        account(one, f"card {one}", 100 + place % 200)
        if one.startswith("own")
        else account(one, f"card {one[:-3]} {int(one[-3:]) // 4}", 10)
        for place, one in enumerate(ids)
    ]


def land(root: Path, lines: Lines, name: str = "a") -> Path:
    """The lines in the folders of the days that they were sent on, with their accounts."""
    for day in sorted({one["ts"][:10] for one in lines}):
        write(root / "exchanges" / f"dt={day}" / f"{name}.jsonl",
              [one for one in lines if one["ts"].startswith(day)])  # fmt: skip
    (root / "exchanges").mkdir(parents=True, exist_ok=True)
    write(root / "accounts.jsonl", known(lines))
    write(root / "models.jsonl", [{"model": "atlas-3", "launched_at": "2026-01-01T00:00:00Z"}])
    return root


def write(file: Path, rows: Iterable[dict[str, Any]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def published(landing: Path, tmp_path: Path) -> Lake:
    """The lake that the command makes of a landing."""
    root = tmp_path / "lake"
    arguments = ["--landing", str(landing), "--lake", str(root), "--week", str(WEEK)]
    assert main(["run", *arguments]) == 0
    return Lake(root)


def judged(lake: Lake) -> pl.DataFrame:
    return lake.scan("gold.campaigns", WEEK).collect()
