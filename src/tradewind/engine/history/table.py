"""The table that history is kept in, and the chain that ties each row to all before it."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any, Final

from tradewind.engine.core.events import Fact, decode, encode
from tradewind.engine.history.hashes import digest_of
from tradewind.engine.history.log import Stored

type Value = int | str | bytes
"""What a column holds."""

FORMAT = 1
"""Version of the rows; a later one gets its own chain rule."""

GENESIS = bytes(32)
"""What the first row is chained to."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS history (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    format INTEGER NOT NULL,
    at INTEGER NOT NULL,
    body BLOB NOT NULL,
    digest BLOB NOT NULL,
    chain BLOB NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS history_is_never_changed BEFORE UPDATE ON history
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER IF NOT EXISTS history_is_never_deleted BEFORE DELETE ON history
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
"""

COLUMNS = "position, id, kind, format, at, body, digest, chain"

FACTS = "SELECT position, kind, body FROM history WHERE position > ? ORDER BY position LIMIT ?"
"""What a fold needs of the rows behind a position, and no more: `stored` makes facts of them."""


@cache
def insert(rows: int) -> str:
    """The statement that writes so many rows at once."""
    return f"INSERT INTO history ({COLUMNS}) VALUES " + ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?)"] * rows)  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it lies in the file."""

    position: int
    id: str
    kind: str
    format: int
    at: int
    body: bytes
    digest: bytes
    chain: bytes

    @classmethod
    def read(cls, values: Sequence[Any]) -> Row:
        """The row that a query for `COLUMNS` gave."""
        return cls(*values)

    def wrong(self, position: int, previous: bytes) -> str | None:
        """What is wrong with this row where `position` is expected after the chain `previous`; None if nothing."""
        if self.position != position:
            return f"expected position {position}, found {self.position}"
        if self.format != FORMAT:
            return f"unknown format {self.format}"
        if sha256(self.body).digest() != self.digest:
            return "the body does not fit its digest"
        if link(previous, (self.position, self.id, self.kind, self.format, self.at), self.digest) != self.chain:
            return "the row does not fit the chain"
        return None

    def stored(self) -> Stored:
        """The fact at its position. Raises UnknownFact where this version does not know it."""
        return Stored(self.position, decode(self.kind, self.body))


def stored(rows: Iterable[Sequence[Any]]) -> Iterator[Stored]:
    """The facts of rows that `FACTS` gave. Raises UnknownFact where this version does not know one.

    One at a time: who folds a fact as soon as it is made finds it in the processor's cache, which saves a fifth.
    """
    return (Stored(position, decode(kind, body)) for position, kind, body in rows)


def chained(facts: Iterable[tuple[int, Fact]], previous: bytes) -> tuple[list[Value], bytes]:
    """The rows of facts at their positions, behind the chain `previous`: all values, and the chain of the last.

    The values lie one row behind the other, as `insert` takes them.
    """
    values: list[Value] = []
    for position, fact in facts:
        kind, body = encode(fact)
        digest = digest_of(body)
        previous = link(previous, (position, fact.id, kind, FORMAT, fact.at), digest)
        values += (position, fact.id, kind, FORMAT, fact.at, body, digest, previous)
    return values, previous


def link(previous: bytes, named: tuple[int, str, str, int, int], digest: bytes) -> bytes:
    """The chain of a row: SHA-256 over the chain before it, what the row is `named`, and its body's digest.

    Every part goes in with its length, so that no two rows can say the same.
    """
    position, name, kind, version, at = named
    first, second, last = b"%d" % position, name.encode(), b"%d" % at
    parts = (
        *(_length(len(previous)), previous, _length(len(first)), first, _length(len(second)), second),
        *(_measured(kind), _measured(str(version)), _length(len(last)), last, _length(len(digest)), digest),
    )
    return sha256(b"".join(parts)).digest()


_pack: Final = struct.Struct(">Q").pack
_LENGTHS: Final = [_pack(length) for length in range(256)]


def _length(length: int) -> bytes:
    return _LENGTHS[length] if length < len(_LENGTHS) else _pack(length)


@cache
def _measured(word: str) -> bytes:
    """One of the few words that stand in every row, behind its length."""
    raw = word.encode()
    return _pack(len(raw)) + raw
