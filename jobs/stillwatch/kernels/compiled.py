"""How is a kernel compiled once and then loaded by every worker?

Numba keys its cache to the one file a function stands in, and writes the index before the machine
code. A kernel that calls a helper of another file can then be loaded stale after an upgrade.
Here the cache folder is named after the contents of every file that holds compiled code, so that:

- a changed helper never meets machine code made from its predecessor;
- workers that start at once save one after the other: numba numbers the signatures of a function by
  those that it finds, and two at once would give one number twice;
- an unwritable package folder falls back to the user's cache folder, and where there is none
  either, the worker compiles for itself. A shared temporary folder is not used: the cache is
  unpickled, and anyone could have planted a file there.

Only what Python calls is cached; the machine code of its helpers is part of it.
"""

import fcntl
import functools
import hashlib
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import numba
from numba.core import caching

P = ParamSpec("P")
R = TypeVar("R")

PACKAGE = Path(__file__).parent.parent


@functools.cache
def digest() -> str:
    """Name the state of all compiled sources of the package: 16 hexadecimal digits."""
    state = hashlib.sha256(numba.__version__.encode())
    for file in sorted(PACKAGE.rglob("*.py")):
        source = file.read_bytes()
        if b"@compiled" in source or b"@helper" in source:
            state.update(str(file.relative_to(PACKAGE)).encode() + b"\0" + source)
    return state.hexdigest()[:16]


class _DigestFolder:
    """A locator's folder, one level deeper: the digest."""

    def get_cache_path(self) -> str:
        return f"{super().get_cache_path()}/compiled-{digest()}"  # type: ignore[misc]


class _Provided(_DigestFolder, caching.UserProvidedCacheLocator):
    """NUMBA_CACHE_DIR, where the operator set it."""


class _InTree(_DigestFolder, caching.InTreeCacheLocator):
    """The package's own __pycache__."""


class _UserWide(_DigestFolder, caching.UserWideCacheLocator):
    """The user's cache folder, for a package folder that cannot be written."""


class _CacheImpl(caching.CompileResultCacheImpl):
    _locator_classes = [_Provided, _InTree, _UserWide]  # noqa: RUF012 (numba declares it so)


class _Cache(caching.FunctionCache):
    _impl_class = _CacheImpl

    def save_overload(self, sig, data):  # type: ignore[no-untyped-def]
        try:
            with (Path(self.cache_path) / "lock").open("w") as held:
                fcntl.flock(held, fcntl.LOCK_EX)
                super().save_overload(sig, data)  # type: ignore[no-untyped-call]
        # A full disk costs the next worker its time, not this one its week.
        except OSError as error:
            warnings.warn(f"kernel not cached: {error}", RuntimeWarning, stacklevel=2)


def helper(function: Callable[P, R]) -> Callable[P, R]:
    """Make `function` callable from compiled ones, into which it is compiled."""
    return numba.njit(nogil=True, error_model="numpy")(function)


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile `function` at its first call, without the GIL, and cache its machine code."""
    dispatcher = numba.njit(nogil=True, error_model="numpy")(function)
    try:
        dispatcher._cache = _Cache(function)  # type: ignore[attr-defined, no-untyped-call]
    except RuntimeError as error:
        warnings.warn(f"kernels are compiled in every process: {error}", RuntimeWarning, 2)
    return dispatcher
