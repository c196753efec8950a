"""What does each further exchange cost in traces and links, as traffic grows?

    make bench-scale
    python benchmarks/scale.py [--unit 20000] [--scenario honest]

The simulator makes 1, 4 and 16 units of exchanges, accounts in proportion. Each goes through the
steps up to silver.exchanges, which are not measured; then silver.traces and gold.account_links are,
each written to Delta, in one session warmed by the first size. The floor is a scan by Spark of the
columns of silver.exchanges that they read, and nothing else. Marginal cost is
(t16 - t4) / (t4 - t1) in processor seconds: 4 for a cost in proportion to traffic, 16 for one in
proportion to its square.

Peak memory is of all processes; the JVM takes what it may before it collects, so that this is a
bound on the need rather than the need.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import measure
from measure import Cost
from stillwatch.io.runner import Job
from stillwatch.silver import traces as silver_traces
from stillwatch.simulate.scenario import load

SIZES = (1, 4, 16)


COLUMNS = sorted({*silver_traces.READ, *silver_traces.READ_DIRECTED})


def scanned(job: Job) -> Cost:
    """Cost of only reading what both steps read of the exchanges."""
    with measure.measured(job.spark) as cost:
        rows = measure.staged(job, "silver.exchanges").frame.select(*COLUMNS)
        rows.write.format("noop").mode("overwrite").save()
    return cost


def one(folder: Path, scenario: str, scale: float, warm: bool) -> tuple[int, Cost, Cost]:
    """Exchanges of one size, the cost of both steps together, and of the scan."""
    job, rows = measure.traffic(folder, scenario, scale)
    tables = [measure.staged(job, name) for name in ("silver.exchanges", "silver.accounts")]
    if warm:
        scanned(job)
        measure.link(job, *tables)
    floor = scanned(job)
    cost = measure.link(job, *tables)
    (first, traces), (second, links) = cost.values()
    both = Cost(
        wall=first.wall + second.wall,
        core=first.core + second.core,
        shuffled=first.shuffled + second.shuffled,
        peak_bytes=max(first.peak_bytes, second.peak_bytes),
    )
    million = rows / 1e6
    print(
        f"{rows:11,} {traces:11,} {links:9,} {both.wall:8.1f} {both.core:8.1f} "
        f"{both.core / million:9.0f} {both.shuffled / 2**20 / million:11.0f} "
        f"{both.peak_bytes / 2**30:6.2f} {both.peak_bytes / 2**30 / million:8.2f} "
        f"{floor.core:7.1f} {both.core / floor.core:6.1f}",
        flush=True,
    )
    return rows, both, floor


def compare(folder: Path, scenario: str, unit: float) -> list[tuple[int, Cost, Cost]]:
    """Print a line a size; `unit` is the scenario's scale for one unit of traffic."""
    print(
        f"{'exchanges':>11} {'traces':>11} {'links':>9} {'wall s':>8} {'core s':>8} "
        f"{'core s/M':>9} {'shuffle MB/M':>11} {'GiB':>6} {'GiB/M':>8} "
        f"{'scan s':>7} {'ratio':>6}"
    )
    return [one(folder / str(size), scenario, unit * size, size == SIZES[0]) for size in SIZES]


def marginal(costs: list[tuple[int, Cost, Cost]]) -> float:
    """(t16 - t4) / (t4 - t1)."""
    small, middle, large = (cost.core for _, cost, _ in costs)
    return (large - middle) / (middle - small)


def main() -> None:
    """Print a line a size, what a billion would cost by the last step, and the marginal cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--unit", type=int, default=20_000, help="exchanges of the smallest size")
    parser.add_argument("--scenario", default="honest")
    given = parser.parse_args()
    scale = given.unit / load(given.scenario).exchanges
    with tempfile.TemporaryDirectory() as folder:
        costs = compare(Path(folder), given.scenario, scale)
    (rows, middle, _), (more, large, floor) = costs[1:]
    each = (large.core - middle.core) / (more - rows)
    print(f"a billion exchanges at the last marginal cost: {each * 1e9 / 3600:,.0f} core-hours")
    print(
        f"core-seconds at the largest size over only scanning the columns: "
        f"{large.core / floor.core:.1f} x"
    )
    print(f"marginal cost (t16 - t4) / (t4 - t1), 4 where linear: {marginal(costs):.2f}")


if __name__ == "__main__":
    main()
