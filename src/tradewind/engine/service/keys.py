"""Bearer keys: random tokens with scopes, stored as hashes, seen live by a running engine.

A token is `tw_<id>_<secret>`: the id finds the row, the secret is 256 random bits, so a plain
SHA-256 is the right hash (nothing to guess slowly) and the comparison takes constant time.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import apsw

from tradewind.engine.service.commits import Commits
from tradewind.engine.wire import Scope

SCOPES: tuple[Scope, ...] = get_args(Scope)

_TABLE = """
CREATE TABLE IF NOT EXISTS keys (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    hash BLOB NOT NULL,
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT
"""


class KeysRefused(Exception):  # noqa: N818 - a refusal, named for what happened
    """The keys cannot be had, or the change of one asked for does not make sense; the message says why."""


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of one key; the token itself is never kept. Instants in seconds since the epoch."""

    id: str
    name: str
    created_at: int
    revoked_at: int | None
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Held:
    hash: bytes
    scopes: frozenset[str]


class Keyring:
    """The keys of one data folder.

    `scopes_of` is on the path of every request: it looks whether anything was committed to the file, by another process
    or this one, and reads the table again only then. So a key that is revoked opens nothing from the next request on.
    """

    def __init__(self, path: Path) -> None:
        """Raises KeysRefused where the file cannot be read or made."""
        try:
            self._connection = _connect(path)
            self._commits = Commits(path)
        except (apsw.Error, OSError) as error:
            raise KeysRefused(f"{path}: {error}") from error
        self._seen: object = None
        self._held: dict[str, _Held] = {}
        self._genuine: dict[str, frozenset[str]] = {}

    def create(self, *, name: str, scopes: tuple[str, ...], now: int) -> str:
        """Make a key and return its token, which cannot be shown again."""
        unknown = sorted(set(scopes) - set(SCOPES))
        if unknown or not scopes:
            raise KeysRefused(f"scopes are {', '.join(SCOPES)}; got {', '.join(unknown) or 'none'}")
        if not name.strip():
            raise KeysRefused("a key needs a name")
        key_id = secrets.token_hex(6)
        token = f"tw_{key_id}_{secrets.token_urlsafe(32)}"
        with self._connection:
            self._connection.execute(
                "INSERT INTO keys (id, name, hash, scopes, created_at) VALUES (?, ?, ?, ?, ?)",
                (key_id, name, _hash(token), " ".join(sorted(set(scopes))), now),
            )
        return token

    def listed(self) -> list[Key]:
        """Every key that was ever made, oldest first."""
        rows = self._connection.execute(
            "SELECT id, name, created_at, revoked_at, scopes FROM keys ORDER BY created_at, id"
        )
        return [Key(key_id, name, made, ended, frozenset(held.split())) for key_id, name, made, ended, held in rows]

    def revoke(self, *, name_or_id: str, now: int) -> list[Key]:
        """End every standing key of that name or id; returns those that it ended."""
        with self._connection:
            ended = [key for key in self.listed() if name_or_id in (key.id, key.name) and key.revoked_at is None]
            for key in ended:
                self._connection.execute("UPDATE keys SET revoked_at = ? WHERE id = ?", (now, key.id))
        if not ended:
            raise KeysRefused(f"no standing key has the name or id {name_or_id}")
        return ended

    def scopes_of(self, token: str) -> frozenset[str] | None:
        """The scopes of a standing key, or None for an unknown, malformed or revoked one."""
        head = self._commits.head()
        if head != self._seen:
            self._read()
            self._seen = head  # as it was before the table was read: what came in between is seen next time
        scopes = self._genuine.get(token)
        if scopes is None and (scopes := self._found(token)) is not None:
            self._genuine[token] = scopes
        return scopes

    def _found(self, token: str) -> frozenset[str] | None:
        _, _, rest = token.partition("_")
        key_id, _, _ = rest.partition("_")
        held = self._held.get(key_id)
        if held is None or not hmac.compare_digest(held.hash, _hash(token)):
            return None
        return held.scopes

    def close(self) -> None:
        self._connection.close()
        self._commits.close()

    def _read(self) -> None:
        rows = self._connection.execute("SELECT id, hash, scopes FROM keys WHERE revoked_at IS NULL")
        self._held = {key_id: _Held(digest, frozenset(scopes.split())) for key_id, digest, scopes in rows}
        self._genuine.clear()


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _connect(path: Path) -> apsw.Connection:
    fresh = not path.exists()
    connection = apsw.Connection(str(path))
    if fresh:
        os.chmod(path, 0o600)
    connection.set_busy_timeout(5000)
    connection.pragma("journal_mode", "wal")
    connection.pragma("synchronous", "full")
    connection.execute(_TABLE)
    return connection
