"""What is lost where one layer of traces is removed, and which layer adds least?

    make bench-ablation
    python benchmarks/ablation.py [--scenario mixed] [--scale 0.15] [--seed 3]

A week is simulated and published once. Then the steps from gold.account_links to
gold.campaign_accounts run again on its published silver tables, once with everything and once
without each layer: its rows of silver.traces are dropped, and the columns of silver.exchanges by
which its traces attribute an exchange are emptied. Payment and network are removed twice: as
evidence alone, and as a feed that is gone, which is when verdicts are withheld. As layers that tie
accounts stand in for each other, payment and network are removed together too, and each layer of
what moved between accounts with them.

`prompt_hash`, by which prompts are told to be the same word for word, is no layer and stays.
Lost is the fall of F1 over accounts plus that of F1 over exchanges, in points of 100.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import measure
import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from stillwatch.config import Run
from stillwatch.evaluate.frames import Published, Truth, load_published, load_truth
from stillwatch.evaluate.run import figures
from stillwatch.gold import account_links, campaign_accounts, campaign_exchanges, campaigns
from stillwatch.io.batches import Stored
from stillwatch.silver.traces import LAYERS
from stillwatch.simulate import runner as simulator

READ = (
    *("silver.exchanges", "silver.accounts", "silver.traces"),
    *("bronze.models", "bronze.indicators", "gold.decisions"),
)
# What a layer's traces are looked up in, when exchanges are attributed.
ATTRIBUTES = {
    "prompt_span": ("spans",),
    "near_duplicate": ("near_bands",),
    "system_prompt": ("system_hash",),
    "system_span": ("system_spans",),
    "tool_schema": ("tools_hash",),
    "signature_replay": ("signatures_issued", "signatures_sent"),
}
FEEDS = {
    "payment": ("silver.accounts", ("payment_hash",)),
    "network": ("silver.exchanges", ("network_hash", "address_hash")),
}
MOVED = ("response_reuse", "signature_replay")
Frames = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """What a week shows without a layer; shares from 0 to 1, None where nothing was accused."""

    removed: str
    accused: int
    precision: float | None
    recall: float
    by_campaign: float
    controls: int
    exchange_precision: float | None
    exchange_recall: float

    @property
    def score(self) -> float:
        """F1 over accounts plus F1 over exchanges, each from 0 to 100."""
        accounts = _f1(self.precision, self.recall)
        return 100 * (accounts + _f1(self.exchange_precision, self.exchange_recall))


def _f1(precision: float | None, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision and recall else 0.0


def emptied(frame: DataFrame, columns: tuple[str, ...]) -> DataFrame:
    """The frame with nothing in those columns: empty arrays, nulls elsewhere."""
    kinds = {name: frame.schema[name].dataType.simpleString() for name in columns}
    nothing = {
        name: (F.array() if kind.startswith("array") else F.lit(None)).cast(kind)
        for name, kind in kinds.items()
    }
    return frame.withColumns(nothing)


def without(frames: Mapping[str, Any], *layers: str) -> Frames:
    """The week's frames as if nobody had computed the layers."""
    left = dict(frames)
    left["silver.traces"] = left["silver.traces"].where(~F.col("layer").isin(*layers))
    attributes = [column for layer in layers for column in ATTRIBUTES.get(layer, ())]
    if attributes:
        left["silver.exchanges"] = emptied(left["silver.exchanges"], tuple(attributes))
    return left


def without_feed(frames: Mapping[str, Any], layer: str) -> Frames:
    """The week's frames as if nobody had logged what the layer is made of."""
    left = without(frames, layer)
    name, columns = FEEDS[layer]
    left[name] = emptied(left[name], columns)
    return left


def judged(frames: Frames, run: Run, week: Published) -> Published:
    """What the gold steps publish of these frames, beside the activity of the published week."""
    spark = frames["silver.traces"].sparkSession
    given = dict(frames)
    small: dict[str, pl.DataFrame] = {}
    for name, step in (
        ("gold.account_links", account_links),
        ("gold.campaigns", campaigns),
        ("gold.campaign_exchanges", campaign_exchanges),
    ):
        tables = {n: None if f is None else Stored(f) for n, f in given.items()}
        given[name] = measure.frame(step.transform(tables, run))
        small[name] = pl.DataFrame(pl.from_arrow(given[name].toArrow()))
        spark.catalog.clearCache()
    lazy = {name: frame.lazy() for name, frame in small.items()}
    members = campaign_accounts.transform(lazy, run).collect()
    return replace(
        week,
        campaigns=small["gold.campaigns"],
        members=members.select("campaign_id", "account_id").unique(),
        attributed=small["gold.campaign_exchanges"].select("campaign_id", "exchange_id").unique(),
    )


def found(removed: str, published: Published, truth: Truth) -> Found:
    """The figures that evaluate tells of it."""
    told = figures(published, truth, week=measure.WEEK)
    accounts, exchanges = told["accounts"], told["exchanges"]
    return Found(
        removed,
        accounts["accused"],
        accounts["precision"]["value"],
        accounts["recall"]["value"] or 0.0,
        accounts["recall_by_campaign"]["value"] or 0.0,
        told["controls"]["accused"],
        exchanges["precision"]["value"],
        exchanges["recall"]["value"] or 0.0,
    )


def line(row: Found, whole: Found) -> str:
    """A row of the table."""
    shares = (
        *(row.precision, row.recall, row.by_campaign),
        *(row.exchange_precision, row.exchange_recall),
    )
    told = ["–" if share is None else f"{share:.3f}" for share in shares]
    return (
        f"| {row.removed} | {row.accused} | {told[0]} | {told[1]} | {told[2]} | {row.controls} "
        f"| {told[3]} | {told[4]} | {whole.score - row.score:.1f} |"
    )


def compare(folder: Path, scenario: str, scale: float, seed: int) -> list[Found]:
    """Print a row a removed layer; return the whole week first, then the layers, then the feeds."""
    folder.mkdir(exist_ok=True)
    measure.own_key(folder)
    made = simulator.run(folder / "made", scenario, scale, seed)
    job = measure.published(folder / "lake", folder / "made")
    week = load_published(job.lake, measure.WEEK)
    truth = load_truth(job.lake, folder / "made" / "truth", measure.WEEK)
    frames: Frames = {
        name: job.spark.read.format("delta").load(str(job.lake.path(name))) for name in READ
    }
    frames["gold.campaigns@history"] = None
    cases = {
        "nothing": frames,
        **{layer: without(frames, layer) for layer in LAYERS},
        "payment and network": without(frames, *FEEDS),
        **{f"payment, network and {layer}": without(frames, *FEEDS, layer) for layer in MOVED},
        **{f"{layer}, feed gone": without_feed(frames, layer) for layer in FEEDS},
    }
    print(
        f"{scenario}, scale {scale:g}, seed {seed}: {made['exchanges']:,} exchanges, "
        f"{truth.names().height} campaigns, {truth.guilty().height:,} campaign accounts, "
        f"{figures(week, truth)['controls']['groups']} groups of control\n"
        "| removed | accused | precision | recall | by campaign | controls accused "
        "| exchange precision | exchange recall | lost |\n|---|---|---|---|---|---|---|---|---|",
        flush=True,
    )
    rows: list[Found] = []
    for removed, given in cases.items():
        rows.append(found(removed, judged(given, job.run, week), truth))
        print(line(rows[-1], rows[0]), flush=True)
    return rows


def main() -> None:
    """Print the table, and the layer that adds least last."""
    given = measure.asked(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        whole, *rest = compare(Path(folder), given.scenario, given.scale, given.seed)
    layers = [row for row in rest if row.removed in LAYERS]
    least = max(layers, key=lambda row: row.score)
    print(f"adds least: {least.removed}, {whole.score - least.score:.1f} points of 200 lost")


if __name__ == "__main__":
    main()
