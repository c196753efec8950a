"""Does each ladder climb: is a step harder in what it claims, and alike in everything else?

Overlap of wordings is that of two requests from two accounts of a campaign. That of all an account
sent is no measure of it: who sends thirty requests has used most variants of a template, and a
verbatim one is few spans among those of the work.
"""

import gzip
import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from stillwatch.kernels.spans import fingerprints
from stillwatch.simulate import run
from stillwatch.simulate.blocks import Job, context_of
from stillwatch.simulate.runner import WEEK
from stillwatch.simulate.scenario import Campaign, load, shipped
from stillwatch.simulate.spans import Message, prompt
from stillwatch.simulate.texts.clauses import LADDER

pytestmark = pytest.mark.slow  # together more than ten seconds

STEPPED = {
    "ladder": {"ladder"},
    "ladder_ties": {"payment_accounts", "network_accounts"},
    "ladder_dilution": {"dilution"},
    "ladder_jitter": {"rhythm", "jitter_minutes"},
}
SIGMAS = 4.0
COPIES = 12  # campaigns a wording, since what is pinned to a campaign differs from one to the next
RUN = 6  # words of a run that counts as shared where letters are not folded
MINUTE = timedelta(minutes=1)
JITTER = re.compile(r"jitter_minutes = \d+")
HEAD = """
accounts = {accounts}
exchanges = {exchanges}
[[models]]
name = "atlas-3"
launched_hours = -9000
"""
WORDING = """
[[campaigns]]
name = "{ladder}_{copy}"
accounts = 8
exchanges = 160
capabilities = {{ logic_and_alignment = 0.6, data_analysis = 0.4 }}
ladder = "{ladder}"
rhythm = "organic"
"""


class Overlaps(NamedTuple):
    """By wording, the overlap within each of its campaigns, letters folded and not."""

    folded: dict[str, np.ndarray]
    raw: dict[str, np.ndarray]


class Sent(msgspec.Struct):
    """What is read of an exchange."""

    exchange_id: str
    account_id: str
    ts: str
    messages: list[Message]


def planted(out: Path) -> Iterator[tuple[str, Sent]]:
    """Every exchange of a campaign's own with the campaign's name."""
    table = pq.read_table(out / "truth" / "exchanges.parquet").to_pylist()
    names = {row["exchange_id"]: row["campaign"] for row in table}
    decoder = msgspec.json.Decoder(Sent)
    for file in sorted((out / "landing" / "exchanges").glob("dt=*/*.jsonl.gz")):
        for row in map(decoder.decode, gzip.decompress(file.read_bytes()).splitlines()):
            if row.exchange_id in names:
                yield names[row.exchange_id], row


def test_every_ladder_that_ships_is_tried_here() -> None:
    assert {name for name in shipped() if name.startswith("ladder")} == set(STEPPED)


@pytest.mark.parametrize("name", STEPPED)
def test_steps_differ_in_nothing_else(name: str) -> None:
    scenario, wording = load(name), load("ladder")
    assert scenario.hard
    assert (scenario.models, scenario.controls) == (wording.models, wording.controls)
    assert honest(name) == honest("ladder")
    steps = scenario.campaigns
    assert len({step.rung or step.ladder for step in steps}) == len(steps)
    fixed = [unlike(step, {"name", "rung"} | STEPPED[name]) for step in steps]
    assert fixed.count(fixed[0]) == len(fixed)
    stepped = [str([getattr(step, key) for key in STEPPED[name]]) for step in steps]
    assert len(set(stepped)) == len(steps)


def honest(name: str) -> tuple[int, int]:
    """Accounts and exchanges that are neither a campaign's nor hide it."""
    scenario = load(name)
    sent = sum(c.exchanges / (1 - c.dilution) for c in scenario.campaigns)
    accounts = sum(c.accounts for c in scenario.campaigns)
    return scenario.accounts - accounts, round(scenario.exchanges - sent)


def unlike(campaign: Campaign, keys: set[str]) -> dict[str, object]:
    """A campaign without some of its keys."""
    return {key: value for key, value in asdict(campaign).items() if key not in keys}


def overlap(spans: pa.ListArray, account: np.ndarray) -> float:
    """The mean share of spans (Jaccard) that two requests of two accounts have in common."""
    values, offsets = spans.values.to_numpy(), spans.offsets.to_numpy()
    distinct, code = np.unique(values, return_inverse=True)
    held = np.zeros((len(spans), len(distinct)), np.float32)
    held[np.repeat(np.arange(len(spans)), np.diff(offsets)), code] = 1
    both, size = held @ held.T, held.sum(axis=1)
    either = size[:, None] + size[None, :] - both
    return float((both / np.maximum(either, 1))[account[:, None] != account[None, :]].mean())


def runs(texts: list[str]) -> pa.ListArray:
    """Every run of words as it stands, with no letter folded."""
    words = [text.split() for text in texts]
    found = [[hash(tuple(w[k : k + RUN])) for k in range(len(w) - RUN + 1)] for w in words]
    return pa.array(found, pa.list_(pa.int64()))


@pytest.fixture(scope="module")
def overlaps(tmp_path_factory: pytest.TempPathFactory) -> Overlaps:
    out = tmp_path_factory.mktemp("wordings")
    campaigns = [WORDING.format(ladder=name, copy=k) for name in LADDER for k in range(COPIES)]
    head = HEAD.format(accounts=10 * len(campaigns), exchanges=170 * len(campaigns))
    file = out / "wordings.toml"
    file.write_text(head + "".join(campaigns))
    run(out, file, workers=1)
    sent: dict[str, list[Sent]] = {}
    for name, row in planted(out):
        sent.setdefault(name, []).append(row)
    found = Overlaps({}, {})
    for name in LADDER:
        folded, raw = [], []
        for rows in (sent[f"{name}_{copy}"] for copy in range(COPIES)):
            texts = [prompt(row.messages) for row in rows]
            account = np.unique([row.account_id for row in rows], return_inverse=True)[1]
            folded.append(overlap(fingerprints(pa.array(texts, pa.string())), account))
            raw.append(overlap(runs(texts), account))
        found.folded[name], found.raw[name] = np.array(folded), np.array(raw)
    return found


def falls(high: np.ndarray, low: np.ndarray) -> bool:
    """Whether one mean lies under another by more than chance explains."""
    return bool(high.mean() - low.mean() > SIGMAS * error(high, low))


def error(*samples: np.ndarray) -> float:
    """The standard error of a difference of means."""
    return float(np.sqrt(sum(values.var(ddof=1) / len(values) for values in samples)))


def test_wordings_share_less_from_step_to_step(overlaps: Overlaps) -> None:
    """Reordering leaves clauses whole, so that it may share as much as slots do.

    Translated clauses are fixed within each language: they share more than a grammar's.
    """
    folded = overlaps.folded
    assert falls(folded["verbatim"], folded["slots"])
    assert falls(folded["verbatim"], folded["reordered"])
    assert not falls(folded["reordered"], folded["slots"])
    for step in ("slots", "reordered"):
        assert folded["synonyms"].mean() < folded[step].mean() / 3
        assert folded["translated"].mean() < folded[step].mean() / 3
    assert falls(folded["synonyms"], folded["grammar"])


def test_lookalikes_are_verbatim_once_letters_are_folded(overlaps: Overlaps) -> None:
    folded, raw = overlaps
    gap = folded["lookalike"].mean() - folded["verbatim"].mean()
    assert abs(gap) < SIGMAS * error(folded["lookalike"], folded["verbatim"])
    assert raw["lookalike"].mean() < raw["verbatim"].mean() / 3


def test_times_spread_around_a_shift_by_the_jitter(tmp_path: Path) -> None:
    """The same week with no jitter has the same exchanges, each at its place in the shift."""
    sides = {}
    for name, jitter in (("with", ""), ("without", "jitter_minutes = 0")):
        text = shipped()["ladder_jitter"].read_text(encoding="utf-8")
        file = tmp_path / f"{name}.toml"
        file.write_text(JITTER.sub(jitter, text) if jitter else text)
        run(tmp_path / name, file, scale=0.2, workers=1)
        sides[name] = {row.exchange_id: (step, row.ts) for step, row in planted(tmp_path / name)}
    moved: dict[str, list[float]] = {}
    for key, (step, ts) in sides["with"].items():
        later = datetime.fromisoformat(ts) - datetime.fromisoformat(sides["without"][key][1])
        moved.setdefault(step, []).append((later / MINUTE + 720) % 1440 - 720)  # round the clock
    spread = {step: float(np.std(minutes)) for step, minutes in moved.items()}
    steps = [step for step in load("ladder_jitter").campaigns if step.rhythm == "shifts"]
    assert len(steps) == 5
    for step in steps[:-1]:  # the last goes round the clock, and cannot be so wide
        room = SIGMAS / np.sqrt(2 * len(moved[step.name]))  # of a standard deviation
        assert spread[step.name] == pytest.approx(step.jitter_minutes, rel=room)
    assert all(spread[one.name] < spread[two.name] for one, two in pairwise(steps))
    assert set(moved["step_organic"]) == {0.0}


def test_payments_and_networks_are_shared_by_so_many(tmp_path: Path) -> None:
    job = Job(str(tmp_path), "ladder_ties", "", 1.0, 0, WEEK)
    context = context_of(job, 0)
    week, attributes = context.week, context.attributes
    for campaign in context.scenario.campaigns:
        number = [group.name for group in week.groups].index(campaign.name)
        mine = np.flatnonzero(week.accounts.group == number)
        for values, sharers in (
            (attributes.payment[mine], campaign.payment_accounts),
            (attributes.networks.prefix[mine], campaign.network_accounts),
        ):
            pool = len(np.unique(values))
            # Of those that share nothing some are a family, or neighbours of a carrier's.
            assert pool == len(mine) / sharers if sharers else pool > 0.9 * len(mine)
