"""Keyed hashes against the standard library, networks against ipaddress."""

import hashlib
import hmac
from ipaddress import ip_address, ip_network

import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st
from stillwatch.kernels.keyed import hmac64, networks


def test_the_hash_is_the_start_of_the_standard_librarys() -> None:
    digest = hmac.new(b"key", b"payment:pf_1", hashlib.sha256).digest()
    made = hmac64(pa.array(["pf_1", None, "", "pf_1"]), b"key", "payment").to_pylist()
    assert made == [int.from_bytes(digest[:8], "big", signed=True), None, None, made[0]]


def test_keys_and_purposes_tell_values_apart() -> None:
    one = pa.array(["x"])
    hashes = {
        hmac64(one, key, purpose)[0].as_py() for key in (b"a", b"b") for purpose in ("p", "q")
    }
    assert len(hashes) == 4


def test_addresses_fall_into_their_network() -> None:
    addresses = ["203.0.113.7", "::ffff:203.0.113.250", "2001:db8:1:2::5", "localhost", None, ""]
    made = networks(pa.array(addresses), pa.array([1, 1, None, 3, 4, 5], pa.int64()), 24, 48)
    assert made.to_pylist() == [
        "203.0.113.0/24 1",
        "203.0.113.0/24 1",
        "2001:db8:1::/48",
        None,
        None,
        None,
    ]


@given(
    st.ip_addresses(v=4).map(str)
    | st.ip_addresses(v=6).map(str)
    | st.text("0123456789.:x \0", max_size=15)
    | st.lists(st.integers(0, 300).map(str), min_size=3, max_size=5).map(".".join),
    st.integers(1, 32),
    st.integers(1, 128),
)
@example("1.02.3.4", 24, 48)
@example("1.2.3", 24, 48)
@example("\u0661.2.3.4", 24, 48)
def test_a_network_is_what_the_standard_library_says(text: str, v4: int, v6: int) -> None:
    try:
        address = ip_address(text)
        address = getattr(address, "ipv4_mapped", None) or address
        bits = v4 if address.version == 4 else v6
        wanted = str(ip_network((address, bits), strict=False))
    except ValueError:
        wanted = None
    (made,) = networks(pa.array([text]), pa.array([None], pa.int64()), v4, v6).to_pylist()
    assert made == wanted
