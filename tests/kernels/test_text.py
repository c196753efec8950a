"""text.py against its plain restatement, and against values pinned for ever."""

import itertools

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stillwatch.kernels import text

from . import oracles

SAMPLES = [
    "",
    " ",
    "a",
    "Hello,   World!\t\n",
    "tab\tnew\nline\x1c\x1dfile",
    "con\x00trol\x07 cha\x7fracters",
    "Привет, как дела?",
    "Сколько стоит нет — но и да",
    "Καλημέρα κόσμε, τι κάνεις;",
    "你好，世界。这是一个测试",
    "カタカナ と ひらがな ｶﾞ",
    "สวัสดีครับ ภาษาไทย น้ำ",
    "مَرْحَبًا بالعالم ﷺ ﷽",
    "नमस्ते दुनिया क़",
    "한국어 문장 각",
    "emoji 👩‍👩‍👧 ❤️ 🇩🇪",
    "ﬁne ½ ㎏ ① Ⅷ ™ ª … ﹘",
    "Straße İstanbul ΌΣΟΣ ςσΣ",
    "e\u0301 \u0301 a\u0316\u0301 a\u0301\u0316 q\u0307\u0323",
    "Ｆｕｌｌ　ｗｉｄｔｈ 𝔐𝔞𝔱𝔥 𝛂𝛃",
    "Тhe quiсk brоwn fох",
    "ТНЕ СОР and Тhе саt",
    "the \u0441\u043e\u0440 met друга",
    "zero\u200bwidth \u200e soft\u00adhyphen\ufeff \U000e0041tag",
    "\U0002f800 \U0002a6d6 \U0010fffd \U0001f9ff",
    "x" + "\u0301" * 40 + "y" + "\u0316\u0301" * 40,
]

PINNED = {
    "a": -1598572425297820243,
    "Hello, World!": 3504342411280520635,
    "The quick brown fox jumps over the lazy dog": -2660218579607256821,
    "Привет, мир": 7165830245194946117,
    "你好，世界": 5376213521865920296,
    "🙂": -1373480678714322672,
}

AWKWARD = (
    "aA1 \t\n\x00\x7f.éßİſΑαΝνςеоТн\u0301\u0316\u0345\u200b\u200d\ufe0f"
    "中ก\u0e49각\u1161½ﬁ™㎏\U0001d6c2\U0002f800"
)
texts_strategy = st.text(
    st.one_of(st.sampled_from(AWKWARD), st.characters(exclude_categories=["Cs"]))
)


def normalise(value: str | None) -> str | None:
    return text.normalise(pa.array([value], pa.string()))[0].as_py()


@pytest.mark.parametrize("sample", SAMPLES, ids=range(len(SAMPLES)))
def test_the_native_path_agrees_with_the_plain_one(sample: str) -> None:
    assert normalise(sample) == oracles.fold(sample)


@settings(max_examples=500)
@given(st.lists(st.one_of(st.none(), texts_strategy), max_size=8))
def test_any_text_agrees_with_the_plain_path(rows: list[str | None]) -> None:
    expected = [None if row is None else oracles.fold(row) for row in rows]
    assert text.normalise(pa.array(rows, pa.string())).to_pylist() == expected


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Ｈｅｌｌｏ", "hello"),
        ("he\u200bl\u2060lo\ufeff", "hello"),
        ("hеllо", "hello"),  # Cyrillic inside a Latin word
        ("а сор", "а сор"),  # nothing Latin in the text: may be Russian
        ("see а сор", "see a cop"),  # a Latin text, and no word that must be Russian
        ("see а сор и друг", "see а сор и друг"),  # the last word is Russian, so these may be
        ("Νo Ηit", "no hit"),  # Greek capitals
        ("Τι κάνει", "τι κάνει"),
        ("  a \u00a0\u2003 b  ", "a b"),
        ("STRASSE Straße", "strasse strasse"),
    ],
)
def test_look_alikes_fold_only_where_the_text_is_not_native(written: str, meant: str) -> None:
    assert normalise(written) == meant


def test_russian_and_greek_keep_their_letters() -> None:
    for sample in ("Секрет: а вот и он, ворона у окна", "Ο κύριος Νίκος είναι εδώ"):
        assert normalise(sample) == sample.casefold()


def test_null_stays_null_and_empty_stays_empty() -> None:
    assert text.normalise(pa.array([None, "", "x"])).to_pylist() == [None, "", "x"]
    assert text.hash64(pa.array([None, "", " \u200b"])).to_pylist() == [None, None, None]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()])
def test_slices_chunks_and_types_do_not_matter(kind: pa.DataType) -> None:
    whole = pa.array([*SAMPLES, None, "last"], kind)
    expected = text.hash64(whole).to_pylist()
    for start in range(0, len(whole), 5):
        piece = whole.slice(start, 7)
        assert text.hash64(piece).to_pylist() == expected[start : start + 7]
        assert text.normalise(piece).equals(text.normalise(whole).slice(start, 7))
    chunked = pa.chunked_array([whole.slice(0, 3), whole.slice(3, 0), whole.slice(3)])
    assert text.hash64(chunked).to_pylist() == expected
    assert text.hash64(pa.chunked_array([], kind)).to_pylist() == []


def test_a_null_slot_with_bytes_under_it_is_not_read() -> None:
    full = pa.array(["one", "two", "three"])
    masked = pa.StringArray.from_buffers(
        3, full.buffers()[1], full.buffers()[2], pa.py_buffer(bytes([0b101]))
    )
    assert text.normalise(masked).to_pylist() == ["one", None, "three"]


@pytest.mark.parametrize("sample", PINNED)
def test_hashes_are_pinned(sample: str) -> None:
    assert text.hash64(pa.array([sample]))[0].as_py() == PINNED[sample]


@given(texts_strategy)
def test_the_hash_is_the_hash_of_the_normal_form(sample: str) -> None:
    folded = oracles.fold(sample).encode()
    expected = oracles.signed(oracles.hash_bytes(folded)) if folded else None
    assert text.hash64(pa.array([sample]))[0].as_py() == expected


def test_bytes_that_are_not_utf8_become_replacement_characters() -> None:
    rows = [b"ok \xff\xfe bytes", b"cut \xe4\xbd", b"\xed\xa0\x80 surrogate", b"\xc0\xaf long"]
    offsets = pa.array([0, *itertools.accumulate(map(len, rows))], pa.int32())
    broken = pa.StringArray.from_buffers(
        len(rows), offsets.buffers()[1], pa.py_buffer(b"".join(rows))
    )
    expected = [oracles.fold(row.decode("utf-8", "replace")) for row in rows]
    assert text.normalise(broken).to_pylist() == expected


@pytest.mark.timeout(60)
@pytest.mark.parametrize("c", ["a", " ", "é", "中", "\u0301", "\x00", "👍", "ﷺ"])
def test_twenty_megabytes_of_one_character(c: str) -> None:
    sample = c * ((2_000_000 if c == "ﷺ" else 20_000_000) // len(c.encode()))  # 18 letters in one
    once, twice = text.hash64(pa.array([sample, sample])).to_pylist()
    assert once == twice
    assert (once is None) == (c in " \x00")


@pytest.mark.timeout(60)
def test_reordering_marks_is_not_quadratic() -> None:
    sample = "a" + ("\u0301\u0316" * 10 + "\u200d") * 50_000
    assert normalise(sample) == oracles.fold(sample)
    assert len(normalise(sample) or "") < 50
