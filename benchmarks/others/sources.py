"""What is in the folder of real texts? Files are named as they were published."""

import csv
import json
import os
import re
from dataclasses import dataclass, field
from errno import ENOENT
from pathlib import Path
from typing import Any

from others.records import Json

_ABOUT_CODE = re.compile(r"code|python|sql|function|program", re.IGNORECASE)
_POOLS = ["general", "math", "coding", "data", "grading", "vision", "tools", "policy", "agent"]
_FUNCTION_CALLS = [
    "simple_python",
    "multiple",
    "parallel",
    "parallel_multiple",
    "live_simple",
    "irrelevance",
]
_REPAIRS = ["sweagent_swe-bench-lite-test", "sweagent_debug_20240322"]
_LONGEST = 2500  # characters of a long request


@dataclass
class Sources:
    """Texts in the order in which they were read."""

    prompts: dict[str, list[str]] = field(default_factory=lambda: {pool: [] for pool in _POOLS})
    answers: list[str] = field(default_factory=list)
    tools: list[Json] = field(default_factory=list)
    foreign: dict[str, list[str]] = field(default_factory=dict)  # by language
    system_prompts: list[str] = field(default_factory=list)


def read_sources(folder: Path) -> Sources:
    """Read every file the generator uses; FileNotFoundError if one is not in the folder."""
    sources = Sources()
    _read_requests(folder / "benign", sources)
    _read_tasks(folder / "capability_prompts", sources)
    _read_instructions(folder, sources)
    _read_sums(folder, sources)
    _read_data_questions(folder / "data_analysis", sources)
    _read_gradings(folder / "rubric_grading", sources)
    _read_images(folder / "vision", sources)
    _read_tools(folder / "tool_use", sources)
    _read_policy(folder / "policy_sensitive", sources)
    _read_repairs(folder / "agentic_coding", sources)
    _read_foreign(folder / "benign", sources)
    return sources


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _lines(path: Path) -> list[Json]:
    # Not splitlines, which would also split at other separators within a text.
    lines = path.read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line.strip()]


def _found(folder: Path, pattern: str) -> list[Path]:
    """Return the files of that form by name; a form stands where a name holds a product's."""
    paths = sorted(folder.glob(pattern))
    if not paths:
        raise FileNotFoundError(ENOENT, os.strerror(ENOENT), str(folder / pattern))
    return paths


def _with_input(task: Json) -> str:
    return str(task["instruction"] + "\n" + task["instances"][0].get("input", ""))


def _read_requests(folder: Path, sources: Sources) -> None:
    general, coding = sources.prompts["general"], sources.prompts["coding"]
    for row in _lines(folder / "arena_hard_v0.1_questions.jsonl"):
        pool = coding if _ABOUT_CODE.search(row["prompt"][:300]) else general
        pool.append(row["prompt"])
    for path in reversed(_found(folder, "arena_hard_v0.1_answers_*.jsonl")):
        for row in _lines(path):
            content = row["messages"][-1]["content"]
            sources.answers.append(content["answer"] if isinstance(content, dict) else content)
    general += map(_with_input, _lines(folder / "self_instruct_user_oriented.jsonl"))
    for row in _lines(_found(folder, "awesome_*_prompts_2026-01.jsonl")[0]):
        pool = coding if row.get("for_devs") in (True, "TRUE", "true") else general
        pool.append(row["prompt"][:_LONGEST])


def _read_tasks(folder: Path, sources: Sources) -> None:
    general = sources.prompts["general"]
    general += map(_with_input, _lines(folder / "self_instruct_seed_tasks.jsonl"))
    general += [row["turns"][0] for row in _lines(folder / "vicuna_bench_questions.jsonl")]
    sources.prompts["coding"] += [row["prompt"] for row in _lines(folder / "humaneval.jsonl")]


def _read_instructions(folder: Path, sources: Sources) -> None:
    general = sources.prompts["general"]
    for row in _lines(folder / "instruction_following" / "ifeval_wo_instructions.jsonl"):
        general.append(row["original_prompt"])
        sources.answers.append(str(row["model_output"]))
    templates = folder / "template_groundtruth" / "t0_prompts_by_template.jsonl"
    general += [row["prompt"] for row in _lines(templates)]


def _read_sums(folder: Path, sources: Sources) -> None:
    for row in _lines(folder / "near_duplicate" / "gsm8k_example_model_solutions.jsonl"):
        sources.prompts["math"].append(row["question"])
        solution = row["175b_verification"]["solution"]
        sources.answers.append(row["ground_truth"] + "\n" + solution)
    puzzles = _lines(folder / "capability_prompts" / "bbh.jsonl")
    sources.prompts["math"] += [row["input"] for row in puzzles]


def _read_data_questions(folder: Path, sources: Sources) -> None:
    for row in _lines(folder / "infiagent_dabench_questions.jsonl"):
        text = f"{row['question']} File {row['file_name']}. {row['constraints']}"
        sources.prompts["data"].append(text)


def _read_gradings(folder: Path, sources: Sources) -> None:
    for row in _lines(folder / "biggen_bench.jsonl"):
        sources.prompts["grading"].append(row["input"])
        sources.answers.append(row["reference_answer"])
    for row in _json(folder / "prometheus_vicuna_eval.json"):
        sources.answers.append(str(row["gpt4_feedback"]))
    for row in _lines(_found(folder, "wildbench_scores_*.jsonl")[0]):
        result = row["parsed_result"] or {}
        text = f"{result.get('strengths', '')} {result.get('weaknesses', '')}"
        sources.answers.append(text)


def _read_images(folder: Path, sources: Sources) -> None:
    vision = sources.prompts["vision"]
    vision += [row["text"] for row in _lines(folder / "llava_qa90_questions.jsonl")]
    vision += [row["text"][:600] for row in _lines(folder / "llava_distillation_prompts.jsonl")]


def _read_tools(folder: Path, sources: Sources) -> None:
    for name in _FUNCTION_CALLS:
        for row in _lines(folder / f"bfcl_v4_{name}.jsonl"):
            sources.prompts["tools"].append(row["question"][0][0]["content"])
            functions = row["function"] if isinstance(row["function"], list) else [row["function"]]
            sources.tools += map(_tool, functions)
    retail = _lines(folder / "tau_bench_retail_tasks.jsonl")
    sources.prompts["tools"] += [row["instruction"] for row in retail]


def _tool(function: Json) -> Json:
    return {
        "name": function["name"],
        "description": function["description"],
        "input_schema": function["parameters"],
    }


def _read_policy(folder: Path, sources: Sources) -> None:
    policy = sources.prompts["policy"]
    with (folder / "xstest_prompts.csv").open(encoding="utf-8") as file:
        policy += [row["prompt"] for row in csv.DictReader(file)]
    policy += [row["prompt"] for row in _lines(folder / "deccp_prompts.jsonl")]


def _read_repairs(folder: Path, sources: Sources) -> None:
    agent = sources.prompts["agent"]
    for name in _REPAIRS:
        rows = _json(folder / f"{name}.json")
        agent += [row["problem_statement"][:_LONGEST] for row in rows]
    agent += sources.prompts["coding"]  # which is complete by now
    for path in _found(folder / "templates", "*.yaml"):
        sources.system_prompts.append(path.read_text(encoding="utf-8"))


def _read_foreign(folder: Path, sources: Sources) -> None:
    for row in _lines(folder / "chatterbot_corpus.jsonl"):
        if row["lang"] != "english":
            turns = [turn for turn in row["turns"] if isinstance(turn, str) and len(turn) > 3]
            sources.foreign.setdefault(row["lang"], []).extend(turns)
