"""How is a line shown that did not parse, so that its fault is seen and no prompt is?

Structure, field names and a few harmless values stay; every other text is shown as its length. The
rule is a list of what may be shown, since nobody can list where a prompt may hide.
"""

from __future__ import annotations

import re

SHOWN = frozenset(
    {
        "exchange_id",
        "ts",
        "account_id",
        "model",
        "type",
        "role",
        "status",
        "stop_reason",
        "object",
        "schemaType",
        "schemaVersion",
        "timestamp",
        "created",
        "created_at",
        "startTime",
        "endTime",
        "start_time",
        "end_time",
        "launched_at",
        "indicator_type",
        "country",
        "tier",
        "id",
        "request_id",
        "requestId",
        "operation",
        "event",
    }
)
TOKEN = re.compile(
    r'"(?P<text>(?:[^"\\]|\\.)*)(?P<end>"|$)(?P<colon>\s*:)?'
    r"|(?P<mark>[\s{}\[\],:]+)"
    r"|(?P<atom>(?:true|false|null|NaN|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=[\s{}\[\],:]|$))"
    r'|(?P<bare>[^\s{}\[\],:"][^{}\[\],:"]*)',
    re.DOTALL,
)
NAME = re.compile(r"[A-Za-z_][\w.-]{0,47}")
PLAIN = re.compile(r"[\w.:+/-]{1,96}")
ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9A-Fa-f]{1,4}:){3,}[0-9A-Fa-f:.]*")
SECRET = re.compile(r"(?i)\b(?:sk|pk|key|ghp|xox|akia|eyj|bearer|token)[\w-]*[-_]?[\w-]{8,}")
DIGITS = re.compile(r"\d{7,}")


def sample(head: bytes, limit: int) -> str:
    """The start of a line, redacted, in at most `limit` bytes of UTF-8.

    Args:
        head: The line or its first few thousand bytes, in any encoding.
        limit: Bytes of the result; from about three times as many of the head are looked at.
    """
    text = head[: 4 * limit].decode("utf-8", "replace")
    shown, size, name = [], 0, ""
    for match in TOKEN.finditer(text):
        piece, name = _piece(match, name)
        size += len(piece.encode())
        if size > limit:
            break
        shown.append(piece)
    return "".join(shown)


def _piece(match: re.Match[str], name: str) -> tuple[str, str]:
    """What is shown of a token, and the field name that the next value belongs to."""
    kind = match.lastgroup
    whole = match.group()
    if kind == "mark":
        return re.sub(r"\s+", " ", whole), name if whole.strip() in ("", ":") else ""
    if kind == "atom":
        if whole[-1].isdigit() and not name:
            return f"<{len(whole)} chars>", ""  # loose digits may be a card or a telephone
        return DIGITS.sub(lambda m: f"<{len(m.group())} digits>", whole), ""
    if kind == "bare":
        return f"<{len(whole)} chars>", ""
    text, end = match.group("text"), match.group("end")
    if match.group("colon"):
        return (f'"{text}":', text) if NAME.fullmatch(text) else (f'"<{len(text)} chars>":', "")
    if name in SHOWN and PLAIN.fullmatch(text):
        return f'"{scrub(text)}{end}', ""
    return f'"<{len(text)} chars>{end}', ""


def scrub(text: str) -> str:
    """The text without addresses, long numbers and what looks like a key."""
    text = SECRET.sub("<key>", ADDRESS.sub("<address>", text))
    return DIGITS.sub(lambda m: f"<{len(m.group())} digits>", text)
