"""THE MAP: which step reads what, writes what, with which transform, looking how far back?

One step a table. The Airflow DAG, the command line, the documentation and the tests iterate over
STEPS; nothing else knows the order. Standard library only, so that a scheduler can import it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stillwatch.errors import UsageError
from stillwatch.tables import TABLES

LANDING = (
    "landing.exchanges",
    "landing.accounts",
    "landing.models",
    "landing.indicators",
    "landing.decisions",
)


@dataclass(frozen=True)
class Step:
    """How one table of a week comes about.

    Attributes:
        name: The table, `<layer>.<table>`; its transform is
            `stillwatch.<layer>.<table>:transform`.
        reads: Tables (this week's, staged) and landing inputs.
        engine: arrow where rows are many: kernels do the work, in Spark's tasks but not in its
            rows; polars for small frames: no JVM is started for those. publication steps work on
            the lake itself rather than on frames.
        history: Published tables whose earlier weeks are read too, and how many weeks back, with
            what the week itself was last published with; a table without weeks is read whole.
        owner: Who answers for it.
        doc: What it does, in a sentence.
    """

    name: str
    reads: tuple[str, ...]
    engine: Literal["arrow", "polars", "publication"]
    doc: str
    owner: str = "trust-and-safety-data"
    history: tuple[tuple[str, int], ...] = ()

    @property
    def transform(self) -> str:
        return f"stillwatch.{self.name}:transform"

    @property
    def comment(self) -> str:
        return TABLES[self.name].comment


STEPS: tuple[Step, ...] = (
    Step(
        "bronze.exchanges",
        reads=("landing.exchanges",),
        engine="arrow",
        doc="Parses the week's landing files into the canonical form.",
    ),
    Step(
        "bronze.quarantine",
        reads=(
            "bronze.exchanges",
            "landing.exchanges",
            "landing.accounts",
            "landing.models",
            "landing.indicators",
        ),
        engine="polars",
        doc="Sets lines aside that do not parse, with reason and place.",
    ),
    Step(
        "bronze.accounts",
        reads=("landing.accounts",),
        engine="polars",
        doc="Takes the snapshot of accounts as of the week's end.",
    ),
    Step(
        "bronze.models",
        reads=("landing.models",),
        engine="polars",
        doc="Takes the snapshot of models and their launches.",
    ),
    Step(
        "bronze.indicators",
        reads=("landing.indicators",),
        engine="polars",
        doc="Takes the snapshot of indicators that partners shared.",
    ),
    Step(
        "silver.accounts",
        reads=("bronze.accounts",),
        engine="polars",
        doc="Hashes payment values and e-mail domains with the lake's key.",
    ),
    Step(
        "silver.exchanges",
        reads=("bronze.exchanges",),
        engine="arrow",
        doc="Keeps each exchange once, as labels, lengths, hashes and fingerprints.",
    ),
    Step(
        "silver.traces",
        reads=("silver.exchanges", "silver.accounts"),
        engine="arrow",
        doc="Collects what two accounts can have in common: account, trace, role and day.",
    ),
    Step(
        "gold.decisions",
        reads=("landing.decisions",),
        engine="polars",
        history=(("gold.decisions", 0),),
        doc="Appends analysts' decisions that are not yet recorded.",
    ),
    Step(
        "gold.account_links",
        reads=("silver.traces", "silver.exchanges"),
        engine="arrow",
        doc="Joins traces across accounts and prices each coincidence by chance.",
    ),
    Step(
        "gold.campaigns",
        reads=(
            "gold.account_links",
            "silver.traces",
            "silver.exchanges",
            "silver.accounts",
            "bronze.models",
            "bronze.indicators",
            "gold.decisions",
        ),
        engine="arrow",
        history=(("gold.campaigns", 4),),
        doc="Groups linked accounts and judges each group.",
    ),
    Step(
        "gold.campaign_exchanges",
        reads=("gold.campaigns", "silver.exchanges", "silver.accounts"),
        engine="arrow",
        doc="Attributes exchanges to campaigns by the campaigns' own traces.",
    ),
    Step(
        "gold.campaign_accounts",
        reads=("gold.campaigns", "gold.campaign_exchanges", "gold.account_links"),
        engine="polars",
        doc="Lists the accounts of each group with the reasons.",
    ),
    Step(
        "gold.campaign_evidence",
        reads=("gold.campaigns", "gold.campaign_exchanges"),
        engine="polars",
        doc="Writes each term of a verdict as a sentence with its SQL and exchanges that show it.",
    ),
    Step(
        "gold.weekly_abuse_summary",
        reads=("gold.campaigns", "silver.exchanges"),
        engine="polars",
        doc="Flattens the week's campaigns for dashboards.",
    ),
    Step(
        "gold.quality_results",
        reads=tuple(
            name for name in TABLES if name not in ("gold.quality_results", "gold.publications")
        ),
        engine="publication",
        doc="Audits every staged table with Great Expectations at its pinned version.",
    ),
    Step(
        "gold.publications",
        reads=("gold.quality_results",),
        engine="publication",
        doc="Makes the whole week visible in one commit.",
    ),
)


def step(name: str) -> Step:
    """The step of that name.

    Raises:
        UsageError: There is no such step.
    """
    for candidate in STEPS:
        if candidate.name == name:
            return candidate
    raise UsageError(f"no step {name}; the steps are {', '.join(s.name for s in STEPS)}")
