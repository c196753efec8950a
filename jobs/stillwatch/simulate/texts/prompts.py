"""What do people ask in English? One rule an activity, built below the level of the sentence."""

from stillwatch.simulate.texts.grammar import Rules

# What people type in the same words: shared by thousands, and no sign of anything.
COMMON = [
    "thanks, that works",
    "can you make it shorter?",
    "please continue",
    "explain it like I'm five",
    "what is the weather like in Paris in April?",
    "write a birthday message for a colleague",
    "what can you help me with?",
    "translate this into English please",
    "fix the grammar and spelling in the following text without changing its meaning, please",
    "give me five ideas for dinner tonight that take less than thirty minutes to cook",
    "write a cover letter for a job application as a project manager in a mid-sized company",
    "what is the difference between a virus and a bacterium, in simple words, with an example?",
    "summarise the key points of the text above in a short bulleted list and keep it simple",
    "how do I centre a div horizontally and vertically with modern css, the shortest way?",
    "tell me a joke",
    "are you sure?",
    "rewrite it in a more professional tone",
    "what is the capital of Australia and why is it not Sydney or Melbourne?",
    "hello, how are you?",
    "can you check my answer and tell me step by step where I went wrong, please?",
]

NEWS = [
    "the new rules on packaging that were announced this week and what they mean for small shops",
    "the storm that closed the northern ports and the airports on the coast on Tuesday evening",
    "the final of the world cup of chess and the strange pawn sacrifice on move nineteen",
    "the rise in interest rates that the central bank announced on Thursday after a close vote",
    "the space telescope's picture of the ringed planet that everybody is sharing at the moment",
    "the strike of the train drivers next week and the rights of passengers with a ticket",
]

PROMPTS: Rules = {
    "hi": [
        "",
        "",
        "",
        "Hi! ",
        "Hello, ",
        "Hey, ",
        "Good morning. ",
        "Quick question: ",
        "Please help. ",
    ],
    "bye": [
        "",
        "",
        "",
        " Thanks!",
        " Thank you.",
        " Keep it short.",
        " Thanks in advance, <first@a>.",
    ],
    "en.common": COMMON,
    "en.chat": [
        "<hi><cl>. What should I do?<bye>",
        "<hi>my <family> says that <cl>. Is that right?<bye>",
        "<hi>why would <np> have <past> when <cl>?<bye>",
        "what do you think of <np>? <sent>",
        "<sent>How do I <vp>?<bye>",
        "Give me <d1> names for <np> that <adv> <past>.<bye>",
        "I have <money> and <num> days in <place>. <sent>Where do I start?",
        "<hi>is it normal that <cl>, and could I <vp> instead?",
        "Tell me about <newsref>. <sent>",
    ],
    "newsref": NEWS,
    "en.ask": [
        "<hi>can you explain <topic> using <np> as the example?<bye>",
        "How does <topic> relate to <np>? <sent>",
        "I am reading about <topic> and do not see why <cl>. <sent>Could you clarify?<bye>",
        "What are the pros and cons of <topic> if <cl>?<bye>",
        "Which is better for <np>: <topic> or <topic>? <sent>",
        "Who first wrote about <topic>, and how would that person <vp>?",
    ],
    "en.write": [
        "<hi>write <doc> to <person@c:1> at <firm> saying that <cl>. <sent><tone><bye>",
        "Draft <doc> about <np>. <sent><sent><tone>",
        "I need <doc>: <cl>, and <cl>. It should mention <np> and <money>. <tone>",
        "Help me tell <person@c:1> that <cl>. <sent>I do not want to sound <adj>.<bye>",
        "Write a <adj> story in which <cl> and <person> has to <vp>. <tone>",
    ],
    "doc": [
        "an e-mail",
        "a short note",
        "a letter",
        "a speech",
        "a post",
        "a memo",
        "a press release",
    ],
    "tone": ["", "", "Keep it <adj>. ", "Under <num> words. ", "Make it <adj> and <adj>. "],
    "en.edit": [
        "Correct this:<br><passage>",
        "<hi>please make this <adj>:<br><passage><bye>",
        "Rewrite for <person>, who is <adj>:<br><passage>",
        "Is this clear? <passage>",
        "Shorten to <num> words:<br><passage>",
    ],
    # Said before an answer that somebody else got.
    "en.paste": [
        "<hi>is this right? It is what <person> got for me.<par>",
        "Make this <adj> for <person>: <sent><par>",
        "<person> sent me this about <np>. What is missing?<par>",
        "Check the numbers and <vp>.<par>",
        "Put this into our words, <tone>under <num> words:<par>",
        "<sent>Go on from here:<par>",
    ],
    "en.summary": [
        "Summarise:<br><passage><br><passage>",
        "What does <person@c:1> want here?<br><passage>",
        "TL;DR please<br><passage><passage>",
        "List what has to be done by <date>:<br><passage><passage>",
    ],
    "en.translate": [
        "Translate to <tongue>: <passage>",
        "<hi>how do you say '<cl>' in <tongue>?",
        "Put this into <tongue>, <adj> tone:<br><sent><sent>",
    ],
    "tongue": [
        "Spanish",
        "French",
        "German",
        "Portuguese",
        "Japanese",
        "Turkish",
        "English",
        "Polish",
    ],
    # A clause out of a public guide: whoever has taken to one puts it before every question.
    "guide": [
        "6~<g.slow@w:1>",
        "4~<g.role@w:2>",
        "3~<g.doubt@w:3>",
        "3~<g.whole@w:4>",
        "2~<g.shape@w:5>",
        "2~<g.slow@w:6><g.doubt@w:7>",
        "<g.plan@w:8>",
    ],
    "g.mind": ["think it through", "take your time", "go slowly", "work it out on paper first"],
    "g.last": ["only then reply", "and then tell me", "and put the outcome last"],
    "g.slow": [
        "Before you say anything, <g.mind> one step at a time, <g.last>. ",
        "Take a deep breath, <g.mind>, show each thought on a line of its own, <g.last>. ",
        "Let us <g.mind> together and number the steps, <g.last>. ",
    ],
    "g.role": [
        "You are a world-class teacher with thirty years of practice and endless patience. ",
        "From now on you are the best consultant I could hire, blunt and very thorough. ",
        "Pretend that you were a Nobel laureate who loves to talk to beginners. ",
    ],
    "g.doubt": [
        "When you are done, read your own text as a sceptic would and mend what is weak. ",
        "Tell me how sure you are in per cent and what would change your mind. ",
        "If you are not certain, say so plainly instead of making something up. ",
    ],
    "g.whole": [
        "I want the whole thing, ready to use, without gaps or remarks to fill in later. ",
        "Do not cut corners and do not stop half-way, I will tip you generously for all of it. ",
    ],
    "g.shape": [
        "Use short headings, one idea a bullet, and close with three questions for me. ",
        "Give me a table first and your commentary below it in plain words. ",
    ],
    "g.plan": [
        "Ask me whatever you need to know first, draw up a plan, wait, and then begin. ",
        "List the parts of the job, do one part a message, and wait for my go-ahead. ",
    ],
    "habit": ["15~", "<guide>"],
    "en.logic": ["<habit@a:1><pay.logic>"],
    "pay.logic": [
        "<puzzle> Show your steps.",
        "<puzzle>",
        "<hi>my tutor gave us this: <puzzle> I got <num>. Is it right?<bye>",
        "Solve: <puzzle><bye>",
    ],
    "puzzle": [
        (
            "<person> has <num> <noun>s and gives <num> to <person>, who sells them at "
            "<money> each. <sent>How much is left after <num> days?"
        ),
        (
            "A <noun> travels <num> km at <num> km/h, then <num> km at <num> km/h. What is "
            "its mean speed if <cl>?"
        ),
        (
            "<first>, <first> and <first> each own a <adj> <noun>. <first> lies on <day>. Who "
            "owns the <adj> one if <cl>?"
        ),
        (
            "Prove or refute: if <ident> is <adj> and every <noun> has at most <num> <noun>s, "
            "then the sum is below <num>."
        ),
        (
            "If <pct> of <num> <adj> <noun>s are <adj> and <pct> of those <past>, how many "
            "remain? <sent>"
        ),
        (
            "How many ways are there to arrange <num> <noun>s and <num> <noun>s so that no "
            "two <adj> ones touch?"
        ),
    ],
    "en.reason": ["<habit@a:1><reason>"],
    "reason": [
        "<puzzle> Please reason step by step and show the intermediate results for <person>.",
        "Walk me through how you would <vp>, and why each step follows. <sent>",
        "For our audit file, note why you would <vp>: <sent><sent>List each assumption.",
        "<sent>Explain your thinking before you answer: should <firm> <vp>?",
    ],
    "en.policy": [
        "I write for a paper in <place>. What is known about censorship of <np> in <month>? <sent>",
        "How do people in <place> speak about the protests over <np>? <sent>Be neutral.",
        "Is it allowed to <vp> during an election in <place>? <sent>",
        (
            "What would happen under the law of <place> if <person> did <vp>? <sent>I am a "
            "student of law."
        ),
        "Our style guide forbids this wording: '<cl>'. Suggest a neutral alternative. <sent>",
        "Compare how three newspapers would describe that <cl>. <sent>",
    ],
    "en.grade": [
        "Grade this essay for my class of <num>. Criteria: <noun>, <noun>, <noun>.<br><passage>",
        "Here are two drafts. Which is better, and why?<br>A: <passage><br>B: <passage>",
        "Rate this answer from 1 to 10 for a <adj> <noun>:<br><passage>",
        "Give feedback to <person@c:1> on this report. <sent><br><passage>",
    ],
    "en.extract": [
        "Record <code_id>: <passage>Fields: <noun>, <noun>, <noun>.",
        "Ticket <num>-<hex><hex>: <passage>",
        "From: <person> <date> Re: <noun>. <passage>Ref <code_id>.",
        "Item <code_id> (<money>): <sent><sent>",
    ],
    "en.support": [
        "my order <code_id> <past> and <cl>. <sent>I want my <money> back",
        "how can i <vp> with the <product> app? <sent>",
        "<cl> since <date>!! <sent>order <num>",
        "hi, is the <adj> <noun> in stock in <place>? my number is <num><num>",
        "it says error <num> when i <vp>. <sent>",
    ],
    "en.rag": [
        "Context:<br>[1] <passage><br>[2] <passage><br>Question: who could <vp>, and when?",
        "Sources:<br><passage><br><passage><br>Q: why did <np> change?",
    ],
    "en.vision": [
        "What is in this picture? It was taken near <np> in <place>.",
        "Read the numbers on the <noun> and tell me whether <cl>.",
        "<hi>this is a photo of <np>. <sent>Is it <adj>?<bye>",
        "Describe the chart for <person>: the axis shows <noun> by <month>. <sent>",
        "Which <noun> in the image looks <adj>? <sent>",
    ],
    "en.follow": [
        "6~<cl>. Does that change anything?",
        "5~And what if <cl>?",
        "4~Now <vp>, please.",
        "3~I meant <np>, not <np>.",
        "2~Add <np> and keep the rest.",
        "2~Can you redo it for <person@c:1> in <place>? <sent>",
        "thanks, that works",
        "please continue",
        "can you make it shorter?",
        "are you sure?",
    ],
    "en.plan": [
        "<hi>plan how to <vp> by <date>, then <vp>. Budget <money>. <sent>",
        "Find <np>, then <vp>, and send <person@c:1> a summary. <sent>",
        "Look into why <cl>. Check <np> first, then <np>, and report what you find. <sent>",
        "Book what is needed so that <person> can <vp> in <place> on <date>. <sent>",
        "Work through <num> open tickets about <np>, close the <adj> ones, and <vp>. <sent>",
    ],
    "en.tool": [
        "What is the status of <code_id>? <sent>",
        "Look up <person>'s <noun> and <verb> it.",
        "Get the <noun> for <place> on <date>, then convert <money>. <sent>",
        "Find every <adj> <noun> since <date> and tag it <pw>.",
        "Set the <noun> of <product> to <num>. <sent>",
    ],
}

# Wordings that innocent communities share: an assignment, a benchmark, a fad, a house style.
COMMUNITIES: Rules = {
    "hw": [
        "<puzzle> <puzzle>",
        "<pay.code>",
        "<en.ask> <puzzle>",
        "Essay question: <cl>, <conj> <cl>. Discuss with reference to <topic> and <topic>.",
    ],
    "en.assignment": ["<hw@i>", "<hi><hw@i><bye>", "<sent><hw@i>", "<hw@i>\nMy attempt: <passage>"],
    "benchq": ["<puzzle>", "<pay.code>", "<en.data>", "<passage>Question: who could <vp>?"],
    "en.bench": [
        (
            "Question: <benchq@i>\nThink step by step and give the final answer after four "
            "hash signs.\nAnswer:"
        ),
        "<benchq@i>\nAnswer with the letter only.",
        "<benchq@i>",
    ],
    "fad": [
        (
            "Pretend that you are a <adj> <noun> from <place> who has opinions on <topic>, "
            "answer only in rhymes, and end each reply by asking me about <np>. "
        ),
        (
            "Draw my life as a <adj> <noun> in the style of <topic>, list <num> things that "
            "you would never <verb>, and be <adj> about <np>. "
        ),
    ],
    "en.viral": ["<fad@g>", "<fad@g><sent>", "<fad@g>I am <first@a> from <place>."],
    "house": [
        "Use our house style: <sys.rule><sys.rule>",
        "Template <code_id>: <sys.rule><sys.rule><sys.rule>",
    ],
    "en.org": [
        "<house@g:1>\n<en.write>",
        "<house@g:2>\n<en.summary>",
        "<house@g:1>\n<passage>",
        "<en.write>",
    ],
    "en.newsdesk": ["<house@g:1>\nToday's topic: <newsref>. <passage>", "<newsref>: <passage>"],
    "en.audit": [
        (
            "For the audit file, record the reasons for each decision and the rule applied. "
            "<house@g:3>\nCase <code_id>: <passage>"
        ),
    ],
    "question": ["<en.policy>"],
    "en.survey": [
        "<question@i>",
        "<question@i> Answer in <tongue>.",
        "As <adj> reader: <question@i>",
    ],
}
