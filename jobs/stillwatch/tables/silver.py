"""One row an exchange, an account and a trace: no prompt text, no address, no payment value."""

from stillwatch.tables.types import (
    BOOLEAN,
    DATE,
    INT,
    LONG,
    STRING,
    TIMESTAMP,
    Column,
    Table,
    array,
)

KEY_ID = Column("key_id", STRING, "Id of the key of the HMAC-SHA-256 values in this row.")

EXCHANGES = Table(
    name="silver.exchanges",
    comment="Exchanges, each once, as labels, lengths and hashes.",
    columns=(
        Column("exchange_id", STRING, "Id of the exchange."),
        Column("event_date", DATE, "UTC day of ts."),
        Column("ts", TIMESTAMP, "When the request arrived, UTC."),
        Column("account_id", STRING, "Account that sent it, opaque."),
        Column("model", STRING, "Model that was asked."),
        Column("capability", STRING, "Primary capability that the request draws on."),
        Column("elicits_reasoning", BOOLEAN, "Asks for reasoning to be written out or rebuilt."),
        Column("grades_answers", BOOLEAN, "Asks for answers to be scored or compared."),
        Column("turns", INT, "Messages sent."),
        Column("prompt_chars", LONG, "Characters of user text in the request."),
        Column("system_chars", LONG, "Characters of the system prompt."),
        Column("response_chars", LONG, "Characters of text in the answer."),
        Column("tools", INT, "Tools offered."),
        Column("tool_calls", INT, "Tool calls in the answer."),
        Column("tool_results", INT, "Tool results in the request."),
        Column("images", INT, "Images in the request."),
        Column("thinking", INT, "Thinking blocks, plain or redacted, in the answer."),
        Column("input_tokens", LONG, "Tokens in, as metered."),
        Column("output_tokens", LONG, "Tokens out, as metered."),
        Column("stop_reason", STRING, "Why the answer stopped."),
        Column("status", INT, "HTTP status of the answer."),
        Column("latency_ms", LONG, "Milliseconds until the answer was complete."),
        Column("country", STRING, "Country as logged: for checks of fairness, never in a score."),
        Column("prompt_hash", LONG, "64-bit hash of the normalised user text."),
        Column("system_hash", LONG, "64-bit hash of the normalised system prompt."),
        Column("tools_hash", LONG, "64-bit hash of the tools' names and schemas."),
        Column("network_hash", LONG, "64 bits of the HMAC of the /24 or /48 with its ASN."),
        Column("address_hash", LONG, "64 bits of the HMAC of the address."),
        Column("client_hash", LONG, "64-bit hash of JA4 with user agent."),
        Column("spans", array(LONG), "Winnowed fingerprints of the user text, sorted, distinct."),
        Column("system_spans", array(LONG), "The same of the system prompt."),
        Column("answer_spans", array(LONG), "A sample of the fingerprints of the answer."),
        Column("history_spans", array(LONG), "The same of the answers sent back in the request."),
        Column("near_bands", array(LONG), "MinHash bands of the user text."),
        Column("signatures_issued", array(LONG), "64-bit hashes of the answer's signatures."),
        Column("signatures_sent", array(LONG), "The same of signatures sent in the request."),
        KEY_ID,
    ),
    key=("exchange_id",),
    partition="event_date",
)

ACCOUNTS = Table(
    name="silver.accounts",
    comment="Accounts as they stood at the end of the week, personal values hashed.",
    columns=(
        Column("week", DATE, "Monday of the week."),
        Column("account_id", STRING, "Account, opaque."),
        Column("created_at", TIMESTAMP, "When the account was opened."),
        Column("org_id", STRING, "Declared organisation."),
        Column("email_domain_hash", LONG, "64 bits of the HMAC of the e-mail domain."),
        Column("payment_hash", LONG, "64 bits of the HMAC of the payment fingerprint."),
        Column("billing_country", STRING, "Country of the bill: fairness checks only."),
        Column("tier", STRING, "Plan."),
        Column("reseller_id", STRING, "Registered reseller that the account belongs to."),
        KEY_ID,
    ),
    key=("account_id",),
    partition="week",
)

TRACES = Table(
    name="silver.traces",
    comment="What an account had on a day that another account can have in common with it; "
    "clauses and bands of prompts only where another has them.",
    columns=(
        Column("week", DATE, "Monday of the week."),
        Column("event_date", DATE, "UTC day."),
        Column("layer", STRING, "Kind of trace: prompt_span, system_prompt, payment, …"),
        Column("trace", LONG, "The trace: 64 bits of a hash or HMAC."),
        Column("role", STRING, "shared; issued or redeemed where the layer has a direction."),
        Column("account_id", STRING, "Account, opaque."),
        Column("exchanges", LONG, "Exchanges of the account that carry the trace that day."),
        Column("first_ts", TIMESTAMP, "First of them, UTC."),
        Column("last_ts", TIMESTAMP, "Last of them, UTC."),
        Column("days", LONG, "Days of the week on which the account has the trace in that role."),
        Column("holders", LONG, "Accounts that have it in the week in that role."),
    ),
    key=("layer", "trace", "role", "account_id", "event_date"),
    partition="event_date",
)

SILVER = (EXCHANGES, ACCOUNTS, TRACES)
