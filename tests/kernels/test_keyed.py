"""Keyed hashes against the standard library, networks against ipaddress."""

import hashlib
import hmac

import pyarrow as pa
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
