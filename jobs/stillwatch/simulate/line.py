"""How is one exchange written as a line of JSON?

Invariant: a conversation's earlier turns are written again word for word, since each turn's texts
follow from the seed of that turn; so do answers and signatures that another account sends back.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stillwatch.kernels.compiled import compiled
from stillwatch.simulate.texts.engine import copy, expand, mix

# Columns of the integer table of a block.
(
    TS, MODEL, SYSTEM, TOOLS, USER, FOLLOW, REPLY, TURN, AGENT, THINK, IMAGES, OUT, STATUS, LATENCY,
    UA, JA4, COUNTRY, ASN, PREFIX, HOST, CLIENT, DISGUISE, SOURCE, SOURCE_USER, SOURCE_REPLY, J,
    COLUMNS,
) = range(27)  # fmt: skip
# Columns of the seeds: 1..7 are the scopes of the grammar.
(
    ID, E, C, A, G, ITEM, T, W, DAY, UID, SOURCE_DAY, SOURCE_J, SOURCE_C, SOURCE_A, SOURCE_I, SEEDS,
) = range(16)  # fmt: skip
# Scopes that a text sent back brings along, and where its row keeps them.
SCOPES_OF_SOURCE, SOURCE_SCOPES = (C, A, ITEM), (SOURCE_C, SOURCE_A, SOURCE_I)
END_TURN, TOOL_USE, MAX_TOKENS, REFUSAL, ERROR = range(5)
NO_SOURCE, CLEAN, SESSION, SIGNATURE = range(4)


class Symbols(NamedTuple):
    """Rules that the writer itself calls."""

    tool_name: int
    tool_input: int
    tool_result: int
    think: int
    refuse: int


class Words(NamedTuple):
    """Names in the line, as escaped bytes with offsets."""

    text: npt.NDArray[np.uint8]
    at: npt.NDArray[np.int64]
    models: int
    agents: int
    ja4: int
    countries: int


def _bytes(text: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(text.encode(), dtype=np.uint8).copy()


_ID, _TS, _ACCOUNT = (
    _bytes('{"exchange_id":"ex_'),
    _bytes('","ts":"'),
    _bytes('Z","account_id":"acct_'),
)
_MODEL, _SYSTEM, _NULL = _bytes('","model":"'), _bytes('","system":'), _bytes("null")
_MESSAGES, _USER = _bytes(',"messages":['), _bytes('{"role":"user","content":"')
_USER_BLOCKS = _bytes('{"role":"user","content":[')
_IMAGE, _BYTES = _bytes('{"type":"image","media_type":"image/png","bytes":'), _bytes("},")
_TEXT, _TEXT_END = _bytes('{"type":"text","text":"'), _bytes('"}')
_ASSISTANT = _bytes('{"role":"assistant","content":[')
_THINKING, _SIGNATURE = _bytes('{"type":"thinking","thinking":"'), _bytes('","signature":"')
_CALL, _NAME, _INPUT = (
    _bytes('{"type":"tool_use","id":"call_'),
    _bytes('","name":"'),
    _bytes('","input":'),
)
_RESULT = _bytes('{"type":"tool_result","tool_use_id":"call_')
_CONTENT, _TOOLS = _bytes('","content":"'), _bytes('],"tools":')
_RESPONSE, _CONTENTS = _bytes(',"response":{"stop_reason":"'), _bytes('","content":[')
_NO_RESPONSE, _USAGE = _bytes(',"response":null'), _bytes(',"usage":{"input_tokens":')
_OUTPUT, _CLIENT = _bytes(',"output_tokens":'), _bytes('},"client":')
_IP, _ASN, _COUNTRY = _bytes('{"ip":"'), _bytes('","asn":'), _bytes(',"country":"')
_AGENT, _JA4, _CLIENT_END = _bytes('","user_agent":"'), _bytes('","ja4":"'), _bytes('"}')
_STATUS, _LATENCY, _CLOSE = _bytes(',"status":'), _bytes(',"latency_ms":'), _bytes("}\n")
_STOPS = _bytes("end_turntool_usemax_tokensrefusal")
_STOPS_AT = np.array([0, 8, 16, 26, 33])
_HEX, _B32 = _bytes("0123456789abcdef"), _bytes("abcdefghijkmnpqrstuvwxyz23456789")
_B64 = _bytes("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_REPLY_SALT, _THINK_SALT, _SIGN_SALT = np.uint64(0x5EED01), np.uint64(0x5EED02), np.uint64(0x5EED03)


@compiled
def lit(out, pos, text):  # type: ignore[no-untyped-def]
    """Append a constant."""
    return copy(out, pos, text, 0, text.size)


@compiled
def number(out, pos, value):  # type: ignore[no-untyped-def]
    """Append a non-negative integer."""
    digits = 1
    rest = value // 10
    while rest > 0:
        digits += 1
        rest //= 10
    for k in range(digits - 1, -1, -1):
        out[pos + k] = 48 + value % 10
        value //= 10
    return pos + digits


@compiled
def padded(out, pos, value, digits):  # type: ignore[no-untyped-def]
    """Append an integer with leading zeros."""
    for k in range(digits - 1, -1, -1):
        out[pos + k] = 48 + value % 10
        value //= 10
    return pos + digits


@compiled
def coded(out, pos, key, digits, alphabet, bits):  # type: ignore[no-untyped-def]
    """Append `digits` letters of an alphabet of 2**bits, drawn from a key."""
    state = key
    for k in range(digits):
        if k * bits % 60 < bits:  # fresh bits before the old ones run out
            state = mix(key + np.uint64(k))
        out[pos + k] = alphabet[np.int64(state & np.uint64((1 << bits) - 1))]
        state >>= np.uint64(bits)
    return pos + digits


@compiled
def clock(out, pos, date, ms):  # type: ignore[no-untyped-def]
    """Append the time of day in ISO 8601 after a date."""
    pos = lit(out, pos, date)
    pos = padded(out, pos, ms // 3_600_000, 2)
    out[pos] = 58
    pos = padded(out, pos + 1, ms // 60_000 % 60, 2)
    out[pos] = 58
    pos = padded(out, pos + 1, ms // 1000 % 60, 2)
    out[pos] = 46
    return padded(out, pos + 1, ms % 1000, 3)


@compiled
def turn_seed(day, j):  # type: ignore[no-untyped-def]
    """The seed of the j-th exchange of an account's day."""
    return mix(day + np.uint64(j) * _GOLDEN)


@compiled
def said(out, pos, symbol, seed, seeds, tables, w):  # type: ignore[no-untyped-def]
    """Append an expansion whose running stream starts at `seed`."""
    seeds[1] = seed
    return expand(out, pos, symbol, seeds, tables, w[0], w[1], w[2])


@compiled
def disguise(out, start, end, permille, key):  # type: ignore[no-untyped-def]
    """Swap letters for look-alikes and put zero-width spaces between them; return the new end."""
    text = out[start:end].copy()
    pos = start
    k = 0
    state = key
    while k < text.size:
        letter = text[k]
        out[pos] = letter
        pos += 1
        k += 1
        if letter == 92:  # an escape keeps its two bytes together
            out[pos] = text[k]
            pos += 1
            k += 1
            continue
        state = mix(state)
        if np.int64(state % np.uint64(1000)) >= permille or letter < 97 or letter > 122:
            continue
        cyrillic = 0
        if letter == 97:
            cyrillic = 0xB0
        elif letter == 101:
            cyrillic = 0xB5
        elif letter == 111:
            cyrillic = 0xBE
        if cyrillic > 0:
            out[pos - 1] = 0xD0
            out[pos] = cyrillic
            pos += 1
        else:
            out[pos], out[pos + 1], out[pos + 2] = 0xE2, 0x80, 0x8B
            pos += 3
    return pos


@compiled
def thinking(out, pos, seed, symbols, seeds, tables, w):  # type: ignore[no-untyped-def]
    """Append a thinking block with the signature that belongs to this turn, and a comma."""
    pos = lit(out, pos, _THINKING)
    pos = said(out, pos, symbols.think, mix(seed ^ _THINK_SALT), seeds, tables, w)
    pos = lit(out, pos, _SIGNATURE)
    pos = coded(out, pos, mix(seed ^ _SIGN_SALT), 88, _B64, 6)
    pos = lit(out, pos, _TEXT_END)
    out[pos] = 44
    return pos + 1


@compiled
def call(out, pos, seed, symbols, seeds, tables, w):  # type: ignore[no-untyped-def]
    """Append a tool_use block."""
    pos = lit(out, pos, _CALL)
    pos = coded(out, pos, seed, 16, _B32, 5)
    pos = lit(out, pos, _NAME)
    pos = said(out, pos, symbols.tool_name, mix(seed ^ _REPLY_SALT), seeds, tables, w)
    pos = lit(out, pos, _INPUT)
    pos = said(out, pos, symbols.tool_input, mix(seed ^ _SIGN_SALT), seeds, tables, w)
    out[pos] = 125
    return pos + 1


@compiled
def write_ids(out, keys):  # type: ignore[no-untyped-def]
    """Write the exchange id of each key into a row of 23 bytes."""
    for n in range(keys.size):
        out[n, 0], out[n, 1], out[n, 2] = 101, 120, 95
        coded(out[n], 3, keys[n], 20, _HEX, 4)


@compiled
def write_codes(out, keys):  # type: ignore[no-untyped-def]
    """Write 13 letters for each key, as in account ids."""
    for n in range(keys.size):
        coded(out[n], 0, keys[n], out.shape[1], _B32, 5)
