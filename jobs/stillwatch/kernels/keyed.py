"""How does a personal value leave bronze: as 64 bits of a keyed hash that nobody can reverse?

HMAC-SHA-256 (RFC 2104) under the lake's key; a plain hash of an IPv4 address could be reversed by
trying all of them. Each distinct value of a batch is hashed once.
"""

from __future__ import annotations

import hmac
from ipaddress import ip_address, ip_network
from socket import AF_INET, inet_ntop, inet_pton

import pyarrow as pa
import pyarrow.compute as pc


def hmac64(values: pa.Array, secret: bytes, purpose: str) -> pa.Array:
    """The first 8 bytes of HMAC-SHA-256(secret, purpose ":" value), as signed integers.

    Args:
        values: Strings, shape (n,).
        secret: The key.
        purpose: Kind of the values, so that equal texts of two kinds differ.

    Returns:
        int64, shape (n,); null where the value is null or empty.
    """
    encoded = values.dictionary_encode()
    prefix = purpose.encode() + b":"
    hashed = [
        int.from_bytes(
            hmac.digest(secret, prefix + value.encode(), "sha256")[:8], "big", signed=True
        )
        if value
        else None
        for value in encoded.dictionary.to_pylist()
    ]
    return pa.array(hashed, pa.int64()).take(encoded.indices)


def networks(addresses: pa.Array, asns: pa.Array, ipv4_prefix: int, ipv6_prefix: int) -> pa.Array:
    """The network that each address lies in, such as `203.0.113.0/24 64500`.

    Args:
        addresses: Strings, shape (n,); what is no address gives null.
        asns: int64, shape (n,).
        ipv4_prefix: Bits of an IPv4 network.
        ipv6_prefix: Bits of an IPv6 network.
    """
    encoded = addresses.dictionary_encode()
    prefixes = pa.array(
        [_network(text, ipv4_prefix, ipv6_prefix) for text in encoded.dictionary.to_pylist()],
        pa.string(),
    ).take(encoded.indices)
    with_asn = pc.binary_join_element_wise(prefixes, asns.cast(pa.string()), " ")
    return pc.coalesce(with_asn, prefixes)


def _network(text: str, ipv4_prefix: int, ipv6_prefix: int) -> str | None:
    try:
        # The C library's strict reading of four numbers, which most addresses are, is ten times
        # as fast.
        packed = inet_pton(AF_INET, text)
    except (OSError, ValueError):
        return _general(text, ipv4_prefix, ipv6_prefix)
    host = 32 - ipv4_prefix
    number = int.from_bytes(packed) >> host << host
    return f"{inet_ntop(AF_INET, number.to_bytes(4))}/{ipv4_prefix}"


def _general(text: str, ipv4_prefix: int, ipv6_prefix: int) -> str | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None  # a log that holds host names or masks instead of addresses
    # Proxies that listen on both families log IPv4 clients as ::ffff:203.0.113.7.
    address = getattr(address, "ipv4_mapped", None) or address
    bits = ipv4_prefix if address.version == 4 else ipv6_prefix
    return str(ip_network((address, bits), strict=False))
