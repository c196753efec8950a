"""How long does it take to simulate a week, and how much room does it need?

    make bench-generate
    python benchmarks/generate.py [--scenario published_case] [--scale 0.01] [--out DIR]

Time is wall clock from the call to the last file of the truth; memory is resident, of all
processes together, told after every tenth of the files too: it must not grow with them. On a
machine with other work, exchanges a core-second are the figure to compare. With `--out` the traffic
is kept.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import measure
from stillwatch.simulate import runner as simulator


def size(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def generate(out: Path, scenario: str, scale: float, seed: int) -> tuple[int, measure.Cost]:
    """Simulate, print what it took, return the exchanges and the cost."""
    begin, before = time.monotonic(), measure.core_seconds()

    def progress(line: str) -> None:
        now = f"{time.monotonic() - begin:,.0f} s, {measure.core_seconds() - before:,.0f} core-s"
        print(f"{line:<28} {now:>24} {measure.resident() / 2**20:>7,.0f} MiB", flush=True)

    with measure.measured() as cost:
        told = simulator.run(out, scenario, scale, seed, progress=progress)
    rows = int(told["exchanges"])
    print(f"exchanges      {rows:>14,}")
    print(f"wall           {cost.wall:>14,.1f} s")
    print(f"processors     {cost.core:>14,.1f} s")
    print(f"peak memory    {cost.peak_bytes / 2**20:>14,.0f} MiB")
    print(f"a core-second  {rows / cost.core:>14,.0f} exchanges")
    print(f"packed         {size(out / 'landing') / rows:>14,.0f} bytes an exchange")
    print(f"JSONL          {told['bytes'] / 2**20:>14,.0f} MiB")
    print(f"landing, gzip  {size(out / 'landing') / 2**20:>14,.0f} MiB")
    print(f"truth          {size(out / 'truth') / 2**20:>14,.0f} MiB")
    return rows, cost


def main() -> None:
    """Print time, room and memory, and the exchanges a second last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="published_case")
    parser.add_argument("--scale", type=float, default=0.01)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, metavar="DIR", help="keep the traffic here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        out = given.out or Path(scratch) / "made"
        rows, cost = generate(out, given.scenario, given.scale, given.seed)
    print(f"exchanges a second: {rows / cost.wall:,.0f}")


if __name__ == "__main__":
    main()
