"""How like real texts and real hours is what the simulator writes?

    python -m stillwatch.simulate.realism TEXTS [--scenario honest] [--scale 0.1] [--seed 0]

TEXTS is a folder of real texts with the layout of its SOURCES.md. The scenario is simulated twice,
by the grammar and with TEXTS as its corpus; openings of honest English conversations are compared
with real prompts, replies with real answers. Nothing of TEXTS is written but figures.

No public record says when the users of such a service are awake. The folder's only clock times are
those at which developers recorded their tests, so its rhythm is shown beside ours as it is: how
concentrated a day is, whatever its time zone.
"""

import argparse
import gzip
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.errors import UsageError
from stillwatch.kernels.spans import fingerprints
from stillwatch.simulate import runner, spans, world
from stillwatch.simulate.corpus import texts_of

WORD = re.compile(r"\w+")
RUNNING = 20_000  # words over which vocabularies are compared: more text has more of them
BUSIEST = 8  # hours
TAIL = (0.5, 0.9, 0.95, 0.99)
# Prompts that people wrote, and answers that models gave them: (files, field).
PROMPTS = (
    ("benign/arena_hard_v0.1_questions", "prompt"),
    ("benign/self_instruct_user_oriented", "instruction"),
    ("benign/awesome_*", "prompt"),
    ("capability_prompts/vicuna_bench_questions", "turns.*"),
    ("capability_prompts/gsm8k_test", "question"),
    ("policy_sensitive/deccp_prompts", "prompt"),
    ("tool_use/bfcl_v4_live_simple", "question.*.*.content"),
    ("template_groundtruth/t0_prompts_by_template", "prompt"),
)
ANSWERS = (("benign/arena_hard_*_answers_*", "messages.*.content.answer"),)
RECORDED = "gateway_logs/*_http_exchanges.jsonl"


class Side(NamedTuple):
    """What is compared, of real texts or of a run."""

    prompts: list[str]
    replies: list[str]
    tokens: list[int]
    of_one_account: float
    hours: Counter[int]
    weekend: float | None
    night: float | None


class _Exchange(msgspec.Struct):
    exchange_id: str
    ts: str
    account_id: str
    messages: list[spans.Message]
    response: dict[str, Any] | None
    usage: dict[str, int]


def real(folder: Path) -> Side:
    """The real side; each text stands for an account of its own, as nobody is named.

    Raises:
        UsageError: The folder holds none of the texts.
    """
    prompts, answers = (list(_real_texts(folder, sources)) for sources in (PROMPTS, ANSWERS))
    if not prompts:
        raise UsageError(f"{folder}: none of the files that SOURCES.md describes is there")
    return Side(prompts, answers, [], _alone(prompts), _recorded(folder), None, None)


def simulated(out: Path) -> Side:
    """Of a run: English openings of honest accounts and replies, all tokens and hours."""
    planted = set(pq.read_table(out / "truth" / "exchanges.parquet")["exchange_id"].to_pylist())
    truth = pq.read_table(out / "truth" / "accounts.parquet").to_pylist()
    english = {row["account_id"] for row in truth if row["language"] == "en"}
    offset = _offsets(out)
    prompts, replies, tokens = [], [], []
    hours: Counter[int] = Counter()
    days: Counter[int] = Counter()
    asleep = sent = 0
    for row in _rows(out):
        if row.exchange_id in planted:
            continue
        at = datetime.fromisoformat(row.ts)
        hours[at.hour] += 1
        days[at.weekday()] += 1
        local = (at.hour + at.minute / 60 + offset[row.account_id]) % 24
        tokens.append(row.usage["output_tokens"])
        asleep += local < 6
        sent += 1
        if row.account_id not in english or len(row.messages) > 1:
            continue
        prompts.append(spans.prompt(row.messages))
        blocks = (row.response or {}).get("content") or []
        replies += [block["text"] for block in blocks if block["type"] == "text"]
    weekend = (days[5] + days[6]) / 2 / (sum(days[k] for k in range(5)) / 5)
    alone = spans.share(out)["of_one_account"]
    return Side(prompts, replies, tokens, alone, hours, weekend, asleep / sent)


def quantiles(texts: list[str]) -> list[float]:
    """Words of a text: the tenth, the middle and the ninetieth of a hundred, and the mean."""
    counts = np.array([len(WORD.findall(text)) for text in texts])
    return [*np.quantile(counts, [0.1, 0.5, 0.9]), float(counts.mean())]


def vocabulary(texts: list[str], seed: int = 0) -> tuple[int, float, float]:
    """Over RUNNING words of texts in a drawn order, how rich is their vocabulary?

    Returns:
        Distinct words, the share that the commonest hundred have in what is said, and the share
        of the distinct ones that occur once.
    """
    found: Counter[str] = Counter()
    left = RUNNING
    for k in np.random.default_rng(seed).permutation(len(texts)):
        words = WORD.findall(texts[k].lower())[:left]
        found.update(words)
        left -= len(words)
        if not left:
            break
    total = found.total()
    common = sum(count for _, count in found.most_common(100)) / total
    return len(found), common, sum(count == 1 for count in found.values()) / len(found)


def concentration(hours: Counter[int]) -> float | None:
    """The share of the busiest hours of the day; an even day has a third in eight."""
    total = hours.total()
    busiest = sum(count for _, count in hours.most_common(BUSIEST))
    return busiest / total if total else None


def table(sides: dict[str, Side]) -> str:
    """The sides in columns, as a table of Markdown."""
    columns = []
    for side in sides.values():
        prompts, replies = quantiles(side.prompts), quantiles(side.replies)
        distinct, common, once = vocabulary(side.prompts)
        columns.append(
            [
                f"{len(side.prompts):,} / {len(side.replies):,}",
                " / ".join(f"{value:.0f}" for value in prompts),
                " / ".join(f"{value:.0f}" for value in replies),
                " / ".join(f"{value:.0f}" for value in np.quantile(side.tokens, TAIL))
                if side.tokens
                else "unknown",
                f"{distinct:,}",
                f"{common:.0%}",
                f"{once:.0%}",
                f"{side.of_one_account:.1%}",
                _percent(concentration(side.hours)),
                _percent(side.night),
                _percent(side.weekend),
            ]
        )
    names = (
        "prompts / replies looked at",
        "words of a prompt: 10 %, 50 %, 90 %, mean",
        "words of a reply: 10 %, 50 %, 90 %, mean",
        "output tokens of any exchange: 50 %, 90 %, 95 %, 99 %",
        f"distinct words in {RUNNING:,} of prompts",
        "share of the 100 commonest words",
        "share of distinct words that occur once",
        "spans of prompts that belong to one account",
        f"exchanges in the busiest {BUSIEST} hours (UTC)",
        "exchanges from 0 to 6 by the sender's clock",
        "a day of the weekend against a weekday",
    )
    rows = [["", *sides], ["---"] * (len(sides) + 1)]
    rows += [[name, *(column[k] for column in columns)] for k, name in enumerate(names)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _percent(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.0%}"


def _real_texts(folder: Path, sources: Iterable[tuple[str, str]]) -> Iterator[str]:
    seen: set[str] = set()
    for name, field in sources:
        for file in sorted(folder.glob(f"{name}.jsonl")):
            for text in texts_of(file, field.split(".")):
                if text not in seen and WORD.search(text):
                    seen.add(text)
                    yield text


def _alone(texts: list[str]) -> float:
    found = fingerprints(pa.array(texts, pa.string()))
    owners = np.repeat(np.arange(len(texts)), np.diff(found.offsets.to_numpy()))
    pairs = np.unique(np.stack([found.values.to_numpy(), owners]), axis=1)
    _, holders = np.unique(pairs[0], return_counts=True)
    return float((holders == 1).mean())


def _recorded(folder: Path) -> Counter[int]:
    """Hours with a recording, each once a day, so that a long session does not weigh."""
    seen = set()
    for file in sorted(folder.glob(RECORDED)):
        for line in file.read_text(encoding="utf-8").split("\n"):
            headers = (json.loads(line).get("response_headers") or {}) if line else {}
            for name, value in headers.items():
                if name.lower() == "date":
                    text = value[0] if isinstance(value, list) else value
                    at = parsedate_to_datetime(text).astimezone(UTC)
                    seen.add((at.date(), at.hour))
    return Counter(hour for _, hour in seen)


def _offsets(out: Path) -> dict[str, float]:
    """Hours from UTC of each account, by the country of its bill."""
    hours = {row[0]: row[2] for row in world.COUNTRIES}
    accounts = map(json.loads, (out / "landing" / "accounts.jsonl").open(encoding="utf-8"))
    return {row["account_id"]: hours[row["billing_country"]] for row in accounts}


def _rows(out: Path) -> Iterator[_Exchange]:
    decoder = msgspec.json.Decoder(_Exchange)
    for file in sorted((out / "landing" / "exchanges").glob("dt=*/*.jsonl.gz")):
        for line in gzip.decompress(file.read_bytes()).splitlines():
            yield decoder.decode(line)


def main(argv: list[str] | None = None) -> None:
    """Simulate, compare, print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("texts", type=Path, metavar="TEXTS")
    parser.add_argument("--scenario", default="honest")
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(argv)
    sides = {"real": real(given.texts)}
    with tempfile.TemporaryDirectory() as scratch:
        for name, corpus in (("grammar", None), ("corpus", given.texts)):
            out = Path(scratch) / name
            runner.run(out, given.scenario, given.scale, given.seed, corpus=corpus)
            sides[name] = simulated(out)
    sys.stdout.write(table(sides) + "\n")


if __name__ == "__main__":
    try:
        main()
    except UsageError as error:
        sys.exit(f"realism: {error}")
