"""What passes between the generator's parts?"""

from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple

from others.clock import WEEK, waking_time

Json = dict[str, Any]  # a message, a block of its content, a tool, or a whole response
Content = str | list[Json]


class Network(NamedTuple):
    """Addresses of one owner: IPv4 of one /24 (`203.0.113`) or IPv6 of one /48 (`2a01:b:c`)."""

    prefix: str
    asn: int
    country: str


class Client(NamedTuple):
    """The software that calls, and the fingerprint of its TLS handshake."""

    user_agent: str
    ja4: str


class Label(NamedTuple):
    """What a campaign's exchange is of; variants are numbered within the campaign."""

    campaign: str
    capability: str
    variant: int


class Sent(NamedTuple):
    """A campaign's exchange as written; `ts` in seconds of the week."""

    exchange_id: str
    label: Label
    account_id: str
    ts: float
    model: str


class Answer(NamedTuple):
    """An answer somebody received: seconds of the week, its text, and all of its content."""

    ts: float
    text: str
    blocks: list[Json]


@dataclass(slots=True)
class Account:
    """An account: its row of accounts.jsonl, what it is in truth, and how its owner behaves."""

    id: str
    row: dict[str, str | None]
    kind: str  # background, hard_negative or campaign
    groups: list[str]  # campaigns or the control group it works for; the first is its main one
    control: str | None  # kind of the control group
    language: str
    country: str
    zone: int  # hours east of UTC
    nets: list[Network]
    addresses: list[str]  # the usual one in each of `nets`
    clients: list[Client]
    model: str
    adopts_at: float | None  # seconds of the week; from then on it also uses the new model,
    adopts_share: float  # for this share of its exchanges
    thinking: bool
    interests: list[str]  # two of the corpus's pools; twice the same is possible
    runs_agents: bool
    hides_client: bool
    emitted: int = 0  # exchanges so far

    @property
    def group(self) -> str | None:
        """The main one of its groups; None for an honest account of no group."""
        return self.groups[0] if self.groups else None

    def waking_time(self, rng: Random, low: float = 0.0, high: float = WEEK) -> float:
        """Draw a time of [low, high) at which the owner is awake, if there is one."""
        return waking_time(rng, self.zone, low, high)
