"""The command line: what each command takes, and how a failure is told.

Exit codes: 0 done; 2 the caller's mistake, named in one line; 3 the data failed its gate, so
nothing was published; 1 anything else. Heavy imports wait until a command needs them.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stillwatch import __version__
from stillwatch.errors import StillwatchError, UsageError
from stillwatch.pipeline import STEPS

if TYPE_CHECKING:
    from stillwatch.io.analyst import Analyst
    from stillwatch.io.runner import Job
    from stillwatch.io.staging import Staged

WIDE = 160  # columns of a table that goes into a file or a pipe
LAKE, LANDING = "STILLWATCH_LAKE", "STILLWATCH_LANDING"


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns the exit code."""
    arguments = parser().parse_args(argv)
    try:
        code: int = arguments.command(arguments) or 0
        return code
    except StillwatchError as error:
        print(f"stillwatch: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # The reader of our output has gone, as in `stillwatch sql … | head`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("stillwatch: interrupted; nothing was published", file=sys.stderr)
        return 130


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    root = argparse.ArgumentParser(
        prog="stillwatch",
        description="Finds networks of accounts that extract a model's capabilities, in API logs.",
    )
    root.add_argument("--version", action="version", version=f"stillwatch {__version__}")
    commands = root.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_simulate(commands)
    _add_run(commands)
    _add_readers(commands)
    return root


def _add_simulate(commands: Any) -> None:
    sub = commands.add_parser("simulate", help="write weeks of made-up traffic with its truth")
    sub.add_argument("--out", type=Path, required=True, help="gets landing/ and truth/")
    sub.add_argument("--scenario", help="a scenario file, or the name of a shipped one")
    sub.add_argument("--scale", type=float, default=1.0, help="size, 1 as the scenario says")
    sub.add_argument("--seed", type=int, default=0, help="another seed, other traffic (0)")
    sub.add_argument("--weeks", type=int, default=1, help="weeks to write (1)")
    sub.add_argument("--week", type=_week, default=date(2026, 11, 9), help="first Monday")
    sub.add_argument("--corpus", type=Path, help="folder of real texts to compose from")
    sub.add_argument("--master", help="let Spark write, at this master URL (a pool of processes)")
    sub.add_argument(
        "--spans",
        action="store_true",
        help="also print how many spans of honest prompts belong to one account; reads all again",
    )
    sub.set_defaults(command=simulate)


def _add_run(commands: Any) -> None:
    sub = commands.add_parser("run", help="run a whole week, from landing to publication")
    _lake(sub)
    _landing(sub, required=True)
    _when(sub)
    sub.add_argument("--master", help="Spark master URL (local[*])")
    sub.set_defaults(command=run)
    sub = commands.add_parser("step", help="run one step of the map, as an Airflow task does")
    sub.add_argument("name", help="such as silver.traces; `stillwatch plan` lists them")
    _lake(sub)
    _landing(sub, required=False)
    _when(sub)
    sub.add_argument("--master", help="Spark master URL (local[*])")
    sub.set_defaults(command=step)
    sub = commands.add_parser("plan", help="list the steps, what each reads and does")
    sub.set_defaults(command=plan)
    sub = commands.add_parser(
        "maintain", help="drop expired weeks, unused files and abandoned staging"
    )
    _lake(sub)
    sub.add_argument("--dry-run", action="store_true", help="say what would be done")
    sub.set_defaults(command=maintain)


def _add_readers(commands: Any) -> None:
    sub = commands.add_parser("evaluate", help="compare a published week with its truth")
    _lake(sub, required=False)
    sub.add_argument("--truth", type=Path, help="truth/ as simulate wrote it")
    _when(sub, required=False)
    sub.add_argument("--json", type=Path, help="also write the figures to this file")
    sub.add_argument(
        "--rivals", action="store_true", help="also what simple rules get on the same traffic"
    )
    sub.add_argument(
        "--pool",
        type=Path,
        nargs="+",
        metavar="JSON",
        help="add up evaluations of different lakes instead, from what --json wrote",
    )
    sub.set_defaults(command=evaluate)
    sub = commands.add_parser("report", help="write the weekly report as one HTML file")
    _lake(sub)
    _when(sub)
    sub.add_argument("--out", type=Path, required=True, help="the HTML file")
    sub.set_defaults(command=report)
    sub = commands.add_parser("sql", help="ask in Spark SQL; without a query, a prompt")
    _lake(sub)
    sub.add_argument("query", nargs="?", help='such as "select * from gold.weekly_abuse_summary"')
    sub.add_argument("--format", choices=("table", "csv", "json"), default="table")
    sub.add_argument("--limit", type=int, default=1000, help="rows shown at most (1000)")
    sub.set_defaults(command=sql)


def _lake(sub: argparse.ArgumentParser, *, required: bool = True) -> None:
    default = os.environ.get(LAKE)
    sub.add_argument(
        "--lake",
        type=Path,
        default=Path(default) if default else None,
        required=required and default is None,
        help=f"folder of the lake (${LAKE})",
    )


def _landing(sub: argparse.ArgumentParser, *, required: bool) -> None:
    default = os.environ.get(LANDING)
    sub.add_argument(
        "--landing",
        type=Path,
        default=Path(default) if default else None,
        required=required and default is None,
        help=f"landing folder (${LANDING})",
    )


def _when(sub: argparse.ArgumentParser, *, required: bool = True) -> None:
    sub.add_argument("--week", type=_week, required=required, help="its Monday, as 2026-11-09")


def _week(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a date such as 2026-11-09") from None
    if day.weekday() != 0:
        raise argparse.ArgumentTypeError(f"{text} is a {day:%A}; a week is named by its Monday")
    return day


def simulate(arguments: argparse.Namespace) -> int:
    """`stillwatch simulate`."""
    from stillwatch import simulate as simulator

    if arguments.scale <= 0:
        raise UsageError(f"--scale {arguments.scale:g} is not above 0")
    summary = simulator.run(
        out=arguments.out,
        scenario=arguments.scenario,
        scale=arguments.scale,
        seed=arguments.seed,
        weeks=arguments.weeks,
        corpus=arguments.corpus,
        week=arguments.week,
        spark_master=arguments.master,
        progress=lambda line: print(line, flush=True),
    )
    print("  ".join(f"{name} {value}" for name, value in summary.items()), flush=True)
    if arguments.spans:
        from stillwatch.simulate import spans

        print(spans.told(arguments.out))
    return 0


def _open(arguments: argparse.Namespace) -> Job:
    from stillwatch.io.runner import Job

    return Job.open(arguments.lake, arguments.week, arguments.landing, arguments.master)


def _progress(name: str, staged: Staged) -> None:
    print(f"  {name:<28} {staged.rows:>12,} rows {staged.seconds:>8.1f} s", flush=True)


def run(arguments: argparse.Namespace) -> int:
    """`stillwatch run`."""
    from stillwatch import report as reporter
    from stillwatch.io import runner

    started = time.monotonic()
    job = _open(arguments)
    print(f"week {arguments.week} of {arguments.landing} into {arguments.lake}", flush=True)
    row = runner.run_week(job, _progress)
    print(
        f"published generation {row['generation']} of {arguments.week}: quality {row['quality']}, "
        f"{time.monotonic() - started:.0f} s"
    )
    for line in runner.reconcile(job.lake, arguments.week):
        print(f"  {line}")
    if why := reporter.no_group(job.lake, arguments.week):
        print(f"  {why}")
    return 0


def step(arguments: argparse.Namespace) -> int:
    """`stillwatch step`."""
    from stillwatch.io import runner

    outcome = runner.run_step(arguments.name, _open(arguments))
    if isinstance(outcome, dict):
        print(f"published generation {outcome['generation']}: quality {outcome['quality']}")
    else:
        _progress(arguments.name, outcome)
    return 0


def plan(arguments: argparse.Namespace) -> int:
    """`stillwatch plan`."""
    for number, each in enumerate(STEPS, start=1):
        print(f"{number:>2}  {each.name:<28} {each.engine:<12} {each.doc}")
        print(f"    reads {', '.join(each.reads)}")
    return 0


def maintain(arguments: argparse.Namespace) -> int:
    """`stillwatch maintain`."""
    from stillwatch.io import maintenance
    from stillwatch.io.lake import Lake

    for line in maintenance.maintain(Lake(arguments.lake), dry_run=arguments.dry_run):
        print(line)
    return 0


def evaluate(arguments: argparse.Namespace) -> int:
    """`stillwatch evaluate`."""
    from rich.console import Console

    from stillwatch import evaluate as evaluator

    result = _pooled(arguments.pool) if arguments.pool else _evaluated(arguments)
    told = sys.stdout.isatty() or "COLUMNS" in os.environ  # how wide its reader is
    Console(width=None if told else WIDE).print(evaluator.table(result))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1, default=str) + "\n")
    else:
        print(json.dumps(result, default=str))
    return 0


def _evaluated(arguments: argparse.Namespace) -> dict[str, Any]:
    from stillwatch import evaluate as evaluator
    from stillwatch.io.lake import Lake

    missing = [name for name in ("lake", "truth", "week") if getattr(arguments, name) is None]
    if missing:
        named = ", ".join(f"--{name}" for name in missing)
        raise UsageError(f"evaluate needs {named}, or --pool with the JSON of evaluations")
    lake = Lake(arguments.lake)
    result = evaluator.evaluate(lake, arguments.truth, arguments.week)
    if arguments.rivals:
        result["rivals"] = evaluator.compare(lake, arguments.truth, arguments.week)
    return result


def _pooled(files: list[Path]) -> dict[str, Any]:
    from stillwatch import evaluate as evaluator

    results = []
    for file in files:
        try:
            results.append(json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise UsageError(f"--pool {file}: not the JSON of an evaluation: {error}") from None
    return evaluator.pool(results)


def report(arguments: argparse.Namespace) -> int:
    """`stillwatch report`."""
    from stillwatch import report as reporter
    from stillwatch.io.lake import Lake

    reporter.write(Lake(arguments.lake), arguments.week, arguments.out)
    print(arguments.out)
    return 0


def sql(arguments: argparse.Namespace) -> int:
    """`stillwatch sql`."""
    from stillwatch.io import analyst
    from stillwatch.io.lake import Lake

    console = analyst.Analyst(Lake(arguments.lake))
    if arguments.query:
        print(console.ask(arguments.query, arguments.format, arguments.limit))
    else:
        _prompt(console, arguments)
    return 0


def _prompt(console: Analyst, arguments: argparse.Namespace) -> None:
    """Reads statements ended by a semicolon until end of file."""
    terminal = sys.stdin.isatty()
    if terminal:
        print("Spark SQL, ended by ';'. SHOW TABLES IN gold; DESCRIBE gold.campaigns;")
    statement = ""
    while True:
        mark = ("stillwatch> " if not statement else "        … > ") if terminal else ""
        try:
            line = input(mark)
        except EOFError:
            line = ";" if statement.strip() else ""
            if not line:
                return
        statement += line + "\n"
        if not statement.rstrip().endswith(";"):
            continue
        try:
            print(console.ask(statement, arguments.format, arguments.limit))
        except UsageError as error:
            if not terminal:
                raise
            print(error)  # a person at the prompt corrects it and asks again
        statement = ""


if __name__ == "__main__":
    raise SystemExit(main())
