"""How does a person read the figures: each beside its goal, the errors by name below?"""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

STYLES = {"met": "green", "short": "red", "unproven": "yellow", "not measured": "dim"}
DASH = "\N{EN DASH}"
SHOWN = 20  # rows of a list; the JSON holds all


def table(result: dict[str, Any]) -> RenderableType:
    """Goals, campaigns, errors and fairness of one evaluation, for a terminal."""
    parts: list[RenderableType] = [_heading(result), _goals(result)]
    if result["campaigns"]:
        parts.append(_campaigns(result))
    parts.append(_controls(result))
    parts.extend(_fairness(result))
    for trait in ("by_scenario", "by_rung"):
        if result[trait]:
            parts.append(_traits(result[trait], trait))
    if result.get("rivals"):
        parts.append(rivals(result["rivals"]))
    return Group(*parts)


def number(value: float | None, digits: int = 4) -> str:
    """A number as a person reads it: whole ones whole, a dash where nothing was measured."""
    if value is None:
        return DASH
    if float(value).is_integer() and abs(value) >= 1:
        return f"{int(value):,}"
    return f"{value:.{digits}f}".rstrip("0").rstrip(".") if value else "0"


def _heading(result: dict[str, Any]) -> Text:
    base, at = result["base_rate"], result["precision_at"]
    many = result.get("evaluations")
    what = f"{many} evaluations together" if many else f"Week {result['week']}"
    lines = [
        f"{what}: {base['campaign_accounts']:,} campaign accounts among "
        f"{base['accounts']:,}, a base rate of {number(base['rate'])}.",
        *(
            f"At 1 in {round(1 / row['base_rate']):,} accounts, precision would be "
            f"{number(row['value'])}; {number(row['low'])} at the bound of false accusations."
            for row in at.values()
        ),
    ]
    told = result["published"]
    lines.append(
        f"{told['accusing']} groups accuse; {len(told['mostly_honest'])} of them are no campaign "
        "or mostly honest."
    )
    lines += _told_wrong(result["labels"])
    feed = result["enforcement"]
    if feed["dismissed_campaigns"]:
        lines.append(
            f"Dismissed by analysts: {feed['dismissed_campaigns']} campaigns; without them "
            f"{feed['false_positives']:,} false accusations remain in the feed."
        )
    return Text("\n".join(lines))


def _told_wrong(told: dict[str, Any]) -> list[str]:
    """What was told of the found campaigns besides who they are, and how wrong it was."""
    pivots = ", ".join(
        f"{count} {name.replace('_', ' ')}" for name, count in told["pivots"].items()
    )
    names = (("capability_error", "capabilities"), ("pivot_share_error", "pivot shares"),
             ("pivot_hours_error", "hours to a pivot"))  # fmt: skip
    lines = [
        f"Error of {title}: {number(row['mean'], 3)} on average ({number(row['low'], 3)} to "
        f"{number(row['high'], 3)} at 95 %), {number(row['worst'], 3)} at worst, over "
        f"{row['campaigns']} campaigns."
        for name, title in names
        if (row := told[name])["campaigns"]
    ]
    return [*lines, f"Pivots: {pivots}."] if told["campaigns"] else lines


def _goals(result: dict[str, Any]) -> Table:
    grid = _grid("figure", "value", "95 % interval", "goal", "status", "counts")
    for row in result["goals"]:
        ends = [number(row[end]) for end in ("low", "high") if row[end] is not None]
        style = STYLES[row["status"]]
        span = " to ".join(ends) if len(ends) == 2 else "".join(f"≤ {end}" for end in ends)
        grid.add_row(
            row["title"],
            number(row["value"]),
            span,
            row["goal"],
            f"[{style}]{row['status']}[/]",
            row["note"],
        )
    return grid


def _campaigns(result: dict[str, Any]) -> Table:
    grid = _grid(
        "true campaign", "published", "ids", "purity", "completeness", "volume", "label", "pivot"
    )
    told = {row["campaign"]: row for row in result["labels"]["campaigns"]}
    for row in result["campaigns"][:SHOWN]:
        label = told.get(row["campaign"], {})
        error = row["volume_error"]
        grid.add_row(
            Text(row["campaign"]),
            Text(row["campaign_id"] or "missed"),
            str(row["ids"]),
            _both(row, "purity"),
            _both(row, "completeness"),
            DASH if error is None else f"{error:+.1%}",
            number(label.get("capability_error"), 3),
            label.get("pivot", DASH),
        )
    grid.caption = "purity and completeness: accounts / exchanges; label: total variation"
    return grid


def _both(row: dict[str, Any], name: str) -> str:
    return " / ".join(number(row[f"{name}_{unit}"], 3) for unit in ("accounts", "exchanges"))


def _controls(result: dict[str, Any]) -> Table:
    grid = _grid(
        "benign control", "groups", "accused", "upper 95 %", "accounts", "accused accounts"
    )
    for row in result["controls"]["by_kind"]:
        groups, hit, people, named = (
            f"{row[key]:,}" for key in ("groups", "accused", "accounts", "accused_accounts")
        )
        grid.add_row(Text(row["control"]), groups, hit, number(row["upper_95"], 2), people, named)
    hit = result["controls"]["accused_groups"]
    named = ", ".join(row["group"] for row in hit[:SHOWN])
    grid.caption = Text(f"accused: {named}" if hit else "no control group has an accused account")
    return grid


def _fairness(result: dict[str, Any]) -> list[RenderableType]:
    grids: list[RenderableType] = []
    for name, rows in result["fairness"].items():
        ranked = sorted(rows, key=lambda row: (-row["accused"], -row["honest_accounts"]))
        grid = _grid(
            name.replace("_", " "), "honest", "accused", "per 100,000", "upper 95 %", "background"
        )
        for row in ranked[:SHOWN]:
            grid.add_row(
                Text(str(row["value"])),
                f"{row['honest_accounts']:,}",
                f"{row['accused']:,}",
                number(row["per_100k"], 1),
                number(row["per_100k_upper_95"], 1),
                number(row["background_per_100k"], 1),
            )
        grid.caption = (
            f"{len(rows)} in all; false accusations by {name.replace('_', ' ')}; "
            "background: per 100,000 outside the planted controls"
        )
        grids.append(grid)
    return grids


def _traits(rows: list[dict[str, Any]], trait: str) -> Table:
    grid = _grid(
        trait.removeprefix("by_"), "campaigns", "found", "recall", "95 %, accounts",
        "95 %, campaigns", "by campaign", "exchange recall",
    )  # fmt: skip
    for row in rows:
        grid.add_row(
            Text(row["value"]),
            f"{row['campaigns']:,}",
            f"{row['found']:,}",
            number(row["recall"]),
            f"{number(row['low'])} to {number(row['high'])}",
            f"{number(row['low_groups'])} to {number(row['high_groups'])}",
            number(row["recall_by_campaign"]),
            number(row["exchange_recall"]),
        )
    return grid


def rivals(rows: list[dict[str, Any]]) -> Table:
    """Simple rules and Stillwatch on the same traffic."""
    grid = _grid(
        "rule", "accused", "precision", "recall", "by campaign", "false per 100,000",
        "controls accused", "exchange precision", "exchange recall",
    )  # fmt: skip
    for row in (row for row in rows if "note" not in row):
        grid.add_row(
            row["rule"],
            f"{row['accused']:,}",
            *(number(row[key]) for key in ("precision", "recall", "recall_by_campaign")),
            number(row["false_per_100k"], 1),
            f"{row['controls_accused']:,} of {row['controls']:,}",
            number(row["exchange_precision"]),
            number(row["exchange_recall"]),
        )
    left_out = [f"{row['rule']}: {row['note']}" for row in rows if "note" in row]
    grid.caption = Text("\n".join(left_out)) if left_out else None
    return grid


def _grid(*headers: str) -> Table:
    grid = Table(box=None, pad_edge=False, header_style="bold", caption_justify="left")
    for place, header in enumerate(headers):
        grid.add_column(header, justify="left" if place == 0 else "right", overflow="fold")
    return grid
