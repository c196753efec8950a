"""Which honest groups work together? Firms, labs, resellers, users of one framework."""

from typing import Any

from others.chance import log_uniform, pick
from others.clock import DAY, WEEK
from others.control_group import POOLS, Group
from others.phrases import Clause
from others.places import COUNTRIES
from others.records import Answer
from others.sessions import AGENT_TOOLS, app, chat, organic
from others.wordings import RULES


def declared_org(group: Group) -> None:
    """Write a firm whose accounts name their organisation."""
    _firm(group, declared=True, one_payer=group.rng.random() < 0.6)


def undeclared_agency(group: Group) -> None:
    """Write a firm that pays with one card and shares its forms."""
    _firm(group, declared=False, one_payer=True)


def undeclared_startup(group: Group) -> None:
    """Write a firm whose accounts all serve one product."""
    _firm(group, declared=False, one_payer=True, product=True)


def _firm(group: Group, declared: bool, one_payer: bool, product: bool = False) -> None:
    rng = group.rng
    named = declared or rng.random() < 0.4
    fields: dict[str, Any] = group.organisation(declared) if named else {"org_id": None}
    payments = group.payments(1 if one_payer else rng.randint(1, 3))
    nets = group.nets(rng.randint(1, 3), cloud=product and rng.random() < 0.7)
    clients = group.clients(rng.randint(1, 4))
    if declared and rng.random() < 0.5:
        fields["tier"] = "enterprise"
    group.add(payment_fingerprint=payments, nets=nets, clients=clients, **fields)
    system = group.system_prompt() if product or rng.random() < 0.6 else None
    forms = group.forms(rng.randint(1, 6))
    for account in group.accounts:
        shared, own = group.volumes()
        if product:
            organic(group.world, account, rng, shared, system=system)
        else:
            used = system if rng.random() < 0.8 else None
            pools = rng.sample(POOLS, 2)
            group.use_forms(account, shared, forms, system=used, pools=pools)
        organic(group.world, account, rng, own)


def public_framework(group: Group) -> None:
    """Write strangers who use one public framework: its prompt, its tools and its scaffold."""
    world, rng = group.world, group.rng
    clients = group.clients(rng.randint(1, 3)) if rng.random() < 0.7 else None
    group.add(own_language=True, clients=clients)
    if rng.random() < 0.4:
        system = rng.choice(world.corpus.system_prompts)[: rng.randint(400, 2500)]
    else:
        system = group.system_prompt()
    tools = None
    if rng.random() < 0.7:
        tools = rng.sample(world.corpus.tools, rng.randint(2, 5))
        tools = tools + AGENT_TOOLS[: rng.randint(0, 3)]
    scaffold = group.forms(1)[0].text() if rng.random() < 0.6 else None
    for account in group.accounts:
        shared, own = group.volumes()
        account.runs_agents = False
        stop = account.emitted + shared
        while account.emitted < stop:
            prompt = world.corpus.prompt(rng, rng.choice(account.interests), account.language)
            if scaffold:
                prompt = f"{scaffold}\n\nQuestion: {prompt}\nThought:"
            ts = account.waking_time(rng)
            chat(world, account, rng, ts, [prompt], system=system, tools=tools)
        organic(world, account, rng, own)


def eval_lab(group: Group) -> None:
    """Write a lab that runs published benchmarks through a few forms, within some days."""
    world, rng = group.world, group.rng
    payments = group.payments(rng.randint(1, 2))
    nets = group.nets(rng.randint(1, 2), cloud=rng.random() < 0.6)
    clients = group.clients(1)
    fields = group.organisation(rng.random() < 0.5)
    group.add(payment_fingerprint=payments, nets=nets, clients=clients, **fields)
    forms = group.forms(rng.randint(1, 3), ["logic_and_alignment", "reward_grading"])
    pools = rng.sample(POOLS, rng.randint(1, 3))
    start, length = rng.uniform(0, 5) * DAY, log_uniform(rng, 0.1, 4) * DAY
    models = [model for model, _ in world.models[:3]]
    for account in group.accounts:
        account.language = group.language
        shared, own = group.volumes()
        group.use_forms(
            account,
            shared,
            forms,
            pools=pools,
            source="verbatim",
            time=lambda rng: min(WEEK - 9, start + rng.random() * length),
            words=rng.choice([10, 80, 200]),
            model=rng.choice(models),
        )
        organic(world, account, rng, min(6, own))


def nightly_jobs(group: Group) -> None:
    """Write unrelated apps that all work at the same hour of the night."""
    world, rng = group.world, group.rng
    group.add(own_language=True, nets=lambda rng: [world.clouds.draw(rng)])
    cron = rng.choice([0, 0, 0, 3600, 7200, 10800])
    for account in group.accounts:
        app(world, account, rng, min(150, group.volume()), cron=cron)


def reseller_registered(group: Group) -> None:
    """Write customers of a reseller that the provider knows."""
    _reseller(group, registered=True)


def reseller_unregistered(group: Group) -> None:
    """Write customers of a reseller that the provider does not know."""
    _reseller(group, registered=False)


def _reseller(group: Group, registered: bool) -> None:
    world, rng = group.world, group.rng
    reseller_id = world.unique_id(rng, "res_", 6) if registered else None
    group.add(
        own_language=True,
        reseller_id=reseller_id,
        payment_fingerprint=group.payments(rng.randint(1, 3)),
        nets=group.nets(rng.randint(1, 3), cloud=True),
        clients=group.clients(rng.randint(1, 3)),
        country=lambda rng: pick(rng, COUNTRIES),
    )
    for account in group.accounts:
        group.use(account, 150, apps=0.35)


def fallback_router(group: Group) -> None:
    """Write sessions that go on under another key: history and signatures cross accounts."""
    world, rng = group.world, group.rng
    group.add(
        payment_fingerprint=group.payments(rng.randint(1, 4)),
        nets=group.nets(rng.randint(1, 2), cloud=True),
        clients=group.clients(1),
        thinking=rng.random() < 0.6,
        **group.organisation(rng.random() < 0.5),
    )
    left = sum(min(100, group.volume()) for _ in group.accounts)
    switching = rng.uniform(0.05, 0.6)
    while left > 0:
        account = rng.choice(group.accounts)
        ts, pool, language = account.waking_time(rng), rng.choice(POOLS), account.language
        messages = []
        for _ in range(rng.randint(1, 6)):
            if rng.random() < switching:
                account = rng.choice(group.accounts)
            prompt = world.corpus.prompt(rng, pool, language)
            messages.append({"role": "user", "content": prompt})
            response = world.respond(rng, account, language=language)
            world.emit(rng, account, ts, list(messages), response)
            messages.append({"role": "assistant", "content": response["content"]})
            ts += 20 + rng.expovariate(1 / 90)
            left -= 1


def shared_team_key(group: Group) -> None:
    """Write a few keys, each used by several people from their own homes."""
    world, rng = group.world, group.rng
    group.add(rng.randint(1, 3), payment_fingerprint=group.payments(1))
    forms = group.forms(rng.randint(1, 3))
    for _ in range(group.size):
        account = rng.choice(group.accounts)
        net, client = world.homes[account.country].draw(rng), world.clients.draw(rng)
        organic(world, account, rng, min(25, group.volume()), net=net, client=client)
        group.use_forms(account, rng.randint(0, 3), forms, net=net, client=client)


def reasoning_audit(group: Group) -> None:
    """Write a firm that must record reasoning; auditors paste answers issued to colleagues."""
    world, rng = group.world, group.rng
    group.add(
        payment_fingerprint=group.payments(rng.randint(1, 2)),
        nets=group.nets(rng.randint(1, 2)),
        clients=group.clients(2),
        thinking=rng.random() < 0.7,
        **group.organisation(rng.random() < 0.6),
    )
    request = (
        "{Record|Write down} your {reasoning|grounds} in <{TAG}> "
        "for the {audit|compliance} file of {NAME}."
    )
    rules = rng.sample(RULES, rng.randint(1, 4))
    system = Clause(rng, [request, *rules]).text()
    count = max(1, int(len(group.accounts) * rng.uniform(0.1, 0.3)))
    auditors, colleagues = group.accounts[:count], group.accounts[count:]
    issued: list[Answer] = []
    for account in colleagues:
        shared, own = group.volumes()
        stop = account.emitted + shared
        while account.emitted < stop:
            ts = account.waking_time(rng, 0, 6.5 * DAY)
            pool = rng.choice(["general", "data", "policy"])
            prompt = world.corpus.prompt(rng, pool, account.language)
            issued += chat(world, account, rng, ts, [prompt], system=system)
        organic(world, account, rng, own)
    for answer in rng.sample(issued, int(len(issued) * rng.uniform(0.1, 0.6))):
        auditor = rng.choice(auditors)
        ts = min(WEEK - 99, answer.ts + rng.uniform(0.1, 30) * 3600)
        prompt = "Review for the audit file whether the record is sound:\n" + answer.text[:1500]
        chat(world, auditor, rng, ts, [prompt])
