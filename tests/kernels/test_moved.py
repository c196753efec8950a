"""What moved between accounts, against a plain reading of the rules."""

from collections import defaultdict

import numpy as np
import pyarrow as pa
import pytest
from stillwatch.kernels import moved
from stillwatch.kernels.moved import DAY, ENDS, MET, MOVED

UNSAID = (0,)  # layer 0 asks that nobody had sent the value before


def table(rows: list[tuple[int, ...]], schema: pa.Schema) -> pa.Table:
    columns = np.array(rows, np.int64).reshape(-1, len(schema)).T
    arrays = [pa.array(each).cast(kind) for each, kind in zip(columns, schema.types, strict=True)]
    return pa.table(arrays, schema=schema)


@pytest.mark.parametrize("seed", range(4))
def test_met_values_are_those_of_the_rules(seed: int) -> None:
    rng = np.random.default_rng(seed)
    highest = 2**63 - 1
    codes = [-(2**63), highest, 5, 6]
    rows = [
        (int(rng.integers(2)), int(rng.integers(2)), int(rng.integers(12)), codes[rng.integers(4)],
         n, int(rng.integers(50)))
        for n in range(120)
    ]  # fmt: skip
    told = [(2 * layer + got, *rest) for layer, got, *rest in rows]
    ends = defaultdict(list)
    for row in rows:
        ends[row[0], row[2]].append(row)
    expected = set()
    for (layer, value), mine in ends.items():
        got = [row for row in mine if row[1]]
        sent = [row for row in mine if not row[1]]
        issuers = {row[3] for row in got}
        if len(issuers) != 1 or not sent:
            continue
        (issuer,) = issuers
        since = min(row[5] for row in got)
        if layer in UNSAID and min(row[5] for row in sent) <= since:
            continue
        expected |= {
            (layer, value, account, exchange, ts, issuer, since)
            for _, _, _, account, exchange, ts in sent
            if account != issuer and ts > since
        }
    (found,) = moved.met(table(told, ENDS), UNSAID)
    found = found.select(MET.names)
    assert set(zip(*(column.to_pylist() for column in found.columns), strict=True)) == expected
    assert expected


def test_an_exchange_needs_enough_different_values_of_one_issuer() -> None:
    rows = [
        (0, 1, 7, 100, 2 * DAY + 50, 9, DAY + 10),
        (0, 1, 7, 100, 2 * DAY + 50, 9, DAY + 10),  # the same value twice
        (0, 1, 7, 101, 2 * DAY + 51, 9, DAY + 10),
        (0, 2, 7, 101, 2 * DAY + 51, 9, DAY - 8),
        (1, 3, 7, 102, 3 * DAY + 52, 9, DAY + 11),
    ]
    made = list(moved.moved(table(rows, MET), at_least=(2, 1)))
    told = [row for batch in made for row in batch.select(MOVED.names).to_pylist()]
    redeemed = {(row["layer"], row["account"], row["first_ts"], row["day"])
                for row in told if row["redeemed"]}  # fmt: skip
    assert redeemed == {(0, 7, 2 * DAY + 51, 2), (1, 7, 3 * DAY + 52, 3)}
    taken = {(row["layer"], row["account"], row["first_ts"], row["day"])
             for row in told if not row["redeemed"]}  # fmt: skip
    assert taken == {(0, 9, DAY - 8, 0), (1, 9, DAY + 11, 1)}
    assert {row["trace"] for row in told} == {9}
