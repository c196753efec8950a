"""Do honest accounts write texts of their own, from the grammar and from a corpus?"""

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from stillwatch.cli import main
from stillwatch.errors import UsageError
from stillwatch.simulate import run, spans
from stillwatch.simulate.spans import share, told

pytestmark = pytest.mark.slow  # together more than ten seconds


def test_nine_in_ten_spans_belong_to_one_account(tmp_path: Path) -> None:
    run(tmp_path, scale=0.3, workers=1)
    assert share(tmp_path)["of_one_account"] > 0.9


def test_nine_in_ten_with_real_texts(tmp_path: Path, texts: Path) -> None:
    run(tmp_path, scale=0.3, corpus=texts, workers=1)
    figures = share(tmp_path)
    assert figures["spans"] > 10_000
    assert figures["of_one_account"] > 0.9


def written(out: Path, texts: dict[str, str]) -> Path:
    """A landing zone of one message an account, none of them planted."""
    lines = [
        json.dumps(
            {
                "exchange_id": account,
                "account_id": account,
                "messages": [{"role": "user", "content": text}],
            }
        )
        for account, text in texts.items()
    ]
    day = out / "landing" / "exchanges" / "dt=2026-11-09"
    for folder in (day, out / "truth"):
        folder.mkdir(parents=True)
    (day / "part-00000.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    ids = pa.table({"exchange_id": pa.array([], pa.string())})
    pq.write_table(ids, out / "truth" / "exchanges.parquet")
    return out


def test_a_span_of_two_accounts_belongs_to_neither(tmp_path: Path) -> None:
    out = written(
        tmp_path, {"a": "one two three four five six", "b": "one two three four five six"}
    )
    assert told(out) == "0.0% of 1 spans of honest prompts belong to one account"


def test_prompts_too_short_for_a_span_have_no_share(tmp_path: Path) -> None:
    assert told(written(tmp_path, {"a": "thanks"})) == "no spans of honest prompts"


def test_the_share_is_printed_last_where_it_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ["--scale", "0.05", "--out"]
    assert main(["simulate", *options, str(tmp_path / "plain")]) == 0
    plain = capsys.readouterr().out.splitlines()
    assert main(["simulate", *options, str(tmp_path / "asked"), "--spans"]) == 0
    *before, last = capsys.readouterr().out.splitlines()
    assert len(before) == len(plain)
    assert before[-1].startswith("scenario first_light  seed 0  scale 0.05  exchanges 3000")
    assert last == told(tmp_path / "asked")

    whole = share(tmp_path / "asked")
    assert last == (
        f"{whole['of_one_account']:.1%} of {whole['spans']:,.0f} spans of honest prompts "
        "belong to one account"
    )
    monkeypatch.setattr(spans, "PAIRS", 10_000)  # as if there were too many for memory
    sample = share(tmp_path / "asked")
    assert sample["sampled_one_in"] > 1
    assert sample["spans"] * sample["sampled_one_in"] == pytest.approx(whole["spans"], rel=0.1)
    assert sample["of_one_account"] == pytest.approx(whole["of_one_account"], abs=0.01)
    assert f"(one span in {sample['sampled_one_in']:.0f} looked at, in all accounts)" in told(
        tmp_path / "asked"
    )


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="landing/exchanges"):
        share(tmp_path)


@pytest.mark.parametrize("folder", ["missing", "."])
def test_a_corpus_without_texts_is_refused(folder: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--corpus"):
        run(tmp_path / "out", corpus=tmp_path / folder, workers=1)
