"""Does each campaign keep its id, and its verdict, over weeks in a row while accounts are replaced?

    make bench-weeks
    python benchmarks/weeks.py [SCENARIO] [--scale 0.4] [--seed 231] [--weeks 4]

A scenario's weeks are simulated at once, then run one after the other into one lake, and each is
compared with its truth once it is published. A row a week: shares of accounts and exchanges, of the
campaigns how many have their volume within 3 %, the worst error of the volume of one that was
found, pivots by whether they were told rightly, controls and honest accounts accused, and how many
campaigns were found in every week so far under one id. Then a row a campaign: its id in each week,
and how many of its accounts a week replaces.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import measure
from scenarios import share
from stillwatch.evaluate.run import evaluate
from stillwatch.simulate import runner as simulator

HEAD = (
    "| week | account precision / recall | recall averaged over campaigns "
    "| exchanges, precision / recall | volume within 3 % | worst error of volume | pivots "
    "| controls accused | honest accounts accused | campaigns with one id so far |\n"
    "|---|---|---|---|---|---|---|---|---|---|"
)


def line(number: int, told: dict[str, Any]) -> str:
    """A row of the table."""
    errors = [abs(row["volume_error"]) for row in told["campaigns"] if row["ids"]]
    close, lasting = told["over_campaigns"]["volume_goal"], told["stability"]
    wrong, controls = told["false_accusations"], told["controls"]
    pivots = told["labels"]["pivots"].items()
    return (
        f"| {number} "
        f"| {share(told['accounts']['precision'])} / {share(told['accounts']['recall'])} "
        f"| {share(told['accounts']['recall_by_campaign'])} "
        f"| {share(told['exchanges']['precision'], 4)} / {share(told['exchanges']['recall'], 4)} "
        f"| {close['part']} of {close['whole']} | {max(errors, default=0):.2%} "
        f"| {', '.join(f'{count} {name}' for name, count in pivots if count) or '–'} "
        f"| {controls['accused']} of {controls['groups']} "
        f"| {wrong['accused']} of {wrong['honest_accounts']:,} "
        f"| {lasting['one_id']} of {lasting['continuing']} |"
    )


def compare(
    folder: Path, scenario: str, scale: float, seed: int, weeks: int
) -> list[dict[str, Any]]:
    """Print a row a week, then one a campaign; return what evaluate told of each week."""
    measure.own_key(folder)
    made = folder / "made"
    written = simulator.run(made, scenario, scale, seed, weeks)
    print(f"{scenario}, scale {scale:g}, seed {seed}: {written['exchanges']:,} exchanges")
    print(HEAD)
    found = []
    for number in range(weeks):
        job = measure.published(folder / "lake", made, measure.day(7 * number))
        found.append(evaluate(job.lake, made / "truth", job.week))
        print(line(number + 1, found[-1]), flush=True)
    print("\n| campaign | ids | accounts replaced a week |\n|---|---|--:|")
    for row in found[-1]["stability"]["campaigns"]:
        ids = ", ".join(name or "–" for name in row["ids"])
        print(f"| `{row['campaign']}` | {ids} | {share(row['replaced'])} |")
    return found


def main() -> None:
    """Print the tables, and last how many campaigns kept one id."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenario", nargs="?", default="mixed", metavar="SCENARIO")
    parser.add_argument("--scale", type=float, default=0.4)
    parser.add_argument("--seed", type=int, default=231)
    parser.add_argument("--weeks", type=int, default=4)
    asked = parser.parse_args()
    if asked.weeks < 1:
        parser.error("--weeks: at least one")
    with tempfile.TemporaryDirectory() as folder:
        found = compare(Path(folder), asked.scenario, asked.scale, asked.seed, asked.weeks)
    lasting = found[-1]["stability"]
    print(
        f"campaigns with one id over {asked.weeks} weeks: {lasting['one_id']} of "
        f"{lasting['continuing']}"
    )


if __name__ == "__main__":
    main()
