"""Is a bad scenario refused in one line that names the file, the key and what is allowed?"""

from pathlib import Path

import pytest
from stillwatch.cli import main
from stillwatch.errors import UsageError
from stillwatch.simulate.scenario import load, parse, shipped

GOOD = """
accounts = 100
exchanges = 5000
[[models]]
name = "atlas-4"
launched_hours = 60
[[campaigns]]
name = "one"
accounts = 10
exchanges = 500
capabilities = { coding = 1.0 }
"""

CASES = [
    ("unknown key at the top", "accounts = 100", "accounts = 100\nspeed = 3", "speed: unknown key"),
    ("unknown key of a campaign", 'name = "one"', 'name = "one"\nfoo = 1', "campaigns[0].foo"),
    ("share over one", 'name = "one"', 'name = "one"\npivot_share = 1.2', "0.0..1.0"),
    ("dilution too high", 'name = "one"', 'name = "one"\ndilution = 0.99', "0.0..0.98"),
    ("more than its accounts can send", "exchanges = 500\n", "exchanges = 500000\n", "10..350000"),
    (
        "more than its accounts can send and hide",
        "exchanges = 500\n",
        "exchanges = 17501\ndilution = 0.95\n",
        "campaigns[0].exchanges: 17501 is not in 10..17500, what 10 accounts could send",
    ),
    ("a rung of no name", 'name = "one"', 'name = "one"\nrung = ""', "rung: '' is not in a text"),
    ("a blank rung", 'name = "one"', 'name = "one"\nrung = " "', "1..40 characters"),
    ("a rung of two lines", 'name = "one"', 'name = "one"\nrung = "a\\nb"', "1..40 characters"),
    ("a long rung", 'name = "one"', f'name = "one"\nrung = "{"x" * 41}"', "1..40 characters"),
    (
        "a number for a rung",
        'name = "one"',
        'name = "one"\nrung = 3',
        "3 is not in a text of 1..40",
    ),
    ("fewer than its accounts", "exchanges = 500\n", "exchanges = 9\n", "10..350000"),
    ("unknown capability", "coding = 1.0", "cooking = 1.0", "capabilities.cooking: unknown"),
    ("capabilities that do not sum to one", "coding = 1.0", "coding = 0.5", "allowed: 1"),
    ("an unknown step of the ladder", 'name = "one"', 'name = "one"\nladder = "x"', "verbatim"),
    ("a pivot to no model", 'name = "one"', 'name = "one"\npivot_share = 0.5', "atlas-4"),
    ("a pool of nobody", 'name = "one"', 'name = "one"\npool = "two"', "none before it"),
    ("a missing key", "accounts = 10\n", "", "campaigns[0].accounts: missing"),
    ("a word for a number", "accounts = 100", 'accounts = "many"', "'many' is not in 8.."),
    ("a truth value for a number", "accounts = 100", "accounts = true", "True is not in 8.."),
    ("too little room", "exchanges = 5000", "exchanges = 400", "is not above 500"),
    ("too few accounts", "accounts = 100", "accounts = 9", "is not above 10, those of the"),
    (
        "an unknown control",
        "[[models]]",
        "[controls]\nzoo = 1\n[[models]]",
        "controls.zoo: unknown",
    ),
    ("a negative control", "[[models]]", "[controls]\nvpn = -1\n[[models]]", "0..10000"),
    ("no room for controls", "[[models]]", "[controls]\nviral_prompt = 5\n[[models]]", "not above"),
    ("not TOML", "accounts = 100", "accounts : 100", "not a TOML file"),
]


@pytest.mark.parametrize(("old", "new", "told"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_bad_scenario_is_refused(old: str, new: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    assert old in GOOD
    file.write_text(GOOD.replace(old, new, 1))
    with pytest.raises(UsageError) as caught:
        load(file)
    message = str(caught.value)
    assert message.startswith(f"{file}: ")
    assert told in message
    assert "\n" not in message


POOLED = """
[[campaigns]]
name = "two"
accounts = {accounts}
exchanges = {exchanges}
pool = "one"
capabilities = {{ coding = 1.0 }}
"""


@pytest.mark.parametrize(
    ("accounts", "exchanges", "told"),
    [
        (11, 500, "campaigns[1].accounts: 11 is not in 1..10, the accounts of the pool 'one'"),
        (10, 349_501, "campaigns[1].exchanges: 349501 is not in 0..349500, what the pool's 10"),
    ],
)
def test_campaigns_of_a_pool_have_its_accounts_and_what_those_can_send(
    accounts: int, exchanges: int, told: str, tmp_path: Path
) -> None:
    file = tmp_path / "pool.toml"
    two = POOLED.format(accounts=accounts, exchanges=exchanges)
    file.write_text(GOOD.replace("exchanges = 5000", "exchanges = 900000", 1) + two)
    with pytest.raises(UsageError) as caught:
        load(file)
    assert str(caught.value).startswith(f"{file}: {told}")
    file.write_text(file.read_text().replace(two, POOLED.format(accounts=10, exchanges=349_500)))
    assert len(load(file).campaigns) == 2


def test_nobody_pivots_to_a_model_that_was_there_before(tmp_path: Path) -> None:
    file = tmp_path / "old.toml"
    pivot = 'name = "one"\npivot_share = 0.5\npivot_model = "atlas-4"'
    good = GOOD.replace('name = "one"', pivot, 1)
    file.write_text(good)
    assert load(file).campaigns[0].pivot_model == "atlas-4"
    file.write_text(good.replace("launched_hours = 60", "launched_hours = -1", 1))
    with pytest.raises(UsageError, match=r"pivot_model: 'atlas-4' is not in none, no model is"):
        load(file)


def test_a_good_one_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "good.toml"
    file.write_text(GOOD)
    scenario = load(file)
    assert scenario.campaigns[0].capabilities == {"coding": 1.0}
    assert scenario.models[0].launched_hours == 60.0


def test_a_campaign_may_send_what_its_accounts_can_and_name_its_rung(tmp_path: Path) -> None:
    file = tmp_path / "full.toml"
    text = GOOD.replace("exchanges = 500\n", "exchanges = 17500\ndilution = 0.95\n", 1)
    text = text.replace("exchanges = 5000\n", "exchanges = 360000\n", 1)
    file.write_text(text.replace('name = "one"', f'name = "one"\nrung = "{"x" * 40}"', 1))
    assert load(file).campaigns[0].rung == "x" * 40


def test_an_unknown_name_lists_the_shipped_ones() -> None:
    with pytest.raises(UsageError, match=r"first_light.*published_case"):
        load("no_such_scenario")


def test_campaigns_must_be_tables() -> None:
    with pytest.raises(UsageError, match=r"\[\[campaigns\]\]"):
        parse({"accounts": 10, "exchanges": 100, "campaigns": {"name": "x"}}, "x")


@pytest.mark.parametrize("name", list(shipped()))
def test_shipped_scenarios_are_good(name: str) -> None:
    assert load(name).models


def test_the_command_says_it_in_one_line_and_exits_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(GOOD.replace('name = "one"', 'name = "one"\ndilution = 1.5', 1))
    assert main(["simulate", "--out", str(tmp_path / "out"), "--scenario", str(file)]) == 2
    told = capsys.readouterr().err
    assert told == f"stillwatch: {file}: campaigns[0].dilution: 1.5 is not in 0.0..0.98\n"
    assert not (tmp_path / "out").exists()
