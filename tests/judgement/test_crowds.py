"""Which unrelated people send the same as a group: those against whom its content is seen."""

import polars as pl
from factories import RUN
from stillwatch.judgement.crowds import crowd, overlaps
from stillwatch.judgement.instruments import owned

SETTINGS = RUN.settings.judge
LAB = [f"lab{n}" for n in range(8)]
STRANGERS = [f"s{n}" for n in range(20)]


def sent(*rows: tuple[str, list[int], int]) -> pl.DataFrame:
    schema = {"account_id": pl.String, "groups": pl.List(pl.Int64), "exchanges": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def members(*rows: tuple[int, str]) -> pl.DataFrame:
    schema = {"group": pl.Int64, "account_id": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def ids(names: list[str]) -> pl.DataFrame:
    return pl.DataFrame({"account_id": names}, schema={"account_id": pl.String})


def held(layer: str, holders: int, *sharing: list[str]) -> pl.DataFrame:
    rows = [(layer, k, name, holders) for k, names in enumerate(sharing) for name in names]
    schema = {"layer": pl.String, "trace": pl.Int64, "account_id": pl.String, "holders": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_a_wrapper_around_a_benchmark_overlaps_with_the_benchmark() -> None:
    rows = sent(("lab", [0, 1], 6), ("lab", [0], 4), ("other", [1], 90), ("lab", [2], 50))
    who = members((0, "lab"), (1, "lab"), (1, "other"), (2, "lab"))
    # Of the benchmark's 96 exchanges the wrapper is in six.
    assert overlaps(rows, who).rows() == [(0, 1)]


def test_what_others_send_of_a_group_is_not_its_own() -> None:
    rows = sent(("lab", [0], 10), ("guest", [0, 1], 90), ("guest", [1], 10))
    assert overlaps(rows, members((0, "lab"), (1, "guest"))).rows() == [(1, 0)]


def of(group: list[str], other: list[str], shared: pl.DataFrame) -> list[str] | None:
    rest = crowd(ids(group), ids(other), owned(shared, SETTINGS), SETTINGS)
    return None if rest is None else rest["account_id"].to_list()


def test_a_crowd_is_as_many_people_who_share_no_instruments() -> None:
    nothing = held("payment", 2)
    assert of(LAB, [*LAB, *STRANGERS], nothing) == STRANGERS
    assert of(LAB, [*LAB, *STRANGERS[:7]], nothing) is None
    assert of(LAB[:2], STRANGERS[:4], nothing) is None


def test_another_pool_is_no_crowd() -> None:
    cards = [STRANGERS[at : at + 4] for at in range(0, 20, 4)]
    assert of(LAB, STRANGERS, held("payment", 4, *cards)) is None
    assert of(LAB, STRANGERS, held("network", 4, *cards[:3])) is None
    # A few couples, a carrier and what moves between them do not make one.
    assert of(LAB, STRANGERS, held("payment", 2, *cards[:2])) == STRANGERS
    assert of(LAB, STRANGERS, held("network", 900, STRANGERS)) == STRANGERS
    assert of(LAB, STRANGERS, held("response_reuse", 4, *cards)) == STRANGERS
    # Nor does an instrument of which a single one of them is left.
    alone = held("payment", 2, *[[name, LAB[0]] for name in STRANGERS])
    assert of(LAB, STRANGERS, alone) == STRANGERS
