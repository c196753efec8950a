"""In which world do accounts live (networks, clients, models), and what did they do?"""

import math
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from others import places
from others.chance import Item, Zipf, log_uniform, pick
from others.clock import DAY, WEEK, stamp
from others.corpus import Corpus
from others.landing import Writer
from others.phrases import spin
from others.records import Account, Client, Content, Json, Label, Network, Sent
from others.wordings import FIRST_WORDS, REFUSALS, SECOND_WORDS

if TYPE_CHECKING:
    from others.campaign import Campaign

NEWEST_MODEL = "atlas-4"  # launched within the week
_OLDER_MODELS = [
    ("atlas-2", "2025-06-03T17:00:00Z"),
    ("atlas-3", "2026-02-17T17:00:00Z"),
    ("atlas-3-mini", "2026-03-10T17:00:00Z"),
]
_MODELS_IN_USE = {"atlas-3": 60, "atlas-3-mini": 28, "atlas-2": 12}
_INTERESTS = [
    *["general"] * 5,
    *["math", "coding", "coding", "data", "grading", "vision", "tools", "policy"],
]
_KEPT_ANSWERS = 4000
_FIRST_ASN = 4_200_000_000  # of the private-use range: no network's real number


class World:
    """Everything a run knows. Each part of it draws from a stream of its own (see `stream`).

    Args:
        landing: Folder to write exchanges to.
        seed: The same seed, scale and texts give the same week.
        scale: 1.0 is about 100,000 exchanges.
        corpus: What requests and answers are made of.
    """

    def __init__(self, landing: Path, seed: int, scale: float, corpus: Corpus) -> None:
        self.seed, self.scale = seed, scale
        self.corpus = corpus
        self.writer = Writer(landing, self.stream("writer"))
        self.ids: set[str] = set()
        self.prefixes: set[str] = set()  # of networks
        self.count = 0  # exchanges so far
        self.accounts: list[Account] = []
        self.sent: list[Sent] = []  # by campaigns
        self.campaigns: list[Campaign] = []
        self.groups: list[dict[str, Any]] = []  # rows of truth/control_groups.parquet
        self.indicators: list[Json] = []  # rows of landing/indicators.jsonl
        # Honest people's answers and when they got them, for campaigns that paste others' answers.
        self.honest_answers: list[tuple[float, str]] = []

        rng = self.stream("world")
        launch = rng.uniform(1.3, 3.6) * DAY
        self.launch = launch - launch % 1800
        self.models = [*_OLDER_MODELS, (NEWEST_MODEL, stamp(self.launch, "seconds"))]
        self.clients = Zipf(_clients(rng), 0.9)
        self.providers = {
            country: [_FIRST_ASN + rng.randint(3000, 64000) for _ in range(2 + weight)]
            for country, weight in places.COUNTRIES.items()
        }
        size = max(0.1, min(4, scale))
        self.homes = {
            country: Zipf(self._networks(rng, country, 12 + int(weight * 25 * size)), 0.75)
            for country, weight in places.COUNTRIES.items()
        }
        self.cloud_providers = [_FIRST_ASN + rng.randint(10000, 65000) for _ in range(8)]
        self.clouds = Zipf(self._networks(rng, None, max(40, int(350 * scale))), 0.6)

    def stream(self, name: str) -> Random:
        """Return the stream of random numbers of this name, from its start."""
        return Random(f"{self.seed}/{name}")

    def network(self, rng: Random, country: str | None) -> Network:
        """Return a network nobody has yet; without a country, a cloud's, somewhere."""
        while True:
            if country and rng.random() < 0.12:
                block = rng.randint(0, 15)
                prefix = f"2a{block:02x}:{rng.getrandbits(16):x}:{rng.getrandbits(16):x}"
            else:
                prefix = f"{rng.randint(11, 223)}.{rng.randint(0, 255)}.{rng.randint(0, 255)}"
            if prefix in self.prefixes or prefix.startswith("127."):
                continue
            self.prefixes.add(prefix)
            if country:
                return Network(prefix, rng.choice(self.providers[country]), country)
            where = pick(rng, places.COUNTRIES)
            return Network(prefix, rng.choice(self.cloud_providers), where)

    def address(self, rng: Random, net: Network, host: int | None = None) -> str:
        """Return an IP address in the network, of the host (2 to 250) if one is given."""
        if host is None:
            host = rng.randint(2, 250)
        if ":" in net.prefix:
            return f"{net.prefix}:{host:x}::{rng.randint(1, 9)}"
        return f"{net.prefix}.{host}"

    def unique_id(self, rng: Random, prefix: str, digits: int = 14) -> str:
        """Return the prefix and hexadecimal digits, unlike any id before."""
        while True:
            new = prefix + _hex(rng, digits)
            if new not in self.ids:
                self.ids.add(new)
                return new

    def payment(self, rng: Random) -> str:
        """Return a new payment fingerprint."""
        return self.unique_id(rng, "pm_", 16)

    def mail_domain(self, rng: Random) -> str:
        """Return a public provider's domain, or one of a firm."""
        if rng.random() < 0.75:
            return pick(rng, places.MAIL_DOMAINS)
        name = rng.choice(FIRST_WORDS) + rng.choice(SECOND_WORDS)
        return f"{name}{rng.randint(1, 99)}.{rng.choice(places.FIRM_DOMAINS)}"

    def account(
        self,
        rng: Random,
        kind: str,
        group: str | None = None,
        control: str | None = None,
        *,
        language: str | None = None,
        country: str | None = None,
        age: float | None = None,
        nets: list[Network] | None = None,
        clients: list[Client] | None = None,
        thinking: bool | None = None,
        **row: str | None,
    ) -> Account:
        """Open an account. What is not given is drawn as for an ordinary person.

        Args:
            rng: Where it is drawn from.
            kind: background, hard_negative or campaign.
            group: Campaign or control group it belongs to.
            control: Kind of the control group.
            language: Its owner's.
            country: Where it is billed.
            age: Days before the week; up to an hour is added.
            nets: Networks it calls from.
            clients: Software it calls with.
            thinking: Whether it has the model think first.
            row: Fields of accounts.jsonl.
        """
        account_id = self.unique_id(rng, "acct_")
        language = language or pick(rng, places.LANGUAGES)
        country = country or _country_of(rng, language)
        if age is None:
            age = rng.uniform(0, 40) if rng.random() < 0.25 else log_uniform(rng, 20, 900)
        details: dict[str, str | None] = {
            "account_id": account_id,
            "created_at": stamp(-age * DAY - rng.uniform(0, 3600), "seconds"),
            "org_id": None,
            "email_domain": self.mail_domain(rng),
            "payment_fingerprint": self.payment(rng) if rng.random() < 0.82 else None,
            "billing_country": country,
            "tier": pick(rng, places.TIERS),
            "reseller_id": None,
        }
        details.update(row)
        nets = nets or _one_or_two(rng, self.homes[country], 0.35)
        account = Account(
            id=account_id,
            row=details,
            kind=kind,
            groups=[group] if group else [],
            control=control,
            language=language,
            country=country,
            zone=places.ZONES[country],
            nets=nets,
            addresses=[self.address(rng, net) for net in nets],
            clients=clients or _one_or_two(rng, self.clients, 0.25),
            model=pick(rng, _MODELS_IN_USE),
            adopts_at=self.launch + rng.expovariate(1 / (2 * DAY)) if rng.random() < 0.5 else None,
            adopts_share=rng.random(),
            thinking=rng.random() < 0.18 if thinking is None else thinking,
            interests=rng.sample(_INTERESTS, 2),
            runs_agents=rng.random() < 0.07,
            hides_client=rng.random() < 0.03,
        )
        self.accounts.append(account)
        return account

    def respond(
        self,
        rng: Random,
        account: Account,
        words: int | None = None,
        stop: str = "end_turn",
        language: str | None = None,
        thinking: bool | None = None,
    ) -> Json:
        """Return the model's response to the account; `stop` is its stop reason."""
        if stop == "refusal":
            text = spin(rng, rng.choice(REFUSALS)) + " " + self.corpus.answer(rng, 8)
        else:
            words = words or max(4, min(1500, int(rng.lognormvariate(math.log(165), 0.7))))
            text = self.corpus.answer(rng, words, language or account.language)
        blocks = []
        if (account.thinking if thinking is None else thinking) and stop != "refusal":
            blocks.append(self._thinking(rng))
        blocks.append({"type": "text", "text": text})
        return {"stop_reason": stop, "content": blocks}

    def emit(
        self,
        rng: Random,
        account: Account,
        ts: float,
        messages: list[Json],
        response: Json,
        *,
        system: str | None = None,
        tools: list[Json] | None = None,
        label: Label | None = None,
        model: str | None = None,
        net: Network | None = None,
        client: Client | None = None,
    ) -> None:
        """Write one exchange, unless its time is outside of the week.

        Args:
            rng: Where the rest is drawn from.
            account: Whose exchange it is.
            ts: Seconds of the week.
            messages: All of the request's; the last is the user's.
            response: What the model answered; a few honest exchanges fail instead.
            system: System prompt.
            tools: What the model may use.
            label: Given for a campaign's exchange, which never fails.
            model: If not given, the account's own, or the new one once it has adopted that.
            net: If not given, one of the account's.
            client: If not given, one of the account's.
        """
        if not 0 <= ts < WEEK:
            return
        usual = net is None and (len(account.nets) == 1 or rng.random() < 0.8)
        place = 0 if usual else rng.randrange(len(account.nets))
        used_net = net or account.nets[place]
        if net or rng.random() < 0.1:
            address = self.address(rng, used_net)
        else:
            address = account.addresses[place]
        client = client or _client_of(rng, account)
        exchange_id = self.unique_id(rng, "ex_", 16)
        status, answered = 200, True
        if not label and rng.random() < 0.008:
            status, answered = rng.choice([429, 500, 529]), False
        asked = sum(_length(message["content"]) for message in messages) + len(system or "")
        told = _answer_length(response) if answered else 0
        model = model or self._model_for(rng, account, ts)
        row: Json = {
            "exchange_id": exchange_id,
            "ts": stamp(ts),
            "account_id": account.id,
            "model": model,
            "system": system,
            "messages": messages,
            "tools": tools,
            "response": response if answered else None,
            "usage": {"input_tokens": 3 + asked // 4, "output_tokens": told // 4},
            "client": {
                "ip": address,
                "asn": used_net.asn,
                "country": used_net.country,
                "user_agent": client.user_agent,
                "ja4": client.ja4,
            },
            "status": status,
            "latency_ms": int(300 + told * rng.uniform(1, 9)),
        }
        if account.hides_client or rng.random() < 0.01:
            row["client"] = None
        if tools is None and rng.random() < 0.5:
            del row["tools"]
        account.emitted += 1
        self.count += 1
        if label:
            self.sent.append(Sent(exchange_id, label, account.id, ts, model))
        else:
            self._keep_some(rng, ts, row["response"])
        self.writer.write(ts, row)

    def _networks(self, rng: Random, country: str | None, count: int) -> list[Network]:
        return [self.network(rng, country) for _ in range(count)]

    def _thinking(self, rng: Random) -> Json:
        signature = _hex(rng, 320) if rng.random() < 0.5 else "Er" + _hex(rng, 300)
        if rng.random() < 0.03:
            return {"type": "redacted_thinking", "data": signature}
        text = self.corpus.answer(rng, rng.randint(20, 80))
        return {"type": "thinking", "thinking": text, "signature": signature}

    def _model_for(self, rng: Random, account: Account, ts: float) -> str:
        adopted = account.adopts_at is not None and ts >= account.adopts_at
        return NEWEST_MODEL if adopted and rng.random() < account.adopts_share else account.model

    def _keep_some(self, rng: Random, ts: float, response: Json | None) -> None:
        if len(self.honest_answers) < _KEPT_ANSWERS and rng.random() < 0.04 and response:
            text = response["content"][-1].get("text", "")
            if len(text) > 300:
                self.honest_answers.append((ts, text))


def _one_or_two(rng: Random, items: Zipf[Item], second: float) -> list[Item]:
    """Draw an item, and with the probability `second` one more."""
    first = items.draw(rng)
    return [first, items.draw(rng)] if rng.random() < second else [first]


def _hex(rng: Random, digits: int) -> str:
    return f"{rng.getrandbits(4 * digits):0{digits}x}"


def _clients(rng: Random) -> list[Client]:
    """Return every client in use: each kind of software with two fingerprints."""
    fingerprints = [_fingerprint(rng) for _ in range(26)]
    agents = []
    for library in places.LIBRARIES:
        agents += [f"{library}/1.{rng.randint(0, 9)}.{rng.randint(0, 9)}" for _ in range(5)]
    agents += places.PROGRAMS
    clients = [
        Client(agent, fingerprint)
        for agent in agents
        for fingerprint in rng.sample(fingerprints, 2)
    ]
    rng.shuffle(clients)
    return clients


def _fingerprint(rng: Random) -> str:
    ciphers, extensions, version = rng.randint(10, 19), rng.randint(10, 20), rng.randint(1, 2)
    return f"t13d{ciphers}{extensions}h{version}_{_hex(rng, 12)}_{_hex(rng, 12)}"


def _country_of(rng: Random, language: str) -> str:
    if language in places.SPOKEN_IN and rng.random() < 0.5:
        return rng.choice(places.SPOKEN_IN[language])
    return pick(rng, places.COUNTRIES)


def _client_of(rng: Random, account: Account) -> Client:
    if len(account.clients) == 1 or rng.random() < 0.75:
        return account.clients[0]
    return rng.choice(account.clients)


def _length(content: Content) -> int:
    """Return the characters of a message's content; a block counts 40 more."""
    if isinstance(content, str):
        return len(content)
    return sum(len(block.get("text", "")) + 40 for block in content)


def _answer_length(response: Json) -> int:
    blocks = response["content"]
    return sum(len(block.get("text", "")) + len(block.get("thinking", "")) for block in blocks)
