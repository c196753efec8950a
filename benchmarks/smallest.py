"""How small may a campaign be and still be found, by accounts and by exchanges an account?

    make bench-smallest
    python benchmarks/smallest.py [--seeds 1 2] [--picture docs/smallest.svg]

One week a seed with a campaign of every size of the grid at once, each with its own wording,
payments and networks, a fifth of its traffic something else, among honest people and one group of
every kind of look-alike. Simulated, published and measured by the commands' own functions. Settings
are those in force: the rate of false accusations is what the same weeks show, told beside.

A campaign is found where half of its accounts or more stand in one accusing group, and make up half
of that group or more. A cell of the grid tells in how many of the weeks its campaign was found.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import altair as alt
import measure
import polars as pl
import vl_convert
from stillwatch.evaluate import evaluate, intervals
from stillwatch.report.charts import ACCENT, INK
from stillwatch.simulate import runner as simulator
from stillwatch.simulate.controls import KINDS
from stillwatch.simulate.texts.clauses import TEMPLATES

ACCOUNTS = (8, 10, 15, 25, 40)  # the simulator plants none with fewer than eight
EACH = (2, 5, 10, 20, 40)
POPULATION, TRAFFIC = 2_500, 40_000
DILUTION = 0.2
HEAD = """description = "campaigns of every size of a grid at once"
accounts = {accounts}
exchanges = {exchanges}
hard = true

[[models]]
name = "atlas-3"
launched_hours = -2200
"""
CAMPAIGN = """
[[campaigns]]
name = "{name}"
accounts = {accounts}
exchanges = {exchanges}
capabilities = {{ {capability} = 1.0 }}
dilution = {dilution}
rhythm = "organic"
"""

Grid = tuple[tuple[int, ...], tuple[int, ...]]


def name_of(accounts: int, each: int) -> str:
    """The name of the campaign of a cell."""
    return f"a{accounts:02d}_e{each:02d}"


def scenario(grid: Grid, population: int, traffic: int) -> str:
    """A scenario file with a campaign a cell; what they extract goes round from cell to cell."""
    cells = [(accounts, each) for accounts in grid[0] for each in grid[1]]
    wanted = list(TEMPLATES)
    campaigns = "".join(
        CAMPAIGN.format(
            name=name_of(accounts, each),
            accounts=accounts,
            exchanges=accounts * each,
            capability=wanted[place % len(wanted)],
            dilution=DILUTION,
        )
        for place, (accounts, each) in enumerate(cells)
    )
    controls = "\n[controls]\n" + "".join(f"{kind} = 1\n" for kind in KINDS)
    return HEAD.format(accounts=population, exchanges=traffic) + campaigns + controls


def week(folder: Path, grid: Grid, population: int, traffic: int, seed: int) -> dict[str, Any]:
    """Simulate and publish the week of a seed; return what evaluate tells of it."""
    folder.mkdir(parents=True, exist_ok=True)
    measure.own_key(folder)
    file = folder / "sizes.toml"
    file.write_text(scenario(grid, population, traffic), encoding="utf-8")
    simulator.run(folder / "made", file, 1.0, seed)
    job = measure.published(folder / "lake", folder / "made")
    return evaluate(job.lake, folder / "made" / "truth", measure.WEEK)


def cells(told: Iterable[dict[str, Any]], grid: Grid) -> pl.DataFrame:
    """accounts, each, found (weeks in which that campaign was), weeks."""
    rows = []
    for one in told:
        by_name = {row["campaign"]: row for row in one["campaigns"]}
        for accounts in grid[0]:
            for each in grid[1]:
                row = by_name[name_of(accounts, each)]
                whole = (row["completeness_accounts"] or 0) >= 0.5
                found = whole and (row["purity_accounts"] or 0) >= 0.5
                rows.append({"accounts": accounts, "each": each, "found": int(found)})
    counted = pl.DataFrame(rows).group_by("accounts", "each")
    return counted.agg(found=pl.col("found").sum(), weeks=pl.len()).sort("accounts", "each")


def picture(grid: pl.DataFrame, file: Path) -> None:
    """Write the grid as a picture: a square a cell, its number of weeks found inside."""
    shown = grid.with_columns(
        share=pl.col("found") / pl.col("weeks"),
        label=pl.format("{} of {}", pl.col("found"), pl.col("weeks")),
    )
    base = alt.Chart(shown).encode(
        x=alt.X("each:O", title="exchanges an account", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("accounts:O", title="accounts", sort="descending"),
    )
    shade = alt.Scale(domain=[0, 1], range=["#ffffff", ACCENT])
    squares = base.mark_rect(stroke=INK, strokeWidth=0.5).encode(
        color=alt.Color("share:Q", scale=shade, legend=None)
    )
    ink = alt.condition("datum.share > 0.5", alt.value("#ffffff"), alt.value(INK))
    texts = base.mark_text(fontSize=12).encode(text="label:N", color=ink)
    title = "Weeks in which a campaign of that size was found"
    chart = (squares + texts).properties(width=340, height=220, title=title)
    quiet = chart.configure(font="sans-serif", background="#ffffff")
    file.write_text(vl_convert.vegalite_to_svg(quiet.to_dict()) + "\n", encoding="utf-8")


def table(grid: pl.DataFrame) -> str:
    """The grid in lines, most accounts first."""
    sizes = sorted(set(grid["each"]))
    lines = ["accounts \\ exchanges an account " + "".join(f"{each:>8}" for each in sizes)]
    for accounts in sorted(set(grid["accounts"]), reverse=True):
        mine = grid.filter(pl.col("accounts") == accounts).sort("each")
        marks = "".join(f"{f'{found}/{of}':>8}" for found, of in mine["found", "weeks"].rows())
        lines.append(f"{accounts:>31} {marks}")
    return "\n".join(lines)


def errors(told: list[dict[str, Any]]) -> str:
    """False accusations over all weeks, and look-alikes accused."""
    wrong = [one["false_accusations"] for one in told]
    count, honest = (sum(int(one[key]) for one in wrong) for key in ("accused", "honest_accounts"))
    bound = intervals.upper_bound(count, honest)
    most = "" if bound is None else f", at most {bound * 1e5:.0f} per 100,000 (95 %)"
    accused, groups = (
        sum(int(one["controls"][key]) for one in told) for key in ("accused", "groups")
    )
    return (
        f"false accusations: {count} of {honest:,} honest account-weeks{most}; "
        f"look-alikes accused: {accused} of {groups}"
    )


def smallest(grid: pl.DataFrame) -> str:
    """The fewest accounts, and the fewest exchanges, that were found in every week."""
    always = grid.filter(pl.col("found") == pl.col("weeks")).with_columns(
        exchanges=pl.col("accounts") * pl.col("each")
    )
    if always.is_empty():
        return "smallest campaign found in every week: none of the grid"
    few = always.sort("accounts", "exchanges").row(0, named=True)
    light = always.sort("exchanges", "accounts").row(0, named=True)
    return (
        f"smallest campaign found in every week: {few['accounts']} accounts with {few['each']} "
        f"exchanges each; {light['exchanges']} exchanges, by {light['accounts']} accounts"
    )


def main() -> None:
    """Print the grid, the errors of the same weeks, and the smallest campaign last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--picture", type=Path, metavar="FILE", help="draw the grid here, as SVG")
    given = parser.parse_args()
    sizes, told = (ACCOUNTS, EACH), []
    with tempfile.TemporaryDirectory() as scratch:
        for seed in given.seeds:
            told.append(week(Path(scratch) / str(seed), sizes, POPULATION, TRAFFIC, seed))
            print(f"seed {seed}\n{table(cells(told[-1:], sizes))}\n{errors(told[-1:])}", flush=True)
    grid = cells(told, sizes)
    if given.picture:
        picture(grid, given.picture)
    print(f"all seeds\n{table(grid)}\n{errors(told)}\n{smallest(grid)}")


if __name__ == "__main__":
    main()
