"""How does a person read the figures: each beside its goal, the errors by name below?"""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stillwatch.evaluate import explained
from stillwatch.evaluate.goals import MAX_VOLUME_ERROR, MIN_COMPLETENESS, MIN_PURITY

STYLES = {"met": "green", "short": "red", "unproven": "yellow", "not measured": "dim"}
DASH = "\N{EN DASH}"
SHOWN = 20  # rows of a list; the JSON holds all
OVER_CAMPAIGNS = {
    "purity_accounts": "purity of a found campaign, accounts",
    "purity_exchanges": "purity of a found campaign, exchanges",
    "completeness_accounts": "completeness, accounts",
    "completeness_exchanges": "completeness, exchanges",
    "volume_error": "volume error, absolute",
    "purity_goal": f"campaigns with purity ≥ {MIN_PURITY:g}",
    "completeness_goal": f"campaigns with completeness ≥ {MIN_COMPLETENESS:g}",
    "volume_goal": f"campaigns with volume error ≤ {MAX_VOLUME_ERROR:g}",
    "one_id": "campaigns with exactly one id, not merged",
    "one_id_over_weeks": "campaigns with one id over weeks",
}


def table(result: dict[str, Any]) -> RenderableType:
    """Goals, campaigns, errors and fairness of one evaluation, for a terminal."""
    parts: list[RenderableType] = [_heading(result), _goals(result)]
    if result["campaigns"]:
        parts += [_campaigns(result), _over_campaigns(result)]
    parts += [_controls(result), _explained(result)]
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
            f"{feed['false_positives']:,} false accusations remain."
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
    grid.caption = (
        "purity and completeness: accounts / exchanges, in brackets at 95 %; label: total variation"
    )
    return grid


def _both(row: dict[str, Any], name: str) -> str:
    """Accounts / exchanges, and below them the interval of each; earlier JSON has none."""
    units = [f"{name}_{unit}" for unit in ("accounts", "exchanges")]
    values = " / ".join(number(row[unit], 3) for unit in units)
    spans = [_span(row.get(f"{unit}_low"), row.get(f"{unit}_high"), 3) for unit in units]
    return f"{values}\n({' / '.join(span or DASH for span in spans)})" if any(spans) else values


def _span(low: float | None, high: float | None, digits: int = 4) -> str:
    if low is None or high is None:
        return ""
    return f"{number(low, digits)} to {number(high, digits)}"


def _over_campaigns(result: dict[str, Any]) -> Table:
    """What varies from campaign to campaign, or from group to group."""
    grid = _grid("drawn by campaign", "value", "95 %, campaigns", "campaigns", "counts")
    exact, found = result["accounts"], result["exchanges"]
    rows = [
        ("account precision, by group", exact["precision"], "_groups"),
        ("account recall", exact["recall"], "_groups"),
        ("exchange precision, by group", found["precision"], "_groups"),
        ("exchange precision, same campaign, by group", found["same_campaign_precision"],
         "_groups"),
        ("exchange recall", found["recall"], "_groups"),
        *((OVER_CAMPAIGNS[name], row, "") for name, row in result["over_campaigns"].items()),
    ]  # fmt: skip
    for title, row, ends in rows:
        grid.add_row(
            title,
            number(row["value"]),
            _span(row.get(f"low{ends}"), row.get(f"high{ends}")),
            number(row.get("groups")),
            f"{row['part']:,} of {row['whole']:,}" if "part" in row else "",
        )
    grid.caption = "a missed campaign has no purity and reaches no goal"
    return grid


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


def _explained(result: dict[str, Any]) -> Table:
    """In which groups the controls are, and what is said of those."""
    grid = _grid(
        "benign control", "active", "in no group", "elsewhere", "judged", "in part",
        "among others", "verdicts", "in words",
    )  # fmt: skip
    for row in result["controls"].get("explained", []):
        nothing = {"no explanation": sum(row["unexplained"].values())}
        grid.add_row(
            Text(row["control"]),
            *(f"{row[key]:,}" for key in explained.COUNTS),
            _tally(row["by_verdict"]),
            _tally(row["explanations"] | (nothing if row["unexplained"] else {}) | row["notes"]),
        )
    grid.caption = (
        "elsewhere: in judged groups of which none is their own; in part: less than half of them "
        "is in it; among others: they are less than half of it"
    )
    return grid


def _tally(counts: dict[str, int]) -> Text:
    return Text(", ".join(f"{name} {count:,}" for name, count in counts.items()) or DASH)


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
