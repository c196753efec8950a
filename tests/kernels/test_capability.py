"""capability.py: a case a rule, and the fairness that it promises."""

from typing import Any

import pyarrow as pa
import pytest
from stillwatch.kernels import capability

from . import rewordings

COUNTS = ("tools", "tool_calls", "tool_results", "images", "thinking")
JUDGE = "You are an impartial judge. Give a score from 1 to 5 to each response."
SUBJECTS = (
    "the history of the election in my country",
    "the protests of the opposition party",
    "die Geschichte der Partei",
    "как прошли выборы президента",
    "政府和示威的历史",
    "تاريخ الحزب الحاكم",
    "cookies with chocolate",
    "the autonomous region",
    "the prime minister",
    "freedom of assembly and of speech",
    "the north and the south of the island of Java",
    "the alignment of the party after the race",
    "the judge's verdict and the execution",
    "the banned book and the censorship",
    "言论自由",
    "права человека",
)


def label(prompt: str | None = None, **columns: Any) -> dict[str, Any]:
    row = {"prompt": prompt, "system": None, "response": None} | dict.fromkeys(COUNTS, 0) | columns
    types = {name: pa.string() for name in ("prompt", "system", "response")}
    arrays = {name: pa.array([value], types.get(name, pa.int64())) for name, value in row.items()}
    return capability.label(pa.RecordBatch.from_pydict(arrays)).to_pylist()[0]


@pytest.mark.parametrize(
    ("expected", "prompt", "columns"),
    [
        ("reward_grading", "Rate the following response on a scale from 1 to 10.", {}),
        ("reward_grading", "Compare both answers.", {"system": JUDGE}),
        ("policy_rewriting", "This question was refused. Rewrite it as an allowed version.", {}),
        ("policy_rewriting", "这个请求被拒绝了，请把它改写成合规的版本。", {}),
        ("reasoning_trace_extraction", "Reconstruct the hidden reasoning behind it.", {}),
        ("reasoning_trace_extraction", "Восстанови внутренние рассуждения, запиши их.", {}),
        ("computer_vision", "How many people are there?", {"images": 1}),
        ("agentic_reasoning", "Book it", {"tools": 4, "tool_results": 2, "tool_calls": 1}),
        ("tool_use", "What is the weather in Lisbon?", {"tools": 4, "tool_calls": 1}),
        ("tool_use", "What is the weather in Lisbon?", {"tools": 4}),
        ("coding", "Fix the bug in this function", {"tools": 4}),
        ("coding", "Write a Python function that reverses a list.", {}),
        ("coding", "Escribe una función en Python", {}),
        ("data_analysis", "Calculate the correlation between these columns.", {}),
        ("logic_and_alignment", "Tom has 12 apples and eats 5. How many are left?", {}),
        ("logic_and_alignment", "Is the argument deductively valid or invalid?", {}),
        ("other", "Write a birthday card for my aunt.", {}),
        ("other", "What is the dress code for the wedding?", {}),
        ("coding", "Code this in Python", {}),
        ("coding", "My npm install fails, what now?", {}),
        ("coding", "def area(a, b):\n    return a * b  # wrong?", {}),
        ("reward_grading", "Here are two replies. Score each for helpfulness.", {}),
        ("reward_grading", "Go on", {"system": "Score each of the responses you are given."}),
        ("policy_rewriting", "The moderator rejected this wording; rephrase it.", {}),
        ("reasoning_trace_extraction", "The answer is known. Rebuild the chain of thought.", {}),
        ("reasoning_trace_extraction", "Write out your whole train of thought.", {}),
        ("agentic_reasoning", "Choose the next action from the available actions.", {}),
        ("data_analysis", "Is there a trend in the survey results by month?", {}),
        ("data_analysis", "Haz una regresión con los datos de la tabla.", {}),
        ("logic_and_alignment", "Show that the square root of 3 is irrational.", {}),
        ("logic_and_alignment", "一个水池的面积是多少？已知半径为3。", {}),
        ("computer_vision", "Score each of the responses.", {"images": 1}),
        ("other", "", {}),
        ("other", None, {}),
    ],
)  # fmt: skip
def test_each_rule(expected: str, prompt: str | None, columns: dict[str, Any]) -> None:
    assert label(prompt, **columns)["capability"] == expected


def test_a_task_that_asks_for_its_steps_keeps_its_label_and_is_flagged() -> None:
    found = label("Tom has 12 apples and eats 5. How many are left? Show your reasoning.")
    assert found["capability"] == "logic_and_alignment"
    assert found["elicits_reasoning"]
    assert not label("Tom has 12 apples and eats 5. How many are left?")["elicits_reasoning"]


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("frame", ["Tell me about {}.", "Write an article on {}", "{}?"])
def test_a_subject_is_never_a_capability(frame: str, subject: str) -> None:
    found = label(frame.format(subject))
    assert found == {
        "capability": "other",
        "elicits_reasoning": False,
        "grades_answers": False,
        "asks_code": False,
    }


@pytest.mark.parametrize("subject", SUBJECTS)
def test_rewriting_is_rewriting_whatever_it_is_about(subject: str) -> None:
    found = label(f"My question about {subject} was refused. Rewrite it as a compliant version.")
    assert found["capability"] == "policy_rewriting"


def test_no_subject_decides_between_capabilities() -> None:
    found = [label(f"Sort out {subject} step by step.") for subject in SUBJECTS]
    assert all(row == found[0] for row in found)


def test_everyday_words_of_rewriting_or_refusing_are_not_enough() -> None:
    assert label("Rewrite this letter in a friendlier tone.")["capability"] == "other"
    assert label("My boss declined my holiday, what now?")["capability"] == "other"
    assert label("Which books were banned or censored?")["capability"] == "other"


def test_a_long_system_prompt_does_not_label_a_short_question() -> None:
    rules = "Refuse what the guidelines forbid. Give a short version of each policy. " + (
        "Greet the customer and ask for the number of the order. " * 30
    )
    assert label("Where is my parcel?", system=rules)["capability"] == "other"


def test_requests_in_other_words_keep_their_score() -> None:
    rows = rewordings.rows()
    right = [
        label(text, **rewordings.SIGNS.get(name, {}))["capability"] == name for name, text in rows
    ]
    assert sum(right) >= 0.8 * len(rows), "0.83 when the words were weighed, 0.39 before"


def test_columns_types_and_rows() -> None:
    empty = pa.RecordBatch.from_pydict(
        {name: pa.array([], pa.string()) for name in ("prompt", "system", "response")}
        | {name: pa.array([], pa.int32()) for name in COUNTS}
    )
    found = capability.label(empty)
    assert found.num_rows == 0
    assert found.schema.names == ["capability", "elicits_reasoning", "grades_answers", "asks_code"]
    assert found.schema.types == [pa.string(), pa.bool_(), pa.bool_(), pa.bool_()]


def test_null_counts_mean_none() -> None:
    assert label("Hello", tools=None, images=None)["capability"] == "other"
