"""The data folder of a demo: one demo at a time, where it answers, and the keys that scripts may use."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tradewind.engine.history.folder import made
from tradewind.engine.service.keys import SCOPES, Keyring

KEYS_FILE = "engine-keys.json"
LOCK_FILE = "demo.lock"
WEB_KEY_FILE = "web-engine-key"
WEB_SCOPES = ("publish", "decide", "read")


class FolderTaken(Exception):  # noqa: N818 - it says what is, not that something failed
    """Another demo runs on this data folder."""


@contextmanager
def held(data: Path, *, engine_url: str) -> Iterator[None]:
    """Holds the folder, made where it was not there, for this process, and notes where its engine will answer.

    Raises FolderTaken.
    """
    made(data)
    with (data / LOCK_FILE).open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise FolderTaken(
                f"Another demo is running on {data}; stop it, or choose another folder with --data."
            ) from taken
        lock.truncate(0)  # what an earlier demo noted; never that of one that holds it
        lock.write(json.dumps({"engine": engine_url}))
        lock.flush()
        yield


def running(data: Path) -> str | None:
    """Where the engine of the demo answers that holds this folder; None where none does."""
    try:
        with (data / LOCK_FILE).open(encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return str(json.loads(lock.read())["engine"])
    except (FileNotFoundError, ValueError):  # nobody was ever here, or somebody comes at this very moment
        return None
    return None


def keys(data: Path) -> str:
    """Writes a key per scope to engine-keys.json, where those there no longer open, and returns the web's own key."""
    keyring = Keyring(made(data).keys)
    try:
        _for_scripts(keyring, data / KEYS_FILE)
        return _for_web(keyring, data / WEB_KEY_FILE)
    finally:
        keyring.close()


def kept_keys(data: Path) -> dict[str, str]:
    """The keys for scripts by scope, as far as they are there."""
    return _read(data / KEYS_FILE)


def _for_scripts(keyring: Keyring, file: Path) -> None:
    kept = _read(file)
    if all(scope in (keyring.scopes_of(kept.get(scope, "")) or ()) for scope in SCOPES):
        return
    now = int(time.time())
    fresh = {scope: keyring.create(name=f"demo-{scope}", scopes=(scope,), now=now) for scope in SCOPES}
    _write(file, json.dumps(fresh, indent=2) + "\n")


def _for_web(keyring: Keyring, file: Path) -> str:
    kept = file.read_text(encoding="ascii").strip() if file.is_file() else ""
    if set(WEB_SCOPES) <= (keyring.scopes_of(kept) or frozenset()):
        return kept
    fresh = keyring.create(name="demo-web", scopes=WEB_SCOPES, now=int(time.time()))
    _write(file, fresh + "\n")
    return fresh


def _read(file: Path) -> dict[str, str]:
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(scope): str(key) for scope, key in kept.items()} if isinstance(kept, dict) else {}


def _write(file: Path, text: str) -> None:
    """Readable by its owner only from the first byte, and whole or not at all."""
    fresh = file.with_name(f".{file.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as written:
        written.write(text)
    fresh.replace(file)
