"""How do exchanges land? A file an hour, with the dirt that real logs have."""

import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from random import Random

from others.clock import DAY, HOUR, MONDAY
from others.records import Json
from others.wordings import FIRST_WORDS

_LAST_DAY = 6
_KEY = len("000000000.000")  # what lines are sorted by until the files are closed


def write_lines(path: Path, items: Iterable[Json]) -> None:
    """Write the items as JSONL."""
    lines = (json.dumps(item, ensure_ascii=False) + "\n" for item in items)
    path.write_text("".join(lines), encoding="utf-8")


class Writer:
    """Writes to `folder`/exchanges."""

    def __init__(self, folder: Path, rng: Random) -> None:
        self.folder = folder / "exchanges"
        self.rng = rng
        self.paths: set[Path] = set()

    def write(self, ts: float, row: Json) -> None:
        """Write the exchange; the row may be changed."""
        day = int(ts // DAY)
        hour = int(ts % DAY // HOUR)
        self._alter_fields(row)
        path = self._path(day, f"hour-{hour:02d}")
        if day < _LAST_DAY and self.rng.random() < 0.003:
            path = self._path(day + 1, "late")
        text = json.dumps(row, ensure_ascii=self.rng.random() < 0.2)
        self._append(path, ts, text)
        chance = self.rng.random()
        if chance < 0.002:
            if chance < 0.0005:  # a duplicate that differs
                row["latency_ms"] = 1
                text = json.dumps(row)
            same_file = chance < 0.0015 or day >= _LAST_DAY
            self._append(path if same_file else self._path(day + 1, "late"), ts, text)
        elif chance < 0.003:
            self._append(path, ts, self._broken(row, text))

    def close(self) -> None:
        """Sort every file by time."""
        for path in self.paths:
            with path.open(encoding="utf-8", newline="\n") as file:
                lines = [line for line in file.read().split("\n") if line]
            lines.sort(key=lambda line: line[:_KEY])
            text = "".join(line[_KEY + 1 :] + "\n" for line in lines)
            path.write_text(text, encoding="utf-8", newline="\n")

    def _path(self, day: int, name: str) -> Path:
        return self.folder / f"dt={MONDAY + timedelta(days=day)}" / f"{name}.jsonl"

    def _append(self, path: Path, ts: float, text: str) -> None:
        if path not in self.paths:
            self.paths.add(path)
            path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{ts:013.3f}\t{text}\n")

    def _alter_fields(self, row: Json) -> None:
        """Leave a field out or add some, in a few rows."""
        chance = self.rng.random()
        if chance < 0.012:
            row["usage" if chance < 0.006 else "latency_ms"] = None
        elif chance < 0.016:
            del row["status"]
        elif chance < 0.03:
            row["edge"] = {"pop": self.rng.choice(FIRST_WORDS), "cache": chance < 0.02}
            row["schema_rev"] = 7

    def _broken(self, row: Json, text: str) -> str:
        """Return a line that no reader can take for an exchange."""
        unnamed = row | {"exchange_id": None}
        undated = row | {"exchange_id": row["exchange_id"] + "b", "ts": "yesterday noon"}
        lines = [
            text[: int(len(text) * self.rng.random())],
            "",
            "\x00\x01" + text[:40],
            json.dumps(unnamed),
            json.dumps(undated),
            "[1, 2]",
            text[:-1] + ",}",
        ]
        return self.rng.choice(lines)
