"""Do honest accounts write texts of their own, from the grammar and from a corpus?"""

from pathlib import Path

import pytest
from stillwatch.errors import UsageError
from stillwatch.simulate import run
from stillwatch.simulate.spans import share

pytestmark = pytest.mark.slow  # together more than ten seconds


def test_nine_in_ten_spans_belong_to_one_account(tmp_path: Path) -> None:
    run(tmp_path, scale=0.3, workers=1)
    assert share(tmp_path)["of_one_account"] > 0.9


def test_nine_in_ten_with_real_texts(tmp_path: Path, texts: Path) -> None:
    run(tmp_path, scale=0.3, corpus=texts, workers=1)
    figures = share(tmp_path)
    assert figures["spans"] > 10_000
    assert figures["of_one_account"] > 0.9


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="landing/exchanges"):
        share(tmp_path)


@pytest.mark.parametrize("folder", ["missing", "."])
def test_a_corpus_without_texts_is_refused(folder: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--corpus"):
        run(tmp_path / "out", corpus=tmp_path / folder, workers=1)
