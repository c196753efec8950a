"""The best rule on one column: how precise can it be at a given recall?

Columns are what anyone could tabulate without joining accounts: metadata, lengths, counts. Texts,
addresses and payment values are left out; that accounts share them is what has to be found.
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

DIGIT = re.compile(r"\d")
STEP = 200  # characters: the exact length of a text that is always the same is its name
MANY = 64  # values above which a set of them is tried on accounts alone that did not choose it
RANGES = 32  # of a number with so many values, each holding as many rows
FLOORS = (1.0, 4 / 3, 2.0)  # times the recall: a rule just at it in one half misses in the other
LEAST = 10  # accounts that a rule has to find: fewer share a network or a day by chance
BAND = " in ranges"  # how the name of a column of ranges ends

Rows = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int64]
Sums = npt.NDArray[np.float64]


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
        "system_length": len(row["system"] or "") // STEP,
        "tools": len(row["tools"] or []),
        "tools_length": len(json.dumps(row["tools"])) // STEP if row["tools"] else 0,
        "messages": len(row["messages"]),
        "messages_length": sum(len(text_of(m["content"])) for m in row["messages"]),
        "images": any(b["type"] == "image" for b in blocks),
        "tool_result": any(b["type"] == "tool_result" for b in blocks),
        "thinking": any(b["type"] == "thinking" for b in content),
        "thinking_length": sum(len(b.get("thinking") or "") for b in content),
        "answer_blocks": len(content),
        "stop_reason": response.get("stop_reason"),
        "status": row["status"],
        "latency": row["latency_ms"],
        "input_tokens": row["usage"]["input_tokens"],
        "output_tokens": row["usage"]["output_tokens"],
        "prompt_length": len(prompt),
        "words": len(words),
        "lines": prompt.count("\n"),
        "letters_not_ascii": len(prompt) - len(prompt.encode("ascii", "ignore")),
        "digits": len(DIGIT.findall(prompt)),
        "answer_length": len(answer),
        "hour": int(row["ts"][11:13]),
        "day": row["ts"][:10],
        "day_and_hour": row["ts"][:13],
        "client": bool(client),
        "asn": str(client.get("asn")),
        "country": client.get("country"),
        "user_agent": client.get("user_agent"),
        "user_agent_length": len(client.get("user_agent") or ""),
        "ja4": client.get("ja4"),
    }


def account_columns(account: dict[str, Any], end: datetime, sent: int) -> dict[str, Any]:
    """One-column views of an account."""
    created = datetime.fromisoformat(account["created_at"])
    return {
        "age_days": (end - created).total_seconds() / 86400,
        "created_hour": created.hour,
        "created_day": account["created_at"][:10],
        "organisation": account["org_id"] is not None,
        "domain": account["email_domain"],
        "domain_length": len(account["email_domain"] or ""),
        "paid": account["payment_fingerprint"] is not None,
        "country": account["billing_country"],
        "tier": account["tier"],
        "reseller": account["reseller_id"] is not None,
        "exchanges": sent,
    }


class Column(NamedTuple):
    """A column as codes of its distinct values.

    Attributes:
        codes: The value of each row, (rows,); in the order of the values where they are numbers.
        size: How many values there are.
        ordered: Whether a threshold makes sense.
    """

    codes: Codes
    size: int
    ordered: bool

    def count(self, rows: Rows) -> Codes:
        """How many of the rows have each value, (size,)."""
        return np.bincount(self.codes[rows], minlength=self.size)


class Found(NamedTuple):
    """What a rule finds: shares from 0 to 1, and planted accounts."""

    precision: float
    recall: float
    accounts: int


def encoded(values: Iterable[Any]) -> Column:
    """A column of numbers, or of anything else by its text."""
    column = list(values)
    ordered = all(isinstance(v, int | float) and not isinstance(v, bool) for v in column)
    table = np.array(column, float) if ordered else np.array([str(v) for v in column])
    names, codes = np.unique(table, return_inverse=True)
    return Column(codes.astype(np.int64), len(names), ordered)


def tabulated(rows: list[dict[str, Any]]) -> dict[str, Column]:
    """Every column by name; a number of many values in ranges too, so that a set can be a band."""
    columns = {name: encoded(row[name] for row in rows) for name in rows[0]}
    for name, column in list(columns.items()):
        if column.ordered and column.size > MANY:
            counts = np.bincount(column.codes)
            middle = (np.cumsum(counts) - counts / 2) / len(rows)
            codes = (middle * RANGES).astype(np.int64)[column.codes]
            columns[name + BAND] = Column(codes, RANGES, False)
    return columns


def best_precision(column: Column, planted: Rows, recall: float) -> float:
    """The precision of the best rule on one column with at least this recall."""
    hits, total = column.count(planted), np.maximum(column.count(np.ones_like(planted)), 1)
    least = recall * planted.sum()
    best = float((hits / total)[hits >= least].max(initial=0.0))
    orders = list(_thresholds(column))
    if column.size <= MANY:
        orders.append(np.argsort(-hits / total, kind="stable"))
    for order in orders:
        right, chosen = np.cumsum(hits[order]), np.cumsum(total[order])
        best = max(best, float((right / chosen)[right >= least].max(initial=0.0)))
    return best


def held_out(
    column: Column, planted: Rows, kept: Rows, owner: Codes, half: Rows, recall: float
) -> Found:
    """The best rule as it fares on accounts that did not choose it.

    Thresholds, single values and sets of values are chosen on one half of the accounts and
    measured on the other, both ways; what is measured is added up. Of a set's values each belongs
    to two accounts or more: one that is an account's own tells nothing of others.

    Args:
        column: The column, (rows,).
        planted: What the rule has to find, (rows,).
        kept: Rows that there are to choose among, (rows,).
        owner: The account of each row as a number from 0, (rows,).
        half: Rows of the accounts of the first half, (rows,).
        recall: Share of `planted` that the rule has to find.

    Returns:
        Of the rules with at least this recall and LEAST accounts the most precise; else zeros.
    """
    sides = (half & kept, ~half & kept)
    hits, total = ([column.count(s & some) for s in sides] for some in (planted, kept))
    rules: dict[str, list[tuple[int, Codes]]] = {}
    for chooser, judge in ((0, 1), (1, 0)):
        shared = _holders(column, owner, sides[chooser]) > 1
        for name, values in _rules(column, hits[chooser], total[chooser], shared, recall):
            rules.setdefault(name, []).append((judge, values))
    best, sought = Found(0.0, 0.0, 0), hits[0].sum() + hits[1].sum()
    for told in rules.values():
        right = sum(int(hits[judge][values].sum()) for judge, values in told)
        chosen = sum(int(total[judge][values].sum()) for judge, values in told)
        if right < recall * sought or right <= best.precision * chosen:
            continue
        who = np.zeros(int(owner.max()) + 1, bool)
        for judge, values in told:
            taken = np.isin(np.arange(column.size), values)
            who[owner[taken[column.codes] & sides[judge] & planted]] = True
        if (accounts := int(who.sum())) >= LEAST:
            best = Found(right / chosen, right / float(sought), accounts)
    return best


def halves(owner: Codes, planted: Rows, seed: int) -> Rows:
    """Rows of a random half of the accounts that have any planted row, and of those that have none.

    Args:
        owner: The account of each row as a number from 0, (rows,).
        planted: What is to be found, (rows,).
        seed: Seed of the draw.
    """
    accounts = int(owner.max()) + 1
    guilty = np.bincount(owner, weights=planted, minlength=accounts) > 0
    drawn = np.random.default_rng(seed).permutation(accounts)
    first = np.zeros(accounts, bool)
    for some in (drawn[guilty[drawn]], drawn[~guilty[drawn]]):
        first[some[::2]] = True
    picked: Rows = first[owner]
    return picked


def _rules(
    column: Column, hits: Codes, total: Codes, shared: Rows, recall: float
) -> Iterator[tuple[str, Codes]]:
    """The values that the best rule of each kind takes, at each of FLOORS."""
    careful = hits / (total + 1)  # a value seen once is no better than one in two
    ranked = np.flatnonzero(shared & (hits > 0))
    orders = dict(zip(("below", "above"), _thresholds(column), strict=False))
    orders["set"] = ranked[np.lexsort((-hits[ranked], -careful[ranked]))]
    for floor in FLOORS:
        least = max(1.0, min(floor * recall, 1.0) * hits.sum())
        for name, order in orders.items():
            right, chosen = np.cumsum(hits[order]), np.cumsum(total[order])
            if (enough := right >= least).any():
                precision = np.where(enough, right / np.maximum(chosen, 1), -1.0)
                yield f"{name} {floor:.1f}", order[: int(precision.argmax()) + 1]
        if (single := hits >= least).any():
            yield f"value {floor:.1f}", np.array([np.where(single, careful, -1.0).argmax()])


def _thresholds(column: Column) -> Iterator[Codes]:
    if column.ordered:
        yield np.arange(column.size)
        yield np.arange(column.size)[::-1]


def _holders(column: Column, owner: Codes, rows: Rows) -> Codes:
    """How many accounts have each value, (size,)."""
    accounts = int(owner.max()) + 1
    pairs = np.unique(column.codes[rows] * accounts + owner[rows])
    held: Codes = np.bincount(pairs // accounts, minlength=column.size)
    return held
