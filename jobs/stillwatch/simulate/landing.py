"""What else lands beside the exchanges: accounts, models, indicators?"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa

from stillwatch.simulate import line as ln
from stillwatch.simulate import world
from stillwatch.simulate.blocks import Job
from stillwatch.simulate.draws import Context
from stillwatch.simulate.hashing import U64, draw, fold


def codes(keys: U64, digits: int = 13) -> list[str]:
    """Letters for keys, without a pattern."""
    out = np.empty((len(keys), digits), np.uint8)
    ln.write_codes(out, keys)
    return [row.tobytes().decode() for row in out]


def account_ids(keys: U64) -> pa.Array:
    """Account ids as the exchanges carry them."""
    return pa.array([f"acct_{code}" for code in codes(keys)], pa.string())


def accounts(job: Job, context: Context) -> Iterator[tuple[str, str]]:
    """(account id, line) of each account of a week."""
    a, uid = context.attributes, context.week.accounts.uid
    start = datetime.combine(job.monday, datetime.min.time(), UTC)
    ids = codes(uid)
    payment, organisation = codes(a.payment, 16), codes(a.organisation, 10)
    domain, reseller = codes(a.domain, 9), codes(a.reseller, 10)
    for k, code in enumerate(ids):
        created = start + timedelta(hours=float(a.created[k]))
        row = {
            "account_id": f"acct_{code}",
            "created_at": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "org_id": f"org_{organisation[k]}" if a.organisation[k] else None,
            "email_domain": f"{domain[k]}.example" if a.domain[k] else world.MAIL[a.mail[k]],
            "payment_fingerprint": f"pf_{payment[k]}" if a.payment[k] else None,
            "billing_country": world.CODES[a.country[k]],
            "tier": world.TIERS[a.tier[k]],
            "reseller_id": f"rs_{reseller[k]}" if a.reseller[k] else None,
        }
        yield f"acct_{code}", json.dumps(row)


def models(job: Job, context: Context) -> list[str]:
    """A line a model."""
    start = datetime.combine(job.monday, datetime.min.time(), UTC)
    rows = [
        {
            "model": model.name,
            "launched_at": (start + timedelta(hours=model.launched_hours)).strftime(
                "%Y-%m-%dT%H:%M:%SZ"
            ),
        }
        for model in context.scenario.models
    ] or [{"model": "atlas-3", "launched_at": "2026-01-12T17:00:00Z"}]
    return [json.dumps(row) for row in rows]


def indicators(context: Context) -> list[str]:
    """Lines of what partners shared: some of a known campaign's instruments, and chaff."""
    a, week = context.attributes, context.week
    rows: dict[tuple[str, str], dict[str, object]] = {}
    for campaign in context.scenario.campaigns:
        if not campaign.actor or not campaign.known:
            continue
        names = [n for n, group in enumerate(week.groups) if group.name == campaign.name]
        at = np.flatnonzero(np.isin(week.accounts.group, names))
        at = at[draw(fold(a.payment[at], "known")) < campaign.known]
        for value in codes(a.payment[at], 16):
            rows["payment", f"pf_{value}"] = _indicator(
                "payment", f"pf_{value}", campaign.actor, 0.8
            )
    for k in range(12):
        value = f"pf_{codes(fold(context.seed, k, 'chaff'), 16)[0]}"
        rows["payment", value] = _indicator("payment", value, f"cluster-{k % 3 + 1}", 0.5)
    return [json.dumps(rows[key]) for key in sorted(rows)]


def _indicator(kind: str, value: str, actor: str, confidence: float) -> dict[str, object]:
    return {
        "indicator_type": kind, "value": value, "actor": actor, "source": "partner",
        "confidence": confidence,
    }  # fmt: skip


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write lines, each ended by a newline."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for text in lines:
            file.write(text + "\n")
