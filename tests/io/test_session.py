"""What a session is told depends on where it runs."""

import pytest
from stillwatch.io.session import of_master

COMPRESS = "spark.shuffle.compress"


@pytest.mark.parametrize("master", ["local", "local[*]", "local[2]"])
def test_on_one_machine_blocks_are_not_compressed(master: str) -> None:
    assert of_master(master) == {"spark.driver.host": "127.0.0.1", COMPRESS: "false"}


@pytest.mark.parametrize("master", ["spark://host:7077", "yarn", "local-cluster[2,1,1024]"])
def test_a_cluster_keeps_its_own(master: str) -> None:
    assert of_master(master) == {}


def test_a_master_of_spark_submit_keeps_its_compression() -> None:
    assert COMPRESS not in of_master(None)
