"""How are the parts of an exchange put together: messages, tools, response, client?

Invariants: one line an exchange, UTF-8, no byte outside the buffer (the caller leaves room for the
longest line); rows are written in the order given, and a full buffer stops between two rows.
"""

import numpy as np

from stillwatch.kernels.compiled import compiled
from stillwatch.simulate import line as ln
from stillwatch.simulate.line import (
    call,
    clock,
    coded,
    disguise,
    lit,
    number,
    said,
    thinking,
    turn_seed,
)  # fmt: skip
from stillwatch.simulate.texts.engine import DEPTH, PERM, copy, mix

ROOM = 1 << 20  # bytes that must be free before a line is begun


@compiled
def stand_in(seeds, scope):  # type: ignore[no-untyped-def]
    """Put the scopes under which a text was first written in place of the row's own."""
    seeds[ln.C], seeds[ln.A] = scope[ln.SOURCE_C], scope[ln.SOURCE_A]
    seeds[ln.ITEM] = scope[ln.SOURCE_I]


@compiled
def stand_back(seeds, scope):  # type: ignore[no-untyped-def]
    """Put the row's own scopes back."""
    seeds[ln.C], seeds[ln.A], seeds[ln.ITEM] = scope[ln.C], scope[ln.A], scope[ln.ITEM]


@compiled
def user_text(out, pos, row, k, seeds, day, scope, tables, w):  # type: ignore[no-untyped-def]
    """Append what the user says at turn k, as a JSON string without its quotes."""
    seed = turn_seed(day, row[ln.J] - row[ln.TURN] + k)
    symbol = row[ln.USER] if k == 0 else row[ln.FOLLOW]
    start = pos
    pos = said(out, pos, symbol, seed, seeds, tables, w)
    if k == 0 and row[ln.SOURCE] == ln.CLEAN:
        answer = turn_seed(scope[ln.SOURCE_DAY], np.int64(scope[ln.SOURCE_J]))
        stand_in(seeds, scope)
        pos = said(out, pos, row[ln.SOURCE_REPLY], mix(answer ^ ln._REPLY_SALT), seeds, tables, w)
        stand_back(seeds, scope)
    if row[ln.DISGUISE] > 0:
        pos = disguise(out, start, pos, row[ln.DISGUISE], seed)
    return pos


@compiled
def user(out, pos, row, k, seeds, scope, tables, w):  # type: ignore[no-untyped-def]
    """Append the user's message at turn k, with a picture where there is one."""
    if k == 0 and row[ln.IMAGES] > 0:
        pos = lit(out, pos, ln._USER_BLOCKS)
        pos = lit(out, pos, ln._IMAGE)
        pos = number(out, pos, 20_000 + np.int64(mix(scope[ln.C]) % np.uint64(900_000)))
        pos = lit(out, pos, ln._BYTES)
        pos = lit(out, pos, ln._TEXT)
        pos = user_text(out, pos, row, k, seeds, scope[ln.DAY], scope, tables, w)
        pos = lit(out, pos, ln._TEXT_END)
        out[pos], out[pos + 1] = 93, 125
        return pos + 2
    pos = lit(out, pos, ln._USER)
    pos = user_text(out, pos, row, k, seeds, scope[ln.DAY], scope, tables, w)
    return lit(out, pos, ln._TEXT_END)


@compiled
def answer(out, pos, reply, seed, seeds, tables, w):  # type: ignore[no-untyped-def]
    """Append a text block with the answer given to the turn of this seed."""
    pos = lit(out, pos, ln._TEXT)
    pos = said(out, pos, reply, mix(seed ^ ln._REPLY_SALT), seeds, tables, w)
    return lit(out, pos, ln._TEXT_END)


@compiled
def close_list(out, pos):  # type: ignore[no-untyped-def]
    """Append the end of a message and a comma."""
    out[pos], out[pos + 1], out[pos + 2] = 93, 125, 44
    return pos + 3


@compiled
def tool_turn(out, pos, seed, row, symbols, seeds, tables, w):  # type: ignore[no-untyped-def]
    """Append a past tool call and its result."""
    pos = lit(out, pos, ln._ASSISTANT)
    if row[ln.THINK] > 0:
        pos = thinking(out, pos, seed, symbols, seeds, tables, w)
    pos = call(out, pos, seed, symbols, seeds, tables, w)
    pos = close_list(out, pos)
    pos = lit(out, pos, ln._USER_BLOCKS)
    pos = lit(out, pos, ln._RESULT)
    pos = coded(out, pos, seed, 16, ln._B32, 5)
    pos = lit(out, pos, ln._CONTENT)
    pos = said(out, pos, symbols.tool_result, mix(seed ^ ln._THINK_SALT), seeds, tables, w)
    pos = lit(out, pos, ln._TEXT_END)
    return close_list(out, pos)


@compiled
def replayed(out, pos, row, scope, symbols, seeds, tables, w):  # type: ignore[no-untyped-def]
    """Append another account's turn as if it were this one's: its answer and its signature."""
    seed = turn_seed(scope[ln.SOURCE_DAY], np.int64(scope[ln.SOURCE_J]))
    stand_in(seeds, scope)
    pos = lit(out, pos, ln._USER)
    if row[ln.SOURCE] == ln.SESSION:
        pos = said(out, pos, row[ln.SOURCE_USER], seed, seeds, tables, w)
    else:
        pos = said(out, pos, row[ln.FOLLOW], mix(seed ^ scope[ln.ID]), seeds, tables, w)
    pos = lit(out, pos, ln._TEXT_END)
    out[pos] = 44
    pos = lit(out, pos + 1, ln._ASSISTANT)
    pos = thinking(out, pos, seed, symbols, seeds, tables, w)
    if row[ln.SOURCE] == ln.SESSION:
        pos = answer(out, pos, row[ln.SOURCE_REPLY], seed, seeds, tables, w)
    else:
        pos = answer(out, pos, row[ln.REPLY], mix(seed ^ scope[ln.ID]), seeds, tables, w)
    stand_back(seeds, scope)
    return close_list(out, pos)


@compiled
def messages(out, pos, row, scope, symbols, seeds, tables, w):  # type: ignore[no-untyped-def]
    """Append all messages up to the user's (or the tool's) last."""
    pos = lit(out, pos, ln._MESSAGES)
    turn = row[ln.TURN]
    if row[ln.SOURCE] >= ln.SESSION:
        pos = replayed(out, pos, row, scope, symbols, seeds, tables, w)
    pos = user(out, pos, row, 0, seeds, scope, tables, w)
    for k in range(turn):
        seed = turn_seed(scope[ln.DAY], row[ln.J] - turn + k)
        out[pos] = 44
        pos += 1
        if row[ln.AGENT] == 1:
            pos = tool_turn(out, pos, seed, row, symbols, seeds, tables, w) - 1
            continue
        pos = lit(out, pos, ln._ASSISTANT)
        pos = answer(out, pos, row[ln.REPLY], seed, seeds, tables, w)
        pos = close_list(out, pos)
        pos = user(out, pos, row, k + 1, seeds, scope, tables, w)
    return pos


@compiled
def response(out, pos, row, scope, symbols, seeds, tables, w):  # type: ignore[no-untyped-def]
    """Append the response, or null after an error."""
    if row[ln.OUT] == ln.ERROR:
        return lit(out, pos, ln._NO_RESPONSE)
    seed = turn_seed(scope[ln.DAY], row[ln.J])
    pos = lit(out, pos, ln._RESPONSE)
    at = row[ln.OUT]
    pos = copy(out, pos, ln._STOPS, ln._STOPS_AT[at], ln._STOPS_AT[at + 1])
    pos = lit(out, pos, ln._CONTENTS)
    if row[ln.THINK] > 0:
        pos = thinking(out, pos, seed, symbols, seeds, tables, w)
    if at == ln.TOOL_USE:
        pos = call(out, pos, seed, symbols, seeds, tables, w)
    elif at == ln.REFUSAL:
        pos = answer(out, pos, symbols.refuse, seed, seeds, tables, w)
    else:
        pos = answer(out, pos, row[ln.REPLY], seed, seeds, tables, w)
    out[pos], out[pos + 1] = 93, 125
    return pos + 2


@compiled
def name(out, pos, words, index):  # type: ignore[no-untyped-def]
    """Append one of the world's names."""
    return copy(out, pos, words.text, words.at[index], words.at[index + 1])


@compiled
def client(out, pos, row, words):  # type: ignore[no-untyped-def]
    """Append the client, or null where its metadata was stripped."""
    pos = lit(out, pos, ln._CLIENT)
    if row[ln.CLIENT] == 0:
        return lit(out, pos, ln._NULL)
    pos = lit(out, pos, ln._IP)
    for shift in (16, 8, 0):
        pos = number(out, pos, (row[ln.PREFIX] >> shift) & 255)
        out[pos] = 46
        pos += 1
    pos = number(out, pos, row[ln.HOST])
    pos = lit(out, pos, ln._ASN)
    pos = number(out, pos, row[ln.ASN])
    pos = lit(out, pos, ln._COUNTRY)
    pos = name(out, pos, words, words.countries + row[ln.COUNTRY])
    pos = lit(out, pos, ln._AGENT)
    pos = name(out, pos, words, words.agents + row[ln.UA])
    pos = lit(out, pos, ln._JA4)
    pos = name(out, pos, words, words.ja4 + row[ln.JA4])
    return lit(out, pos, ln._CLIENT_END)


@compiled
def write_row(out, pos, row, scope, date, words, symbols, tables, w, seeds):  # type: ignore[no-untyped-def]
    """Append one exchange; return the position after its newline."""
    for k in range(1, 8):
        seeds[k] = scope[k]
    pos = lit(out, pos, ln._ID)
    pos = coded(out, pos, scope[ln.ID], 20, ln._HEX, 4)
    pos = clock(out, lit(out, pos, ln._TS), date, row[ln.TS])
    pos = coded(out, lit(out, pos, ln._ACCOUNT), scope[ln.UID], 13, ln._B32, 5)
    pos = name(out, lit(out, pos, ln._MODEL), words, words.models + row[ln.MODEL])
    pos = lit(out, pos, ln._SYSTEM)
    begin = pos
    if row[ln.SYSTEM] >= 0:
        out[pos] = 34
        pos = said(out, pos + 1, row[ln.SYSTEM], scope[ln.T], seeds, tables, w)
        out[pos] = 34
        pos += 1
    else:
        pos = lit(out, pos, ln._NULL)
    pos = messages(out, pos, row, scope, symbols, seeds, tables, w)
    pos = lit(out, pos, ln._TOOLS)
    if row[ln.TOOLS] >= 0:
        pos = said(out, pos, row[ln.TOOLS], scope[ln.T], seeds, tables, w)
    else:
        pos = lit(out, pos, ln._NULL)
    middle = pos
    pos = response(out, pos, row, scope, symbols, seeds, tables, w)
    written = pos - middle if row[ln.OUT] != ln.ERROR else 0
    pos = number(out, lit(out, pos, ln._USAGE), (middle - begin) // 4 + 700 * row[ln.IMAGES])
    pos = number(out, lit(out, pos, ln._OUTPUT), written // 4)
    pos = client(out, pos, row, words)
    pos = number(out, lit(out, pos, ln._STATUS), row[ln.STATUS])
    latency = row[ln.LATENCY] * (300 + 4 * written) // 100
    pos = number(out, lit(out, pos, ln._LATENCY), latency)
    return lit(out, pos, ln._CLOSE)


@compiled
def write_rows(out, first, rows, scopes, date, words, symbols, tables):  # type: ignore[no-untyped-def]
    """Write rows from `first` until they end or the buffer is nearly full.

    Returns the bytes written and the first row that was not.
    """
    w = (
        np.zeros((DEPTH, 5), np.int64),
        np.zeros(DEPTH, np.uint64),
        np.zeros((DEPTH, PERM), np.int64),
    )
    seeds = np.zeros(8, np.uint64)
    pos = 0
    n = first
    while n < rows.shape[0] and pos + ROOM < out.size:
        pos = write_row(out, pos, rows[n], scopes[n], date, words, symbols, tables, w, seeds)
        n += 1
    return pos, n
