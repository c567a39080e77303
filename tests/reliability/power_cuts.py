"""Power cuts: the story is told once and each call written down; then the power goes at any point of it, many times."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import apsw
from tests.reliability.disk import LEFT_OUT, Disk
from tests.reliability.doors import opened
from tests.reliability.shim import Io, watched
from tests.reliability.story import Reckoning, Word, latest, new_folder, reckon, tell_story

from tradewind.engine.history import sqlite

CHECKPOINT = 9
"""Frames, so that a short story moves its log into the file several times."""


class Unseen(AssertionError):  # noqa: N818 - a finding, named for what it is
    """The engine changed a file by a call that the shim does not see."""


@dataclass(slots=True)
class Recording:
    """Where the story took place, its key, the files before it, and what happened: calls and words, in order."""

    folder: Path
    key: str
    before: dict[str, bytes]
    happened: list[Io | Word] = field(default_factory=list)

    def cut(self, seed: int, left: Path) -> list[Word]:
        """Fill the folder `left` with what is left of a cut somewhere in the story; the words until then."""
        chance = random.Random(seed)
        until = chance.randint(1, len(self.happened))
        words = [each for each in self.happened[:until] if isinstance(each, Word)]
        content = self.disk(until).cut(chance)
        shutil.rmtree(left, ignore_errors=True)
        left.mkdir(parents=True)
        for name, held in content.items():
            if not name.endswith(LEFT_OUT):
                (left / Path(name).relative_to(self.folder)).write_bytes(held)
        return latest(words)

    def disk(self, until: int) -> Disk:
        disk = Disk.holding(self.before)
        for each in self.happened[:until]:
            if isinstance(each, Io):
                disk.apply(each)
        return disk


def record(folder: Path, *, synchronous: str = "full", customers: int = 3) -> Recording:
    """Tell the story in two sittings over a new folder, so that a start over an older history is in it as well."""
    key = new_folder(folder)
    recording = Recording(folder, key, {str(path): path.read_bytes() for path in folder.iterdir()})

    async def sit(first: int, count: int) -> None:
        async with opened(folder, key) as doors:
            await tell_story(doors, recording.happened.append, from_customer=first, customers=count)

    with _small_checkpoints(synchronous), watched(recording.happened.append):
        asyncio.run(sit(0, customers - 1))
        asyncio.run(sit(customers - 1, 1))
    _expect_all_seen(recording)
    return recording


def play(recording: Recording, seeds: range, work: Path) -> Iterator[Reckoning]:
    """Cut the power once per seed, and hold the engine to what it had acknowledged."""
    for seed in seeds:
        left = work / "left"
        words = recording.cut(seed, left)
        result = reckon(left, recording.key, words)
        result.wrong = [f"seed {seed}: {what}" for what in result.wrong]
        yield result


@contextmanager
def _small_checkpoints(synchronous: str) -> Iterator[None]:
    checkpoint, connect = sqlite.CHECKPOINT, sqlite._connect

    def weaker(path: Path) -> apsw.Connection:
        connection = connect(path)
        connection.pragma("synchronous", synchronous)
        return connection

    sqlite.CHECKPOINT, sqlite._connect = CHECKPOINT, weaker
    try:
        yield
    finally:
        sqlite.CHECKPOINT, sqlite._connect = checkpoint, connect


def _expect_all_seen(recording: Recording) -> None:
    """What the calls add up to is what lies in the folder: otherwise something was written behind the shim's back."""
    added_up = recording.disk(len(recording.happened)).content()
    for path in recording.folder.rglob("*"):
        if path.is_file() and not path.name.endswith(LEFT_OUT) and added_up.get(str(path)) != path.read_bytes():
            raise Unseen(f"{path.name} was changed by calls that the shim does not see")
