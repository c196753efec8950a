"""Which exchanges should a person read first: those that show a group's template, or its content?

Ids only. No text is read here and none is kept: who may read bronze follows the ids there. All is
told by gold.campaign_exchanges, which is far smaller than the week, in two passes that hold a row a
reason and a row a membership.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

MOST = 5  # exchanges a line of evidence
# Columns of silver.exchanges that tell what an exchange shows by itself, and the terms of it.
CONTENT = ("capability", "elicits_reasoning", "grades_answers")
SHOWN = ("targeted_capabilities", "elicited_reasoning", "graded_answers")
TEMPLATE = "template"
# A reason as gold.campaign_exchanges writes it: how many traces, and the first of them.
REASON = r"^carries (\d+) of the campaign's traces, first (.+)$"
MATCHES = 999_999  # an exchange has far fewer traces
WIDTH = 1 + len(str(MATCHES))  # characters of a rank
NONE = pl.Series([[]], dtype=pl.List(pl.String))

_COMBINATIONS = pa.array(
    [
        [name for place, name in enumerate(SHOWN) if code >> place & 1]
        for code in range(2 ** len(SHOWN))
    ],
    pa.list_(pa.string()),
)


def shown(rows: pa.RecordBatch) -> pa.Array:
    """The terms of SHOWN that each exchange shows by itself, lists of shape (rows,).

    Args:
        rows: With the columns CONTENT.
    """
    capability, elicits, grades = (rows.column(name) for name in CONTENT)
    code = np.zeros(rows.num_rows, np.int64)
    for place, flag in enumerate((pc.not_equal(capability, "other"), elicits, grades)):
        code += pc.fill_null(flag, False).to_numpy(zero_copy_only=False).astype(np.int64) << place
    return _COMBINATIONS.take(pa.array(code))


def exemplars(attributed: pl.LazyFrame, campaigns: pl.LazyFrame) -> pl.DataFrame:
    """The exchanges that show each campaign, at most MOST and one an account.

    Those of accounts that the verdict rests on come first, then those with the trace that is most
    often the first of a reason, then those that carry most of the campaign's traces, then by id.

    Args:
        attributed: `gold.campaign_exchanges`.
        campaigns: `gold.campaigns`.

    Returns:
        A row a campaign with attributed exchanges: campaign_id, TEMPLATE, and by each term of SHOWN
        those that show it, null where none does.
    """
    place = pl.concat_str("rank", "exchange_id")
    firsts = (
        attributed.join(_ranks(attributed).lazy(), on=["campaign_id", "reason"])
        .group_by("campaign_id", "account_id")
        .agg(
            place.min().alias(TEMPLATE),
            *(
                pl.when(pl.col("shows").list.contains(name)).then(place).min().alias(name)
                for name in SHOWN
            ),
        )
        .collect(engine="streaming")
    )
    judged = (
        campaigns.select("campaign_id", pl.col("judged").alias("account_id"))
        .explode("account_id", empty_as_null=False)
        .with_columns(judged=pl.lit(True))
        .collect()
    )
    ours = firsts.join(judged, on=["campaign_id", "account_id"], how="left").with_columns(
        pl.col("judged").fill_null(False)
    )
    found = ours.select("campaign_id").unique().sort("campaign_id")
    for name in (TEMPLATE, *SHOWN):
        found = found.join(_first(ours, name), on="campaign_id", how="left")
    return found


def _ranks(attributed: pl.LazyFrame) -> pl.DataFrame:
    """What an exchange's id is sorted after, by campaign_id and reason: rank, WIDTH characters."""
    told = (
        attributed.group_by("campaign_id", "reason")
        .agg(exchanges=pl.len())
        .collect(engine="streaming")
        .with_columns(
            pl.col("reason").str.extract(REASON, 1).cast(pl.Int64).alias("matches"),
            pl.col("reason").str.extract(REASON, 2).alias("trace"),
        )
    )
    usual = (
        told.group_by("campaign_id", "trace")
        .agg(pl.col("exchanges").sum())
        .sort("campaign_id", "exchanges", "trace", descending=[False, True, False])
        .group_by("campaign_id", maintain_order=True)
        .agg(pl.col("trace").first().alias("usual"))
    )
    unusual = (pl.col("trace") != pl.col("usual")).cast(pl.Int64)
    fewer = (MATCHES - pl.col("matches")).cast(pl.String).str.zfill(WIDTH - 1)
    return told.join(usual, on="campaign_id").select(
        "campaign_id", "reason", pl.concat_str(unusual, fewer).alias("rank")
    )


def _first(ours: pl.DataFrame, name: str) -> pl.DataFrame:
    """Of the accounts' exchanges in one column, rank and id, the first MOST: campaign_id, name."""
    return (
        ours.select("campaign_id", "judged", name)
        .drop_nulls(name)
        .sort("campaign_id", "judged", name, descending=[False, True, False])
        .group_by("campaign_id", maintain_order=True)
        .agg(pl.col(name).head(MOST).str.slice(WIDTH))
    )
