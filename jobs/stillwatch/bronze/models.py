"""Which models were on offer at the end of the week, and since when?

One row a model. The newest daily snapshot of the
week is read, else the one undated file; a feed that is missing is an empty table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from stillwatch.config import Run
from stillwatch.sources.feeds import snapshot


def transform(frames: Mapping[str, Any], run: Run) -> pl.DataFrame:
    """Rows of bronze.models.

    Args:
        frames: `landing.models`.
        run: The week; its last day is the snapshot's date.
    """
    return snapshot("landing.models", frames, run)
