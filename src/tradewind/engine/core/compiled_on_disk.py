"""Where compiled kernels lie, and when they are stale. Loads numba, so only `compiling` imports it, when it must."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from numba import config
from numba.core.caching import FunctionCache, InTreeCacheLocator


class BesideTheSource(InTreeCacheLocator):
    """Beside the source, stale when anything in the same folder has changed.

    A kernel has what it calls compiled in, which may lie in other files; numba by itself looks at its own file only.
    """

    def get_source_stamp(self) -> str:
        files = sorted(Path(self._py_file).parent.glob("*.py"))
        return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


class InAFolder(BesideTheSource):
    """The same in a folder of its own, for where the source cannot be written."""

    folder: str | None = None

    def get_cache_path(self) -> str:
        return self.folder or ""

    @classmethod
    def from_function(cls, py_func: Callable[..., Any], py_file: str) -> Any:
        return super().from_function(py_func, py_file) if cls.folder else None  # type: ignore[no-untyped-call]


@contextmanager
def kept(folder: str | None) -> Iterator[None]:
    """Kernels that are compiled meanwhile are kept beside their source, or in `folder`."""
    settings: Any = config
    before, InAFolder.folder = settings.CACHE_LOCATOR_CLASSES, folder
    settings.CACHE_LOCATOR_CLASSES = ",".join(f"{__name__}.{kind.__name__}" for kind in (BesideTheSource, InAFolder))
    try:
        yield
    finally:
        settings.CACHE_LOCATOR_CLASSES = before


def is_kept(function: Callable[..., Any]) -> bool:
    """Whether something compiled from this very source is there. Stands inside `kept`."""
    try:
        return bool(FunctionCache(function)._cache_file._load_index())  # type: ignore[no-untyped-call]
    except Exception:  # noqa: BLE001 - a file cut short may raise anything: it is compiled anew then
        return False


def forget(function: Callable[..., Any]) -> None:
    """Let go of what is kept of a function, so that it is compiled and kept anew. Stands inside `kept`."""
    FunctionCache(function).flush()  # type: ignore[no-untyped-call]
