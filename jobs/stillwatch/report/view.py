"""What does each part of the page say? Plain values for the template, from frames alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from stillwatch.report import charts, frames, words
from stillwatch.report.frames import Week
from stillwatch.tables import table
from stillwatch.tables.gold import ACCUSING

# Whole sections with pictures; a person reads no more, and the tables list the rest.
MAX_SECTIONS = 60


def page(week: Week) -> dict[str, Any]:
    """Everything that the template shows."""
    rows = _ordered(week)
    detailed = [row for row in rows if row["verdict"] in words.DETAILED]
    return {
        "week": week.week,
        "span": words.span(week.week),
        "last_day": week.week + timedelta(days=6),
        "kept_days": table("bronze.exchanges").retention_days,
        "publication": week.publication,
        "verdicts": {name: _of(rows, name) for name in words.ORDER},
        "exchanges": week.publication["tables"]["silver.exchanges"]["rows"],
        "accounts": week.accounts,
        "accused": week.accused,
        "rows": detailed,
        "explained": [row for row in rows if row["verdict"] not in words.DETAILED],
        "sections": [section(week, row) for row in detailed[:MAX_SECTIONS]],
        "unshown": max(0, len(detailed) - MAX_SECTIONS),
        "silence": frames.silence(week.publication, week.campaigns, week.accounts),
        "quality": quality(week.quality),
        "lines": reconciliation(week),
    }


def _of(rows: list[dict[str, Any]], verdict: str) -> int:
    return sum(row["verdict"] == verdict for row in rows)


def _ordered(week: Week) -> list[dict[str, Any]]:
    """Campaigns with their summary, most serious verdict first, then largest."""
    flat = week.summary.select("campaign_id", "share_of_traffic", "top_capability", "headline")
    rows = week.campaigns.join(flat, on="campaign_id", how="left").to_dicts()
    rank = {verdict: place for place, verdict in enumerate(words.ORDER)}
    rows.sort(
        key=lambda row: (
            rank.get(row["verdict"], len(rank)),
            row["decision"] == "dismissed",
            -(row["exchanges"] or 0),
            row["campaign_id"],
        )
    )
    return [{**row, "anchor": f"g{place}"} for place, row in enumerate(rows, 1)]


def section(week: Week, row: dict[str, Any]) -> dict[str, Any]:
    """One campaign: words, pictures, evidence on both sides, what weighs most first, accounts.

    Args:
        week: The week.
        row: The campaign's row with its summary.
    """
    own = pl.col("campaign_id") == row["campaign_id"]
    weights = {term["statement"]: abs(term["weight"]) for term in row["terms"] or ()}
    evidence = sorted(
        week.evidence.filter(own).to_dicts(),
        key=lambda line: (-weights.get(line["statement"], 0.0), line["layer"], line["statement"]),
    )
    hours = shares(week.hours, row["campaign_id"])
    shapes = row["capabilities"] or []
    return {
        **row,
        "words": words.VERDICTS.get(row["verdict"], ""),
        "decided": words.DECISIONS.get(row["decision"] or "", ""),
        "bars": charts.capabilities(shapes) if shapes else None,
        "line": charts.timeline(hours, _launch(week, row["pivot_model"])) if len(hours) else None,
        "for": [line for line in evidence if line["direction"] == "for"],
        "against": [line for line in evidence if line["direction"] == "against"],
        "exemplars": exemplars(row, evidence),
        "members": week.members.filter(own).to_dicts(),
    }


def exemplars(row: dict[str, Any], evidence: list[dict[str, Any]]) -> list[str]:
    """The exchanges that lines of evidence point at, each once, in the order of the lines.

    None of a group that accuses nobody: its people's requests are nothing to be read by the way.
    """
    if row["verdict"] not in ACCUSING or row["decision"] == "dismissed":
        return []
    return list(dict.fromkeys(each for line in evidence for each in line["exemplars"] or ()))


def shares(hours: pl.DataFrame, campaign_id: str) -> pl.DataFrame:
    """Hourly shares of a campaign's week and of everyone else's; empty if it sent nothing.

    Args:
        hours: campaign_id, hour, exchanges; campaign_id null for the whole traffic.
        campaign_id: The campaign.

    Returns:
        hour (0 to 167, none missing), campaign, others; each sums to 1 unless it is all zero.
    """
    own = hours.filter(pl.col("campaign_id") == campaign_id).select("hour", own="exchanges")
    if own.is_empty():
        return pl.DataFrame(schema={"hour": pl.Int64, "campaign": pl.Float64, "others": pl.Float64})
    whole = hours.filter(pl.col("campaign_id").is_null()).select("hour", whole="exchanges")
    grid = pl.DataFrame({"hour": range(168)}, schema={"hour": pl.Int64})
    filled = (
        grid.join(own, on="hour", how="left")
        .join(whole, on="hour", how="left")
        .with_columns(pl.col("own", "whole").fill_null(0).cast(pl.Int64))
        .with_columns(rest=pl.col("whole") - pl.col("own"))
    )
    return filled.select("hour", campaign=_share("own"), others=_share("rest"))


def _share(name: str) -> pl.Expr:
    total = pl.col(name).sum()
    return pl.when(total > 0).then(pl.col(name) / total).otherwise(0.0)


def _launch(week: Week, model: str | None) -> float | None:
    """Days from Monday to the launch, None where it lies outside the week."""
    if model is None:
        return None
    at = week.launches.filter(pl.col("model") == model)["launched_at"].drop_nulls()
    if at.is_empty():
        return None
    start = datetime(week.week.year, week.week.month, week.week.day, tzinfo=UTC)
    days = float((at[0] - start).total_seconds()) / 86400
    return days if 0 <= days <= 7 else None


def quality(results: pl.DataFrame) -> dict[str, Any]:
    """Failures first and by name, what held as counts a table."""
    failed = results.filter(~pl.col("success").fill_null(False))
    held = results.filter(pl.col("success").fill_null(False))
    return {
        "checked": results.height,
        "failed": failed.sort("severity", "table", "expectation").to_dicts(),
        "held": held.group_by("table").agg(checks=pl.len()).sort("table").to_dicts(),
    }


def reconciliation(week: Week) -> dict[str, Any]:
    """Where every logged line went; the parts add up to the lines."""
    pins = week.publication["tables"]
    parsed, kept = pins["bronze.exchanges"]["rows"], pins["silver.exchanges"]["rows"]
    aside = week.quarantine.filter(pl.col("feed") == "exchanges")
    other = week.quarantine.filter(pl.col("feed") != "exchanges")
    quarantined = int(aside["lines"].sum())
    return {
        "lines": parsed + quarantined,
        "parsed": parsed,
        "quarantined": quarantined,
        "reasons": aside.to_dicts(),
        "duplicates": parsed - kept,
        "kept": kept,
        "attributed": pins["gold.campaign_exchanges"]["rows"],
        "other_feeds": other.to_dicts(),
    }
