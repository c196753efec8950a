"""Which figure meets its goal? The goals are design.md's and far on purpose.

`unproven` is neither met nor short: nothing speaks against the figure, but what was seen is too
little to show it, as with no false accusation among 3,000 honest accounts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

Status = Literal["met", "short", "unproven", "not measured"]
MIN_CONTROLS, MIN_CONTROLS_OF_KIND, MIN_WEEKS, MIN_REPLACED = 300, 20, 4, 0.4
# ln(0.05) / ln(1 - 1e-5): so many honest accounts without an error bound the rate by 1 in 100,000.
MIN_HONEST = 299_572
MIN_PURITY, MIN_COMPLETENESS, MAX_VOLUME_ERROR = 0.99, 0.95, 0.03


def assess(result: dict[str, Any]) -> list[dict[str, Any]]:
    """Every figure of design.md that a lake and its truth can show, beside its goal.

    Args:
        result: The figures, as `run.figures` collects them.

    Returns:
        Rows of figure (a stable key), title, goal, value, low, high, status, note.
    """
    exact, found = result["accounts"], result["exchanges"]
    return [
        _at_least("account_precision", "account precision", exact["precision"], 0.995),
        _at_least("account_recall", "account recall", exact["recall"], 0.97),
        _at_least(
            "recall_by_campaign",
            "account recall, averaged over campaigns",
            exact["recall_by_campaign"],
            0.95,
        ),
        _false_accusations(result["false_accusations"]),
        _controls(result["controls"]),
        _at_least(
            "exchange_precision", "exchanges attributed: precision", found["precision"], 0.99
        ),
        _at_least("exchange_recall", "exchanges attributed: recall", found["recall"], 0.95),
        *_campaigns(result["campaigns"]),
        _stable(result["stability"], result["over_campaigns"]["one_id_over_weeks"]),
    ]


def _row(
    figure: str,
    title: str,
    goal: str,
    value: float | None,
    status: Status,
    note: str = "",
    low: float | None = None,
    high: float | None = None,
) -> dict[str, Any]:
    return {
        "figure": figure,
        "title": title,
        "goal": goal,
        "value": value,
        "low": low,
        "high": high,
        "status": status,
        "note": note,
    }


def _at_least(figure: str, title: str, measured: dict[str, Any], goal: float) -> dict[str, Any]:
    value = measured["value"]
    status: Status = "not measured" if value is None else "met" if value >= goal else "short"
    note = f"{measured['part']:,} of {measured['whole']:,}" if "part" in measured else ""
    if "part" not in measured and measured["groups"]:
        note = f"{measured['groups']:,} campaigns"
    return _row(
        figure, title, f"≥ {goal:g}", value, status, note, measured["low"], measured["high"]
    )


def _false_accusations(wrong: dict[str, Any]) -> dict[str, Any]:
    bound, rate = wrong["per_100k_upper_95"], wrong["per_100k"]
    note = f"{wrong['accused']:,} of {wrong['honest_accounts']:,} honest accounts"
    status: Status
    if bound is None:
        status = "not measured"
    elif bound <= 1:
        status = "met"
    elif wrong["accused"]:
        status = "short"
    else:
        status = "unproven"
        note += f"; {MIN_HONEST:,} without one would show it"
    return _row(
        "false_accusations_per_100k",
        "false accusations per 100,000 honest accounts a week",
        "upper 95 % bound ≤ 1",
        rate,
        status,
        note,
        high=bound,
    )


def _controls(controls: dict[str, Any]) -> dict[str, Any]:
    thin = [row for row in controls["by_kind"] if row["active"] < MIN_CONTROLS_OF_KIND]
    note = f"{controls['accused']:,} of {controls['groups']:,} groups"
    status: Status
    if not controls["groups"]:
        status = "not measured"
    elif controls["accused"]:
        status = "short"
    elif controls["active"] < MIN_CONTROLS or thin:
        status = "unproven"
        note += f", {len(thin)} of {len(controls['by_kind'])} kinds below {MIN_CONTROLS_OF_KIND}"
    else:
        status = "met"
    value = controls["accused"] if controls["groups"] else None
    return _row(
        "control_groups_accused",
        "benign control groups with an accused account",
        f"0 of ≥ {MIN_CONTROLS}, ≥ {MIN_CONTROLS_OF_KIND} of each kind",
        value,
        status,
        note,
    )


def _campaigns(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Purity, completeness, volume and number of ids: every campaign has to reach the goal."""

    def worst(
        figure: str,
        title: str,
        goal: str,
        values: Sequence[float | None],
        ok: Callable[[float], bool],
    ) -> dict[str, Any]:
        known = [value for value in values if value is not None]
        if not known:
            return _row(figure, title, goal, None, "not measured")
        passing = [value for value in known if ok(value)]
        extreme = min(known) if goal.startswith("≥") else max(known)
        status: Status = "met" if len(passing) == len(known) else "short"
        return _row(
            figure, title, goal, extreme, status, f"{len(passing)} of {len(known)} reach it"
        )

    pure = [least(row, "purity") for row in rows if row["campaign_id"] is not None]
    whole = [least(row, "completeness") for row in rows]
    volume = [None if row["volume_error"] is None else abs(row["volume_error"]) for row in rows]
    split = [ids_of(row) for row in rows]
    return [
        worst(
            "purity",
            "worst purity of a found campaign",
            f"≥ {MIN_PURITY:g}",
            pure,
            lambda v: v >= MIN_PURITY,
        ),
        worst(
            "completeness",
            "worst completeness of a campaign",
            f"≥ {MIN_COMPLETENESS:g}",
            whole,
            lambda v: v >= MIN_COMPLETENESS,
        ),
        worst(
            "volume_error",
            "worst volume error of a campaign",
            f"≤ {MAX_VOLUME_ERROR:g}",
            volume,
            lambda v: v <= MAX_VOLUME_ERROR,
        ),
        worst(
            "ids",
            "most ids of a found campaign, with campaigns merged into it",
            "= 1",
            split,
            lambda v: v == 1,
        ),
    ]


def least(row: dict[str, Any], name: str) -> float | None:
    """Purity or completeness of a row of `campaigns`: the lower of accounts and exchanges."""
    known = [row[f"{name}_{unit}"] for unit in ("accounts", "exchanges")]
    return min((value for value in known if value is not None), default=None)


def ids_of(row: dict[str, Any]) -> float | None:
    """Ids of a found campaign and campaigns merged into it, 1 at best; None where it was missed."""
    found = row["campaign_id"] is not None
    return float(max(row["ids"], 1) + row["shared_with"]) if found else None


def _stable(stability: dict[str, Any], kept_share: dict[str, Any]) -> dict[str, Any]:
    lasting, kept = stability["continuing"], stability["one_id"]
    note = f"{kept} of {lasting} campaigns over {stability['weeks']} weeks"
    turned = [row["replaced"] for row in stability["campaigns"] if row["replaced"] is not None]
    replaced = sum(turned) / len(turned) if turned else 0.0
    note += f", {replaced:.0%} of accounts replaced a week"
    status: Status
    if not lasting:
        status, note = "not measured", "no campaign was there in two published weeks"
    elif kept < lasting:
        status = "short"
    else:
        hard = stability["weeks"] >= MIN_WEEKS and replaced >= MIN_REPLACED
        status = "met" if hard else "unproven"
    return _row(
        "one_id_over_weeks",
        "campaigns that keep one id over weeks",
        f"all, {MIN_WEEKS} weeks, ≥ {MIN_REPLACED:.0%} replaced",
        kept_share["value"],
        status,
        note,
        kept_share["low"],
        kept_share["high"],
    )
