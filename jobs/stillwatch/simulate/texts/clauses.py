"""Which clauses does an extraction template consist of, and how is it disguised?

Each meaning has many skeletons. Within them `s.*` are synonyms and `sl.*` are slots; how much of
that is pinned to the campaign and how much is free in each request is a step of the ladder:
verbatim (all pinned), slots, reordered (clauses in any order), synonyms, grammar (skeletons free
too, among the few that this operator's rewriting knows), translated (in any of several languages),
lookalike (verbatim with disguised letters).
"""

import re

from stillwatch.simulate.texts.grammar import Grammar, Rules

LADDER = ("verbatim", "slots", "reordered", "synonyms", "grammar", "translated", "lookalike")

WORDS: Rules = {
    # An account has its own; a blank line is rare among honest prompts, so it must be here too.
    "gap": ["", "", "", "", "\n", "\n", "\n\n", "\n\n"],
    "s.write": ["write out", "lay out", "spell out", "set down", "put into words", "articulate"],
    "s.full": ["complete", "full", "entire", "whole", "unabridged", "exhaustive"],
    "s.think": [
        "reasoning",
        "thought process",
        "line of thought",
        "chain of thought",
        "deliberation",
    ],
    "s.each": ["each", "every", "every single"],
    "s.step": ["step", "stage", "move", "intermediate step"],
    "s.before": ["before", "ahead of", "prior to"],
    "s.answer": ["answer", "solution", "result", "conclusion", "response"],
    "s.must": ["must", "has to", "should", "is required to", "needs to"],
    "s.keep": ["keep", "preserve", "retain", "maintain"],
    "s.expert": [
        "expert",
        "specialist",
        "seasoned professional",
        "senior practitioner",
        "authority",
    ],
    "s.check": ["check", "verify", "validate", "confirm", "test"],
    "s.give": ["give", "provide", "supply", "return", "produce"],
    "s.skip": ["skip", "omit", "leave out", "abbreviate", "shorten"],
    "s.task": ["task", "problem", "exercise", "question", "assignment"],
    "s.goal": ["insight", "finding", "judgement", "explanation"],
    "sl.n": ["three", "four", "five", "six", "seven", "ten"],
    "sl.aud": [
        "a graduate",
        "a reviewer",
        "a new colleague",
        "a student",
        "an engineer",
        "an examiner",
    ],
    "sl.tag": [
        f"<lt>{tag}> and <lt>/{tag}>" for tag in ("think", "analysis", "work", "trace", "scratch")
    ],
    "sl.part": ["a trace", "the analysis", "the working", "a scratch pad"],
    "sl.field": [
        "statistics",
        "software",
        "logic",
        "economics",
        "linguistics",
        "mathematics",
        "law",
    ],
}

TRANSLATED: Rules = {
    "c.reason": [
        (
            "Antes de la respuesta final escribe todo tu razonamiento paso a paso, sin omitir "
            "nada, para que otra persona pueda reconstruirlo por completo. "
        ),
        (
            "Schreibe vor der endgültigen Antwort deinen gesamten Gedankengang Schritt für "
            "Schritt auf, ohne etwas auszulassen, damit man ihn nachvollziehen kann. "
        ),
        (
            "Avant la réponse finale, écris tout ton raisonnement étape par étape, sans rien "
            "omettre, afin qu'une autre personne puisse le refaire. "
        ),
        "在给出最终答案之前，请把完整的推理过程一步一步写出来，不要省略任何中间步骤，以便他人能够重现。",
        (
            "Перед окончательным ответом запиши весь ход рассуждений шаг за шагом, ничего не "
            "пропуская, чтобы другой человек мог его повторить. "
        ),
    ],
    "c.format": [
        (
            "Pon el razonamiento completo entre etiquetas y después escribe la respuesta sola "
            "en una línea aparte, sin ningún comentario más. "
        ),
        (
            "Setze den ganzen Gedankengang zwischen Markierungen und schreibe danach die "
            "Antwort allein in eine eigene Zeile, ohne weitere Bemerkung. "
        ),
        "请把完整的思考内容放在标签之间，然后另起一行只写答案，不要添加任何其他说明。",
    ],
    "c.verify": [
        (
            "Al final comprueba la respuesta con un segundo método independiente y di qué "
            "paso podría fallar primero. "
        ),
        (
            "Prüfe die Antwort am Ende mit einer zweiten, unabhängigen Methode und sage, "
            "welcher Schritt zuerst falsch sein könnte. "
        ),
        "最后请用另一种独立的方法检查答案，并说明哪一步最有可能出错。",
    ],
}

# Which clauses a template uses for a capability; the work itself comes last.
TEMPLATES = {
    "agentic_reasoning": ("c.persona", "c.plan", "c.reason"),
    "tool_use": ("c.tool", "c.format", "c.complete"),
    "coding": ("c.persona", "c.complete", "c.verify"),
    "data_analysis": ("c.persona", "c.reason", "c.format"),
    "computer_vision": ("c.vision", "c.format"),
    "logic_and_alignment": ("c.reason", "c.verify", "c.lang"),
    "reward_grading": ("c.score", "c.format"),
    "policy_rewriting": ("c.policy", "c.lang"),
    "reasoning_trace_extraction": ("c.trace", "c.format"),
}

# The work itself, in the same words as everybody's; an honest activity's rule.
PAYLOADS = {
    "agentic_reasoning": "en.plan",
    "tool_use": "en.tool",
    "coding": "pay.code",
    "data_analysis": "en.data",
    "computer_vision": "en.vision",
    "logic_and_alignment": "pay.logic",
    "reward_grading": "pay.graded",
    "policy_rewriting": "pay.declined",
    "reasoning_trace_extraction": "pay.finished",
}

PAYLOAD_RULES: Rules = {
    "pay.graded": [
        "Task: <puzzle><br>Response: <r.steps><br>Criteria: <noun>, <noun>, <noun>",
        "Instruction: <en.ask><br>Response: <r.para><br>Rubric: <adj>, <adj>, <adj>",
    ],
    "pay.declined": [
        "<en.policy>",
        "<en.policy><br>Answer that was declined: <passage>",
        "<passage>",
    ],
    "pay.finished": ["<puzzle><br>Answer: <num>. <r.para>", "<en.ask><br>Answer: <r.para>"],
}

# A line of a system prompt that is another one in every request.
CHANGING: Rules = {
    "sys.today": [
        "This is request <num> of <person>, who works for <firm>.",
        "It is <num> minutes past the hour at <firm>, and <person> is waiting.",
        "Customer <num> of <firm>; the account is kept by <person>.",
    ]
}

# What a rewriting grammar holds for one demand.
OWN_SKELETONS = 4

_WORD = re.compile(r"<(s\.[a-z]+)>")
_SLOT = re.compile(r"<(sl\.[a-z]+)>")


def _free(texts: list[str], scope: str, *, words_too: bool) -> list[str]:
    """The same skeletons with slots, and perhaps synonyms, drawn afresh in each scope."""
    freed = [_SLOT.sub(rf"<\1@{scope}>", text) for text in texts]
    return [_WORD.sub(rf"<\1@{scope}>", text) for text in freed] if words_too else freed


def clause(grammar: Grammar, meaning: str, ladder: str, scope: str = "e") -> str:
    """A reference to a clause as this step of the ladder disguises it; adds the rules it needs.

    What the step leaves free is drawn anew in each `scope`: in each request, or for each work item.
    """
    if ladder in ("verbatim", "lookalike"):
        return f"<{meaning}@g>"
    where = "" if scope == "e" else f".{scope}"
    if ladder in ("grammar", "translated"):
        name, free = (f"{meaning}.{of}{where}" for of in (ladder, "free"))
        if free not in grammar.rules:
            grammar.add({free: _free(grammar.rules[meaning], scope, words_too=True)})
        if name not in grammar.rules:
            own = [f"<{free}@g:{k}>" for k in range(OWN_SKELETONS)]
            others = TRANSLATED.get(meaning, [])
            grammar.add({name: own if ladder == "grammar" else own[:2] + others})
        return f"<{name}@{scope}>"
    name = f"{meaning}.{'syn' if ladder == 'synonyms' else 'slot'}{where}"
    if name not in grammar.rules:
        words_too = ladder == "synonyms"
        grammar.add({name: _free(grammar.rules[meaning], scope, words_too=words_too)})
    return f"<{name}@g>"


def template(grammar: Grammar, name: str, capability: str, ladder: str, opening: str = "") -> str:
    """Add the rule of one campaign's template for one capability; return the rule's name."""
    parts = [clause(grammar, meaning, ladder) for meaning in TEMPLATES[capability]]
    rule = f"{name}.{capability}"
    payload = f"<{PAYLOADS[capability]}@i>"
    if ladder == "reordered":
        grammar.add_shuffled(f"{rule}.order", parts)
        order = f"<{rule}.order@e>"
        texts = [f"{order}<gap@a>{payload}", f"{payload}<gap@a>{order}"]
    else:
        texts = [f"{''.join(parts)}<gap@a>{payload}"]
    grammar.add({rule: [opening + text for text in texts]})
    return rule


def instruction(
    grammar: Grammar, name: str, capability: str, ladder: str, opening: str = ""
) -> str:
    """The same with the clauses in the system prompt, below a line that changes; the rule's name.

    A system prompt repeats with its harness, so what changes is pinned to the work item: the line,
    and a clause's free words. Hardly two items have one system prompt.
    """
    parts = "".join(clause(grammar, meaning, ladder, "i") for meaning in TEMPLATES[capability])
    rule = f"{name}.{capability}"
    if not CHANGING.keys() & grammar.rules.keys():
        grammar.add(CHANGING)
    grammar.add({rule: [f"{opening}<{PAYLOADS[capability]}@i>"]})
    grammar.add({f"{rule}.system": [f"<sys.today@i><br>{parts}"]})
    return rule
