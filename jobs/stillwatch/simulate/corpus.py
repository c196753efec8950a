"""How do real texts take the place of the grammar's sentences?

A corpus folder is read by the layout of its SOURCES.md: JSON lines, a field or two a file. Texts
are cut into sentences, and below the sentence words are put in each other's place, so that even
with few texts the accounts do not share their spans. Prompts and replies come from separate files.

Invariants: nothing is written that was not read at run time (no text ships with the package); the
same folder gives the same rules.
"""

import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from stillwatch.errors import UsageError
from stillwatch.simulate.hashing import label
from stillwatch.simulate.texts.grammar import Rules

MOST = 2_500  # sentences a rule
ONE_IN = 2  # words long enough that one of them is put in another's place
SENTENCE = re.compile(r"(?<=[.?!:])\s+")
SPACE = re.compile(r"(\s+)")
PLAIN = re.compile(r"^[a-z]{5,12}$")
NUMBER = re.compile(r"^\d+$")
NAME = re.compile(r"^[A-Z][a-z]{2,}$")

# rule that the texts replace: (files, field); a field may lead through lists by `*`
PROMPTS: dict[str, tuple[tuple[str, str], ...]] = {
    "en.chat": (
        ("benign/arena_hard_v0.1_questions", "prompt"),
        ("capability_prompts/vicuna_bench_questions", "turns.*"),
    ),
    "en.ask": (
        ("benign/arena_hard_v0.1_questions", "prompt"),
        ("instruction_following/ifeval_wo_instructions", "prompt"),
    ),
    "en.write": (
        ("benign/self_instruct_user_oriented", "instruction"),
        ("capability_prompts/self_instruct_seed_tasks", "instruction"),
    ),
    "passage": (
        ("template_groundtruth/t0_prompts_by_template", "prompt"),
        ("benign/awesome_*", "prompt"),
    ),
    "puzzle": (("capability_prompts/gsm8k_test", "question"), ("capability_prompts/bbh", "input")),
    "en.policy": (("policy_sensitive/deccp_prompts", "prompt"),),
    "en.tool": (
        ("tool_use/bfcl_v4_simple_python", "question.*.*.content"),
        ("tool_use/bfcl_v4_live_simple", "question.*.*.content"),
    ),
    "en.vision": (("vision/llava_qa90_questions", "text"),),
    "datum": (
        ("data_analysis/infiagent_dabench_questions", "question"),
        ("data_analysis/infiagent_dabench_questions", "constraints"),
    ),
}
REPLIES: dict[str, tuple[tuple[str, str], ...]] = {
    "r.sent": (
        ("benign/arena_hard_*_answers_*", "messages.*.content.answer"),
        ("near_duplicate/gsm8k_example_model_solutions", "175b_verification"),
    ),
}


def corpus_rules(folder: Path) -> Rules:
    """Rules that replace those of the grammar. UsageError where the folder holds no known text."""
    if not folder.is_dir():
        raise UsageError(f"--corpus {folder}: no such folder")
    prompts = {rule: _sentences(folder, sources) for rule, sources in PROMPTS.items()}
    asked = {text for texts in prompts.values() for text in texts}  # an answer may quote it
    replies = {rule: _sentences(folder, sources, asked) for rule, sources in REPLIES.items()}
    found = {rule: texts for rule, texts in (prompts | replies).items() if texts}
    if not found:
        raise UsageError(f"--corpus {folder}: none of the files that SOURCES.md describes is there")
    rules: Rules = {
        "w.prompt": _words(prompts),
        "w.reply": _words(replies),
    }
    for rule, texts in found.items():
        pool = "w.reply" if rule in replies else "w.prompt"
        rules[f"corpus.{rule}"] = [_open(text, pool) for text in texts]
        one = f"<corpus.{rule}> "
        rules[rule] = [one] if rule == "r.sent" else [one, one * 2, one * 3]
    if "datum" in found:
        rules["en.data"] = ["<datum>\n\n<csv>", "<datum>Use <lib> on <file>.", "<datum>"]
    return rules


def _sentences(
    folder: Path, sources: tuple[tuple[str, str], ...], without: Collection[str] = ()
) -> list[str]:
    found: dict[str, None] = {}
    for name, field in sources:
        for file in sorted(folder.glob(f"{name}.jsonl")):
            for text in texts_of(file, field.split(".")):
                whole = [s.strip() for s in SENTENCE.split(text) if 4 <= len(s.split()) <= 60]
                found.update(dict.fromkeys(text for text in whole if text not in without))
    spread = sorted(found, key=lambda text: label("corpus", text))
    return spread[:MOST]


def texts_of(file: Path, field: list[str]) -> Iterator[str]:
    """The texts of a field in a file of JSON lines; `*` leads through a list."""
    for line in file.read_text(encoding="utf-8").split("\n"):
        if line:
            yield from _walk(json.loads(line), field)


def _walk(value: Any, field: list[str]) -> Iterator[str]:
    if not field:
        if isinstance(value, str):
            yield value
    elif field[0] == "*" and isinstance(value, list):
        for item in value:
            yield from _walk(item, field[1:])
    elif isinstance(value, dict) and field[0] in value:
        yield from _walk(value[field[0]], field[1:])


def _words(texts: dict[str, list[str]]) -> list[str]:
    """The plain words of a pool, each once, as what stands in for another."""
    found = {word for group in texts.values() for text in group for word in text.split()}
    return sorted(word for word in found if PLAIN.match(word)) or ["thing"]


def _open(text: str, pool: str) -> str:
    """A sentence in which names, numbers and one plain word in a few are drawn anew."""
    parts = SPACE.split(text)
    for k, part in enumerate(parts):
        key = label(text, k)
        if NUMBER.match(part):
            parts[k] = "<num>"
        elif NAME.match(part) and k:
            parts[k] = "<pwcap@c:7>" if key % 2 else "<pwcap>"
        elif PLAIN.match(part) and key % ONE_IN == 0:
            parts[k] = f"<{pool}>"
        else:
            parts[k] = part.replace("<", "<lt>")
    return re.sub(r"^(\d+)~", r"\1 ~", "".join(parts))
