"""A folder of texts for the second generator: made-up words in the forms of the public ones."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from random import Random
from typing import Any

FUNCTIONS = (
    "simple_python", "multiple", "parallel", "parallel_multiple", "live_simple", "irrelevance",
)  # fmt: skip
LANGUAGES = ("english", "chinese", "spanish", "japanese", "persian", "russian", "hindi")


class Texts:
    """Sentences of made-up words, and files of them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.rng = folder, Random(5)
        self.words = ["".join(self.rng.sample("aeioubdklmnrst", 6)) for _ in range(400)]

    def text(self) -> str:
        sentences = (" ".join(self.rng.choices(self.words, k=9)) for _ in range(4))
        return ". ".join(sentence.capitalize() for sentence in sentences) + " 17."

    def lines(self, path: str, *rows: dict[str, Any]) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        listed = json.dumps(rows) if file.suffix == ".json" else "\n".join(map(json.dumps, rows))
        file.write_text(listed, encoding="utf-8")

    def prompts(self, path: str, *fields: str) -> None:
        self.lines(path, *({field: self.text() for field in fields} for _ in range(12)))

    def tasks(self, path: str) -> None:
        rows = ({"instruction": self.text(), "instances": [{"input": "x"}]} for _ in range(12))
        self.lines(path, *rows)

    def answers(self, model: str) -> None:
        said = ([{"content": "?"}, {"content": {"answer": self.text()}}] for _ in range(12))
        path = f"benign/arena_hard_v0.1_answers_{model}.jsonl"
        self.lines(path, *({"messages": messages} for messages in said))

    def functions(self, name: str) -> None:
        shape = {"type": "object", "properties": {"of": {"type": "string"}}}
        tool = {"name": name, "description": self.text(), "parameters": shape}
        row = {"question": [[{"content": self.text()}]], "function": [tool]}
        self.lines(f"tool_use/bfcl_v4_{name}.jsonl", row, row | {"function": tool})


def write(folder: Path) -> None:
    """Write every file that the generator reads."""
    made = Texts(folder)
    for path, *fields in (
        ("benign/arena_hard_v0.1_questions.jsonl", "prompt"),
        ("benign/awesome_made_prompts_2026-01.jsonl", "prompt", "for_devs"),
        ("capability_prompts/humaneval.jsonl", "prompt"),
        ("capability_prompts/bbh.jsonl", "input"),
        ("instruction_following/ifeval_wo_instructions.jsonl", "original_prompt", "model_output"),
        ("template_groundtruth/t0_prompts_by_template.jsonl", "prompt"),
        ("data_analysis/infiagent_dabench_questions.jsonl", "question", "file_name", "constraints"),
        ("rubric_grading/biggen_bench.jsonl", "input", "reference_answer"),
        ("rubric_grading/prometheus_vicuna_eval.json", "gpt4_feedback"),
        ("vision/llava_qa90_questions.jsonl", "text"),
        ("vision/llava_distillation_prompts.jsonl", "text"),
        ("tool_use/tau_bench_retail_tasks.jsonl", "instruction"),
        ("policy_sensitive/deccp_prompts.jsonl", "prompt"),
        ("agentic_coding/sweagent_swe-bench-lite-test.json", "problem_statement"),
        ("agentic_coding/sweagent_debug_20240322.json", "problem_statement"),
    ):
        made.prompts(path, *fields)
    for name in (
        "benign/self_instruct_user_oriented",
        "capability_prompts/self_instruct_seed_tasks",
    ):
        made.tasks(f"{name}.jsonl")
    for model in ("one", "two"):
        made.answers(model)
    for name in FUNCTIONS:
        made.functions(name)
    made.lines("capability_prompts/vicuna_bench_questions.jsonl", {"turns": [made.text()]})
    sums = {"question": made.text(), "ground_truth": "8", "175b_verification": {"solution": "8"}}
    made.lines("near_duplicate/gsm8k_example_model_solutions.jsonl", sums)
    graded = {"strengths": made.text(), "weaknesses": made.text()}
    path = "rubric_grading/wildbench_scores_one.jsonl"
    made.lines(path, {"parsed_result": graded}, {"parsed_result": None})
    turns = ({"lang": lang, "turns": [made.text() for _ in range(9)]} for lang in LANGUAGES)
    made.lines("benign/chatterbot_corpus.jsonl", *turns)
    with (made.folder / "policy_sensitive/xstest_prompts.csv").open("w", encoding="utf-8") as file:
        csv.writer(file).writerows([["id", "prompt"], ["1", made.text()]])
    made.lines("agentic_coding/templates/default.yaml", {"system": made.text()})
