"""An indicator is its type, value and source; confidences are numbers; the feed may be missing."""

from pathlib import Path

import polars as pl
from factories import RUN, WEEK
from stillwatch.bronze.indicators import transform
from stillwatch.io.landing import rows


def indicators(root: Path, text: str) -> pl.DataFrame:
    (root / "indicators.jsonl").write_text(text)
    return transform({"landing.indicators": rows(root, "indicators", WEEK)}, RUN)


def test_one_value_may_come_from_two_sources(tmp_path: Path) -> None:
    line = '{"indicator_type": "ip", "value": "203.0.113.7", "source": "%s", "confidence": %s}\n'
    made = indicators(tmp_path, line % ("x", "0.5") + line % ("y", '"0.7"') + line % ("x", "0.9"))
    assert made.select("source", "confidence").rows() == [("x", 0.9), ("y", 0.7)]
    assert made["actor"].to_list() == [None, None]


def test_a_missing_feed_is_an_empty_table(tmp_path: Path) -> None:
    made = transform({"landing.indicators": rows(tmp_path, "indicators", WEEK)}, RUN)
    assert made.height == 0
    assert made.schema["confidence"] == pl.Float64
