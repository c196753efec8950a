"""Values of another type than named are taken where their meaning is plain, and only there."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stillwatch.sources import values

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
SECONDS = int(NOON.timestamp())


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-09T12:00:00Z",
        "2026-11-09T13:00:00+01:00",
        "2026-11-09 12:00:00.000000",
        "2026-11-09 12:00:00 UTC",
        "2026-11-09T12:00:00,000000000Z",
        "20261109T120000Z",
        SECONDS,
        float(SECONDS),
        f"{SECONDS}",
        f"{SECONDS}.0",
        SECONDS * 1000,
        SECONDS * 10**6,
        SECONDS * 10**9,
    ],
)
def test_a_time_is_read_in_every_common_form(value: Any) -> None:
    assert values.timestamp(value) == NOON


@pytest.mark.parametrize(
    "value", ["soon", "", "2026-13-01T00:00:00Z", True, [], {}, float("nan"), float("inf"), 10**40]
)
def test_what_is_no_time_is_refused(value: Any) -> None:
    with pytest.raises(ValueError):
        values.timestamp(value)


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)))
def test_microseconds_survive_every_form(moment: datetime) -> None:
    moment = moment.replace(tzinfo=UTC)
    micros = (moment - values.EPOCH) // (values.EPOCH.resolution)
    assert values.timestamp(moment.isoformat()) == moment
    assert values.timestamp(micros) == moment
    assert values.timestamp(micros * 1000) == moment


CASES: list[tuple[Any, int | None]] = [
    (7, 7),
    ("7", 7),
    (" 7 ", 7),
    ("-7.0", -7),
    (6.6, 7),
    ("1e3", 1000),
    (None, None),
    ("", None),
    (float("nan"), None),
    (2**63 - 1, 2**63 - 1),
    ("9223372036854775807", 2**63 - 1),
]


@pytest.mark.parametrize(("value", "wanted"), CASES)
def test_a_number_is_read_from_a_string(value: Any, wanted: int | None) -> None:
    assert values.integer(value) == wanted


@pytest.mark.parametrize("value", ["seven", True, [7], {}, 2**63, "9223372036854775808", "1e99"])
def test_what_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"not a number|out of range"):
        values.integer(value)


def test_a_status_has_32_bits() -> None:
    assert values.integer(2**31 - 1, bits=32) == 2**31 - 1
    with pytest.raises(ValueError, match="out of range"):
        values.integer(2**31, bits=32)


@given(st.binary())
def test_base64_is_measured_without_decoding(payload: bytes) -> None:
    import base64

    text = base64.b64encode(payload).decode()
    assert values.size_of_base64(text) == len(payload)
    assert values.size_of_base64(f"data:image/png;base64,{text}") == len(payload)


def test_half_surrogates_are_replaced_and_pairs_kept() -> None:
    assert values.without_halves({"\ud800": ["a\udc00b", "😀", 1]}) == {
        "\ufffd": ["a\ufffdb", "😀", 1]
    }
