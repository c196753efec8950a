"""Which innocent communities look like a campaign, and what do their accounts share?

One entry a kind of design.md's "Explained otherwise?". Each is a group of accounts that truth
calls a hard negative: none of its members may be accused.
"""

from dataclasses import dataclass, replace

from stillwatch.simulate.hashing import draw, label
from stillwatch.simulate.profiles import BACKGROUND, PERSON, Group, Infra, Lane, Profile

DEVELOPER = BACKGROUND["developer"][1]
CASUAL = BACKGROUND["casual"][1]


@dataclass(frozen=True)
class Control:
    """A kind: how many accounts a group of it has, how they behave, what they share."""

    size: tuple[int, int]
    profile: Profile
    infra: Infra
    own: Profile | None = None  # what its accounts do besides, about as often
    others: tuple[tuple[Profile | None, Infra | None], ...] = ()  # other circumstances; None: as is

    def circumstances(self) -> list[tuple[Profile, Infra]]:
        """All circumstances in which a group of this kind may live, each as likely."""
        more = [(profile or self.profile, infra or self.infra) for profile, infra in self.others]
        return [(self.profile, self.infra), *more]


def _office(name: str, acts: dict[str, float], **changes: object) -> Profile:
    base = Profile(name, acts, 1.5, 0.8, rhythm="office", turns=1.8)
    return replace(base, **changes)  # type: ignore[arg-type]


_ORG = Infra(payment_accounts=10**9, network="office", network_accounts=10**9, organisation=True,
             domain=True, country="one", tier="enterprise")  # fmt: skip
_UNDECLARED = replace(_ORG, organisation=False, tier="pro", domain=False, born_days=90.0)
_SCATTERED = replace(_UNDECLARED, network="", network_accounts=0)
_HOSTED = replace(_UNDECLARED, network="cloud", few_clients=0.6)
_CAMPUS = Infra(network="campus", network_accounts=10**9, domain=True, country="one")

_NIGHTLY = Profile(
    "nightly_jobs", {"extract": 0.6, "summary": 0.4}, 4.0, 0.8, system="sys.task",
    system_share=1.0, rhythm="nightly", turns=1.0, network="cloud", clients="sdk", tier="api",
)  # fmt: skip
# The same public recipe of a workflow tool, run by strangers at midnight.
_RECIPE = replace(_NIGHTLY, name="nightly_jobs.recipe", harness="group")

KINDS: dict[str, Control] = {
    "declared_org": Control(
        (12, 60),
        _office("declared_org", {"org": 0.55, "write": 0.2, "summary": 0.2, "paste": 0.05},
                system="sys.text", system_share=0.7, harness="group", clients="sdk"),
        _ORG,
    ),
    "agency": Control(
        (6, 30),
        _office("agency", {"org": 0.45, "write": 0.3, "translate": 0.15, "paste": 0.1}),
        replace(_UNDECLARED, few_clients=0.3),
        others=((None, _SCATTERED),),  # freelancers at home, one payer
    ),
    "startup": Control(
        (5, 20),
        _office("startup", {"org": 0.4, "plan": 0.3, "code": 0.3}, system="sys.text",
                system_share=0.8, tools=0.6, harness="group", turns=3.0, clients="sdk", volume=3.0),
        _UNDECLARED,
        others=((None, _HOSTED),),
    ),
    "family": Control(
        (3, 6), replace(CASUAL, name="family"),
        Infra(payment_accounts=10**9, network="home_one", network_accounts=10**9, country="one"),
    ),
    "class_assignment": Control(
        (20, 120),
        Profile("class_assignment", {"assignment": 0.9, "paste": 0.1}, 0.4, 0.5, items=6,
                rhythm="evening"),
        replace(_CAMPUS, born_days=60.0),
        BACKGROUND["student"][1],
        others=(
            # The course hands out vouchers: one instrument, accounts made in the first lessons.
            (None, replace(_CAMPUS, payment_accounts=10**9, born_days=10.0)),
            # A course on the web: nothing in common but the questions and when it began.
            (None, Infra(born_days=40.0)),
        ),
    ),
    "carrier_nat": Control(
        (40, 200), replace(CASUAL, name="carrier_nat"),
        Infra(network="carrier", network_accounts=10**9, country="one"),
    ),
    "vpn": Control(
        (30, 120), replace(CASUAL, name="vpn"),
        Infra(network="vpn", network_accounts=10**9),
    ),
    "shared_cloud": Control(
        (15, 60),
        Profile("shared_cloud", {"extract": 0.5, "rag": 0.3, "tool": 0.2}, 2.0, 1.2,
                system="sys.task", system_share=1.0, rhythm="app", clients="sdk", tier="api"),
        Infra(network="cloud", network_accounts=10**9, few_clients=0.4),
    ),
    "public_framework": Control(
        (40, 250),
        replace(DEVELOPER, name="public_framework", harness="group", system_share=0.95, tools=0.9),
        Infra(few_clients=0.8),
        DEVELOPER,
    ),
    "viral_prompt": Control(
        (60, 300),
        Profile("viral_prompt", {"viral": 1.0}, 0.15, 0.4, turns=1.3),
        Infra(), CASUAL,
        others=(
            (None, Infra(country="one", born_days=30.0)),  # people sign up to try it
            # A trick that is said to lift the limits, and does not.
            (Profile("viral_prompt.refused", {"viral": 1.0}, 0.15, 0.4, turns=1.3, refusals=0.4),
             None),
        ),
    ),
    "evaluation_lab": Control(
        (4, 12),
        Profile("evaluation_lab", {"bench": 0.8, "grade": 0.2}, 8.0, 0.6, items=2000,
                items_of="world", rhythm="constant", turns=1.0, thinking=0.5, network="cloud",
                clients="sdk", tier="api"),
        Infra(payment_accounts=10**9, network="office", network_accounts=10**9, organisation=True,
              domain=True, country="one"),
        others=((None, _CAMPUS),),  # a group of students, each with an account of their own
    ),
    "nightly_jobs": Control(
        (10, 40),
        _NIGHTLY,
        Infra(few_clients=0.5),
        others=((_RECIPE, Infra(few_clients=0.9)),),
    ),
    "reseller": Control(
        (10, 40),
        Profile("reseller", {**PERSON, "code": 0.1, "logic": 0.05}, 6.0, 0.6, users=60,
                rhythm="app", network="cloud", clients="sdk", turns=2.0),
        Infra(payment_accounts=10**9, network="cloud", network_accounts=10, reseller=True,
              few_clients=0.9, organisation=True, tier="team"),
    ),
    "unregistered_reseller": Control(
        (10, 40),
        Profile("unregistered_reseller", {**PERSON, "code": 0.15, "write": 0.1}, 5.0, 0.6, users=40,
                rhythm="app", clients="sdk", turns=2.0),
        Infra(payment_accounts=5, network="proxy", network_accounts=5, few_clients=0.8,
              born_days=60.0, tier="pro"),
        others=((None, replace(_HOSTED, few_clients=0.9)),),
    ),
    "fallback_router": Control(
        (6, 24),
        Profile("fallback_router", {"ask": 0.3, "code": 0.3, "extract": 0.4}, 3.0, 0.8,
                system="sys.text", system_share=0.5, rhythm="balanced", users=30, network="cloud",
                clients="sdk", tier="api", harness="group", turns=2.0, thinking=0.5,
                replay="session", replay_share=0.15),
        Infra(payment_accounts=10**9, network="cloud", network_accounts=6, organisation=True,
              domain=True, few_clients=1.0),
        others=((None, replace(_HOSTED, few_clients=1.0)),),
    ),
    "shared_team_key": Control(
        (2, 6),
        Profile("shared_team_key", {"code": 0.4, "debug": 0.3, "write": 0.3}, 6.0, 0.5, users=15,
                rhythm="office", clients="sdk", turns=2.5),
        Infra(payment_accounts=10**9, network="mixed", organisation=True, domain=True),
        others=((None, _SCATTERED),),
    ),
    "day_one_benchmark": Control(
        (8, 30),
        Profile("day_one_benchmark", {"bench": 0.9, "code": 0.1}, 5.0, 0.6, items=600,
                items_of="world", rhythm="launch", turns=1.0, clients="sdk", tier="api"),
        Infra(), BACKGROUND["researcher"][1],
    ),
    "audit_capture": Control(
        (5, 20),
        _office("audit_capture", {"audit": 0.8, "summary": 0.2}, system="sys.text",
                system_share=1.0, harness="group", thinking=0.9, clients="sdk", volume=3.0),
        _ORG,
        others=((None, _HOSTED),),
    ),
    "newsroom": Control(
        (8, 30),
        _office("newsroom", {"policy": 0.5, "newsdesk": 0.2, "edit": 0.2, "paste": 0.1},
                refusals=0.03),
        replace(_ORG, organisation=False, tier="team"),
    ),
    "policy_researchers": Control(
        (10, 40),
        Profile("policy_researchers", {"policy": 0.5, "survey": 0.5}, 1.5, 0.7, items=300,
                turns=1.2, clients="sdk", refusals=0.03),
        Infra(network="campus", network_accounts=20, domain=True),
    ),
}  # fmt: skip


def groups(kind: str, count: int, scale: float, seed: int, churn: float) -> list[Group]:
    """The groups of a kind: `count` at scale 1; smaller ones where that leaves less than one."""
    control = KINDS[kind]
    living = control.circumstances()
    number = max(1, round(count * scale)) if count else 0
    shrink = min(1.0, count * scale / max(1, number))
    besides = (Lane(control.own),) if control.own else ()
    found = []
    for k in range(number):
        low, high = control.size
        size = low + int(draw(seed, label("size", kind, k))[0] * (high - low + 1))
        size = max(min(size, 3), round(size * shrink))
        name = f"{kind}-{k + 1}"
        profile, infra = living[int(draw(seed, label("living", kind, k))[0] * len(living))]
        lanes = (Lane(profile), *besides)
        found.append(Group(name, "hard_negative", size, lanes, infra, churn))
    return found
