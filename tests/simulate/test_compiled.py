"""compiled.py: does one process at a time number the signatures of a function?"""

from __future__ import annotations

import fcntl
from pathlib import Path
from threading import Thread

import pytest
from numba.core import caching
from stillwatch.simulate import compiled
from stillwatch.simulate.texts import engine


def test_who_saves_machine_code_waits_for_whoever_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("numba.config.CACHE_DIR", str(tmp_path))
    saved: list[object] = []
    monkeypatch.setattr(
        caching.FunctionCache, "save_overload", lambda self, sig, data: saved.append(sig)
    )
    cache = compiled._Cache(engine.copy.py_func)  # type: ignore[attr-defined]
    folder = Path(cache.cache_path)
    assert folder.is_relative_to(tmp_path)
    with (folder / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        other = Thread(target=cache.save_overload, args=("signature", None))
        other.start()
        other.join(0.3)
        assert saved == []
    other.join(60)
    assert saved == ["signature"]
