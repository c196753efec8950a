"""Which groups of accounts are judged this week, and how?

Every judged group has a row, also the innocent ones: an analyst must see what was looked at and
explained otherwise. So has a campaign that was accused in an earlier week and sent nothing in this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from stillwatch.config import Run
from stillwatch.judgement import actors, crowds, flows, grouping, profiles, sampling, variants
from stillwatch.judgement.attribution import combinations, index_of, members_of
from stillwatch.judgement.bench import Bench, Judged
from stillwatch.judgement.grouping import polars, split
from stillwatch.judgement.held import held
from stillwatch.judgement.identity import Groups, Identity, Known, dormant, identify, known, lasting
from stillwatch.judgement.instruments import instruments as shared_instruments
from stillwatch.judgement.instruments import of_few, owned, tied, without_strangers
from stillwatch.judgement.leads import leads
from stillwatch.judgement.linked import linked
from stillwatch.judgement.pivots import Pivot, launches, pivots
from stillwatch.judgement.precedence import in_order
from stillwatch.kernels.holders import Activity
from stillwatch.kernels.null_model import benjamini_hochberg
from stillwatch.tables import table

# Whom indicators name is told of groups that someone will look at, not of innocent ones.
NAMED = ("confirmed", "probable", "withheld", "watch")
PIVOT = tuple(field.name for field in fields(Pivot))


def transform(frames: Mapping[str, Any], run: Run) -> DataFrame:
    """Judged groups of the week.

    Args:
        frames: The week's links, traces, exchanges, accounts, models, indicators and decisions,
            and the published campaigns of earlier weeks and of this one, as tables that tasks
            read.
        run: Week, settings and key.
    """
    settings = run.settings.judge
    stored = frames["silver.exchanges"]
    exchanges, traces = stored.frame, frames["silver.traces"]
    spark = exchanges.sparkSession
    schema = StructType.fromJson(table("gold.campaigns").schema_json())
    activity, addressed = senders(exchanges)
    active = pl.DataFrame({"account_id": activity.names, "n": activity.exchanges})
    shared = held(traces, activity, settings)
    pools = of_few(traces, settings)
    clustered, parted = grouping.operations(shared.popular, pools, active.height, settings)
    own = with_pools(clustered, sampling.pools(shared.few, settings))
    sent = combinations(stored, index_of(own))
    names = pl.DataFrame({"account": activity.codes, "account_id": activity.names})
    sharing = pools.join(names, on="account").select("instrument", "account_id")
    ranked, own, sent = in_order(own, sent, active, parted, sharing, settings)
    ranks = ranked.select("group", "rank").unique()
    alike = crowds.overlaps(sent, ranked.filter(~pl.col("occasional")))
    rank_of = dict(ranks.iter_rows())
    alike = alike.filter(pl.col("other").is_in(ranks["group"].implode())).with_columns(
        pl.col("group", "other").replace_strict(rank_of, return_dtype=pl.Int64)
    )
    own = own.join(ranks, on="group", how="inner")
    own = own.with_columns(group=pl.col("rank")).sort("group", "layer", "trace")
    members, occasional = (
        ranked.filter(pl.col("occasional") == seldom).select(
            pl.col("rank").alias("group"), "account_id"
        )
        for seldom in (False, True)
    )
    communities = linked(
        frames["gold.account_links"], activity, run.settings.links.q_value, settings
    )
    asked = pl.concat([frame["account_id"] for frame in (members, occasional, communities)])
    instruments, popularity = shared_instruments(traces, asked.unique())
    said = polars(frames["silver.accounts"].frame.select(*profiles.KNOWN))
    taken = flows.moved(traces, members["account_id"].unique())
    into = flows.joined(members, taken, _common(said, owned(instruments, settings)))
    own, members, occasional = (_into(frame, into) for frame in (own, members, occasional))
    occasional = occasional.join(members, on=["group", "account_id"], how="anti")
    own = own.select(list(grouping.TRACES))
    further = variants.more(shared, stored, own, members, activity, settings)
    own = pl.concat([own, further, flows.signatures(stored, members)])
    index = index_of(own)
    silent = linked_only(members, communities)
    paying = said.filter(pl.col("payment_hash").is_not_null())["account_id"]
    told = addressed.filter(addressed.is_in(paying.implode()))
    members = without_strangers(members, instruments, told, settings)
    guests = tied(occasional, members, instruments, settings)
    launched = launches(frames["bronze.models"].frame, run)

    def profiled(guests: pl.DataFrame) -> tuple[profiles.Profiles, pl.DataFrame]:
        everyone = pl.concat([members, guests])
        judged = pl.concat([everyone, silent])
        profile = profiles.collect(
            stored,
            index,
            members_of(everyone),
            members_of(guests),
            (instruments.join(judged, on="account_id", how="semi"), popularity),
            activity,
            said,
            launched,
        )
        # Whose every exchange another group explains better is no member.
        sending = members.join(profile.sent, on=["group", "account_id"], how="semi")
        return profile, sending

    profile, sending = profiled(guests)
    # Those whose host a stronger group explained away go with it; its exchanges may be others'.
    left = tied(occasional, sending, instruments, settings)
    if left.height < guests.height:
        guests = left
        profile, sending = profiled(guests)
    moved = pivots(profile.moved, profile.everyone, launched)
    guests = guests.join(profile.sent, on=["group", "account_id"], how="semi")
    matched = named(frames["bronze.indicators"].frame, profile.accounts, exchanges, run)
    published, former = history(frames.get("gold.campaigns@history"), run.week)
    recorded = frames["gold.decisions"].frame
    decided = decisions(recorded)
    theirs = _traces(own, sending)
    earlier = known(published)
    groups = _groups(theirs, pl.concat([sending, silent]))
    identities = identify(groups, earlier, run.week, known(former))
    # A backfill knows what had been decided by then, as the week's first run did.
    before = leads(groups, identities, published, _dismissed(recorded, run.week), run.week)
    everyone = pl.concat([sending, guests, silent])
    # What holds for an end of a flow need not hold for the whole.
    alike = alike.filter(~pl.col("group").is_in([*into, *into.values()])).with_columns(
        pl.col("other").replace(into)
    )
    judged = Bench(profile, everyone, guests, settings, before, alike).judge()
    rows = _rows(judged, theirs, moved, matched, active.height, identities, run.week)
    rows += [_asleep(campaign) for campaign in dormant(earlier, identities, run.week)]
    made: DataFrame = spark.createDataFrame(
        [{**row, "week": run.week, "decision": decided.get(row["campaign_id"])} for row in rows],
        schema,
    )
    return made


def senders(exchanges: DataFrame) -> tuple[Activity, pl.Series]:
    """Active accounts with what each sends in all, and those that mostly send with an address.

    Some 40 bytes an account, in the driver.
    """
    counts = F.count("*").alias("n"), F.count("network_hash").alias("addressed")
    rows = exchanges.groupBy("account_id").agg(*counts).toArrow()
    counted = pl.DataFrame(pl.from_arrow(rows))
    mostly = counted.filter(pl.col("addressed") * 2 >= pl.col("n"))
    return Activity.counted(rows), mostly["account_id"].sort()


def with_pools(own: pl.DataFrame, pools: pl.DataFrame) -> pl.DataFrame:
    """Traces of clusters and of sampled pools, each group with a number of its own."""
    first = int(own["group"].to_numpy().max()) + 1 if own.height else 0
    return pl.concat(
        [own.select(list(grouping.TRACES)), pools.with_columns(pl.col("group") + first)]
    )


def _into(frame: pl.DataFrame, into: dict[int, int]) -> pl.DataFrame:
    """The rows under the groups that theirs go into, each once."""
    moved = frame.with_columns(pl.col("group").replace(into))
    return moved.unique(maintain_order=True).sort(moved.columns[:3])


def _common(said: pl.DataFrame, instruments: pl.DataFrame) -> pl.DataFrame:
    """Organisations of accounts, and their instruments: layer, trace, account_id."""
    organised = said.filter(pl.col("org_id").is_not_null())
    return pl.concat(
        [
            instruments.select("layer", pl.col("trace").cast(pl.String), "account_id"),
            organised.select(
                pl.lit("organisation").alias("layer"), pl.col("org_id").alias("trace"), "account_id"
            ),
        ]
    )


def linked_only(members: pl.DataFrame, communities: pl.DataFrame) -> pl.DataFrame:
    """Linked communities that have no content of their own: group, account_id."""
    first = int(members["group"].to_numpy().max()) + 1 if members.height else 0
    return grouping.uncovered(communities, members, first).select(members.columns)


def decisions(recorded: DataFrame) -> dict[str, str]:
    """The last decision on each campaign."""
    frame = polars(recorded.select("campaign_id", "decision", "at", "by")).sort("at", "by")
    return dict(zip(frame["campaign_id"], frame["decision"], strict=True))


def history(published: Any, week: date) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of earlier weeks, and those that the week itself was last published with."""
    if published is None:
        return [], []
    rows = [row.asDict(recursive=True) for row in published.frame.collect()]
    return [r for r in rows if r["week"] < week], [r for r in rows if r["week"] == week]


def named(
    indicators: DataFrame, accounts: pl.DataFrame, exchanges: DataFrame, run: Run
) -> pl.DataFrame:
    """Active accounts that partners' indicators name."""
    shared = polars(indicators.select("indicator_type", "value", "actor", "confidence"))

    def used(addresses: list[int]) -> pl.DataFrame:
        spark = exchanges.sparkSession
        wanted = spark.createDataFrame([(a,) for a in addresses], "address_hash long")
        met = exchanges.join(F.broadcast(wanted), on="address_hash", how="left_semi")
        return polars(met.select("account_id", F.col("address_hash").alias("hash")).distinct())

    return actors.matches(actors.hashed(shared, run.key), accounts, used)


def _dismissed(recorded: DataFrame, week: date) -> set[str]:
    """Campaigns that had last been dismissed by the week's end."""
    by_then = decisions(recorded.where(F.col("at") < F.lit(week + timedelta(days=7))))
    return {campaign for campaign, decision in by_then.items() if decision == "dismissed"}


def _traces(own: pl.DataFrame, sending: pl.DataFrame) -> dict[int, list[dict[str, Any]]]:
    """Rows of gold.campaigns.traces of each group that sends anything."""
    kept = own.filter(pl.col("group").is_in(sending["group"].unique().to_list()))
    return {
        number: part.select("layer", "trace", "accounts", "exchanges").to_dicts()
        for number, part in split(kept).items()
    }


def _groups(traces: Mapping[int, list[dict[str, Any]]], members: pl.DataFrame) -> Groups:
    """What lasts of each group's traces, with exchanges, and its accounts."""
    return {
        number: (lasting(traces.get(number, ())), frozenset(part["account_id"]))
        for number, part in split(members).items()
    }


def _rows(
    judged: list[Judged],
    traces: Mapping[int, list[dict[str, Any]]],
    moved: dict[int, Pivot],
    matched: pl.DataFrame,
    population: int,
    identities: Mapping[int, Identity],
    week: date,
) -> list[dict[str, Any]]:
    q = benjamini_hochberg(np.array([one.verdict.p_value for one in judged]))
    rows = []
    for one, q_value in zip(judged, q, strict=True):
        sent = traces.get(one.number, [])
        row = _row(one, float(q_value), sent, identities[one.number], week)
        if one.number in moved:
            row |= asdict(moved[one.number])
        if one.verdict.verdict in NAMED:
            # Guests were chosen by their instruments, which an indicator may name.
            row |= _actor(
                actors.actor(sorted(_members_of(one)), matched, population), row["explanation"]
            )
        rows.append(row)
    return rows


def _members_of(one: Judged) -> frozenset[str]:
    return frozenset(one.group.members["account_id"]) - frozenset(one.guests)


def _actor(found: actors.Actor | None, explanation: str) -> dict[str, Any]:
    if found is None:
        return {}
    text = f"{explanation} {found.statement[0].upper()}{found.statement[1:]}."
    return {"actor": found.name, "actor_confidence": found.confidence, "explanation": text}


def _asleep(campaign: Known) -> dict[str, Any]:
    """A row for an accused campaign that was not seen this week; its traces are carried along."""
    kept = ("campaign_id", "traces", "actor", "actor_confidence", "precedence")
    lists = (
        *("capabilities", "limits", "members", "judged", "guests", "terms"),
        *("merged_from", "split_from"),
    )
    return {
        **dict.fromkeys(campaign.row),
        **{name: campaign.row[name] for name in kept},
        **{name: [] for name in lists},
        "verdict": "watch",
        "status": "dormant",
        "last_seen": campaign.last_seen,
        "accounts": 0,
        "exchanges": 0,
        "explanation": f"Not seen this week; last seen in the week of {campaign.last_seen}.",
    }


def _row(
    one: Judged, q: float, traces: list[dict[str, Any]], identity: Identity, week: date
) -> dict[str, Any]:
    group, verdict = one.group, one.verdict
    return {
        **asdict(identity),
        "verdict": verdict.verdict,
        "q_value": q,
        "p_value": verdict.p_value,
        "accounts": group.members.height,
        "exchanges": group.exchanges,
        "first_ts": one.first_ts,
        "last_ts": one.last_ts,
        "last_seen": week,
        "capabilities": one.capabilities,
        **dict.fromkeys((*PIVOT, "actor", "actor_confidence")),
        "limits": list(verdict.limits),
        "explanation": _on_whom(one) + verdict.explanation,
        "traces": traces,
        "members": group.members["account_id"].to_list(),
        "judged": one.rested,
        "guests": one.guests,
        "precedence": one.number,
        # A term's fields are those of the column's structs.
        "terms": [asdict(term) for term in verdict.terms],
    }


def _on_whom(one: Judged) -> str:
    size, rested, guests = one.group.members.height, len(one.rested), len(one.guests)
    if rested == size:
        return ""
    others = [
        text
        for text, are_some in (
            ("are in a group that was accused before", rested + guests < size),
            ("send its traces too seldom to be members, from instruments of members", guests > 0),
        )
        if are_some
    ]
    return f"Judged by {rested} of its {size} accounts: the others {', or '.join(others)}. "
