"""What have analysts decided? Append-only: what is recorded stays, whatever landing says later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import polars as pl

from stillwatch.config import Run
from stillwatch.errors import UsageError
from stillwatch.tables import table

KEY = ("campaign_id", "by", "at")
DECISIONS = ("confirmed", "dismissed")
MAX_LINE_BYTES = 64 * 1024


def transform(frames: Mapping[str, Any], run: Run) -> pl.DataFrame:
    """All decisions recorded so far, and those that landing adds.

    Args:
        frames: `landing.decisions`; `gold.decisions@history`, None before the first.
        run: Week, settings and key.
    """
    names = table("gold.decisions").column_names
    landed = pl.DataFrame(
        [_fields(*place) for place in frames["landing.decisions"].lines(MAX_LINE_BYTES)],
        schema=dict.fromkeys(names, pl.String),
    ).with_columns(pl.col("at").str.to_datetime(time_unit="us", time_zone="UTC", strict=False))
    if undated := landed.filter(pl.col("at").is_null()).height:
        raise UsageError(f"{undated} decisions have no time such as 2026-11-16T09:00:00Z")
    recorded = frames["gold.decisions@history"]
    everything = [landed] if recorded is None else [recorded.collect(), landed]
    return (
        pl.concat([frame.select(names) for frame in everything])
        .unique(subset=KEY, keep="first", maintain_order=True)
        .sort("at", "campaign_id", "by")
    )


def _fields(file: Any, number: int, line: Any) -> dict[str, str | None]:
    """The fields of a decision.

    A person wrote the line and is waiting for its effect, so a bad one stops the week.

    Raises:
        UsageError: It is not an object with campaign_id, decision, by and at.
    """
    place = f"{file.source_file} line {number}"
    try:
        fields = msgspec.json.decode(line, type=dict[str, str | None])
    except (msgspec.DecodeError, TypeError):
        raise UsageError(f"{place} is not a decision: an object of strings is needed") from None
    missing = [name for name in (*KEY, "decision") if not fields.get(name)]
    if missing:
        raise UsageError(f"{place} lacks {', '.join(missing)}")
    if fields["decision"] not in DECISIONS:
        raise UsageError(f"{place}: decision is one of {', '.join(DECISIONS)}")
    return {name: fields.get(name) for name in table("gold.decisions").column_names}
