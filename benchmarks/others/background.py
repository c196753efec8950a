"""Who sends the ordinary traffic? Individuals, households and small firms on one card, apps."""

from random import Random
from typing import Any

from others.records import Account, Network
from others.sessions import app, organic
from others.world import World

_ACCOUNTS = 7350  # at scale 1
_APPS = 0.02  # of them
_MOST = 500  # exchanges of a person
_MOST_OF_AN_APP = 400


def run(world: World, budget: float) -> None:
    """Write about `budget` exchanges of accounts that are in no group."""
    rng = world.stream("background")
    count = max(20, int(_ACCOUNTS * world.scale))
    app_count = max(2, int(count * _APPS))
    people: list[Account] = []
    while len(people) < count - app_count:
        people += _household(world, rng, count - app_count - len(people))
    apps = [_app_account(world, rng) for _ in range(app_count)]
    volumes = [int(rng.lognormvariate(3.6, 0.8)) + 5 for _ in apps]
    activities = [rng.lognormvariate(1.0, 1.25) for _ in people]
    per_activity = max(0.2, (budget - sum(volumes)) / sum(activities))
    for account, volume in zip(apps, volumes, strict=True):
        app(world, account, world.stream("app/" + account.id), min(volume, _MOST_OF_AN_APP))
    for account, activity in zip(people, activities, strict=True):
        exchanges = max(1, min(_MOST, round(activity * per_activity)))
        organic(world, account, world.stream("p/" + account.id), exchanges)


def _household(world: World, rng: Random, most: int) -> list[Account]:
    """Open one account, or up to `most` that share a card and perhaps a network and a domain."""
    size = 1 if rng.random() < 0.93 else rng.randint(2, 7)
    payment, domain = world.payment(rng), world.mail_domain(rng)
    organisation = world.unique_id(rng, "org_", 8) if rng.random() < 0.3 else None
    if size == 1:
        return [world.account(rng, "background")]
    country: str | None = None
    net: Network | None = None
    members: list[Account] = []
    for _ in range(min(size, most)):
        nets = [net] if net and rng.random() < 0.6 else None
        row: dict[str, Any] = {"payment_fingerprint": payment, "org_id": organisation}
        if rng.random() < 0.4:
            row["email_domain"] = domain
        member = world.account(rng, "background", country=country, nets=nets, **row)
        country, net = member.country, net or member.nets[0]
        members.append(member)
    return members


def _app_account(world: World, rng: Random) -> Account:
    nets = [world.clouds.draw(rng) for _ in range(rng.randint(1, 3))]
    return world.account(rng, "background", nets=nets, clients=[world.clients.draw(rng)])
