"""Which pictures stand in the report? Static SVG, without a script or a font of its own.

Colours are names that the page's style sheet replaces for light, dark and print.
"""

from __future__ import annotations

import re

import altair as alt
import polars as pl
import vl_convert
from markupsafe import Markup

from stillwatch.report import words

ACCENT, QUIET, MARK, INK = "#2f6f8f", "#9aa5b1", "#a8572c", "#44505c"
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
WIDTH, HEIGHT = 340, 150
LABELS = 165  # room for the longest capability in fonts wider than the renderer's own


def capabilities(rows: list[dict[str, float | str]]) -> Markup:
    """Shares of the capabilities drawn on, with their intervals.

    Args:
        rows: name, share, low, high, largest first.
    """
    # Not for looks alone: the renderer aborts the whole process at a NUL in a label.
    names = [words.visible(words.plain(str(row["name"]))) for row in rows]
    named = [{**row, "name": name} for row, name in zip(rows, names, strict=True)]
    schema = {"name": pl.String, "share": pl.Float64, "low": pl.Float64, "high": pl.Float64}
    base = alt.Chart(pl.DataFrame(named, schema=schema)).encode(
        y=alt.Y("name:N", sort=names, title=None, axis=alt.Axis(minExtent=LABELS))
    )
    bars = base.mark_bar(color=ACCENT, height={"band": 0.6}).encode(
        x=alt.X("share:Q", title="share of exchanges", axis=alt.Axis(format="%", tickCount=5))
    )
    ends = base.mark_rule(color=INK, strokeWidth=1.5).encode(x="low:Q", x2="high:Q")
    return _svg((bars + ends).properties(width=WIDTH + 40 - LABELS, height=24 * max(len(named), 2)))


def timeline(rows: pl.DataFrame, launch: float | None = None) -> Markup:
    """Hourly exchanges of a campaign and of everyone else, each as a share of its own week.

    Args:
        rows: hour (0 to 167), campaign, others (shares).
        launch: Days from Monday to the launch of the model that the campaign moved to.
    """
    long = rows.with_columns(day=pl.col("hour") / 24).unpivot(
        ["campaign", "others"], index="day", variable_name="who", value_name="share"
    )
    who = alt.Scale(domain=["campaign", "others"], range=[ACCENT, QUIET])
    labels = f"{DAYS!r}[datum.value]"
    axis = alt.Axis(values=list(range(7)), labelExpr=labels, labelAlign="left", labelOffset=2)
    lines = (
        alt.Chart(long)
        .mark_line(strokeWidth=1.3, interpolate="step-after")
        .encode(
            x=alt.X("day:Q", scale=alt.Scale(domain=[0, 7]), axis=axis, title=None),
            y=alt.Y("share:Q", title="share of own week", axis=alt.Axis(format="~%", tickCount=4)),
            color=alt.Color("who:N", scale=who, legend=None),
        )
    )
    drawn = alt.layer(lines)
    if launch is not None:
        at = alt.Chart(pl.DataFrame({"day": [launch]}))
        rule = at.mark_rule(color=MARK, strokeDash=[4, 3], strokeWidth=1.5)
        drawn = alt.layer(lines, rule.encode(x="day:Q"))
    return _svg(drawn.properties(width=WIDTH, height=HEIGHT))


def _svg(chart: alt.LayerChart | alt.FacetChart) -> Markup:
    """The chart as inline SVG; Vega escapes every text in it."""
    quiet = chart.configure(aria=False, background="transparent", font="sans-serif")
    styled = quiet.configure_view(stroke=None).configure_axis(
        labelColor=INK,
        titleColor=INK,
        titleFontWeight="normal",
        domainColor=QUIET,
        tickColor=QUIET,
        gridColor=QUIET,
        gridOpacity=0.25,
        labelFontSize=11,
        titleFontSize=11,
        labelLimit=LABELS,
    )
    text = vl_convert.vegalite_to_svg(styled.to_dict())
    # Inside HTML the namespaces go without saying, and a page without them has no address in it.
    return Markup(re.sub(r' xmlns(:\w+)?="[^"]*"', "", text, count=2))
