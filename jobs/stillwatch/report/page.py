"""How does a week become one file that opens anywhere, offline, and carries no script?

Every value is escaped by the template engine; a content security policy forbids whatever a mistake
could let through.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from stillwatch.errors import UsageError
from stillwatch.io.lake import Lake
from stillwatch.report import frames, view, words


def render(lake: Lake, week: date) -> str:
    """The weekly report as HTML; the same publication gives the same text.

    Args:
        lake: The lake.
        week: Monday of the week.

    Raises:
        UsageError: The week has not been published.
    """
    return html(frames.load(lake, week))


def html(week: frames.Week) -> str:
    """The report of rows already read."""
    return _environment().get_template("page.html").render(view.page(week))


def write(lake: Lake, week: date, out: Path) -> None:
    """Writes the report, whole or not at all.

    Args:
        lake: The lake.
        week: Monday of the week.
        out: The file, replaced if it is there; its folder is made.

    Raises:
        UsageError: The week has not been published, or `out` is a folder.
    """
    if out.is_dir():
        raise UsageError(f"{out} is a folder; name a file for the report")
    text = render(lake, week)
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(f".{out.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(out)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("stillwatch.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )
    environment.filters.update(
        count=words.count,
        percent=words.percent,
        number=words.number,
        chance=words.chance,
        plain=words.plain,
    )
    return environment


def _visible(value: Any) -> Any:
    return words.visible(value) if isinstance(value, str) and type(value) is not Markup else value
