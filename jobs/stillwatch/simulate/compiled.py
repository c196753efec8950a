"""How is the writer compiled once and then loaded by every worker, never stale?

Numba checks the one file that a function stands in, and the writer's functions call each other
across files. So the cache folder is named after the contents of all of them, as in
`stillwatch.kernels.compiled`.
"""

import fcntl
import functools
import hashlib
import warnings
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numba
from numba.core import caching

P = ParamSpec("P")
R = TypeVar("R")
SOURCES = ("texts/engine.py", "line.py", "exchange.py")


@functools.cache
def digest() -> str:
    """Name the state of the compiled sources: 16 hexadecimal digits."""
    state = hashlib.sha256(numba.__version__.encode())
    for name in SOURCES:
        state.update(resources.files(__package__).joinpath(name).read_bytes())
    return state.hexdigest()[:16]


class _DigestFolder:
    def get_cache_path(self) -> str:
        return f"{super().get_cache_path()}/simulate-{digest()}"  # type: ignore[misc]


class _Provided(_DigestFolder, caching.UserProvidedCacheLocator):
    pass


class _InTree(_DigestFolder, caching.InTreeCacheLocator):
    pass


class _UserWide(_DigestFolder, caching.UserWideCacheLocator):
    pass


class _CacheImpl(caching.CompileResultCacheImpl):
    _locator_classes = [_Provided, _InTree, _UserWide]  # noqa: RUF012  (as its base has it)


class _Cache(caching.FunctionCache):
    _impl_class = _CacheImpl

    def save_overload(self, sig, data):  # type: ignore[no-untyped-def]
        # A function has several signatures here, which numba numbers by those that it finds: two
        # processes at once would give one number twice.
        with (Path(self.cache_path) / "lock").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile `function` at its first call, without the GIL, and cache its machine code."""
    dispatcher: Any = numba.njit(nogil=True, error_model="numpy")(function)
    try:
        cache: Any = _Cache
        dispatcher._cache = cache(function)
    except RuntimeError as error:
        warnings.warn(f"the writer is compiled in every process: {error}", RuntimeWarning, 2)
    return dispatcher  # type: ignore[no-any-return]
