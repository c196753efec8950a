"""Does a rule expand as written: pins, orders, chances, weights, escapes?"""

import json
from collections import Counter

import numpy as np
import pytest
from stillwatch.simulate.behaviour import base_grammar
from stillwatch.simulate.line import disguise
from stillwatch.simulate.texts.engine import DEPTH, PERM, expand
from stillwatch.simulate.texts.grammar import Grammar

from .expansions import texts


def grammar_of(**rules: list[str]) -> Grammar:
    grammar = Grammar()
    grammar.add(rules)
    return grammar


def test_a_pin_repeats_with_its_scope() -> None:
    grammar = grammar_of(top=["<word@a> <word@a> <word@a:1> <word>"], word=list("abcdefghij"))
    one, two = texts(grammar, "top", 40, a=7), texts(grammar, "top", 40, a=8)
    assert len({text.split()[0] for text in one}) == 1
    assert all(text.split()[0] == text.split()[1] for text in one)
    assert len({text.split()[3] for text in one}) > 4
    pins = {(t[0].split()[0], t[0].split()[2]) for t in (one, two)}
    assert len(pins) == 2


def test_what_is_below_a_pin_repeats_too() -> None:
    grammar = grammar_of(top=["<mid@g>"], mid=["<word><word><word>"], word=list("abcdefghij"))
    assert len(set(texts(grammar, "top", 20, g=3))) == 1
    assert len(set(texts(grammar, "mid", 20))) > 15


def test_an_exchange_scope_inside_a_pin_is_free() -> None:
    grammar = grammar_of(top=["<mid@g>"], mid=["<word>-<word@e>"], word=list("abcdefghij"))
    found = texts(grammar, "top", 60, g=3)
    assert len({text[0] for text in found}) == 1
    assert len({text[2] for text in found}) > 5


def test_weights_and_chances() -> None:
    grammar = grammar_of(top=["9~x<y?20>", "z"], y=["y"])
    count = Counter(texts(grammar, "top", 4000))
    assert count["z"] / 4000 == pytest.approx(0.1, abs=0.02)
    assert count["xy"] / (count["x"] + count["xy"]) == pytest.approx(0.2, abs=0.03)


def test_orders() -> None:
    grammar = grammar_of(a=["1"], b=["2"], c=["3"])
    grammar.add_shuffled("top", ["<a>", "<b>", "<c>"])
    assert set(texts(grammar, "top", 200)) == {"123", "132", "213", "231", "312", "321"}


def test_text_is_escaped_and_json_is_not() -> None:
    grammar = Grammar()
    grammar.add({"top": ['say "é"\n\t<lt>b>'], "lt": ["<"]})
    assert texts(grammar, "top", 1) == ['say "é"\n\t<b>']


def test_mistakes_are_named() -> None:
    with pytest.raises(ValueError, match="top refers to nothing"):
        grammar_of(top=["<nothing>"]).compile()
    with pytest.raises(ValueError, match="written twice"):
        grammar_of(top=["x"]).add({"top": ["y"]})


@pytest.mark.parametrize("seed", range(3))
def test_every_rule_of_the_grammar_expands_to_a_json_string(seed: int) -> None:
    grammar = base_grammar()
    tables = grammar.compile()
    out = np.zeros(1_000_000, np.uint8)
    work = np.zeros((DEPTH, 5), np.int64), np.zeros(DEPTH, np.uint64)
    order = np.zeros((DEPTH, PERM), np.int64)
    for name in grammar.rules:
        seeds = np.arange(8, dtype=np.uint64) * np.uint64(97 + seed)
        end = expand(out, 0, grammar.symbol(name), seeds, tables, *work, order)
        text = out[:end].tobytes().decode()
        assert isinstance(json.loads(text if name.startswith("json.") else f'"{text}"'), object)
        assert "<" not in name and end < 50_000


def test_a_disguise_keeps_escapes_whole() -> None:
    out = np.zeros(1000, np.uint8)
    text = rb"a\nbeo\"oe\\ae" * 10
    out[: len(text)] = np.frombuffer(text, np.uint8)
    end = disguise(out, 0, len(text), 900, np.uint64(5))
    shown = json.loads(f'"{out[:end].tobytes().decode()}"')
    plain = shown.translate({0x430: "a", 0x435: "e", 0x43E: "o", 0x200B: None})
    assert plain == json.loads(f'"{text.decode()}"')
    assert shown != plain
