"""What is published of innocent groups: whom it leaves alone, by which verdict, in which words."""

from __future__ import annotations

from typing import Any

import pytest
from lakes import write_lake
from rich.console import Console
from stillwatch.evaluate import figures, pool, table
from stillwatch.evaluate.frames import load_published
from stillwatch.judgement.notes import ASIDE, NOTES

from .cases import WEEK, ids, published, terms, truth

PLACE, PAYER, COPIED = (
    "people in one place", "one payer for a small team", "a prompt that people copy"
)  # fmt: skip
CLASS, OFFICE, NAT, IDLE = ids("c", 10), ids("o", 6), ids("n", 40), ids("i", 3)
CONTROLS = {
    "class_assignment-1": CLASS,
    "agency-1": OFFICE,
    "carrier_nat-1": NAT,
    "family-1": IDLE,
}


def explained(
    groups: dict[str, list[str]], verdicts: dict[str, str], words: dict[str, Any] | None = None
) -> dict[str, dict[str, Any]]:
    """Rows by kind of a week in which all but `IDLE` send something."""
    told = published(
        groups, verdicts, active=CLASS + OFFICE + NAT, terms=words or dict.fromkeys(groups, terms())
    )
    known = truth({"ring": ["a"]}, controls=CONTROLS)
    rows = figures(told, known, week=WEEK)["controls"]["explained"]
    return {row["control"]: row for row in rows}


def test_whom_no_judged_group_holds_is_told_from_those_who_sent_nothing() -> None:
    rows = explained({"k1": CLASS}, {"k1": "benign"})
    assert rows["carrier_nat"]["ungrouped"] == rows["carrier_nat"]["active"] == 1
    assert rows["carrier_nat"]["judged"] == rows["carrier_nat"]["elsewhere"] == 0
    assert "family" not in rows
    assert rows["class_assignment"]["ungrouped"] == 0


def test_the_words_are_those_of_the_group_that_holds_most_of_them() -> None:
    rows = explained(
        {"most": [*CLASS[:8], "p1"], "few": CLASS[:4]},
        {"most": "benign", "few": "watch"},
        {"most": terms(PLACE, COPIED), "few": terms(PAYER)},
    )
    row = rows["class_assignment"]
    assert (row["judged"], row["among_others"]) == (1, 0)
    assert row["by_verdict"] == {"benign": 1}
    assert row["explanations"] == {COPIED: 1, PLACE: 1}
    assert row["unexplained"] == {}


def test_what_speaks_against_without_explaining_is_no_explanation() -> None:
    row = explained({"k": CLASS}, {"k": "watch"})["class_assignment"]
    assert row["explanations"] == {}
    assert row["unexplained"] == {"watch": 1}


@pytest.mark.parametrize(
    ("held", "others", "key", "in_part", "among_others"),
    [
        (5, 0, "judged", 0, 0),
        (5, 6, "judged", 0, 1),  # half of them, and of the group less than half
        (4, 4, "judged", 1, 0),  # less than half of them, and half of the group
        (4, 5, "elsewhere", 0, 0),
        (1, 1, "elsewhere", 0, 0),  # one account makes no group
    ],
)
def test_a_judged_group_is_theirs_that_holds_half_of_them_or_half_of_which_they_are(
    held: int, others: int, key: str, in_part: int, among_others: int
) -> None:
    groups = {"k": CLASS[:held] + ids("p", others)}
    row = explained(groups, {"k": "benign"}, {"k": terms(PLACE)})["class_assignment"]
    assert row[key] == row["active"] == 1
    assert row["ungrouped"] == 0
    assert (row["in_part"], row["among_others"]) == (in_part, among_others)
    assert row["explanations"] == ({PLACE: 1} if key == "judged" else {})
    assert row["by_verdict"] == ({"benign": 1} if key == "judged" else {})


def test_a_small_group_of_their_own_comes_before_a_large_one_of_others() -> None:
    groups = {"crowd": [*CLASS[:4], *ids("p", 20)], "own": CLASS[6:9]}
    row = explained(groups, {"crowd": "watch", "own": "benign"})["class_assignment"]
    assert row["by_verdict"] == {"benign": 1}


def test_a_note_is_read_from_the_explanation() -> None:
    told = published(
        {"k": CLASS, "l": OFFICE}, {"k": "watch", "l": "benign"}, terms={"k": terms()},
        explanation={"k": f"Not enough for a lead. 7% is the group's: {NOTES[ASIDE]}.",
                     "l": "Explained without a campaign."},
    )  # fmt: skip
    known = truth({}, controls=CONTROLS)
    agency, school = figures(told, known, week=WEEK)["controls"]["explained"]
    assert (agency["notes"], school["notes"]) == ({}, {ASIDE: 1})
    assert school["unexplained"] == {"watch": 1}


def test_of_groups_with_as_many_the_one_that_accuses_is_told() -> None:
    groups = {"a": OFFICE, "b": [*OFFICE, "p"], "c": OFFICE}
    row = explained(groups, {"a": "benign", "b": "probable", "c": "watch"})["agency"]
    assert row["by_verdict"] == row["unexplained"] == {"accusing": 1}
    row = explained(groups, {"a": "benign", "b": "watch", "c": "reseller"})["agency"]
    assert row["by_verdict"] == {"benign": 1}


def test_an_account_of_a_campaign_is_nobodys_control() -> None:
    told = published({"k": ["o0", "o1", "o2"]}, active=OFFICE, terms={"k": terms()})
    known = truth({"ring": ["o0", "o1", "o2"]}, controls={"agency-1": OFFICE})
    row = figures(told, known, week=WEEK)["controls"]["explained"][0]
    assert (row["active"], row["ungrouped"]) == (1, 1)


def lake(number: int, verdict: str, *words: str) -> dict[str, Any]:
    """The figures of one lake of its own accounts: an agency in one judged group, a free class."""
    office, school = ids(f"o{number}_", 6), ids(f"c{number}_", 4)
    told = published({"k": office}, {"k": verdict}, active=school, terms={"k": terms(*words)})
    known = truth({}, controls={"agency-1": office, "class_assignment-1": school})
    return figures(told, known, week=WEEK)


def test_lakes_are_added_up_and_the_commonest_words_come_first() -> None:
    runs = [lake(0, "benign", PAYER), lake(1, "benign", PLACE), lake(2, "watch"),
            lake(3, "benign", PLACE, COPIED)]  # fmt: skip
    agency, school = pool(runs)["controls"]["explained"]
    assert agency == {
        "control": "agency", "active": 4, "ungrouped": 0, "elsewhere": 0, "judged": 4,
        "in_part": 0, "among_others": 0, "by_verdict": {"benign": 3, "watch": 1},
        "explanations": {PLACE: 2, COPIED: 1, PAYER: 1}, "unexplained": {"watch": 1}, "notes": {},
    }  # fmt: skip
    assert list(agency["explanations"]) == [PLACE, COPIED, PAYER]
    assert (school["active"], school["ungrouped"]) == (4, 4)
    del runs[1]["controls"]["explained"]
    assert pool(runs)["controls"]["explained"] == []


def test_the_table_says_it_in_words() -> None:
    console = Console(width=200, record=True)
    console.print(table(pool([lake(0, "benign", PAYER), lake(1, "watch")])))
    lines = console.export_text().splitlines()
    told = next(line for line in lines if line.startswith("agency") and "benign" in line)
    assert told.split()[1:7] == ["2", "0", "0", "2", "0", "0"]
    assert "benign 1, watch 1" in told
    assert f"{PAYER} 1, no explanation 1" in told


def test_a_lake_tells_its_terms(tmp_path: Any) -> None:
    """Terms as gold.campaigns has them, with all their fields, and none at all."""
    rows = [{"campaign_id": "k", "verdict": "benign", "terms": terms(PLACE)},
            {"campaign_id": "l", "verdict": "watch", "terms": None}]  # fmt: skip
    held = [("k", account) for account in CLASS] + [("l", account) for account in OFFICE]
    told = load_published(
        write_lake(tmp_path, WEEK, {
            "silver.exchanges": [{"exchange_id": a, "account_id": a} for _, a in held],
            "gold.campaigns": rows,
            "gold.campaign_accounts": [{"campaign_id": k, "account_id": a} for k, a in held],
        }),
        WEEK,
    )  # fmt: skip
    agency, school = figures(told, truth({}, controls=CONTROLS))["controls"]["explained"]
    assert (school["by_verdict"], school["explanations"]) == ({"benign": 1}, {PLACE: 1})
    assert agency["unexplained"] == {"watch": 1}
