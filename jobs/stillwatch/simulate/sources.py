"""Which answers and signatures come back in another account's request?

A campaign's cleaners send back what its collectors got, and saved sessions are played on other
accounts. Honest people do alike: a colleague's or a friend's answer is pasted to be checked or
shortened, and a router goes on with a conversation under its next key.

Invariant: what comes back was issued the day before to another account of the same campaign or the
same innocent community, and is written again word for word, because the exchange that issued it is
drawn again from its own seed.
"""

from typing import NamedTuple

import numpy as np

from stillwatch.simulate import line as ln
from stillwatch.simulate.behaviour import Behaviour
from stillwatch.simulate.draws import Context, Rows, rows
from stillwatch.simulate.hashing import F64, I64, Bools, draw
from stillwatch.simulate.population import Week
from stillwatch.simulate.scenario import Scenario

TRIES = 5
KINDS = {"none": ln.NO_SOURCE, "session": ln.SESSION, "signature": ln.SIGNATURE}
NOBODY = -1


class Sharing(NamedTuple):
    """Who may send back whose answers; arrays are over the streams of a week.

    `order` lists the streams whose answers come back, those of one circle together: circle k's are
    `order[bounds[k]:bounds[k + 1]]`.
    """

    circle: I64
    kind: I64
    share: F64
    order: I64
    bounds: I64


def sharing(scenario: Scenario, behaviour: Behaviour, week: Week) -> Sharing:
    """Circles of streams: a campaign each, and a community each whose people pass answers on."""
    streams = week.streams
    kinds = np.array([KINDS[p.replay] for p in behaviour.profiles], np.int64)[streams.profile]
    share = behaviour.floats["replay_share"][streams.profile]
    cleans = behaviour.ints["clean"][streams.profile] > 0
    pastes = behaviour.ints["pastes"][streams.profile] > 0
    group = week.accounts.group[streams.account]
    circle = np.where(pastes | (kinds > 0), len(scenario.campaigns) + group, NOBODY)
    for n, campaign in enumerate(scenario.campaigns):
        mine = streams.campaign == n
        if campaign.cleaner_share or campaign.replay != "none":
            circle = np.where(mine, n, circle)
            kinds = np.where(mine & ~cleans, KINDS[campaign.replay], kinds)
            share = np.where(mine, campaign.replay_share, share)
    issuers = np.flatnonzero((circle != NOBODY) & ~cleans)
    order = issuers[np.argsort(circle[issuers], kind="stable")]
    bounds = np.searchsorted(circle[order], np.arange(int(circle.max(initial=0)) + 2))
    return Sharing(circle, kinds, share, order, bounds)


def attach(context: Context, day: int, block: Rows, shared: Sharing) -> None:
    """Fill the source columns of a block's rows, in place."""
    if day == 0:
        return
    plays = draw(block.seeds[:, ln.C], "replays") < shared.share[block.stream]
    kind = np.where(plays, shared.kind[block.stream], ln.NO_SOURCE)
    kind = np.where(block.pastes, ln.CLEAN, kind)
    at = np.flatnonzero((kind != ln.NO_SOURCE) & (shared.circle[block.stream] != NOBODY))
    issued = np.concatenate([[0], np.cumsum(context.counts[shared.order, day - 1])])
    for attempt in range(TRIES):  # one that issued nothing fit is tried for again
        if len(at):
            at = at[~_try(context, day, block, at, kind[at], shared, issued, attempt)]


def _try(
    context: Context, day: int, block: Rows, at: I64, kind: I64, shared: Sharing, issued: I64,
    attempt: int,
) -> Bools:  # fmt: skip
    circle = shared.circle[block.stream[at]]
    first, last = issued[shared.bounds[circle]], issued[shared.bounds[circle + 1]]
    key = block.seeds[at, ln.C]  # all turns of a conversation carry the same replay
    place = first + (draw(key, "source", attempt) * (last - first)).astype(np.int64)
    chosen = np.searchsorted(issued, place, side="right") - 1
    some = first < last
    source = shared.order[np.where(some, chosen, 0)]
    j = np.where(some, place - issued[chosen], 0)
    found = rows(context, day - 1, source, j)
    account = context.week.streams.account
    good: Bools = some & (account[source] != account[block.stream[at]])
    good &= found.ints[:, ln.OUT] == ln.END_TURN
    good &= (kind == ln.CLEAN) | (found.ints[:, ln.THINK] > 0)
    target, ints, seeds = at[good], found.ints[good], found.seeds[good]
    block.ints[target, ln.SOURCE] = kind[good]
    opening = ints[:, ln.TURN] == 0
    block.ints[target, ln.SOURCE_USER] = np.where(opening, ints[:, ln.USER], ints[:, ln.FOLLOW])
    block.ints[target, ln.SOURCE_REPLY] = ints[:, ln.REPLY]
    block.seeds[target, ln.SOURCE_DAY] = seeds[:, ln.DAY]
    block.seeds[target, ln.SOURCE_J] = ints[:, ln.J].astype(np.uint64)
    for mine, theirs in zip(ln.SOURCE_SCOPES, ln.SCOPES_OF_SOURCE, strict=True):
        block.seeds[target, mine] = seeds[:, theirs]
    return good
