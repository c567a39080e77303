"""The vault: which random reference stands for which customer, and the key to what history holds of them.

A file of its own, so that a customer is forgotten by wiping one key, with backups kept for a shorter time than
history's. The customer's id lies in it only as a keyed hash and encrypted under the customer's own key.
"""

from __future__ import annotations

import hmac
import os
from collections import OrderedDict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import apsw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tradewind.engine.history.entropy import Entropy
from tradewind.engine.history.slots import SCHEMA as SLOTS
from tradewind.engine.history.slots import Slots

NONCE = 12
REMEMBERED = 50_000
"""How many subjects are kept in memory."""

CIPHERS = 2_000
"""How many of them with a cipher that is ready: 2.5 kB each, and making one costs more than sealing with it."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS secret (one INTEGER PRIMARY KEY CHECK (one = 1), pepper BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS customer (customer_hash BLOB PRIMARY KEY, slot INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reference (
    ref TEXT PRIMARY KEY,
    slot INTEGER NOT NULL,
    customer BLOB NOT NULL
) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Subject:
    """A customer as history knows them: a random reference (32 hexadecimal digits), and the key to what is sealed."""

    ref: str
    key: bytes


class BrokenSeal(ValueError):  # noqa: N818 - a refusal, named for what happened
    """What was sealed was changed, or belongs to another fact or customer."""


class StillInUse(RuntimeError):  # noqa: N818 - a refusal, named for what happened
    """Somebody reads the file, so the log beside it could not be emptied and may still hold a key."""


class Vault:
    """Keys per customer. Used from one thread; a new subject is on the disk before it is returned.

    Keys and references lie in slots that are wiped in place. In the tables a deleted row can leave copies behind,
    since pages are rebalanced without wiping what moves; such a copy opens nothing once the slot is empty.
    """

    def __init__(self, path: Path | None) -> None:
        """Open or create the file; None keeps the keys in memory only."""
        if path is not None and not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._file = apsw.Connection(str(path) if path is not None else ":memory:")
        self._file.set_busy_timeout(5000)
        self._file.pragma("journal_mode", "wal")
        self._file.pragma("synchronous", "full")
        self._file.pragma("secure_delete", True)
        self._file.execute(_SCHEMA)
        self._file.execute(SLOTS)
        self._file.execute("INSERT OR IGNORE INTO secret (one, pepper) VALUES (1, ?)", (os.urandom(32),))
        self._pepper: bytes = self._file.execute("SELECT pepper FROM secret").get
        self._entropy = Entropy()
        self._slots = Slots(self._file)
        self._known: OrderedDict[str, Subject] = OrderedDict()
        self._ciphers: OrderedDict[str, AESGCM] = OrderedDict()
        self._take_over()

    def subject_of(self, customer: str) -> Subject:
        """The subject that stands for this customer: made on first use, and the same until they are forgotten."""
        known = self._known.get(customer)
        if known is not None:
            self._known.move_to_end(customer)
            return known
        return self._remember(customer, self.find(customer) or self._create(customer))

    def subjects_of(self, customers: Iterable[str]) -> list[Subject]:
        """The same for many at once: those that are new are on the disk together, for one write."""
        try:
            with self._file:
                subjects = [self.subject_of(customer) for customer in customers]
        except BaseException:
            self._known.clear()  # what was made is not on the disk
            raise
        return subjects

    def find(self, customer: str) -> Subject | None:
        """The subject of a customer who has one already; creates nothing."""
        query = "SELECT slot FROM customer WHERE customer_hash = ?"
        row = self._file.execute(query, (self._hash(customer),)).fetchone()
        return self._in_slot(row[0]) if row else None

    def at(self, ref: str) -> Subject | None:
        """The subject of a reference; None when it is nobody's, or they were forgotten."""
        row = self._file.execute("SELECT slot FROM reference WHERE ref = ?", (ref,)).fetchone()
        return self._in_slot(row[0]) if row else None

    def customer_of(self, ref: str) -> str | None:
        """Whom a reference stands for; None when nobody, or when they were forgotten."""
        row = self._file.execute("SELECT slot, customer FROM reference WHERE ref = ?", (ref,)).fetchone()
        subject = self._in_slot(row[0]) if row else None
        return _open(subject.key, ref.encode(), row[1]).decode() if row and subject else None

    def seal(self, subject: Subject, associated: bytes, plain: bytes) -> bytes:
        """Encrypt under the subject's key (AES-256-GCM); `associated` (the fact's id) is needed again to open it."""
        return self._sealed(self._cipher(subject), associated, plain)

    def unseal(self, ref: str, associated: bytes, sealed: bytes) -> bytes | None:
        """What was sealed; None when the customer was forgotten.

        Raises:
            BrokenSeal: it was changed, or sealed for another fact.
        """
        subject = self.at(ref)
        return _open(subject.key, associated, sealed) if subject else None

    def forget(self, refs: Collection[str]) -> list[str]:
        """Wipe the keys of these references, on the disk and from the log beside the file; the customers' ids.

        What is not there is passed over, so it may be called again.

        Raises:
            StillInUse: the keys are wiped in the file, but the log could not be emptied; call again.
        """
        with self._file:
            forgotten = [customer for ref in refs if (customer := self._wipe(ref)) is not None]
        for customer in forgotten:
            self._known.pop(customer, None)
        self.let_go(refs)
        self._empty_log()
        return forgotten

    def let_go(self, refs: Iterable[str]) -> None:
        """Keep nothing in memory of these references, whose keys were wiped through another opening of the file."""
        for ref in refs:
            self._ciphers.pop(ref, None)

    def close(self) -> None:
        self._file.close()

    def _sealed(self, cipher: AESGCM, associated: bytes, plain: bytes) -> bytes:
        nonce = self._entropy.take(NONCE)
        return nonce + cipher.encrypt(nonce, plain, associated)

    def _cipher(self, subject: Subject) -> AESGCM:
        cipher = self._ciphers.get(subject.ref)
        if cipher is None:
            cipher = self._ciphers[subject.ref] = AESGCM(subject.key)
            if len(self._ciphers) > CIPHERS:
                self._ciphers.popitem(last=False)
        else:
            self._ciphers.move_to_end(subject.ref)
        return cipher

    def _hash(self, customer: str) -> bytes:
        return hmac.digest(self._pepper, customer.encode(), sha256)

    def _create(self, customer: str) -> Subject:
        subject = Subject(ref=os.urandom(16).hex(), key=AESGCM.generate_key(256))
        sealed = self._sealed(AESGCM(subject.key), subject.ref.encode(), customer.encode())
        with self._file:
            self._insert(subject, self._hash(customer), sealed)
        return subject

    def _insert(self, subject: Subject, customer_hash: bytes, customer: bytes) -> None:
        slot = self._slots.take(subject.key, bytes.fromhex(subject.ref))
        self._file.execute("INSERT INTO customer (customer_hash, slot) VALUES (?, ?)", (customer_hash, slot))
        row = (subject.ref, slot, customer)
        self._file.execute("INSERT INTO reference (ref, slot, customer) VALUES (?, ?, ?)", row)

    def _in_slot(self, slot: int) -> Subject | None:
        """Who lies in a slot; None where another opening of the file has wiped it since its row was read."""
        key, ref = self._slots.read(slot)
        return Subject(ref.hex(), key) if any(key) else None

    def _wipe(self, ref: str) -> str | None:
        customer = self.customer_of(ref)
        if customer is None:
            return None
        query = "DELETE FROM reference WHERE ref = ? RETURNING slot"
        slot: int = self._file.execute(query, (ref,)).get
        self._file.execute("DELETE FROM customer WHERE customer_hash = ?", (self._hash(customer),))
        self._slots.wipe(slot)
        return customer

    def _empty_log(self) -> None:
        told: list[Any] = self._file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        busy, left, _ = told[0]
        if busy or left > 0:  # -1 in memory, where there is no log
            raise StillInUse("the vault's log could not be emptied")

    def _remember(self, customer: str, subject: Subject) -> Subject:
        self._known[customer] = subject
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return subject

    def _take_over(self) -> None:
        """Move what an earlier version kept as rows into slots; the pages of its table are wiped as they are freed."""
        if not self._file.execute("SELECT 1 FROM sqlite_schema WHERE name = 'subject'").fetchone():
            return
        with self._file:
            rows: list[Any] = self._file.execute("SELECT customer_hash, ref, key, customer FROM subject").fetchall()
            for customer_hash, ref, key, customer in rows:
                self._insert(Subject(ref, key), customer_hash, customer)
            self._file.execute("DROP TABLE subject")
        self._empty_log()


def _open(key: bytes, associated: bytes, sealed: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], associated)
    except (InvalidTag, ValueError) as error:
        raise BrokenSeal("what was sealed cannot be opened") from error
