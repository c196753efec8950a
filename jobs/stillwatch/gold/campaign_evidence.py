"""What is the evidence for and against each judged group, and how is it checked?

Each line has the query that reproduces its number, and the ids of exchanges to read. What is asked
for is shown by exchanges that ask for it; a line about accounts, such as their payments, no single
exchange can show, so it points at the group's template.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from stillwatch.config import Run
from stillwatch.judgement import leads, operators
from stillwatch.judgement.exemplars import NONE, SHOWN, TEMPLATE, exemplars
from stillwatch.judgement.terms import THEIRS
from stillwatch.tables import table


def transform(frames: Mapping[str, Any], run: Run) -> pl.LazyFrame:
    """One line a term of each verdict.

    Args:
        frames: `gold.campaigns` and `gold.campaign_exchanges`.
        run: Week, settings and key.
    """
    campaigns: pl.LazyFrame = frames["gold.campaigns"]
    terms = (
        campaigns.select("campaign_id", "terms")
        .explode("terms")
        .filter(pl.col("terms").is_not_null())
        .unnest("terms")
        .filter(pl.col("weight") != 0)
    )
    queries = pl.struct("campaign_id", "name").map_elements(
        lambda row: query(row["name"], row["campaign_id"], run.week), return_dtype=pl.String
    )
    shown = exemplars(frames["gold.campaign_exchanges"], campaigns)
    by_term = [pl.when(pl.col("name") == name).then(name) for name in SHOWN]
    return (
        terms.join(shown.lazy(), on="campaign_id", how="left", maintain_order="left")
        .with_columns(
            pl.lit(run.week).alias("week"),
            pl.when(pl.col("weight") > 0)
            .then(pl.lit("for"))
            .otherwise(pl.lit("against"))
            .alias("direction"),
            queries.alias("query"),
            pl.coalesce(*by_term, TEMPLATE, pl.lit(NONE)).alias("exemplars"),
        )
        .select(table("gold.campaign_evidence").column_names)
    )


# The accounts that the verdict rests on, and what they sent.
_MEMBERS = (
    "(select account_id from gold.campaign_accounts "
    "where week = date'{week}' and campaign_id = '{id}' and judged)"
)
_OF_ALL = (
    "silver.exchanges e join gold.campaign_exchanges c using (exchange_id) "
    "where c.week = date'{week}' and c.campaign_id = '{id}'"
)
_SENT = _OF_ALL + " and c.account_id in " + _MEMBERS
# Traces of the week with the organisation of who holds them.
_TRACES = (
    "silver.traces join (select account_id, org_id from silver.accounts where "
    "week = date'{week}') using (account_id) where week = date'{week}'"
)
_INSTRUMENT = (
    "select sum(members - 1) from (select trace, count(distinct coalesce(org_id, account_id)) "
    "members from "
    + _TRACES
    + " and layer = '{layer}' and role != 'issued' and account_id in "
    + _MEMBERS
    + " group by trace{having})"
)
_THEIRS = f" having {THEIRS} * count(distinct coalesce(org_id, account_id)) >= max(holders)"


def _instrument(layer: str, having: str = "") -> str:
    return _INSTRUMENT.replace("{layer}", layer).replace("{having}", having)


_HELD = (
    "(select *, size(collect_set(owner) over (partition by layer, trace)) members from (select "
    "distinct layer, trace, account_id, holders, coalesce(org_id, account_id) owner from "
    + _TRACES
    + " and layer in ('payment', 'network') and account_id in "
    + _MEMBERS
    + "))"
)
_CROSSING = (
    "select greatest(0, 1 - (count(distinct payment) + count(distinct network) - 1) / count(*)) "
    "from (select distinct p.trace payment, n.trace network from "
    + _HELD
    + " p join "
    + _HELD
    + " n using (account_id) where p.layer = 'payment' and p.members > 1 and n.layer = 'network' "
    f"and n.members > 1 and {THEIRS} * n.members >= n.holders)"
)
_LARGEST = (
    "select max(n) / sum(n) from (select {column}, count(*) n from silver.accounts "
    "where week = date'{week}' and account_id in " + _MEMBERS + " group by {column})"
)
_LARGEST_NETWORKS = (
    "select least(1.0, sum(n) over (order by n desc rows unbounded preceding) / (select "
    "count(*) from "
    + _MEMBERS
    + ")) share from (select count(distinct account_id) n from silver.traces where "
    "week = date'{week}' and layer = 'network' and account_id in "
    + _MEMBERS
    + " group by trace having n > 1) order by share"
)
# Whether prompts repeat is asked of the whole group but its guests. One without words is nobody's
# copy.
_PROMPT = "coalesce(e.prompt_hash, xxhash64(e.exchange_id))"
_PROMPTS = (
    "(select count(*) n, count(distinct e.account_id) senders from "
    + _OF_ALL
    + " and c.account_id not in (select explode(guests) from gold.campaigns where "
    "week = date'{week}' and campaign_id = '{id}') group by " + _PROMPT + ")"
)
_REPEATED = "select sum(if(senders > 1, n, 0)) / sum(n) from " + _PROMPTS
_DEALT = (
    "select max(if(senders > 1, dealt, 0)) / sum(prompts) from (select senders, count(*) prompts, "
    "sum(count(*)) over (order by senders range between current row and 1 following) dealt from "
    + _PROMPTS
    + " group by senders)"
)
QUERIES = {
    "shared_payment": _instrument("payment"),
    "shared_network": _instrument("network", _THEIRS),
    "shared_signature_replay": _instrument("signature_replay"),
    "shared_response_reuse": _instrument("response_reuse"),
    "sign_ups_in_a_burst": (
        "select max(n) from (select count(*) over (order by unix_timestamp(created_at) range "
        "between current row and 604800 following) n from silver.accounts "
        "where week = date'{week}' and account_id in " + _MEMBERS + ")"
    ),
    "even_load": (
        "select stddev_pop(ln(n)) from (select account_id, count(*) n from silver.exchanges where "
        "event_date between date'{week}' and date'{last}' and account_id in "
        + _MEMBERS
        + " group by account_id)"
    ),
    "round_the_clock": (
        "select avg(bits) from (select account_id, sum(-p * log2(p)) bits from (select account_id, "
        "count(*) / sum(count(*)) over (partition by account_id) p from silver.exchanges where "
        "event_date between date'{week}' and date'{last}' and account_id in "
        + _MEMBERS
        + " group by account_id, hour(ts)) group by account_id)"
    ),
    "focus": (
        "select (select count(*) from " + _SENT + ") / count(*) from silver.exchanges where "
        "event_date between date'{week}' and date'{last}' and account_id in " + _MEMBERS
    ),
    "targeted_capabilities": "select avg(int(e.capability != 'other')) from " + _SENT,
    "elicited_reasoning": "select avg(int(e.elicits_reasoning)) from " + _SENT,
    "graded_answers": "select avg(int(e.grades_answers)) from " + _SENT,
    "long_answers": "select avg(e.output_tokens) from " + _SENT,
    "volume": (
        "select median(n) from (select count(*) n from silver.exchanges where event_date between "
        "date'{week}' and date'{last}' and account_id in " + _MEMBERS + " group by account_id)"
    ),
    operators.NAME: _CROSSING,
    "one_job_queue": "select sum(if(senders = 1, n, 0)) / sum(n) from " + _PROMPTS,
    "dealt_to_several": _DEALT,
    "sampled_queue": _DEALT,
    leads.NAME: (
        "select datediff(date'{week}', max(week)) / 7 from gold.campaigns where "
        "campaign_id = '{id}' and week < date'{week}' and verdict in ('confirmed', 'probable') and "
        f"not exists(terms, term -> term.name = '{leads.NAME}')"
    ),
    "one declared organisation": _LARGEST.replace("{column}", "org_id"),
    "a registered reseller's customers": _LARGEST.replace("{column}", "reseller_id"),
    # As many of the largest payers as the statement names; the first alone is the first row.
    "one payer for a small team": (
        "select sum(n) over (order by n desc rows unbounded preceding) / (select count(*) from "
        + _MEMBERS
        + ") share from "
        "(select payment_hash, count(*) n from silver.accounts where week = date'{week}' and "
        "payment_hash is not null and account_id in " + _MEMBERS + " group by payment_hash) "
        "order by share limit 3"
    ),
    # Likewise for the largest networks.
    "people in one place": _LARGEST_NETWORKS + " limit 3",
    "one firm's product": _LARGEST_NETWORKS + " limit 1",
    "public software in unrelated hands": (
        "select avg(int(reason rlike 'first (system_prompt|system_span|tool_schema)')) from "
        "gold.campaign_exchanges where week = date'{week}' and campaign_id = '{id}' and "
        "account_id in " + _MEMBERS
    ),
    "a prompt that people copy": _REPEATED,
    "a public set of questions": _REPEATED,
}


def query(name: str, campaign: str, week: date) -> str:
    """Spark SQL that reproduces the observed number of a term.

    Args:
        name: The term's.
        campaign: Its campaign_id.
        week: Monday of the week.
    """
    last = date.fromordinal(week.toordinal() + 6)
    text = QUERIES[name]
    for key, value in (("week", week), ("last", last), ("id", campaign)):
        text = text.replace("{" + key + "}", str(value))
    return text
