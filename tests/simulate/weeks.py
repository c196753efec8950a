"""Every shipped scenario at a small scale, two weeks of it, as rows and as truth tells it."""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
from stillwatch.simulate import run
from stillwatch.simulate.campaigns import PROBED, scaled
from stillwatch.simulate.controls import KINDS
from stillwatch.simulate.scenario import Campaign, Scenario, load

EXCHANGES = 8_000  # a week: enough for every share, quick to write
WEEKS = 2
KIND_NAMES = ("hard_negative", "truth_", "ground_truth")
MONDAYS = ("2026-11-09", "2026-11-16")


class Exchange(msgspec.Struct):
    """What is compared of an exchange; the rest of the line is not read."""

    exchange_id: str
    ts: str
    account_id: str
    model: str
    messages: list[dict[str, Any]]
    tools: list[dict[str, Any]] | None


@dataclass
class Weeks:
    """A run: its traffic by exchange id, and the three tables of its truth."""

    scenario: Scenario
    scale: float
    traffic: dict[str, Exchange]
    lines: int
    planted: dict[str, str]
    campaigns: dict[tuple[str, str], dict[str, Any]]
    accounts: list[dict[str, Any]]
    told: set[str]

    def of(self, campaign: str, monday: str) -> list[Exchange]:
        """A campaign's own exchanges of a week."""
        rows = (self.traffic[key] for key, name in self.planted.items() if name == campaign)
        return [row for row in rows if monday_of(row.ts) == monday]

    def sent_in(self, monday: str) -> list[Exchange]:
        """All exchanges of a week."""
        return [row for row in self.traffic.values() if monday_of(row.ts) == monday]

    def members(self, group: str, monday: str) -> set[str]:
        """Accounts that truth gives to a group in a week."""
        rows = (row for row in self.accounts if row["group"] == group)
        return {row["account_id"] for row in rows if str(row["week"]) == monday}


def monday_of(ts: str) -> str:
    """The week of a time, by its Monday."""
    return MONDAYS[ts[:10] >= MONDAYS[1]]


def simulated(out: Path, name: str) -> Weeks:
    """Simulate a shipped scenario at the scale at which a week has EXCHANGES."""
    scenario = load(name)
    scale = min(1.0, EXCHANGES / scenario.exchanges)
    run(out, name, scale=scale, weeks=WEEKS, workers=1)
    rows = list(_exchanges(out))
    truth = {
        table: pq.read_table(out / "truth" / f"{table}.parquet").to_pylist()
        for table in ("accounts", "campaigns", "exchanges")
    }
    return Weeks(
        scenario,
        scale,
        {row.exchange_id: row for row in rows},
        len(rows),
        {row["exchange_id"]: row["campaign"] for row in truth["exchanges"]},
        {(row["campaign"], str(row["week"])): row for row in truth["campaigns"]},
        truth["accounts"],
        _told(out, scenario, name),
    )


def _told(out: Path, scenario: Scenario, name: str) -> set[str]:
    """Names of the scenario, its campaigns and its kinds of group that landing/ gives away.

    One-word names are left out: an honest text may well say "family" or "needle".
    """
    names = {name, *(c.name for c in scenario.campaigns), *KINDS, *KIND_NAMES}
    word = re.compile(rb"\b(?:%s)" % b"|".join(re.escape(n.encode()) for n in names if "_" in n))
    found: set[str] = set()
    for path in (path for path in (out / "landing").rglob("*") if path.is_file()):
        text = path.read_bytes()
        text = gzip.decompress(text) if path.suffix == ".gz" else text
        found.update(hit.decode() for hit in word.findall(text))
        found.update(hit.decode() for hit in word.findall(str(path.relative_to(out)).encode()))
    return found


def _exchanges(out: Path) -> Iterator[Exchange]:
    decoder = msgspec.json.Decoder(Exchange)
    for file in sorted((out / "landing" / "exchanges").glob("dt=*/*.jsonl.gz")):
        for line in gzip.decompress(file.read_bytes()).split(b"\n")[:-1]:
            yield decoder.decode(line)


def expected_shares(campaign: Campaign, scale: float, week: int) -> dict[str, float]:
    """The capabilities that a campaign's requests of a week are meant to have.

    Probing and cleaning ask for reasoning, whatever the campaign is after otherwise.
    """
    total = scaled(campaign.exchanges, scale, scaled(campaign.accounts, scale, 8))
    probed = round(total * PROBED) if campaign.probe_days and week == 0 else 0
    cleaned = round((total - probed) * campaign.cleaner_share)
    rest = total - probed - cleaned
    shares = {name: share * rest / total for name, share in campaign.capabilities.items()}
    asked = "reasoning_trace_extraction"
    shares[asked] = shares.get(asked, 0.0) + (probed + cleaned) / total
    return {name: share for name, share in shares.items() if share > 0}


def images(rows: list[Exchange]) -> int:
    """Exchanges whose request holds a picture."""
    return sum(any(b["type"] == "image" for m in _contents(row) for b in m) for row in rows)


def _contents(row: Exchange) -> list[list[dict[str, Any]]]:
    whole = [message["content"] for message in row.messages]
    return [[{"type": "text", "text": c}] if isinstance(c, str) else c for c in whole]
