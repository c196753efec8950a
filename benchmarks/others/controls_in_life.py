"""What do honest people have in common? A home, a class, an address, a fashion, a subject."""

from collections.abc import Sequence
from typing import Any

from others.chance import log_uniform, pick
from others.clock import DAY, HOUR, WEEK
from others.control_group import Group
from others.phrases import any_task_clause
from others.places import COUNTRIES
from others.records import Network
from others.sessions import chat, organic
from others.world import NEWEST_MODEL


def family(group: Group) -> None:
    """Write one household: one card, one network, and some homework asked more than once."""
    world, rng = group.world, group.rng
    homes = world.homes[group.country or "US"]
    home = homes.draw(rng)
    group.add(
        payment_fingerprint=group.payments(1),
        nets=lambda rng: [home] if rng.random() < 0.7 else [home, homes.draw(rng)],
    )
    homework = [
        world.corpus.task(rng, rng.choice(["math", "general"]), "parametrised", group.language)
        for _ in range(rng.randint(1, 5))
    ]
    for account in group.accounts:
        organic(world, account, rng, min(120, group.volume()))
        for task in homework:
            if rng.random() < 0.3:
                chat(world, account, rng, account.waking_time(rng), [task])


def class_assignment(group: Group) -> None:
    """Write a class that asks about one sheet of tasks, shortly before it is due."""
    world, rng = group.world, group.rng
    nets = group.nets(rng.randint(1, 3))
    fields: dict[str, Any] = {}
    if rng.random() < 0.6:
        fields["email_domain"] = group.organisation(declared=False)["email_domain"]
    group.add(
        nets=nets,
        payment_fingerprint=lambda rng: world.payment(rng) if rng.random() < 0.4 else None,
        **fields,
    )
    sheet = [
        world.corpus.task(
            rng, rng.choice(["math", "coding", "data"]), "parametrised", group.language
        )
        for _ in range(rng.randint(1, 8))
    ]
    rule = group.forms(1)[0].text() if rng.random() < 0.6 else ""
    due = rng.uniform(1, 6.9) * DAY
    width = log_uniform(rng, 0.03, 2.5) * DAY
    for account in group.accounts:
        shared, own = group.volumes()
        for task in rng.sample(sheet, min(len(sheet), max(1, shared))):
            ts = max(60, due - abs(rng.gauss(0, width)))
            first = f"{task}\n{rule}" if rng.random() < 0.7 else task
            later = [
                world.corpus.prompt(rng, "math", account.language) for _ in range(rng.randint(0, 3))
            ]
            chat(world, account, rng, ts, [first, *later])
        organic(world, account, rng, own)


def carrier_nat(group: Group) -> None:
    """Write strangers behind one carrier's few addresses."""
    group.country = group.country or pick(group.rng, COUNTRIES)
    _shared_addresses(group, [group.world.network(group.rng, group.country)])


def vpn(group: Group) -> None:
    """Write strangers of many countries behind one VPN."""
    rng = group.rng
    pool = [group.world.network(rng, None) for _ in range(rng.randint(1, 2))]
    _shared_addresses(group, pool, one_country=False)


def shared_cloud(group: Group) -> None:
    """Write strangers, most of them apps, in one cloud's networks."""
    rng = group.rng
    pool = [group.world.clouds.draw(rng) for _ in range(rng.randint(1, 2))]
    _shared_addresses(group, pool, apps=0.8)


def _shared_addresses(
    group: Group, pool: Sequence[Network], one_country: bool = True, apps: float = 0.0
) -> None:
    """Write accounts on few hosts of the networks; `apps` is the share that are apps."""
    world, rng = group.world, group.rng
    group.add(
        own_language=True,
        nets=lambda rng: [rng.choice(pool)],
        country=group.country if one_country else lambda rng: pick(rng, COUNTRIES),
    )
    hosts = [rng.randint(2, 250) for _ in range(rng.randint(1, 6))]
    for account in group.accounts:
        account.addresses = [world.address(rng, net, rng.choice(hosts)) for net in account.nets]
        group.use(account, 120, apps)


def viral_prompt(group: Group) -> None:
    """Write strangers who all try one long prompt that spreads for a while."""
    world, rng = group.world, group.rng
    group.add(
        own_language=True,
        language=lambda rng: group.language if rng.random() < 0.9 else "english",
    )
    form = world.corpus.clause(rng, group.language, rng.randint(3, 10), any_task_clause)
    start, delay = rng.uniform(0, 4) * DAY, log_uniform(rng, 0.1, 2) * DAY
    edited = rng.choice([0, 0, 0.05, 0.2])  # share of its slots that a user changes
    for account in group.accounts:
        ts = start + rng.expovariate(1 / delay)
        for _ in range(1 + int(rng.expovariate(1 / (1 + 3 * group.focus)))):
            text = form.reworded(rng, edited)
            body = world.corpus.prompt(rng, rng.choice(account.interests), account.language)
            chat(world, account, rng, ts % WEEK, [f"{text}\n\n{body}"])
            ts += rng.expovariate(1 / 40000)
        organic(world, account, rng, min(80, group.volume()))


def day_one_benchmark(group: Group) -> None:
    """Write strangers who try one list of questions on the new model within a day of its launch."""
    world, rng = group.world, group.rng
    group.add(own_language=True)
    questions = [
        world.corpus.task(
            rng, rng.choice(["math", "coding", "general"]), "parametrised", group.language
        )
        for _ in range(rng.randint(5, 30))
    ]
    hours = log_uniform(rng, 2, 20)
    for account in group.accounts:
        shared, own = group.volumes()
        for question in rng.sample(questions, min(len(questions), max(2, shared))):
            ts = world.launch + min(24, rng.expovariate(1 / hours)) * HOUR
            chat(world, account, rng, ts, [question], model=NEWEST_MODEL)
            if rng.random() < 0.3:
                chat(world, account, rng, ts + 60, [question], model=account.model)
        organic(world, account, rng, own)


def policy_research(group: Group) -> None:
    """Write people, colleagues or not, who study what the model refuses."""
    world, rng = group.world, group.rng
    fields: dict[str, Any] = {}
    if rng.random() < 0.5:
        fields["nets"] = group.nets(rng.randint(1, 2))
        fields["payment_fingerprint"] = group.payments(rng.randint(1, 4))
        fields.update(group.organisation(rng.random() < 0.5))
    group.add(own_language=True, **fields)
    questions = [
        world.corpus.task(rng, "policy", rng.choice(["verbatim", "parametrised"]))
        for _ in range(rng.randint(8, 60))
    ]
    forms = group.forms(rng.randint(1, 3), ["policy_rewriting", "other"])
    for account in group.accounts:
        shared, own = group.volumes()
        for question in rng.sample(questions, min(len(questions), shared)):
            ts = account.waking_time(rng)
            plain = rng.random() < 0.5
            prompt = question if plain else f"{rng.choice(forms).text()}\n{question}"
            chat(world, account, rng, ts, [prompt], refuse=rng.uniform(0.1, 0.5))
        organic(world, account, rng, own)
