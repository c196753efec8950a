"""What arrived, as it came: raw prompts and addresses live here only, and not for long."""

from stillwatch.tables.types import (
    DATE,
    DOUBLE,
    INT,
    LONG,
    STRING,
    TIMESTAMP,
    Column,
    Table,
    array,
    struct,
)

RETENTION_DAYS = 30

BLOCK = struct(
    type=STRING,
    text=STRING,
    media_type=STRING,
    bytes=LONG,
    id=STRING,
    name=STRING,
    input=STRING,
    tool_use_id=STRING,
    content=STRING,
    thinking=STRING,
    signature=STRING,
    data=STRING,
)

PROVENANCE = (
    Column("source_file", STRING, "Landing file, relative to the landing folder."),
    Column("source_line", LONG, "Line in that file, counted from 1."),
    Column("ingested_at", TIMESTAMP, "When the file arrived in landing: its modification time."),
)

EXCHANGES = Table(
    name="bronze.exchanges",
    comment="Logged lines that parsed, in the canonical form; duplicates included.",
    columns=(
        Column("exchange_id", STRING, "Id of the exchange, as it came."),
        Column("ts", TIMESTAMP, "When the request arrived, UTC."),
        Column("account_id", STRING, "Account that sent it, opaque."),
        Column("model", STRING, "Model that was asked."),
        Column("system", STRING, "System prompt; personal data may be in it."),
        Column(
            "messages",
            array(struct(role=STRING, content=array(BLOCK))),
            "Turns sent; a plain string became one text block.",
        ),
        Column(
            "tools",
            array(struct(name=STRING, description=STRING, input_schema=STRING)),
            "Tools offered; the schema is JSON.",
        ),
        Column(
            "response",
            struct(stop_reason=STRING, content=array(BLOCK)),
            "What the model answered and why it stopped.",
        ),
        Column("usage", struct(input_tokens=LONG, output_tokens=LONG), "Tokens, as metered."),
        Column(
            "client",
            struct(ip=STRING, asn=LONG, country=STRING, user_agent=STRING, ja4=STRING),
            "Where the request came from.",
        ),
        Column("status", INT, "HTTP status of the answer."),
        Column("latency_ms", LONG, "Milliseconds until the answer was complete."),
        Column("_extra", STRING, "Fields that the canonical form does not know, as JSON."),
        Column("event_date", DATE, "UTC day of ts."),
        *PROVENANCE,
    ),
    key=("source_file", "source_line"),
    partition="event_date",
    retention_days=RETENTION_DAYS,
)

QUARANTINE = Table(
    name="bronze.quarantine",
    comment="Logged lines that did not parse, with the reason and the place.",
    columns=(
        Column("week", DATE, "Monday of the week that was ingested."),
        Column("source_file", STRING, "Landing file, relative to the landing folder."),
        Column("source_line", LONG, "Line in that file, counted from 1."),
        Column("reason", STRING, "Why it was set aside, such as not_json or missing_exchange_id."),
        Column("sample", STRING, "The start of the line, at most 1 KiB, redacted."),
        Column("sha256", STRING, "SHA-256 of the whole line, hexadecimal."),
        Column("ingested_at", TIMESTAMP, "When the file arrived: its modification time."),
    ),
    key=("source_file", "source_line"),
    partition="week",
    retention_days=RETENTION_DAYS,
)

SNAPSHOT_DATE = Column("snapshot_date", DATE, "Last day of the week that reads this snapshot.")

ACCOUNTS = Table(
    name="bronze.accounts",
    comment="The accounts as they stood at the end of the week; personal data inside.",
    columns=(
        Column("account_id", STRING, "Account, opaque."),
        Column("created_at", TIMESTAMP, "When the account was opened."),
        Column("org_id", STRING, "Declared organisation."),
        Column("email_domain", STRING, "Domain of the e-mail address."),
        Column("payment_fingerprint", STRING, "Fingerprint of the payment instrument."),
        Column("billing_country", STRING, "Country of the bill; never raises a score."),
        Column("tier", STRING, "Plan."),
        Column("reseller_id", STRING, "Registered reseller that the account belongs to."),
        SNAPSHOT_DATE,
    ),
    key=("account_id",),
    partition="snapshot_date",
    retention_days=RETENTION_DAYS,
)

MODELS = Table(
    name="bronze.models",
    comment="The models on offer at the end of the week.",
    columns=(
        Column("model", STRING, "Model name, as in exchanges."),
        Column("launched_at", TIMESTAMP, "When it could first be asked."),
        SNAPSHOT_DATE,
    ),
    key=("model",),
    partition="snapshot_date",
)

INDICATORS = Table(
    name="bronze.indicators",
    comment="Indicators that partners shared, as they stood at the end of the week.",
    columns=(
        Column("indicator_type", STRING, "What the value is: ip, payment, email_domain, ja4, …"),
        Column("value", STRING, "The value, as it came; leaves bronze as HMAC-SHA-256 only."),
        Column("actor", STRING, "Name that the source gives the actor: an allegation."),
        Column("source", STRING, "Who shared it."),
        Column("confidence", DOUBLE, "The source's confidence, 0 to 1."),
        SNAPSHOT_DATE,
    ),
    key=("indicator_type", "value", "source"),
    partition="snapshot_date",
    retention_days=RETENTION_DAYS,
)

BRONZE = (EXCHANGES, QUARANTINE, ACCOUNTS, MODELS, INDICATORS)
