"""A model is one row with its launch; the daily snapshot of the week's end is read."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from factories import RUN, WEEK
from stillwatch.bronze.models import transform
from stillwatch.io.landing import rows


def models(root: Path) -> pl.DataFrame:
    return transform({"landing.models": rows(root, "models", WEEK)}, RUN)


def test_a_launch_is_a_time_or_unknown(tmp_path: Path) -> None:
    (tmp_path / "models.jsonl").write_text(
        '{"model": "m1", "launched_at": "2026-11-11T16:00:00Z"}\n{"model": "m2"}\n'
    )
    assert models(tmp_path).select("model", "launched_at").rows() == [
        ("m1", datetime(2026, 11, 11, 16, tzinfo=UTC)),
        ("m2", None),
    ]


def test_a_launch_after_the_week_is_not_known_in_it(tmp_path: Path) -> None:
    for day, model in (("2026-11-15", "m1"), ("2026-11-17", "m2")):
        folder = tmp_path / "models" / f"dt={day}"
        folder.mkdir(parents=True)
        (folder / "a.jsonl").write_text(f'{{"model": "{model}"}}')
    assert models(tmp_path)["model"].to_list() == ["m1"]
