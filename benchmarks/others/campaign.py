"""What is a campaign? Accounts under one operator, who send tasks in templates of their own."""

import math
from functools import partial
from typing import Any, NamedTuple

from others.chance import pick
from others.clock import DAY, WEEK
from others.parameters import TASK_POOLS, Parameters, draw_parameters
from others.phrases import Clause, relay_clause, spin, task_clause
from others.places import COUNTRIES
from others.records import Account, Answer, Json, Label, Network
from others.sessions import agent_loop, chat, organic
from others.wordings import FIRST_WORDS, FOLLOW_UPS, SECOND_WORDS
from others.world import World

_QUEUED = 10  # tasks at a time, of a queue that repeats each
_KEPT_TASKS = 60  # of a queue that is drawn from freely
_MOST_TURNS = 6


class Form(NamedTuple):
    """A template, its number within the campaign, and the capability that it asks for."""

    variant: int
    capability: str
    clause: Clause


class Request(NamedTuple):
    """What a campaign sends first in a session; `image` whether an image goes with it."""

    prompt: str
    system: str | None
    tools: list[Json] | None
    image: bool
    label: Label


class Campaign:
    """A campaign of one scenario, S1 to S12, with what it needs to send its requests.

    Args:
        world: Where it lives; the campaign adds itself to it.
        scenario: Its kind, as in `others.scenarios`.
        parameters: Drawn if not given.
        name: Made up if not given.
        accounts: Opened if not given.
    """

    def __init__(
        self,
        world: World,
        scenario: str,
        parameters: Parameters | None = None,
        name: str | None = None,
        accounts: list[Account] | None = None,
    ) -> None:
        self.world, self.scenario = world, scenario
        self.rng = rng = world.stream(f"campaign/{scenario}/{name}")
        self.parameters = parameters or draw_parameters(scenario, world.scale, rng)
        if name is None:
            name = f"{rng.choice(FIRST_WORDS)}{rng.choice(SECOND_WORDS)}-{rng.randint(100, 999)}"
        self.name = name
        self.language = self.parameters.language
        self.forms = [self._form(variant) for variant in range(self.parameters.variants)]
        first_day, days = self.parameters.first_day, self.parameters.days
        self.waves = sorted(
            (first_day + rng.random() * days) * DAY % WEEK for _ in range(self.parameters.waves)
        )
        self.tasks: dict[str, list[str]] = {}  # by capability
        self.accounts = accounts if accounts is not None else self.open(self.parameters.accounts)
        self.actor: str | None = None  # name under which somebody knows it already
        self.pivot_hours: float | None = None  # after the new model's launch
        world.campaigns.append(self)

    def open(self, count: int) -> list[Account]:
        """Open `count` accounts that share payments, networks and clients."""
        world, rng, parameters = self.world, self.rng, self.parameters
        payments = [world.payment(rng) for _ in range(math.ceil(count / parameters.per_payment))]
        nets = [self._net() for _ in range(math.ceil(count / parameters.per_net))]
        clients = [world.clients.draw(rng) for _ in range(parameters.clients)]
        some_free = rng.random() < 0.15
        accounts = []
        for place in range(count):
            age = None
            if parameters.born_burst:
                age = parameters.age + rng.uniform(0, parameters.born_burst)
            one_net = len(nets) < 2 or rng.random() < 0.7
            own_nets = [nets[place % len(nets)]] if one_net else rng.sample(nets, 2)
            own_clients = rng.sample(clients, min(len(clients), rng.randint(1, 2)))
            free = some_free and rng.random() < 0.4
            account = world.account(
                rng,
                "campaign",
                self.name,
                country=parameters.country,
                age=age,
                nets=own_nets,
                clients=own_clients,
                payment_fingerprint=None if free else payments[place % len(payments)],
                thinking=parameters.thinking and rng.random() < 0.9,
            )
            account.hides_client = account.hides_client or self.scenario == "S12"
            accounts.append(account)
        return accounts

    def time(self, account: Account, low: float | None = None, high: float | None = None) -> float:
        """Draw when a session starts, in [low, high) or within the campaign's days."""
        rng, parameters = self.rng, self.parameters
        if low is None:
            low = parameters.first_day * DAY
        if high is None:
            high = min(WEEK - 1, (parameters.first_day + parameters.days) * DAY)
        if rng.random() < parameters.synchrony:
            ts = rng.choice(self.waves) + rng.expovariate(1 / 180)
            if low <= ts < high:
                return ts
        if parameters.clock == "human":
            return account.waking_time(rng, low, high)
        return rng.uniform(low, high)

    def capability(self) -> str:
        """Draw a capability, by the campaign's weights."""
        weights = self.parameters.capabilities
        return self.rng.choices(list(weights), list(weights.values()))[0]

    def task(self, capability: str) -> str:
        """Take a task from the capability's queue."""
        rng, parameters = self.rng, self.parameters
        tasks = self.tasks.setdefault(capability, [])
        if parameters.queue == "partition":
            return self._new_task(capability)
        if parameters.queue == "sampled":
            if not tasks:
                new = [self._new_task(capability) for _ in range(_QUEUED)]
                tasks.extend(new * parameters.k_samples)
                rng.shuffle(tasks)
            return tasks.pop()
        if len(tasks) < _KEPT_TASKS:
            tasks.append(self._new_task(capability))
            return tasks[-1]
        return rng.choice(tasks)

    def request(self) -> Request:
        """Put a task into one of the templates."""
        variant, capability, clause = self.rng.choice(self.forms)
        if len(self.forms) == 1:  # one template for whatever is asked
            capability = self.capability()
        share = self.parameters.paraphrase if self.parameters.exchange_paraphrase else 0
        text = clause.reworded(self.rng, share)
        task = self.task(capability)
        system = None
        if self.parameters.place == "system":
            system, prompt = text, task
        else:
            prompt = _placed(text, task, self.parameters.place)
        tools = None
        if capability == "tool_use":
            tools = self.world.corpus.tools[_checksum(task) % 900 :][:3]
        label = Label(self.name, capability, variant)
        return Request(prompt, system, tools, capability == "computer_vision", label)

    def send(self, account: Account, ts: float, model: str | None = None) -> list[Answer]:
        """Write one session; an agent's loop, when the task calls for it, gives no answers."""
        rng, parameters = self.rng, self.parameters
        prompt, system, tools, image, label = self.request()
        if label.capability == "agentic_reasoning" and rng.random() < 0.4 and model is None:
            steps = rng.randint(2, 4)
            agent_loop(self.world, account, rng, ts, prompt, steps, system=system, label=label)
            return []
        turns = [prompt]
        while rng.random() < parameters.follow_up and len(turns) < _MOST_TURNS:
            turns.append(self.follow_up())
        return self.chat(
            account,
            ts,
            turns,
            label,
            system=system,
            tools=tools,
            image=image,
            words=parameters.answer_words,
            refuse=0.02,
            language=self.language,
            model=model,
        )

    def chat(
        self, account: Account, ts: float, turns: list[str], label: Label, **given: Any
    ) -> list[Answer]:
        """Write one session of the campaign's; `given` as in `others.sessions.chat`."""
        return chat(self.world, account, self.rng, ts, turns, label=label, **given)

    def follow_up(self) -> str:
        """Return a second or later turn."""
        return spin(self.rng, self.rng.choice(FOLLOW_UPS))

    def quota(self) -> int:
        """Draw how many exchanges an account sends."""
        return max(1, round(self.parameters.per_account * self.rng.lognormvariate(0, 0.3)))

    def camouflage(self, account: Account, sent: int, low: float = 0.0, high: float = WEEK) -> None:
        """Write the ordinary traffic that hides `sent` exchanges, in [low, high)."""
        share = self.parameters.dilution
        if share > 0:
            count = round(sent * share / (1 - share) * self.rng.uniform(0.7, 1.3))
            organic(self.world, account, self.rng, count, low, high)

    def work(
        self,
        accounts: list[Account],
        low: float | None = None,
        high: float | None = None,
        quota: int | None = None,
    ) -> list[Answer]:
        """Write each account's quota and its camouflage; return the answers it received."""
        answers = []
        for account in accounts:
            start = account.emitted
            count = quota or self.quota()
            while account.emitted - start < count:
                answers += self.send(account, self.time(account, low, high))
            self.camouflage(account, account.emitted - start)
        return answers

    def _form(self, variant: int) -> Form:
        capability = self.capability()
        build = relay_clause
        if self.scenario != "S3":
            build = partial(task_clause, capability=capability)
        clause = self.world.corpus.clause(self.rng, self.language, self.parameters.rules, build)
        return Form(variant, capability, clause)

    def _net(self) -> Network:
        world, rng = self.world, self.rng
        if self.parameters.net_type == "cloud":
            return world.clouds.draw(rng)
        country = self.parameters.country or pick(rng, COUNTRIES)
        if self.parameters.net_type == "own":
            return world.network(rng, country)
        return world.homes[country].draw(rng)

    def _new_task(self, capability: str) -> str:
        pool, source = TASK_POOLS[capability], self.parameters.task_source
        return self.world.corpus.task(self.rng, pool, source, self.language)


def _placed(text: str, task: str, place: str) -> str:
    """Return the template's text and the task, as `place` says (see Parameters)."""
    if place == "middle" and " " in task:
        middle = task.find(" ", len(task) // 2)
        return f"{task[:middle]}\n{text}\n{task[middle:]}"
    if place == "both":
        end = text.find(". ", len(text) // 2) + 1
        return f"{text[:end]}\n\n{task}\n\n{text[end:]}"
    return f"{text}\n\n{task}" if place == "before" else f"{task}\n\n{text}"


def _checksum(text: str) -> int:
    """Return a number that is the same in every run, which hash() is not."""
    return sum(map(ord, text[:200])) * 31 + len(text)
