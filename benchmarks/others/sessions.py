"""How does anyone talk to the API? In a chat, an agent's loop, an app; in daily life."""

from collections.abc import Sequence
from functools import partial
from random import Random

from others.clock import DAY, WEEK
from others.phrases import persona_clause
from others.records import Account, Answer, Client, Content, Json, Label, Network
from others.world import World

AGENT_TOOLS: list[Json] = [
    {
        "name": "bash",
        "description": "Run a command in the project shell",
        "input_schema": {"type": "object", "properties": {"command": {"type": "string"}}},
    },
    {
        "name": "edit_file",
        "description": "Replace text in a file",
        "input_schema": {
            "type": "object",
            "properties": {
                "path": {"type": "string"},
                "old": {"type": "string"},
                "new": {"type": "string"},
            },
        },
    },
    {
        "name": "search",
        "description": "Search the repository",
        "input_schema": {"type": "object", "properties": {"pattern": {"type": "string"}}},
    },
]
AGENT_SYSTEM = (
    "You are fernwheel, a coding agent that works in the user's terminal. "
    "Read files before editing them. Prefer small edits. "
    "Run the tests after each change and report what you did in two sentences. "
    "Never commit unless asked."
)
_REMEMBERED = 12  # messages of a chat's history that are sent again
_APP_POOLS = ["general", "general", "data", "coding", "tools", "vision", "grading"]


def content(rng: Random, text: str, image: bool = False) -> Content:
    """Return a user message's content, in one of the forms the API takes."""
    if image:
        picture = {
            "type": "image",
            "media_type": rng.choice(["image/png", "image/jpeg"]),
            "bytes": rng.randint(9000, 900000),
        }
        words = {"type": "text", "text": text}
        return [picture, words] if rng.random() < 0.8 else [words, picture]
    return text if rng.random() < 0.7 else [{"type": "text", "text": text}]


def chat(
    world: World,
    account: Account,
    rng: Random,
    ts: float,
    prompts: Sequence[str],
    *,
    system: str | None = None,
    tools: list[Json] | None = None,
    image: bool = False,
    words: float | None = None,
    label: Label | None = None,
    refuse: float = 0.0,
    language: str | None = None,
    net: Network | None = None,
    client: Client | None = None,
    model: str | None = None,
    thinking: bool | None = None,
) -> list[Answer]:
    """Write one session, in which each request repeats the last few turns.

    Args:
        world: Where it is written.
        account: Who talks.
        rng: Where the rest is drawn from.
        ts: When it starts, in seconds of the week.
        prompts: The user's turns.
        system: System prompt.
        tools: What the model may use, and often does.
        image: Whether the first turn comes with an image.
        words: Median length of an answer.
        label: Given for a campaign's session.
        refuse: Share of the turns that the model refuses.
        language: Of the answers, if not the account's.
        net: Network, if not the account's.
        client: Software, if not the account's.
        model: If not the one the account would use.
        thinking: Whether the model thinks first, if not as the account has it.

    Returns:
        The answer to each turn.
    """
    emit = partial(
        world.emit,
        rng,
        account,
        system=system,
        tools=tools,
        label=label,
        model=model,
        net=net,
        client=client,
    )
    messages: list[Json] = []
    answers = []
    for turn, prompt in enumerate(prompts):
        asked = content(rng, prompt, image and turn == 0)
        messages = [*messages[-_REMEMBERED:], {"role": "user", "content": asked}]
        stop = _stop_reason(rng, refuse)
        length = None if words is None else max(5, int(words * rng.lognormvariate(0, 0.5)))
        call = None
        if tools and rng.random() < 0.7:
            stop, call = "tool_use", tool_call(world, rng, rng.choice(tools))
        response = world.respond(rng, account, length, stop, language, thinking)
        if call:
            last = response["content"][-1]
            last["text"] = last["text"][:120]
            response["content"].append(call)
        emit(ts, list(messages), response)
        text = next(block["text"] for block in response["content"] if block["type"] == "text")
        answers.append(Answer(ts, text, response["content"]))
        if call:
            messages.append({"role": "assistant", "content": response["content"]})
            messages.append(_tool_result(call, world.corpus.answer(rng, 15)))
            ts += rng.uniform(2, 20)
            response = world.respond(rng, account, length, "end_turn", language, False)
            emit(ts, list(messages), response)
        whole = account.thinking or rng.random() < 0.5
        heard = response["content"] if whole else response["content"][-1]["text"]
        messages.append({"role": "assistant", "content": heard})
        ts += 15 + rng.expovariate(1 / 120)
    return answers


def tool_call(world: World, rng: Random, tool: Json) -> Json:
    """Return the block by which the model calls the tool."""
    names = list((tool.get("input_schema") or {}).get("properties", {}))[:4]
    return {
        "type": "tool_use",
        "id": f"tool_{rng.getrandbits(80):020x}",
        "name": tool["name"],
        "input": {name: world.corpus.specific(rng) for name in names},
    }


def agent_loop(
    world: World,
    account: Account,
    rng: Random,
    ts: float,
    task: str,
    steps: int,
    *,
    system: str | None,
    label: Label | None = None,
) -> None:
    """Write a coding agent's run: `steps` exchanges a few seconds apart, the last an answer."""
    messages: list[Json] = [{"role": "user", "content": task}]
    for step in range(steps):
        last = step == steps - 1
        words = None if last else rng.randint(12, 60)
        response = world.respond(rng, account, words, "end_turn" if last else "tool_use")
        if not last:
            response["content"].append(tool_call(world, rng, rng.choice(AGENT_TOOLS)))
        world.emit(
            rng,
            account,
            ts,
            list(messages),
            response,
            system=system,
            tools=AGENT_TOOLS,
            label=label,
        )
        if not last:
            messages.append({"role": "assistant", "content": response["content"]})
            told = world.corpus.answer(rng, rng.randint(8, 90))
            messages.append(_tool_result(response["content"][-1], told))
        ts += rng.uniform(4, 60)


def organic(
    world: World,
    account: Account,
    rng: Random,
    count: int,
    low: float = 0.0,
    high: float = WEEK,
    *,
    system: str | None = None,
    net: Network | None = None,
    client: Client | None = None,
) -> None:
    """Write about `count` exchanges of somebody's own life; sessions start in [low, high)."""
    corpus = world.corpus
    stop = account.emitted + count
    while account.emitted < stop:
        left = stop - account.emitted
        ts = account.waking_time(rng, low, high)
        pool = rng.choice(account.interests)
        if account.runs_agents and left > 2 and rng.random() < 0.6:
            task = corpus.prompt(rng, "agent")
            steps = min(left, rng.randint(3, 9))
            agent_loop(world, account, rng, ts, task, steps, system=AGENT_SYSTEM)
        else:
            turns = min(left, 1 if rng.random() < 0.55 else rng.randint(2, 7))
            tools = None
            if pool == "tools" and rng.random() < 0.6:
                tools = rng.sample(corpus.tools, rng.randint(1, 3))
            prompts = [_own_prompt(world, account, rng, pool) for _ in range(turns)]
            chat(
                world,
                account,
                rng,
                ts,
                prompts,
                system=system,
                tools=tools,
                image=pool == "vision" and rng.random() < 0.8,
                refuse=0.18 if pool == "policy" else 0.01,
                net=net,
                client=client,
            )
        if ts > high + DAY:  # when low is above high, as between two pools of a banned campaign
            break


def app(world: World, account: Account, rng: Random, count: int, cron: float | None = None) -> None:
    """Write an app's exchanges: its own system prompt, and its own form around each record.

    Args:
        world: Where they are written.
        account: The app's.
        rng: Where the rest is drawn from.
        count: At least so many exchanges.
        cron: Seconds after midnight at which it works; all day if not given.
    """
    corpus, language = world.corpus, account.language
    system = corpus.clause(rng, language, rng.randint(1, 5), persona_clause).text()
    before, *after = _record_form(world, rng, language)
    pool = rng.choice(_APP_POOLS)
    tools = rng.sample(corpus.tools, rng.randint(1, 4)) if pool == "tools" else None
    stop = account.emitted + count
    while account.emitted < stop:
        if cron is not None:
            ts = (rng.randrange(7) * DAY + cron + rng.expovariate(1 / 240)) % WEEK
        elif rng.random() < 0.6:
            ts = account.waking_time(rng)
        else:
            ts = rng.uniform(0, WEEK)
        body = corpus.prompt(rng, pool, language)
        number = rng.randint(1, 10**6)
        prompt = f"{before}\n<record id={number}>\n{body}\n</record>\n{' '.join(after)}"
        chat(
            world,
            account,
            rng,
            ts,
            [prompt],
            system=system,
            tools=tools,
            image=pool == "vision",
            language=language,
            words=rng.choice([20, 60, 150, 300]),
        )


def _stop_reason(rng: Random, refuse: float) -> str:
    chance = rng.random()
    if chance < refuse:
        return "refusal"
    return "max_tokens" if chance > 0.985 else "end_turn"


def _tool_result(call: Json, text: str) -> Json:
    block = {"type": "tool_result", "tool_use_id": call["id"], "content": text}
    return {"role": "user", "content": [block]}


def _own_prompt(world: World, account: Account, rng: Random, pool: str) -> str:
    language = account.language if rng.random() < 0.85 else "english"
    return world.corpus.prompt(rng, pool, language)


def _record_form(world: World, rng: Random, language: str) -> list[str]:
    """Return one to three sentences: the first goes before a record, the others behind it."""
    corpus = world.corpus
    sentences = rng.sample(corpus.answer_sentences, rng.randint(1, 3))
    if language == "english":
        return [corpus.jitter(rng, sentence, 2, 6) for sentence in sentences]
    return [corpus.foreign_text(rng, language, 1) for _ in sentences]
