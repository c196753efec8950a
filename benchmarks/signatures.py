"""How many texts a second does one core sign, against rensa and datasketch at equal error?

    make bench-signatures
    taskset -c 0 python benchmarks/signatures.py [--texts DIR] [--count 20000] [--also DIR]

All sides begin with the same Python-made Arrow strings and end with a matrix of signatures. All
normalise (NFKC, case), cut words and hash runs of three, and are held to the same exact Jaccard
similarities. rensa and datasketch do the first part in Python's own C functions, since neither
brings it; datatrove by its own. A second figure leaves that part out for the peers only, which
flatters them.

datatrove (0.10.1, Apache-2.0, with spacy for its words) is compared where --also names the
site-packages of another environment that has it, since it would pull sixty packages into this one.

Time is processor time, the best of several rounds, so that neighbours on the machine count less.
Texts: --texts, STILLWATCH_TEXTS, or ../shared/data beside the repository; else the simulator's own
grammar.
"""

import argparse
import os
import random
import re
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

os.environ["RAYON_NUM_THREADS"] = "1"  # before rensa starts its threads

import datasketch
import numpy as np
import pyarrow as pa
from labelled_texts import FILES, TEXTS, simulated_prompts, text_fields
from numpy.typing import NDArray
from stillwatch.kernels import minhash

try:
    import rensa
except ImportError:
    sys.exit("benchmarks/signatures.py compares with rensa 0.5.0 (MIT): pip install rensa==0.5.0")

SHINGLE = 3
WORD = re.compile(r"[^\W_]+")
Shingles = list[list[str]]
Matrix = NDArray[np.uint32] | NDArray[np.uint64]


class Peer(NamedTuple):
    """One way to sign: what makes shingles of texts, and signatures of those."""

    name: str
    size: int
    sign: Callable[[Any], Matrix]
    cut: Callable[[Sequence[str]], Any]


def shingle(texts: Sequence[str]) -> Shingles:
    """Normalise, cut and join runs of words, as well as plain Python can."""
    rows = []
    for text in texts:
        plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
        words = WORD.findall(plain.lower() if text.isascii() else plain.casefold())
        rows.append(
            [" ".join(run) for run in zip(*(words[i:] for i in range(SHINGLE)), strict=False)]
        )
    return rows


def rensa_full(size: int) -> Callable[[Shingles], Matrix]:
    """R-MinHash over all tokens, the batch call that its documentation recommends."""

    def sign(rows: Shingles) -> Matrix:
        made = rensa.RMinHash.digest_matrix_from_token_sets(rows, size, 42)
        return np.array(made.to_rows(), np.uint32)

    return sign


def rensa_rho(size: int) -> Callable[[Shingles], Matrix]:
    """The pipeline that samples tokens: its fastest, made to filter rather than to estimate."""

    def sign(rows: Shingles) -> Matrix:
        made = rensa.RMinHash.digest_matrix_from_token_sets_rho(rows, size, 42)
        return np.array(made.to_rows(), np.uint32)

    return sign


def rensa_c(size: int) -> Callable[[Shingles], Matrix]:
    """C-MinHash, its other class."""

    def sign(rows: Shingles) -> Matrix:
        return np.array(rensa.CMinHash.digests64_from_token_sets(rows, size, 42), np.uint64)

    return sign


def sketches(size: int) -> Callable[[Shingles], Matrix]:
    """The bulk call of datasketch."""

    def sign(rows: Shingles) -> Matrix:
        made = datasketch.MinHash.bulk([[t.encode() for t in row] for row in rows], num_perm=size)
        return np.array([each.hashvalues for each in made], np.uint64)

    return sign


def datatrove(size: int, also: Path) -> Peer:
    """The MinHash step of datatrove, from texts to signatures, as its pipeline calls it."""
    sys.path.append(str(also))  # last, so that packages of this environment come first
    from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupSignature

    with tempfile.TemporaryDirectory() as folder:
        step = MinhashDedupSignature(
            folder, MinhashConfig(n_grams=SHINGLE, num_buckets=1, hashes_per_bucket=size)
        )

    def sign(rows: list[Any]) -> Matrix:
        return np.array([step.get_signature(row)[0] for row in rows], np.uint64)

    return Peer("datatrove", size, sign, lambda texts: [step.get_shingles(text) for text in texts])


def gather(count: int, folder: Path) -> list[str]:
    """Return texts of at least 20 words, repeated in varied order up to `count`.

    They are real where the folder has all that is looked for, else the simulator's.
    """
    real = all(any(folder.glob(file)) for file in FILES)
    found = text_fields(folder) if real else simulated_prompts()
    print("texts: real ones" if real else "texts: the simulator's own grammar")
    long = [text for text in found if len(text.split()) >= 20]
    draw = random.Random(0)
    return [draw.choice(long) for _ in range(count)]


def alter(text: str, draw: random.Random) -> str:
    """Replace a drawn share of the words."""
    share = draw.random() * 0.3
    return " ".join("other" if draw.random() < share else word for word in text.split())


def best(work: Callable[[], object], rounds: int) -> float:
    """Return the least processor time of several rounds, after one to warm up."""
    work()
    times = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


def mean_error(one: Matrix, other: Matrix, exact: NDArray[np.float64]) -> float:
    """Return the mean absolute error of the share of equal places."""
    return float(np.abs((one == other).mean(axis=1) - exact).mean())


def main() -> None:
    """Print a line a contender, then the ratios, the one to quote last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, default=TEXTS, metavar="DIR")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--also", type=Path, metavar="DIR", help="where datatrove is installed")
    given = parser.parse_args()
    texts = gather(given.count, given.texts)
    array, part, draw = pa.array(texts), texts[:2000], random.Random(1)
    # Errors on ASCII texts, where both ways to cut words agree.
    plain = [text for text in texts if text.isascii()][:2000]
    altered = [alter(text, draw) for text in plain]
    cut_plain, cut_altered = shingle(plain), shingle(altered)
    exact = np.array(
        [len({*a} & {*b}) / len({*a} | {*b}) for a, b in zip(cut_plain, cut_altered, strict=True)]
    )
    size = sum(len(text.encode()) for text in texts) / len(texts)
    ascii_share = sum(text.isascii() for text in texts) / len(texts)
    print(f"{len(texts)} texts of {size:.0f} bytes on average, {ascii_share:.0%} of them ASCII")
    ours = best(lambda: minhash.signatures(array, SHINGLE), 7) / len(texts)
    signed = (minhash.signatures(pa.array(side), SHINGLE) for side in (plain, altered))
    our_error = mean_error(*signed, exact)
    print(f"{'':24} {'places':>6} {'error':>7} {'texts/s':>9} {'without cutting':>16}")
    print(f"{'stillwatch':24} {128:6} {our_error:7.4f} {1 / ours:9,.0f}")
    ratios: dict[str, tuple[float, float, float]] = {}
    for peer in peers(given.also):
        error = mean_error(peer.sign(peer.cut(plain)), peer.sign(peer.cut(altered)), exact)
        cut = peer.cut(part)
        preparing = best(partial(peer.cut, part), 3) / len(part)
        sketching = best(partial(peer.sign, cut), 3) / len(part)
        whole = preparing + sketching
        print(f"{peer.name:24} {peer.size:6} {error:7.4f} {1 / whole:9,.0f} {1 / sketching:16,.0f}")
        if peer.name.startswith("rensa"):
            ratios[peer.name] = (whole / ours, sketching / ours, error)
    # With few texts chance may leave ours the least error: then the best of theirs is taken.
    limit = max(our_error * 1.1, min(error for *_, error in ratios.values()))
    equal = [name for name, (*_, error) in ratios.items() if error <= limit]
    name = min(equal, key=lambda key: ratios[key][0])
    whole, sketching, error = ratios[name]
    print(f"against {name}'s sketch alone, cutting left out on its side: {sketching:.1f} x")
    print(f"against {name}, whose error is {error / our_error:.2f} times ours: {whole:.1f} x")


def peers(also: Path | None) -> Iterator[Peer]:
    """The contenders, each at the size of ours and where needed a larger one."""
    yield Peer("rensa RMinHash", 128, rensa_full(128), shingle)
    yield Peer("rensa RMinHash rho", 128, rensa_rho(128), shingle)
    yield Peer("rensa RMinHash rho 512", 512, rensa_rho(512), shingle)
    yield Peer("rensa CMinHash", 128, rensa_c(128), shingle)
    yield Peer("datasketch MinHash", 128, sketches(128), shingle)
    if also:
        yield datatrove(128, also)


if __name__ == "__main__":
    main()
