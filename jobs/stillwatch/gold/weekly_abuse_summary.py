"""What is there to know about the week in one flat table?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from stillwatch.config import Run
from stillwatch.tables import table


def transform(frames: Mapping[str, Any], run: Run) -> pl.LazyFrame:
    """One row a judged group, flat types only.

    Args:
        frames: `gold.campaigns` and `silver.exchanges`.
        run: Week, settings and key.
    """
    total = frames["silver.exchanges"].select(pl.len().alias("total"))
    top = pl.col("capabilities").list.first().struct.field("name").alias("top_capability")
    judged: pl.LazyFrame = frames["gold.campaigns"]
    campaigns = judged.with_columns(top).join(total, how="cross")
    share = (pl.col("exchanges") / pl.col("total")).alias("share_of_traffic")
    return (
        campaigns.with_columns(share)
        .with_columns(headline())
        .select(table("gold.weekly_abuse_summary").column_names)
    )


def headline() -> pl.Expr:
    """One sentence: verdict, size, share of traffic, what it draws on, whether it moved."""
    subject = pl.format(
        "{}: {} accounts sent {} exchanges, {}% of the week's traffic",
        pl.col("verdict").str.to_titlecase(),
        pl.col("accounts"),
        pl.col("exchanges"),
        (pl.col("share_of_traffic") * 100).round(2),
    )
    moved = pl.format(
        "; {}% of it moved to {} within a day of its launch",
        (pl.col("pivot_share") * 100).round(1),
        pl.col("pivot_model"),
    )
    aim = pl.format(", mostly {}", pl.col("top_capability").str.replace_all("_", " "))
    dismissed = pl.lit(" (dismissed by an analyst)")
    asleep = pl.lit("Not seen this week")
    return pl.concat_str(
        pl.when(pl.col("status") == "dormant").then(asleep).otherwise(subject),
        pl.when(pl.col("top_capability").is_not_null()).then(aim).otherwise(pl.lit("")),
        pl.when(pl.col("pivot_share").is_not_null()).then(moved).otherwise(pl.lit("")),
        pl.when(pl.col("decision") == "dismissed").then(dismissed).otherwise(pl.lit("")),
        pl.lit("."),
    ).alias("headline")
