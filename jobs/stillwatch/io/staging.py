"""What has been computed for a week but not published, and from which inputs?

`<lake>/_staging/<week>/<layer>/<table>` is a Delta table of one week that every attempt overwrites;
`manifest.json` beside them pins the version of each, with its rows, its inputs and the settings.
A step that ran on inputs which have since been overwritten is stale and is not published.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from deltalake import DeltaTable, write_deltalake

from stillwatch.errors import StillwatchError
from stillwatch.io.batches import Batches
from stillwatch.io.lake import Lake, ensure, schema_of, write_json
from stillwatch.pipeline import Step, step
from stillwatch.tables import Table, table

CAPPED = "capped"  # the metric that says by cap what a step left out


def history_of(name: str) -> str:
    """Under which name a step gets a table's published weeks: those before, and its own."""
    return f"{name}@history"


@dataclass(frozen=True)
class Staged:
    """A staged table of a week.

    Attributes:
        version: Its Delta version.
        rows: Its rows.
        inputs: Version of each staged table that it was computed from; -1 for a published one.
            Under `<table>@history` the version that published weeks were read at.
        metrics: Counts that the step reports, such as lines read.
        seconds: How long the step took.
        settings: Fingerprint of the settings.
    """

    version: int
    rows: int
    inputs: dict[str, int] = field(default_factory=dict)
    metrics: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    settings: str = ""


class Staging:
    """The staging area of one week."""

    def __init__(self, lake: Lake, week: date) -> None:
        self.lake = lake
        self.week = week
        self.root = lake.root / "_staging" / week.isoformat()

    def path(self, name: str) -> Path:
        declared = table(name)
        return self.root / declared.layer / declared.short

    def manifest(self) -> dict[str, Staged]:
        """Staged tables by name."""
        file = self.root / "manifest.json"
        if not file.exists():
            return {}
        return {name: Staged(**entry) for name, entry in json.loads(file.read_text()).items()}

    def get(self, name: str) -> Staged | None:
        return self.manifest().get(name)

    def record(self, name: str, staged: Staged) -> None:
        """Pins a staged table; what was computed from an older version of it becomes stale."""
        self.root.mkdir(parents=True, exist_ok=True)
        entries = {key: asdict(value) for key, value in self.manifest().items()}
        write_json(self.root / "manifest.json", {**entries, name: asdict(staged)})

    def stale(self) -> list[str]:
        """Staged tables whose inputs, of this week or of earlier ones, have changed since."""
        manifest = self.manifest()
        return [
            name
            for name, staged in manifest.items()
            if staged.inputs != self._inputs(step(name), set(staged.inputs), manifest)
        ]

    def _inputs(self, of: Step, read: set[str], manifest: dict[str, Staged]) -> dict[str, int]:
        """The versions that a step would read now, of the tables that it read."""
        past = {
            history_of(name): self.lake.history(name, self.week, n)[0] for name, n in of.history
        }
        now = {
            name: manifest[name].version if name in manifest else -1 for name in read - set(past)
        }
        return now | past

    def write_small(self, name: str, frame: pl.DataFrame) -> int:
        """Stages a Polars frame without a JVM and returns the version."""
        declared = table(name)
        schema = schema_of(declared)
        data = conform(frame, declared)
        path = self.path(name)
        path.mkdir(parents=True, exist_ok=True)
        write_deltalake(
            str(path),
            data.to_arrow().cast(_arrow_schema(schema)),
            mode="overwrite",
            schema_mode="overwrite",
            partition_by=[declared.partition] if declared.partition else None,
        )
        return DeltaTable(str(path)).version()

    def write_batches(self, name: str, batches: Batches) -> int:
        """Stages rows that tasks write, in one commit, and returns the version."""
        declared = table(name)
        path = self.path(name)
        ensure(path, declared).create_write_transaction(
            [*batches.write(path, declared.partition)],
            mode="overwrite",
            schema=schema_of(declared),
            partition_by=[declared.partition] if declared.partition else None,
        )
        return DeltaTable(str(path)).version()

    def adds(self, name: str, version: int) -> list[dict[str, Any]]:
        """Files of a staged version: an overwriting commit names all of them.

        Raises:
            StillwatchError: The commit is not there, or did not overwrite the whole table.
        """
        log = self.path(name) / "_delta_log" / f"{version:020d}.json"
        if not log.exists():
            raise StillwatchError(
                f"the staged {name} lost its commit {version}; run the step again"
            )
        actions = [json.loads(line) for line in log.read_text().splitlines() if line]
        info: dict[str, Any] = next((a["commitInfo"] for a in actions if "commitInfo" in a), {})
        mode = str(info.get("operationParameters", {}).get("mode", "")).lower()
        if mode != "overwrite":
            raise StillwatchError(f"commit {version} of the staged {name} is not an overwrite")
        return [action["add"] for action in actions if "add" in action]

    def discard(self) -> None:
        """Removes the staged week; published tables hold their own links to the data."""
        if self.root.exists():
            # First, so that a kill leaves no pins of tables that are gone.
            (self.root / "manifest.json").unlink(missing_ok=True)
            shutil.rmtree(self.root)


def _arrow_schema(schema: Any) -> Any:
    """delta-rs's schema as pyarrow's."""
    import pyarrow as pa

    return pa.schema(schema.to_arrow())


def conform(frame: pl.DataFrame, declared: Table) -> pl.DataFrame:
    """The declared columns in order.

    Raises:
        StillwatchError: Columns are missing; all of them are named.
    """
    missing = [name for name in declared.column_names if name not in frame.columns]
    if missing:
        raise StillwatchError(f"{declared.name} lacks the columns {', '.join(missing)}")
    return frame.select(declared.column_names)
