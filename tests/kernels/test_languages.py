"""One request in six languages: no language gets labels or flags that raise a score more often.

Terms of what is asked for (judgement/content.py) read the label, elicits_reasoning and
grades_answers. So of honest requests no language may have more of them than English, give or take
one request. That it has fewer is a shortfall of recall, told in docs/kernels.md with these figures.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from labelling import labelled

from .same_requests import ASKED, ASKED_FOR, EVERYDAY, lines

OTHERS = [language for language in EVERYDAY if language != "English"]
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "kernels.md").read_text(encoding="utf-8")
NOTHING = {
    "capability": "other",
    "elicits_reasoning": False,
    "grades_answers": False,
    "asks_code": False,
}
# Of 24 requests, how many more than in English.
TOLERANCE = 1


@cache
def told(language: str) -> dict[str, int]:
    """How many of the language's requests got which label and which flags.

    Of everyday ones those that raise a score (`labelled`, `elicits`, `grades`); of the others
    those with any label but `other` (`found`), the right one (`right`) and each flag.
    """
    everyday, asked = (labelled(lines(block[language])) for block in (EVERYDAY, ASKED))
    each = len(asked) // len(ASKED_FOR)
    expected = [name for name in ASKED_FOR for _ in range(each)]
    return {
        "labelled": sum(row["capability"] != "other" for row in everyday),
        "elicits": sum(row["elicits_reasoning"] for row in everyday),
        "grades": sum(row["grades_answers"] for row in everyday),
        "found": sum(row["capability"] != "other" for row in asked),
        "right": sum(row["capability"] == name for row, name in zip(asked, expected, strict=True)),
        "asked_elicits": sum(row["elicits_reasoning"] for row in asked),
        "asked_grades": sum(row["grades_answers"] for row in asked),
    }


# The commonest words of languages, and short requests in which a word means something in English.
COMMON = {
    "Spanish": (
        "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus "
        "le ha me si sin sobre este ya entre cuando todo esta ser son dos también fue muy años "
        "hasta desde está mi porque qué yo hay vez puede todos así nos ni parte tiene donde bien "
        "tiempo mismo ese ahora cada e vida otro después te otros eso hace tan durante siempre día "
        "tanto ella tres dijo dice dicen gran mundo antes menos nada hacer casa mucho mejor tal "
        "media"
    ),
    "French": (
        "de la le et les des en un du une que est pour qui dans par plus pas au sur ne se ce il "
        "sont mais comme ou si leur y dont aux avec cette ces ont ses été deux nous être vous tout "
        "fait son entre ans sans elle peut lui même ainsi aussi peu autres or donc car ni on je tu "
        "mon ton ta sa très rien toujours jamais chaque note table page comment combien quel quoi "
        "temps"
    ),
    "German": (
        "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es "
        "an werden aus er hat dass sie nach wird bei einer um am sind noch wie so zum haben nur "
        "oder aber vor bis mehr durch man sein wurde kann wenn habe dann unter wir soll ich zwei "
        "jahr wieder keine uhr will zwischen immer was gibt alle seit muss doch jetzt drei wo mal "
        "tag not rate art rat tor gut los rest teil brief bild hand fall wand gift also bald dir "
        "mir uns"
    ),
    "Italian": (
        "di e il la che in a per un è non una sono da come si del con le i al più o ma alla della "
        "questo lo ha nel se gli anche dei mi dal cui nella cos cosa dice dire molto due ci tutti "
        "suo sua quando prima ora fare essere era stato così senza fra tra poi dopo ancora bene "
        "sempre mai perché chi dove ogni altro stesso vita anno tempo media note tale fine mare "
        "pane sole tre"
    ),
    "Portuguese": (
        "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao "
        "ele das tem à seu sua ou ser quando muito há nos já está eu também só pelo pela até isso "
        "ela entre era depois sem mesmo aos ter seus quem nas me esse eles estão você foram num "
        "nem suas meu minha fazer dia ano vez dois três todo cada casa tempo parte nota média"
    ),
    "Polish": (
        "i w na z do nie się to że jest o jak a po co tak za od ale już był tylko jego przez czy "
        "dla by bo ma są być ten ta te tu sin son"
    ),
}
MISREAD = (
    *("¿Qué dice mi abuela?", "¿Qué puedo hacer sin dinero?", "Pan sin sal", "¿Por qué tan caro?"),
    *("¿Quién dice que sí?", "Cos'è la felicità?", "Che cos'è questo?", "Come si dice buongiorno?"),
    "¿Qué dice la prensa sobre la censura?",
)


@pytest.mark.parametrize("language", COMMON)
def test_a_common_word_of_a_language_is_no_capability(language: str) -> None:
    common = COMMON[language].split()
    rows = labelled([f"{word} balu kemo" for word in common])
    assert not [word for word, row in zip(common, rows, strict=True) if row != NOTHING]


def test_a_word_that_means_something_in_english_is_no_capability_of_another_language() -> None:
    rows = zip(MISREAD, labelled([*MISREAD]), strict=True)
    assert not [text for text, row in rows if row != NOTHING]


@pytest.mark.parametrize(
    "text",
    ["Find the limit of sin(x)/x.", "Plot sin 2x", "I roll two dice.", "What is cos(x) at 0?"],
)
def test_the_same_words_are_mathematics_where_they_are(text: str) -> None:
    (row,) = labelled([text])
    assert row["capability"] == "logic_and_alignment"


def test_requests_are_as_many_in_every_language() -> None:
    assert EVERYDAY.keys() == ASKED.keys()
    counts = {(len(lines(EVERYDAY[name])), len(lines(ASKED[name]))) for name in EVERYDAY}
    assert counts == {(24, 4 * len(ASKED_FOR))}


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("what", ["labelled", "elicits", "grades"])
def test_no_language_raises_a_score_by_everyday_requests(what: str, language: str) -> None:
    assert told(language)[what] <= told("English")[what] + TOLERANCE


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("what", ["found", "asked_elicits", "asked_grades"])
def test_nor_by_what_is_worth_training_for(what: str, language: str) -> None:
    assert told(language)[what] <= told("English")[what] + TOLERANCE


@pytest.mark.parametrize("language", EVERYDAY)
def test_what_a_language_gets_is_told(language: str) -> None:
    """Fewer labels than in English raise nobody's score; the page says how many fewer."""
    row = " | ".join([language, *map(str, told(language).values())])
    assert f"| {row} |" in PAGE
