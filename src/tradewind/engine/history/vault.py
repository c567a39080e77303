"""The vault: which random reference stands for which customer, and the key to what history holds of them.

A file of its own, so that forgetting a customer is deleting one row, with backups kept for a shorter time than
history's. The customer's id lies in it only as a keyed hash and encrypted under the customer's own key.
"""

from __future__ import annotations

import hmac
import os
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import apsw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tradewind.engine.history.entropy import Entropy

NONCE = 12
REMEMBERED = 50_000
"""How many subjects are kept in memory."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS secret (one INTEGER PRIMARY KEY CHECK (one = 1), pepper BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS subject (
    customer_hash BLOB PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    key BLOB NOT NULL,
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


class Vault:
    """Keys per customer. Used from one thread; a new subject is on the disk before it is returned."""

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
        self._file.execute("INSERT OR IGNORE INTO secret (one, pepper) VALUES (1, ?)", (os.urandom(32),))
        self._pepper: bytes = self._file.execute("SELECT pepper FROM secret").get
        self._entropy = Entropy()
        self._known: OrderedDict[str, Subject] = OrderedDict()

    def subject_of(self, customer: str) -> Subject:
        """The subject that stands for this customer, made on first use and then for ever the same."""
        known = self._known.get(customer)
        if known is not None:
            self._known.move_to_end(customer)
            return known
        return self._remember(customer, self.find(customer) or self._create(customer))

    def find(self, customer: str) -> Subject | None:
        """The subject of a customer who has one already; creates nothing."""
        row = self._file.execute("SELECT ref, key FROM subject WHERE customer_hash = ?", (self._hash(customer),))
        found = row.fetchone()
        return Subject(*found) if found else None

    def customer_of(self, ref: str) -> str | None:
        """Whom a reference stands for; None when nobody, or when they were forgotten."""
        row = self._file.execute("SELECT key, customer FROM subject WHERE ref = ?", (ref,)).fetchone()
        return _open(row[0], ref.encode(), row[1]).decode() if row else None

    def seal(self, subject: Subject, associated: bytes, plain: bytes) -> bytes:
        """Encrypt under the subject's key (AES-256-GCM); `associated` (the fact's id) is needed again to open it."""
        nonce = self._entropy.take(NONCE)
        return nonce + AESGCM(subject.key).encrypt(nonce, plain, associated)

    def unseal(self, ref: str, associated: bytes, sealed: bytes) -> bytes | None:
        """What was sealed; None when the customer was forgotten.

        Raises:
            BrokenSeal: it was changed, or sealed for another fact.
        """
        row = self._file.execute("SELECT key FROM subject WHERE ref = ?", (ref,)).fetchone()
        return _open(row[0], associated, sealed) if row else None

    def close(self) -> None:
        self._file.close()

    def _hash(self, customer: str) -> bytes:
        return hmac.digest(self._pepper, customer.encode(), sha256)

    def _create(self, customer: str) -> Subject:
        subject = Subject(ref=os.urandom(16).hex(), key=AESGCM.generate_key(256))
        sealed = self.seal(subject, subject.ref.encode(), customer.encode())
        self._file.execute(
            "INSERT INTO subject (customer_hash, ref, key, customer) VALUES (?, ?, ?, ?)",
            (self._hash(customer), subject.ref, subject.key, sealed),
        )
        return subject

    def _remember(self, customer: str, subject: Subject) -> Subject:
        self._known[customer] = subject
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return subject


def _open(key: bytes, associated: bytes, sealed: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], associated)
    except (InvalidTag, ValueError) as error:
        raise BrokenSeal("what was sealed cannot be opened") from error
