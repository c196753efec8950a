"""What is a campaign like? Parameters drawn from broad ranges, and kept for the truth."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from others.chance import log_uniform, pick
from others.places import COUNTRIES, LANGUAGES

# Capabilities, and the pool of the corpus that has tasks for each.
TASK_POOLS = {
    "agentic_reasoning": "agent",
    "tool_use": "tools",
    "coding": "coding",
    "data_analysis": "data",
    "computer_vision": "vision",
    "logic_and_alignment": "math",
    "reward_grading": "grading",
    "policy_rewriting": "policy",
    "reasoning_trace_extraction": "math",
    "other": "general",
}
_LEAST_ACCOUNTS = 6


@dataclass
class Parameters:
    """Of one campaign. Shares are of 1, times days of the week, unless it says otherwise."""

    accounts: int
    per_account: float  # mean exchanges
    dilution: float  # share of ordinary traffic in an account's own
    per_payment: int  # accounts that share a means of payment
    per_net: int  # accounts that share a network
    paraphrase: float  # share of a template's slots that are reworded
    variants: int  # templates
    rules: int  # in a template, besides its introduction
    synchrony: float  # share of sessions that start in a wave
    follow_up: float  # chance of each further turn
    place: str  # of the template: before, after, both, middle or system
    task_source: str  # as in Corpus.task
    queue: str  # partition (each task once), sampled (k_samples times) or random
    k_samples: int
    net_type: str  # own, cloud or residential
    clients: int
    born_burst: float | None  # days within which all accounts were opened
    first_day: float
    days: float  # from the first to the last
    clock: str  # human or flat
    language: str
    country: str | None
    answer_words: float
    thinking: bool
    age: float  # days of the youngest account, if born_burst
    waves: int
    exchange_paraphrase: bool  # if not, templates are used word for word
    capabilities: dict[str, float] = field(default_factory=dict)  # weights
    special: dict[str, Any] = field(default_factory=dict)  # its scenario's own (see _specialise)


def draw_parameters(scenario: str, scale: float, rng: Random) -> Parameters:
    """Draw a campaign's parameters; `scenario` is one of S1 to S12."""
    size = min(1.0, scale) if scale < 1 else scale
    parameters = _draw_common(size, rng)
    _specialise(parameters, scenario, scale, rng)
    _limit(parameters, scenario, size)
    return parameters


def _draw_common(size: float, rng: Random) -> Parameters:
    parameters = Parameters(
        accounts=max(_LEAST_ACCOUNTS, round(log_uniform(rng, 10, 150, 1.6) * size)),
        per_account=log_uniform(rng, 3, 80),
        dilution=rng.choice([0.0, rng.uniform(0, 0.9), rng.uniform(0, 0.5)]),
        per_payment=rng.randint(1, 12),
        per_net=rng.randint(2, 30),
        paraphrase=0.4 * rng.random() ** 1.5,
        variants=rng.randint(1, 20),
        rules=rng.randint(1, 7),
        synchrony=rng.choice([0.0, rng.random()]),
        follow_up=rng.choice([0.0, rng.uniform(0, 0.6)]),
        place=rng.choice(["before", "after", "both", "middle", "system"]),
        task_source=rng.choice(["verbatim", "parametrised", "composed"]),
        queue=rng.choice(["partition", "sampled", "random"]),
        k_samples=rng.randint(2, 8),
        net_type=rng.choice(["own", "cloud", "residential"]),
        clients=rng.randint(1, 6),
        born_burst=rng.choice([None, rng.uniform(0.5, 15)]),
        first_day=rng.uniform(0, 2.5),
        days=rng.uniform(1.5, 7),
        clock=rng.choice(["human", "flat", "human"]),
        language=pick(rng, LANGUAGES),
        country=pick(rng, COUNTRIES) if rng.random() < 0.5 else None,
        answer_words=log_uniform(rng, 90, 450),
        thinking=rng.random() < 0.35,
        age=log_uniform(rng, 1, 300),
        waves=rng.randint(2, 30),
        exchange_paraphrase=rng.random() < 0.7,
    )
    chosen = rng.sample(list(TASK_POOLS), rng.randint(1, 3))
    weights = [rng.random() + 0.15 for _ in chosen]
    total = sum(weights)
    parameters.capabilities = {
        name: weight / total for name, weight in zip(chosen, weights, strict=True)
    }
    return parameters


def _specialise(parameters: Parameters, scenario: str, scale: float, rng: Random) -> None:
    """Change what makes the scenario; `others.scenarios` tells what each is."""
    special = parameters.special
    if scenario == "S1":
        parameters.variants = 1
        parameters.paraphrase = 0.0
        parameters.place = rng.choice(["before", "after", "middle", "both"])
    elif scenario == "S2":
        parameters.variants = rng.randint(4, 20)
        parameters.dilution = 0.95
        parameters.per_account = rng.uniform(3, 6)
    elif scenario == "S3":
        parameters.place = "system"
        parameters.variants = rng.randint(1, 4)
        parameters.capabilities = {"other": 1.0}
    elif scenario == "S4":
        parameters.days = rng.randint(1, 6)
        special["replay_k"] = rng.randint(2, 8)  # times a recorded session is played
        special["rotate"] = rng.random() < 0.5  # whether the account changes within a session
        special["turns"] = rng.randint(2, 7)
        parameters.per_account = 13.0 * parameters.days
        parameters.dilution = min(parameters.dilution, 0.5)
    elif scenario == "S5":
        special["cleaners"] = rng.uniform(0.2, 0.6)  # share of the accounts
        # Share of the pasted answers that were issued to honest people.
        special["victim_share"] = rng.choice([0.0, rng.uniform(0, 0.4)])
        special["span"] = rng.uniform(0.3, 1)  # share of an answer that is pasted
        parameters.per_account = max(5, parameters.per_account)
        parameters.capabilities.setdefault("reasoning_trace_extraction", 0.5)
    elif scenario == "S6":
        special["mesh"] = rng.random() < 0.5  # whether every account issues and uses signatures
        special["issuers"] = rng.uniform(0.15, 0.5)  # if not, share of those that issue
        parameters.thinking = True
        parameters.variants = min(parameters.variants, 8)
    elif scenario == "S7":
        special["probers"] = rng.randint(2, 6)  # accounts
        special["probes"] = rng.randint(4, 20)  # exchanges of each
        parameters.first_day = rng.uniform(1, 3)
        parameters.days = rng.uniform(2, 4)
    elif scenario == "S8":
        special["pools"] = rng.randint(2, 3)
        parameters.accounts = max(_LEAST_ACCOUNTS, parameters.accounts // special["pools"])
        parameters.first_day, parameters.days = 0.0, 7.0
    elif scenario == "S9":
        special["overlap"] = rng.uniform(0.3, 1)  # share of accounts that serve both campaigns
    elif scenario == "S10":
        special["pivot"] = rng.uniform(0.4, 0.6)  # share of traffic that goes to the new model
        special["pivot_lag"] = rng.uniform(0.3, 9)  # hours after its launch
        parameters.first_day, parameters.days = 0.0, 7.0
        parameters.per_account = max(12, parameters.per_account)
    elif scenario == "S11":
        special["total"] = max(15, round(1.5e-4 * 1e5 * scale))  # exchanges
        parameters.dilution = rng.choice([0.0, rng.uniform(0, 0.8)])
        parameters.variants = rng.randint(1, 3)
        parameters.accounts = rng.randint(4, 8)
        parameters.per_account = special["total"] / parameters.accounts


def _limit(parameters: Parameters, scenario: str, size: float) -> None:
    """Keep the campaign's whole traffic, ordinary included, at some thousands of exchanges."""
    most = max(80, 4000 * size)
    own = 1 - parameters.dilution
    if scenario == "S11":
        return
    if scenario != "S4":  # whose volume an account is given
        total = parameters.accounts * parameters.per_account / own
        parameters.per_account = max(3.0, parameters.per_account * min(1, most / total))
    accounts = min(parameters.accounts, round(most / (parameters.per_account / own)))
    parameters.accounts = max(_LEAST_ACCOUNTS, accounts)
