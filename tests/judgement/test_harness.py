"""A harness of a pool's own, and public software in unrelated hands."""

from dataclasses import replace

import polars as pl
import pytest
from judged_groups import ACCUSED, CAMPAIGN, EVERYONE, POOL, SETTINGS, instruments
from stillwatch.judgement.harness import hidden, public
from stillwatch.judgement.terms import Group
from stillwatch.judgement.verdict import judge

PAYMENTS = [("payment", k, 8, 8) for k in range(5)]
NETWORKS = [("network", k, 5, 6) for k in range(8)]
# Its users ask for what everybody asks for, so that nothing else speaks of extraction.
RELAY = replace(
    CAMPAIGN,
    span_exchanges=0,
    elicits=0,
    capabilities={"other": 1000, "coding": 1000},
    instruments=instruments([*PAYMENTS, *NETWORKS]),
    mingled=0.5,
    harness_holders=POOL.height,
)


def verdict(group: Group) -> str:
    return judge(group, EVERYONE, 20, SETTINGS).verdict


def test_a_pool_with_a_harness_of_its_own_is_accused_for_it() -> None:
    found = judge(RELAY, EVERYONE, 20, SETTINGS)
    assert found.verdict in ACCUSED
    assert "a harness of the pool's own" in found.explanation
    assert "public software" not in found.explanation
    without = {term.name: term.weight for term in judge(PUBLIC, EVERYONE, 20, SETTINGS).terms}
    assert set(without) == {t.name for t in found.terms} - {"hidden_harness"} | {SOFTWARE}


SOFTWARE = "public software in unrelated hands"
PUBLIC = replace(RELAY, harness_holders=2 * POOL.height)
OTHERWISE = {
    "others have it too": PUBLIC,
    "it has no harness": replace(RELAY, harness_holders=None),
    "payers work apart": replace(RELAY, mingled=0.4),
    "nothing is known of who meets": replace(RELAY, mingled=None),
    "everyone pays": replace(RELAY, instruments=instruments(NETWORKS)),
    "no network is shared": replace(RELAY, instruments=instruments(PAYMENTS)),
    "networks are others'": replace(
        RELAY, instruments=instruments([*PAYMENTS, *(("network", k, 5, 60) for k in range(8))])
    ),
}


@pytest.mark.parametrize("group", OTHERWISE.values(), ids=OTHERWISE)
def test_it_is_public_software_where(group: Group) -> None:
    assert hidden(group, EVERYONE) is None
    term = public(group, EVERYONE)
    assert term is not None
    assert (term.name, term.weight) == (SOFTWARE, -2.0)


def test_who_shares_clauses_has_neither() -> None:
    typed = replace(RELAY, span_exchanges=700)
    assert hidden(typed, EVERYONE) is None
    assert public(typed, EVERYONE) is None
    assert hidden(replace(RELAY, span_exchanges=600), EVERYONE) is not None


def test_who_sends_nothing_has_neither() -> None:
    silent = replace(RELAY, exchanges=0, capabilities={})
    assert hidden(silent, EVERYONE) is None
    assert public(silent, EVERYONE) is None


def test_a_start_up_with_a_product_of_its_own_is_explained() -> None:
    founders = POOL.with_columns(payment_hash=pl.lit(7, pl.Int64))
    assert verdict(replace(RELAY, members=founders)) == "benign"
    firm = POOL.with_columns(org_id=pl.lit("o"))
    assert verdict(replace(RELAY, members=firm)) == "benign"
