"""How often does the capability labeller agree with the source that a text came from?

    python benchmarks/capability.py [--split final|held_out|development]

Every text takes the label of its source, so the figures hold as far as the sources are pure. The
labeller's words were chosen with the development sources in sight. The other two splits were each
blind once: docs/kernels.md quotes those first figures. Its rules were corrected after them, with
the counts of the held-out sources and some texts of the final ones in sight, so what this prints
today is optimistic for all three. Texts: STILLWATCH_TEXTS, or ../shared/data beside the repository.
"""

import argparse
import csv
import json
import os
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
from stillwatch.kernels import capability
from stillwatch.simulate.behaviour import base_grammar
from stillwatch.simulate.texts import clauses

TEXTS = Path(
    os.environ.get("STILLWATCH_TEXTS", Path(__file__).resolve().parents[1] / ".." / "shared/data")
)
COUNTS = ("tools", "tool_calls", "tool_results", "images", "thinking")
LIMIT = 400  # rows of a source, so that no source is its class
Row = dict[str, Any]


class Source(NamedTuple):
    """Where texts come from and which label they all carry."""

    name: str
    label: str
    rows: Callable[[], Iterator[Row]]


def lines(path: str) -> list[Row]:
    """Read a JSON list, or JSONL cut at newlines only (some strings hold U+2028)."""
    if path.endswith(".json"):
        listed: list[Row] = json.loads((TEXTS / path).read_text("utf-8"))
        return listed
    return [json.loads(line) for line in (TEXTS / path).read_text("utf-8").split("\n") if line]


def prompts(path: str, field: str) -> Callable[[], Iterator[Row]]:
    return lambda: ({"prompt": row[field]} for row in lines(path))


def vicuna(*categories: str) -> Callable[[], Iterator[Row]]:
    path = "capability_prompts/vicuna_bench_questions.jsonl"
    return lambda: ({"prompt": r["turns"][0]} for r in lines(path) if r["category"] in categories)


def self_instruct(path: str) -> Callable[[], Iterator[Row]]:
    return lambda: (
        {"prompt": f"{r['instruction']}\n{r['instances'][0]['input']}"} for r in lines(path)
    )


def functions(path: str, calls: int = 1) -> Callable[[], Iterator[Row]]:
    def rows() -> Iterator[Row]:
        for row in lines(path):
            text = "\n".join(turn["content"] for turn in row["question"][0])
            yield {"prompt": text, "tools": len(row["function"]), "tool_calls": calls}

    return rows


def memory(path: str) -> Callable[[], Iterator[Row]]:
    return lambda: (
        {"prompt": turn[0]["content"]} for row in lines(path) for turn in row["question"]
    )


def data_questions() -> Iterator[Row]:
    for row in lines("data_analysis/infiagent_dabench_questions.jsonl"):
        yield {"prompt": f"{row['question']}\n{row['constraints']}\n{row['format']}"}


def issues() -> Iterator[Row]:
    for name in ("debug_20240322", "swe-bench-lite-test"):
        path = TEXTS / f"agentic_coding/sweagent_{name}.json"
        for row in json.loads(path.read_text("utf-8")):
            yield {"prompt": row["problem_statement"]}


def trajectories() -> Iterator[Row]:
    """A coding agent's turns: the task, then results of tools up to here."""
    for path in sorted((TEXTS / "agentic_coding/trajectories").glob("*.json")):
        history = json.loads(path.read_text("utf-8"))["history"]
        said = [turn for turn in history if turn["role"] in ("user", "tool")]
        for turn in range(1, len(said)):
            text = "\n".join(str(part["content"]) for part in said[max(0, turn - 1) : turn + 1])
            yield {"prompt": text, "tools": 3, "tool_calls": 1, "tool_results": turn}


def retail() -> Iterator[Row]:
    for row in lines("tool_use/tau_bench_retail_fewshot.jsonl"):
        said = [turn for turn in row["messages_display"].split("\n") if turn.startswith("user:")]
        yield {"prompt": "\n".join(said), "tools": 15, "tool_calls": 1, "tool_results": 2}


def pictures() -> Iterator[Row]:
    for row in lines("vision/llava_qa90_questions.jsonl"):
        yield {"prompt": row["text"], "images": 1}


def judges() -> Iterator[Row]:
    """The judge templates of a public arena, filled with real questions and answers."""
    questions = {
        row["uid"]: row["prompt"] for row in lines("benign/arena_hard_v0.1_questions.jsonl")
    }
    one = lines("benign/arena_hard_v0.1_answers_gpt-4-0314.jsonl")
    two = lines("benign/arena_hard_v0.1_answers_gpt-3.5-turbo-0125.jsonl")
    slots = ("question", "question_1", "question_2", "ref_answer_1", "ref_answer_2")
    for form in lines("rubric_grading/fastchat_judge_prompts.jsonl"):
        for a, b in zip(one[:25], two[:25], strict=True):
            fill = Counter[str]() | dict.fromkeys(slots, questions[a["uid"]])
            for letter, answer in (("a", a), ("b", b)):
                text = str(answer["messages"][-1]["content"])
                fill |= {f"answer_{letter}": text, "answer": text, "ref_answer": text}
                fill |= {f"answer_{letter}_{turn}": text for turn in (1, 2)}
                fill |= {f"answer_{turn}": text for turn in (1, 2)}
            prompt = form["prompt_template"]
            for slot, text in fill.items():
                prompt = prompt.replace("{" + slot + "}", str(text))
            yield {"prompt": prompt, "system": form["system_prompt"]}


def wild_judge() -> Iterator[Row]:
    form = (TEXTS / "rubric_grading/wildbench_score_template.md").read_text("utf-8")
    for row in lines("benign/arena_hard_v0.1_questions.jsonl")[:60]:
        yield {"prompt": form.replace("{$user_query}", row["prompt"])}


def few_shot_reasoning() -> Iterator[Row]:
    """Worked examples that show reasoning as the form of the answer, before a new question."""
    by_task: dict[str, list[str]] = {}
    for row in lines("capability_prompts/bbh.jsonl"):
        by_task.setdefault(row["task"], []).append(row["input"])
    for form in lines("cot/bbh_cot_prompts.jsonl"):
        shown = form["text"].split("-----\n", 1)[-1]
        for question in by_task.get(form["task"], [])[:10]:
            yield {"prompt": f"{shown}\n\nQ: {question}\nA:"}


def table(path: str, field: str) -> Callable[[], Iterator[Row]]:
    def rows() -> Iterator[Row]:
        with (TEXTS / path).open(encoding="utf-8", newline="") as file:
            yield from ({"prompt": row[field]} for row in csv.DictReader(file))

    return rows


def chats() -> Iterator[Row]:
    for row in lines("benign/chatterbot_corpus.jsonl")[::10]:
        yield {"prompt": str(row["turns"][0])}


REFERENCE = re.compile(r"<([a-z][a-z0-9_.]*)(?:@[^>]*)?>")
CLUSTERS = {
    "coding": r"Python|Java|SQL|API|Program|Coding|Code|Regex|Docker|Kubernetes|PHP|Script|Git\b|C\+\+"
    r"|Rust|Go\b|React|Web Dev|Debug|Software|Flutter|Android|Terraform|CSS|HTML|\.NET",
    "logic_and_alignment": r"Math|Algebra|Number Theory|Probability|Geometry|Puzzle|Logic|Calculus",
    "data_analysis": r"Data Analysis|Statistic|Pandas|Data Visual|Regression",
    "other": r"Travel|Recipe|Cooking|Poetry|Poem|Fiction|Marketing|Music|Health|Nutrition|History"
    r"|Roleplay|Role-Play|Storytelling|Film|Movie|Language Learning|Relationship|Fitness|Business",
}


def arena(label: str) -> Callable[[], Iterator[Row]]:
    """Real questions whose cluster's name speaks of one class and of no other."""

    def rows() -> Iterator[Row]:
        for row in lines("benign/arena_hard_v0.1_questions.jsonl"):
            named = [name for name, words in CLUSTERS.items() if re.search(words, row["cluster"])]
            if named == [label]:
                yield {"prompt": row["prompt"]}

    return rows


def simulated(label: str, count: int = 200) -> Callable[[], Iterator[Row]]:
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
            return REFERENCE.sub(expand, text)

        for _ in range(count):
            yield {"prompt": REFERENCE.sub(expand, f"<{rule}>")} | signs.get(label, {})

    return rows


DEVELOPMENT = (
    Source(
        "prometheus",
        "reward_grading",
        prompts("rubric_grading/prometheus_vicuna_eval.json", "instruction"),
    ),
    Source(
        "gsm8k", "logic_and_alignment", prompts("capability_prompts/gsm8k_test.jsonl", "question")
    ),
    Source("humaneval", "coding", prompts("capability_prompts/humaneval.jsonl", "prompt")),
    Source("bfcl simple", "tool_use", functions("tool_use/bfcl_v4_simple_python.jsonl")),
    Source(
        "self-instruct seed",
        "other",
        self_instruct("capability_prompts/self_instruct_seed_tasks.jsonl"),
    ),
    Source(
        "self-instruct user", "other", self_instruct("benign/self_instruct_user_oriented.jsonl")
    ),
    Source("xstest", "other", table("policy_sensitive/xstest_prompts.csv", "prompt")),
)
HELD_OUT = (
    Source("judge templates", "reward_grading", judges),
    Source("score template", "reward_grading", wild_judge),
    Source("few-shot reasoning", "reasoning_trace_extraction", few_shot_reasoning),
    Source("bbh", "logic_and_alignment", prompts("capability_prompts/bbh.jsonl", "input")),
    Source("vicuna mathematics", "logic_and_alignment", vicuna("math", "fermi")),
    Source("vicuna coding", "coding", vicuna("coding")),
    Source("issues", "coding", issues),
    Source("data questions", "data_analysis", data_questions),
    Source("bfcl live", "tool_use", functions("tool_use/bfcl_v4_live_simple.jsonl")),
    Source("bfcl multiple", "tool_use", functions("tool_use/bfcl_v4_multiple.jsonl")),
    Source("bfcl uncalled", "tool_use", functions("tool_use/bfcl_v4_irrelevance.jsonl", 0)),
    Source("trajectories", "agentic_reasoning", trajectories),
    Source("retail dialogues", "agentic_reasoning", retail),
    Source("pictures", "computer_vision", pictures),
    Source("vicuna everyday", "other", vicuna("generic", "knowledge", "roleplay", "writing")),
    Source(
        "ifeval",
        "other",
        prompts("instruction_following/ifeval_wo_instructions.jsonl", "original_prompt"),
    ),
    Source(
        "sensitive questions", "other", prompts("policy_sensitive/deccp_prompts.jsonl", "prompt")
    ),
    Source("chats", "other", chats),
    Source("student chats", "other", memory("benign/bfcl_memory_student_conversation.jsonl")),
    Source("customer chats", "other", memory("benign/bfcl_memory_customer_conversation.jsonl")),
)

FINAL = (
    *(Source(f"arena {name}", name, arena(name)) for name in CLUSTERS),
    *(Source("simulator", name, simulated(name)) for name in clauses.TEMPLATES),
)
SPLITS = {"final": FINAL, "held_out": HELD_OUT, "development": DEVELOPMENT}


def batch(rows: list[Row]) -> pa.RecordBatch:
    """Shape rows as the labeller takes them; what a row does not name is null or none."""
    columns: dict[str, pa.Array] = {
        name: pa.array([row.get(name) for row in rows], pa.string())
        for name in ("prompt", "system", "response")
    }
    for name in COUNTS:
        columns[name] = pa.array([row.get(name, 0) for row in rows], pa.int64())
    return pa.RecordBatch.from_pydict(columns)


def scores(pairs: Counter[tuple[str, str]]) -> dict[str, tuple[int, float, float, float]]:
    """Return (rows, precision, recall, F1) of each class that has rows."""
    result = {}
    for name in capability.CAPABILITIES:
        rows = sum(n for (truth, _), n in pairs.items() if truth == name)
        said = sum(n for (_, label), n in pairs.items() if label == name)
        hits = pairs[name, name]
        if rows:
            precision, recall = hits / max(said, 1), hits / rows
            result[name] = (rows, precision, recall, 2 * hits / (rows + said))
    return result


def main() -> None:
    """Print each source's labels, each class's figures, and the macro F1 last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=SPLITS, default="final")
    sources = SPLITS[parser.parse_args().split]
    pairs: Counter[tuple[str, str]] = Counter()
    for source in sources:
        rows = list(source.rows())
        rows = rows[:: max(1, len(rows) // LIMIT)][:LIMIT]
        found = Counter(capability.label(batch(rows)).column("capability").to_pylist())
        pairs.update({(source.label, label): n for label, n in found.items()})
        shown = ", ".join(f"{label} {n}" for label, n in found.most_common(4))
        print(f"{source.name:20} {source.label:27} {shown}")
    figures = scores(pairs)
    print(f"\n{'class':27} {'rows':>6} {'precision':>9} {'recall':>7} {'F1':>6}")
    for name, (count, precision, recall, f1) in figures.items():
        print(f"{name:27} {count:6} {precision:9.3f} {recall:7.3f} {f1:6.3f}")
    absent = sorted(set(capability.CAPABILITIES) - set(figures))
    print(f"no rows in this split: {', '.join(absent) or 'none'}")
    print(f"macro F1 {sum(row[3] for row in figures.values()) / len(figures):.3f}")


if __name__ == "__main__":
    main()
