"""What is true of a week? Parquet files of accounts, exchanges, campaigns, control groups."""

from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl

from others.campaign import Campaign
from others.clock import DAY, MONDAY
from others.records import Sent
from others.world import NEWEST_MODEL, World

Schema = dict[str, pl.DataType | type[pl.DataType]]

# Columns of campaigns.parquet that are parameters, common or a scenario's own.
_PARAMETERS: Schema = {
    "accounts": pl.Int64,
    "per_account": pl.Float64,
    "dilution": pl.Float64,
    "per_payment": pl.Int64,
    "per_net": pl.Int64,
    "paraphrase": pl.Float64,
    "variants": pl.Int64,
    "rules": pl.Int64,
    "synchrony": pl.Float64,
    "follow_up": pl.Float64,
    "place": pl.String,
    "task_source": pl.String,
    "queue": pl.String,
    "k_samples": pl.Int64,
    "net_type": pl.String,
    "clients": pl.Int64,
    "born_burst": pl.Float64,
    "age": pl.Float64,
    "first_day": pl.Float64,
    "days": pl.Float64,
    "clock": pl.String,
    "language": pl.String,
    "country": pl.String,
    "answer_words": pl.Float64,
    "thinking": pl.Boolean,
    "waves": pl.Int64,
    "exchange_paraphrase": pl.Boolean,
    "replay_k": pl.Int64,
    "rotate": pl.Boolean,
    "turns": pl.Int64,
    "cleaners": pl.Float64,
    "victim_share": pl.Float64,
    "span": pl.Float64,
    "mesh": pl.Boolean,
    "issuers": pl.Float64,
    "probers": pl.Int64,
    "probes": pl.Int64,
    "pools": pl.Int64,
    "overlap": pl.Float64,
    "pivot": pl.Float64,
    "pivot_lag": pl.Float64,
}
_ACCOUNTS: Schema = {
    "week": pl.Date,
    "account_id": pl.String,
    "kind": pl.String,
    "group": pl.String,
    "control": pl.String,
    "groups": pl.List(pl.String),
    "exchanges": pl.Int64,
    "campaign_exchanges": pl.Int64,
}
_EXCHANGES: Schema = {
    "week": pl.Date,
    "exchange_id": pl.String,
    "campaign": pl.String,
    "capability": pl.String,
    "variant": pl.Int64,
    "account_id": pl.String,
}
_CAMPAIGNS: Schema = {
    "week": pl.Date,
    "campaign": pl.String,
    "scenario": pl.String,
    "capabilities": pl.List(pl.Struct({"name": pl.String, "share": pl.Float64})),
    "pivot_model": pl.String,
    "pivot_share": pl.Float64,
    "pivot_hours": pl.Float64,
    "actor": pl.String,
    "exchanges": pl.Int64,
    "active_accounts": pl.Int64,
    **_PARAMETERS,
}


def write_truth(world: World, folder: Path) -> None:
    """Write the four files to the folder."""
    accounts = pl.DataFrame(_account_rows(world), schema=_ACCOUNTS, orient="row")
    accounts.write_parquet(folder / "accounts.parquet")
    exchanges = pl.DataFrame(_exchange_rows(world), schema=_EXCHANGES, orient="row")
    exchanges.write_parquet(folder / "exchanges.parquet")
    rows = [_campaign_row(world, campaign) for campaign in world.campaigns]
    # Not strict: some parameters are whole numbers in one campaign only.
    campaigns = pl.DataFrame(rows, schema=_CAMPAIGNS, strict=False)
    campaigns.write_parquet(folder / "campaigns.parquet")
    pl.DataFrame(world.groups).write_parquet(folder / "control_groups.parquet")


def _account_rows(world: World) -> list[tuple[Any, ...]]:
    """Return a row for each account that sent anything."""
    sent = Counter(exchange.account_id for exchange in world.sent)
    return [
        (
            MONDAY,
            account.id,
            account.kind,
            account.group,
            account.control,
            account.groups,
            account.emitted,
            sent[account.id],
        )
        for account in world.accounts
        if account.emitted
    ]


def _exchange_rows(world: World) -> list[tuple[Any, ...]]:
    return [(MONDAY, sent.exchange_id, *sent.label, sent.account_id) for sent in world.sent]


def _campaign_row(world: World, campaign: Campaign) -> dict[str, Any]:
    own = [sent for sent in world.sent if sent.label.campaign == campaign.name]
    known = {**vars(campaign.parameters), **campaign.parameters.special}
    row = {
        "week": MONDAY,
        "campaign": campaign.name,
        "scenario": campaign.scenario,
        "capabilities": _shares(own),
        "pivot_model": None,
        "pivot_share": None,
        "pivot_hours": None,
        "actor": campaign.actor,
        "exchanges": len(own),
        "active_accounts": len({sent.account_id for sent in own}),
        **{name: known.get(name) for name in _PARAMETERS},
    }
    if campaign.pivot_hours is not None:
        first_day = [sent for sent in own if world.launch <= sent.ts < world.launch + DAY]
        newest = sum(sent.model == NEWEST_MODEL for sent in first_day)
        row["pivot_model"] = NEWEST_MODEL
        row["pivot_share"] = newest / max(1, len(first_day))
        row["pivot_hours"] = campaign.pivot_hours
    return row


def _shares(own: list[Sent]) -> list[dict[str, Any]]:
    """Return each capability's share of the exchanges, the largest first."""
    shares: dict[str, float] = {}
    for sent in own:
        capability = sent.label.capability
        shares[capability] = shares.get(capability, 0) + 1 / len(own)
    ordered = sorted(shares.items(), key=lambda item: -item[1])
    return [{"name": name, "share": share} for name, share in ordered]
