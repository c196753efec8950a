"""Which model is asked: the account's usual one, or a new one that it has moved to?

Honest accounts move at their own pace: some never, the others days after the launch. A campaign
that pivots follows a ramp: the hourly share of the new model is plateau × (1 − exp(−t/τ)), with τ
set so that half the plateau is reached after `pivot_hours`, and the plateau so that the mean over
the first 24 hours is `pivot_share`.
"""

import numpy as np

from stillwatch.simulate.hashing import F64, I64, U64, draw, pick
from stillwatch.simulate.scenario import Scenario


def model_of(scenario: Scenario, uid: U64, conversation: U64, campaign: I64, hour: F64) -> I64:
    """The model of each conversation, as an index into the scenario's models."""
    models = scenario.models
    old = [k for k, m in enumerate(models) if m.launched_hours < 0] or [0]
    weights = np.array([models[k].share for k in old]) if models else np.ones(1)
    cum = np.cumsum(weights) / weights.sum()
    stray = draw(conversation, "stray") < 0.15
    chosen = np.array(old)[
        pick(np.where(stray, draw(conversation, "model"), draw(uid, "model")), cum)
    ]
    for k, model in enumerate(models):
        if model.launched_hours < 0:
            continue
        since = hour - model.launched_hours
        delay = 24 * model.adoption_days * draw(uid, k, "delay") * 2
        adopts = draw(uid, k, "adopts") < model.adopters
        chance = np.where(adopts & (since > delay), 0.75, 0.0)
        for n, planted in enumerate(scenario.campaigns):
            if planted.pivot_share and planted.pivot_model == model.name:
                tau = planted.pivot_hours / np.log(2)
                ramp = 1 - np.exp(-np.maximum(since, 0) / tau)
                plateau = planted.pivot_share / (1 - tau / 24 * (1 - np.exp(-24 / tau)))
                chance = np.where(campaign == n, min(1.0, plateau) * ramp, chance)
        moves = (since >= 0) & (draw(conversation, k, "moves") < chance)
        chosen = np.where(moves, k, chosen)
    return chosen
