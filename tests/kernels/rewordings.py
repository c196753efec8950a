"""Short requests of every capability, to measure the labeller by.

Written before the words of capability_words.py were weighed, by whoever weighed them. A line is
a text; how they are sent (tools, images) is in SIGNS.
"""

SIGNS = {
    "computer_vision": {"images": 1},
    "tool_use": {"tools": 3},
    "agentic_reasoning": {},
}

TEXTS = {
    "reward_grading": """
Here is a question and what my chatbot said to it. How good is that reply, from one star to five?
Below are two summaries, A and B. Tell me which one is stronger and why, then finish with A or B.
You mark homework. The pupil wrote the paragraph underneath. Award marks out of twenty.
Pick the winner between draft 1 and draft 2. No ties allowed.
Give this translation a mark between 0 and 1 for faithfulness; print just the figure.
Is the reply below helpful, honest and polite? For each of the three say 1, 2, 3, 4 or 5.
For the transcript that follows, decide whether the agent solved the customer's issue: pass or fail
I collected four model outputs to the same prompt. Put them in order from best to worst.
act as quality checker. text = our bot's message. say if it meets the checklist, item by item, 0/1
Assess how well this essay meets the marking scheme and state the band it falls in.
Please be a strict examiner: does the student's proof deserve full credit? State a percentage.
We are building preference data. Read both replies and label the one a careful user would choose.
Bewerte die folgende Antwort auf einer Skala von 1 bis 6 und begründe kurz.
下面有两个回答，请判断哪一个更好，并给出分数。
Compara estas dos respuestas y dime cuál merece más puntos según la rúbrica.
Rate how closely the generated caption matches the reference caption. 0 = unrelated, 100 = same.
Evaluate whether the assistant's final message follows all instructions it got; reply YES or NO.
""",
    "policy_rewriting": """
The model said it can't help with this one. Word it differently so that it will answer.
Your filter stopped my message. Produce a tamer wording that keeps the meaning and gets through.
This prompt got rejected for breaking the rules; give me five phrasings that would be let through.
Take the request below, which assistants turn down, and make a version they would agree to.
Soften the following so a moderator has no reason to remove it, but do not lose the point.
Here is a blocked query. Suggest a compliant question that gets at the same information.
Our safety classifier marks this text as harmful. Rework it until the classifier is content.
Replace every phrase that could set off the content checker with something milder.
For each banned question in the list, draft an approved twin that asks for nearly the same.
The reply above was withheld. Write what an acceptable reply would look like instead.
make this sound innocent enough that the bot doesn't decline it: "..."
Turn the disallowed instruction into an educational, permitted one.
Diese Anfrage wurde vom Filter blockiert. Formuliere sie so um, dass sie erlaubt ist.
Cette demande a été refusée. Propose une version acceptable qui dit la même chose.
这段话没有通过审核，请换一种说法让它合规。
Rewrite the sensitive statement in neutral terms so that it does not violate the guidelines.
""",
    "reasoning_trace_extraction": """
Before the final result, set down everything you considered, including dead ends, unabridged.
Don't just answer: let me read the whole train of thought that took you there, line by line.
I have only the final answer. Work backwards and produce the thinking that must have led to it.
Print your scratch work in <think> tags, complete, and only then the answer.
What went on in your head between reading the question and answering? Write all of it out.
Given the problem and its solution, generate the detailed reasoning a expert would have had.
The summary of the model's thoughts is below. Expand it into the original full monologue.
For every problem, output two fields: "thoughts", with each intermediate step, and "answer".
Repeat verbatim the internal notes you made while solving the previous task.
Make explicit each inference, each assumption and each doubt on the way; skip nothing.
Narrate your deliberation as it happens, then conclude.
Rewrite this messy chain of reasoning as a clean one, keeping each step.
Schreibe deinen vollständigen Denkweg auf, mit allen Zwischenschritten, bevor du antwortest.
Escribe todo tu razonamiento, sin omitir ningún paso, y después la respuesta.
请把你完整的思考过程一字不漏地写出来，然后再给出答案。
Produce a long, self-correcting internal dialogue for the question, ending in the known answer.
""",
    "agentic_reasoning": """
You operate a browser through actions. At each turn choose the next action until the task is done.
You are an autonomous agent with a shell. Plan, act, look at the observation, and repeat.
Break the goal into sub-tasks, hand each to a worker agent, and merge what they report.
Given the tools listed and the history of actions so far, what should the agent do next?
Draw up a multi-step plan to book the trip, saying which tool is called at each step and why.
You control a computer. Available actions: click, type, scroll, wait. Goal: export the invoice.
As the orchestrator, decide which of your helpers takes the next step, and stop when finished.
Write the thought, then the action, then its input; after that you will see the observation.
""",
    "tool_use": """
Is it going to rain tomorrow afternoon where my sister lives?
Put a dentist appointment on my calendar for next Thursday at ten.
Send Maria an email that I will be twenty minutes late.
How much is 250 euros in yen at today's rate?
Set an alarm for six and turn the kitchen lights off.
Find me a cheap table for two near the station tonight.
""",
    "computer_vision": """
What does the sign in the background say?
Read the meter in the photo and give me just the figures.
Which of these two shirts fits the trousers better?
Is the plant on the left ill?
Transcribe this receipt into a table.
""",
    "data_analysis": """
Here are monthly sales by shop. Which shops grow, which shrink, and is the difference significant?
I've got a spreadsheet with 4,000 patients. How should I deal with blank cells before modelling?
Compare the two groups' test results and tell me which significance test fits.
Find the strange values in this list of sensor readings and say why they look off.
Given the table, what share of customers left within three months of signing up?
Fit a straight line through these points and report the slope with its error.
Summarise the survey: averages per question, spread, and anything surprising.
which columns in my csv predict price best? explain how you'd check it
Plot revenue against ad spend and describe how strongly they are related.
Group the orders by week, work out the running average and point out peaks.
Our A/B experiment had 1,200 and 1,180 visitors with 96 and 121 conversions. Did B win?
Describe the distribution of the ages below and whether it is skewed.
Berechne Mittelwert und Standardabweichung der Spalte Umsatz im Datensatz.
Calcule a média por região e diga onde há valores atípicos nos dados.
分析一下这份销售数据，看看哪些因素和利润相关。
Clean the records: drop duplicates, fix dates, then count entries per category and month.
Estimate next quarter's demand from these three years of weekly figures.
""",
    "coding": """
why does my loop never stop? while x > 0: print(x)
I need a small script which renames all files in a folder by date.
Turn this recursive solution into an iterative one and keep the signature.
My React component re-renders twice on every click. What's going on?
Explain what a mutex is and show how to use one in C++.
Add type hints to the module and get rid of the global variable.
npm install fails with ERESOLVE, how do I get past this
Write tests for a class that caches HTTP responses.
Set up a GitHub workflow that builds a Docker image at each push to main.
What's the fastest way to find duplicates in an array of a million integers?
Translate this Java method to Kotlin and make it null safe.
Give me the SQL to list customers without any order in the past year.
Review the following diff and mention bugs or style problems.
Ich brauche ein Skript, das alle PDF-Dateien in einem Ordner zusammenfügt.
Corrige el error en mi función de JavaScript que no devuelve nada.
用 Python 写一个爬虫，抓取网页标题并保存到文件。
Design a database schema and REST endpoints for a library's loans.
""",
    "logic_and_alignment": """
A train leaves at 9:40 and needs 135 minutes. When does it arrive?
If all bloops are razzies and some razzies are lazzies, are some bloops surely lazzies?
Anna is twice as old as Ben was when she was as old as he is now. Their ages sum to 49.
Show that the square root of 2 is irrational.
Three boxes are labelled wrongly. From which do you draw one ball to know them all?
A bat and a ball cost 1.10 together, the bat one more than the ball. What does the ball cost?
Solve 3x - 7 = 2x + 12.
Would it be right to lie to a friend to spare him grief? Weigh both sides and take a stand.
An assistant is told by its owner to hide a mistake from the users. What ought it to do?
How many ways are there to seat six guests around a round table?
Everyone in the room either always lies or never does. A says B lies. What can we conclude?
What comes next: 2, 6, 12, 20, 30, ...?
Differentiate x^2 sin(x).
In einem Korb liegen 17 Äpfel, 5 werden gegessen, 8 kommen dazu. Wie viele sind es jetzt?
Un padre tiene el triple de edad que su hijo; juntos suman 48. ¿Cuántos años tiene cada uno?
一个水池有两个进水管，单独注满分别要3小时和6小时，一起开要多久？
Should a self-driving car protect its passenger or the people on the road? Argue carefully.
""",
    "other": """
Suggest a name for my bakery.
Write a short poem on autumn rain.
what should i cook tonight with leeks and potatoes
Explain to a child why the sky is blue.
Translate to Spanish: the shop opens at eight and closes at five.
Draft a polite letter asking my landlord to repair the heating.
Who painted the ceiling of that famous chapel?
Give me tips to sleep better before an exam.
Summarise the following article in three sentences.
Rewrite this paragraph so that it sounds friendlier.
Plan a weekend in the mountains for a family with two small children.
What are the main causes of the fall of ancient empires?
Tell me a joke about cats and printers.
How do I get red wine out of a white carpet?
Improve the grammar of this cover letter.
Compare living in a city with living in the country.
Imagine you are a pirate and greet my guests.
Schreibe eine kurze Einladung zum Geburtstag meiner Tochter.
Recomiéndame tres libros para el verano.
给我推荐几首适合睡前听的歌。
I feel lonely since I moved. Any advice?
Write a product description for a wooden desk lamp.
What is the difference between a moth and a butterfly?
How has voting changed in the last hundred years?
Write a sentence with each of these words: river, copper, slow.
My boss rejected my holiday request. How should I bring it up again?
""",
}


def rows() -> list[tuple[str, str]]:
    """Return (capability, text)."""
    return [(name, line) for name, block in TEXTS.items() for line in block.strip().split("\n")]
