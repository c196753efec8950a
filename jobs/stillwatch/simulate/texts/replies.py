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
    "r.section": [
        "<par>## <r.adj> <r.thing>s\n<r.para><r.item><r.item><r.item>",
        "<par><r.para><par><r.para><r.sent>",
        "<par>**<r.thing> and <r.thing>.** <r.para><r.para>",
    ],
    # Lengths have a heavy tail, as in published traces of services: half of the answers are a few
    # sentences, one in ten some hundred words, one in forty an essay.
    "r.text": [
        "8~<r.open><r.sent>",
        "13~<r.open><r.para>",
        "7~<r.open><r.para><par><r.para>",
        "4~<r.open><r.sent><r.item><r.item><r.item>",
        "3~<r.open><r.para><par><r.para><par><r.para><par><r.para>",
        "2~<r.open><r.para><r.item><r.item><r.item><r.item><r.item><par><r.para>",
        "2~<r.open><r.para><r.section><r.section><r.section><par><r.para>",
        "<r.open><r.para><r.essay><par><r.para>",
    ],
    "r.essay": [
        "<r.section><r.section><r.section><r.section><r.section>",
        "<r.section><r.section><r.section><r.section><r.section><r.section><r.section><r.section>",
    ],
    "r.code": [
        "6~<r.open>```\n<src>```\n<r.para>",
        "6~```\n<src><src>```\n<r.sent>",
        "6~<r.para>\n```\n<src>```",
        "2~<r.para>\n```\n<src><src><src><src><src>```\n<r.para>",
        "```\n<src><src><src><src><src><src><src><src><src><src><src><src>```\n<r.section>",
    ],
    "r.data": [
        "4~<r.open>The mean is <dec> and the median <dec>. <r.para>",
        "4~<r.sent>\n<csv>\n<r.para>",
        "4~```\n<py>```\n<r.para>Correlation: <dec>.",
        "<r.open><r.para>\n<csv>\n<r.section>\n```\n<py>```<r.section>",
    ],
    "r.steps": [
        "4~Step 1: <r.sent>\nStep 2: <r.sent>\nStep 3: <r.para>\nResult: <num>.",
        "4~First, <r.para><par>Second, <r.para><par>Hence <r.sent>",
        "4~<r.para><par><r.para><par>So the value is <dec>.",
        "2~<r.para><r.section><r.section><r.section><par>So the value is <dec>.",
        "<r.para><r.essay><par>So the value is <dec>.",
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
