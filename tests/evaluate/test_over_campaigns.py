"""Means, shares and precision drawn by campaign, against cases computed by hand."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import polars as pl
import pytest
from rich.console import Console
from stillwatch.evaluate import figures, groups, pool, table
from stillwatch.evaluate.campaigns import overlaps, owners
from stillwatch.evaluate.over_campaigns import MEANS, SHARES, summary

from .cases import ids, published, truth

NO_WEEKS = {"one_id": 0, "continuing": 0}
UNITS = ("accounts", "exchanges")


def week(prefix: str = "") -> dict[str, Any]:
    """Three campaigns of ten accounts with an exchange each: whole, half found, and missed.

    The group of the half has five accounts of its own and five honest ones.
    """
    rings = {name: ids(f"{prefix}{name}_", 10) for name in ("whole", "half", "missed")}
    sent = {name: [(f"x_{a}", a) for a in members] for name, members in rings.items()}
    mixed = [*rings["half"][:5], *ids(f"{prefix}p_", 5)]
    told = published(
        {"k1": rings["whole"], "k2": mixed},
        attributed={"k1": [e for e, _ in sent["whole"]], "k2": [f"x_{a}" for a in mixed]},
    )
    true = truth(rings, honest=ids(f"{prefix}p_", 90), sent=sent)
    return figures(told, true)


def test_means_and_shares_over_campaigns() -> None:
    told = week()["over_campaigns"]
    assert set(told) == {*MEANS, *SHARES}
    for unit in UNITS:
        assert told[f"purity_{unit}"]["value"] == 0.75  # of 1 and 0.5; the missed has none
        assert told[f"purity_{unit}"]["groups"] == 2
        assert told[f"completeness_{unit}"]["value"] == 0.5  # of 1, 0.5 and 0
        # All three draws miss it, or find it whole, in one of 27: more than 2.5 %.
        ends = [told[f"completeness_{unit}"][end] for end in ("low", "high")]
        assert ends == [0.0, 1.0]
    assert told["volume_error"]["value"] == pytest.approx(1 / 3)  # of 0, 0 and 1
    assert [(told[name]["part"], told[name]["whole"]) for name in SHARES] == [
        (1, 3), (1, 3), (2, 3), (2, 3), (0, 0),
    ]  # fmt: skip


def test_an_interval_holds_its_value() -> None:
    one = week()
    for told in (one, pool([one, week("q")])):
        rows = [row for row in told["over_campaigns"].values() if row["value"] is not None]
        assert len(rows) == len(MEANS) + len(SHARES) - 1
        assert all(row["low"] <= row["value"] <= row["high"] for row in rows)
        assert all(row["low"] < row["high"] for row in rows)


def test_one_campaign_gives_its_own_value_and_none_gives_none() -> None:
    ring = ids("a", 3)
    told = figures(
        published({"k": ring[:2]}, attributed={"k": ["x0", "x1"]}),
        truth({"ring": ring}, sent={"ring": [(f"x{n}", a) for n, a in enumerate(ring)]}),
    )["over_campaigns"]
    for row in (told[name] for name in (*MEANS, *SHARES[:-1])):
        assert row["low"] == row["value"] == row["high"]
    assert told["volume_error"]["value"] == pytest.approx(1 / 3)
    none = summary([], NO_WEEKS, np.random.default_rng(0))
    assert all(
        (row["value"], row["low"], row["high"], row["groups"]) == (None, None, None, 0)
        for row in none.values()
    )


def test_a_campaign_merged_with_another_has_not_its_own_id() -> None:
    one, two = ids("a", 6), ids("b", 3)
    told = figures(published({"k": one + two}), truth({"one": one, "two": two}))["over_campaigns"]
    assert (told["one_id"]["part"], told["one_id"]["whole"]) == (0, 2)


def test_one_id_over_weeks_has_an_interval_beside_its_goal() -> None:
    lasting = {"one_id": 3, "continuing": 4}
    told = summary([], lasting, np.random.default_rng(0))["one_id_over_weeks"]
    assert told["value"] == 0.75
    # Four draws of 3 in 4: none or one of them is below 6 %, two or fewer 26 %.
    assert (told["low"], told["high"]) == (0.25, 1.0)


def test_the_rows_of_campaigns_have_intervals_of_their_shares() -> None:
    rows = {row["campaign"]: row for row in week()["campaigns"]}
    half = rows["half"]
    # Of ten draws of 1 in 2, at most one is right in 1.1 % of cases, at most two in 5.5 %.
    assert (half["purity_accounts_low"], half["purity_accounts_high"]) == (0.2, 0.8)
    assert (half["shared_accounts"], half["shared_exchanges"]) == (5, 5)
    assert rows["whole"]["completeness_exchanges_low"] == 1.0
    assert rows["missed"]["purity_accounts_low"] is None
    assert rows["missed"]["completeness_accounts_high"] == 0.0


def test_precision_is_drawn_by_group() -> None:
    told = week()
    for measured in (told["accounts"]["precision"], told["exchanges"]["precision"]):
        assert (measured["value"], measured["groups"]) == (0.75, 2)
        assert (measured["low_groups"], measured["high_groups"]) == (0.5, 1.0)
    same = told["exchanges"]["same_campaign_precision"]
    assert (same["low_groups"], same["high_groups"]) == (0.5, 1.0)


def test_what_two_groups_claim_counts_once_and_where_it_is_right() -> None:
    one, two = ids("a", 4), ids("b", 4)
    sent = {"one": [(f"x{a}", a) for a in one], "two": [(f"x{a}", a) for a in two]}
    told = published(
        {"k1": one, "k2": [*two, "a0"], "k3": ["p0", "b0"]},
        attributed={
            "k1": [*(f"x{a}" for a in one), "xb0"],
            "k2": [f"x{a}" for a in two],
            "k3": ["y"],
        },
        decisions={"k3": "dismissed"},
    )
    true = truth({"one": one, "two": two}, honest=["p0"], sent=sent)
    owned = owners(overlaps(told, true))
    rows = groups.accusing(told, true, owned)
    assert rows.select(groups.COUNTS).rows() == [(4, 4, 4, 4, 4), (4, 4, 4, 4, 4), (1, 0, 1, 0, 0)]
    result = figures(told, true)
    assert rows["accounts"].sum() == result["accounts"]["accused"]
    assert rows["campaign_exchanges"].sum() == result["exchanges"]["precision"]["part"]
    same = result["exchanges"]["same_campaign_precision"]
    assert rows["same_campaign_exchanges"].sum() == same["part"]
    assert groups.accusing(told, true, owned, enforced=True)["campaign_id"].to_list() == [
        "k1",
        "k2",
    ]
    assert result["enforcement"]["precision"]["groups"] == 2


def test_pooled_campaigns_are_drawn_anew() -> None:
    one, other = week(), week("q")
    pooled = pool([one, other])
    for name in ("purity_accounts", "completeness_exchanges", "volume_error", "one_id"):
        told, single = pooled["over_campaigns"][name], one["over_campaigns"][name]
        assert told["value"] == pytest.approx(single["value"])
        assert told["groups"] == 2 * single["groups"]
    spread = [told["over_campaigns"]["completeness_accounts"] for told in (pooled, one)]
    assert spread[0]["high"] - spread[0]["low"] < spread[1]["high"] - spread[1]["low"]
    assert pooled["accounts"]["precision"]["groups"] == len(pooled["accusing"]) == 4
    assert pooled["exchanges"]["precision"]["low_groups"] == 0.5


def test_evaluations_that_tell_no_groups_are_pooled_without_that_interval() -> None:
    old = {key: value for key, value in week().items() if key not in ("accusing", "over_campaigns")}
    old["campaigns"] = (
        pl.DataFrame(old["campaigns"]).select(pl.exclude("^.*_(low|high)$")).to_dicts()
    )
    pooled = pool([old, week("q")])
    assert pooled["accounts"]["precision"]["value"] == 0.75
    assert "low_groups" not in pooled["accounts"]["precision"]
    assert pooled["over_campaigns"]["one_id"]["whole"] == 6
    Console(quiet=True).print(table(pooled))


def test_the_table_shows_every_interval() -> None:
    console = Console(width=160, record=True)
    console.print(table(json.loads(json.dumps(week()))))
    lines = console.export_text().splitlines()
    for title in ("purity of a found campaign, accounts", "completeness, exchanges",
                  "volume error, absolute", "campaigns with purity ≥ 0.99",
                  "campaigns with exactly one id", "exchange precision, by group"):  # fmt: skip
        assert any(title in line and " to " in line for line in lines), title
    assert any("(0.2 to 0.8 / 0.2 to 0.8)" in line for line in lines)
