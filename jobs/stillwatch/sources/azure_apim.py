"""Azure API Management: ApiManagementGatewayLlmLog, whose long messages span several rows.

Rows of one CorrelationId are put together in order of SequenceNumber before they are adapted; where
a row continues the turn that the row before it ended with, the two are one turn. The account is the
subscription, which the gateway's own log holds: join it by CorrelationId before landing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stillwatch.sources import bodies
from stillwatch.sources.shapes import first, parsed, rest

MESSAGES = ("RequestMessages", "ResponseMessages")
USED = (
    "CorrelationId",
    "TimeGenerated",
    "ModelName",
    *MESSAGES,
    "PromptTokens",
    "CompletionTokens",
    "CallerIpAddress",
    "BackendResponseCode",
    "SequenceNumber",
)


def matches(record: dict[str, Any]) -> bool:
    """Whether the keys are those of the gateway's log of language models."""
    return "CorrelationId" in record and any(
        name in record for name in (*MESSAGES, "SequenceNumber", "PromptTokens")
    )


def whole(records: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One row from all rows of a correlation, in any order."""
    ordered = sorted(records, key=lambda record: int(record.get("SequenceNumber") or 0))
    made: dict[str, Any] = {}
    for record in ordered:
        made |= {k: v for k, v in record.items() if v not in (None, "", 0) or k not in made}
    made |= {name: _joined([record.get(name) for record in ordered]) for name in MESSAGES}
    times = [record["TimeGenerated"] for record in ordered if record.get("TimeGenerated")]
    return {**made, "TimeGenerated": times[0] if times else None}


def adapt(record: dict[str, Any]) -> dict[str, Any]:
    """The canonical form of a whole row."""
    asked, answered = (parsed(record.get(name)) for name in MESSAGES)
    turns = answered if isinstance(answered, list) else [answered] if answered else []
    blocks = [block for turn in turns for block in bodies.blocks(turn)]
    return {
        **bodies.request(asked),
        "exchange_id": record["CorrelationId"],
        "ts": record.get("TimeGenerated"),
        "account_id": first(
            record, "ApimSubscriptionId", "account_id", "UserId", "_SubscriptionId"
        ),
        "model": first(record, "ModelName", "DeploymentName"),
        "response": {"content": blocks} if turns else None,
        "usage": {
            "input_tokens": record.get("PromptTokens"),
            "output_tokens": record.get("CompletionTokens"),
        },
        "client": {"ip": record.get("CallerIpAddress")},
        "status": record.get("BackendResponseCode"),
        "azure_apim": rest(record, *USED),
    }


def _joined(pieces: list[Any]) -> Any:
    """Messages of several rows: each row holds turns, or a piece of their text."""
    found = [piece for piece in pieces if piece not in (None, "", [])]
    read = [parsed(piece) for piece in found]
    if not all(isinstance(piece, list) for piece in read):
        texts = [piece for piece in found if isinstance(piece, str)]
        return "".join(texts) if len(texts) == len(found) else (read[0] if read else None)
    turns: list[Any] = []
    for piece in read:
        if turns and piece and _continues(turns[-1], piece[0]):
            turns[-1] = {**turns[-1], "content": turns[-1]["content"] + piece[0]["content"]}
            piece = piece[1:]
        turns += piece
    return turns


def _continues(last: Any, following: Any) -> bool:
    pair = (last, following)
    texts = all(isinstance(t, dict) and isinstance(t.get("content"), str) for t in pair)
    return texts and last.get("role") == following.get("role")
