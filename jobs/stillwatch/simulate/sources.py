"""Which answers and signatures come back in another account's request?

Invariant: what comes back was issued the day before to another account of the same campaign, and is
written again word for word, because the exchange that issued it is drawn again from its own seed.
"""

import numpy as np

from stillwatch.simulate import line as ln
from stillwatch.simulate.draws import Context, Rows, rows
from stillwatch.simulate.hashing import I64, Bools, draw, pick
from stillwatch.simulate.scenario import Campaign

TRIES = 5
KINDS = {"session": ln.SESSION, "signature": ln.SIGNATURE}


def issuing_streams(context_streams_campaign: I64, profile: I64, clean: I64, campaign: int) -> I64:
    """The streams of a campaign that collect answers (its cleaners do not)."""
    return np.flatnonzero((context_streams_campaign == campaign) & (clean[profile] == 0))


def attach(context: Context, day: int, block: Rows) -> None:
    """Fill the source columns of a block's rows, in place."""
    if day == 0:
        return
    streams = context.week.streams
    clean = context.behaviour.ints["clean"][streams.profile[block.stream]] > 0
    for n, campaign in enumerate(context.scenario.campaigns):
        if campaign.replay == "none" and not campaign.cleaner_share:
            continue
        mine = streams.campaign[block.stream] == n
        _attach(context, day, block, np.flatnonzero(mine & clean), n, ln.CLEAN)
        if campaign.replay != "none":
            chosen = mine & ~clean & _replays(block, campaign)
            _attach(context, day, block, np.flatnonzero(chosen), n, KINDS[campaign.replay])


def _replays(block: Rows, campaign: Campaign) -> Bools:
    replays: Bools = draw(block.seeds[:, ln.C], "replays") < campaign.replay_share
    return replays


def _attach(context: Context, day: int, block: Rows, at: I64, campaign: int, kind: int) -> None:
    """Find a source for each row; one that issued nothing fit is tried for again."""
    for attempt in range(TRIES):
        if len(at):
            at = at[~_try(context, day, block, at, (campaign, kind, attempt))]


def _try(context: Context, day: int, block: Rows, at: I64, how: tuple[int, int, int]) -> Bools:
    campaign, kind, attempt = how
    issuers = context.sources[campaign]
    volume = context.counts[issuers, day - 1]
    if not volume.sum():
        return np.zeros(len(at), bool)
    key = block.seeds[at, ln.C]  # all turns of a conversation carry the same replay
    chosen = pick(draw(key, "source", attempt), np.cumsum(volume) / volume.sum())
    source = issuers[chosen]
    j = (draw(key, "source j", attempt) * context.counts[source, day - 1]).astype(np.int64)
    issued = rows(context, day - 1, source, j)
    account = context.week.streams.account
    good: Bools = (account[source] != account[block.stream[at]]) & (
        issued.ints[:, ln.OUT] == ln.END_TURN
    )
    if kind != ln.CLEAN:
        good &= issued.ints[:, ln.THINK] > 0
    target, ints, seeds = at[good], issued.ints[good], issued.seeds[good]
    block.ints[target, ln.SOURCE] = kind
    first = ints[:, ln.TURN] == 0
    block.ints[target, ln.SOURCE_USER] = np.where(first, ints[:, ln.USER], ints[:, ln.FOLLOW])
    block.ints[target, ln.SOURCE_REPLY] = ints[:, ln.REPLY]
    block.seeds[target, ln.SOURCE_DAY] = seeds[:, ln.DAY]
    block.seeds[target, ln.SOURCE_J] = ints[:, ln.J].astype(np.uint64)
    block.seeds[target, ln.SOURCE_I] = seeds[:, ln.ITEM]
    return good
