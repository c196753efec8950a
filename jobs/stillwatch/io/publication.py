"""How does a staged week become visible, whole or not at all?

Each table's staged files are linked (on one file system; copied otherwise) into the published
folder and one Delta commit swaps them for the week's previous files. The row in gold.publications
comes last and is the one commit that counts: until then readers resolve the previous generation,
whose versions stay readable. A killed publication is finished by running it again, and so is one
that was killed after that commit; a table whose week already holds the staged files is left as it
is. `_staging/publishing.json` says which week is
being swapped and where each table stood before: should another week be published first, the
unfinished swap is undone, so that no publication pins rows that were never announced.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import polars as pl
from deltalake import CommitProperties, DeltaTable, write_deltalake
from deltalake.transaction import AddAction

from stillwatch import __version__
from stillwatch.errors import QualityError, StillwatchError, UsageError
from stillwatch.io.lake import Lake, ensure, partition_dates, schema_of, write_json
from stillwatch.io.staging import Staging, _arrow_schema
from stillwatch.pipeline import STEPS
from stillwatch.tables import Table, table

PUBLICATIONS = "gold.publications"


def publish(lake: Lake, staging: Staging, week: date, settings: str) -> dict[str, Any]:
    """Publishes the staged week and returns its row of gold.publications.

    What is staged and announced already, since only tidying up was left to do when that was killed,
    is not published again, unless another week was published or maintained since.

    Raises:
        UsageError: A step has not run, or ran on inputs that have changed since.
        QualityError: A critical expectation failed.
    """
    row = _announced(lake, staging, week)
    if row is None:
        row = _published(lake, staging, week, settings)
    # In this order, so that a kill between them is finished by running it again.
    staging.discard()
    _intent(lake).unlink()
    return row


def _published(lake: Lake, staging: Staging, week: date, settings: str) -> dict[str, Any]:
    quality = _check(staging)
    staged = staging.manifest()
    settle(lake, week)
    _intend(lake, week)
    pins: dict[str, dict[str, int]] = {}
    for step in STEPS:
        if step.name != PUBLICATIONS:
            entry = staged[step.name]
            version = _swap(lake, staging, table(step.name), entry.version, week)
            pins[step.name] = {"version": version, "rows": entry.rows}
    return _announce(lake, week, pins, quality, settings)


def _announced(lake: Lake, staging: Staging, week: date) -> dict[str, Any] | None:
    """The row that announces just what is staged, or of which a kill left nothing staged."""
    if _unfinished(lake) != (week, True):
        return None
    staged = staging.manifest()
    if staged and not all(
        step.name in staged and _is_published(lake, staging, step.name, staged[step.name].version)
        for step in STEPS
        if step.name != PUBLICATIONS
    ):
        return None
    return lake.publication(week)


def _is_published(lake: Lake, staging: Staging, name: str, version: int) -> bool:
    """Whether a table's week holds the files of a staged version; no name is given twice."""
    declared = table(name)
    dates = {day.isoformat() for day in partition_dates(declared, staging.week)}
    published = DeltaTable(str(lake.path(name)))
    return _active(published, declared, dates) == _paths(staging.adds(name, version))


def _unfinished(lake: Lake) -> tuple[date, bool] | None:
    """Which week is being swapped, and whether it has been announced."""
    if not _intent(lake).exists():
        return None
    intent = json.loads(_intent(lake).read_text())
    announced = _version(lake, PUBLICATIONS) > intent["before"][PUBLICATIONS]
    return date.fromisoformat(intent["week"]), announced


def _intent(lake: Lake) -> Path:
    return lake.root / "_staging" / "publishing.json"


def _intend(lake: Lake, week: date) -> None:
    """Notes where each table stands, unless an earlier attempt at this week has done so."""
    if not _intent(lake).exists():
        ensure(lake.path(PUBLICATIONS), table(PUBLICATIONS))
        before = {step.name: _version(lake, step.name) for step in STEPS}
        _intent(lake).parent.mkdir(parents=True, exist_ok=True)
        write_json(_intent(lake), {"week": week.isoformat(), "before": before})


def settle(lake: Lake, week: date | None = None) -> None:
    """Takes back what a killed publication swapped and never announced.

    Args:
        lake: The lake; its writer lock is held.
        week: A week that is about to be published: its own unfinished swap is left to be finished.
    """
    unfinished = _unfinished(lake)
    if unfinished is None or unfinished == (week, False):
        return
    if not unfinished[1]:
        before: dict[str, int] = json.loads(_intent(lake).read_text())["before"]
        for name, version in before.items():
            if _version(lake, name) > version:
                DeltaTable(str(lake.path(name))).restore(max(version, 0))
    _intent(lake).unlink()


def _version(lake: Lake, name: str) -> int:
    """The newest version of a published table, -1 where there is none yet."""
    return DeltaTable(str(lake.path(name))).version() if lake.exists(name) else -1


def _check(staging: Staging) -> str:
    staged = staging.manifest()
    missing = [s.name for s in STEPS if s.name not in staged and s.name != PUBLICATIONS]
    if missing:
        raise UsageError(f"cannot publish: {', '.join(missing)} has not been computed")
    if stale := staging.stale():
        raise UsageError(f"cannot publish: {', '.join(stale)} was computed from older inputs")
    audited = staged["gold.quality_results"]
    results = pl.read_delta(str(staging.path("gold.quality_results")), version=audited.version)
    failed = results.filter(~pl.col("success"))
    critical = failed.filter(pl.col("severity") == "critical")
    if critical.height:
        lines = [f"{r['table']}: {r['expectation']}" for r in critical.to_dicts()]
        raise QualityError("nothing was published; failed: " + "; ".join(lines))
    return "passed_with_warnings" if failed.height else "passed"


def _swap(lake: Lake, staging: Staging, declared: Table, version: int, week: date) -> int:
    """Swaps a week of one published table and returns the published version."""
    target = lake.path(declared.name)
    published = ensure(target, declared)
    adds = staging.adds(declared.name, version)
    dates = {d.isoformat() for d in partition_dates(declared, week)}
    for add in adds:
        if declared.partition and add["partitionValues"].get(declared.partition) not in dates:
            raise StillwatchError(f"{declared.name} holds rows outside the week {week}")
    if _active(published, declared, dates) == _paths(adds):
        return published.version()
    for add in adds:
        _place(staging.path(declared.name), target, unquote(add["path"]))
    filters = [(declared.partition, "in", sorted(dates))] if declared.partition else None
    published.create_write_transaction(
        [
            AddAction(
                path=add["path"],
                size=add["size"],
                partition_values=add["partitionValues"],
                modification_time=add["modificationTime"],
                data_change=True,
                stats=add.get("stats") or "{}",
            )
            for add in adds
        ],
        mode="overwrite",
        schema=schema_of(declared),
        partition_by=[declared.partition] if declared.partition else None,
        partition_filters=filters,
        commit_properties=CommitProperties(
            custom_metadata={"userMetadata": f"stillwatch {__version__} week {week}"}
        ),
    )
    return DeltaTable(str(target)).version()


def _paths(adds: list[dict[str, Any]]) -> Counter[str]:
    return Counter(unquote(add["path"]) for add in adds)


def _active(published: DeltaTable, declared: Table, dates: set[str]) -> Counter[str]:
    """Relative paths of the files that now hold the week."""
    files = pl.DataFrame(published.get_add_actions(flatten=True))
    if not files.height:
        return Counter()
    if declared.partition:
        day = pl.col(f"partition.{declared.partition}").cast(pl.String)
        files = files.filter(day.is_in(list(dates)))
    return Counter(unquote(path) for path in files["path"])


def _place(source: Path, target: Path, relative: str) -> None:
    """Links a file into the published folder, or copies it where links cannot reach."""
    destination = target / relative
    if destination.exists():
        return
    destination.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source / relative, destination)
    except OSError:
        partial = destination.with_suffix(".partial")
        shutil.copy2(source / relative, partial)
        partial.replace(destination)


def _announce(
    lake: Lake, week: date, pins: dict[str, dict[str, int]], quality: str, settings: str
) -> dict[str, Any]:
    """The commit that makes the week visible."""
    previous = lake.publication(week)
    row = {
        "week": week,
        "generation": previous["generation"] + 1 if previous else 1,
        "published_at": datetime.now(UTC),
        "tables": pins,
        "quality": quality,
        "code_version": __version__,
        "settings": settings,
    }
    import pyarrow as pa

    schema = _arrow_schema(schema_of(table(PUBLICATIONS)))
    data = pa.Table.from_pylist([{**row, "tables": [*pins.items()]}], schema=schema)
    write_deltalake(
        str(lake.path(PUBLICATIONS)), data, mode="overwrite", predicate=f"week = '{week}'"
    )
    return row
