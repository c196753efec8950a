"""What does the model answer? Rules that share no sentence frame with the prompts' own."""

from stillwatch.simulate.texts.grammar import Rules, words

REPLIES: Rules = {
    "r.open": [
        "",
        "",
        "",
        "Sure. ",
        "Certainly. ",
        "Good question. ",
        "Here is a version. ",
        "In short: ",
    ],
    "r.adj": words(
        "reliable gradual partial typical minor notable robust practical indirect "
        "cautious measurable "
        "plausible thorough sensible stable smooth uneven moderate distinct cumulative"
    ),
    "r.thing": words(
        "approach pattern constraint trade-off assumption boundary mechanism effect "
        "sequence margin "
        "baseline outline detail context scenario option factor criterion source variant"
    ),
    "r.verb": words(
        "suggests implies limits supports explains delays reduces balances shapes reveals"
    ),
    "r.np": [
        "the <r.adj> <r.thing>",
        "a <r.adj> <r.thing> of <noun>s",
        "<pwcap>'s <r.thing>",
        "the <noun> and its <r.thing>",
        "each <adj> <noun>",
        "the <r.thing> near <place>",
    ],
    "r.sent": [
        "Here <r.np> <r.verb> <r.np>. ",
        "This is because <r.np> <r.verb> about <num> <noun>s. ",
        "A <r.adj> way is to <verb> <r.np>, and <r.np> <r.verb> <r.np>. ",
        "Note that <r.np> <r.verb> <r.np> by roughly <pct>. ",
        "If <r.np> <past>, <r.np> still <r.verb> <r.np>. ",
        "For <person>, <r.np> matters more than <r.np>. ",
        "It helps to <verb> <r.np> first and to <verb> <r.np> after <num> minutes. ",
        "The figure is <dec>, which <r.verb> <r.np>. ",
    ],
    "r.para": ["<r.sent><r.sent>", "<r.sent><r.sent><r.sent>", "<r.sent><r.sent><r.sent><r.sent>"],
    "r.item": ["\n- <r.np>: <r.sent>", "\n- **<r.thing>** <r.sent>"],
    "r.text": [
        "4~<r.open><r.sent>",
        "8~<r.open><r.para>",
        "4~<r.open><r.para><par><r.para>",
        "3~<r.open><r.sent><r.item><r.item><r.item>",
        "<r.open><r.para><par><r.para><par><r.para><par><r.para>",
        "<r.open><r.para><r.item><r.item><r.item><r.item><r.item><par><r.para>",
    ],
    "r.code": [
        "<r.open>```\n<src>```\n<r.para>",
        "```\n<src><src>```\n<r.sent>",
        "<r.para>\n```\n<src>```",
    ],
    "r.data": [
        "<r.open>The mean is <dec> and the median <dec>. <r.para>",
        "<r.sent>\n<csv>\n<r.para>",
        "```\n<py>```\n<r.para>Correlation: <dec>.",
    ],
    "r.steps": [
        "Step 1: <r.sent>\nStep 2: <r.sent>\nStep 3: <r.para>\nResult: <num>.",
        "First, <r.para><par>Second, <r.para><par>Hence <r.sent>",
        "<r.para><par><r.para><par>So the value is <dec>.",
    ],
    "r.grade": ["Score: <d1>. <r.para>", "<d1>/10. <r.sent><r.sent>", "B is better. <r.para>"],
    "r.json": ['{"<pw>": "<pw>", "<pw>": <num>}', '{"label": "<noun>", "confidence": <dec>}'],
    "r.label": words("billing shipping technical other refund account positive negative neutral"),
    "r.refuse": [
        "I can't help with that.",
        "I'm not able to assist with this request. <r.sent>",
        "Sorry, that is something I won't do. <r.sent>",
    ],
    "r.think": [
        "The user mentions <r.np>. <r.sent><r.sent>",
        "Let me see: <r.sent><r.para>",
        "<r.para>",
    ],
    "tr": [
        "ok: <num> rows, <pw>=<num>",
        "<file>:<num>: <err>",
        "<csv>",
        "```\n<src>```",
        "passed <num>, failed <d>",
        "<pw> <pw> <num>\n<sent>",
    ],
}
