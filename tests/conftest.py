"""One Spark session a process for all tests that need one, lazily made; a key; real texts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["airflow_fixtures"]

REPOSITORY = Path(__file__).resolve().parent.parent

# How long an example takes says how busy the machine is.
settings.register_profile("tests", deadline=None)
settings.load_profile("tests")


@pytest.fixture(scope="session", autouse=True)
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key of the tests' own, so that none touches the user's."""
    from stillwatch.io import keys

    path = tmp_path_factory.mktemp("key") / "key"
    keys.create(path)
    os.environ["STILLWATCH_KEY_FILE"] = str(path)
    return path


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """A local session with Delta: two cores, few shuffle partitions, own scratch folders."""
    from stillwatch.io import session

    scratch = tmp_path_factory.mktemp("spark")
    started = session.build(
        "local[2]",
        app="tests",
        conf={
            "spark.driver.memory": "3g",
            # Tests are short: the second compiler would cost more than its code saves. Without it
            # the code cache is 48 MiB, which a whole run fills: the JVM then interprets, or ends.
            "spark.driver.extraJavaOptions": (
                "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m"
            ),
            # Small frames: more partitions would only be more empty tasks.
            "spark.sql.shuffle.partitions": "4",
            "spark.local.dir": str(scratch / "local"),
            "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        },
    )
    yield started
    started.stop()


@pytest.fixture(scope="session")
def texts() -> Path:
    """Folder of real texts, third-party, outside the repository."""
    folder = Path(os.environ.get("STILLWATCH_TEXTS", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real texts at {folder.name}: set STILLWATCH_TEXTS to their folder")
    return folder


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long tests may take longer; of several workers none is left with a long file at the end."""
    long = [item for item in items if _is_long(item)]
    for item in long:
        item.add_marker(pytest.mark.timeout(900))
    if hasattr(config, "workerinput"):
        files = {item.path for item in long}
        items.sort(key=lambda item: item.path not in files)


def _is_long(item: pytest.Item) -> bool:
    return all(item.get_closest_marker(mark) for mark in ("spark", "slow"))
