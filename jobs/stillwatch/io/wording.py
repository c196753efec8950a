"""How does an expectation read in words, and which types of expectation may a suite use at all?

Only those with words here: each of them is tested against the pinned Spark and Great Expectations.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def _share(kwargs: dict[str, Any]) -> str:
    """How often it must hold, where that is not always."""
    mostly = kwargs.get("mostly", 1)
    return "" if mostly == 1 else f", in at least {100 * mostly:.4g} % of the rows"


def _range(kwargs: dict[str, Any]) -> str:
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    above = "above" if kwargs.get("strict_min") else "at least"
    below = "below" if kwargs.get("strict_max") else "at most"
    ends = ((above, low), (below, high))
    return " and ".join(f"{word} {end}" for word, end in ends if end is not None)


def _in_set(kwargs: dict[str, Any]) -> str:
    values = kwargs["value_set"]
    if values == [True]:
        return str(kwargs["column"]).replace("_", " ")
    return f"{kwargs['column']} is " + " or ".join(str(value) for value in values)


WORDS: dict[str, Callable[[dict[str, Any]], str]] = {
    "expect_column_values_to_not_be_null": lambda k: f"{k['column']} is given",
    "expect_column_values_to_be_null": lambda k: f"{k['column']} is null",
    "expect_column_values_to_be_in_set": _in_set,
    "expect_column_values_to_be_between": lambda k: f"{k['column']} is {_range(k)}",
    "expect_column_value_lengths_to_be_between": lambda k: (
        f"length of {k['column']} is {_range(k)}"
    ),
    "expect_column_values_to_match_regex": lambda k: f"{k['column']} matches {k['regex']}",
    "expect_column_values_to_not_match_regex": lambda k: f"{k['column']} never has {k['regex']}",
    "expect_table_row_count_to_be_between": lambda k: f"number of rows is {_range(k)}",
    "expect_key_to_be_unique": lambda k: f"no two rows have the same {', '.join(k['columns'])}",
}


def wording(item: dict[str, Any]) -> str:
    """An expectation in words, such as `q_value is at least 0 and at most 1`."""
    return WORDS[item["type"]](item["kwargs"]) + _share(item["kwargs"])
