"""The data folder of a demo: one demo at a time, and the keys that scripts may use."""

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
WEB_KEY_FILE = "web-engine-key"
WEB_SCOPES = ("publish", "decide", "read")


class FolderTaken(Exception):  # noqa: N818 - it says what is, not that something failed
    """Another demo runs on this data folder."""


@contextmanager
def held(data: Path) -> Iterator[None]:
    """Holds the folder, made where it was not there, for this process. Raises FolderTaken."""
    made(data)
    with (data / "demo.lock").open("w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise FolderTaken(
                f"Another demo is running on {data}; stop it, or choose another folder with --data."
            ) from taken
        yield


def keys(data: Path) -> str:
    """Writes a key per scope to engine-keys.json, where those there no longer open, and returns the web's own key."""
    keyring = Keyring(made(data).keys)
    try:
        _for_scripts(keyring, data / KEYS_FILE)
        return _for_web(keyring, data / WEB_KEY_FILE)
    finally:
        keyring.close()


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
