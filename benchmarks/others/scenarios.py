"""How does each of the twelve kinds of campaign, S1 to S12, send what it sends?"""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from others.campaign import Campaign, Request
from others.chance import pick
from others.clock import DAY, HOUR, WEEK, stamp
from others.parameters import draw_parameters
from others.phrases import Clause, spin
from others.places import LANGUAGES
from others.records import Account, Json, Label
from others.sessions import content
from others.wordings import CLEANINGS, PROBES, RULES

_RELAYED_POOLS = ["general", "general", "coding", "math", "data", "grading", "policy"]
_DAILY = 13  # exchanges of an account that replays
_FIRST_CLEANING = 100  # templates of other stages are numbered from here, so that none is
_FIRST_PROBE = 200  # taken for one of the campaign's own


class _Signed(NamedTuple):
    """A thinking answer, with the model's signature, and the request that it answers."""

    account: Account
    ts: float
    request: Request
    blocks: list[Json]


def plain(campaign: Campaign) -> None:
    """S1: one template, word for word. S2: few exchanges, much else. S12: no client is known."""
    campaign.work(campaign.accounts)


def relay(campaign: Campaign) -> None:
    """S3: other people's prompts, under the system prompt of one service."""
    rng, corpus = campaign.rng, campaign.world.corpus
    for account in campaign.accounts:
        start, count = account.emitted, campaign.quota()
        while account.emitted - start < count:
            form = rng.choice(campaign.forms)
            pool = rng.choice(_RELAYED_POOLS)
            turns = [corpus.prompt(rng, pool, pick(rng, LANGUAGES))]
            turns += [corpus.prompt(rng, pool) for _ in range(int(rng.expovariate(1.2)))]
            ts = campaign.time(account)
            system = form.clause.reworded(rng, campaign.parameters.paraphrase)
            label = Label(campaign.name, "other", form.variant)
            campaign.chat(account, ts, turns, label, system=system)
        campaign.camouflage(account, account.emitted - start)


def replay(campaign: Campaign) -> None:
    """S4: recorded sessions are played again by other accounts, so many exchanges a day each."""
    world, rng, accounts = campaign.world, campaign.rng, campaign.accounts
    parameters, special = campaign.parameters, campaign.parameters.special
    wanted = len(accounts) * _DAILY * parameters.days
    count = max(1, round(wanted / (special["turns"] * special["replay_k"])))
    plays = []
    for _ in range(count):
        request = campaign.request()
        history = _recorded(campaign, request)
        plays += [(request, history)] * special["replay_k"]
    rng.shuffle(plays)
    start = {account.id: account.emitted for account in accounts}
    per_day = len(plays) / parameters.days
    turn = 0
    for place, (request, history) in enumerate(plays):
        ts = parameters.first_day * DAY + (place / per_day) * DAY + rng.uniform(0, HOUR)
        ts %= WEEK - 3 * HOUR
        account = accounts[(place + 1) % len(accounts)]
        for messages in history:
            if special["rotate"]:
                turn += 1
                account = accounts[turn % len(accounts)]
            words = int(parameters.answer_words)
            response = world.respond(rng, account, words, language=campaign.language)
            world.emit(
                rng, account, ts, messages, response, system=request.system, label=request.label
            )
            ts += 20 + rng.expovariate(1 / 60)
    for account in accounts:
        campaign.camouflage(account, account.emitted - start[account.id])


def _recorded(campaign: Campaign, request: Request) -> list[list[Json]]:
    """Return a session's messages up to each of its requests."""
    rng, parameters = campaign.rng, campaign.parameters
    history = []
    messages: list[Json] = []
    for turn in range(parameters.special["turns"]):
        prompt = request.prompt if turn == 0 else campaign.follow_up()
        asked = content(rng, prompt, request.image and turn == 0)
        messages = [*messages, {"role": "user", "content": asked}]
        history.append(messages)
        words = int(parameters.answer_words * rng.lognormvariate(0, 0.4))
        response = campaign.world.respond(
            rng, campaign.accounts[0], words, language=campaign.language
        )
        messages = [*messages, {"role": "assistant", "content": response["content"]}]
    return history


def clean(campaign: Campaign) -> None:
    """S5: some accounts gather answers; others have these and honest people's cleaned."""
    rng, parameters, special = campaign.rng, campaign.parameters, campaign.parameters.special
    count = max(2, round(len(campaign.accounts) * special["cleaners"]))
    cleaners, gatherers = campaign.accounts[:count], campaign.accounts[count:]
    answers = campaign.work(gatherers, high=6.3 * DAY)
    gathered = [(answer.ts, answer.text) for answer in answers if len(answer.text) > 150]
    forms = [_cleaning(campaign) for _ in range(min(6, parameters.variants))]
    for account in cleaners:
        start, quota = account.emitted, campaign.quota()
        while account.emitted - start < quota:
            issued, text = _found(campaign, gathered)
            length = int(len(text) * special["span"])
            begin = rng.randint(0, len(text) - length)
            variant = rng.randrange(len(forms))
            ts = issued + 120 + rng.expovariate(1 / (8 * HOUR))
            if ts >= WEEK:
                ts = rng.uniform(min(issued + 60, WEEK - 2), WEEK - 1)
            form = forms[variant].reworded(rng, parameters.paraphrase)
            label = Label(campaign.name, "reasoning_trace_extraction", _FIRST_CLEANING + variant)
            campaign.chat(
                account,
                ts,
                [form + "\n\n" + text[begin : begin + length][:4000]],
                label,
                words=parameters.answer_words,
                language=campaign.language,
            )
        campaign.camouflage(account, account.emitted - start)


def _cleaning(campaign: Campaign) -> Clause:
    rng, corpus = campaign.rng, campaign.world.corpus
    return corpus.clause(rng, campaign.language, campaign.parameters.rules, _cleaning_clause)


def _cleaning_clause(rng: Random, rules: int) -> Clause:
    chosen = rng.sample(RULES, rules)
    return Clause(rng, [rng.choice(CLEANINGS), *chosen])


def _found(campaign: Campaign, gathered: list[tuple[float, str]]) -> tuple[float, str]:
    """Return an answer to clean, and when it was issued."""
    rng, honest = campaign.rng, campaign.world.honest_answers
    stolen = bool(honest) and rng.random() < campaign.parameters.special["victim_share"]
    return rng.choice(honest if stolen or not gathered else gathered)


def reuse_signatures(campaign: Campaign) -> None:
    """S6: signed thinking is issued to some accounts and continued by others."""
    world, rng, parameters = campaign.world, campaign.rng, campaign.parameters
    accounts, mesh = campaign.accounts, parameters.special["mesh"]
    count = max(2, round(len(accounts) * parameters.special["issuers"]))
    issuers = accounts if mesh else accounts[:count]
    users = accounts if mesh else accounts[count:]
    parts = 2 if mesh else 1  # of a quota: an account of a mesh does both
    for account in issuers:
        account.thinking = True
    signed: list[_Signed] = []
    for account in issuers:
        start, quota = account.emitted, max(1, campaign.quota() // parts)
        while account.emitted - start < quota:
            signed += _issued(campaign, account)
    for account in users:
        for _ in range(max(1, campaign.quota() // parts)):
            issued = rng.choice(signed)
            if issued.account is account:
                continue
            messages: list[Json] = [
                {"role": "user", "content": issued.request.prompt},
                {"role": "assistant", "content": issued.blocks},
                {"role": "user", "content": campaign.follow_up()},
            ]
            ts = min(WEEK - 1, issued.ts + 60 + rng.expovariate(1 / (6 * HOUR)))
            words = int(parameters.answer_words)
            response = world.respond(rng, account, words, language=campaign.language)
            world.emit(
                rng,
                account,
                ts,
                messages,
                response,
                system=issued.request.system,
                label=issued.request.label,
            )
    for account in accounts:
        campaign.camouflage(account, account.emitted)


def _issued(campaign: Campaign, account: Account) -> list[_Signed]:
    """Write a session of one request; return its answer if the model thought first."""
    request = campaign.request()
    ts = campaign.time(account, high=6.5 * DAY)
    answers = campaign.chat(
        account,
        ts,
        [request.prompt],
        request.label,
        system=request.system,
        image=request.image,
        words=campaign.parameters.answer_words,
        language=campaign.language,
        thinking=True,
    )
    return [
        _Signed(account, ts, request, answer.blocks)
        for answer in answers
        if answer.blocks[0]["type"] != "text"
    ]


def probe(campaign: Campaign) -> None:
    """S7: a few accounts try tricks, most of which are refused, before the campaign begins."""
    rng, parameters = campaign.rng, campaign.parameters
    tricks = rng.sample(PROBES, rng.randint(2, 5))
    for account in campaign.accounts[: parameters.special["probers"]]:
        for _ in range(parameters.special["probes"]):
            trick = rng.choice(tricks)
            capability = rng.choice(list(parameters.capabilities))
            ts = account.waking_time(rng, 0, parameters.first_day * DAY)
            prompt = spin(rng, trick) + "\n" + campaign.task(capability)
            label = Label(campaign.name, capability, _FIRST_PROBE + PROBES.index(trick))
            campaign.chat(account, ts, [prompt], label, refuse=rng.uniform(0.5, 1))
    campaign.work(campaign.accounts)


def survive_bans(campaign: Campaign) -> None:
    """S8: a pool is banned in the middle of the week; the next has new payments and networks."""
    rng, parameters = campaign.rng, campaign.parameters
    pools = parameters.special["pools"]
    bans = sorted(rng.uniform(1.5, 5.5) for _ in range(pools - 1))
    dilution = parameters.dilution
    low, accounts = 0.0, campaign.accounts
    for pool in range(pools):
        high = bans[pool] * DAY if pool < len(bans) else WEEK - 1
        if pool:
            accounts = _opened_after_ban(campaign, low)
            campaign.accounts = campaign.accounts + accounts
        start = {account.id: account.emitted for account in accounts}
        parameters.dilution = 0  # camouflage comes below, before the ban
        quota = max(1, campaign.quota() // pools + 1)
        campaign.work(accounts, low, high, quota)
        parameters.dilution = dilution
        for account in accounts:
            campaign.camouflage(account, account.emitted - start[account.id], low, high)
        low = (int(high // DAY) + 1) * DAY + rng.uniform(0, 8) * HOUR
        if low > WEEK - DAY / 3:
            break


def _opened_after_ban(campaign: Campaign, ts: float) -> list[Account]:
    """Open a new pool within the hours before `ts`."""
    rng, parameters = campaign.rng, campaign.parameters
    parameters.born_burst, parameters.age = rng.uniform(0.1, 1), 0.5
    accounts = campaign.open(max(4, round(parameters.accounts * rng.uniform(0.6, 1.2))))
    for account in accounts:
        account.row["created_at"] = stamp(ts - rng.uniform(600, DAY / 3), "seconds")
    return accounts


def overlap(campaign: Campaign) -> None:
    """S9: two campaigns in one pool of accounts, some of which serve both."""
    world, rng, parameters = campaign.world, campaign.rng, campaign.parameters
    share = parameters.special["overlap"]
    second = draw_parameters("S9", world.scale, rng)
    second.accounts = parameters.accounts
    second.dilution = 0.0
    second.special["overlap"] = share
    most = 3900 * max(0.02, world.scale) / parameters.accounts
    second.per_account = max(3, min(second.per_account, most))
    other = Campaign(world, "S9", second, campaign.name + "-b", accounts=[])
    accounts = campaign.accounts
    both = round(len(accounts) * share)
    end = both + (len(accounts) - both) // 2
    campaign.accounts = accounts[:end]
    other.accounts = accounts[:both] + accounts[end:]
    for account in accounts[:both]:
        account.groups = [campaign.name, other.name]
    for account in accounts[end:]:
        account.groups = [other.name]
    campaign.work(campaign.accounts)
    other.work(other.accounts)


def pivot(campaign: Campaign) -> None:
    """S10: about half of the traffic goes to the new model, hours after its launch."""
    special = campaign.parameters.special
    campaign.pivot_hours = special["pivot_lag"]
    when = campaign.world.launch + special["pivot_lag"] * HOUR
    for account in campaign.accounts:
        account.adopts_at, account.adopts_share = when, special["pivot"]
    campaign.work(campaign.accounts)


def whisper(campaign: Campaign) -> None:
    """S11: a few exchanges of a few accounts, hardly more than nothing."""
    left = campaign.parameters.special["total"]
    campaign.parameters.follow_up = 0
    for place, account in enumerate(campaign.accounts):
        start, count = account.emitted, left // (len(campaign.accounts) - place)
        for _ in range(count):
            if account.emitted - start < count:
                campaign.send(account, campaign.time(account), model=account.model)
        left -= account.emitted - start
        campaign.camouflage(account, account.emitted - start)


# In the order in which they are written.
SCENARIOS: dict[str, Callable[[Campaign], None]] = {
    "S1": plain,
    "S2": plain,
    "S3": relay,
    "S4": replay,
    "S5": clean,
    "S6": reuse_signatures,
    "S7": probe,
    "S8": survive_bans,
    "S9": overlap,
    "S10": pivot,
    "S11": whisper,
    "S12": plain,
}
