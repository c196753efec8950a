"""Which system prompts and tools do harnesses carry?

Every text here is drawn with the harness's own seed: one seed for a public framework that thousands
use, one for an organisation, one for a single application. The rules are the same for all.
"""

from stillwatch.simulate.texts.grammar import Rules, words

_TOOL = (
    '{"name":"<tname@t:%d>","description":"<tdesc@t:%d>","input_schema":{"type":"object",'
    '"properties":{"<pw@t:%d>":{"type":"string"},"<ident@t:%d>":{"type":"<jtype@t:%d>"}},'
    '"required":["<pw@t:%d>"]}}'
)


def _tool(number: int) -> str:
    return _TOOL % ((number,) * 6)


SYSTEMS: Rules = {
    "tverb": words(
        "search read write list run get create update delete send fetch open apply check"
    ),
    "tname": ["<tverb>_<noun>", "<tverb>_<noun>", "<pw>_<tverb>", "<tverb><pwcap>"],
    "tdesc": [
        "<tverb> a <noun> and return its <noun>.",
        "Use this to <verb> <np>.",
        "Returns the <adj> <noun> as JSON; fails when <cl>.",
    ],
    "jtype": words("string number boolean integer"),
    "json.tools": [
        f"[{_tool(1)},{_tool(2)},{_tool(3)}]",
        f"[{_tool(1)},{_tool(2)},{_tool(3)},{_tool(4)}]",
        f"[{_tool(1)},{_tool(2)},{_tool(3)},{_tool(4)},{_tool(5)}]",
    ],
    "tuse": ["3~<tname@t:1>", "2~<tname@t:2>", "<tname@t:3>"],
    "json.input": [
        '{"<pw@t:1>":"<file>"}',
        '{"<pw@t:1>":"<code_id>","limit":<num>}',
        '{"q":"<np>"}',
    ],
    "sys.role": [
        "You are <product>, an assistant that helps people to <verb> <noun>s.",
        "You are a helpful assistant for the customers of <firm>.",
        "You are <product>, a coding agent made by <firm>. You work in a terminal and edit files.",
        "You are an expert <adj> <noun> reviewer at <firm>.",
        "You classify messages that reach <firm>.",
        "Act as a <adj> tutor for <topic>.",
    ],
    "sys.rule": [
        "Never <verb> a <adj> <noun> unless the user asks for it. ",
        "When you cannot <verb> something, say so and offer <np>. ",
        "Answer in at most <num> words. ",
        "Prefer the <adj> <noun> over the <adj> one, and <verb> it first. ",
        "Always cite the <noun> that you used. ",
        "Use the tools where they help; read a file before you change it. ",
        "If the request concerns <topic>, <verb> the <noun> first. ",
        "Today's shift lead is <person>; refer a <adj> <noun> to this person. ",
    ],
    "sys.text": [
        "<sys.role> <sys.rule><sys.rule><sys.rule>",
        "<sys.role> <sys.rule><sys.rule><sys.rule><sys.rule><sys.rule><sys.rule>",
        "<sys.role><par># Rules\n- <sys.rule>\n- <sys.rule>\n- <sys.rule>\n- <sys.rule>",
    ],
    # What a harness of one purpose says: an agent's, and anything else's.
    "sys.agent": [
        "You are <product>, an autonomous agent made by <firm>. Use the tools, one step at a time. "
        "<sys.rule><sys.rule><sys.rule>",
        "You are <product>, a coding agent. You work in a terminal and call tools until the task "
        "is done. <sys.rule><sys.rule>",
    ],
    "sys.plain": [
        "You are <product>, an assistant that helps people to <verb> <noun>s. <sys.rule><sys.rule>",
        "You answer the requests that <firm> passes on. <sys.rule><sys.rule><sys.rule>",
    ],
    # A short application prompt that carries the task itself (extraction, labels).
    "sys.task": [
        (
            "Extract the <noun>, the <noun> and the date from the text; answer as JSON with "
            "keys <pw>, <pw>. <sys.rule>"
        ),
        "Label the text as <noun>, <noun>, <noun> or other. One word. <sys.rule>",
    ],
}
