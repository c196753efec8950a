"""What does each cap leave out, and what would be found, and paid, without it?

    make bench-caps
    python benchmarks/caps.py [--scenario mixed] [--scale 0.15] [--seed 3]

One simulated week is run from JSONL to publication as the settings are, then with each cap lifted,
each time into a lake of its own. *Links* are those at the q asked for, without what only a star
keeps; *inside* is how many of them join two accounts of one campaign.
Seconds are of the steps that the caps are in, by the clock. First stands what the caps leave out of
the week as it is, as gold.quality_results tells it.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import ablation
import measure
import polars as pl
from stillwatch.config import Settings
from stillwatch.evaluate.frames import Truth, load_published, load_truth
from stillwatch.io import runner
from stillwatch.io.runner import Job
from stillwatch.io.staging import CAPPED, Staged
from stillwatch.simulate import runner as simulator

STEPS = ("silver.exchanges", "silver.traces", "gold.account_links", "gold.campaigns")
# The part of the settings, the cap, and a value that nothing in such a week reaches.
CAPS: tuple[tuple[str, str, float], ...] = (
    ("traces", "max_spans", 1_000_000),
    ("traces", "sampled", 1),
    ("links", "neighbours", 1_000),
    ("links", "max_rare", 1_000_000),
    ("links", "max_instrument_accounts", 1_000_000),
    ("judge", "max_sampled", 1_000),
    ("judge", "max_units", 1_000_000),
)


def lifted(part: str, cap: str, value: float) -> Settings:
    """The settings in force but for one cap."""
    whole = Settings()
    return replace(whole, **{part: replace(getattr(whole, part), **{cap: value})})


def inside(links: pl.DataFrame, truth: Truth) -> int:
    """Links of two accounts of one campaign."""
    members = truth.memberships()
    first = members.rename({"account_id": "account_a"})
    second = members.rename({"account_id": "account_b"})
    both = links.join(first, on="account_a").join(second, on=["account_b", "campaign"])
    return both.select("account_a", "account_b").unique().height


def week(folder: Path, made: Path, settings: Settings) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run a week into a lake of its own; return what was found, and what caps left out."""
    job = Job.open(folder, measure.WEEK, made / "landing")
    job.settings = settings
    seconds: dict[str, float] = {}
    left_out: dict[str, Any] = {}

    def report(name: str, staged: Staged) -> None:
        seconds[name] = staged.seconds
        left_out.update(staged.metrics.get(CAPPED, {}))

    runner.run_week(job, report)
    truth = load_truth(job.lake, made / "truth", measure.WEEK)
    told = ablation.found("", load_published(job.lake, measure.WEEK), truth)
    links = pl.read_delta(str(job.lake.path("gold.account_links"))).filter(
        pl.col("q_value") <= settings.links.q_value
    )
    found = {
        "links": links.height,
        "inside": inside(links, truth),
        "precision": told.precision,
        "recall": told.recall,
        "exchanges": told.exchange_recall,
        "controls": told.controls,
        "seconds": sum(seconds[name] for name in STEPS),
    }
    return found, left_out


def line(name: str, found: dict[str, Any], whole: dict[str, Any]) -> str:
    """A row of the table."""
    shares = [
        "–" if found[key] is None else f"{found[key]:.3f}"
        for key in ("precision", "recall", "exchanges")
    ]
    return (
        f"| {name} | {found['links']:,} | {found['inside']:,} | {' | '.join(shares)} "
        f"| {found['controls']} | {found['seconds'] / whole['seconds']:.2f} x |"
    )


def compare(
    folder: Path, scenario: str, scale: float, seed: int, warm: bool = True
) -> list[dict[str, Any]]:
    """Print what is left out, then a row a lifted cap; return the week as it is, then those.

    Unless the session is `warm`ed by a week that counts nowhere, seconds cannot be compared.
    """
    folder.mkdir(exist_ok=True)
    measure.own_key(folder)
    made = folder / "made"
    told = simulator.run(made, scenario, scale, seed)
    if warm:
        week(folder / "warm", made, Settings())
    whole, left_out = week(folder / "whole", made, Settings())
    print(f"{scenario}, scale {scale:g}, seed {seed}: {told['exchanges']:,} exchanges")
    for name, counts in left_out.items():
        print(f"left out, {name}: {', '.join(f'{key} {n:,}' for key, n in counts.items())}")
    print(
        "| without | links | inside | precision | accounts | exchanges | controls | seconds |\n"
        "|---|--:|--:|--:|--:|--:|--:|--:|"
    )
    print(line("as it is", whole, whole), flush=True)
    rows = [whole]
    for part, cap, value in CAPS:
        found, _ = week(folder / cap, made, lifted(part, cap, value))
        rows.append(found)
        print(line(f"`{part}.{cap}`", found, whole), flush=True)
    return rows


def main() -> None:
    """Print the table, and last the most that lifting a cap adds."""
    given = measure.asked(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        whole, *rest = compare(Path(folder), given.scenario, given.scale, given.seed)
    most = max(row["exchanges"] - whole["exchanges"] for row in rest)
    print(f"most that one cap costs: {100 * most:.1f} points of exchange recall")


if __name__ == "__main__":
    main()
