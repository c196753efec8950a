"""Were the right exchanges attributed, and to the right campaign?

Each exchange counts once, however many campaigns claim it. Recall is over every exchange that a
campaign sent, whether or not it survived ingestion.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from stillwatch.evaluate import groups, intervals
from stillwatch.evaluate.frames import Published, Truth


def attribution(
    published: Published,
    truth: Truth,
    owned: pl.DataFrame,
    accusing: pl.DataFrame,
    rng: np.random.Generator,
) -> dict[str, Any]:
    """Precision and recall over exchanges of accusing campaigns.

    Args:
        published: What the week published.
        truth: What was true.
        owned: As `campaigns.owners` returns it.
        accusing: As `groups.accusing` returns it.
        rng: Source of the draws.

    Returns:
        `precision` and `recall` ask whether the exchange is any campaign's;
        `same_campaign_precision` whether it is the one that its published campaign has most of,
        so that a merged campaign is right for one only. Intervals over exchanges call thousands
        of like exchanges independent, so recall also has one over campaigns, and each precision
        one over accusing groups.
    """
    claimed = published.attributed.join(published.accusing(), on="campaign_id", how="semi")
    distinct = claimed.select("exchange_id").unique()
    true = truth.exchanges.select("exchange_id").unique()
    right = distinct.join(true, on="exchange_id", how="semi").height
    hits = claimed.join(owned.select("campaign", "campaign_id"), on="campaign_id").join(
        truth.exchanges, on=["exchange_id", "campaign"], how="semi"
    )
    same = hits.select("exchange_id").n_unique()
    missing = truth.exchanges.filter(pl.col("account_id").is_null())
    found = truth.exchanges.join(distinct, on="exchange_id", how="semi")
    per_campaign = (
        truth.exchanges.group_by("campaign")
        .agg(sent=pl.len())
        .join(found.group_by("campaign").agg(found=pl.len()), on="campaign", how="left")
        .with_columns(pl.col("found").fill_null(0))
        .sort("campaign")
    )
    parts, wholes = (per_campaign[name].cast(pl.Int64).to_numpy() for name in ("found", "sent"))
    recall = intervals.proportion(right, true.height, rng)
    return {
        "attributed": distinct.height,
        "true": true.height,
        "not_in_silver": missing.select("exchange_id").n_unique(),
        "precision": intervals.proportion(right, distinct.height, rng)
        | groups.precision(accusing, "campaign_exchanges", "exchanges", rng),
        "same_campaign_precision": intervals.proportion(same, distinct.height, rng)
        | groups.precision(accusing, "same_campaign_exchanges", "exchanges", rng),
        "recall": recall | intervals.clustered(parts, wholes, rng),
    }
