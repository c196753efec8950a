"""What does each shipped scenario's week show, from JSONL to publication to evaluation?

    make bench-scenarios
    python benchmarks/scenarios.py [NAME …] [--scale 1] [--seed 41] [--json DIR]

Each scenario is simulated, run and compared with its truth, all in one session of Spark and each in
a lake of its own that is removed afterwards. A row a scenario: shares of accounts and exchanges,
controls and honest accounts accused, and of its campaigns how many have one id, purity and
completeness of the worst (over exchanges), and how many have their volume within 3 %. A ladder
has a second table, by rung. With --json the evaluations are kept, for `stillwatch evaluate --pool`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import measure
from stillwatch.evaluate.run import evaluate
from stillwatch.simulate import runner as simulator
from stillwatch.simulate.scenario import shipped

# Weeks of their own benches, or of nothing but look-alikes by the hundred.
ELSEWHERE = ("controls", "published_case", "published_case_four_weeks")
HEAD = (
    "| scenario | exchanges | accounts, precision / recall | exchanges, precision / recall "
    "| controls accused | honest accused | one id | purity | completeness | volume within 3 % |\n"
    "|---|--:|---|---|---|---|---|--:|--:|---|"
)


def week(folder: Path, name: str, scale: float, seed: int) -> tuple[int, dict[str, Any]]:
    """Exchanges of a scenario's week, and all that evaluate tells of it."""
    made = simulator.run(folder / "made", name, scale, seed)
    job = measure.published(folder / "lake", folder / "made")
    return made["exchanges"], evaluate(job.lake, folder / "made" / "truth", measure.WEEK)


def share(figure: Any, digits: int = 3) -> str:
    """A share with at most so many digits, an en dash where there was nothing to measure."""
    value = figure["value"] if isinstance(figure, dict) else figure
    return "–" if value is None else f"{value:.{digits}f}".rstrip("0").rstrip(".")


def line(name: str, exchanges: int, told: dict[str, Any]) -> str:
    """A row of the table."""
    rows = told["campaigns"]
    least = {
        key: min((row[key] for row in rows if row[key] is not None), default=None)
        for key in ("purity_exchanges", "completeness_exchanges")
    }
    close = told["over_campaigns"]["volume_goal"]
    wrong, controls = told["false_accusations"], told["controls"]
    return (
        f"| `{name}` | {exchanges:,} "
        f"| {share(told['accounts']['precision'])} / {share(told['accounts']['recall'])} "
        f"| {share(told['exchanges']['precision'])} / {share(told['exchanges']['recall'])} "
        f"| {controls['accused']} of {controls['groups']} "
        f"| {wrong['accused']} of {wrong['honest_accounts']:,} "
        f"| {sum(row['ids'] == 1 for row in rows)} of {len(rows)} "
        f"| {share(least['purity_exchanges'])} | {share(least['completeness_exchanges'])} "
        f"| {close['part']} of {close['whole']} |"
    )


def compare(
    folder: Path, names: list[str], scale: float, seed: int, kept: Path | None = None
) -> dict[str, dict[str, Any]]:
    """Print a row a scenario, then the ladders by rung; return what evaluate told of each."""
    measure.own_key(folder)
    found = {}
    print(HEAD)
    for name in names:
        exchanges, found[name] = week(folder / name, name, scale, seed)
        print(line(name, exchanges, found[name]), flush=True)
        if kept is not None:
            (kept / f"{name}-{seed}.json").write_text(json.dumps(found[name]), encoding="utf-8")
        shutil.rmtree(folder / name)
    for name in (name for name in names if name.startswith("ladder")):
        print(f"\n| `{name}` | accounts found | exchanges found |\n|---|--:|--:|")
        for row in found[name]["by_rung"]:
            print(f"| {row['value']} | {share(row['recall'])} | {share(row['exchange_recall'])} |")
    return found


def main() -> None:
    """Print the tables, and how many campaigns were found last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="of scenarios; none: all of them")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=41)
    parser.add_argument("--json", type=Path, metavar="DIR", help="where evaluations are kept")
    given = parser.parse_args()
    names = given.names or [name for name in shipped() if name not in ELSEWHERE]
    if given.json:
        given.json.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        found = compare(Path(folder), names, given.scale, given.seed, given.json)
    rows = [row for told in found.values() for row in told["campaigns"]]
    print(f"campaigns that a lead names: {sum(row['ids'] > 0 for row in rows)} of {len(rows)}")


if __name__ == "__main__":
    main()
