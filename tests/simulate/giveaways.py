"""The best rule on one column: how precise can it be at a given recall?

Columns are what anyone could tabulate without joining accounts: metadata, lengths, counts. Texts,
addresses and payment values are left out; that accounts share them is what has to be found.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import numpy as np

MANY = 64  # values above which a rule may name one value only


def text_of(content: Any) -> str:
    """The text of a message's content."""
    if isinstance(content, str):
        return content
    return " ".join(block.get("text") or "" for block in content)


def exchange_columns(row: dict[str, Any]) -> dict[str, Any]:
    """One-column views of an exchange."""
    last, response, client = row["messages"][-1], row["response"] or {}, row["client"] or {}
    prompt, content = text_of(last["content"]), response.get("content") or []
    answer = text_of(content)
    blocks = last["content"] if isinstance(last["content"], list) else []
    words = prompt.split()
    return {
        "model": row["model"],
        "system": row["system"] is not None,
        "system_length": len(row["system"] or "") // 200,
        "tools": len(row["tools"] or []),
        "messages": len(row["messages"]),
        "images": any(b["type"] == "image" for b in blocks),
        "tool_result": any(b["type"] == "tool_result" for b in blocks),
        "thinking": any(b["type"] == "thinking" for b in content),
        "stop_reason": response.get("stop_reason"),
        "status": row["status"],
        "latency": row["latency_ms"],
        "input_tokens": row["usage"]["input_tokens"],
        "output_tokens": row["usage"]["output_tokens"],
        "prompt_length": len(prompt),
        "words": len(words),
        "lines": prompt.count("\n"),
        "letters_not_ascii": sum(not c.isascii() for c in prompt),
        "digits": sum(c.isdigit() for c in prompt),
        "answer_length": len(answer),
        "hour": int(row["ts"][11:13]),
        "day": row["ts"][:10],
        "client": bool(client),
        "asn": client.get("asn"),
        "country": client.get("country"),
        "user_agent": client.get("user_agent"),
        "ja4": client.get("ja4"),
    }


def account_columns(account: dict[str, Any], end: datetime, sent: int) -> dict[str, Any]:
    """One-column views of an account."""
    created = datetime.fromisoformat(account["created_at"])
    return {
        "age_days": (end - created).total_seconds() / 86400,
        "created_hour": created.hour,
        "organisation": account["org_id"] is not None,
        "domain": account["email_domain"],
        "paid": account["payment_fingerprint"] is not None,
        "country": account["billing_country"],
        "tier": account["tier"],
        "reseller": account["reseller_id"] is not None,
        "exchanges": sent,
    }


def best_precision(values: Iterable[Any], planted: np.ndarray, recall: float) -> float:
    """The precision of the best rule on one column with at least this recall."""
    column = list(values)
    if all(isinstance(v, int | float) and not isinstance(v, bool) for v in column):
        return _threshold(np.array(column, float), planted, recall)
    names = np.array([str(v) for v in column])
    return _category(names, planted, recall)


def _threshold(values: np.ndarray, planted: np.ndarray, recall: float) -> float:
    best = 0.0
    for signed in (values, -values):
        order = np.argsort(signed, kind="stable")[::-1]
        hits = np.cumsum(planted[order])
        last = np.append(np.flatnonzero(np.diff(signed[order])), len(order) - 1)
        good = hits[last] >= recall * planted.sum()
        precision = hits[last] / (last + 1)
        best = max(best, float(precision[good].max(initial=0.0)))
    return max(best, _category(np.array([str(v) for v in values]), planted, recall))


def _category(names: np.ndarray, planted: np.ndarray, recall: float) -> float:
    values, codes = np.unique(names, return_inverse=True)
    total = np.bincount(codes)
    hits = np.bincount(codes, weights=planted)
    precision = hits / total
    single = float(precision[hits >= recall * planted.sum()].max(initial=0.0))
    if len(values) > MANY:
        return single
    order = np.argsort(-precision, kind="stable")
    summed, rows = np.cumsum(hits[order]), np.cumsum(total[order])
    enough = summed >= recall * planted.sum()
    return max(single, float((summed / rows)[enough].max(initial=0.0)))
