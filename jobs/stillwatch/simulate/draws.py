"""Which exchanges does a block consist of, as numbers? The step before any text is written.

Invariant: every row is a pure function of (plan, day, stream, j), so that a row may be drawn again
from elsewhere, as an answer that another account sends back is.
"""

from typing import NamedTuple

import numpy as np

from stillwatch.simulate import line as ln
from stillwatch.simulate import world
from stillwatch.simulate.adoption import model_of
from stillwatch.simulate.attributes import Attributes, language_of
from stillwatch.simulate.behaviour import Behaviour
from stillwatch.simulate.clock import gap_seconds, hours_of_day
from stillwatch.simulate.hashing import F64, GOLDEN, I64, U64, Bools, draw, fold, mix, pick
from stillwatch.simulate.network import SHARES
from stillwatch.simulate.population import Week
from stillwatch.simulate.scenario import Scenario

LONGEST = 8  # turns in a conversation at most


class Rows(NamedTuple):
    """Exchanges of a block: what the writer needs, and what truth records."""

    ints: I64
    seeds: U64
    stream: I64
    hour: F64
    capability: I64
    pastes: Bools


class Context(NamedTuple):
    """What all blocks of a week share."""

    scenario: Scenario
    behaviour: Behaviour
    week: Week
    attributes: Attributes
    counts: I64
    seed: int


def day_seed(context: Context, stream: I64, day: int) -> U64:
    """The seed of a stream's day, from which each of its exchanges has its own."""
    return fold(context.week.streams.key[stream], context.week.number, day, context.seed)


def turn_seed(day: U64, j: I64) -> U64:
    """The seed of the j-th exchange (the writer computes the same)."""
    return mix(day + j.astype(np.uint64) * np.uint64(GOLDEN))


def turns(day: U64, j: I64, mean: F64) -> I64:
    """How many turns of its conversation precede each exchange."""
    turn = np.zeros_like(j)
    going = np.ones(len(j), bool)
    for back in range(LONGEST):
        at = j - back
        key = turn_seed(day, np.maximum(at, 0))
        starts = (at % LONGEST == 0) | (draw(key, "begins") < 1.0 / np.maximum(mean, 1.0))
        going &= ~starts
        turn += going
    return turn


def rows(context: Context, day: int, stream: I64, j: I64) -> Rows:
    """Draw the exchanges (stream, j) of a day."""
    behaviour, week = context.behaviour, context.week
    profile, account = week.streams.profile[stream], week.streams.account[stream]
    campaign, group = (
        week.streams.campaign[stream],
        week.accounts.group[week.streams.account[stream]],
    )
    floats, ints = behaviour.floats, behaviour.ints
    count = context.counts[stream, day]
    base = day_seed(context, stream, day)
    turn = turns(base, j, floats["turns"][profile])
    own = turn_seed(base, j)
    conversation = turn_seed(base, j - turn)
    uid = week.accounts.uid[account]
    users = ints["users"][profile]
    person = fold(uid, (draw(conversation, "user") * users).astype(np.int64))
    persona = np.where(users > 0, person, uid)
    country = context.attributes.country[account]
    language = np.where(
        users > 0, language_of(country, persona), context.attributes.language[account]
    )
    language = np.where(ints["english"][profile] > 0, 0, language)
    hour = hours_of_day(
        behaviour, week, profile, account, group, country, day, conversation, j - turn, count
    )
    gap = gap_seconds(conversation, ints["sdk"][profile]) * turn
    ms = np.minimum(hour * 3_600_000 + gap * 1000, 86_399_999).astype(np.int64)
    absolute = 168.0 * week.number + 24.0 * day + ms / 3_600_000

    which = draw(conversation, "act")
    act = behaviour.act_ids[profile, (which[:, None] >= behaviour.act_cum[profile]).sum(axis=1)]
    table = np.zeros((len(j), ln.COLUMNS), np.int64)
    seeds = np.zeros((len(j), ln.SEEDS), np.uint64)
    table[:, ln.TS], table[:, ln.TURN], table[:, ln.J] = ms, turn, j
    table[:, ln.MODEL] = model_of(context.scenario, uid, conversation, campaign, absolute)
    table[:, ln.USER] = behaviour.acts.prompt[act, language]
    table[:, ln.REPLY] = behaviour.acts.reply[act, language]
    table[:, ln.FOLLOW] = behaviour.follow[language]
    _harness(context, table, seeds, profile, uid, group, conversation, act)
    goes_on = turns(base, j + 1, floats["turns"][profile]) > 0
    _outcome(behaviour, table, profile, own, conversation, act, goes_on & (j + 1 < count))
    _client(context, table, account, group, campaign, conversation, own)
    table[:, ln.DISGUISE] = (1000 * floats["disguise"][profile]).astype(np.int64)
    seeds[:, ln.ID], seeds[:, ln.E] = fold(own, "id"), own
    seeds[:, ln.C], seeds[:, ln.A], seeds[:, ln.G] = conversation, persona, week.group_seed[group]
    _campaign_seed(context, seeds, campaign)
    seeds[:, ln.ITEM] = _items(context, profile, group, campaign, conversation)
    seeds[:, ln.W], seeds[:, ln.DAY], seeds[:, ln.UID] = np.uint64(context.seed), base, uid
    acts = behaviour.acts
    return Rows(table, seeds, stream, absolute, acts.capability[act], acts.pastes[act] > 0)


def _campaign_seed(context: Context, seeds: U64, campaign: I64) -> None:
    """A campaign's own seed stands for its pool's, so that two in a pool differ."""
    for n in np.unique(campaign[campaign >= 0]):
        own = fold(context.seed, f"campaign {context.scenario.campaigns[n].name}")[0]
        seeds[campaign == n, ln.G] = own
        harness = seeds[campaign == n, ln.T] > 0
        seeds[campaign == n, ln.T] = np.where(harness, own, 0)


def _items(context: Context, profile: I64, group: I64, campaign: I64, conversation: U64) -> U64:
    """The seed of each work item: from a pool, sampled k times, or unique to the conversation."""
    ints = context.behaviour.ints
    pool = ints["items"][profile].astype(np.float64)
    owner = np.where(
        ints["world_items"][profile] > 0, np.uint64(context.seed), context.week.group_seed[group]
    )
    for n, planted in enumerate(context.scenario.campaigns):
        size = context.week.streams.sent[context.week.streams.campaign == n].sum()
        many = planted.samples > 1
        pool = np.where(campaign == n, size / planted.samples if many else 0, pool)
    index = (draw(conversation, "item") * pool).astype(np.int64)
    weekly = np.where(campaign >= 0, context.week.number, 0)  # a campaign moves on to new work
    return np.where(pool > 0, fold(owner, index, weekly, "item"), fold(conversation, "item"))


def _harness(
    context: Context, table: I64, seeds: U64, profile: I64, uid: U64, group: I64,
    conversation: U64, act: I64,
) -> None:  # fmt: skip
    behaviour = context.behaviour
    floats, ints = behaviour.floats, behaviour.ints
    kind = ints["harness"][profile]
    framework = pick(draw(uid, "framework"), world.FRAMEWORK_CUM)
    public = fold(context.seed, framework, "framework")
    group_seed = context.week.group_seed[group]
    harness = np.where(kind == 0, fold(uid, "harness"), np.where(kind == 1, public, group_seed))
    purpose = behaviour.acts.agent[act]
    wanted = draw(conversation, "sys") < floats["system_share"][profile]
    rule = np.where(
        ints["tools_for_all"][profile], ints["system"][profile], behaviour.acts.system[act]
    )
    table[:, ln.SYSTEM] = np.where(wanted & (ints["system"][profile] >= 0), rule, -1)
    fits = (purpose > 0) | (ints["tools_for_all"][profile] > 0)
    tools = fits & (draw(conversation, "tools") < floats["tools"][profile])
    table[:, ln.TOOLS] = np.where(tools, behaviour.tools, -1)
    table[:, ln.AGENT] = np.where(tools, purpose, 0)
    seeds[:, ln.T] = harness


def _outcome(
    behaviour: Behaviour,
    table: I64,
    profile: I64,
    own: U64,
    conversation: U64,
    act: I64,
    goes_on: Bools,
) -> None:
    """How it ends. A turn that another follows has been answered, as the next one quotes it."""
    floats = behaviour.floats
    last = np.where(goes_on, 0.0, floats["turns"][profile])
    table[:, ln.THINK] = draw(conversation, "think") < floats["thinking"][profile]
    plain = draw(conversation, "image") >= floats["images"][profile]
    shown = (behaviour.acts.image[act] > 0) | ~plain
    table[:, ln.IMAGES] = shown * (1 + (draw(conversation, "images") < 0.15))
    loops, once = table[:, ln.AGENT] == 1, table[:, ln.AGENT] == 2
    calls = (loops & (goes_on | (draw(own, "calls") < 0.4))) | (
        once & ~goes_on & (draw(own, "calls") < 0.75)
    )
    out = np.where(calls, ln.TOOL_USE, ln.END_TURN)
    out = np.where(draw(own, "long") < 0.015 * last, ln.MAX_TOKENS, out)
    out = np.where(draw(own, "refused") < floats["refusals"][profile] * last, ln.REFUSAL, out)
    failed = draw(own, "failed") < floats["errors"][profile] * last
    table[:, ln.OUT] = np.where(failed, ln.ERROR, out)
    code = np.array([429, 429, 500, 529])[(draw(own, "status") * 4).astype(np.int64)]
    table[:, ln.STATUS] = np.where(failed, code, 200)
    table[:, ln.LATENCY] = (40 + 120 * draw(own, "latency")).astype(np.int64)


def _client(
    context: Context,
    table: I64,
    account: I64,
    group: I64,
    campaign: I64,
    conversation: U64,
    own: U64,
) -> None:
    attributes = context.attributes
    nets = attributes.networks
    spot = pick(draw(conversation, "network"), SHARES)
    few = draw(conversation, "few") < attributes.few[account]
    which = (draw(conversation, "client") * 2).astype(np.int64)
    shared = fold(context.week.group_seed[group], which, "client")
    common = len(world.APP_CUM) + pick(draw(shared, "sdk"), world.COMMON_SDK_CUM)
    mine = nets.agent[account, (draw(conversation, "agent") < 0.15).astype(np.int64)]
    agent = np.where(few, common, mine)
    table[:, ln.UA] = agent
    ja4 = world.AGENT_JA4[agent]
    odd = draw(conversation, "ja4") < 0.06
    table[:, ln.JA4] = np.where(odd, (draw(own, "odd") * len(world.JA4_TEXT)).astype(np.int64), ja4)
    table[:, ln.ASN], table[:, ln.PREFIX] = nets.asn[account, spot], nets.prefix[account, spot]
    table[:, ln.COUNTRY] = nets.country[account, spot]
    sticky = fold(context.week.accounts.uid[account], spot, "host")
    moved = draw(conversation, "host") < 0.2
    host = np.where(moved, fold(conversation, "host"), sticky)
    table[:, ln.HOST] = (host % np.uint64(253)).astype(np.int64) + 1
    always = draw(context.week.accounts.uid[account], "stripped") < attributes.missing[account]
    table[:, ln.CLIENT] = ~always
