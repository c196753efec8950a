"""Are the figures of realism what they say, and is the traffic as near as the page tells?"""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from stillwatch.errors import UsageError
from stillwatch.simulate import realism, run
from stillwatch.simulate.corpus import corpus_rules


def test_vocabulary_is_taken_over_as_many_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(realism, "RUNNING", 6)
    distinct, common, once = realism.vocabulary(["one two two", "two three four", "five six"] * 9)
    assert 3 <= distinct <= 6
    assert common == 1.0
    assert 0 <= once <= 1
    assert realism.vocabulary(["a b", "a c"]) == (3, 1.0, 2 / 3)


def test_an_even_day_is_not_concentrated() -> None:
    assert realism.concentration(Counter({hour: 5 for hour in range(24)})) == pytest.approx(1 / 3)
    assert realism.concentration(Counter({9: 4, 10: 6})) == 1.0
    assert realism.concentration(Counter()) is None


def test_a_folder_without_texts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="none of the files"):
        realism.real(tmp_path)


@pytest.mark.slow
def test_both_ways_of_composing_are_near_real_texts(texts: Path, tmp_path: Path) -> None:
    real = realism.real(texts)
    sides = {"real": real}
    for name, corpus in (("grammar", None), ("corpus", texts)):
        run(tmp_path / name, "honest", scale=0.05, corpus=corpus, workers=1)
        sides[name] = realism.simulated(tmp_path / name)
    middle = realism.quantiles(real.prompts)[1]
    words = realism.vocabulary(real.prompts)[0]
    for side in (sides["grammar"], sides["corpus"]):
        assert side.of_one_account > 0.9
        assert middle / 2 < realism.quantiles(side.prompts)[1] < middle * 2
        assert words / 2 < realism.vocabulary(side.prompts)[0] < words * 2
        # Answers have a long tail: without it, whoever asks for long ones would stand out.
        assert np.mean(np.array(side.tokens) > 300) > 0.08
        assert np.mean(np.array(side.tokens) > 1000) > 0.005
        assert side.night is not None
        assert side.night < 6 / 24  # people sleep
    told = realism.table(sides)
    assert told.count("\n") == 12
    assert "grammar" in told


@pytest.mark.slow
def test_replies_of_a_corpus_are_answers_and_no_prompts(texts: Path) -> None:
    rules = corpus_rules(texts)
    assert len(rules["corpus.r.sent"]) > 1000
    prompts = set().union(*(rules[name] for name in rules if name.startswith("corpus.en.")))
    assert not prompts & set(rules["corpus.r.sent"])
