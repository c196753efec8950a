"""How much of each accusing group is right?

Precision varies from group to group: a group is mostly right or mostly wrong as a whole. Each
account and each exchange counts in one group only, so that the rows add up to the figures.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from stillwatch.evaluate import intervals
from stillwatch.evaluate.frames import Published, Truth

COUNTS = ("accounts", "campaign_accounts", "exchanges", "campaign_exchanges",
          "same_campaign_exchanges")  # fmt: skip


def accusing(
    published: Published, truth: Truth, owned: pl.DataFrame, *, enforced: bool = False
) -> pl.DataFrame:
    """One row an accusing group, sorted by name.

    Args:
        published: What the week published.
        truth: What was true.
        owned: As `campaigns.owners` returns it.
        enforced: Leave out groups that an analyst dismissed.

    Returns:
        campaign_id, accounts, campaign_accounts (in any true campaign), exchanges,
        campaign_exchanges (of any true campaign), same_campaign_exchanges (of the one that the
        group has most of). What several groups claim counts in one of them, an exchange in one
        that has it right.
    """
    names = published.accusing(enforced=enforced)
    guilty = truth.guilty().with_columns(right=True)
    sent = truth.exchanges.select("exchange_id").unique().with_columns(right=True)
    same = (
        truth.exchanges.join(owned.select("campaign", "campaign_id"), on="campaign")
        .select("exchange_id", "campaign_id", same=True)
        .unique()
    )
    members = _once(published.members.join(names, on="campaign_id", how="semi"), "account_id")
    claimed = published.attributed.join(names, on="campaign_id", how="semi").join(
        same, on=["exchange_id", "campaign_id"], how="left"
    )
    people = members.join(guilty, on="account_id", how="left")
    traffic = _once(claimed, "exchange_id").join(sent, on="exchange_id", how="left")
    by_group = people.group_by("campaign_id").agg(
        accounts=pl.len(), campaign_accounts=pl.col("right").sum()
    )
    by_exchange = traffic.group_by("campaign_id").agg(
        exchanges=pl.len(),
        campaign_exchanges=pl.col("right").sum(),
        same_campaign_exchanges=pl.col("same").sum(),
    )
    rows = names.join(by_group, on="campaign_id", how="left").join(
        by_exchange, on="campaign_id", how="left"
    )
    return rows.with_columns(pl.col(*COUNTS).fill_null(0).cast(pl.Int64)).sort("campaign_id")


def precision(
    rows: pl.DataFrame, part: str, whole: str, rng: np.random.Generator
) -> dict[str, Any]:
    """A precision's interval over groups: low_groups, high_groups, groups.

    Args:
        rows: As `accusing` returns them.
        part: Column of what is right.
        whole: Column of what there is.
        rng: Source of the draws.
    """
    return intervals.clustered(rows[part].to_numpy(), rows[whole].to_numpy(), rng)


def _once(rows: pl.DataFrame, unit: str) -> pl.DataFrame:
    """Each unit in one group: where it is right, else in the first by name."""
    first = [pl.col("same").is_null()] if "same" in rows.columns else []
    return rows.sort(unit, *first, "campaign_id").unique(unit, keep="first", maintain_order=True)
