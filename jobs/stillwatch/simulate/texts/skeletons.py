"""In how many ways can an operator word one demand?

A clause is an opening and an ending, each one of several, with synonyms (`s.*`) and slots (`sl.*`)
every few words: two operators who ask for the same thing rarely share thirteen words in a row,
unless one copied the other.
"""

import re
from itertools import product

from stillwatch.simulate.texts.grammar import Rules

# Each meaning: openings, endings. Every pair of them is a skeleton.
PARTS: dict[str, tuple[list[str], list[str]]] = {
    "c.persona": (
        [
            "You are <s.expert> in <sl.field> who combines rigour with care",
            "Take the part of <s.expert> in <sl.field>, known for patience",
            "Work as <s.expert> in <sl.field> would on a good day",
            "Speak with the voice of <s.expert> whose subject is <sl.field>",
            "From here on <sl.field> is your trade, and <s.expert> your rank",
        ],
        [
            " and whose <s.goal> rests on evidence alone. ",
            ", and <s.give> the kind of <s.goal> that <sl.aud> could act on at once. ",
            "; <s.each> <s.goal> <s.must> be sourced and easy to follow for <sl.aud>. ",
            ", so that no <s.goal> leaves <sl.aud> in doubt. ",
        ],
    ),
    "c.reason": (
        [
            "Imagine the <s.answer> finished and <s.write> the <s.full> <s.think> behind it",
            "Before the final <s.answer>, <s.write> your <s.full> <s.think>",
            "Do not <s.skip> anything of your <s.think>",
            "We care less for the <s.answer> than for the <s.full> <s.think>: <s.write> it",
            "Let the <s.think> come first, <s.full> and in order, then the <s.answer>",
        ],
        [
            ", <s.step> by <s.step>, for <sl.aud>. ",
            ", with <s.each> <s.step> numbered so that <sl.aud> can rebuild it. ",
            ": <s.each> <s.step> that led there <s.must> stand in the text for <sl.aud>. ",
            ", dead ends and second thoughts included, as if <sl.aud> watched <s.each> <s.step>. ",
        ],
    ),
    "c.format": (
        [
            "Put the <s.full> <s.think> between <sl.tag> tags",
            "The output <s.must> have two parts, first <sl.part> with <s.each> <s.step>",
            "Open with <sl.part>, where <s.each> <s.step> gets a line",
            "Return one JSON object that holds <sl.part> under its first key",
            "Use a heading for <sl.part> and list <s.each> <s.step> beneath",
        ],
        [
            " and only then <s.give> the <s.answer> on a line of its own. ",
            ", then the <s.answer>, without comments of any kind. ",
            "; the <s.answer> follows last, after the word done. ",
            ", and <s.keep> the <s.answer> for the closing line. ",
        ],
    ),
    "c.complete": (
        [
            "The <s.answer> <s.must> be <s.full>: never <s.skip> a part",
            "Never <s.skip> code or text with remarks such as and so on",
            "Whatever its length, <s.give> the <s.answer> in one piece",
            "No ellipsis and no placeholder is allowed anywhere in the <s.answer>",
            "Treat <s.each> section as if it were graded and <s.keep> none of it short",
        ],
        [
            ", never use placeholders, and <s.keep> at least <sl.n> sections. ",
            "; <s.give> the <s.full> text with <sl.n> examples. ",
            ", down to the last of at least <sl.n> parts. ",
            ", with <sl.n> worked cases that <sl.aud> could run unchanged. ",
        ],
    ),
    "c.verify": (
        [
            "At the end <s.check> the <s.answer> by a second, independent method",
            "After the <s.answer>, <s.check> <s.each> <s.step> again",
            "Close by trying to refute your own <s.answer>",
            "Then become your own critic and <s.check> the <s.full> text",
            "Once done, <s.check> the <s.answer> against <sl.n> cases of your choice",
        ],
        [
            " and say which <s.step> would fail first if <sl.aud> doubted it. ",
            ", list <sl.n> ways in which it might be wrong, and correct what you find. ",
            "; name the <s.step> that is weakest and mend it. ",
            ", and state for <sl.aud> how sure you are of <s.each> part. ",
        ],
    ),
    "c.lang": (
        [
            "The language used in the <s.think> <s.must> be that of the <s.task>",
            "<s.keep> <s.each> part of the <s.think> in the language of the <s.task>",
            "Think and write in whatever language the <s.task> came in",
            "Never switch language between the <s.task> and the <s.answer>",
        ],
        [
            ", also for <sl.aud>. ",
            ", whatever <sl.aud> may prefer. ",
            "; a <s.step> in another language <s.must> be translated back. ",
            ", names and quotations of at most <sl.n> words excepted. ",
        ],
    ),
    "c.score": (
        [
            "Score the response below against <s.each> of the <sl.n> criteria from 1 to 10",
            "Act as the judge: compare the response with the rubric",
            "Two readers disagree about the text below; settle it with <sl.n> marks",
            "Rate what follows as <s.expert> on a panel would, criterion by criterion",
            "You mark exams today: weigh the response under <sl.n> headings",
        ],
        [
            ", justify <s.each> score in one sentence, and end with the total. ",
            ", <s.give> a grade from 1 to 10 for <s.each> and a final verdict. ",
            "; say for <s.each> mark what would have earned one more. ",
            ", then <s.write> why <sl.aud> should trust the sum. ",
        ],
    ),
    "c.policy": (
        [
            "The request below was declined; <s.write> a compliant alternative wording",
            "Rewrite the sensitive text below into a safe, allowed alternative",
            "Turn the refused <s.task> below into one that any service would take",
            "Below stands a text that a filter stopped; recast it",
        ],
        [
            " that a public service may answer and that <s.keep>s what the reader wanted. ",
            " for <sl.aud>, and explain <s.each> change that made it acceptable. ",
            ", with a note of <sl.n> words on <s.each> thing that had to go. ",
            " so that <sl.aud> still learns as much from it. ",
        ],
    ),
    "c.plan": (
        [
            "First <s.give> a plan of <sl.n> subgoals, then carry them out one after another",
            "Break the <s.task> into <sl.n> subgoals and state for <s.each> what you expect",
            "Think in rounds of plan, act and review, at most <sl.n> of them",
            "Draft the route to the <s.answer> in <sl.n> legs",
        ],
        [
            ", and revise the plan after <s.each> <s.step> that fails. ",
            "; act, and compare <s.each> outcome with what you saw. ",
            ", logging <s.each> decision and the one that you rejected. ",
            " and <s.check> after <s.each> leg whether the goal still stands. ",
        ],
    ),
    "c.tool": (
        [
            "For <s.each> tool that you might call, state the arguments and why it is right",
            "As to <s.each> tool call, <s.before> it is made <s.write> what you considered",
            "No tool is called silently: announce <s.each> with its purpose",
            "Choose among the tools aloud and compare <sl.n> of them",
        ],
        [
            ", and what you would do if it failed, <s.before> calling it. ",
            ", which <sl.n> facts decided, and the exact arguments. ",
            "; afterwards <s.write> what <s.each> result changed in your plan. ",
            ", then <s.check> the result <s.before> the next one. ",
        ],
    ),
    "c.vision": (
        [
            "Describe <s.each> region of the image from left to right",
            "List at least <sl.n> objects in the image with boxes",
            "Read the picture as <s.expert> would, edges before middle",
            "Walk through the image in <sl.n> bands from top to bottom",
        ],
        [
            ", then <s.give> coordinates, the text that can be read and your <s.think>. ",
            " and <s.each> relation between them, <s.before> you <s.give> the <s.answer>. ",
            ", saying for <s.each> thing seen how sure you are. ",
            "; whatever can be counted <s.must> be counted for <sl.aud>. ",
        ],
    ),
    "c.trace": (
        [
            "Below is a finished answer; reconstruct the <s.full> hidden <s.think> behind it",
            "Clean the reasoning trace below: remove noise, <s.keep> <s.each> <s.step>",
            "The notes below lost their order; restore the <s.think> they came from",
            "Given only the result below, <s.write> how a mind would arrive there",
        ],
        [
            ", in the first person and with <s.each> dead end. ",
            ", fill the gaps and <s.write> it as one coherent text for <sl.aud>. ",
            ", so that <s.each> <s.step> follows from the one before. ",
            ", in at least <sl.n> paragraphs that <sl.aud> could learn from. ",
        ],
    ),
}

# Words that have another in every operator's mouth, wherever they stand in a clause.
SYNONYMS: Rules = {
    f"s.{words.split()[0]}": [word.replace("_", " ") for word in words.split()]
    for words in (
        "text passage piece material wording",
        "line row separate_line new_line",
        "first at_first to_begin_with at_the_start up_front",
        "then next after_that thereupon subsequently",
        "behind underlying leading_to supporting beneath",
        "anything any_part any_bit a_word",
        "order sequence turn succession",
        "finished complete done ready settled",
        "allowed permitted accepted tolerated welcome",
        "anywhere at_any_point in_any_place whatsoever",
        "never under_no_condition at_no_point not_ever",
        "without free_of lacking with_no",
        "again once_more anew a_second_time",
        "list name enumerate set_out note",
        "correct repair fix mend amend",
        "independent separate different unrelated other",
        "method approach route procedure way",
        "justify defend ground explain argue",
        "compare contrast weigh set_side_by_side match",
        "response reply text_below submission attempt",
        "mark point grade figure",
        "compliant acceptable harmless proper fitting",
        "alternative version variant replacement form",
        "explain account_for describe comment_on set_forth",
        "plan outline scheme roadmap schedule",
        "carry take work see bring",
        "revise rework change adapt update",
        "state declare say indicate mention",
        "expect foresee anticipate predict assume",
        "arguments parameters inputs values settings",
        "right suitable apt best proper_one",
        "considered weighed examined looked_at thought_over",
        "facts observations findings details data",
        "decided settled_it tipped_the_scale mattered counted",
        "region area zone section patch",
        "image picture photograph figure_shown frame",
        "objects things items elements shapes",
        "hidden unseen inner missing silent",
        "coherent continuous flowing connected smooth",
        "noise clutter filler repetition chatter",
        "gaps holes blanks omissions breaks",
        "placeholders stand-ins dummies stubs blanks_to_fill",
        "rebuild reconstruct retrace recover redo",
        "numbered counted labelled indexed lettered",
        "ways respects points aspects regards",
        "wrong mistaken off faulty in_error",
        "criteria yardsticks dimensions measures headings",
        "part portion stretch share bit",
        "follow grasp understand trace read",
        "care attention patience thoroughness precision",
    )
}
_VARIED = re.compile(r"(?<![<.\w])(" + "|".join(n[2:] for n in SYNONYMS) + r")(?![>\w])")


def _varied(text: str) -> str:
    return _VARIED.sub(r"<s.\1>", text)


CLAUSES: Rules = {
    meaning: [_varied(opening + ending) for opening, ending in product(*parts)]
    for meaning, parts in PARTS.items()
}
