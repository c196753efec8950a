"""spans.py against brute-force winnowing, and the promise that it rests on."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stillwatch.kernels import spans

from . import oracles
from .test_text import SAMPLES, texts_strategy

WORDS = [
    f"{a}{b}" for a in ("ko", "la", "mi", "nu", "pe", "ru") for b in ("x", "stra", "ndel", "t1")
]
LOOK_ALIKES = str.maketrans("aeopcyxABEHKMOPCTX", "аеорсухАВЕНКМОРСТХ")

word_lists = st.lists(st.sampled_from(WORDS), max_size=60)
shared_words = st.lists(st.sampled_from(WORDS), min_size=13, max_size=13)


def of(*rows: str | None, **options: int) -> list[list[int]]:
    return spans.fingerprints(pa.array(rows, pa.string()), **options).to_pylist()


@pytest.mark.parametrize("sample", SAMPLES, ids=range(len(SAMPLES)))
def test_samples_agree_with_brute_force(sample: str) -> None:
    longer = f"{sample} {sample} {sample} and a few more words in front of {sample}"
    assert of(sample, longer) == [oracles.fingerprints(sample), oracles.fingerprints(longer)]


@settings(max_examples=300)
@given(
    st.lists(texts_strategy | word_lists.map(" ".join), max_size=5),
    st.integers(1, 7),
    st.integers(1, 12),
    st.data(),
)
def test_any_text_and_setting_agrees(
    rows: list[str], size: int, window: int, data: st.DataObject
) -> None:
    least = data.draw(st.integers(1, size))
    expected = [oracles.fingerprints(row, size, window, least) for row in rows]
    assert of(*rows, words=size, window=window, min_words=least) == expected


@settings(max_examples=300)
@given(shared_words, word_lists, word_lists, word_lists, word_lists)
def test_thirteen_shared_words_leave_a_common_fingerprint(
    clause: list[str], a: list[str], b: list[str], c: list[str], d: list[str]
) -> None:
    one, other = of(" ".join(a + clause + b), "\n".join(c + clause + d))
    assert set(one) & set(other)


@settings(max_examples=200)
@given(word_lists, st.data())
def test_casing_invisible_and_look_alike_letters_change_nothing(
    chosen: list[str], data: st.DataObject
) -> None:
    plain = " ".join(["Read", "every", *chosen])
    changes = data.draw(st.lists(st.integers(0, 3), min_size=len(plain), max_size=len(plain)))
    disguised = "".join(
        (c, c.swapcase(), f"{c}\u200b" if c != " " else "\u2003 ", c.translate(LOOK_ALIKES))[change]
        for c, change in zip(plain, changes, strict=True)
    )
    if any(c.isascii() and c.isalpha() for c in disguised):  # else it may be Russian
        assert of(disguised) == of(plain)


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (1, 0), (5, 0), (6, 1), (12, 1), (13, 1)])
def test_short_texts(count: int, expected: int) -> None:
    assert len(of(" ".join(f"w{i}" for i in range(count)))[0]) == expected


def test_min_words_keeps_short_texts_whole() -> None:
    three, four, two = of("Do the laundry", "do the laundry now", "do the", min_words=3)
    assert len(three) == len(four) == 1
    assert three != four
    assert two == []


def test_every_ideograph_is_a_word() -> None:
    assert len(of("今天天气很")[0]) == 0
    assert len(of("今天天气很好")[0]) == 1
    assert of("今天天气很好") == of("今 天,天 气 很 好")


def test_null_is_an_empty_list_and_slices_agree() -> None:
    rows = pa.array([None, "a b c d e f g", None, "今天天气很好", "g h i j k l m"])
    whole = spans.fingerprints(rows)
    assert whole.null_count == 0
    assert whole.to_pylist()[0] == []
    for start in range(5):
        assert spans.fingerprints(rows.slice(start)).to_pylist() == whole.to_pylist()[start:]
    chunked = pa.chunked_array([rows.slice(0, 2), rows.slice(2)])
    assert spans.fingerprints(chunked).to_pylist() == whole.to_pylist()
    assert spans.fingerprints(pa.array([], pa.string())).to_pylist() == []
    assert whole.type == pa.list_(pa.int64())


def test_fingerprints_are_pinned() -> None:
    assert of("the quick brown fox jumps over the lazy dog") == [[-4816749423080441343]]


def test_a_setting_that_means_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="min_words"):
        of("a", words=3, min_words=4)


@pytest.mark.parametrize("low", [-(1 << 63), 7], ids=["spread", "in one bucket"])
def test_values_are_sorted_whether_their_highest_bits_are_spread_or_not(low: int) -> None:
    draw = np.random.default_rng(0)
    high = 2**63 - 1 if low < 0 else 5000
    values = np.concatenate([draw.integers(low, high, 900), draw.integers(low, high, 900)[:100]])
    values[500:600] = values[:100]
    out = values.copy()
    heads, spare = np.empty(4096, np.int32), np.empty(2048, np.int64)
    end = spans._sort_unique(out, 0, len(out), heads, spare)
    assert out[:end].tolist() == sorted(set(values.tolist()))


@pytest.mark.timeout(60)
@pytest.mark.parametrize("c", ["a", "a ", "中", "é ", "\u0301"])
def test_twenty_megabytes_of_one_word(c: str) -> None:
    found = of(c * (20_000_000 // len(c.encode())))[0]
    assert len(found) == (1 if c in ("a ", "中", "é ") else 0)


def test_a_megabyte_of_different_words() -> None:
    found = of(" ".join(f"word{i}" for i in range(100_000)))[0]
    assert found == sorted(set(found))
    assert 2 / 9 * 0.98 < len(found) / 100_000 < 2 / 9 * 1.02  # the density that winnowing promises


def test_a_megabyte_has_the_fingerprints_of_a_brute_force() -> None:
    draw = np.random.default_rng(5)
    words = [*(f"w{n}" for n in range(3_000)), "中文", "كلام", "naïve", "\U0001f680", "ﬁn"]
    text = " ".join(draw.choice(words, 190_000))
    assert len(text.encode()) > 1_000_000
    assert of(text)[0] == oracles.fingerprints(text)
