"""What is an honest group that looks coordinated? Accounts, and what they have in common."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, TypeVar

from others.chance import log_uniform, pick
from others.clock import WEEK
from others.corpus import Corpus
from others.phrases import Clause, persona_clause, spin, task_clause
from others.places import COUNTRIES, FIRM_DOMAINS
from others.records import Account, Client, Network
from others.sessions import app, chat, organic
from others.wordings import FIRST_WORDS, FOLLOW_UPS, INTRODUCTIONS, SECOND_WORDS
from others.world import World

POOLS = ["general", "math", "coding", "data", "grading", "tools", "policy"]
_LANGUAGES = {
    "english": 80,
    "chinese": 6,
    "spanish": 6,
    "japanese": 4,
    "persian": 3,
    "russian": 1,
}
_MOST = 200  # exchanges of an account that are divided into shared and own ones

Value = TypeVar("Value")
Draw = Callable[[Random], Value]  # gives every account of a group its own


class Group:
    """A control group. Each draws its own parameters, from broad ranges.

    Args:
        world: Where it lives.
        kind: One of `others.controls.KINDS`.
        number: Which of its kind it is.
        least: Accounts, before they are scaled; never fewer than 4 after that.
        most: Accounts.
    """

    def __init__(self, world: World, kind: str, number: int, least: int, most: int) -> None:
        self.world, self.kind = world, kind
        self.rng = rng = world.stream(f"control/{kind}/{number}")
        words = f"{rng.choice(FIRST_WORDS)}-{rng.choice(SECOND_WORDS)}"
        self.name = f"{words}-{rng.randint(10, 99)}"
        size = log_uniform(rng, least, most + 1) * max(0.3, min(1, world.scale))
        self.size = min(max(4, int(size)), most)
        self.focus = rng.uniform(0.2, 1)  # share of its traffic that is what the group shares
        self.language = pick(rng, _LANGUAGES)
        self.country = pick(rng, COUNTRIES) if rng.random() < 0.7 else None
        # Days before the week at which the youngest account was opened, if they belong together.
        self.age = rng.uniform(0.5, 300) if rng.random() < 0.5 else None
        self.age_spread = rng.uniform(0.2, 20)
        self.mean_volume = log_uniform(rng, 3, 60)  # exchanges an account
        self.accounts: list[Account] = []
        world.groups.append(
            {
                "group": self.name,
                "control": kind,
                "size": self.size,
                "focus": self.focus,
                "lang": self.language,
                "mean": self.mean_volume,
            }
        )

    @property
    def corpus(self) -> Corpus:
        """The texts of the group's world."""
        return self.world.corpus

    def add(self, count: int | None = None, *, own_language: bool = False, **given: Any) -> None:
        """Open accounts, `size` of them if no count is given.

        Args:
            count: How many.
            own_language: Whether each account draws its own language; most have the group's else.
            given: What `World.account` takes: a value for all, or a `Draw` that gives each its own.
        """
        rng = self.rng
        for _ in range(count or self.size):
            own = {key: value(rng) if callable(value) else value for key, value in given.items()}
            if self.age is not None and rng.random() < 0.85:
                own["age"] = self.age + rng.uniform(0, self.age_spread)
            if not own_language:
                own["language"] = self.language if rng.random() < 0.8 else "english"
            own.setdefault("country", self.country)
            account = self.world.account(rng, "hard_negative", self.name, self.kind, **own)
            self.accounts.append(account)

    def volume(self) -> int:
        """Draw an account's exchanges."""
        return max(1, int(self.mean_volume * self.rng.lognormvariate(-0.2, 0.7)))

    def volumes(self) -> tuple[int, int]:
        """Draw an account's exchanges: those the group shares, and its own."""
        total = min(self.volume(), _MOST)
        shared = sum(self.rng.random() < self.focus for _ in range(total))
        return shared, total - shared

    def nets(self, count: int, cloud: bool = False) -> Draw[list[Network]]:
        """Take `count` networks; each account uses one or two of them."""
        pool = [self._net(cloud) for _ in range(count)]
        return lambda rng: rng.sample(pool, min(len(pool), rng.randint(1, 2)))

    def payments(self, count: int) -> Draw[str]:
        """Take `count` means of payment; each account uses one of them."""
        pool = [self.world.payment(self.rng) for _ in range(count)]
        return lambda rng: rng.choice(pool)

    def clients(self, count: int) -> Draw[list[Client]]:
        """Take `count` clients; each account uses one or two of them."""
        pool = [self.world.clients.draw(self.rng) for _ in range(count)]
        return lambda rng: rng.sample(pool, min(count, rng.randint(1, 2)))

    def organisation(self, declared: bool) -> dict[str, Any]:
        """Return the accounts' fields of one firm; only a declared one has an org_id."""
        rng = self.rng
        words = rng.choice(FIRST_WORDS) + rng.choice(SECOND_WORDS)
        domain = f"{words}.{rng.choice(FIRM_DOMAINS[:3])}"
        org_id = self.world.unique_id(rng, "org_", 8) if declared else None
        return {"email_domain": domain, "org_id": org_id}

    def forms(self, count: int, capabilities: Sequence[str] | None = None) -> list[Clause]:
        """Return templates of the group's own; if not given, it draws `count` capabilities."""
        names = capabilities or [self.rng.choice(list(INTRODUCTIONS)) for _ in range(count)]

        def build(rng: Random, rules: int) -> Clause:
            return task_clause(rng, rules, rng.choice(names))

        return [
            self.corpus.clause(self.rng, self.language, self.rng.randint(1, 5), build)
            for _ in range(count)
        ]

    def system_prompt(self) -> str:
        """Return a system prompt of the group's own."""
        rules = self.rng.randint(1, 5)
        return self.corpus.clause(self.rng, self.language, rules, persona_clause).text()

    def use_forms(
        self,
        account: Account,
        count: int,
        forms: Sequence[Clause],
        *,
        system: str | None = None,
        pools: Sequence[str] = ("general",),
        source: str = "composed",
        time: Draw[float] | None = None,
        words: float | None = None,
        model: str | None = None,
        net: Network | None = None,
        client: Client | None = None,
    ) -> None:
        """Write `count` exchanges, in sessions that start with a task in one of the forms.

        The tasks are the corpus's, of `pools` and made as `source` says (see `Corpus.task`). A
        session starts at `time`, or when the account's owner is awake. The rest is as in `chat`.
        """
        rng = self.rng
        stop = account.emitted + count
        for _ in range(4 * count + 20):  # for sessions after the week's end write nothing
            if account.emitted >= stop:
                break
            ts = time(rng) if time else account.waking_time(rng, 0, WEEK)
            pool = rng.choice(pools)
            task = self.corpus.task(rng, pool, source, account.language)
            form = rng.choice(forms).reworded(rng, 0.02)
            first = f"{form}\n\n{task}" if rng.random() < 0.7 else f"{task}\n\n{form}"
            later = int(rng.expovariate(1.6))
            turns = [first] + [spin(rng, rng.choice(FOLLOW_UPS)) for _ in range(later)]
            chat(
                self.world,
                account,
                rng,
                ts,
                turns[: max(1, stop - account.emitted)],
                system=system,
                refuse=0.2 if pool == "policy" else 0.01,
                words=words,
                model=model,
                net=net,
                client=client,
            )

    def use(self, account: Account, most: int, apps: float) -> None:
        """Write an account's own traffic: with the chance `apps` an app's, else a person's."""
        write = app if self.rng.random() < apps else organic
        write(self.world, account, self.rng, min(most, self.volume()))

    def _net(self, cloud: bool) -> Network:
        if cloud:
            return self.world.clouds.draw(self.rng)
        return self.world.network(self.rng, self.country or pick(self.rng, COUNTRIES))
