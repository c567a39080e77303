"""Sees each call that changes a file: SQLite's through a VFS over the usual one, Python's through `os`."""

from __future__ import annotations

import os
from collections.abc import Buffer, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import apsw

type Kind = Literal["open", "write", "sync", "truncate", "unlink", "rename", "sync_folder"]


@dataclass(frozen=True, slots=True)
class Io:
    """One call. `offset` and `data` of a write, the new size of a truncation in `offset`, the new name in `to`."""

    kind: Kind
    path: str
    offset: int = 0
    data: bytes = b""
    to: str = ""
    is_sqlite: bool = False


type Watch = Callable[[Io], None]
"""Called before each call is made; may raise, and then it is not made."""

_NAME = "watched"


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Let `watch` see every call of this process until the end; SQLite's files must be opened inside."""
    vfs = _Vfs(watch)
    apsw.set_default_vfs(_NAME)
    python = _Python(watch)
    python.install()
    try:
        yield
    finally:
        python.remove()
        apsw.set_default_vfs("unix")
        apsw.unregister_vfs(_NAME)
        del vfs


class _Vfs(apsw.VFS):
    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        super().__init__(_NAME, "unix")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - SQLite's name
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        if path is not None and not os.path.exists(path):
            self._watch(Io("open", path, is_sqlite=True))
        return _File(self._watch, path or "", name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802 - SQLite's name
        self._watch(Io("unlink", filename, is_sqlite=True))
        super().xDelete(filename, syncdir)
        if syncdir:
            self._watch(Io("sync_folder", os.path.dirname(filename), is_sqlite=True))


class _File(apsw.VFSFile):
    def __init__(self, watch: Watch, path: str, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        self._watch, self._path = watch, path
        self._is_new_log = path.endswith(("-wal", "-journal"))
        super().__init__("unix", name, flags)

    def xWrite(self, data: Buffer, offset: int) -> None:  # noqa: N802 - SQLite's name
        self._watch(Io("write", self._path, offset, bytes(data), is_sqlite=True))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802 - SQLite's name
        self._watch(Io("truncate", self._path, newsize, is_sqlite=True))
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's name
        self._watch(Io("sync", self._path, is_sqlite=True))
        super().xSync(flags)
        if self._is_new_log:  # as SQLite does: the folder with the first flush of a new log
            self._is_new_log = False
            self._watch(Io("sync_folder", os.path.dirname(self._path), is_sqlite=True))


class _Python:
    """The calls of Python's own that the engine makes: all of them through `os`, by descriptor."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._before: dict[str, Any] = {name: getattr(os, name) for name in self._wrapped()}
        self._paths: dict[int, str] = {}
        self._written: set[str] = set()

    def _wrapped(self) -> dict[str, Any]:
        return {
            "open": self.open, "close": self.close, "write": self.write, "pwrite": self.pwrite,
            "fsync": self.fsync, "replace": self.replace, "unlink": self.unlink,
        }  # fmt: skip

    def install(self) -> None:
        for name, wrapper in self._wrapped().items():
            setattr(os, name, wrapper)

    def remove(self) -> None:
        for name, original in self._before.items():
            setattr(os, name, original)

    def open(self, path: Any, flags: int, mode: int = 0o777, **more: Any) -> int:
        name = os.fspath(path)
        if flags & os.O_CREAT and not os.path.exists(name):
            self._watch(Io("open", name))
        if flags & os.O_TRUNC:
            self._watch(Io("truncate", name, 0))
        descriptor: int = self._before["open"](path, flags, mode, **more)
        self._paths[descriptor] = name
        return descriptor

    def close(self, descriptor: int) -> None:
        self._paths.pop(descriptor, None)
        self._before["close"](descriptor)

    def write(self, descriptor: int, data: bytes) -> int:
        if descriptor in self._paths:
            self._written.add(self._paths[descriptor])
            self._watch(Io("write", self._paths[descriptor], os.lseek(descriptor, 0, os.SEEK_CUR), bytes(data)))
        written: int = self._before["write"](descriptor, data)
        return written

    def pwrite(self, descriptor: int, data: bytes, offset: int) -> int:
        if descriptor in self._paths:
            self._written.add(self._paths[descriptor])
            self._watch(Io("write", self._paths[descriptor], offset, bytes(data)))
        written: int = self._before["pwrite"](descriptor, data, offset)
        return written

    def fsync(self, descriptor: int) -> None:
        path = self._paths.get(descriptor)
        if path is not None and os.path.isdir(path):
            self._watch(Io("sync_folder", path))
        elif path is not None:
            if path not in self._written:  # through a file object: seen when it is flushed, as one write
                self._watch(Io("write", path, 0, Path(path).read_bytes()))
            self._watch(Io("sync", path))
        self._before["fsync"](descriptor)

    def replace(self, source: Any, target: Any, **more: Any) -> None:
        self._watch(Io("rename", os.fspath(source), to=os.fspath(target)))
        self._before["replace"](source, target, **more)

    def unlink(self, path: Any, **more: Any) -> None:
        self._watch(Io("unlink", os.fspath(path)))
        self._before["unlink"](path, **more)
