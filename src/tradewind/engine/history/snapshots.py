"""Snapshots: the state at a position in a file of its own, so that a fold need not begin at the beginning.

A snapshot is a convenience and never the truth: one that is broken, of another history, of another version or of a
position that history does not have is passed over, for an older one or for none. It holds references of customers and
no customer, and no key.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from tradewind.engine.core.keeping import FOLD, packed, unpacked
from tradewind.engine.core.packing import Packed, Unpackable
from tradewind.engine.core.state import State, state_digest
from tradewind.engine.history.whole_files import flush_folder

FORMAT: Final = 1
"""Version of the file; a later one is not read."""

NEWEST: Final = 3
"""So many of the newest are kept whatever their distance."""

SHARE: Final = 4
"""Of older ones so many are kept that the gap behind a position is at most this part of the facts since then."""

_MAGIC: Final = b"TRADEWIND SNAPSHOT\n"
_SUFFIX: Final = ".snapshot"
_PARTIAL: Final = ".partial"
_LEVEL: Final = 1
_PIECE: Final = 4 << 20
_THREADS: Final = 2
_LENGTH_BYTES: Final = 8
_CHECKSUM_BYTES: Final = 32
_MOST: Final = 1 << 20
"""No header is longer; a part has a length of its own."""

_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, TypeError, RecursionError)
"""What reading bytes that were changed may end with."""

type ChainAt = Callable[[int], bytes | None]
"""The chain of history at a position, None where there is no such position."""


class Header(msgspec.Struct, frozen=True):
    """What a snapshot says of itself: `digest` of the state, `chain` of history at its position."""

    format: int
    fold: int
    position: int
    digest: str
    chain: bytes


_header = msgspec.msgpack.Decoder(Header)  # now: two threads may not come to a type's first use together


class Unusable(ValueError):  # noqa: N818 - a refusal, named for what happened
    """This snapshot is not gone on from."""


class OfAnotherVersion(Unusable):
    """It was written by another version, whose fold this one cannot judge."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A snapshot that lies in the folder; nothing of it was read yet."""

    position: int
    path: Path


class Snapshots:
    """The snapshots of one history, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def kept(self) -> list[Kept]:
        """What lies there, the newest first."""
        files = self._folder.glob(f"*{_SUFFIX}") if self._folder.is_dir() else iter(())
        found = [Kept(int(path.stem), path) for path in files if path.stem.isdecimal() and path.is_file()]
        return sorted(found, key=lambda each: each.position, reverse=True)

    def nearest(
        self, position: int, *, chain_at: ChainAt, report: Callable[[str], None], after: int = 0
    ) -> State | None:
        """The state of the newest good snapshot above `after`, at or before `position`; None where there is none.

        What is passed over is reported, a line each.
        """
        for each in self.kept():
            if not after < each.position <= position:
                continue
            try:
                return read(each.path, chain_at=chain_at)
            except (Unusable, OSError) as error:
                report(f"snapshot {each.path.name} is passed over: {error}")
        return None

    def write(self, state: State, *, chain: bytes) -> Path:
        """Keep a state whose position is durable; a power cut leaves all of the file or nothing of that name.

        Raises:
            OSError: the disk does not take it; nothing is left then.
        """
        self._folder.mkdir(mode=0o700, exist_ok=True)
        for path in self._folder.glob(f"*{_PARTIAL}"):
            path.unlink()
        path = self._folder / f"{state.position:012}{_SUFFIX}"
        partial = path.with_suffix(_PARTIAL)
        header = Header(FORMAT, FOLD, state.position, state_digest(state), chain)
        try:
            with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                _write(file, header, state)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
        flush_folder(self._folder)
        return path

    def forget_beyond(self, head: int) -> None:
        """Let go of those behind history's last position: they are of a future that a restored backup undid.

        Once history has come so far again they would look like broken ones.
        """
        for each in self.kept():
            if each.position > head:
                each.path.unlink(missing_ok=True)

    def thin(self, head: int) -> int:
        """Let go of snapshots, so that few are left and each past position still has one near; how many went.

        What another version folded is let go as well: it would be passed over.
        """
        kept = self.kept()
        wanted = spread([each.position for each in kept if _is_current(each.path)], head)
        gone = [each for each in kept if each.position not in wanted]
        for each in gone:
            each.path.unlink()
        return len(gone)


def spread(positions: list[int], head: int) -> set[int]:
    """Which of these positions, the newest first, are kept.

    The newest few are; below them a position is dropped when its neighbours are near enough to each other, measured
    by how long ago the older one is. Their number grows with the logarithm of history's length.

    >>> sorted(spread(list(range(1000, 0, -10)), 1000), reverse=True)[:9]
    [1000, 990, 980, 970, 960, 950, 940, 920, 900]
    """
    kept = positions[:NEWEST]
    for place in range(NEWEST, len(positions)):
        older = positions[place + 1] if place + 1 < len(positions) else 0
        if kept[-1] - older > (head - older) // SHARE:
            kept.append(positions[place])
    return set(kept)


def header_of(path: Path) -> Header:
    """What a snapshot says of itself; the rest is not looked at.

    Raises:
        Unusable: it is no snapshot, or of another format.
    """
    with path.open("rb") as file:
        return _Reader(file).header()


def read(path: Path, *, chain_at: ChainAt) -> State:
    """The state in a snapshot.

    Raises:
        Unusable: it is broken, of another history, of another version, or of a position that history does not have.
    """
    with path.open("rb") as file:
        reader = _Reader(file)
        header = reader.header()
        _check(header, path, chain_at(header.position))
        parts = dict(reader.parts())
        reader.end()
    try:
        state = unpacked(parts)
    except Unpackable as error:
        raise Unusable(str(error)) from error
    if state.position != header.position:
        raise Unusable(f"it holds position {state.position}")
    return state


def _check(header: Header, path: Path, chain: bytes | None) -> None:
    if header.fold != FOLD:
        raise OfAnotherVersion(f"it was folded by version {header.fold}, this is {FOLD}")
    if str(header.position) != path.stem.lstrip("0"):
        raise Unusable(f"it is of position {header.position}")
    if chain is None:
        raise Unusable("history does not have its position")
    if chain != header.chain:
        raise Unusable("it is of another history")


def _is_current(path: Path) -> bool:
    try:
        return header_of(path).fold == FOLD
    except (Unusable, OSError):
        return False


def _write(file: BinaryIO, header: Header, state: State) -> None:
    checksum = sha256()

    def put(content: bytes) -> None:
        checksum.update(content)
        file.write(content)

    put(_MAGIC)
    for block in (msgspec.msgpack.encode(header), *_blocks(state), b""):
        put(len(block).to_bytes(_LENGTH_BYTES, "little"))
        put(block)
    file.write(checksum.digest())


def _blocks(state: State) -> Iterator[bytes]:
    """Every part with its length, one behind the other, cut into pieces that are compressed each for itself."""
    with ThreadPoolExecutor(_THREADS) as pool:
        for part in packed(state):
            content = msgspec.msgpack.encode(part)
            content = len(content).to_bytes(_LENGTH_BYTES, "little") + content
            pieces = [content[start : start + _PIECE] for start in range(0, len(content), _PIECE)]
            yield from pool.map(lambda piece: zlib.compress(piece, _LEVEL), pieces)


class _Reader:
    """Takes a snapshot apart, and sums it up on the way."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._checksum = sha256()
        self._left = os.fstat(file.fileno()).st_size

    def header(self) -> Header:
        if self._take(len(_MAGIC)) != _MAGIC:
            raise Unusable("it is no snapshot")
        try:
            block = self._block(most=_MOST)
            raw = msgspec.msgpack.decode(block)
            known = raw.get("format") if isinstance(raw, dict) else None
            if known != FORMAT:
                raise OfAnotherVersion(f"its format is {known}, this version reads {FORMAT}")
            return _header.decode(block)
        except _UNREADABLE as error:
            raise Unusable(f"its header is broken: {error}") from error

    def parts(self) -> Iterator[tuple[str, Packed]]:
        """Every part by its name; nothing of it may be used before `end` has looked at the checksum."""
        try:
            with ThreadPoolExecutor(_THREADS) as pool:  # decompressing lets go of the interpreter
                pieces = pool.map(_unpressed, self._blocks())
                waiting: list[bytes] = []
                for piece in pieces:
                    waiting.append(piece)
                    yield from _whole(waiting)
        except (zlib.error, *_UNREADABLE) as error:
            raise Unusable(f"it is broken: {error}") from error
        if waiting:
            raise Unusable("its last part is not whole")

    def end(self) -> None:
        expected = self._checksum.digest()
        if self._take(_CHECKSUM_BYTES) != expected or self._left:
            raise Unusable("it does not fit its checksum")

    def _blocks(self) -> Iterator[bytes]:
        while block := self._block():
            yield block

    def _block(self, *, most: int | None = None) -> bytes:
        length = int.from_bytes(self._take(_LENGTH_BYTES), "little")
        if most is not None and length > most:
            raise Unusable("its header is broken")
        return self._take(length)

    def _take(self, count: int) -> bytes:
        if count > self._left:
            raise Unusable("it ends too soon")
        content = self._file.read(count)
        self._left -= count
        self._checksum.update(content)
        return content


def _unpressed(block: bytes) -> bytes:
    return zlib.decompress(block, bufsize=_PIECE)


def _whole(waiting: list[bytes]) -> Iterator[tuple[str, Packed]]:
    """Take out of `waiting` the part that is there as a whole, which begins with its length and a piece of its own."""
    end = _LENGTH_BYTES + int.from_bytes(waiting[0][:_LENGTH_BYTES], "little")
    have = sum(len(piece) for piece in waiting)
    if have < end:
        return
    if have > end:
        raise msgspec.DecodeError("a part has more than its length")
    content = waiting[0] if len(waiting) == 1 else b"".join(waiting)
    waiting.clear()
    with memoryview(content) as view:
        yield msgspec.msgpack.decode(view[_LENGTH_BYTES:], type=tuple[str, object])
