"""Honest groups with several cards, inside a crowd or with a product: nobody of them is accused.

Each shares payments and networks, sends much, and has a line of its own: what a pool has. All live
in one week, beside a campaign.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from factories import Rows
from gold_week import accounts, honest_exchange, judged_by_name
from pyspark.sql import SparkSession

pytestmark = pytest.mark.spark
OLD = datetime(2025, 1, 1, tzinfo=UTC)
ACCUSED = ("confirmed", "probable")
# What strangers send: a benchmark, a prompt that is passed on, a prompt of a trade; and what else.
PUBLIC = {name: [(k + 2) * 10**7 + n for n in range(5)]
          for k, name in enumerate(("benchmark", "fad", "trade", "other"))}  # fmt: skip
# Accounts, cards, networks, and what of the public they add a line of their own to.
LOOK_ALIKES = {
    "laboratory": (12, 3, 1, "benchmark"),
    "reseller": (30, 5, 5, "fad"),
    "company": (36, 6, 3, "trade"),
}


def asked(account: str, n: int, lines: list[int], rng: np.random.Generator) -> dict[str, Any]:
    own = [int(v) for v in rng.integers(2**40, 2**50, 4)]
    share = rng.random(2)
    return honest_exchange(account, n, rng) | {
        "spans": sorted(lines + own),
        "capability": "coding" if share[0] < 0.8 else "other",
        "elicits_reasoning": bool(share[1] < 0.4),
    }


def crowds(rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Forty strangers to each public prompt, who send something else in common as well."""
    sent: Rows = []
    known: Rows = []
    for name, lines in PUBLIC.items():
        people = accounts(40, name, created_at=OLD)
        for row in people:
            sent += [asked(row["account_id"], n, lines, rng) for n in range(12)]
            sent += [asked(row["account_id"], 50 + n, PUBLIC["other"], rng) for n in range(4)]
        known += people
    return sent, known


def look_alikes(rng: np.random.Generator) -> tuple[Rows, Rows]:
    sent: Rows = []
    known: Rows = []
    for k, (name, (size, cards, networks, public)) in enumerate(LOOK_ALIKES.items()):
        lines = PUBLIC[public] + [(k + 2) * 10**8 + n for n in range(4)]
        people = accounts(size, name, created_at=OLD)
        for i, row in enumerate(people):
            row["payment_hash"] = 1000 * (k + 1) + i % cards
            for n in range(30):
                at = {"network_hash": 2000 * (k + 1) + (i + n) % networks}
                sent.append(asked(row["account_id"], n, lines, rng) | at)
        known += people
    return sent, known


def start_up(rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Twelve accounts with three cards, whose product's system prompt names user and date."""
    product = [9 * 10**8 + n for n in range(20)]
    people = accounts(12, "startup", created_at=OLD)
    sent: Rows = []
    for i, row in enumerate(people):
        row["payment_hash"] = 9000 + i % 3
        for n in range(40):
            own = [int(v) for v in rng.integers(2**40, 2**50, 2)]
            said = {"system_spans": sorted(product + own), "system_hash": own[0]}
            said |= {"system_chars": 900, "network_hash": 9100, "output_tokens": 300}
            sent.append(asked(row["account_id"], n, [], rng) | said)
    return sent, people


@pytest.fixture(scope="module")
def judged(spark: SparkSession) -> Iterator[Mapping[str, Any]]:
    """The group that is a look-alike's, by its name; and the campaign's, as `bad`."""
    rng = np.random.default_rng(11)
    yield judged_by_name(spark, crowds(rng), look_alikes(rng), start_up(rng))


@pytest.mark.parametrize(("name", "size"), [(name, of[0]) for name, of in LOOK_ALIKES.items()])
def test_who_adds_a_line_to_what_everybody_sends_is_measured_by_everybody(
    judged: Mapping[str, Any], name: str, size: int
) -> None:
    row = judged[name]
    assert row["members"] == [f"{name}{i:03d}" for i in range(size)]
    terms = {term["name"]: term for term in row["terms"]}
    assert terms["shared_payment"]["weight"] == 3.0
    assert "others who send the same" in terms["targeted_capabilities"]["statement"]
    asks = sum(terms[of]["weight"] for of in ("targeted_capabilities", "elicited_reasoning"))
    assert asks < 0.3
    assert row["verdict"] == "watch"


def test_a_product_in_an_office_is_a_firms(judged: Mapping[str, Any]) -> None:
    row = judged["startup"]
    assert len(row["members"]) == 12
    assert "one firm's product" in {term["name"] for term in row["terms"]}
    assert row["verdict"] not in ACCUSED


def test_the_campaign_beside_them_is_accused_and_nobody_else(judged: Mapping[str, Any]) -> None:
    assert [name for name, row in judged.items() if row["verdict"] in ACCUSED] == ["bad"]
    assert judged["bad"]["members"] == [f"bad{i:03d}" for i in range(30)]
