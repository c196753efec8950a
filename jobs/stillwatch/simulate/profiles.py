"""How does one kind of user behave, and what do the accounts of a group have in common?

A profile says what is asked, in which harness, when and how much. Background profiles are the
honest population; controls and campaigns add theirs. Nothing here knows of detection.
"""

from dataclasses import dataclass, field

# What the model answers to an activity; anything else gets prose.
REPLY = {
    "code": "r.code", "debug": "r.code", "repo": "r.code", "data": "r.data", "logic": "r.steps",
    "reason": "r.steps", "grade": "r.grade", "extract": "r.json", "bench": "r.steps",
    "assignment": "r.steps",
}  # fmt: skip
IMAGE = {"vision"}  # activities that send a picture
AGENT = {"repo", "plan"}  # activities that call tools in a loop, where the harness has some
TOOL = {"tool", "support"}  # and those that call one once
PROSE = {
    "paste",
    "common",
    "chat",
    "ask",
    "write",
    "edit",
    "summary",
    "translate",
    "policy",
    "follow",
}


@dataclass(frozen=True)
class Profile:
    """One behaviour. `acts` are shares of activities; a dotted name is a rule of its own.

    `harness` says whose system prompt and tools are used: the account's own, one of the public
    frameworks, or the group's. `items` is the size of a pool of work items from which the payloads
    are drawn (0: each exchange has its own), `items_of` whose pool that is.
    """

    name: str
    acts: dict[str, float]
    volume: float = 1.0
    spread: float = 1.0
    system: str = ""
    system_share: float = 0.0
    tools: float = 0.0
    tools_for_all: bool = True  # or only where the activity calls some
    harness: str = "own"
    turns: float = 1.6
    thinking: float = 0.1
    images: float = 0.0
    rhythm: str = "human"
    jitter_minutes: float = 0.0
    refusals: float = 0.005
    errors: float = 0.01
    items: int = 0
    items_of: str = "group"
    users: int = 0
    network: str = "home"
    clients: str = "app"
    tier: str = ""
    disguise: float = 0.0
    english: bool = False
    replay: str = "none"  # what of another account's comes back, as in a campaign's key
    replay_share: float = 0.0


@dataclass(frozen=True)
class Infra:
    """What accounts of a group share. 0 accounts an instrument or a network means none shared."""

    payment_accounts: int = 0
    network: str = ""
    network_accounts: int = 0
    few_clients: float = 0.0
    client_missing: float | None = None
    organisation: bool = False
    domain: bool = False
    country: str = ""
    born_days: float = 0.0
    tier: str = ""
    reseller: bool = False


@dataclass(frozen=True)
class Lane:
    """A part of the traffic of a group's accounts: exact exchanges a week, or by volume if None."""

    profile: Profile
    exchanges: int | None = None
    campaign: int = -1
    part: tuple[float, float] = (0.0, 1.0)
    days: tuple[int, int] = (0, 7)


@dataclass(frozen=True)
class Group:
    """Accounts that are alike: a part of the background, a control or a campaign's pool."""

    name: str
    kind: str
    accounts: int
    lanes: tuple[Lane, ...]
    infra: Infra = field(default_factory=Infra)
    churn: float = 0.03
    ban_day: int = 0
    banned_before: bool = False


PERSON = {"common": 0.12, "chat": 0.3, "ask": 0.2, "write": 0.12, "edit": 0.1, "summary": 0.05}
BACKGROUND: dict[str, tuple[float, Profile]] = {
    "casual": (
        0.39,
        Profile("casual", {**PERSON, "translate": 0.05, "vision": 0.04, "policy": 0.01}, 0.4),
    ),
    "office": (
        0.18,
        Profile(
            "office",
            {"write": 0.35, "edit": 0.25, "summary": 0.15, "common": 0.1, "data": 0.1, "ask": 0.05},
            0.5, rhythm="office", turns=2.0,
        ),
    ),
    "developer": (
        0.12,
        Profile(
            "developer",
            {"code": 0.35, "debug": 0.25, "repo": 0.25, "ask": 0.05, "common": 0.05, "plan": 0.05},
            1.3, 1.4, system="sys.text", system_share=0.6, tools=0.7, harness="public", turns=3.0,
            thinking=0.3, clients="sdk",
        ),
    ),
    "student": (
        0.08,
        Profile(
            "student",
            {"logic": 0.35, "ask": 0.3, "code": 0.1, "edit": 0.1, "reason": 0.1, "common": 0.05},
            0.4, turns=2.2, thinking=0.2,
        ),
    ),
    "analyst": (
        0.05,
        Profile("analyst", {"data": 0.6, "code": 0.15, "summary": 0.15, "vision": 0.1}, 0.8,
                rhythm="office", turns=2.2, thinking=0.2),
    ),
    "researcher": (
        0.04,
        Profile(
            "researcher",
            {"reason": 0.3, "grade": 0.25, "summary": 0.2, "logic": 0.15, "policy": 0.1},
            1.2, 1.3, thinking=0.4, clients="sdk", refusals=0.01,
        ),
    ),
    "journalist": (
        0.02,
        Profile("journalist", {"policy": 0.5, "summary": 0.2, "edit": 0.2, "translate": 0.1}, 0.7,
                refusals=0.03),
    ),
    "support_app": (
        0.03,
        Profile(
            "support_app", {"support": 0.95, "common": 0.05}, 11.0, 1.6, system="sys.text",
            system_share=1.0, tools=0.5, turns=2.5, rhythm="app", network="cloud", clients="sdk",
            users=400, tier="api",
        ),
    ),
    "extract_app": (
        0.03,
        Profile(
            "extract_app", {"extract": 1.0}, 14.0, 1.8, system="sys.task", system_share=1.0,
            turns=1.0, rhythm="app", network="cloud", clients="sdk", tier="api", thinking=0.0,
        ),
    ),
    "rag_app": (
        0.02,
        Profile(
            "rag_app", {"rag": 0.9, "ask": 0.1}, 10.0, 1.6, system="sys.text", system_share=1.0,
            turns=1.3, rhythm="app", network="cloud", clients="sdk", users=200, tier="api",
        ),
    ),
    "agent_app": (
        0.03,
        Profile(
            "agent_app", {"plan": 0.5, "tool": 0.5}, 10.0, 1.6, system="sys.text", system_share=1.0,
            tools=1.0, turns=4.0, rhythm="app", network="cloud", clients="sdk", users=80,
            thinking=0.4, tier="api",
        ),
    ),
    "vision_app": (
        0.01,
        Profile(
            "vision_app", {"vision": 1.0}, 8.0, 1.5, system="sys.task", system_share=0.8,
            turns=1.0, rhythm="app", network="cloud", clients="sdk", tier="api",
        ),
    ),
}  # fmt: skip
