"""Which unrelated people send the same as a group does, which adds something of its own to it?

A laboratory that runs a public benchmark in a wrapper of its own, or a company with a style of its
own for a template that everybody copies, is a group by what it adds. What it asks for is still what
the benchmark, or the template, asks of everybody: whether it extracts has to be seen against them.
"""

from __future__ import annotations

import polars as pl

from stillwatch.config import JudgeSettings

# Of a group's exchanges, the least that carry another's traces as well for that to be its crowd.
MIN_SAME = 0.5
# Of a crowd's accounts, the most that share an instrument: another pool is no crowd.
MAX_TIED = 0.5


def overlaps(sent: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Groups whose traces most exchanges of another group's members carry as well.

    Args:
        sent: account_id, groups, exchanges: combinations of the groups.
        members: group, account_id.

    Returns:
        group, other; sorted.
    """
    rows = sent.with_row_index("row").explode("groups", empty_as_null=True, keep_nulls=True)
    mine = rows.rename({"groups": "group"}).join(members, on=["group", "account_id"], how="semi")
    of_group = mine.group_by("group").agg(total=pl.col("exchanges").sum())
    return (
        mine.join(rows.select("row", other="groups"), on="row")
        .filter(pl.col("other") != pl.col("group"))
        .group_by("group", "other")
        .agg(pl.col("exchanges").sum())
        .join(of_group, on="group")
        .filter(pl.col("exchanges") >= MIN_SAME * pl.col("total"))
        .select("group", "other")
        .sort("group", "other")
    )


def crowd(
    group: pl.DataFrame, other: pl.DataFrame, held: pl.DataFrame, settings: JudgeSettings
) -> pl.DataFrame | None:
    """The other group's accounts that are not the group's, if they are as many unrelated people.

    Args:
        group: account_id.
        other: The same.
        held: As of instruments.owned.
        settings: How many accounts make a crowd at least.
    """
    rest = other.join(group, on="account_id", how="anti")
    if rest.height < max(group.height, settings.min_accounts):
        return None
    tied = held.join(rest, on="account_id", how="semi").filter(pl.len().over("layer", "trace") > 1)
    return rest if tied["account_id"].n_unique() <= MAX_TIED * rest.height else None
