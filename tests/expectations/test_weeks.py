"""Does a sound week pass, an empty one too, and does each expectation notice what it is for?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pyspark.sql import SparkSession
from stillwatch.io.staging import Staging
from stillwatch.tables import TABLES, table

from expectations import nonsense, weeks
from expectations.weeks import WEEK, Rows

if TYPE_CHECKING:
    from stillwatch.io.quality import Version

pytestmark = pytest.mark.spark
Change = Callable[[Rows], Rows]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Staging:
    return weeks.stage(tmp_path_factory.mktemp("sound") / "lake", weeks.good())


def test_a_sound_week_passes_every_expectation(spark: SparkSession, sound: Staging) -> None:
    from stillwatch.io import quality

    results = quality.audit_week(spark, sound, WEEK)
    assert results.columns == list(table("gold.quality_results").column_names)
    assert results.filter(~results["success"]).to_dicts() == []
    written = weeks.suites()
    audited = set(TABLES) - {"gold.quality_results", "gold.publications"}
    assert results.height == sum(len(written[name]["expectations"]) for name in audited)
    assert results.select("table", "expectation").is_duplicated().sum() == 0
    for name in ("gold.quality_results", "gold.publications"):
        version = sound.manifest()[name].version
        checks = quality.audit(spark, name, sound.path(name), version, WEEK)
        assert [check for check in checks if not check.success] == []


def test_an_empty_week_is_publishable_with_warnings(spark: SparkSession, tmp_path: Path) -> None:
    from stillwatch.io import quality

    results = quality.audit_week(spark, weeks.stage(tmp_path / "lake", {}), WEEK)
    failed = results.filter(~results["success"]).select("table", "expectation", "severity")
    assert failed.rows() == [
        ("bronze.exchanges", "number of rows is at least 1", "warning"),
        ("bronze.accounts", "number of rows is at least 1", "warning"),
        ("bronze.models", "number of rows is at least 1", "warning"),
        ("silver.exchanges", "number of rows is at least 1", "warning"),
        ("bronze.exchanges", "every day has exchanges", "warning"),
    ]


@pytest.mark.parametrize("name", TABLES)
def test_nonsense_breaks_every_expectation_of_a_table(
    spark: SparkSession, tmp_path: Path, name: str
) -> None:
    from stillwatch.io import quality

    version = weeks.write(tmp_path / "it", name, nonsense.rows(name))
    checks = quality.audit(spark, name, version.path, version.version, WEEK)
    held = [check.expectation for check in checks if check.success]
    assert [words for words in held if not words.startswith("number of rows")] == []


def _set(at: int = 0, **values: Any) -> Change:
    """Changes one row."""
    return lambda rows: [row | values if i == at else row for i, row in enumerate(rows)]


def _every(**values: Any) -> Change:
    return lambda rows: [row | values for row in rows]


def _where(keep: Callable[[dict[str, Any]], bool]) -> Change:
    return lambda rows: [row for row in rows if keep(row)]


POINTED = "exemplars are attributed to their campaign, one an account"
DROP_FIRST: Change = lambda rows: rows[1:]  # noqa: E731
# What a reconciliation says, the table that is changed, and how.
BREAKS: list[tuple[str, str, Change]] = [
    ("every day has exchanges", "bronze.exchanges", _where(lambda r: r["ts"].day != 12)),
    (
        "models that were asked are known, in at least 99 % of the exchanges",
        "bronze.exchanges",
        _set(model="nova"),
    ),
    (
        "no line is both parsed and set aside",
        "bronze.quarantine",
        _set(source_file="exchanges/a.jsonl"),
    ),
    (
        "at most 1 % of the exchanges' lines are set aside",
        "bronze.quarantine",
        _set(source_file="exchanges/b.jsonl"),
    ),
    ("exchanges are those that parsed, each once", "silver.exchanges", DROP_FIRST),
    ("exchanges are those that parsed, each once", "silver.exchanges", _set(exchange_id="other")),
    (
        "at most 5 % of the exchanges that parsed are repeats",
        "bronze.exchanges",
        lambda rows: rows + rows[:5],
    ),
    (
        "accounts that asked are known, in at least 99 % of the exchanges",
        "silver.accounts",
        DROP_FIRST,
    ),
    ("all hashes are made with one key", "silver.exchanges", _set(key_id="another")),
    ("accounts are those of bronze", "silver.accounts", _set(account_id="another")),
    (
        "as many payments and domains are hashed as there were",
        "silver.accounts",
        _every(payment_hash=None),
    ),
    ("accounts with traces have exchanges", "silver.traces", _set(account_id="nobody")),
    (
        "at least half of the active accounts have a trace",
        "silver.traces",
        _where(lambda r: r["account_id"] == "a1"),
    ),
    ("linked accounts have traces", "gold.account_links", _set(account_b="nobody")),
    ("models pivoted to are known", "gold.campaigns", _set(pivot_model="nova")),
    ("campaigns show what analysts decided", "gold.campaigns", _set(decision=None)),
    ("campaigns show what analysts decided", "gold.campaigns", _set(decision="dismissed")),
    ("members belong to a campaign", "gold.campaign_accounts", _set(campaign_id="c-9")),
    ("members sent exchanges this week", "gold.campaign_accounts", _set(account_id="nobody")),
    ("campaigns count their members", "gold.campaign_accounts", DROP_FIRST),
    ("members' exchanges are those attributed", "gold.campaign_accounts", _set(exchanges=6)),
    (
        "attributed exchanges belong to a campaign",
        "gold.campaign_exchanges",
        _set(campaign_id="c-9"),
    ),
    (
        "attributed exchanges exist, with their account and day",
        "gold.campaign_exchanges",
        _set(account_id="a2"),
    ),
    ("campaigns count their exchanges", "gold.campaign_exchanges", DROP_FIRST),
    ("evidence belongs to a campaign", "gold.campaign_evidence", _set(campaign_id="c-9")),
    ("accused groups have evidence for it", "gold.campaign_evidence", _set(direction="against")),
    (POINTED, "gold.campaign_evidence", _set(exemplars=["a4-0"])),
    (POINTED, "gold.campaign_evidence", _set(exemplars=["a1-0", "a1-1"])),
    (POINTED, "gold.campaign_exchanges", _every(campaign_id="c-9")),
    (
        "evidence of campaigns with exchanges points at some",
        "gold.campaign_evidence",
        _set(exemplars=[]),
    ),
    (
        "the summary shows every campaign as it was judged",
        "gold.weekly_abuse_summary",
        _set(verdict="confirmed"),
    ),
    (
        "the summary shows every campaign as it was judged",
        "gold.weekly_abuse_summary",
        DROP_FIRST,
    ),
    (
        "shares are of the week's exchanges",
        "gold.weekly_abuse_summary",
        _set(share_of_traffic=0.5),
    ),
]


def test_each_reconciliation_is_broken_below() -> None:
    written = weeks.suites().values()
    says = {i["says"] for suite in written for i in suite["expectations"] if "says" in i}
    assert says == {words for words, _, _ in BREAKS}


@pytest.mark.parametrize(("says", "name", "change"), BREAKS)
def test_a_reconciliation_fails_for_what_it_is_for(
    spark: SparkSession, sound: Staging, tmp_path: Path, says: str, name: str, change: Change
) -> None:
    from stillwatch.io import quality

    versions = {
        other: quality.Version(sound.path(other), staged.version)
        for other, staged in sound.manifest().items()
    }
    versions[name] = weeks.write(tmp_path / "broken", name, change(weeks.good()[name]))
    loaded = [quality.load(other, quality.root(), WEEK) for other in TABLES]
    chosen = [
        replace(suite, reconciliations=tuple(i for i in suite.reconciliations if i.says == says))
        for suite in loaded
    ]
    (check,) = quality.reconcile(spark, chosen, versions)
    assert not check.success
    assert check.observed[0] in "123456789"


ATTRIBUTED = "attributed exchanges exist, with their account and day"


@pytest.mark.parametrize(("account", "noticed"), [("a1", 0), ("stranger", 100)])
def test_of_many_attributed_exchanges_a_sample_is_looked_up(
    spark: SparkSession, sound: Staging, tmp_path: Path, account: str, noticed: int
) -> None:
    from stillwatch.io import quality

    sent, mine = (weeks.good()[n] for n in ("silver.exchanges", "gold.campaign_exchanges"))
    week = {
        "silver.exchanges": [sent[0] | {"exchange_id": f"x{n}"} for n in range(400)],
        "gold.campaign_exchanges": [mine[0] | {"exchange_id": f"x{n}"} for n in range(400)],
    }
    week["silver.exchanges"] = [row | {"account_id": "a1"} for row in week["silver.exchanges"]]
    week["gold.campaign_exchanges"] = [
        row | {"account_id": account, "event_date": sent[0]["event_date"]}
        for row in week["gold.campaign_exchanges"]
    ]
    versions = {n: weeks.write(tmp_path / n, n, rows) for n, rows in week.items()}
    suite = quality.load("gold.campaign_exchanges", quality.root(), WEEK)
    (item,) = (i for i in suite.reconciliations if i.says == ATTRIBUTED)
    one_in_four = suite.views | {"gold_campaign_exchanges_sampling": "select 4 as one_in"}
    chosen = replace(suite, reconciliations=(item,), views=one_in_four)
    (check,) = quality.reconcile(spark, [chosen], versions)
    assert check.success == (noticed == 0)
    if noticed:
        assert abs(int(check.observed.split()[0]) - noticed) < 30


PARSED = "exchanges are those that parsed, each once"


def _parsed(
    spark: SparkSession, staging: Staging, changed: dict[str, Version], **fields: str
) -> bool:
    """Whether that reconciliation holds, of a week of which some tables were changed."""
    from stillwatch.io import quality

    staged = staging.manifest()
    versions = {n: quality.Version(staging.path(n), s.version) for n, s in staged.items()} | changed
    suite = quality.load("silver.exchanges", quality.root(), WEEK)
    (item,) = (i for i in suite.reconciliations if i.says == PARSED)
    chosen = replace(suite, reconciliations=(replace(item, **fields),))
    (check,) = quality.reconcile(spark, [chosen], versions)
    return check.success


def test_ids_are_grouped_only_where_their_sums_differ(
    spark: SparkSession, sound: Staging, tmp_path: Path
) -> None:
    rows = weeks.good()["bronze.exchanges"]
    repeated = {
        "bronze.exchanges": weeks.write(tmp_path / "b", "bronze.exchanges", rows + rows[:5])
    }
    assert _parsed(spark, sound, {}, sql="select 'grouped'")
    assert not _parsed(spark, sound, repeated, sql="select 'grouped'")
    assert _parsed(spark, sound, repeated)


def test_ids_are_always_grouped_where_not_every_key_was_compared(
    spark: SparkSession, sound: Staging, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stillwatch.io import unique

    monkeypatch.setattr(unique, "COMPARED", 27)
    assert len(weeks.good()["silver.exchanges"]) == 28
    assert not _parsed(spark, sound, {}, sql="select 'grouped'")


def test_ids_that_swap_in_pairs_are_noticed(
    spark: SparkSession, sound: Staging, tmp_path: Path
) -> None:
    rows = weeks.good()
    pair = {  # as many rows, and an exclusive or of hashes in which both pairs vanish
        name: weeks.write(
            tmp_path / name, name, rows[name] + [rows[name][0] | {"exchange_id": other}] * 2
        )
        for name, other in (("bronze.exchanges", "x"), ("silver.exchanges", "y"))
    }
    assert not _parsed(spark, sound, pair)


def test_an_exchange_that_stays_repeated_fails_as_a_key(
    spark: SparkSession, tmp_path: Path
) -> None:
    from stillwatch.io import quality

    week = weeks.good()
    last = week["bronze.exchanges"][-1]
    week["bronze.exchanges"].append(last | {"source_line": 99})
    week["silver.exchanges"].append(week["silver.exchanges"][-1])
    results = quality.audit_week(spark, weeks.stage(tmp_path / "lake", week), WEEK)
    failed = results.filter(~results["success"] & (results["severity"] == "critical"))
    words = "no two rows have the same exchange_id"
    assert ("silver.exchanges", words) in failed.select("table", "expectation").rows()
