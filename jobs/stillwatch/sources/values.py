"""What did a logger mean by a value of another type than the contract names?

Each function takes any JSON value and returns the value meant, None for null, or raises ValueError.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Seconds since 1970 stay under 1e11 until the year 5138; milliseconds start above it in 1973.
UNITS = ((1e11, 1_000_000), (1e14, 1_000), (1e17, 1))
NUMBER = re.compile(r"\s*[+-]?\d+(\.\d*)?([eE][+-]?\d+)?\s*")


def text(value: Any) -> str | None:
    """A string as it is; a number as its digits."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("not a text")
    return str(value)


def integer(value: Any, bits: int = 64) -> int | None:
    """A whole number; fractions are rounded, numeric strings are read, "" and NaN are null."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        if not NUMBER.fullmatch(value):
            raise ValueError("not a number")
        value = float(value) if any(c in value for c in ".eE") else int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("not a number")
    if isinstance(value, float) and not math.isfinite(value):
        return None
    whole = round(value)
    if not -(2 ** (bits - 1)) <= whole < 2 ** (bits - 1):
        raise ValueError("out of range")
    return whole


def number(value: Any) -> float | None:
    """A number; numeric strings are read, "" and NaN are null."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("not a number")
    found = float(value)
    return found if math.isfinite(found) else None


def timestamp(value: Any) -> datetime:
    """A time in UTC from ISO 8601 (no zone means UTC) or seconds to nanoseconds since 1970."""
    if isinstance(value, str):
        if not NUMBER.fullmatch(value):
            return _iso(value)
        value = float(value) if any(c in value for c in ".eE") else int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("not a time")
    try:
        for bound, factor in UNITS:
            if abs(value) < bound:
                return EPOCH + timedelta(microseconds=round(value * factor))
        return EPOCH + timedelta(microseconds=int(value) // 1000)
    except OverflowError as error:
        raise ValueError("not a time") from error


def _iso(value: str) -> datetime:
    found = datetime.fromisoformat(value.strip().removesuffix(" UTC").replace(",", "."))
    try:
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError("not a time") from error


def size_of_base64(value: str) -> int:
    """Bytes that a base64 text stands for, a data URL's head left out."""
    payload = value.partition(",")[2] if value.startswith("data:") else value
    return len(payload) * 3 // 4 - (2 if payload.endswith("==") else payload.endswith("="))


def json_text(value: Any) -> str:
    """A string as it is, anything else as compact JSON."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def without_halves(value: Any) -> Any:
    """The same value with halves of surrogate pairs as U+FFFD: UTF-8 cannot hold them."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [without_halves(item) for item in value]
    if isinstance(value, dict):
        return {without_halves(key): without_halves(item) for key, item in value.items()}
    return value
