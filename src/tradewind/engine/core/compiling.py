"""Kernels: loops over arrays that run as plain Python until they are compiled, with the same results.

    @inlined
    def half(x): ...                    # what kernels call; stands in the same folder as they do

    @kernel("f8(f8[::1], i8)")          # every argument's type, as numba writes it
    def total(values, count): ...

    total.run(values, count)            # interpreted, and compiled once `warm_up` has come to it
    warm_up()                           # imports numba and compiles all; from its cache on disk if it can

`run` is an attribute and not a method, so a call costs nothing more. A kernel calls inlined functions and never
another kernel. Importing this module does not import numba.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final

_KERNELS: Final[list[Kernel[..., Any]]] = []
_INLINED: Final[list[Callable[..., object]]] = []
_COMPILING: Final = Lock()
_ERRORS: Final = "numpy"
"""Division by zero gives infinity, as in arrays: a check at every division would keep loops from being vectorised."""


class Kernel[**P, R]:
    """A function over arrays and numbers; `run` is the fastest form of it that there is by now."""

    __slots__ = ("function", "run", "signature")

    def __init__(self, function: Callable[P, R], signature: str) -> None:
        self.function = function
        self.signature = signature
        self.run: Callable[P, R] = function

    @property
    def compiled(self) -> bool:
        """Whether `run` is compiled."""
        return self.run is not self.function

    def compile(self) -> None:
        """Compile for the signature, or take what an earlier process left on disk where that can be read."""
        try:
            self.run = self._compiled(keep=True)
        except Exception:  # noqa: BLE001 - a file cut short may raise anything; a full disk takes none
            self.run = self._compiled_anew()

    def _compiled_anew(self) -> Callable[P, R]:
        from tradewind.engine.core.compiled_on_disk import forget  # noqa: PLC0415 - as below

        try:
            forget(self.function)
            return self._compiled(keep=True)
        except Exception:  # noqa: BLE001 - nothing can be kept: this process has it all the same
            return self._compiled(keep=False)

    def _compiled(self, *, keep: bool) -> Callable[P, R]:
        from numba import njit  # noqa: PLC0415 - half a second that nobody waits for who does not need it

        made: Callable[P, R] = njit(self.signature, cache=keep, nogil=True, error_model=_ERRORS)(self.function)
        return made


def kernel[**P, R](signature: str) -> Callable[[Callable[P, R]], Kernel[P, R]]:
    """Makes a function a kernel. Arrays must come contiguous and writeable where the signature says `[::1]`."""

    def made(function: Callable[P, R]) -> Kernel[P, R]:
        found = Kernel(function, signature)
        _KERNELS.append(found)
        return found

    return made


def inlined[F: Callable[..., object]](function: F) -> F:
    """Lets kernels call this function; elsewhere it stays what it is."""
    _INLINED.append(function)
    return function


def warm_up(folder: str | None = None) -> None:
    """Compile every kernel that is not compiled yet; may run in a thread while `run` is being called.

    Compiled kernels lie beside their source, or in `folder` where that cannot be written. One that lies there broken
    is compiled anew, one that cannot be kept is compiled for this process.
    """
    from numba.extending import register_jitable  # noqa: PLC0415 - as in `_compiled`

    from tradewind.engine.core.compiled_on_disk import kept  # noqa: PLC0415 - as in `_compiled`

    with _COMPILING, kept(folder):
        while _INLINED:
            register_jitable(error_model=_ERRORS)(_INLINED.pop(0))
        for each in tuple(_KERNELS):
            if not each.compiled:
                each.compile()


def are_kept(folder: str | None = None) -> bool:
    """Whether an earlier process has left every kernel on disk, beside its source or in `folder`."""
    from tradewind.engine.core.compiled_on_disk import is_kept, kept  # noqa: PLC0415 - as in `Kernel._compiled`

    with _COMPILING, kept(folder):
        return all(each.compiled or is_kept(each.function) for each in _KERNELS)


@contextmanager
def interpreted() -> Iterator[None]:
    """Every kernel runs as plain Python meanwhile: what a decision is while the compiler is at work."""
    before = [(each, each.run) for each in _KERNELS]
    for each, _ in before:
        each.run = each.function
    try:
        yield
    finally:
        for each, run in before:
            each.run = run
