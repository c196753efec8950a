"""Which public and simulated texts carry which capability, and which of them were seen when?

A source gives one label to all its texts. Texts: STILLWATCH_TEXTS, or ../shared/data beside the
repository.
"""

import csv
import itertools
import json
import os
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from stillwatch.simulate.behaviour import base_grammar
from stillwatch.simulate.texts import clauses

TEXTS = Path(
    os.environ.get("STILLWATCH_TEXTS", Path(__file__).resolve().parents[1] / ".." / "shared/data")
)
Row = dict[str, Any]


class Source(NamedTuple):
    """Where texts come from and which label they all carry."""

    name: str
    label: str
    rows: Callable[[], Iterator[Row]]


def _lines(path: str, folder: Path = TEXTS) -> list[Row]:
    """Read a JSON list, or JSONL cut at newlines only (some strings hold U+2028)."""
    if path.endswith(".json"):
        listed: list[Row] = json.loads((folder / path).read_text("utf-8"))
        return listed
    (file,) = folder.glob(path)
    return [json.loads(line) for line in file.read_text("utf-8").split("\n") if line]


def _prompts(path: str, field: str) -> Callable[[], Iterator[Row]]:
    return lambda: ({"prompt": row[field]} for row in _lines(path))


def _vicuna(*categories: str) -> Callable[[], Iterator[Row]]:
    path = "capability_prompts/vicuna_bench_questions.jsonl"
    return lambda: ({"prompt": r["turns"][0]} for r in _lines(path) if r["category"] in categories)


def _self_instruct(path: str) -> Callable[[], Iterator[Row]]:
    return lambda: (
        {"prompt": f"{r['instruction']}\n{r['instances'][0]['input']}"} for r in _lines(path)
    )


def _functions(path: str, calls: int = 1) -> Callable[[], Iterator[Row]]:
    def rows() -> Iterator[Row]:
        for row in _lines(path):
            text = "\n".join(turn["content"] for turn in row["question"][0])
            yield {"prompt": text, "tools": len(row["function"]), "tool_calls": calls}

    return rows


def _memory(path: str) -> Callable[[], Iterator[Row]]:
    return lambda: (
        {"prompt": turn[0]["content"]} for row in _lines(path) for turn in row["question"]
    )


def _data_questions() -> Iterator[Row]:
    for row in _lines("data_analysis/infiagent_dabench_questions.jsonl"):
        yield {"prompt": f"{row['question']}\n{row['constraints']}\n{row['format']}"}


def _issues() -> Iterator[Row]:
    for name in ("debug_20240322", "swe-bench-lite-test"):
        path = TEXTS / f"agentic_coding/sweagent_{name}.json"
        for row in json.loads(path.read_text("utf-8")):
            yield {"prompt": row["problem_statement"]}


def _trajectories() -> Iterator[Row]:
    """A coding agent's turns: the task, then results of tools up to here."""
    for path in sorted((TEXTS / "agentic_coding/trajectories").glob("*.json")):
        history = json.loads(path.read_text("utf-8"))["history"]
        said = [turn for turn in history if turn["role"] in ("user", "tool")]
        for turn in range(1, len(said)):
            text = "\n".join(str(part["content"]) for part in said[max(0, turn - 1) : turn + 1])
            yield {"prompt": text, "tools": 3, "tool_calls": 1, "tool_results": turn}


def _retail() -> Iterator[Row]:
    for row in _lines("tool_use/tau_bench_retail_fewshot.jsonl"):
        said = [turn for turn in row["messages_display"].split("\n") if turn.startswith("user:")]
        yield {"prompt": "\n".join(said), "tools": 15, "tool_calls": 1, "tool_results": 2}


def _pictures() -> Iterator[Row]:
    for row in _lines("vision/llava_qa90_questions.jsonl"):
        yield {"prompt": row["text"], "images": 1}


def _judges() -> Iterator[Row]:
    """The judge templates of a public arena, filled with real questions and answers."""
    questions = {
        row["uid"]: row["prompt"] for row in _lines("benign/arena_hard_v0.1_questions.jsonl")
    }
    one = _lines("benign/arena_hard_v0.1_answers_gpt-4-0314.jsonl")
    two = _lines("benign/arena_hard_v0.1_answers_gpt-3.5-turbo-0125.jsonl")
    slots = ("question", "question_1", "question_2", "ref_answer_1", "ref_answer_2")
    for form in _lines("rubric_grading/fastchat_judge_prompts.jsonl"):
        for a, b in zip(one[:25], two[:25], strict=True):
            fill = dict.fromkeys(slots, questions[a["uid"]])
            for letter, answer in (("a", a), ("b", b)):
                text = str(answer["messages"][-1]["content"])
                fill |= {f"answer_{letter}": text, "answer": text, "ref_answer": text}
                fill |= {f"answer_{letter}_{turn}": text for turn in (1, 2)}
                fill |= {f"answer_{turn}": text for turn in (1, 2)}
            prompt = form["prompt_template"]
            for slot, text in fill.items():
                prompt = prompt.replace("{" + slot + "}", str(text))
            yield {"prompt": prompt, "system": form["system_prompt"]}


_PUBLISHED = (
    *("absolute_with_reference", "absolute_without_reference", "relative_with_reference"),
    *("relative_without_reference", "quality-scorer", "helpfulness", "honesty"),
    *("instruction-following", "overall-rating", "truthfulness", "instruction-backtranslation"),
)


def _published_judges() -> Iterator[Row]:
    """The judge templates of a public pipeline of synthetic data, filled with graded answers."""
    graded = _lines("rubric_grading/biggen_bench.jsonl")[::20]
    forms = {r["name"]: r["text"] for r in _lines("distillation_templates/distilabel_*.jsonl")}
    for name in _PUBLISHED:
        form = re.sub(r"{%.*?%}", "", forms[f"{name}.jinja2"], flags=re.DOTALL)
        for row in graded:
            fill = itertools.cycle((row["input"], row["response"], row["reference_answer"]))
            parts = zip(re.split(r"{{.*?}}", form, flags=re.DOTALL), fill, strict=False)
            yield {"prompt": "".join(itertools.chain(*parts))}


def _multi_turn() -> Iterator[Row]:
    for row in _lines("tool_use/bfcl_v4_multi_turn_base.jsonl"):
        yield {"prompt": row["question"][0][0]["content"], "tools": 8, "tool_calls": 1}


def _agent_setups() -> Iterator[Row]:
    """What a coding agent is told at its start, without any count of tools."""
    for path in sorted((TEXTS / "agentic_coding/templates").glob("*.yaml")):
        for text in re.findall(
            r"(?:system|instance|next_step)_template: \|-?\n(.*?)(?=\n    \w+:)",
            path.read_text("utf-8"),
            re.DOTALL,
        ):
            yield {"prompt": re.sub(r"\n +", "\n", text)}


def _personas() -> Iterator[Row]:
    for row in _lines("benign/awesome_*_prompts_*.jsonl"):
        if row["for_devs"] == "TRUE" and row["type"] == "TEXT":
            yield {"prompt": row["prompt"]}


_GRADED_REASONING = (
    *("deductive", "inductive", "competition_mwp", "high_school_mwp", "first_order_logic"),
    *("math_proof", "moral_belief"),
)
_GRADED_EVERYDAY = (
    *("travel_plan", "writing_a_speech", "education_content_creation", "lexical_constraint"),
    *("semantic_constraint", "response_generation", "role_playing", "guess_the_emotion"),
)


def _graded_tasks(*tasks: str) -> Callable[[], Iterator[Row]]:
    def rows() -> Iterator[Row]:
        for row in _lines("rubric_grading/biggen_bench.jsonl"):
            if row["task"] in tasks:
                yield {"prompt": row["input"]}

    return rows


def _reading() -> Iterator[Row]:
    """Questions on a passage, titles, topics and sentences from given words."""
    for row in _lines("template_groundtruth/t0_prompts_by_template.jsonl"):
        if row["template_id"].split("/")[0] in {"adversarial_qa", "duorc", "common_gen", "quoref"}:
            yield {"prompt": row["prompt"]}


def _wild_judge() -> Iterator[Row]:
    form = (TEXTS / "rubric_grading/wildbench_score_template.md").read_text("utf-8")
    for row in _lines("benign/arena_hard_v0.1_questions.jsonl")[:60]:
        yield {"prompt": form.replace("{$user_query}", row["prompt"])}


def _few_shot_reasoning() -> Iterator[Row]:
    """Worked examples that show reasoning as the form of the answer, before a new question."""
    by_task: dict[str, list[str]] = {}
    for row in _lines("capability_prompts/bbh.jsonl"):
        by_task.setdefault(row["task"], []).append(row["input"])
    for form in _lines("cot/bbh_cot_prompts.jsonl"):
        shown = form["text"].split("-----\n", 1)[-1]
        for question in by_task.get(form["task"], [])[:10]:
            yield {"prompt": f"{shown}\n\nQ: {question}\nA:"}


def _table(path: str, field: str) -> Callable[[], Iterator[Row]]:
    def rows() -> Iterator[Row]:
        with (TEXTS / path).open(encoding="utf-8", newline="") as file:
            yield from ({"prompt": row[field]} for row in csv.DictReader(file))

    return rows


def _chats() -> Iterator[Row]:
    for row in _lines("benign/chatterbot_corpus.jsonl")[::10]:
        yield {"prompt": str(row["turns"][0])}


_REFERENCE = re.compile(r"<([a-z][a-z0-9_.]*)(?:@[^>]*)?>")
_CLUSTERS = {
    "coding": r"Python|Java|SQL|API|Program|Coding|Code|Regex|Docker|PHP|Script|Git\b|C\+\+"
    r"|Kubernetes|Rust|Go\b|React|Web Dev|Debug|Software|Flutter|Android|Terraform|CSS|HTML|\.NET",
    "logic_and_alignment": r"Math|Algebra|Number Theory|Probability|Geometry|Puzzle|Logic|Calculus",
    "data_analysis": r"Data Analysis|Statistic|Pandas|Data Visual|Regression",
    "other": r"Travel|Recipe|Cooking|Poetry|Poem|Fiction|Marketing|Music|Health|Nutrition|History"
    r"|Roleplay|Role-Play|Storytelling|Film|Movie|Language Learning|Relationship|Fitness|Business",
}


def _arena(label: str) -> Callable[[], Iterator[Row]]:
    """Real questions whose cluster's name speaks of one class and of no other."""

    def rows() -> Iterator[Row]:
        for row in _lines("benign/arena_hard_v0.1_questions.jsonl"):
            named = [name for name, words in _CLUSTERS.items() if re.search(words, row["cluster"])]
            if named == [label]:
                yield {"prompt": row["prompt"]}

    return rows


def _simulated(label: str, count: int = 200) -> Callable[[], Iterator[Row]]:
    """The simulator's own templates of one capability, written by someone else than the rules."""
    signs: dict[str, Row] = {
        "computer_vision": {"images": 1},
        "tool_use": {"tools": 3, "tool_calls": 1},
        "agentic_reasoning": {"tools": 3, "tool_calls": 1, "tool_results": 1},
    }

    def rows() -> Iterator[Row]:
        grammar, draw = base_grammar(), random.Random(label)
        rule = clauses.template(grammar, "benchmark", label, "grammar")

        def expand(match: re.Match[str]) -> str:
            text = re.sub(r"^\d+~", "", draw.choice(grammar.rules[match[1]]))
            return _REFERENCE.sub(expand, text)

        for _ in range(count):
            yield {"prompt": _REFERENCE.sub(expand, f"<{rule}>")} | signs.get(label, {})

    return rows


_DEVELOPMENT = (
    Source(
        "prometheus",
        "reward_grading",
        _prompts("rubric_grading/prometheus_vicuna_eval.json", "instruction"),
    ),
    Source(
        "gsm8k", "logic_and_alignment", _prompts("capability_prompts/gsm8k_test.jsonl", "question")
    ),
    Source("humaneval", "coding", _prompts("capability_prompts/humaneval.jsonl", "prompt")),
    Source("bfcl simple", "tool_use", _functions("tool_use/bfcl_v4_simple_python.jsonl")),
    Source(
        "self-instruct seed",
        "other",
        _self_instruct("capability_prompts/self_instruct_seed_tasks.jsonl"),
    ),
    Source(
        "self-instruct user", "other", _self_instruct("benign/self_instruct_user_oriented.jsonl")
    ),
    Source("xstest", "other", _table("policy_sensitive/xstest_prompts.csv", "prompt")),
)
_HELD_OUT = (
    Source("judge templates", "reward_grading", _judges),
    Source("score template", "reward_grading", _wild_judge),
    Source("few-shot reasoning", "reasoning_trace_extraction", _few_shot_reasoning),
    Source("bbh", "logic_and_alignment", _prompts("capability_prompts/bbh.jsonl", "input")),
    Source("vicuna mathematics", "logic_and_alignment", _vicuna("math", "fermi")),
    Source("vicuna coding", "coding", _vicuna("coding")),
    Source("issues", "coding", _issues),
    Source("data questions", "data_analysis", _data_questions),
    Source("bfcl live", "tool_use", _functions("tool_use/bfcl_v4_live_simple.jsonl")),
    Source("bfcl multiple", "tool_use", _functions("tool_use/bfcl_v4_multiple.jsonl")),
    Source("bfcl uncalled", "tool_use", _functions("tool_use/bfcl_v4_irrelevance.jsonl", 0)),
    Source("trajectories", "agentic_reasoning", _trajectories),
    Source("retail dialogues", "agentic_reasoning", _retail),
    Source("pictures", "computer_vision", _pictures),
    Source("vicuna everyday", "other", _vicuna("generic", "knowledge", "roleplay", "writing")),
    Source(
        "ifeval",
        "other",
        _prompts("instruction_following/ifeval_wo_instructions.jsonl", "original_prompt"),
    ),
    Source(
        "sensitive questions", "other", _prompts("policy_sensitive/deccp_prompts.jsonl", "prompt")
    ),
    Source("chats", "other", _chats),
    Source("student chats", "other", _memory("benign/bfcl_memory_student_conversation.jsonl")),
    Source("customer chats", "other", _memory("benign/bfcl_memory_customer_conversation.jsonl")),
)

_FINAL = (
    *(Source(f"arena {name}", name, _arena(name)) for name in _CLUSTERS),
    *(Source("simulator", name, _simulated(name)) for name in clauses.TEMPLATES),
)
_ADDED = (
    Source("published judges", "reward_grading", _published_judges),
    Source("multi-turn calls", "tool_use", _multi_turn),
    Source("agent set-ups", "agentic_reasoning", _agent_setups),
    Source("developers' personas", "coding", _personas),
    Source("graded reasoning", "logic_and_alignment", _graded_tasks(*_GRADED_REASONING)),
    Source("graded everyday", "other", _graded_tasks(*_GRADED_EVERYDAY)),
    Source("reading tasks", "other", _reading),
)
SPLITS = {"final": _FINAL, "held_out": _HELD_OUT, "development": _DEVELOPMENT, "added": _ADDED}

FILES = {
    "benign/arena_hard_v0.1_questions.jsonl": "prompt",
    "benign/awesome_*_prompts_*.jsonl": "prompt",
    "capability_prompts/gsm8k_test.jsonl": "question",
    "template_groundtruth/t0_prompts_by_template.jsonl": "prompt",
}


def text_fields(folder: Path = TEXTS) -> list[str]:
    """Return unlabelled prompts of many kinds, for benchmarks of speed."""
    return [str(row[field]) for path, field in FILES.items() for row in _lines(path, folder)]


def simulated_prompts() -> list[str]:
    """Return the simulator's prompts of all capabilities, where no other texts are at hand."""
    return [row["prompt"] for label in clauses.TEMPLATES for row in _simulated(label)()]
