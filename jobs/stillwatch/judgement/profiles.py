"""What did each account of a group do in the group's name, and what did everyone do?

Counted in one pass over the exchanges, next to the data; what comes back is a row a group and
account. Figures of a group are sums over any subset of its accounts, so that a group can be judged
without those that a stronger group explains.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from stillwatch.judgement.attribution import TRACES, first_of, traces_of
from stillwatch.judgement.grouping import polars
from stillwatch.judgement.held import HARNESS
from stillwatch.judgement.pivots import BIN_SECONDS, HORIZON, Launch
from stillwatch.kernels.attribution import LAYERS, Carried, Index, Members, carried
from stillwatch.kernels.blocks import KEY, as_they_are, spark_json
from stillwatch.kernels.holders import Activity
from stillwatch.kernels.tally import groups, mixed
from stillwatch.kernels.traces import numbers, together
from stillwatch.kernels.xxhash import xxhash64

READ = (
    *("exchange_id", "account_id", "event_date", "ts", "capability", "elicits_reasoning"),
    *("grades_answers", "output_tokens", "prompt_hash", "model", "network_hash"),
    *TRACES,
)
# Columns of silver.accounts: who an account says it is.
KNOWN = (
    *("account_id", "created_at", "payment_hash"),
    *("email_domain_hash", "org_id", "reseller_id"),
)
# Of an account: on a capability worth training for, asking for reasoning, for grades; tokens out.
CONTENT = ("targeted", "elicits", "grades", "output_tokens")
SUMS = ("exchanges", "elicits", "grades", "output_tokens")
LONG, TIME = pa.int64(), pa.timestamp("us", "UTC")
SENT = pa.schema(
    [
        ("group", LONG),
        ("account_id", pa.string()),
        ("capability", pa.string()),
        *((name, LONG) for name in (*SUMS, "span_exchanges")),
        ("first_ts", TIME),
        ("last_ts", TIME),
    ]
)
PROMPTS = pa.schema([(name, LONG) for name in ("group", "prompt", "account", "exchanges")])
SENDERS = pa.schema([(name, LONG) for name in ("group", "senders", "prompts", "exchanges")])
BINS = ("launch", "bin", "n", "moved")
MOVED = pa.schema([("group", LONG), ("account_id", pa.string()), *((name, LONG) for name in BINS)])
# What is counted of every account.
COUNTED = ("n", "addressed", *CONTENT)
HOURS = pa.schema([(name, LONG) for name in ("account", "hour", *COUNTED)])
ACTIVE = pa.schema(
    [*((name, LONG) for name in ("account", *COUNTED)), ("hour_entropy", pa.float64())]
)
WHOLE = pa.schema(
    [
        ("day", LONG),
        ("capability", pa.string()),
        *((name, LONG) for name in (*SUMS, "addressed")),
    ]
)
EVERYONE = pa.schema([(name, LONG) for name in BINS])
KINDS = (SENT, PROMPTS, MOVED, HOURS, WHOLE, EVERYONE)


@dataclass(frozen=True)
class Profiles:
    """Aggregates of the week.

    Attributes:
        sent: group, account_id, exchanges, elicits, grades, output_tokens, span_exchanges,
            first_ts, last_ts.
        senders: group, senders, prompts, exchanges: how many prompts that many accounts sent,
            guests aside.
        capabilities: group, account_id, capability, exchanges.
        instruments: layer, trace, account_id, holders (accounts in all that hold it), for the
            accounts of groups.
        accounts: A row an active account: n, addressed (exchanges with an address), targeted (on
            a capability worth training for), elicits, grades, output_tokens, hour_entropy,
            created_at, payment_hash, email_domain_hash, org_id, reseller_id.
        population: One row: exchanges, elicits, grades, output_tokens.
        population_capabilities: capability, exchanges.
        popularity: layer, holders, instruments: how many instruments that many accounts hold.
        days: day, exchanges, addressed.
        moved: group, account_id, launch (its place), bin (five minutes since), n, moved.
        everyone: launch, bin, n, moved.
    """

    sent: pl.DataFrame
    senders: pl.DataFrame
    capabilities: pl.DataFrame
    instruments: pl.DataFrame
    accounts: pl.DataFrame
    population: pl.DataFrame
    population_capabilities: pl.DataFrame
    popularity: pl.DataFrame
    days: pl.DataFrame
    moved: pl.DataFrame
    everyone: pl.DataFrame


def collect(
    exchanges: Any,
    index: Index,
    members: Members,
    guests: Members,
    held: tuple[pl.DataFrame, pl.DataFrame],
    activity: Activity,
    accounts: pl.DataFrame,
    launched: Sequence[Launch],
) -> Profiles:
    """Profiles of all groups.

    Args:
        exchanges: silver.exchanges, as a table that tasks read.
        index: The groups' own traces; a lower number takes precedence.
        members: The groups' accounts.
        guests: Those of them of whose prompts nothing is concluded.
        held: Instruments of all accounts that are judged, and how many there are by holders.
        activity: Active accounts.
        accounts: KNOWN of every account.
        launched: Models of the week with their launches.
    """
    made = exchanges.fan(partial(_counted, index, members, guests, launched), READ, KINDS)
    mine, prompts, moved, hours, whole, everyone = made
    sent = _collected(mine.batches(partial(_polars, _added, SENT), spark_json(SENT)))
    days = _collected(whole.each(as_they_are, spark_json(WHOLE)))
    return Profiles(
        sent=sent.group_by("group", "account_id")
        .agg(pl.col(*SUMS, "span_exchanges").sum(), *_times())
        .sort("group", "account_id"),
        senders=_collected(prompts.batches(_senders, spark_json(SENDERS)))
        .group_by("group", "senders")
        .agg(pl.col("prompts", "exchanges").sum())
        .sort("group", "senders"),
        capabilities=sent.select("group", "account_id", "capability", "exchanges").sort(
            "group", "account_id", "capability"
        ),
        instruments=held[0],
        accounts=_accounts(
            _collected(hours.batches(_active, spark_json(ACTIVE))), activity, accounts
        ),
        population=days.select(pl.col(*SUMS).sum()),
        population_capabilities=days.group_by("capability").agg(pl.col("exchanges").sum()),
        popularity=held[1],
        days=days.group_by(pl.col("day").cast(pl.Int32).cast(pl.Date))
        .agg(pl.col("exchanges", "addressed").sum())
        .sort("day"),
        moved=_collected(moved.batches(partial(_polars, _moves, MOVED), spark_json(MOVED))),
        everyone=_collected(everyone.each(as_they_are, spark_json(EVERYONE)))
        .group_by("launch", "bin")
        .agg(pl.col("n", "moved").sum())
        .sort("launch", "bin"),
    )


def _collected(batches: Any) -> pl.DataFrame:
    return polars(batches.frame())


def _polars(work: Any, schema: pa.Schema, rows: pa.Table) -> Iterator[pa.RecordBatch]:
    """Rows of the schema from a function of Polars frames."""
    made: pl.DataFrame = work(pl.DataFrame(pl.from_arrow(rows)))
    yield from made.select(schema.names).to_arrow().cast(schema).to_batches()


def _counted(
    index: Index,
    members: Members,
    guests: Members,
    launched: Sequence[Launch],
    batches: Iterable[pa.RecordBatch],
) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Rows of every kind of KINDS, keyed: what some ten thousand exchanges add to each."""
    for batch in together(batches):
        account = xxhash64(batch.column("account_id")).to_numpy(zero_copy_only=False)
        hit = first_of(batch, carried(traces_of(batch), index), members)
        rows = pa.array(hit.rows)
        mine = batch.select(MINE).take(rows)
        theirs = _frame(mine, hit)
        is_guest = guests.hold(mine.column("account_id"), hit.groups)
        yield 0, _keyed(_added(theirs), SENT)
        yield 1, _prompts(batch, hit.where(~is_guest), account)
        yield 2, _keyed(_moves(binned(theirs, launched)), MOVED)
        yield 3, _hours(batch, account)
        everyone = pl.DataFrame(pl.from_arrow(batch.select(ALL)))
        yield 4, _keyed(_whole(everyone), WHOLE)
        bins = binned(everyone, launched).group_by("launch", "bin").agg(pl.col("n", "moved").sum())
        yield 5, _keyed(bins, EVERYONE)


MINE = [*("account_id", "ts", "capability", "elicits_reasoning", "grades_answers"),
        *("output_tokens", "model")]  # fmt: skip
ALL = [*MINE[1:], "event_date", "network_hash"]


def _frame(rows: pa.RecordBatch, hit: Carried) -> pl.DataFrame:
    typed = ~np.isin(hit.layers, [LAYERS.index(name) for name in HARNESS])
    return pl.DataFrame(pl.from_arrow(rows)).with_columns(
        group=pl.Series(hit.groups, dtype=pl.Int64),
        exchanges=pl.lit(1, pl.Int64),
        elicits=pl.col("elicits_reasoning").cast(pl.Int64),
        grades=pl.col("grades_answers").cast(pl.Int64),
        span_exchanges=pl.Series(typed).cast(pl.Int64),
        first_ts=pl.col("ts"),
        last_ts=pl.col("ts"),
    )


def _times() -> tuple[pl.Expr, pl.Expr]:
    return pl.col("first_ts").min(), pl.col("last_ts").max()


def _added(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of SENT, one a group, account and capability."""
    return rows.group_by("group", "account_id", "capability").agg(
        pl.col(*SUMS, "span_exchanges").sum(), *_times()
    )


def _moves(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of MOVED, one a group, account, launch and bin."""
    return rows.group_by("group", "account_id", "launch", "bin").agg(pl.col("n", "moved").sum())


def binned(rows: pl.DataFrame, launched: Sequence[Launch]) -> pl.DataFrame:
    """Exchanges since each launch, and whether they went to the model, by five minutes."""
    since = [
        rows.with_columns(
            launch=pl.lit(place, pl.Int64),
            since=pl.col("ts").dt.epoch("s") - at,
            moved=(pl.col("model") == model).fill_null(value=False).cast(pl.Int64),
            n=pl.lit(1, pl.Int64),
        )
        for place, (model, at) in enumerate(launched)
    ]
    if not since:
        nothing = {name: pl.lit(0, pl.Int64) for name in BINS}
        return rows.with_columns(**nothing).clear()
    return (
        pl.concat(since)
        .filter((pl.col("since") >= 0) & (pl.col("since") < HORIZON))
        .with_columns(bin=pl.col("since") // BIN_SECONDS)
    )


def _whole(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of WHOLE: what everyone sent, by day and capability."""
    day = pl.col("event_date").cast(pl.Int32).cast(pl.Int64).alias("day")
    return rows.group_by(day, "capability").agg(
        exchanges=pl.len().cast(pl.Int64),
        elicits=pl.col("elicits_reasoning").sum().cast(pl.Int64),
        grades=pl.col("grades_answers").sum().cast(pl.Int64),
        output_tokens=pl.col("output_tokens").sum(),
        addressed=pl.col("network_hash").is_not_null().sum().cast(pl.Int64),
    )


def _keyed(rows: pl.DataFrame, schema: pa.Schema) -> pa.RecordBatch:
    """Rows of the schema, keyed by account, else by day or bin."""
    table = rows.select(schema.names).to_arrow().cast(schema).combine_chunks()
    named = "account_id" in schema.names
    number = "day" if "day" in schema.names else "bin"
    key = xxhash64(table.column("account_id")) if named else table.column(number)
    return _batch(table.add_column(0, KEY, key))


def _batch(table: pa.Table) -> pa.RecordBatch:
    found = table.combine_chunks().to_batches()
    return found[0] if found else pa.RecordBatch.from_pylist([], schema=table.schema)


def _columns(columns: Sequence[NDArray[np.int64]], names: Sequence[str]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array(each) for each in columns], names=list(names))


def _prompts(batch: pa.RecordBatch, hit: Carried, account: NDArray[np.int64]) -> pa.RecordBatch:
    """Rows of PROMPTS: how often each account sent each prompt of a group."""
    column = batch.column("prompt_hash")
    # A prompt without words is nobody's copy.
    own = xxhash64(batch.column("exchange_id")).to_numpy(zero_copy_only=False)
    known = column.is_valid().to_numpy(zero_copy_only=False)
    prompt = np.where(known, column.fill_null(0).to_numpy(zero_copy_only=False), own)[hit.rows]
    same = groups(prompt, account[hit.rows], hit.groups)
    at = same.first
    group, prompt, sender = hit.groups[at], prompt[at], account[hit.rows][at]
    columns = (mixed(prompt, group), group, prompt, sender, same.sizes())
    return _columns(columns, [KEY, *PROMPTS.names])


def _senders(rows: pa.Table) -> Iterator[pa.RecordBatch]:
    """Rows of SENDERS, from PROMPTS of whole prompts."""
    group, prompt, account, exchanges = (numbers(rows, name) for name in PROMPTS.names)
    nothing = np.zeros(len(group), np.int64)
    pairs = groups(prompt, account, group)
    sent = pairs.sums(exchanges)
    group, prompt = group[pairs.first], prompt[pairs.first]
    of_prompt = groups(prompt, group, nothing[: len(group)])
    senders, total = of_prompt.sizes(), of_prompt.sums(sent)
    group = group[of_prompt.first]
    same = groups(group, senders, nothing[: len(group)])
    at = same.first
    yield _columns((group[at], senders[at], same.sizes(), same.sums(total)), SENDERS.names)


def _hours(batch: pa.RecordBatch, account: NDArray[np.int64]) -> pa.RecordBatch:
    """Rows of HOURS: what each account sent in each hour of the day."""
    hour = numbers(batch, "ts") // 3_600_000_000 % 24
    same = groups(account, hour, np.zeros(len(hour), np.int64))
    flags = (
        batch.column("network_hash").is_valid(),
        pc.not_equal(batch.column("capability"), "other"),
        batch.column("elicits_reasoning"),
        batch.column("grades_answers"),
    )
    counted = [pc.fill_null(flag.cast(LONG), 0) for flag in flags]
    counted.append(pc.fill_null(batch.column("output_tokens"), 0))
    at = same.first
    columns = (
        *(account[at], account[at], hour[at], same.sizes()),
        *(same.sums(each.to_numpy(zero_copy_only=False)) for each in counted),
    )
    return _columns(columns, [KEY, *HOURS.names])


def _active(rows: pa.Table) -> Iterator[pa.RecordBatch]:
    """Rows of ACTIVE: each account's sums, and how spread over the day's hours it is."""
    account, hour, *counted = (numbers(rows, name) for name in HOURS.names)
    nothing = np.zeros(len(account), np.int64)
    same = groups(account, hour, nothing)
    each = account[same.first]
    by = groups(each, nothing[: len(each)], nothing[: len(each)])
    in_hours = [same.sums(one) for one in counted]
    sent, total = in_hours[0], [by.sums(one) for one in in_hours]
    share = sent / total[0][by.of]
    entropy = np.bincount(by.of, weights=-share * np.log2(share), minlength=len(by))
    yield pa.RecordBatch.from_arrays(
        # Rounded, since the sum of doubles depends on the order of rows in its last bits.
        [*(pa.array(one) for one in (each[by.first], *total)), pa.array(np.round(entropy, 9))],
        schema=ACTIVE,
    )


def _accounts(active: pl.DataFrame, activity: Activity, accounts: pl.DataFrame) -> pl.DataFrame:
    """A row an active account: its volume, its hours, who it says it is."""
    names = pl.DataFrame({"account": activity.codes, "account_id": activity.names})
    return (
        active.join(names, on="account", how="inner")
        .select("account_id", *COUNTED, "hour_entropy")
        .join(accounts, on="account_id", how="left")
        .sort("account_id")
    )
