"""What is one exchange after: which capability, reasoning written out, answers graded, code?

A lexical labeller: the groups of phrases of capability_lexicon.py, which of them stand close, a few
marks of structure, the counts of tools and images, and the weights of capability_words.py. It is
made to be cheap and explainable, and it reads no model. benchmarks/capability.py says how well it
does, class by class.

Invariants: a label depends on its own exchange only; the subject of a text, political or other,
is in no group and has no weight, so that `policy_rewriting` means a request to make a refused or
sensitive text presentable, whatever it is about.

The rules are asked in order and the first that holds gives the primary label:

1. reward_grading: someone else's answers are to be scored, ranked or compared;
2. policy_rewriting: a refused or sensitive text is to be replaced by an allowed one;
3. reasoning_trace_extraction: reasoning is to be rebuilt, cleaned or uncovered, or is shown by
   worked examples. A task that asks for its own steps too keeps its label and is flagged;
4. computer_vision: the request holds an image;
5. agentic_reasoning: the results of tools are in the conversation, or the text sets up an agent;
6. tool_use: a tool was called, or tools are offered for a text that no later rule claims;
7. the first three again where the words weigh enough, whichever exceeds its need by most;
8. data_analysis, coding, logic_and_alignment, agentic_reasoning: whose words weigh most, where its
   rule holds or they weigh enough. A rule that holds counts as much as several words;
9. reasoning_trace_extraction, where reasoning is to be written out and no task was recognised;
10. other.
"""

import functools

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from stillwatch.kernels import lexicon
from stillwatch.kernels.capability_lexicon import GROUPS, NEAR
from stillwatch.kernels.capability_words import WORDS
from stillwatch.kernels.lexicon import Found, Lexicon

Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]
Weights = NDArray[np.float64]

CAPABILITIES = (
    "reward_grading",
    "policy_rewriting",
    "reasoning_trace_extraction",
    "computer_vision",
    "agentic_reasoning",
    "tool_use",
    "data_analysis",
    "coding",
    "logic_and_alignment",
    "other",
)


EXTRACTION = CAPABILITIES.index("reasoning_trace_extraction")

# What the words of a capability with two sides must weigh: both sides, each side, and by how much
# more for every doubling of a text's length.
SIDED = {
    "reward_grading": (("grading", 4), ("answers", 2), 7, 2.0),
    "policy_rewriting": (("refused", 2), ("rewording", 2), 5, 1.0),
    "reasoning_trace_extraction": (("recovered", 4), ("reasoning", 2), 6, 1.5),
}
ENOUGH, LONGER = 4, 1.5  # the same for a task, and for reasoning of one's own
AGENT_ENOUGH = 8  # an agent is set up, whatever its task is
OUTWEIGHED = 0.7  # words of everyday requests count this much against a capability with two sides
RULED = {"data_analysis": 8, "coding": 7, "logic_and_alignment": 5}  # what a rule that holds weighs
TASKS = ("agentic_reasoning", *RULED)
SHORT, WORD_BYTES = 16, 6  # words from which a text counts as longer; bytes that make a word


class _Evidence:
    """Counts of the groups, pairs and marks of a column of texts, by name."""

    def __init__(self, found: Found) -> None:
        groups, near, marks = found.groups.T.astype(np.int64), found.near.T, found.structure.T
        self._groups: dict[str, Counts] = dict(zip(GROUPS, groups, strict=True))
        self._near: dict[tuple[str, str], Counts] = dict(
            zip((pair[:2] for pair in NEAR), near.astype(np.int64), strict=True)
        )
        self._structure: dict[str, Counts] = dict(zip(lexicon.STRUCTURE, marks, strict=True))
        self._weights: dict[str, Counts] = dict(zip(WORDS, found.scores.T, strict=True))

    def __call__(self, group: str) -> Counts:
        return self._groups[group]

    def near(self, one: str, other: str) -> Counts:
        return self._near[one, other]

    def mark(self, name: str) -> Counts:
        return self._structure[name]

    def weight(self, name: str) -> Counts:
        return self._weights[name]

    def words(self) -> Weights:
        """How many words, where few bytes make few words."""
        return np.minimum(self.mark("words"), self.mark("bytes") / WORD_BYTES)


def label(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Label exchanges, one row each.

    Args:
        batch: `prompt`, `system`, `response` (strings, may be null), and counts, null meaning none:
            `tools` offered, `tool_calls` made, `tool_results` in the conversation, `images`,
            `thinking` blocks.

    Returns:
        `capability`, one of CAPABILITIES, and the booleans `elicits_reasoning` (step by step or
        hidden reasoning is to be written out), `grades_answers` and `asks_code`.
    """
    prompt = _Evidence(lexicon.find(batch.column("prompt"), _lexicon(), len(GROUPS)))
    system = _Evidence(lexicon.find(batch.column("system"), _lexicon(), len(GROUPS)))
    fenced = _count(pc.match_substring(batch.column("response"), "```"))
    count = {
        name: _count(batch.column(name))
        for name in ("tools", "tool_calls", "tool_results", "images")
    }
    grades = _grades(prompt) | _grades(system)
    rewrites = _rewrites(prompt) | _rewrites(system)
    extracts = (_extracts(prompt) | _extracts(system)) & (_both(prompt, system, "recovered") >= 0)
    codes = _codes(prompt, fenced > 0)
    ruled = {"data_analysis": _analyses_data(prompt), "coding": codes}
    ruled["logic_and_alignment"] = _reasons(prompt)
    claimed = np.logical_or.reduce([*ruled.values()])
    agentic = (count["tool_results"] > 0) | _sets_up_agent(prompt) | _sets_up_agent(system)
    sided, excess = _weigh_sided(prompt, system)
    aloud = _weighs_reasoning(prompt, system) | _thinks_aloud(prompt) | _thinks_aloud(system)
    task, enough, plenty = _weigh_tasks(prompt, system, ruled, aloud)
    untold = (count["tools"] > 0) & ~claimed & ~plenty & (excess < 0)
    tooled = (count["tool_calls"] > 0) | untold
    rules = (
        *(grades, rewrites, extracts, count["images"] > 0, agentic, tooled),
        *(excess >= 0, claimed | enough, aloud),
    )
    choices = (*range(6), sided, task, EXTRACTION)
    first = np.select(rules, choices, len(CAPABILITIES) - 1).astype(np.int8)
    elicits = extracts | aloud | _elicits(prompt) | _elicits(system) | (first == EXTRACTION)
    grades |= first == CAPABILITIES.index("reward_grading")
    codes |= first == CAPABILITIES.index("coding")
    names = pa.DictionaryArray.from_arrays(pa.array(first), pa.array(CAPABILITIES))
    return pa.RecordBatch.from_arrays(
        [names.cast(pa.string()), pa.array(elicits), pa.array(grades), pa.array(codes)],
        names=["capability", "elicits_reasoning", "grades_answers", "asks_code"],
    )


@functools.cache
def _lexicon() -> Lexicon:
    return lexicon.build(GROUPS, NEAR, WORDS)


def _count(column: pa.Array) -> Counts:
    counts: Counts = pc.fill_null(column.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
    return counts


def _both(prompt: _Evidence, system: _Evidence, name: str) -> Counts:
    weight: Counts = prompt.weight(name) + system.weight(name)
    return weight


def _more(prompt: _Evidence, system: _Evidence | None = None) -> Weights:
    """How often the texts are twice as long as short ones."""
    words = prompt.words() + (system.words() if system else 0)
    return np.log2(np.maximum(words, SHORT) / SHORT)


def _weigh_sided(prompt: _Evidence, system: _Evidence) -> tuple[Counts, Weights]:
    """Which capability with two sides exceeds its need by most, and by how much; below 0 none."""
    longer, everyday = _more(prompt, system), OUTWEIGHED * prompt.weight("other")
    excess = []
    for (one, least), (other, least_of_other), need, each in SIDED.values():
        first, second = _both(prompt, system, one), _both(prompt, system, other)
        total, told = first + second, (first >= least) & (second >= least_of_other)
        told &= total >= everyday
        excess.append(np.where(told, total - need - each * longer, -1.0))
    best = np.argmax(excess, axis=0)
    return best, np.max(excess, axis=0)


def _weighs_reasoning(prompt: _Evidence, system: _Evidence) -> Flags:
    weight = _both(prompt, system, "reasoning")
    return (weight >= ENOUGH + LONGER * _more(prompt, system)) & (weight >= prompt.weight("other"))


def _weigh_tasks(
    prompt: _Evidence, system: _Evidence, ruled: dict[str, Flags], aloud: Flags
) -> tuple[Counts, Flags, Flags]:
    """Which task weighs most; does it weigh enough, and so much that offered tools say less?

    Words that ask for reasoning lengthen a text: beside them a task needs no more than in a short
    one.
    """
    need = ENOUGH + LONGER * _more(prompt)
    agent = _both(prompt, system, "agentic_reasoning")
    told = [prompt.weight(name) + RULED[name] * held for name, held in ruled.items()]
    weights = np.array([agent, *told])
    best, most = np.argmax(weights, axis=0), np.max(weights, axis=0)
    sets_up = agent >= AGENT_ENOUGH + LONGER * _more(prompt, system)
    best = np.where(sets_up, 0, best)
    enough = (most >= np.where(aloud, ENOUGH, need)) & (most >= prompt.weight("other"))
    numbers = np.array([CAPABILITIES.index(name) for name in TASKS])
    return numbers[best], enough | sets_up, most >= 2 * need


def _grades(text: _Evidence) -> Flags:
    """A judge is appointed, or answers are graded on a scale."""
    graded = text.near("grade", "answer") > 0
    scaled = (text.near("grade", "scale") > 0) | (text.near("answer", "scale") > 0)
    return (text("judge") > 0) & (graded | scaled) | (graded & scaled & (text("scale") > 1))


def _rewrites(text: _Evidence) -> Flags:
    """An alternative is wanted that is allowed, of something that was not."""
    allowed = text.near("rewrite", "allowed") > 0
    refused = (text("refused") > 0) & (
        (text.near("rewrite", "refused") > 0) | (text.near("allowed", "refused") > 0)
    )
    return (allowed & refused) | (
        (text("laundered") > 0) & (text("rewrite") > 0) & (allowed | refused)
    )


def _extracts(text: _Evidence) -> Flags:
    """Reasoning itself is the product: rebuilt, uncovered, or shown by worked examples."""
    return (text.near("thought", "reconstruct") > 0) | (text("stepwise") > 2)


def _elicits(text: _Evidence) -> Flags:
    return (text("stepwise") > 0) | _thinks_aloud(text)


def _thinks_aloud(text: _Evidence) -> Flags:
    return text.near("thought", "write_out") > 0


def _codes(text: _Evidence, fenced: Flags) -> Flags:
    """Code is asked for, or given and asked about."""
    size = np.maximum(text.mark("bytes"), 1)
    symbolic, token = text.mark("symbols") * 40 > size, text("code_token")
    dense = (token > 0) & (text.mark("shapes") > np.where(symbolic, 0, 1)) | (token > 1) & symbolic
    code = text("code_noun") > 0
    shown = (text.mark("fences") > 0) & (code | (text("code_token") + text("language") > 0))
    asked = text.near("code_verb", "code_noun") > 0
    named = (text("language") > 0) & (code | (text("code_token") > 0))
    named |= (text.near("code_verb", "language") > 0) & (text("code_weak") > 0)
    return dense | shown | asked | named | (fenced & (text("language") > 0))


def _analyses_data(text: _Evidence) -> Flags:
    """Statistics of some data are asked for."""
    close = text.near("data", "statistic") + text.near("analyse", "statistic")
    tooled = (text("pandas") > 0) & (text("data") + text("statistic") > 1)
    told = (close > 0) | (text.near("data", "analyse") > 0) | (text("statistic") > 1)
    plain = (text.near("analyse", "dataset") > 0) | (text.near("analyse", "measure") > 0)
    return (told & (text("data") > 0) & (text("statistic") > 0)) | tooled | plain


def _reasons(text: _Evidence) -> Flags:
    """A sum, a puzzle, a proof or a moral question has an answer to be reasoned out."""
    options = (text.mark("options") > 1) | (text("riddle") > 0)
    counted = (text.mark("digits") > 1) | (text("number") > 2) | (text("stepwise") > 0)
    sums = (text("puzzle") > 0) & counted
    arithmetic = text.mark("digits") * 5 > text.mark("bytes")
    logic = arithmetic | (text("boolean") * 3 > text.mark("words") * 2)
    asked = options | sums | (text("puzzle") > 1) | (text("alignment") > 1) | logic
    return asked & (text.mark("words") > 0)


def _sets_up_agent(text: _Evidence) -> Flags:
    return text("agent") > 1
