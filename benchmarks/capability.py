"""How often does the capability labeller agree with the source that a text came from?

    python benchmarks/capability.py [--split final|held_out|development|added]

Every text takes the label of its source, so the figures hold as far as the sources are pure. All
splits have been in sight since their first run, so that what this prints is optimistic:
docs/kernels.md says which of them when, and what sources outside this repository gave.
"""

import argparse
from collections import Counter

import pyarrow as pa
from labelled_texts import SPLITS, Row
from stillwatch.kernels import capability

COUNTS = ("tools", "tool_calls", "tool_results", "images", "thinking")
LIMIT = 400  # rows of a source, so that no source is its class


def batch(rows: list[Row]) -> pa.RecordBatch:
    """Shape rows as the labeller takes them; what a row does not name is null or none."""
    columns: dict[str, pa.Array] = {
        name: pa.array([row.get(name) for row in rows], pa.string())
        for name in ("prompt", "system", "response")
    }
    for name in COUNTS:
        columns[name] = pa.array([row.get(name, 0) for row in rows], pa.int64())
    return pa.RecordBatch.from_pydict(columns)


def scores(pairs: Counter[tuple[str, str]]) -> dict[str, tuple[int, float, float, float]]:
    """Return (rows, precision, recall, F1) of each class that has rows."""
    result = {}
    for name in capability.CAPABILITIES:
        rows = sum(n for (truth, _), n in pairs.items() if truth == name)
        said = sum(n for (_, label), n in pairs.items() if label == name)
        hits = pairs[name, name]
        if rows:
            precision, recall = hits / max(said, 1), hits / rows
            result[name] = (rows, precision, recall, 2 * hits / (rows + said))
    return result


def main() -> None:
    """Print each source's labels, each class's figures, and the macro F1 last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=SPLITS, default="final")
    sources = SPLITS[parser.parse_args().split]
    pairs: Counter[tuple[str, str]] = Counter()
    for source in sources:
        rows = list(source.rows())
        rows = rows[:: max(1, len(rows) // LIMIT)][:LIMIT]
        found = Counter(capability.label(batch(rows)).column("capability").to_pylist())
        pairs.update({(source.label, label): n for label, n in found.items()})
        shown = ", ".join(f"{label} {n}" for label, n in found.most_common(4))
        print(f"{source.name:20} {source.label:27} {shown}")
    figures = scores(pairs)
    print(f"\n{'class':27} {'rows':>6} {'precision':>9} {'recall':>7} {'F1':>6}")
    for name, (count, precision, recall, f1) in figures.items():
        print(f"{name:27} {count:6} {precision:9.3f} {recall:7.3f} {f1:6.3f}")
    absent = sorted(set(capability.CAPABILITIES) - set(figures))
    print(f"no rows in this split: {', '.join(absent) or 'none'}")
    print(f"macro F1 {sum(row[3] for row in figures.values()) / len(figures):.3f}")


if __name__ == "__main__":
    main()
