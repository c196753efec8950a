"""Spark's own function is the oracle."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyspark.sql import functions as F
from stillwatch.kernels.xxhash import xxhash64


@pytest.mark.spark
def test_texts_of_every_length_hash_as_in_spark(spark: Any) -> None:
    texts = [None, *("äbc\u4e00\U0001f600 xyz"[: n % 13] * (n // 4 + 1) for n in range(120))]
    frame = spark.createDataFrame([(n, text) for n, text in enumerate(texts)], "n int, text string")
    # Of a null Spark returns its seed, which stands for no text here.
    said = frame.withColumn("h", F.when(F.col("text").isNotNull(), F.xxhash64("text")))
    wanted = [row.h for row in said.orderBy("n").collect()]
    assert xxhash64(pa.array(texts, pa.string())).to_pylist() == wanted


@given(st.lists(st.none() | st.text(max_size=80), min_size=1), st.integers(0, 5))
def test_a_slice_hashes_as_its_rows(texts: list[str | None], start: int) -> None:
    whole = pa.array(texts, pa.string())
    alone = [xxhash64(pa.array([text], pa.string()))[0].as_py() for text in texts]
    assert xxhash64(whole.slice(start)).to_pylist() == alone[start:]
