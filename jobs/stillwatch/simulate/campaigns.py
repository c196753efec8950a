"""Which accounts and lanes does a planted campaign consist of?

A lane is a part of the pool's traffic: the campaign's own requests with an exact volume, a probing
phase, cleaners that send answers back, and the honest traffic that hides it all.
"""

from dataclasses import replace

from stillwatch.simulate.profiles import PERSON, Group, Infra, Lane, Profile
from stillwatch.simulate.scenario import Campaign, Scenario
from stillwatch.simulate.texts.clauses import PAYLOADS, clause, instruction, template
from stillwatch.simulate.texts.grammar import Grammar

PROBED = 0.04  # share of the volume that goes into a probing phase
TECHNIQUES = ("c.reason", "c.trace", "c.policy", "c.tool", "c.score", "c.format")


def scaled(count: int, scale: float, least: int) -> int:
    """A count at another scale."""
    return max(least, round(count * scale))


def act(campaign: int, capability: str) -> str:
    """The name of the activity in which a campaign asks for a capability."""
    return f"k{campaign}.{capability}"


def add_rules(grammar: Grammar, scenario: Scenario) -> None:
    """Add the templates of all campaigns to the grammar."""
    for k, campaign in enumerate(scenario.campaigns):
        for capability in campaign.capabilities:
            if not campaign.relay:
                opening = "<g.slow@w:1>" if campaign.public_clause else ""
                place = instruction if campaign.system_template else template
                place(grammar, f"k{k}", capability, campaign.ladder, opening)
        grammar.add(
            {
                f"k{k}.clean": [clause(grammar, "c.trace", campaign.ladder) + "\n\n"],
                f"k{k}.probe": [
                    f"<{name}@e><{PAYLOADS[c]}>"
                    for name in TECHNIQUES
                    for c in campaign.capabilities
                ],
            }
        )


LOOPS = "agentic_reasoning"


def _profiles(k: int, campaign: Campaign) -> list[tuple[float, Profile]]:
    """The campaign's behaviours and their shares: agents' loops apart from single requests."""
    wanted = campaign.capabilities
    if campaign.relay:
        return [(1.0, _profile(k, campaign, wanted, f"k{k}", 1.8))]
    loops = {name: share for name, share in wanted.items() if name == LOOPS}
    single = {name: share for name, share in wanted.items() if name != LOOPS}
    found = []
    if single:
        found.append((sum(single.values()), _profile(k, campaign, single, f"k{k}", 1.0)))
    if loops:
        found.append((loops[LOOPS], _profile(k, campaign, loops, f"k{k}.loops", 3.5)))
    return found


def _profile(
    k: int, campaign: Campaign, wanted: dict[str, float], name: str, turns: float
) -> Profile:
    acts = {f"relay.{c}" if campaign.relay else act(k, c): share for c, share in wanted.items()}
    shared = campaign.harness or campaign.relay
    instructed = shared or campaign.system_template
    return Profile(
        name, acts,
        system="sys.plain" if instructed else "", system_share=1.0 if instructed else 0.0,
        tools=0.97, tools_for_all=False, harness="group" if shared else "own",
        turns=turns, thinking=campaign.thinking, images=campaign.images,
        rhythm=campaign.rhythm, jitter_minutes=campaign.jitter_minutes, refusals=campaign.refusals,
        items=1, users=campaign.relay_users if campaign.relay else 0, clients="sdk",
        disguise=0.03 if campaign.ladder == "lookalike" else 0.0, english=not campaign.relay,
    )  # fmt: skip


def _cover(k: int, campaign: Campaign) -> Profile:
    acts = {**PERSON, "code": 0.15, "debug": 0.06, "data": 0.05, "logic": 0.05, "plan": 0.05}
    return Profile(
        f"k{k}.cover", acts, users=campaign.relay_users or 25, rhythm="organic", clients="sdk",
        turns=2.0, system="sys.text", system_share=0.2, harness="public", tools=0.2,
    )  # fmt: skip


def _lanes(k: int, campaign: Campaign, scale: float, week: int, share: float) -> list[Lane]:
    total = scaled(campaign.exchanges, scale, scaled(campaign.accounts, scale, 8))
    start, end = 1.0 - share, 1.0
    lanes = []
    probing = campaign.probe_days if week == 0 else 0
    rest = total
    if probing:
        probe = Profile(
            f"k{k}.probe", {f"k{k}.probe": 1.0}, refusals=0.8, clients="sdk", rhythm="organic",
            english=True,
        )  # fmt: skip
        rest -= round(total * PROBED)
        lanes.append(Lane(probe, total - rest, k, (start, end), (0, probing)))
    split = end - share * campaign.cleaner_share
    if campaign.cleaner_share:
        cleaner = Profile(
            f"k{k}.clean", {f"k{k}.clean": 1.0}, rhythm=campaign.rhythm, clients="sdk",
            jitter_minutes=campaign.jitter_minutes, harness="group", english=True,
            turns=1.0, disguise=0.03 if campaign.ladder == "lookalike" else 0.0,
        )  # fmt: skip
        cleaned = round(rest * campaign.cleaner_share)
        rest -= cleaned
        # There is nothing to clean before a day's answers have been collected.
        lanes.append(Lane(cleaner, cleaned, k, (split, end), (max(probing, 1), 7)))
    parts = _profiles(k, campaign)
    shares = [round(rest * share) for share, _ in parts[:-1]]
    for (_, profile), sent in zip(parts, [*shares, rest - sum(shares)], strict=True):
        lanes.append(Lane(profile, sent, k, (start, split), (probing, 7)))
    if campaign.dilution:
        hiding = round(total * campaign.dilution / (1 - campaign.dilution))
        lanes.append(Lane(_cover(k, campaign), hiding, -1, (start, end)))
    return lanes


def _infra(campaign: Campaign) -> Infra:
    shared = campaign.network_accounts > 0
    return Infra(
        payment_accounts=campaign.payment_accounts,
        network=campaign.network if shared else "",
        network_accounts=campaign.network_accounts,
        few_clients=campaign.few_clients,
        client_missing=campaign.client_missing or None,
        country=campaign.country,
        born_days=campaign.born_days,
    )


def campaign_groups(scenario: Scenario, scale: float, week: int) -> list[Group]:
    """One group a pool; campaigns that name an earlier one's pool share its accounts."""
    groups: list[Group] = []
    pools: dict[str, int] = {}
    for k, campaign in enumerate(scenario.campaigns):
        accounts = scaled(campaign.accounts, scale, 8)
        if campaign.pool:
            at = pools[campaign.pool]
            host = groups[at]
            share = min(1.0, accounts / host.accounts)
            lanes = (*host.lanes, *_lanes(k, campaign, scale, week, share))
            groups[at] = replace(host, lanes=lanes)
            pools[campaign.name] = at
            continue
        pools[campaign.name] = len(groups)
        groups.append(
            Group(
                campaign.name,
                "campaign",
                accounts,
                tuple(_lanes(k, campaign, scale, week, 1.0)),
                _infra(campaign),
                campaign.replaced_weekly,
                campaign.ban_day if week == 0 else 0,
                bool(campaign.ban_day) and week > 0,
            )
        )
    return groups
