"""What must be done to a lake now and then, and what must never be done to it?

Published weeks past their table's retention are dropped; files that no citable version needs are
removed; the leavings of runs that never published are discarded. A version that gold.publications
names stays readable for PROMISE_DAYS, so files are removed only when they have been out of the
table for longer. Raw data is the exception: once its retention is over it is removed with the next
maintenance, whatever a publication cites.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from deltalake import DeltaTable

from stillwatch.io.lake import Lake
from stillwatch.io.publication import settle
from stillwatch.io.staging import Staging
from stillwatch.tables import TABLES, Table

PROMISE_DAYS = 90
STAGING_DAYS = 14
RAW_HOURS = 24  # readers of raw data that were under way may end


def maintain(lake: Lake, *, dry_run: bool = False, today: date | None = None) -> Iterator[str]:
    """Does what is due and yields a line for each thing done.

    Args:
        lake: The lake; its writer lock is held meanwhile.
        dry_run: Only say what would be done.
        today: Day from which ages are counted; None is today in UTC.

    Raises:
        StillwatchError: Another process is writing.
    """
    now = today or datetime.now(UTC).date()
    said = "would " if dry_run else ""
    with lake.writing():
        if not dry_run:
            settle(lake)
        for week in _abandoned(lake, now):
            if not dry_run:
                Staging(lake, week).discard()
            yield f"{said}discard the unpublished staging of {week}"
        for declared in TABLES.values():
            if not lake.exists(declared.name):
                continue
            yield from _expire(lake, declared, now, dry_run)
            yield from _vacuum(lake, declared, dry_run)


def _abandoned(lake: Lake, now: date) -> list[date]:
    folders = sorted((lake.root / "_staging").glob("*")) if lake.root.exists() else []
    weeks = [date.fromisoformat(f.name) for f in folders if f.is_dir()]
    stamps = {w: (lake.root / "_staging" / w.isoformat()).stat().st_mtime for w in weeks}
    oldest = datetime(now.year, now.month, now.day, tzinfo=UTC) - timedelta(days=STAGING_DAYS)
    return [w for w in weeks if stamps[w] < oldest.timestamp()]


def _expire(lake: Lake, declared: Table, now: date, dry_run: bool) -> Iterator[str]:
    if declared.retention_days is None or declared.partition is None:
        return
    limit = now - timedelta(days=declared.retention_days)
    published = DeltaTable(str(lake.path(declared.name)))
    column = f"partition.{declared.partition}"
    files = published.get_add_actions(flatten=True)
    days = list(files.column(column).to_pylist()) if files.num_rows else []
    expired = sum(day < limit for day in days)
    if expired:
        if not dry_run:
            published.delete(f"{declared.partition} < '{limit}'")
        yield (
            f"{'would drop' if dry_run else 'dropped'} {expired} files of {declared.name} "
            f"before {limit}"
        )


def _vacuum(lake: Lake, declared: Table, dry_run: bool) -> Iterator[str]:
    published = DeltaTable(str(lake.path(declared.name)))
    raw = declared.retention_days is not None
    hours = RAW_HOURS if raw else PROMISE_DAYS * 24
    removed = published.vacuum(
        retention_hours=hours,
        dry_run=dry_run,
        enforce_retention_duration=not raw,
        # Raw files that a killed publication linked are in no commit: only a listing finds them.
        full=raw,
    )
    if removed:
        yield (
            f"{'would remove' if dry_run else 'removed'} {len(removed)} unused files of "
            f"{declared.name}"
        )
