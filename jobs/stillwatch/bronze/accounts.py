"""Who held an account at the end of the week, under which names and payment?

One row an account; personal values leave this table hashed only. The newest daily snapshot of the
week is read, else the one undated file; a feed that is missing is an empty table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from stillwatch.config import Run
from stillwatch.sources.feeds import snapshot


def transform(frames: Mapping[str, Any], run: Run) -> pl.DataFrame:
    """Rows of bronze.accounts.

    Args:
        frames: `landing.accounts`.
        run: The week; its last day is the snapshot's date.
    """
    return snapshot("landing.accounts", frames, run)
