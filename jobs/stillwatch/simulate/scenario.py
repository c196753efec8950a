"""What may a scenario file say, and what does each key mean?

Invariants: an unknown key, a value out of range or a campaign larger than its accounts could send
is refused in one line that names the file, the key and the allowed range. docs/simulator.md
describes every key; the tables below are what is checked.
"""

import tomllib
from dataclasses import dataclass, field, fields
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from stillwatch.errors import UsageError
from stillwatch.simulate.controls import KINDS
from stillwatch.simulate.controls import groups as control_groups
from stillwatch.simulate.texts.clauses import LADDER, TEMPLATES

MOST_A_DAY = 5_000  # exchanges that one account can send in a day
WEEKS_OF_HOURS = 24 * 7 * 12
SHARE = (0.0, 1.0)
COUNT = (0, 10**12)
RHYTHMS = ("organic", "shifts", "balanced", "constant")
NETWORKS = ("proxy", "cloud", "home")
LONGEST_RUNG = 40  # characters: it heads a row of a table
REPLAYS = ("none", "session", "signature")


@dataclass(frozen=True)
class Model:
    """A model and when it was launched, in hours after the first Monday (negative: before)."""

    name: str
    launched_hours: float
    share: float = 1.0
    adopters: float = 0.4
    adoption_days: float = 6.0


@dataclass(frozen=True)
class Campaign:
    """One planted campaign. Defaults make a plain one: a shared template, nothing hidden."""

    name: str
    accounts: int
    exchanges: int
    capabilities: dict[str, float]
    ladder: str = "slots"
    public_clause: bool = False
    system_template: bool = False
    dilution: float = 0.0
    relay_users: int = 0
    relay: bool = False
    harness: bool = False
    pool: str = ""
    rhythm: str = "shifts"
    jitter_minutes: float = 20.0
    samples: float = 1.0
    payment_accounts: int = 4
    network: str = "proxy"
    network_accounts: int = 5
    few_clients: float = 0.5
    client_missing: float = 0.0
    country: str = ""
    born_days: float = 45.0
    replaced_weekly: float = 0.4
    pivot_model: str = ""
    pivot_share: float = 0.0
    pivot_hours: float = 3.0
    probe_days: int = 0
    ban_day: int = 0
    replay: str = "none"
    replay_share: float = 0.0
    cleaner_share: float = 0.0
    thinking: float = 0.1
    images: float = 0.0
    refusals: float = 0.005
    actor: str = ""
    known: float = 0.0
    scenario: str = ""
    rung: str = ""


@dataclass(frozen=True)
class Scenario:
    """Everything that decides a run besides seed, scale and weeks."""

    accounts: int
    exchanges: int
    description: str = ""
    hard: bool = False
    churn: float = 0.03
    client_missing: float = 0.04
    models: tuple[Model, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    controls: dict[str, int] = field(default_factory=dict)
    source: str = ""


RANGES: dict[str, tuple[float, float] | tuple[str, ...]] = {
    "accounts": (8, 10**9), "exchanges": (8, 10**12), "churn": SHARE, "client_missing": SHARE,
    "launched_hours": (-(10**6), WEEKS_OF_HOURS), "share": (0.0, 10**6), "adopters": SHARE,
    "adoption_days": (0.01, 1000.0), "dilution": (0.0, 0.98), "relay_users": (0, 10**6),
    "jitter_minutes": (0.0, 1440.0), "samples": (1.0, 1000.0), "payment_accounts": COUNT,
    "network_accounts": COUNT, "few_clients": SHARE, "born_days": (0.1, 2000.0),
    "replaced_weekly": SHARE, "pivot_share": SHARE, "pivot_hours": (0.1, 100.0),
    "probe_days": (0, 6), "ban_day": (0, 6), "replay_share": SHARE, "cleaner_share": SHARE,
    "thinking": SHARE, "images": SHARE, "refusals": SHARE, "known": SHARE,
    "ladder": LADDER, "rhythm": RHYTHMS, "network": NETWORKS, "replay": REPLAYS,
}  # fmt: skip


def shipped() -> dict[str, Traversable]:
    """The scenario files of the package, by name."""
    folder = resources.files("stillwatch.simulate") / "scenarios"
    found = {item.name.removesuffix(".toml"): item for item in folder.iterdir()}
    return {name: found[name] for name in sorted(found) if found[name].name.endswith(".toml")}


def load(scenario: Path | str | None) -> Scenario:
    """Read and check a scenario file, or a shipped one by its name. UsageError if it is bad."""
    name = str(scenario or "first_light")
    file: Traversable | Path = shipped().get(name) or Path(name)
    if not file.is_file():
        raise UsageError(f"{name}: no such scenario file; shipped are {', '.join(shipped())}")
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{name}: not a TOML file: {error}") from None
    return parse(raw, name)


def parse(raw: dict[str, Any], name: str) -> Scenario:
    """Check the tables of a scenario and build it."""
    top = dict(raw)
    models = _tables(top.pop("models", []), Model, name, "models")
    campaigns = _tables(top.pop("campaigns", []), Campaign, name, "campaigns")
    controls = _counts(top.pop("controls", {}), name)
    values = _checked(top, Scenario, name, "")
    scenario = Scenario(
        **{**values, "models": models, "campaigns": campaigns, "controls": controls, "source": name}
    )
    _consistent(scenario)
    return scenario


def _tables(raw: Any, kind: type, name: str, key: str) -> tuple[Any, ...]:
    if not isinstance(raw, list) or not all(isinstance(row, dict) for row in raw):
        raise UsageError(f"{name}: {key}: must be an array of tables [[{key}]]")
    return tuple(kind(**_checked(row, kind, name, f"{key}[{k}].")) for k, row in enumerate(raw))


def _counts(raw: Any, name: str) -> dict[str, int]:
    for key, value in raw.items() if isinstance(raw, dict) else [("controls", raw)]:
        if key not in KINDS:
            raise UsageError(f"{name}: controls.{key}: unknown; allowed: {', '.join(KINDS)}")
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 10_000:
            raise UsageError(f"{name}: controls.{key}: {value!r} is not in 0..10000")
    return dict(raw)


def _checked(row: dict[str, Any], kind: type, name: str, prefix: str) -> dict[str, Any]:
    known = {f.name: f for f in fields(kind)}
    internal = {"source", "models", "campaigns", "controls"}
    for key in row:
        if key not in known or key in internal:
            allowed = ", ".join(k for k in known if k not in internal)
            raise UsageError(f"{name}: {prefix}{key}: unknown key; allowed: {allowed}")
    for key, f in known.items():
        if key not in row and key in _required(kind):
            raise UsageError(f"{name}: {prefix}{key}: missing; allowed: {_allowed(key, f.type)}")
    return {key: _value(key, row[key], known[key].type, name, prefix) for key in row}


def _required(kind: type) -> tuple[str, ...]:
    return {
        Model: ("name", "launched_hours"),
        Campaign: ("name", "accounts", "exchanges", "capabilities"),
        Scenario: ("accounts", "exchanges"),
    }[kind]


def _allowed(key: str, kind: Any) -> str:
    limits = RANGES.get(key)
    if key == "rung":
        return f"a text of 1..{LONGEST_RUNG} characters in one line"
    if limits is None:
        return {bool: "true or false", str: "a text"}.get(kind, "shares of capabilities")
    if isinstance(limits[0], str):
        return ", ".join(str(item) for item in limits)
    return f"{limits[0]}..{limits[1]}"


def _value(key: str, value: Any, kind: Any, name: str, prefix: str) -> Any:
    if key == "capabilities":
        return _shares(value, name, prefix)
    limits = RANGES.get(key)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind in (int, float):
        low, high = (float(limit) for limit in limits or COUNT)
        good = number and low <= value <= high and (kind is float or isinstance(value, int))
    else:
        good = isinstance(value, kind) and (limits is None or value in limits)
    if key == "rung" and good:
        good = bool(value.strip()) and len(value) <= LONGEST_RUNG and value.isprintable()
    if not good:
        raise UsageError(f"{name}: {prefix}{key}: {value!r} is not in {_allowed(key, kind)}")
    return float(value) if kind is float else value


def _shares(value: Any, name: str, prefix: str) -> dict[str, float]:
    where = f"{name}: {prefix}capabilities"
    if not isinstance(value, dict) or not value:
        raise UsageError(f"{where}: must be a table of shares of: {', '.join(TEMPLATES)}")
    for key, share in value.items():
        if key not in TEMPLATES:
            raise UsageError(f"{where}.{key}: unknown; allowed: {', '.join(TEMPLATES)}")
        if not isinstance(share, int | float) or isinstance(share, bool) or not 0 < share <= 1:
            raise UsageError(f"{where}.{key}: {share!r} is not in 0..1")
    if abs(sum(value.values()) - 1) > 1e-6:
        raise UsageError(f"{where}: shares sum to {sum(value.values()):.4f}; allowed: 1")
    return {key: float(share) for key, share in value.items()}


def _consistent(scenario: Scenario) -> None:
    name = scenario.source
    launched = {model.name for model in scenario.models if model.launched_hours >= 0}
    seen: set[str] = set()
    pools: dict[str, Campaign] = {}
    sent: dict[str, float] = {}  # by pool, with the traffic that hides it
    for k, campaign in enumerate(scenario.campaigns):
        where = f"{name}: campaigns[{k}]"
        most = int(campaign.accounts * 7 * MOST_A_DAY * (1 - campaign.dilution))
        if not campaign.accounts <= campaign.exchanges <= most:
            raise UsageError(
                f"{where}.exchanges: {campaign.exchanges} is not in {campaign.accounts}..{most}, "
                f"what {campaign.accounts} accounts could send in a week"
            )
        if campaign.pivot_share and campaign.pivot_model not in launched:
            allowed = ", ".join(sorted(launched)) or "none, no model is launched from the week on"
            raise UsageError(f"{where}.pivot_model: {campaign.pivot_model!r} is not in {allowed}")
        if campaign.name in seen:
            raise UsageError(f"{where}.name: {campaign.name!r} is given twice; allowed: new names")
        if campaign.pool and campaign.pool not in seen:
            allowed = ", ".join(sorted(seen)) or "none before it"
            raise UsageError(
                f"{where}.pool: {campaign.pool!r} is not an earlier campaign: {allowed}"
            )
        seen.add(campaign.name)
        host = pools[campaign.name] = pools[campaign.pool] if campaign.pool else campaign
        if campaign.accounts > host.accounts:
            raise UsageError(
                f"{where}.accounts: {campaign.accounts} is not in 1..{host.accounts}, "
                f"the accounts of the pool {host.name!r}"
            )
        already = sent.get(host.name, 0.0)
        sent[host.name] = already + campaign.exchanges / (1 - campaign.dilution)
        if sent[host.name] > host.accounts * 7 * MOST_A_DAY:
            left = max(0, host.accounts * 7 * MOST_A_DAY - int(already))
            raise UsageError(
                f"{where}.exchanges: {campaign.exchanges} is not in "
                f"0..{int(left * (1 - campaign.dilution))}, what the pool's {host.accounts} "
                "accounts could send besides"
            )
    if sum(sent.values()) >= scenario.exchanges:
        raise UsageError(
            f"{name}: exchanges: {scenario.exchanges} is not above {int(sum(sent.values()))}, "
            "what the campaigns and the traffic that hides them already send"
        )
    accounts = sum(c.accounts for c in scenario.campaigns if not c.pool) + sum(
        group.accounts
        for kind, count in scenario.controls.items()
        for group in control_groups(kind, count, 1.0, 0, scenario.churn)
    )
    if accounts >= scenario.accounts:
        raise UsageError(
            f"{name}: accounts: {scenario.accounts} is not above {accounts}, "
            "those of the campaigns and controls"
        )
