"""Exemplars show the template, or what is asked for, on different accounts; always the same."""

from __future__ import annotations

from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from stillwatch.judgement.exemplars import CONTENT, MOST, SHOWN, TEMPLATE, exemplars, shown

TARGETED, ELICITED, GRADED = SHOWN


def sent(exchange: str, account: str, matches: int = 3, first: str = "prompt_span 7",
         shows: list[str] | None = None, campaign: str = "c-1") -> dict[str, Any]:  # fmt: skip
    """A row of gold.campaign_exchanges."""
    reason = f"carries {matches} of the campaign's traces, first {first}"
    return {
        "campaign_id": campaign,
        "exchange_id": exchange,
        "account_id": account,
        "reason": reason,
        "shows": shows or [],
    }


def found(rows: list[dict[str, Any]], **judged: list[str]) -> dict[str, dict[str, Any]]:
    """Exemplars by campaign; of a campaign that is not given nobody is judged."""
    names = {row["campaign_id"] for row in rows}
    groups = [{"campaign_id": n, "judged": judged.get(n.replace("-", ""), [])} for n in names]
    campaigns = pl.LazyFrame(
        groups, schema={"campaign_id": pl.String, "judged": pl.List(pl.String)}
    )
    schema = {**dict.fromkeys(sent("", ""), pl.String), "shows": pl.List(pl.String)}
    made = exemplars(pl.LazyFrame(rows, schema=schema), campaigns)
    return {row.pop("campaign_id"): row for row in made.to_dicts()}


def test_the_usual_trace_comes_first_then_most_traces_then_the_id() -> None:
    rows = [
        sent("x1", "a", first="prompt_span 9", matches=8),
        sent("x2", "a"),
        sent("x3", "b", matches=12),
        sent("x4", "c"),
        sent("x0", "d", first="near_duplicate -5"),
    ]
    assert found(rows)["c-1"][TEMPLATE] == ["x3", "x2", "x4", "x0"]


def test_one_exchange_an_account_and_five_at_most() -> None:
    rows = [sent(f"x{account}{n}", f"a{account}") for account in range(8) for n in range(3)]
    assert found(rows)["c-1"][TEMPLATE] == [f"x{account}0" for account in range(MOST)]
    assert found(rows[:3])["c-1"][TEMPLATE] == ["x00"]


def test_accounts_that_the_verdict_rests_on_come_before_others() -> None:
    rows = [sent(f"x{n}", f"a{n}") for n in range(7)]
    assert found(rows, c1=["a5", "a6"])["c-1"][TEMPLATE] == ["x5", "x6", "x0", "x1", "x2"]


def test_what_is_asked_for_is_shown_by_exchanges_that_ask_for_it() -> None:
    rows = [sent(f"x{n}", f"a{n}", matches=9) for n in range(6)]
    rows += [sent("y1", "a1", shows=[ELICITED]), sent("y2", "a2", shows=[ELICITED, GRADED])]
    made = found(rows)["c-1"]
    assert made[ELICITED] == ["y1", "y2"]
    assert made[GRADED] == ["y2"]
    assert made[TARGETED] is None
    assert made[TEMPLATE] == [f"x{n}" for n in range(MOST)]


def test_campaigns_have_their_own() -> None:
    rows = [sent("x1", "a"), sent("x2", "a", campaign="c-2", first="system_prompt 4")]
    made = found(rows)
    assert (made["c-1"][TEMPLATE], made["c-2"][TEMPLATE]) == (["x1"], ["x2"])


def test_the_order_of_rows_does_not_matter() -> None:
    rows = [sent(f"x{n}", f"a{n % 40}", matches=n % 3, first=f"prompt_span {n % 2}",
                 shows=[SHOWN[n % 3]]) for n in range(400)]  # fmt: skip
    assert found(rows) == found(rows[::-1]) == found(rows[200:] + rows[:200])


def test_no_exchange_no_exemplar() -> None:
    assert found([]) == {}


@pytest.mark.parametrize(
    ("told", "names"),
    [
        (("coding", True, False), [TARGETED, ELICITED]),
        (("other", False, True), [GRADED]),
        (("other", False, False), []),
        ((None, None, None), []),
        (("tool_use", True, True), [TARGETED, ELICITED, GRADED]),
    ],
)
def test_an_exchange_shows_what_its_labels_say(told: tuple[Any, ...], names: list[str]) -> None:
    kinds = (pa.string(), pa.bool_(), pa.bool_())
    columns = [pa.array([value], kind) for value, kind in zip(told, kinds, strict=True)]
    assert shown(pa.RecordBatch.from_arrays(columns, names=list(CONTENT))).to_pylist() == [names]
