"""lexicon.py: phrases are found where they stand, counted, and paired with what is near."""

import pyarrow as pa
import pytest
from stillwatch.kernels import lexicon

GROUPS = {"fruit": "apple|red apple|pomme|苹果", "act": "eat|eat up|съешь", "both": "apple|eat"}
WEIGHTS = {"sweet": {3: "apple|red apple", -2: "sour"}, "calm": {1: "apple|sleep"}}
BUILT = lexicon.build(GROUPS, (("fruit", "act", 3),), WEIGHTS)


def find(*rows: str | None) -> tuple[list[list[int]], list[int]]:
    found = lexicon.find(pa.array(rows, pa.string()), BUILT, len(GROUPS))
    return found.groups.tolist(), found.near[:, 0].tolist()


@pytest.mark.parametrize(
    ("row", "groups", "near"),
    [
        (None, [0, 0, 0], 0),
        ("", [0, 0, 0], 0),
        ("pineapple apples", [0, 0, 0], 0),
        ("An APPLE!", [1, 0, 1], 0),
        ("a red apple", [2, 0, 1], 0),  # both phrases of the group, one of them twice as long
        ("我吃苹果", [1, 0, 0], 0),
        ("съешь pomme", [1, 1, 0], 1),
        ("eat one two pomme", [1, 1, 1], 1),
        ("eat one two three pomme", [1, 1, 1], 0),
        ("pomme, then eat", [1, 1, 1], 1),
    ],
)
def test_phrases_and_nearness(row: str | None, groups: list[int], near: int) -> None:
    assert find(row) == ([groups], [near])


def test_a_phrase_weighs_once_a_text_and_may_weigh_for_several() -> None:
    rows = ["apple apple apple", "a red apple, sour", "sleep", "eat", None]
    found = lexicon.find(pa.array(rows), BUILT, len(GROUPS))
    assert found.scores.tolist() == [[3, 1], [4, 1], [0, 1], [0, 0], [0, 0]]


def test_counts_stop_at_255() -> None:
    assert find("apple " * 300)[0] == [[255, 0, 255]]


def test_only_the_instruction_zone_counts() -> None:
    filler = "word " * 1000
    assert find(f"apple {filler}", f"{filler} apple", f"{filler} apple {filler}")[0] == [
        [1, 0, 1],
        [1, 0, 1],
        [0, 0, 0],
    ]


def test_structure() -> None:
    text = "```py\nif x == [1]:\n    f(x)\n```\n(A) one (b) two"
    found = lexicon.find(pa.array([text]), BUILT, len(GROUPS))
    marks = dict(zip(lexicon.STRUCTURE, found.structure[0].tolist(), strict=True))
    assert marks == {
        "fences": 2,
        "options": 3,  # f(x) looks like one too: a single mark decides nothing
        "shapes": 1,
        "symbols": 4,
        "digits": 1,
        "bytes": len(text),
        "words": 10,
    }


@pytest.mark.parametrize("phrase", ["...", " ".join("abcdefghijklm")])
def test_a_phrase_without_words_or_with_too_many_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="a phrase of 1 to 12 words"):
        lexicon.build({"a": phrase}, (), {})
    with pytest.raises(ValueError, match="a phrase of 1 to 12 words"):
        lexicon.build({"a": "apple"}, (), {"b": {1: phrase}})
