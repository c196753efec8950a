"""Are weeks of the second generator what the contract and `evaluate` take, and told in one row?

The texts here are made up by the test, in the forms of the public ones that the generator reads.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import other_texts
import polars as pl
import pytest
from lakes import write_lake
from stillwatch.config import Settings
from stillwatch.evaluate import evaluate
from stillwatch.sources.canonical import (
    Drifted,
    Exchange,
    Image,
    RedactedThinking,
    Text,
    Thinking,
    ToolResult,
    ToolUse,
)
from stillwatch.sources.decoder import Decoder
from stillwatch.sources.rejection import Rejected

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"
sys.path.append(str(FOLDER))  # its scripts import one another by name, as when they are run
WEEK = date(2026, 11, 9)
SCALE = 0.002  # the least: every kind of group and of campaign is there at any scale
ACCOUNT = {
    "account_id", "created_at", "org_id", "email_domain", "payment_fingerprint",
    "billing_country", "tier", "reseller_id",
}  # fmt: skip
RESERVED = (".example", ".example.com", ".example.org", ".example.net", ".test", ".invalid")


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every file that the generator reads."""
    folder = tmp_path_factory.mktemp("texts")
    other_texts.write(folder)
    return folder


@pytest.fixture(scope="module")
def corpus(texts: Path) -> Any:
    from others.corpus import Corpus

    return Corpus(texts)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, corpus: Any) -> tuple[Path, int]:
    """The week of seed 1, and how many exchanges it is said to hold."""
    from others.traffic import write_week

    folder = tmp_path_factory.mktemp("week")
    return folder, write_week(folder, 1, SCALE, corpus)


def files(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def lines(folder: Path) -> Iterator[tuple[date, bytes]]:
    """Every line of the landing zone's exchanges that is not empty, with its folder's day."""
    for path in sorted((folder / "landing" / "exchanges").glob("dt=*/*.jsonl")):
        day = date.fromisoformat(path.parent.name.removeprefix("dt="))
        yield from ((day, line) for line in path.read_bytes().split(b"\n") if line)


def exchanges(folder: Path) -> dict[str, Exchange]:
    """The first of each exchange that the pipeline's own reader takes."""
    found: dict[str, Exchange] = {}
    for day, line in lines(folder):
        try:
            exchange = Decoder(Settings().ingest, WEEK, day)(line)
        except Rejected:
            continue
        found.setdefault(exchange.exchange_id, exchange)
    return found


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    text = (folder / "landing" / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.split("\n") if line]


def test_the_reader_takes_every_exchange_and_all_but_few_lines(made: tuple[Path, int]) -> None:
    folder, count = made
    found = exchanges(folder)
    assert len(found) == count > 2000
    assert count < sum(1 for _ in lines(folder)) < 1.01 * count  # some twice, some broken
    drifted = {
        name
        for exchange in found.values()
        if isinstance(exchange, Drifted) and (extra := bytes(exchange.extra))
        for name in json.loads(extra)
    }
    assert drifted == {"edge", "schema_rev"}
    known = {row["model"] for row in rows(folder, "models")}
    assert {exchange.model for exchange in found.values()} == known
    kinds: set[type] = set()
    for exchange in found.values():
        messages = exchange.messages or []
        assert messages[-1].role == "user"
        answer = exchange.response.content if exchange.response else None
        for content in (*(message.content for message in messages), answer):
            kinds |= {type(block) for block in content} if isinstance(content, list) else set()
    assert kinds == {Text, Image, ToolUse, ToolResult, Thinking, RedactedThinking}


def test_a_line_is_in_its_days_folder_or_late_in_the_next(made: tuple[Path, int]) -> None:
    late: Counter[int] = Counter()
    for day, line in lines(made[0]):
        try:
            told = datetime.fromisoformat(json.loads(line)["ts"]).date()
        except (ValueError, TypeError, KeyError):
            continue  # broken
        assert WEEK <= told < WEEK + timedelta(days=7)
        late[(day - told).days] += 1
    assert set(late) == {0, 1}
    assert late[1] < 0.02 * late[0]


def test_accounts_and_indicators_have_the_contracts_fields_and_no_real_domain(
    made: tuple[Path, int],
) -> None:
    accounts = rows(made[0], "accounts")
    assert all(set(row) == ACCOUNT for row in accounts)
    assert len({row["account_id"] for row in accounts}) == len(accounts)
    assert all(row["email_domain"].endswith(RESERVED) for row in accounts)
    keys = {"indicator_type", "value", "actor", "source", "confidence"}
    assert all(set(row) == keys for row in rows(made[0], "indicators"))


def test_evaluate_finds_all_of_the_truth_in_landing(made: tuple[Path, int], tmp_path: Path) -> None:
    """Published here is what is true: so everything is found, and nobody else accused."""
    import traffic_of_others
    from others.controls import KINDS

    sent = {name: exchange.account_id for name, exchange in exchanges(made[0]).items()}
    true = pl.read_parquet(made[0] / "truth" / "exchanges.parquet")
    assert {sent[name] for name in true["exchange_id"]} == set(true["account_id"])
    assert all(sent[name] == account for name, account in true["exchange_id", "account_id"].rows())
    told = true.select("exchange_id", "account_id", campaign_id="campaign").to_dicts()
    members = true.select("account_id", campaign_id="campaign").unique().to_dicts()
    groups = sorted(set(true["campaign"]))
    tables = {
        "silver.exchanges": [{"exchange_id": e, "account_id": a} for e, a in sent.items()],
        "silver.accounts": [{"account_id": account} for account in sorted(set(sent.values()))],
        "gold.campaigns": [{"campaign_id": name, "verdict": "confirmed"} for name in groups],
        "gold.campaign_accounts": members,
        "gold.campaign_exchanges": told,
    }
    lake = write_lake(tmp_path / "lake", WEEK, tables)
    found = evaluate(lake, made[0] / "truth", WEEK)
    assert {row["scenario"] for row in found["found"]} >= {f"S{n}" for n in range(1, 13)}
    assert {row["control"] for row in found["controls"]["by_kind"]} == set(KINDS)
    honest = len(set(sent.values()) - set(true["account_id"]))
    assert traffic_of_others.line("B, 1", found) == (
        f"| B, 1 | 13 | 1 / 1 | 1 | 1 / 1 | 0 of 19 | 0 of {honest} |"
    )


def test_a_week_follows_from_its_seed_whatever_was_written_before(
    made: tuple[Path, int], texts: Path, tmp_path: Path
) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from others.corpus import Corpus; from others.traffic import write_week\n"
        "corpus, out = Corpus(Path(sys.argv[1])), Path(sys.argv[2])\n"
        f"for seed in (2, 1): write_week(out / str(seed), seed, {SCALE}, corpus)"
    )
    # Another process, with another order of sets of strings.
    own = {**os.environ, "PYTHONPATH": str(FOLDER), "PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-c", code, texts, tmp_path], env=own, check=True)
    assert files(tmp_path / "1") == files(made[0])
    assert not set(exchanges(tmp_path / "1")) & set(exchanges(tmp_path / "2"))


def test_a_week_that_is_there_is_not_written_over(
    made: tuple[Path, int],
    corpus: Any,
    texts: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    import traffic_of_others
    from others.traffic import write_week

    with pytest.raises(FileExistsError):
        write_week(made[0], 1, SCALE, corpus)
    (tmp_path / "7").mkdir()
    given = ["--texts", str(texts), "--seed", "3", "7", "--out", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["traffic_of_others.py", *given])
    assert traffic_of_others.main() == 2
    assert capsys.readouterr().err.endswith("/7 is there already; give another folder\n")
    assert not (tmp_path / "3").exists()


@pytest.mark.parametrize("lacks", ["benign", "agentic_coding/templates/default.yaml"])
def test_texts_that_are_missing_are_told_in_a_line(
    texts: Path,
    lacks: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    import traffic_of_others

    for name in files(texts):
        if not name.startswith(lacks):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).symlink_to(texts / name)
    monkeypatch.setattr(sys, "argv", ["traffic_of_others.py", "--texts", str(tmp_path)])
    assert traffic_of_others.main() == 2
    printed = capsys.readouterr()
    assert not printed.out
    assert printed.err.count("\n") == 1
    assert lacks.removesuffix("default.yaml") in printed.err
    assert "name their folder by --texts or STILLWATCH_TEXTS" in printed.err
