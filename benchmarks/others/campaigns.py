"""Which campaigns does a week hold? One a scenario; somebody knows a few of them already."""

from others.campaign import Campaign
from others.records import Json
from others.scenarios import SCENARIOS
from others.wordings import FIRST_WORDS
from others.world import World

_KNOWN = 4  # campaigns
_WRONG = 6  # indicators


def run(world: World) -> None:
    """Write every campaign, and add indicators to the world."""
    for scenario, write in SCENARIOS.items():
        write(Campaign(world, scenario))
    world.indicators += _indicators(world)


def _indicators(world: World) -> list[Json]:
    """Return indicators of a few campaigns, and some that are stale or wrong."""
    rng = world.stream("indicators")
    indicators: list[Json] = []
    for campaign in rng.sample(world.campaigns, _KNOWN):
        campaign.actor = f"cluster {rng.choice(FIRST_WORDS)}-{rng.randint(1, 99)}"
        count = min(len(campaign.accounts), rng.randint(1, 3))
        for account in rng.sample(campaign.accounts, count):
            payment = account.row["payment_fingerprint"]
            kind, value = "ip", account.addresses[0]
            if payment and rng.random() < 0.5:
                kind, value = "payment_fingerprint", payment
            indicators.append(
                {
                    "indicator_type": kind,
                    "value": value,
                    "actor": campaign.actor,
                    "source": rng.choice(["partner exchange", "analyst", "open report"]),
                    "confidence": round(rng.uniform(0.5, 0.95), 2),
                }
            )
    for account in rng.sample(world.accounts, _WRONG):
        indicators.append(
            {
                "indicator_type": "ip",
                "value": account.addresses[0],
                "actor": f"cluster {rng.choice(FIRST_WORDS)}-{rng.randint(1, 99)}",
                "source": "open report",
                "confidence": round(rng.uniform(0.05, 0.4), 2),
            }
        )
    return indicators
