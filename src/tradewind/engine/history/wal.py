"""SQLite's write-ahead log as bytes: which of its frames are whole, and what they hold.

SQLite ends its reading at the first frame whose checksum does not fit and says nothing, since that is how an
unfinished write looks; so a changed byte in it silently takes away everything behind. Layout and checksum:
"Write-ahead Log File Format", sqlite.org/fileformat2.html#walformat.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

HEADER: Final = 32
FRAME: Final = 24
_LITTLE, _BIG = 0x377F0682, 0x377F0683

type Sum = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Frame:
    """One page as a transaction left it; `number` counts from 1."""

    number: int
    page: int
    content: bytes


@dataclass(frozen=True, slots=True)
class WalHeader:
    """What every frame of one run of the log must agree with; `salt` changes whenever the log starts again."""

    page_size: int
    salt: bytes
    order: str
    sum: Sum


class BrokenWal(ValueError):  # noqa: N818 - a finding, named for what it is
    """The log's own header was changed."""


def wal_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def header_in(raw: bytes) -> WalHeader | None:
    """The header; None where the log is empty, as after a checkpoint or before its first write.

    Raises:
        BrokenWal: it does not fit its checksum.
    """
    if len(raw) < HEADER or not any(raw[:HEADER]):
        return None
    magic, _version, page_size = struct.unpack(">III", raw[:12])
    if magic not in (_LITTLE, _BIG):
        raise BrokenWal("the write-ahead log's header is damaged")
    order = "<u4" if magic == _LITTLE else ">u4"
    own = summed(raw[:24], (0, 0), order)
    if struct.pack(">II", *own) != raw[24:32]:
        raise BrokenWal("the write-ahead log's header is damaged")
    return WalHeader(page_size, raw[16:24], order, own)


def frames_in(path: Path) -> Iterator[Frame]:
    """The whole frames from the first on; the walk ends at the first that is none."""
    with path.open("rb") as file:
        header = header_in(file.read(HEADER))
        if header is None:
            return
        number, running = 0, header.sum
        while len(raw := file.read(FRAME + header.page_size)) == FRAME + header.page_size:
            running = summed(raw[FRAME:], summed(raw[:8], running, header.order), header.order)
            if raw[8:16] != header.salt or struct.pack(">II", *running) != raw[16:24]:
                return
            number += 1
            yield Frame(number, int.from_bytes(raw[:4], "big"), raw[FRAME:])


def page_said_by(path: Path, frame: int, header: WalHeader) -> int:
    """The page number in a frame, whole or not."""
    with path.open("rb") as file:
        file.seek(HEADER + (frame - 1) * (FRAME + header.page_size))
        return int.from_bytes(file.read(4), "big")


def summed(data: bytes, start: Sum, order: str) -> Sum:
    """SQLite's running checksum over pairs of 32-bit words, as one product with the powers of its matrix.

    Word by word it is `a += x + b; b += y + a`, all modulo 2**32: linear, so pair i of n enters with the matrix
    [[1, 1], [1, 2]] to the power n - 1 - i.
    """
    words = np.frombuffer(data, order).astype(np.uint32).reshape(-1, 2)
    powers, last = _powers(len(words))
    first = words[:, 0]
    second = first + words[:, 1]
    a = int((powers[:, 0] * first + powers[:, 1] * second).sum(dtype=np.uint32))
    b = int((powers[:, 1] * first + powers[:, 2] * second).sum(dtype=np.uint32))
    p, q, r = last
    return (a + p * start[0] + q * start[1]) & 0xFFFFFFFF, (b + q * start[0] + r * start[1]) & 0xFFFFFFFF


@cache
def _powers(count: int) -> tuple[NDArray[np.uint32], tuple[int, int, int]]:
    """The symmetric matrix to the powers count - 1 down to 0 as rows (p, q, r), and to the power `count`."""
    rows = []
    p, q, r = 1, 0, 1
    for _ in range(count):
        rows.append((p, q, r))
        p, q, r = (p + q) & 0xFFFFFFFF, (q + r) & 0xFFFFFFFF, (q + 2 * r) & 0xFFFFFFFF
    return np.array(rows[::-1], np.uint32), (p, q, r)
