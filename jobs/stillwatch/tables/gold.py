"""What analysts read: links, campaigns, their accounts, exchanges and evidence, the summary."""

from stillwatch.tables.types import (
    BOOLEAN,
    DATE,
    DOUBLE,
    LONG,
    STRING,
    TIMESTAMP,
    Column,
    Table,
    array,
    map_of,
    struct,
)

WEEK = Column("week", DATE, "Monday of the week.")
CAMPAIGN_ID = Column("campaign_id", STRING, "Id of the campaign, kept while its traces continue.")
ACCOUNT_ID = Column("account_id", STRING, "Account, opaque.")
# Verdicts that are leads: the others accuse nobody.
ACCUSING = ("confirmed", "probable")

ACCOUNT_LINKS = Table(
    name="gold.account_links",
    comment="Pairs of accounts that have more in common than independent behaviour explains.",
    columns=(
        WEEK,
        Column("account_a", STRING, "First account of the pair; account_a < account_b."),
        Column("account_b", STRING, "Second account of the pair."),
        Column("score", DOUBLE, "Strength of the link, 0 to 1; no probability of guilt."),
        Column("p_value", DOUBLE, "Chance of this much in common if both acted independently."),
        Column("q_value", DOUBLE, "Benjamini-Hochberg over all pairs that could have been."),
        Column(
            "layers",
            array(struct(layer=STRING, shared=LONG, expected=DOUBLE, detail=STRING)),
            "By layer: units seen in common, as many expected by chance, in words.",
        ),
        Column("hours_shared", LONG, "Hours of the week in which both sent something."),
        Column("hours_expected", DOUBLE, "The same if each only kept its own days and hours."),
        Column(
            "synchrony",
            DOUBLE,
            "-log10 p of so many shared hours, sessions priced; below 0, of so few. Judges nobody.",
        ),
    ),
    key=("account_a", "account_b"),
    partition="week",
)

CAMPAIGNS = Table(
    name="gold.campaigns",
    comment="Judged groups of accounts: a lead for a person, never proof by itself.",
    columns=(
        WEEK,
        CAMPAIGN_ID,
        Column("verdict", STRING, "confirmed, probable, watch, reseller, benign or withheld."),
        Column("q_value", DOUBLE, "Benjamini-Hochberg over the groups judged this week."),
        Column("p_value", DOUBLE, "Smallest p of its coordination terms, times their number."),
        Column("accounts", LONG, "Accounts in the group."),
        Column("exchanges", LONG, "Exchanges attributed to it."),
        Column("first_ts", TIMESTAMP, "First attributed exchange, UTC."),
        Column("last_ts", TIMESTAMP, "Last attributed exchange, UTC."),
        Column(
            "capabilities",
            array(struct(name=STRING, share=DOUBLE, low=DOUBLE, high=DOUBLE)),
            "Capabilities drawn on, by share of exchanges, largest first.",
        ),
        Column("pivot_model", STRING, "Model to which the traffic moved after its launch."),
        Column("pivot_share", DOUBLE, "Share of exchanges to it in the 24 h after launch."),
        Column("pivot_share_low", DOUBLE, "Lower end of the 95 % interval."),
        Column("pivot_share_high", DOUBLE, "Upper end of the 95 % interval."),
        Column("pivot_hours", DOUBLE, "Hours from launch to half of the plateau."),
        Column("actor", STRING, "Actor that a shared indicator names: an allegation."),
        Column("actor_confidence", DOUBLE, "Confidence of that match, 0 to 1."),
        Column("status", STRING, "new, continuing, dormant or re-emerged."),
        Column("last_seen", DATE, "Monday of the week in which it last sent anything."),
        Column("merged_from", array(STRING), "Campaigns of earlier weeks that it joins."),
        Column("split_from", array(STRING), "Campaigns of earlier weeks that it is a part of."),
        Column("decision", STRING, "What an analyst decided: confirmed or dismissed."),
        Column("limits", array(STRING), "Feeds and layers that the verdict could not rest on."),
        Column("explanation", STRING, "The verdict in words, innocent explanations included."),
        Column(
            "traces",
            array(struct(layer=STRING, trace=LONG, accounts=LONG, exchanges=LONG)),
            "Traces by which exchanges are attributed, with accounts and exchanges that have them; "
            "a variant is a clause that did not form the group.",
        ),
        Column(
            "precedence",
            LONG,
            "An exchange with as many traces of several groups goes to the lowest.",
        ),
        Column(
            "members",
            array(STRING),
            "Accounts of the group, in order.",
        ),
        Column(
            "judged",
            array(STRING),
            "Those that the verdict rests on: no guests, none that an accused group explains.",
        ),
        Column(
            "guests",
            array(STRING),
            "Those that send its traces seldom, and belong for an instrument of its members.",
        ),
        Column(
            "terms",
            array(
                struct(
                    name=STRING,
                    question=STRING,
                    layer=STRING,
                    observed=DOUBLE,
                    expected=DOUBLE,
                    p_value=DOUBLE,
                    weight=DOUBLE,
                    statement=STRING,
                )
            ),
            "Terms of the verdict: each observed and expected number with its weight.",
        ),
    ),
    key=("campaign_id",),
    partition="week",
)

CAMPAIGN_ACCOUNTS = Table(
    name="gold.campaign_accounts",
    comment="Accounts of each judged group.",
    columns=(
        WEEK,
        CAMPAIGN_ID,
        ACCOUNT_ID,
        Column("confidence", DOUBLE, "Confidence that it belongs to the group, 0 to 1."),
        Column("exchanges", LONG, "Exchanges of the account attributed to the campaign."),
        Column("reasons", array(STRING), "Why it belongs, in words."),
        Column("judged", BOOLEAN, "Whether the group's verdict rests on it."),
    ),
    key=("campaign_id", "account_id"),
    partition="week",
)

CAMPAIGN_EXCHANGES = Table(
    name="gold.campaign_exchanges",
    comment="Exchanges attributed to a campaign by its own traces.",
    columns=(
        WEEK,
        CAMPAIGN_ID,
        Column("exchange_id", STRING, "Id of the exchange."),
        ACCOUNT_ID,
        Column("event_date", DATE, "UTC day of the exchange."),
        Column("reason", STRING, "The trace that it carries, by layer and value."),
        Column(
            "shows",
            array(STRING),
            "Terms that it shows by itself: targeted_capabilities, elicited_reasoning, "
            "graded_answers.",
        ),
    ),
    key=("campaign_id", "exchange_id"),
    partition="week",
)

CAMPAIGN_EVIDENCE = Table(
    name="gold.campaign_evidence",
    comment="Evidence for and against each judged group, with the SQL that reproduces it.",
    columns=(
        WEEK,
        CAMPAIGN_ID,
        Column("layer", STRING, "Layer or question that the evidence comes from."),
        Column("direction", STRING, "for or against."),
        Column("statement", STRING, "One sentence with its numbers."),
        Column("observed", DOUBLE, "The number observed."),
        Column("expected", DOUBLE, "The number expected of independent accounts."),
        Column("p_value", DOUBLE, "Chance of the observation if they were independent."),
        Column("query", STRING, "Spark SQL over silver and gold that reproduces observed."),
        Column(
            "exemplars",
            array(STRING),
            "Exchanges to read, by id: at most five, one an account; their text is in bronze only.",
        ),
    ),
    key=("campaign_id", "layer", "direction", "statement"),
    partition="week",
)

DECISIONS = Table(
    name="gold.decisions",
    comment="Analysts' decisions, append-only; a rerun never changes one.",
    columns=(
        Column("campaign_id", STRING, "Campaign decided upon."),
        Column("decision", STRING, "confirmed or dismissed."),
        Column("by", STRING, "Who decided."),
        Column("at", TIMESTAMP, "When, UTC."),
        Column("note", STRING, "Why, in the analyst's words."),
    ),
    key=("campaign_id", "by", "at"),
    partition=None,
)

WEEKLY_ABUSE_SUMMARY = Table(
    name="gold.weekly_abuse_summary",
    comment="The week at a glance: one flat row a judged group.",
    columns=(
        WEEK,
        CAMPAIGN_ID,
        Column("verdict", STRING, "confirmed, probable, watch, reseller, benign or withheld."),
        Column("status", STRING, "new, continuing, dormant or re-emerged."),
        Column("accounts", LONG, "Accounts in the group."),
        Column("exchanges", LONG, "Exchanges attributed to it."),
        Column("share_of_traffic", DOUBLE, "Its share of the week's exchanges."),
        Column("top_capability", STRING, "Capability with the largest share."),
        Column("pivot_model", STRING, "Model to which the traffic moved after its launch."),
        Column("pivot_share", DOUBLE, "Share of exchanges to it in the 24 h after launch."),
        Column("actor", STRING, "Actor that a shared indicator names: an allegation."),
        Column("decision", STRING, "What an analyst decided: confirmed or dismissed."),
        Column("headline", STRING, "One sentence for a person in a hurry."),
    ),
    key=("campaign_id",),
    partition="week",
)

QUALITY_RESULTS = Table(
    name="gold.quality_results",
    comment="Expectations checked on the staged week before it was published.",
    columns=(
        WEEK,
        Column("table", STRING, "Table that was checked."),
        Column("expectation", STRING, "Expectation, in words."),
        Column("severity", STRING, "critical stops publication; warning and info do not."),
        Column("success", BOOLEAN, "Whether it held."),
        Column("observed", STRING, "What was observed."),
    ),
    key=("table", "expectation"),
    partition="week",
)

PUBLICATIONS = Table(
    name="gold.publications",
    comment="Published weeks: the commit that makes a whole week visible.",
    columns=(
        WEEK,
        Column("generation", LONG, "Counts the publications of this week, from 1."),
        Column("published_at", TIMESTAMP, "When it was published, UTC."),
        Column(
            "tables",
            map_of(STRING, struct(version=LONG, rows=LONG)),
            "Version of each table that belongs to this generation, and its rows of the week.",
        ),
        Column("quality", STRING, "passed or passed_with_warnings."),
        Column("code_version", STRING, "Version of Stillwatch that published it."),
        Column("settings", STRING, "Fingerprint of the settings that were in force."),
    ),
    key=("week",),
    partition=None,
)

GOLD = (
    ACCOUNT_LINKS,
    CAMPAIGNS,
    CAMPAIGN_ACCOUNTS,
    CAMPAIGN_EXCHANGES,
    CAMPAIGN_EVIDENCE,
    DECISIONS,
    WEEKLY_ABUSE_SUMMARY,
    QUALITY_RESULTS,
    PUBLICATIONS,
)
