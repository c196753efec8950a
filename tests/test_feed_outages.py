"""A week whose feeds fail: what is a lead with them is lowered or withheld, and `limits` says why.

Two campaigns are planted: `cards` shares payments, each of its accounts behind one network; `nets`
shares networks, each of its accounts with a payment of its own. With all feeds both are confirmed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from odd_lines import WEEK, Lines, account, campaign, honest, known, land, write
from stillwatch.io import runner
from stillwatch.io.runner import Job
from stillwatch.pipeline import STEPS

pytestmark = [pytest.mark.spark, pytest.mark.slow]
# What each verdict says against the accounts, from nothing on.
WEIGHT = {"benign": 0, "reseller": 0, "watch": 0, "withheld": 0, "probable": 1, "confirmed": 2}
DAYS = [WEEK + timedelta(days=day) for day in range(7)]
Found = dict[str, tuple[str, str]]


@pytest.fixture(autouse=True)
def session(spark: Any) -> None:
    """The runner takes the session that is there."""


def place(line: dict[str, Any]) -> int:
    return int(line["account_id"][-3:])


def is_planted(line: dict[str, Any]) -> bool:
    return not line["account_id"].startswith("own")


def logged() -> Lines:
    """The week as it was: `nets` is behind eight networks of three accounts each."""
    nets = [
        one | {"client": one["client"] | {"ip": f"192.0.{place(one) // 3}.9"}}
        for one in campaign("nets", 24, 8)
    ]
    return campaign("cards", 12, 12) + nets + honest(60, 6)


def stripped(chosen: Callable[[dict[str, Any]], bool]) -> Lines:
    """The same week, but of the chosen lines nothing is known of the client."""
    return [one | {"client": None} if chosen(one) else one for one in logged()]


def accounts() -> Lines:
    """The accounts as they are: `nets` pays with a card an account."""
    return [
        account(row["account_id"], f"card {row['account_id']}", 10)
        if row["account_id"].startswith("nets")
        else row
        for row in known(logged())
    ]


def landed(root: Path, lines: Lines, snapshots: dict[date, Lines]) -> Path:
    """A landing with a snapshot of the accounts for every day, the given ones instead."""
    landing = land(root / "landing", lines)
    (landing / "accounts.jsonl").unlink()
    for day, rows in (dict.fromkeys(DAYS, accounts()) | snapshots).items():
        write(landing / "accounts" / f"dt={day}" / "a.jsonl", rows)
    return landing


def verdicts(landing: Path, root: Path) -> Found:
    """The verdict on each planted campaign and its limits; nobody else may be accused.

    The steps of the map are run as far as the campaigns.
    """
    job = Job.open(root / "lake", WEEK, landing)
    names = [step.name for step in STEPS]
    for name in names[: names.index("gold.campaigns") + 1]:
        runner.run_step(name, job)
    found = {}
    judged = pl.read_delta(str(job.staging.path("gold.campaigns")))
    for row in judged.iter_rows(named=True):
        names = {member[:-3] for member in row["members"]}
        if row["exchanges"] and names <= {"cards", "nets"}:
            (name,) = names
            found[name] = (row["verdict"], "; ".join(row["limits"]))
        else:
            assert not WEIGHT[row["verdict"]], row
    return found


def assert_lowered(found: Found, limit: str) -> None:
    """Neither campaign is what it is with all feeds, and both say why."""
    assert found.keys() == {"cards", "nets"}
    for name, (verdict, limits) in found.items():
        assert WEIGHT[verdict] < WEIGHT["confirmed"], name
        assert limit in limits, name


def test_with_all_feeds_both_are_confirmed(tmp_path: Path) -> None:
    found = verdicts(landed(tmp_path, logged(), {}), tmp_path)
    assert found == {"cards": ("confirmed", ""), "nets": ("confirmed", "")}


def test_payments_that_are_gone_for_two_days(tmp_path: Path) -> None:
    """The last snapshot is read: that earlier ones had payments helps nobody."""
    bare = [{**row, "payment_fingerprint": None} for row in accounts()]
    landing = landed(tmp_path, logged(), dict.fromkeys(DAYS[-2:], bare))
    found = verdicts(landing, tmp_path)
    assert_lowered(found, "payment: known for 0% of the active accounts only")
    assert {verdict for verdict, _ in found.values()} == {"withheld"}


def test_a_last_snapshot_that_was_cut_off(tmp_path: Path) -> None:
    """A fifth of the accounts is in it, none of them planted, and then half a line."""
    landing = landed(tmp_path, logged(), {})
    file = landing / "accounts" / f"dt={DAYS[-1]}" / "a.jsonl"
    write(file, [row for row in accounts() if not is_planted(row)][:20])
    with file.open("a", encoding="utf-8") as cut:
        cut.write('{"account_id": "own020", "created_at": "2026-0')
    found = verdicts(landing, tmp_path)
    assert_lowered(found, "payment: known for 21% of the active accounts only")
    assert_lowered(found, "accounts: no date of sign-up is known")


def test_clients_that_are_gone_for_the_campaigns(tmp_path: Path) -> None:
    found = verdicts(landed(tmp_path, stripped(is_planted), {}), tmp_path)
    assert_lowered(found, "network: 0% of these accounts' exchanges have an address, 52% of all")
    assert {name: verdict for name, (verdict, _) in found.items()} == {
        "cards": "probable",
        "nets": "withheld",
    }


def test_clients_that_are_gone_for_the_campaigns_and_most_others(tmp_path: Path) -> None:
    """A tenth of all exchanges has an address: too many for a feed that is missing altogether."""
    lines = stripped(lambda one: is_planted(one) or place(one) % 5 > 0)
    found = verdicts(landed(tmp_path, lines, {}), tmp_path)
    assert_lowered(found, "network: 0% of these accounts' exchanges have an address, 10% of all")


def test_clients_that_are_gone_for_everybody(tmp_path: Path) -> None:
    found = verdicts(landed(tmp_path, stripped(lambda one: True), {}), tmp_path)
    assert_lowered(found, "network: hardly any addresses were logged")
    assert {name: verdict for name, (verdict, _) in found.items()} == {
        "cards": "probable",
        "nets": "withheld",
    }
