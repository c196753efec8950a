"""When does an exchange happen: on which day of the week, at which time?

Honest people follow their own hours in their own time zone. A campaign may keep shifts (its
accounts work in the same windows), balance its load (its accounts take turns), run without pause,
or keep organic hours.
"""

import numpy as np

from stillwatch.simulate import world
from stillwatch.simulate.behaviour import Behaviour
from stillwatch.simulate.hashing import F64, I64, U64, draw, fold, normal
from stillwatch.simulate.population import Week

RHYTHMS = world.rhythm_table()[0]
SHIFTS, BALANCED, CONSTANT, LAUNCH = (
    RHYTHMS.index(x) for x in ("shifts", "balanced", "constant", "launch")
)
WINDOWS, WINDOW_HOURS = 3, 2.5


def day_counts(week: Week, behaviour: Behaviour, launch_days: list[int]) -> I64:
    """Exchanges of each stream on each day, 7 columns; the week's count is kept exactly.

    Systematic sampling along the week's weights (Cochran 1977, chapter 8).
    """
    streams = week.streams
    rhythm = behaviour.ints["rhythm"][streams.profile]
    weight = behaviour.week[rhythm].copy()
    day = np.arange(7)
    for launch in launch_days:
        near = np.isin(day, (launch, launch + 1)) * 12.0 + 1.0
        weight[rhythm == LAUNCH] *= near
    irregular = np.stack([normal(streams.key, week.number, d, "day") for d in range(7)], axis=1)
    spread = np.where((rhythm == SHIFTS) | (rhythm == BALANCED) | (rhythm == CONSTANT), 0.15, 0.8)
    weight *= np.exp(irregular * spread[:, None])
    weight *= (day >= streams.first_day[:, None]) & (day < streams.last_day[:, None])
    weight[weight.sum(axis=1) == 0] = 1e-300  # an account without days; its count is 0
    edges = np.cumsum(weight, axis=1) / weight.sum(axis=1, keepdims=True)
    edges = np.concatenate([np.zeros((len(edges), 1)), edges], axis=1)
    edges[:, -1] = 1.0
    phase = draw(streams.key, week.number, "phase")[:, None]
    marks = np.floor(edges * streams.sent[:, None] + phase).astype(np.int64)
    return np.diff(marks, axis=1)


def hours_of_day(
    behaviour: Behaviour, week: Week, profile: I64, account: I64, group: I64, country: I64,
    day: int, conversation: U64, j: I64, count: I64,
) -> F64:  # fmt: skip
    """The hour, 0 to 24 in UTC, at which each conversation begins."""
    rhythm = behaviour.ints["rhythm"][profile]
    uid = week.accounts.uid[account]
    u = draw(conversation, "hour")
    cdf = behaviour.hours[rhythm]
    at = np.minimum((u[:, None] >= cdf).sum(axis=1), 23)
    below = np.where(at > 0, cdf[np.arange(len(at)), np.maximum(at - 1, 0)], 0.0)
    inside = (u - below) / np.maximum(cdf[np.arange(len(at)), at] - below, 1e-12)
    local = at + inside + 1.5 * normal(uid, "chronotype") * (rhythm < 4)
    hours = local - world.OFFSETS[country]
    jitter = behaviour.floats["jitter_minutes"][profile] / 60 * normal(conversation, "jitter")
    seed = week.group_seed[group]
    window = (draw(conversation, "window") * WINDOWS).astype(np.int64)
    start = 24 * draw(fold(seed, week.number, day, window, "shift"))
    shift = start + WINDOW_HOURS * draw(conversation, "inside") + jitter
    turn = 24 * (j + draw(uid, day, week.number, "turn")) / np.maximum(count, 1) + jitter
    hours = np.where(rhythm == SHIFTS, shift, np.where(rhythm == BALANCED, turn, hours))
    result: F64 = np.mod(hours, 24.0)
    return result


def gap_seconds(conversation: U64, sdk: I64) -> F64:
    """Seconds between two turns: people read and type, programs do not."""
    result: F64 = np.where(sdk > 0, 3.0, 45.0) * np.exp(0.8 * normal(conversation, "gap"))
    return result
