"""Where do the bytes of an Arrow string array lie? Nothing is copied unless chunks are joined."""

from typing import NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Texts: TypeAlias = pa.StringArray | pa.LargeStringArray | pa.ChunkedArray


class Rows(NamedTuple):
    """Row i is data[offsets[i]:offsets[i + 1]]; a null row has valid[i] == 0 and is not read."""

    offsets: NDArray[np.int64]
    data: NDArray[np.uint8]
    valid: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.valid)


def rows(texts: Texts) -> Rows:
    """View string rows as buffers. Any string-like type, slices, chunks and nulls are accepted."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.cast(pa.large_string()).combine_chunks()  # 32-bit offsets could overflow
    if not (pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type)):
        texts = texts.cast(pa.large_string())
    width = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    count, first = len(texts), texts.offset
    _, offsets, data = texts.buffers()
    if count == 0 or offsets is None:
        return Rows(np.zeros(count + 1, np.int64), _bytes(None), np.zeros(count, np.uint8))
    starts = np.frombuffer(offsets, width)[first : first + count + 1].astype(np.int64)
    return Rows(starts, _bytes(data), _valid(texts))


def large_strings(
    offsets: NDArray[np.int64], data: NDArray[np.uint8], valid: NDArray[np.uint8]
) -> pa.LargeStringArray:
    """Make an Arrow array of UTF-8 rows out of the buffers, without copying them."""
    return pa.LargeStringArray.from_buffers(
        len(valid), pa.py_buffer(offsets), pa.py_buffer(data), bitmap(valid)
    )


def bitmap(valid: NDArray[np.uint8]) -> pa.Buffer | None:
    """Pack one byte a row into Arrow's validity bits; None where no row is null."""
    return None if valid.all() else pa.py_buffer(np.packbits(valid, bitorder="little"))


def _valid(texts: pa.Array) -> NDArray[np.uint8]:
    if texts.null_count == 0:
        return np.ones(len(texts), np.uint8)
    packed = np.frombuffer(texts.buffers()[0], np.uint8)
    bits = np.unpackbits(packed, count=texts.offset + len(texts), bitorder="little")
    return np.ascontiguousarray(bits[texts.offset :])


def _bytes(buffer: pa.Buffer | None) -> NDArray[np.uint8]:
    # One padding byte keeps the pointer valid; a writable view would be another numba signature.
    view = np.frombuffer(buffer if buffer is not None and buffer.size else b"\0", np.uint8)
    view.flags.writeable = False
    return view
