"""Secrets of fixed size in a SQLite file, each at a place of its own for life, so that wiping one wipes every copy.

SQLite moves the rows of a table from page to page as others come and go, and leaves what it moved behind, also with
`secure_delete`. It never moves the overflow pages of a long value: so the slots lie in long values, behind a lead
that fills whatever part of the value is kept with its row.
"""

from __future__ import annotations

from typing import Final

import apsw

KEY: Final = 32
REF: Final = 16

_SLOT: Final = KEY + REF
_A_BLOCK: Final = 240
_LEAD: Final = 4_096
_LARGEST_PAGE: Final = _LEAD
"""SQLite keeps less than a page of a long value with its row."""

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS slots (block INTEGER PRIMARY KEY, secrets BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS taken (one INTEGER PRIMARY KEY CHECK (one = 1), slots INTEGER NOT NULL) STRICT;
INSERT OR IGNORE INTO taken (one, slots) VALUES (1, 0);
"""


class Slots:
    """Slots by number, from 0; a number is given out once. Writing belongs in the caller's transaction."""

    def __init__(self, file: apsw.Connection) -> None:
        self._file = file
        if file.pragma("page_size") > _LARGEST_PAGE:
            raise ValueError("the file's pages are too large to keep slots in place")

    def take(self, key: bytes, ref: bytes) -> int:
        """Write a key and a reference into a new slot; its number."""
        if (len(key), len(ref)) != (KEY, REF):
            raise ValueError(f"a slot holds {KEY} and {REF} bytes")
        taken: int = self._file.execute("UPDATE taken SET slots = slots + 1 RETURNING slots").get
        slot = taken - 1
        block, place = divmod(slot, _A_BLOCK)
        if place == 0:
            row = (block, _LEAD + _A_BLOCK * _SLOT)
            self._file.execute("INSERT INTO slots (block, secrets) VALUES (?, zeroblob(?))", row)
        self._write(slot, key + ref)
        return slot

    def read(self, slot: int) -> tuple[bytes, bytes]:
        """The key and the reference in a slot; zeros once it was wiped."""
        block, place = divmod(slot, _A_BLOCK)
        with self._file.blob_open("main", "slots", "secrets", block, False) as blob:
            blob.seek(_LEAD + place * _SLOT)
            found = blob.read(_SLOT)
        return found[:KEY], found[KEY:]

    def wipe(self, slot: int) -> None:
        """Overwrite a slot where it lies."""
        self._write(slot, bytes(_SLOT))

    def _write(self, slot: int, content: bytes) -> None:
        block, place = divmod(slot, _A_BLOCK)
        with self._file.blob_open("main", "slots", "secrets", block, True) as blob:
            blob.seek(_LEAD + place * _SLOT)
            blob.write(content)
