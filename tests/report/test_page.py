"""The whole page: well-formed, self-contained, inert whatever the logs say, and complete."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from lakes import write_lake
from stillwatch.errors import UsageError
from stillwatch.report import no_group, render, view, write
from stillwatch.tables import TABLES

from .example import START, WEEK, campaign, evidence, tables

VOID = {"meta", "br", "hr", "img", "input", "link", "path", "rect", "line", "circle"}
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><svg onload=alert(1)>",
    "</pre></details><iframe srcdoc=x>",
    "{{ 7 * 7 }}{% raw %}",
    "]]><!--",
    "admin\u202egnp.exe\u200b",
    "nul\x00 and \x1b[31m",
]


class Page(HTMLParser):
    """Collects tags, attributes and text; fails on a tag that is closed out of turn."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == [], self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open and self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    return render(write_lake(tmp_path_factory.mktemp("lake") / "lake", WEEK, tables()), WEEK)


def assert_inert(text: str) -> Page:
    parsed = Page(text)
    assert parsed.tags.isdisjoint({"script", "iframe", "object", "embed", "link", "img", "form"})
    names = {name for name, _ in parsed.attributes}
    assert not [name for name in names if name.startswith("on")]
    assert names.isdisjoint({"src", "srcset", "srcdoc", "action", "xlink:href", "data"})
    targets = [value for name, value in parsed.attributes if name == "href"]
    assert all(re.fullmatch(r"#g\d+", target) for target in targets), targets
    assert "http:" not in text and "https:" not in text
    styles = "".join(re.findall(r"<style>(.*?)</style>", text, re.DOTALL))
    assert styles.strip()
    assert "url(" not in styles and "@import" not in styles
    return parsed


def test_page_is_well_formed_and_refers_to_nothing_outside(page: str) -> None:
    assert page.lstrip().startswith("<!doctype html>")
    parsed = assert_inert(page)
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert ("content", policy) in parsed.attributes


def test_page_says_what_it_is_and_what_q_is_not(page: str) -> None:
    text = " ".join(Page(page).text.split())
    assert "leads for a person; nothing here justifies automatic action" in text
    assert text.count("not a probability of guilt") == 2
    assert "9 to 15 November 2026" in text
    assert "generation 1" in text


def test_every_group_evidence_and_reason_is_on_the_page(page: str) -> None:
    text = Page(page).text
    rows = tables()
    for row in rows["gold.campaigns"]:
        assert row["campaign_id"] in text
    for line in rows["gold.campaign_evidence"]:
        assert line["statement"] in text
        assert line["query"] in text
    assert "carries the group's clause in 90 exchanges; linked to 11 accounts" in text
    assert "the first 10 of 12" in text
    assert "the network feed is missing for 31 % of exchanges" in text
    assert "dismissed by an analyst" in text
    assert "48 % within 24 h of launch (44 % to 52 %)" in text
    assert "One class doing one assignment." in text
    assert "payment_hash is known for 90 % of accounts" in text


def test_exchanges_to_read_are_named_with_the_sql_that_shows_them(page: str) -> None:
    text = Page(page).text
    shown = ("focus", "template", "people in one place", "shared_payment")
    named = ", ".join(f"cmp_3f9a {name}" for name in shown)
    assert f"Read these exchanges: {named}" in text
    assert "where week = date'2026-11-09' and campaign_id = 'cmp_3f9a')" in text
    assert "event_date between date'2026-11-09' and date'2026-11-15'" in text
    assert "for the 30 days that bronze keeps them" in text
    assert text.count("Read these exchanges") == 1, "the other group was dismissed"


def test_a_week_published_before_a_column_was_added_has_its_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared, rows = TABLES["gold.campaign_evidence"], tables()
    rows[declared.name] = [
        {name: value for name, value in row.items() if name != "exemplars"}
        for row in rows[declared.name]
    ]
    with monkeypatch.context() as before:
        before.setitem(TABLES, declared.name, replace(declared, columns=declared.columns[:-1]))
        lake = write_lake(tmp_path / "lake", WEEK, rows)
    text = Page(render(lake, WEEK)).text
    assert "12 accounts share 2 payment instruments." in text
    assert "Read these exchanges" not in text


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_strings_stay_text(hostile: str, tmp_path: Path) -> None:
    shares = [{"name": hostile, "share": 1.0, "low": 0.9, "high": 1.0}]
    row = campaign(
        f"id{hostile}",
        "confirmed",
        pivot_model=hostile,
        pivot_share=0.5,
        actor=hostile,
        actor_confidence=0.5,
        explanation=hostile,
        limits=[hostile],
        merged_from=[hostile],
        capabilities=shares,
        status=hostile,
    )
    key = {"campaign_id": row["campaign_id"]}
    rows: dict[str, list[dict[str, Any]]] = tables() | {
        "gold.campaigns": [row, campaign(f"b{hostile}", "benign", explanation=hostile)],
        "gold.campaign_evidence": [
            evidence(row["campaign_id"], hostile, side, hostile)
            | {"query": hostile, "exemplars": [hostile]}
            for side in ("for", "against")
        ],
        "gold.campaign_accounts": [
            key | {"account_id": hostile, "confidence": 0.5, "reasons": [hostile]}
        ],
        "gold.weekly_abuse_summary": [key | {"headline": hostile, "top_capability": hostile}],
        "gold.quality_results": [
            {"table": hostile, "expectation": hostile, "severity": hostile, "success": False}
        ],
        "bronze.quarantine": [{"source_file": f"exchanges/{hostile}", "reason": hostile}],
    }
    rows["gold.campaign_exchanges"] = [r | key for r in rows["gold.campaign_exchanges"][:5]]
    text = render(write_lake(tmp_path / "lake", WEEK, rows), WEEK)
    parsed = assert_inert(text)
    assert not re.search("[\u200b\u202e\x00\x1b]", text)
    shown = "".join(c if c.isprintable() else "\ufffd" for c in hostile)
    assert parsed.text.count(shown) >= 8
    text.encode("utf-8")


def test_silence_on_one_side_is_no_proof_and_missing_numbers_are_left_out(tmp_path: Path) -> None:
    line = evidence("k", "focus", "for", "Half of it.") | {"expected": None, "p_value": None}
    rows = {"gold.campaigns": [campaign("k", "confirmed")], "gold.campaign_evidence": [line]}
    text = " ".join(Page(render(write_lake(tmp_path / "lake", WEEK, rows), WEEK)).text.split())
    assert "That does not mean that there is none." in text
    assert "observed 0.91 · focus" in text


def test_week_without_groups_is_a_whole_page(tmp_path: Path) -> None:
    lake = write_lake(tmp_path / "lake", WEEK, {})
    text = assert_inert(render(lake, WEEK)).text
    assert "No group: the week has no exchanges." in text
    assert "No group was confirmed" in text
    assert "No group was explained otherwise" in text
    assert "No result of a check is published" in text


@pytest.mark.parametrize(
    ("accounts", "said"),
    [
        (1, "No group: 1 active account; a group needs 5."),
        (4, "No group: 4 active accounts; a group needs 5."),
        (60, "No group: 60 active accounts, of which no 5 have enough in common."),
    ],
)
def test_a_week_without_groups_says_why(accounts: int, said: str, tmp_path: Path) -> None:
    sent = [{"exchange_id": f"x{n}", "account_id": f"a{n}"} for n in range(accounts)]
    asleep = campaign("cmp_9", "watch", status="dormant", accounts=0, exchanges=0)
    rows = {"silver.exchanges": [row | {"ts": START} for row in sent]}
    for name, groups in (("none", []), ("asleep", [asleep])):
        lake = write_lake(tmp_path / name, WEEK, rows | {"gold.campaigns": groups})
        assert no_group(lake, WEEK) == said
        assert said in Page(render(lake, WEEK)).text
    lake = write_lake(tmp_path / "some", WEEK, rows | {"gold.campaigns": [campaign("c", "benign")]})
    assert no_group(lake, WEEK) == ""
    assert "No group:" not in Page(render(lake, WEEK)).text


def test_more_groups_than_sections_are_counted_and_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "MAX_SECTIONS", 1)
    text = render(write_lake(tmp_path / "lake", WEEK, tables()), WEEK)
    assert text.count("<section") == 1
    assert "for the other 2, ask" in text
    assert "cmp_77d0" in text


def test_same_publication_gives_the_same_text(page: str, tmp_path: Path) -> None:
    assert render(write_lake(tmp_path / "lake", WEEK, tables()), WEEK) == page


def test_write_makes_the_folder_and_replaces_the_file(page: str, tmp_path: Path) -> None:
    lake = write_lake(tmp_path / "lake", WEEK, tables())
    out = tmp_path / "new" / "report.html"
    write(lake, WEEK, out)
    write(lake, WEEK, out)
    assert out.read_text(encoding="utf-8") == page
    assert [path.name for path in out.parent.iterdir()] == ["report.html"]


def test_folder_and_unpublished_week_are_the_callers_mistakes(tmp_path: Path) -> None:
    lake = write_lake(tmp_path / "lake", WEEK, {})
    with pytest.raises(UsageError, match="is a folder"):
        write(lake, WEEK, tmp_path)
    with pytest.raises(UsageError, match="has not been published"):
        write(lake, date(2026, 11, 16), tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()
