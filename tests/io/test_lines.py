"""Any bytes come back as numbered lines, once each, whatever the chunks and the compression."""

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stillwatch.io.lines import BOM, Truncated, read, split
from stillwatch.sources.rejection import HEAD_BYTES, Unread

TEXT = b'{"a": 1}\n\n  \r\n{"b": "\xe2\x80\xa8"}\r\nlast'
LINES = [(1, b'{"a": 1}'), (4, b'{"b": "\xe2\x80\xa8"}\r'), (5, b"last")]


def oracle(data: bytes, limit: int) -> list[tuple[int, bytes | str]]:
    """What should come: the line, or the hash of one that is too long."""
    numbered = enumerate(data.removeprefix(BOM).split(b"\n"), 1)
    return [
        (n, line if len(line) <= limit else hashlib.sha256(line).hexdigest())
        for n, line in numbered
        if line.strip(b" \t\r\x0b\x0c") or len(line) > limit
    ]


@given(
    pieces=st.lists(st.binary(max_size=12) | st.sampled_from([b"\n", b" ", b"\r\n", b"x" * 30])),
    limit=st.integers(min_value=1, max_value=40),
)
def test_chunks_do_not_matter(pieces: list[bytes], limit: int) -> None:
    first = BOM + b"{"  # the mark is looked for in the first chunk, which is a whole read
    got = [
        (n, line.sha256 if isinstance(line, Unread) else line)
        for n, line in split(iter([first, *pieces]), limit)
    ]
    assert got == oracle(first + b"".join(pieces), limit)


@pytest.mark.parametrize("codec", ["plain", "gzip", "two members", "zstd", "two frames"])
def test_compression_is_told_by_the_first_bytes(tmp_path: Path, codec: str) -> None:
    packed = {
        "plain": TEXT,
        "gzip": gzip.compress(TEXT),
        "two members": gzip.compress(TEXT[:9]) + gzip.compress(TEXT[9:]) + b"\0" * 512,
        "zstd": pa.compress(TEXT, "zstd", asbytes=True),
        "two frames": b"".join(pa.compress(t, "zstd", asbytes=True) for t in (TEXT[:9], TEXT[9:])),
    }[codec]
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(packed)
    assert list(read(path, 1000)) == LINES


def test_an_empty_file_has_no_lines(tmp_path: Path) -> None:
    for data in (b"", b"\n\n", BOM, gzip.compress(b"")):
        (tmp_path / "a").write_bytes(data)
        assert list(read(tmp_path / "a", 10)) == []


def test_a_long_line_is_hashed_and_its_neighbours_kept(tmp_path: Path) -> None:
    long = b"y" * 5_000_000
    (tmp_path / "a").write_bytes(gzip.compress(b"one\n" + long + b"\nthree"))
    one, two, three = read(tmp_path / "a", 1_000_000)
    assert (one, three) == ((1, b"one"), (3, b"three"))
    assert two == (2, Unread("too_long", long[:HEAD_BYTES], hashlib.sha256(long).hexdigest()))


@pytest.mark.parametrize("cut", [20, 1000, -1])
def test_a_truncated_gzip_keeps_what_was_read(tmp_path: Path, cut: int) -> None:
    text = b"".join(
        b'{"n": "%s"}\n' % hashlib.sha256(b"%d" % n).hexdigest().encode() for n in range(500)
    )
    packed = gzip.compress(text)[:cut]
    readable = zlib.decompressobj(31).decompress(packed)
    (tmp_path / "a").write_bytes(packed)
    *whole, (number, rest) = read(tmp_path / "a", 1000)
    assert [line for _, line in whole] == readable.split(b"\n")[:-1]
    assert number == len(whole) + 1
    tail = readable.rpartition(b"\n")[2]
    assert rest == Unread("truncated_file", tail, hashlib.sha256(tail).hexdigest())


def test_corrupt_streams_end_with_one_entry(tmp_path: Path) -> None:
    text = b"line\n" * 1000
    spoilt = bytearray(gzip.compress(text))
    spoilt[-6] ^= 0xFF  # the checksum
    frame = pa.compress(text * 999, "zstd", asbytes=True)
    for data in (bytes(spoilt), gzip.compress(text) + b"trash", frame[:-9], frame[:7]):
        (tmp_path / "a").write_bytes(data)
        *_, (_, rest) = read(tmp_path / "a", 1000)
        assert isinstance(rest, Unread)
        assert rest.reason == "truncated_file"


def test_a_fault_at_the_start_is_one_entry() -> None:
    def chunks() -> Iterator[bytes]:
        raise Truncated
        yield b""

    assert [(n, line.reason) for n, line in split(chunks(), 10)] == [(1, "truncated_file")]


def test_memory_is_bounded_by_the_chunk(tmp_path: Path) -> None:
    """A bomb: a line of 200 MB in 200 kB of gzip."""
    import tracemalloc

    path = tmp_path / "a"
    with gzip.open(path, "wb") as file:
        for _ in range(200):
            file.write(b"z" * 1_000_000)
    tracemalloc.start()
    ((_, found),) = read(path, 4_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.reason == "too_long"
    assert peak < 24_000_000
