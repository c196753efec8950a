"""Which innocent groups, planted to look like campaigns, had an account accused?

A control group counts as accused from its first accused account on. Every listed group counts,
whether its accounts sent anything or not. An accused account that also took part in a campaign was
accused rightly and harms no group.
"""

from __future__ import annotations

import re
from typing import Any

import polars as pl

from stillwatch.evaluate import intervals
from stillwatch.evaluate.frames import Published, Truth

TRAILING_NUMBER = re.compile(r"[\s_\-:#/.]*\d+$")


def kind_of(group: str) -> str:
    """The kind of control that a group's name tells: `carrier_nat-07` is a `carrier_nat`."""
    return TRAILING_NUMBER.sub("", group) or group


def listed(truth: Truth) -> pl.DataFrame:
    """group, control (its kind) and account_id of the control groups, each row once.

    Args:
        truth: What was true; `control` names the kind where truth/accounts has that column.
    """
    rows = truth.accounts.filter(pl.col("kind") == "hard_negative")
    if "control" not in rows.columns:
        rows = rows.with_columns(control=pl.lit(None, pl.String))
    named = rows.with_columns(
        pl.col("group").fill_null("unnamed"),
        pl.coalesce("control", pl.col("group").map_elements(kind_of, pl.String)),
    )
    return named.select("group", pl.col("control").min().over("group"), "account_id").unique()


def control_groups(published: Published, truth: Truth, accused: pl.DataFrame) -> pl.DataFrame:
    """One row a control group: group, control, accounts, accused, active, campaigns.

    Args:
        published: What the week published.
        truth: What was true.
        accused: account_id, each once.
    """
    harmed = accused.join(truth.guilty(), on="account_id", how="anti")
    blamed = published.members.join(published.accusing(), on="campaign_id", how="semi")
    by_account = (
        harmed.join(blamed, on="account_id", how="left")
        .group_by("account_id")
        .agg(pl.col("campaign_id").drop_nulls(), accused=pl.lit(True))
    )
    active = published.activity.select("account_id", active=pl.lit(True))
    marked = (
        listed(truth)
        .join(by_account, on="account_id", how="left")
        .join(active, on="account_id", how="left")
    )
    return (
        marked.group_by("group")
        .agg(
            pl.col("control").min(),
            accounts=pl.col("account_id").n_unique(),
            accused=pl.col("account_id").filter(pl.col("accused")).n_unique(),
            active=pl.col("account_id").filter(pl.col("active")).n_unique(),
            campaigns=pl.col("campaign_id").explode().drop_nulls().unique().sort(),
        )
        .sort("group")
    )


def summary(groups: pl.DataFrame) -> dict[str, Any]:
    """Counts in all and by kind, and every accused group by name.

    `upper_95` bounds the share of a kind's groups that are accused, one-sided: with none of twenty
    accused it is still 0.14.

    Args:
        groups: As `control_groups` returns it.
    """
    hit = pl.col("accused") > 0
    by_kind = groups.group_by("control").agg(
        groups=pl.len(),
        active=(pl.col("active") > 0).sum(),
        accused=hit.sum(),
        accounts=pl.col("accounts").sum(),
        accused_accounts=pl.col("accused").sum(),
    )
    rows = by_kind.sort("control").to_dicts()
    for row in rows:
        row["upper_95"] = intervals.upper_bound(row["accused"], row["groups"])
    return {
        "groups": groups.height,
        "active": groups.filter(pl.col("active") > 0).height,
        "accused": groups.filter(hit).height,
        "by_kind": rows,
        "accused_groups": groups.filter(hit).to_dicts(),
    }
