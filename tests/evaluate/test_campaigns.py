"""Matching, purity, completeness, ids and volume of campaigns with known overlaps."""

from __future__ import annotations

from typing import Any

from stillwatch.evaluate.campaigns import matches
from stillwatch.evaluate.run import figures

from .cases import ids, published, truth


def exchanges(prefix: str, accounts: list[str], each: int) -> list[tuple[str, str]]:
    return [(f"{prefix}{a}_{n}", a) for a in accounts for n in range(each)]


def row(rows: list[dict[str, Any]], campaign: str) -> dict[str, Any]:
    return next(found for found in rows if found["campaign"] == campaign)


def test_one_campaign_split_in_two_has_two_ids_and_half_its_accounts() -> None:
    ring = ids("a", 10)
    sent = exchanges("x", ring, 2)
    halves = {
        "k1": [e for e, a in sent if a in ring[:6]],
        "k2": [e for e, a in sent if a in ring[6:]],
    }
    rows = matches(
        published({"k1": ring[:6], "k2": ring[6:]}, attributed=halves),
        truth({"ring": ring}, sent={"ring": sent}),
    ).to_dicts()
    found = row(rows, "ring")
    assert found["campaign_id"] == "k1"
    assert found["ids"] == 2
    assert found["purity_accounts"] == 1.0
    assert found["completeness_accounts"] == 0.6
    assert found["completeness_exchanges"] == 0.6
    assert abs(found["volume_error"] + 0.4) < 1e-12


def test_two_campaigns_merged_share_one_id_and_lose_purity() -> None:
    one, two = ids("a", 6), ids("b", 3)
    sent = {"one": exchanges("x", one, 1), "two": exchanges("y", two, 1)}
    everything = [e for pairs in sent.values() for e, _ in pairs]
    rows = matches(
        published({"k": one + two}, attributed={"k": everything}),
        truth({"one": one, "two": two}, sent=sent),
    ).to_dicts()
    assert [found["shared_with"] for found in rows] == [1, 1]
    assert row(rows, "one")["purity_accounts"] == 6 / 9
    assert row(rows, "two")["purity_accounts"] == 3 / 9
    assert row(rows, "one")["ids"] == 1
    assert row(rows, "two")["ids"] == 0
    assert row(rows, "two")["volume_error"] == 2.0


def test_two_campaigns_in_one_pool_are_told_apart_by_their_exchanges() -> None:
    pool = ids("a", 4)
    sent = {"one": exchanges("x", pool, 2), "two": exchanges("y", pool, 3)}
    attributed = {"k1": [e for e, _ in sent["one"]], "k2": [e for e, _ in sent["two"]]}
    rows = matches(
        published({"k2": pool, "k1": pool}, attributed=attributed),
        truth({"one": pool, "two": pool}, sent=sent),
    ).to_dicts()
    assert {found["campaign"]: found["campaign_id"] for found in rows} == {"one": "k1", "two": "k2"}
    assert all(found["purity_exchanges"] == 1.0 for found in rows)
    assert all(found["ids"] == 1 and found["shared_with"] == 0 for found in rows)


def test_a_giant_group_does_not_win_over_the_right_one() -> None:
    ring, crowd = ids("a", 5), ids("p", 500)
    sent = exchanges("x", ring, 1)
    attributed = {"giant": [e for e, _ in sent] + ids("h", 500), "right": [e for e, _ in sent[:4]]}
    result = figures(
        published({"giant": ring + crowd, "right": ring[:4]}, attributed=attributed),
        truth({"ring": ring}, honest=crowd, sent={"ring": sent}),
    )
    assert row(result["campaigns"], "ring")["campaign_id"] == "right"
    assert row(result["campaigns"], "ring")["ids"] == 1
    assert result["published"]["mostly_honest"] == ["giant"]


def test_watched_group_is_no_match_and_missed_campaign_is_listed() -> None:
    ring = ids("a", 3)
    rows = matches(
        published({"k": ring}, verdicts={"k": "watch"}), truth({"ring": ring})
    ).to_dicts()
    assert rows[0]["campaign_id"] is None
    assert rows[0]["completeness_accounts"] == 0.0
    assert rows[0]["purity_accounts"] is None
    assert rows[0]["volume_error"] is None


def test_accounts_match_where_nothing_was_attributed() -> None:
    ring = ids("a", 3)
    rows = matches(
        published({"k": ring}), truth({"ring": ring}, sent={"ring": exchanges("x", ring, 1)})
    ).to_dicts()
    assert rows[0]["campaign_id"] == "k"
    assert rows[0]["completeness_exchanges"] == 0.0


def test_merged_campaign_is_right_for_one_of_its_two_only() -> None:
    one, two = ids("a", 6), ids("b", 3)
    sent = {"one": exchanges("x", one, 1), "two": exchanges("y", two, 1)}
    everything = [e for pairs in sent.values() for e, _ in pairs]
    found = figures(
        published({"k": one + two}, attributed={"k": everything}),
        truth({"one": one, "two": two}, sent=sent),
    )["exchanges"]
    assert found["precision"]["value"] == 1.0
    assert found["same_campaign_precision"]["value"] == 6 / 9


def test_honest_group_with_one_campaign_account_is_false_and_no_fragment() -> None:
    ring, people = ids("a", 5), ids("p", 9)
    sent = exchanges("x", ring, 1)
    attributed = {"right": [e for e, _ in sent], "wrong": ids("h", 9)}
    result = figures(
        published({"right": ring, "wrong": [*people, "a0"]}, attributed=attributed),
        truth({"ring": ring}, honest=people, sent={"ring": sent}),
    )
    assert result["campaigns"][0]["ids"] == 1
    assert result["published"]["mostly_honest"] == ["wrong"]
