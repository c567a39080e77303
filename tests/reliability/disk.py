"""A disk that a power cut can be played on: what was flushed stays, of the rest any part may.

The rules are the usual ones, taken strictly. A write is durable when its file was flushed since; before that each of
its 512-byte sectors may be there or not, in any order. A new, removed or renamed name is durable when its folder was
flushed since; before that a folder has the first few of its changes, in order.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.reliability.shim import Io

SECTOR = 512
LEFT_OUT = ("-shm", ".lock")
"""Memory that processes share, and a lock: neither outlives them."""


@dataclass(slots=True)
class _File:
    durable: bytearray = field(default_factory=bytearray)
    pending: list[Io] = field(default_factory=list)


@dataclass(slots=True)
class Disk:
    """Folder and files as a log of calls left them."""

    durable: dict[str, _File] = field(default_factory=dict)
    live: dict[str, _File] = field(default_factory=dict)
    names: list[tuple[str, _File | None]] = field(default_factory=list)
    """Changes of names that no flush of the folder has made durable: each sets a name, or removes it."""

    @classmethod
    def holding(cls, content: Mapping[str, bytes]) -> Disk:
        """A disk with these files, all of them durable."""
        files = {name: _File(bytearray(held)) for name, held in content.items()}
        return cls(durable=dict(files), live=dict(files))

    def apply(self, io: Io) -> None:
        match io.kind:
            case "open":
                self.live[io.path] = _File()
                self.names.append((io.path, self.live[io.path]))
            case "write" | "truncate":
                self.live[io.path].pending.append(io)
            case "sync":
                file = self.live[io.path]
                for each in file.pending:
                    _perform(file.durable, each)
                file.pending.clear()
            case "unlink":
                if self.live.pop(io.path, None) is not None:
                    self.names.append((io.path, None))
            case "rename":
                self.live[io.to] = self.live.pop(io.path)
                self.names += [(io.to, self.live[io.to]), (io.path, None)]
            case "sync_folder":
                for name, named in self.names:
                    _name(self.durable, name, named)
                self.names.clear()

    def content(self) -> dict[str, bytes]:
        """Every file as a process sees it: nothing is lost while the power is on."""
        return {name: bytes(_after(file, file.pending)) for name, file in self.live.items()}

    def cut(self, chance: random.Random) -> dict[str, bytes]:
        """What is left when the power goes now."""
        names = dict(self.durable)
        for name, named in self.names[: chance.randint(0, len(self.names))]:
            _name(names, name, named)
        return {name: bytes(_after(file, _kept(file.pending, chance))) for name, file in names.items()}


def _kept(pending: list[Io], chance: random.Random) -> list[Io]:
    """The pieces of unflushed calls that reached the disk, in the order in which they did."""
    pieces = [piece for io in pending for piece in _pieces(io)]
    share = chance.choice((0.0, 0.1, 0.5, 0.9, 1.0))
    kept = [piece for piece in pieces if chance.random() < share]
    if chance.random() < 0.5:
        chance.shuffle(kept)
    return kept


def _pieces(io: Io) -> list[Io]:
    if io.kind == "truncate":
        return [io]
    found, at = [], io.offset
    while at < io.offset + len(io.data):
        end = min((at // SECTOR + 1) * SECTOR, io.offset + len(io.data))
        found.append(Io("write", io.path, at, io.data[at - io.offset : end - io.offset]))
        at = end
    return found


def _after(file: _File, calls: list[Io]) -> bytearray:
    content = bytearray(file.durable)
    for io in calls:
        _perform(content, io)
    return content


def _perform(content: bytearray, io: Io) -> None:
    if io.kind == "truncate":
        del content[io.offset :]
        content.extend(bytes(io.offset - len(content)))
        return
    content.extend(bytes(max(0, io.offset - len(content))))
    content[io.offset : io.offset + len(io.data)] = io.data


def _name(names: dict[str, _File], name: str, named: _File | None) -> None:
    if named is None:
        names.pop(name, None)
    else:
        names[name] = named
