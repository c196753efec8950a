"""Which parts make a week? Its traffic in out/landing, and in out/truth what to judge it by.

The landing zone holds exchanges (a JSONL file an hour), accounts, models and indicators.
"""

from pathlib import Path

from others import background, campaigns, controls
from others.corpus import Corpus
from others.landing import write_lines
from others.truth import write_truth
from others.world import World

_EXCHANGES = 100_000  # at scale 1
_IDLE = 0.02  # accounts without an exchange, of those that have some
_UNRECORDED = 0.003  # share of honest accounts that accounts.jsonl leaves out


def write_week(out: Path, seed: int, scale: float, corpus: Corpus) -> int:
    """Write a week to out/landing and out/truth; return its exchanges.

    Raises:
        FileExistsError: There is an out/landing or an out/truth already.
    """
    landing, truth = out / "landing", out / "truth"
    for folder in (landing, truth):
        folder.mkdir(parents=True)
    world = World(landing, seed, scale, corpus)
    controls.run(world)
    wanted = _EXCHANGES * scale
    background.run(world, max(wanted * 0.8 - world.count, wanted * 0.3))
    campaigns.run(world)
    world.writer.close()
    _write_tables(world, landing)
    write_truth(world, truth)
    return world.count


def _write_tables(world: World, landing: Path) -> None:
    """Write accounts, models and indicators; a few idle accounts are opened for it."""
    rng = world.stream("accounts")
    rows = [account.row for account in world.accounts]
    rows += [world.account(rng, "background").row for _ in range(int(len(rows) * _IDLE))]
    honest = {account.id for account in world.accounts if account.kind == "background"}
    rows = [row for row in rows if not (row["account_id"] in honest and rng.random() < _UNRECORDED)]
    rng.shuffle(rows)
    models = [{"model": model, "launched_at": launched} for model, launched in world.models]
    write_lines(landing / "accounts.jsonl", rows)
    write_lines(landing / "models.jsonl", models)
    write_lines(landing / "indicators.jsonl", world.indicators)
