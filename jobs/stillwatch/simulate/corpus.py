"""How do real texts take the place of the grammar's sentences?"""

from pathlib import Path

from stillwatch.simulate.texts.grammar import Rules


def corpus_rules(folder: Path) -> Rules:
    """Rules made from a corpus folder."""
    raise NotImplementedError(folder)
