r"""How are the lines of a landing file read, whatever was written into it, in bounded memory?

Lines end with b"\n" alone: JSON may hold U+2028 and other line breaks of Unicode. Blank lines
are no lines but keep their number, so that a number is what an editor shows. A line over the limit
is hashed while it is skipped; a file that breaks off yields one `truncated_file` for its rest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
from isal import isal_zlib

from stillwatch.sources.rejection import HEAD_BYTES, Line, Unread

CHUNK = 1 << 20
GZIP_MAGIC, ZSTD_MAGIC, BOM = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\xef\xbb\xbf"


class Truncated(Exception):
    """The compressed stream ends early or is corrupt."""


def read(path: Path, max_line_bytes: int) -> Iterator[tuple[int, Line]]:
    """Yields (line number from 1, line without its newline) of a plain, gzip or zstd file.

    The compression is told by the first bytes, not by the name.

    Raises:
        OSError: The file cannot be opened or read.
    """
    with path.open("rb") as file:
        yield from split(_chunks(file), max_line_bytes)


def split(chunks: Iterator[bytes], max_line_bytes: int) -> Iterator[tuple[int, Line]]:
    """Yields the numbered lines of a stream; what follows a Truncated becomes one Unread."""
    number, pending = 1, _Pending(max_line_bytes)
    fault: str | None = None
    first = True
    while True:
        try:
            chunk = next(chunks, None)
        except Truncated:
            fault = "truncated_file"
            break
        if chunk is None:
            break
        if first:
            chunk, first = chunk.removeprefix(BOM), False
        head, newline, rest = chunk.partition(b"\n")
        pending.add(head)
        if not newline:
            continue
        yield from pending.take(number)
        number += 1
        whole = rest.split(b"\n")
        last = whole.pop()
        for line in whole:
            if len(line) > max_line_bytes:
                pending.add(line)
                yield from pending.take(number)
            elif line and not line.isspace():
                yield number, line
            number += 1
        pending.add(last)
    if fault:
        yield number, pending.unread(fault)
    else:
        yield from pending.take(number)


class _Pending:
    """The line that has not ended yet: its pieces, or past the limit its head and hash."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._clear()

    def _clear(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self._hash = hashlib.sha256()
        self._over = False

    def add(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self._size += len(piece)
        if self._over or self._size > self._limit:
            self._skim()

    def _skim(self) -> None:
        whole = b"".join(self._pieces) if not self._over else self._pieces.pop()
        self._hash.update(whole)
        if not self._over:
            self._pieces, self._over = [whole[:HEAD_BYTES]], True

    def take(self, number: int) -> Iterator[tuple[int, Line]]:
        """The line, unless it is blank."""
        if self._over:
            yield number, self.unread("too_long")
            return
        line = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._clear()
        if line and not line.isspace():
            yield number, line

    def unread(self, reason: str) -> Unread:
        if not self._over:
            self._skim()
        found = Unread(reason, self._pieces[0], self._hash.hexdigest())
        self._clear()
        return found


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    """The decompressed bytes in chunks of at most about 1 MiB."""
    magic = file.read(4)
    file.seek(0)
    if magic.startswith(GZIP_MAGIC):
        return _gzip(file)
    if magic == ZSTD_MAGIC:
        return _zstd(file)
    return iter(lambda: file.read(CHUNK) or None, None)


def _gzip(file: BinaryIO) -> Iterator[bytes]:
    """All members of a gzip file. ISA-L gives what it read before a fault, pyarrow does not."""
    member = isal_zlib.decompressobj(31)
    data = file.read(CHUNK >> 2)
    while data:
        try:
            chunk = member.decompress(data, CHUNK)
        except isal_zlib.IsalError as error:  # type: ignore[misc]  # stubbed as an instance
            raise Truncated from error
        if chunk:
            yield chunk
        data = member.unused_data if member.eof else member.unconsumed_tail
        if member.eof:
            data = (data or file.read(CHUNK >> 2)).lstrip(b"\0")  # tape padding is allowed
            if not data:
                return
            member = isal_zlib.decompressobj(31)
        elif not data:
            data = file.read(CHUNK >> 2)
    if rest := member.flush():
        yield rest
    if not member.eof:
        raise Truncated


def _zstd(file: BinaryIO) -> Iterator[bytes]:
    with pa.CompressedInputStream(pa.PythonFile(file, mode="r"), "zstd") as stream:
        while True:
            try:
                chunk: bytes = stream.read(CHUNK >> 3)
            except OSError as error:
                raise Truncated from error
            if not chunk:
                return
            yield chunk
