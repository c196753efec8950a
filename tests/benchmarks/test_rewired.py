"""Does dealing requests anew keep every degree, and accuse nobody?"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
import pytest
from stillwatch.tables import table

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"
sys.path.append(str(FOLDER))  # its scripts import one another by name, as when they are run
COLUMNS = table("silver.exchanges").column_names


def sent(rows: int) -> pl.DataFrame:
    """Exchanges of three accounts, every value of which tells its row."""
    values = {name: [f"{name} {n}" for n in range(rows)] for name in COLUMNS}
    return pl.DataFrame({**values, "account_id": [f"a{n % 3}" for n in range(rows)]})


def test_accounts_keep_what_is_theirs_and_requests_stay_whole() -> None:
    import rewired

    before = sent(300)
    after = rewired.dealt(before, 1)
    theirs = list(rewired.OF_ACCOUNT)
    assert after.columns == before.columns
    assert after.select(theirs).equals(before.select(theirs))
    requests = [name for name in COLUMNS if name not in theirs]
    # Each is there once, with all of its values, and most are another account's now.
    assert after.select(requests).sort("spans").equals(before.select(requests).sort("spans"))
    stayed = (after["spans"] == before["spans"]).sum()
    assert stayed < 30
    assert rewired.dealt(before, 1).equals(after)
    assert not rewired.dealt(before, 2).equals(after)


def test_a_p_is_counted_at_each_level() -> None:
    import rewired

    def term(name: str, p: float | None) -> dict[str, object]:
        return {"name": name, "p_value": p}

    groups = pl.DataFrame(
        {"terms": [[term("one", 0.05), term("two", None)], [term("one", 0.0005)], []]},
        schema={"terms": pl.List(pl.Struct({"name": pl.String, "p_value": pl.Float64}))},
    )
    assert rewired.tails(groups).rows() == [("one", 2, 2, 1, 1)]


@pytest.mark.spark
@pytest.mark.slow
def test_campaigns_are_accused_as_they_are_and_nobody_once_dealt_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import rewired

    as_it_is, drawn = rewired.compare(tmp_path, "first_light", 0.15, 3, 2)
    assert as_it_is["verdict"].is_in(rewired.ACCUSING).sum() >= 2
    assert len(drawn) == 2
    assert sum(groups["verdict"].is_in(rewired.ACCUSING).sum() for groups in drawn) == 0
    assert sum(groups.height for groups in drawn) > 0
    printed = capsys.readouterr().out
    assert "| draw 2 |" in printed
    assert "| `even_load` |" in printed
