"""One bit changed at a time, anywhere in a history, and whether `verify` says so."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.unit.engine.history.test_bytes import fill

from tradewind.engine.history import Broken, SqliteHistory, verify


def flipped_bits(folder: Path, times: int) -> Iterator[list[str]]:
    """For each bit what is wrong: nothing where verify reports it. Half of a history is closed, half was killed."""
    closed, killed = folder / "closed.sqlite", folder / "killed" / "history.sqlite"
    history = SqliteHistory(closed)
    fill(history, range(1, 401), random.Random(1))
    history.close()
    _kill(folder / "running", killed)
    chance = random.Random(2)
    for number in range(times):
        path, file = (closed, closed) if number % 2 else (killed, killed.with_name(killed.name + "-wal"))
        yield list(_flip(path, file, chance))


def _kill(running: Path, killed: Path) -> None:
    """What a writer leaves that ended in the middle: its log, and no goodbye."""
    running.mkdir()
    killed.parent.mkdir()
    history = SqliteHistory(running / killed.name)
    fill(history, range(1, 101), random.Random(3))
    for file in running.iterdir():
        if not file.name.endswith(("-shm", ".lock")):
            shutil.copy(file, killed.parent)
    history.close()


def _flip(path: Path, file: Path, chance: random.Random) -> Iterator[str]:
    content = file.read_bytes()
    at, bit = chance.randrange(len(content)), chance.randrange(8)
    file.write_bytes(content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :])
    if not isinstance(verify(path), Broken):
        yield f"byte {at} of {file.name}, bit {bit}: not reported"
    path.with_name(path.name + "-shm").unlink(missing_ok=True)
    file.write_bytes(content)
