"""minhash.py against exact Jaccard similarity, and against independent hashes of the same size."""

import datasketch
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from stillwatch.kernels import minhash

from . import oracles
from .test_spans import word_lists
from .test_text import texts_strategy


def sign(*rows: str | None, words: int = 3, size: int = 128) -> minhash.Signatures:
    return minhash.signatures(pa.array(rows, pa.string()), words, size)


def pairs(count: int, length: int, seed: int) -> list[tuple[str, str]]:
    """Texts of `length` words of which between none and all were replaced in the second one."""
    random = np.random.default_rng(seed)
    vocabulary = np.array([f"w{i}" for i in range(4000)])
    made = []
    for kept in np.linspace(0.3, 1.0, count):
        one = random.choice(vocabulary, length)
        other = np.where(random.random(length) < kept, one, random.choice(vocabulary, length))
        made.append((" ".join(one), " ".join(other)))
    return made


def exact_jaccard(one: str, other: str) -> float:
    """Return the similarity of the texts' sets of three words; theirs need no normalising."""
    left, right = ({*zip(w, w[1:], w[2:], strict=False)} for w in (one.split(), other.split()))
    return len(left & right) / len(left | right)


def errors(texts: list[tuple[str, str]], size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the errors of the kernel's estimates and of datasketch's, at one size."""
    exact = np.array([exact_jaccard(a, b) for a, b in texts])
    ours = minhash.jaccard(
        sign(*(a for a, _ in texts), size=size), sign(*(b for _, b in texts), size=size)
    )
    theirs = []
    for pair in texts:
        hashed = [datasketch.MinHash(size) for _ in pair]
        for made, each in zip(hashed, pair, strict=True):
            cut = each.split()
            made.update_batch([" ".join(cut[i : i + 3]).encode() for i in range(len(cut) - 2)])
        theirs.append(hashed[0].jaccard(hashed[1]))
    return ours - exact, np.array(theirs) - exact


@pytest.mark.parametrize(("length", "size"), [(150, 128), (40, 128), (600, 64)])
def test_estimates_are_as_close_as_those_of_independent_hashes(length: int, size: int) -> None:
    ours, theirs = errors(pairs(400, length, seed=length), size)
    assert abs(ours.mean()) < 4 * ours.std() / np.sqrt(len(ours))  # no bias
    assert np.abs(ours).mean() < 1.05 * np.abs(theirs).mean()


# Words of each script as one reads them; those of Han are letters, so that a blank changes nothing.
LETTERS = {
    "cjk": [chr(c) for c in range(0x4E00, 0x4E00 + 4000)],
    "arabic": [f"{a}{b}{c}" for a in "بتثجحخدذ" for b in "رزسشصضطظ" for c in "عغفقكلمن"],
    "emoji": [f"{a}x{b}" for a in "abcdefghijklmnopqrst" for b in range(100)],
}


@pytest.mark.parametrize("script", LETTERS)
def test_estimates_hold_in_every_script(script: str) -> None:
    """Between emoji, which are no letters, words are what is read."""
    random = np.random.default_rng(3)
    between = " \U0001f680 " if script == "emoji" else " "
    vocabulary = np.array(LETTERS[script])
    left, right, exact = [], [], []
    for kept in np.linspace(0.3, 1.0, 200):
        one = random.choice(vocabulary, 150)
        other = np.where(random.random(150) < kept, one, random.choice(vocabulary, 150))
        left.append(between.join(one))
        right.append(between.join(other))
        exact.append(exact_jaccard(" ".join(one), " ".join(other)))
    error = minhash.jaccard(sign(*left), sign(*right)) - np.array(exact)
    assert abs(error.mean()) < 4 * error.std() / np.sqrt(len(error))
    assert np.abs(error).mean() < 0.03


def test_estimates_hold_for_a_megabyte() -> None:
    random = np.random.default_rng(4)
    one = np.array([f"w{n}" for n in random.integers(0, 10**6, 150_000)])
    other = np.where(random.random(150_000) < 0.9, one, "elsewhere")
    texts = " ".join(one), " ".join(other)
    assert len(texts[0]) > 1_000_000
    (estimate,) = minhash.jaccard(sign(texts[0], size=512), sign(texts[1], size=512))
    assert estimate == pytest.approx(exact_jaccard(*texts), abs=4 * 0.5 / np.sqrt(512))


@given(word_lists.map(" ".join), texts_strategy)
def test_a_text_is_wholly_like_itself_in_any_casing(words: str, awkward: str) -> None:
    signed = sign(words, words.upper(), awkward, awkward)
    expected = float(bool(oracles.words(words)))
    assert minhash.jaccard(signed[:1], signed[1:2])[0] == expected
    assert (signed[2] == signed[3]).all()


def test_rows_do_not_depend_on_their_company() -> None:
    rows = ["one", "one two", "a b c d e f", None, "今天天气很好", "", "x " * 5000, "été à Paris"]
    whole = sign(*rows)
    for i, row in enumerate(rows):
        assert (sign(row) == whole[i]).all()
    chunked = pa.chunked_array([pa.array(rows[:3]), pa.array(rows[3:])])
    assert (minhash.signatures(chunked) == whole).all()
    assert (minhash.signatures(pa.array(rows).slice(2)) == whole[2:]).all()


def test_wordless_texts_are_like_nothing() -> None:
    signed = sign(None, "", "...", "a")
    assert (signed[:3] == minhash.EMPTY).all()
    assert (signed[3] != minhash.EMPTY).all()
    assert minhash.jaccard(signed[:3], signed[:3]).tolist() == [0.0, 0.0, 0.0]
    grouped = minhash.bands(signed, 16, 8)
    assert (grouped[:3] == minhash.NO_BAND).all()
    assert (grouped[3] != minhash.NO_BAND).all()


def test_bands_meet_as_often_as_the_curve_says() -> None:
    texts = pairs(1500, 120, seed=7)
    exact = np.array([exact_jaccard(a, b) for a, b in texts])
    one, other = (minhash.bands(sign(*side), 32, 4) for side in zip(*texts, strict=True))
    met = (one == other).any(axis=1)
    expected = 1 - (1 - exact**4) ** 32
    assert abs(met.mean() - expected.mean()) < 0.03


def test_bands_are_told_apart_by_place() -> None:
    signed = np.full((1, 8), 5, np.uint32)
    assert len(set(minhash.bands(signed, 4, 2)[0].tolist())) == 4


def test_signatures_are_pinned() -> None:
    signed = sign("the quick brown fox jumps over the lazy dog", size=4)
    assert signed.tolist() == [[62342829, 2320210303, 2507911188, 1810578712]]
    assert minhash.bands(signed, 2, 2).tolist() == [[-1110519348960553574, -1669913609772487037]]


@pytest.mark.parametrize("size", [1, 2, 100, 4096])
def test_any_size(size: int) -> None:
    signed = sign("a b c d e f g", "a b c d e f h", size=size)
    assert signed.shape == (2, size)
    assert (signed != minhash.EMPTY).all()


@pytest.mark.parametrize(
    "call",
    [
        lambda: sign("a", words=0),
        lambda: sign("a", size=0),
        lambda: sign("a", size=5000),
        lambda: minhash.bands(sign("a", size=8), 3, 3),
        lambda: minhash.jaccard(sign("a"), sign("a", size=8)),
    ],
)
def test_settings_that_mean_nothing_are_refused(call: object) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        call()  # type: ignore[operator]
