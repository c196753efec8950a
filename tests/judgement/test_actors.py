"""An indicator names a group only where chance would not, and in the words of an allegation."""

import polars as pl
import pyarrow as pa
from stillwatch.config import Key
from stillwatch.judgement.actors import actor, hashed, matches
from stillwatch.kernels import keyed

KEY = Key("test", b"a secret of the tests' own")
POOL = [f"p{n}" for n in range(20)]


def payment(value: str) -> int:
    return keyed.hmac64(pa.array([value]), KEY.secret, "payment")[0].as_py()


def indicators(*rows: tuple[str, str, str, float | None]) -> pl.DataFrame:
    names = ("indicator_type", "value", "actor", "confidence")
    schema = dict(zip(names, (pl.String, pl.String, pl.String, pl.Float64), strict=True))
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def accounts(shared_by_honest: bool = False) -> pl.DataFrame:
    rows = [(a, payment("card") if n < 8 else n) for n, a in enumerate(POOL)]
    for n in range(300):
        rows.append((f"h{n}", payment("card") if shared_by_honest and n < 200 else 1000 + n))
    return pl.DataFrame(rows, schema=["account_id", "payment_hash"], orient="row").with_columns(
        email_domain_hash=pl.lit(None, pl.Int64)
    )


def nobody(addresses: list[int]) -> pl.DataFrame:
    raise AssertionError("no address was shared")


def test_a_shared_instrument_names_the_actor_of_its_source() -> None:
    shared = hashed(indicators(("payment", "card", "cluster-7", 0.8)), KEY)
    found = actor(POOL, matches(shared, accounts(), nobody), 320)
    assert found is not None
    assert (found.name, found.confidence) == ("cluster-7", 0.8)
    assert "8 of 20 accounts" in found.statement
    assert "allegation" in found.statement


def test_an_instrument_that_everyone_holds_names_nobody() -> None:
    shared = hashed(indicators(("payment", "card", "cluster-7", 0.8)), KEY)
    assert actor(POOL, matches(shared, accounts(shared_by_honest=True), nobody), 320) is None


def test_the_surest_of_several_is_told() -> None:
    rows = [("payment", "card", "weak", 0.2), ("account_id", "p3", "sure", 0.9),
            ("account_id", "p4", "sure", 0.9), ("account_id", "h1", "other", 0.9)]  # fmt: skip
    matched = matches(hashed(indicators(*rows), KEY), accounts(), nobody)
    found = actor(POOL, matched, 320)
    assert found is not None
    assert found.name == "sure"
    assert found.confidence == 0.95


def test_addresses_are_compared_as_keyed_hashes() -> None:
    shared = hashed(indicators(("ip", "203.0.113.7", "cluster-7", None)), KEY)
    wanted = keyed.hmac64(pa.array(["203.0.113.7"]), KEY.secret, "address")[0].as_py()

    def used(addresses: list[int]) -> pl.DataFrame:
        assert addresses == [wanted]
        return pl.DataFrame({"account_id": POOL[:5], "hash": [wanted] * 5})

    found = actor(POOL, matches(shared, accounts(), used), 320)
    assert found is not None
    assert found.confidence == 0.5


def test_without_indicators_there_is_no_actor() -> None:
    assert actor(POOL, matches(hashed(indicators(), KEY), accounts(), nobody), 320) is None
