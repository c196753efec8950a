"""How much of what honest people write is theirs alone?

The share of winnowed spans (6-word hashes, window 8) of honest prompts that belong to one account,
measured on a run that was written: `stillwatch simulate --spans`, or on an older one
`python -m stillwatch.simulate.spans DIR`. Texts that repeat
between strangers more than people do would make any detector look better or worse than it is.
"""

import gzip
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.errors import UsageError
from stillwatch.kernels.spans import fingerprints

PAIRS = 20_000_000  # (span, account) pairs kept in memory at most


class Message(msgspec.Struct):
    """A message, as far as its text goes."""

    role: str
    content: Any


class _Exchange(msgspec.Struct):
    exchange_id: str
    account_id: str
    messages: list[Message]


def prompt(messages: list[Message]) -> str:
    """The text of the last message, where the user speaks."""
    content = messages[-1].content if messages and messages[-1].role == "user" else ""
    if isinstance(content, str):
        return content
    return " ".join(block["text"] for block in content if block["type"] == "text")


def share(out: Path) -> dict[str, float]:
    """Distinct spans of honest prompts under `out`, and the share of them in one account only.

    Large runs are sampled by the spans' hash, so that a kept span is kept in every account.
    """
    files = sorted((out / "landing" / "exchanges").glob("dt=*/*.jsonl.gz"))
    if not files:
        raise UsageError(f"{out}: holds no landing/exchanges")
    planted = pq.read_table(out / "truth" / "exchanges.parquet")["exchange_id"]
    ids = set(planted.to_pylist())
    size = sum(file.stat().st_size for file in files)
    keep = max(1, size // (PAIRS * 20))  # about a span in twenty packed bytes
    pairs = np.unique(np.concatenate(list(_pairs(files, ids, keep)), axis=1), axis=1)
    _, holders = np.unique(pairs[0], return_counts=True)
    alone = float((holders == 1).sum() / max(1, len(holders)))
    return {"spans": float(len(holders)), "of_one_account": alone, "sampled_one_in": float(keep)}


def _pairs(files: list[Path], planted: set[str], keep: int) -> Iterator[np.ndarray[Any, Any]]:
    decoder = msgspec.json.Decoder(_Exchange)
    accounts: dict[str, int] = {}
    for file in files:
        rows = [decoder.decode(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
        rows = [row for row in rows if row.exchange_id not in planted]
        found = fingerprints(pa.array([prompt(row.messages) for row in rows], pa.string()))
        owner = [accounts.setdefault(row.account_id, len(accounts)) for row in rows]
        spans = found.values.to_numpy()
        owners = np.repeat(np.array(owner, np.int64), np.diff(found.offsets.to_numpy()))
        kept = spans % keep == 0
        yield np.unique(np.stack([spans[kept], owners[kept]]), axis=1)


def told(out: Path) -> str:
    """The share in a sentence, with what it is a share of."""
    figures = share(out)
    sample, spans = figures["sampled_one_in"], f"{figures['spans']:,.0f} spans of honest prompts"
    if not figures["spans"]:
        return "no spans of honest prompts"
    looked = "" if sample == 1 else f" (one span in {sample:.0f} looked at, in all accounts)"
    return f"{figures['of_one_account']:.1%} of {spans} belong to one account{looked}"


if __name__ == "__main__":
    sys.stdout.write(told(Path(sys.argv[1])) + "\n")
