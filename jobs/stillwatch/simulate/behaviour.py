"""How are profiles looked up for many exchanges at once? As flat arrays over one grammar."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from stillwatch.simulate.campaigns import add_rules, campaign_groups
from stillwatch.simulate.controls import KINDS
from stillwatch.simulate.hashing import F64, I64, cumulative
from stillwatch.simulate.line import Symbols
from stillwatch.simulate.profiles import (
    AGENT,
    BACKGROUND,
    IMAGE,
    PROSE,
    REPLY,
    TOOL,
    Profile,
)
from stillwatch.simulate.scenario import Scenario
from stillwatch.simulate.texts import clauses, code, lexicon, prompts, replies, skeletons, systems
from stillwatch.simulate.texts.engine import Tables
from stillwatch.simulate.texts.grammar import Grammar, Rules
from stillwatch.simulate.texts.languages import LANGUAGES, language_rules
from stillwatch.simulate.world import rhythm_table

CAPABILITIES = tuple(clauses.TEMPLATES)
RELAYED = {
    "agentic_reasoning": "plan", "tool_use": "tool", "coding": "code", "data_analysis": "data",
    "computer_vision": "vision", "logic_and_alignment": "logic", "reward_grading": "grade",
    "policy_rewriting": "policy", "reasoning_trace_extraction": "reason",
}  # fmt: skip
FLOATS = (
    "system_share", "tools", "turns", "thinking", "images", "jitter_minutes", "refusals", "errors",
    "disguise", "replay_share",
)  # fmt: skip
HARNESSES = ("own", "public", "group")


class Acts(NamedTuple):
    """Activities: rules by language, and what they bring."""

    prompt: I64
    reply: I64
    image: I64
    agent: I64  # 1 where tools are called in a loop, 2 where once
    capability: I64
    system: I64  # the system prompt of a harness made for it
    pastes: I64  # 1 where an answer that somebody else got follows the words


@dataclass(frozen=True)
class Behaviour:
    """The compiled grammar and every profile of a scenario."""

    tables: Tables
    symbols: Symbols
    acts: Acts
    follow: I64
    tools: int
    names: dict[str, int]
    profiles: tuple[Profile, ...]
    act_cum: F64
    act_ids: I64
    floats: dict[str, F64]
    ints: dict[str, I64]
    hours: F64
    week: F64


def base_grammar(extra: Rules | None = None) -> Grammar:
    """The project's own grammar; `extra` replaces rules of the same name (a corpus does)."""
    grammar = Grammar()
    for rules in (
        lexicon.SHARED, lexicon.ENGLISH, prompts.PROMPTS, prompts.COMMUNITIES, code.CODE,
        replies.REPLIES, systems.SYSTEMS, clauses.WORDS, skeletons.SYNONYMS, skeletons.CLAUSES,
        clauses.PAYLOAD_RULES,
    ):  # fmt: skip
        grammar.add(rules)
    for language in LANGUAGES[1:]:
        grammar.add(language_rules(language))
    grammar.rules.update(extra or {})
    return grammar


def _profiles(scenario: Scenario) -> dict[str, Profile]:
    found = {profile.name: profile for _, profile in BACKGROUND.values()}
    for control in KINDS.values():
        for profile, _ in control.circumstances():
            found.setdefault(profile.name, profile)
    for week in (0, 1):
        for group in campaign_groups(scenario, 1.0, week):
            for lane in group.lanes:
                found.setdefault(lane.profile.name, lane.profile)
    return found


def _split(act: str) -> tuple[str, str]:
    """An activity's base name and the capability that truth gives it ('' for honest ones)."""
    head, _, tail = act.partition(".")
    if not tail:
        return act, ""
    if head == "relay":
        return RELAYED[tail], tail
    if tail == "clean":
        return act, "reasoning_trace_extraction"
    if tail == "probe":
        return act, "reasoning_trace_extraction"
    return act, tail


def _acts(names: list[str], grammar: Grammar) -> Acts:
    prompt = np.zeros((len(names), len(LANGUAGES)), np.int64)
    reply = np.zeros_like(prompt)
    image, agent, capability, system, pastes = (np.zeros(len(names), np.int64) for _ in range(5))
    for n, name in enumerate(names):
        base, label = _split(name)
        capability[n] = CAPABILITIES.index(label) if label else -1
        kind = RELAYED[label] if label else base
        pastes[n] = name == "paste" or name.endswith(".clean")
        image[n], agent[n] = kind in IMAGE, 1 if kind in AGENT else 2 * (kind in TOOL)
        usual = "sys.agent" if kind in AGENT else "sys.plain"
        system[n] = grammar.symbol(f"{name}.system" if f"{name}.system" in grammar.rules else usual)
        for k, language in enumerate(LANGUAGES):
            own = f"{language}.{base}"
            rule = base if "." in base else own if own in grammar.rules else f"en.{base}"
            prompt[n, k] = grammar.symbol(rule)
            local = language != "en" and kind in PROSE | {"logic"} and rule == own
            reply[n, k] = grammar.symbol(f"{language}.r" if local else REPLY.get(kind, "r.text"))
    return Acts(prompt, reply, image, agent, capability, system, pastes)


def compile_behaviour(scenario: Scenario, extra: Rules | None = None) -> Behaviour:
    """Compile the grammar with the scenario's templates, and lay out its profiles."""
    grammar = base_grammar(extra)
    add_rules(grammar, scenario)
    tables = grammar.compile()
    profiles = list(_profiles(scenario).values())
    names = sorted({act for profile in profiles for act in profile.acts})
    width = max(len(profile.acts) for profile in profiles)
    act_cum = np.ones((len(profiles), width))
    act_ids = np.zeros((len(profiles), width), np.int64)
    for n, profile in enumerate(profiles):
        act_cum[n, : len(profile.acts)] = cumulative(list(profile.acts.values()))
        ids = [names.index(act) for act in profile.acts]
        act_ids[n] = ids + [ids[-1]] * (width - len(ids))
    rhythms, hours, week = rhythm_table()
    return Behaviour(
        tables,
        Symbols(*(grammar.symbol(x) for x in ("tuse", "json.input", "tr", "r.think", "r.refuse"))),
        _acts(names, grammar),
        np.array([grammar.symbol(f"{x}.follow") for x in LANGUAGES], np.int64),
        grammar.symbol("json.tools"),
        {profile.name: n for n, profile in enumerate(profiles)},
        tuple(profiles),
        act_cum,
        act_ids,
        {key: np.array([getattr(p, key) for p in profiles], np.float64) for key in FLOATS},
        _ints(profiles, rhythms, grammar),
        np.cumsum(hours / hours.sum(axis=1, keepdims=True), axis=1),
        week,
    )


def _ints(profiles: list[Profile], rhythms: list[str], grammar: Grammar) -> dict[str, I64]:
    columns = {
        "system": [grammar.symbol(p.system) if p.system else -1 for p in profiles],
        "harness": [HARNESSES.index(p.harness) for p in profiles],
        "rhythm": [rhythms.index(p.rhythm) for p in profiles],
        "items": [p.items for p in profiles],
        "world_items": [p.items_of == "world" for p in profiles],
        "users": [p.users for p in profiles],
        "sdk": [p.clients == "sdk" for p in profiles],
        "cloud": [p.network == "cloud" for p in profiles],
        "english": [p.english for p in profiles],
        "tools_for_all": [p.tools_for_all for p in profiles],
        "clean": [p.name.endswith(".clean") for p in profiles],
        "pastes": ["paste" in p.acts for p in profiles],
    }
    return {key: np.array(values, np.int64) for key, values in columns.items()}
