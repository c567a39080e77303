"""Kill -9 at each call that changes a file, one after the other, and reckon after each.

    python -m tests.reliability.at_each_call [--step N] [--offset N]

Every run is a process of its own, forked from this one before anything is opened. Prints one JSON line per kill.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
from tests.reliability.doors import opened
from tests.reliability.folders import scratch
from tests.reliability.shim import Io, watched
from tests.reliability.story import Reckoning, Word, latest, new_folder, reckon, tell_story

_write = os.write
_encode = msgspec.json.Encoder().encode


def in_child(work: Callable[[int], None]) -> tuple[bytes, bool]:
    """Run `work` in a fork; what it wrote to the descriptor it was given, and whether it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            work(writing)
        except BaseException as error:  # noqa: BLE001 - told, and the process ends
            _write(2, f"{error!r}\n".encode())
            os._exit(1)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    return said, os.WIFSIGNALED(status)


def told_until_killed(data: Path, key: str, at: int) -> tuple[list[Word], bool]:
    """The story, killed before its call number `at`; the words so far, and whether it came that far."""

    def work(writing: int) -> None:
        left = at

        def watch(_: Io) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        def say(word: Word) -> None:
            _write(writing, _encode(word) + b"\n")

        async def tell() -> None:
            async with opened(data, key) as doors:
                await tell_story(doors, say)

        with watched(watch):
            asyncio.run(tell())

    said, killed = in_child(work)
    words = [msgspec.json.decode(line, type=Word) for line in said.splitlines()]
    return latest(words), killed


def reckoned(data: Path, key: str, words: list[Word]) -> Reckoning:
    def work(writing: int) -> None:
        _write(writing, _encode(reckon(data, key, words)))

    said, _ = in_child(work)
    return msgspec.json.decode(said, type=Reckoning) if said else Reckoning(wrong=["the reckoning failed"])


def kills(folder: Path, *, step: int = 1, offset: int = 0) -> None:
    base = folder / "base"
    key = new_folder(base)
    at = 1 + offset
    while True:
        data = folder / "data"
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(base, data)
        words, killed = told_until_killed(data, key, at)
        result = reckoned(data, key, words)
        print(_encode({"at": at, "killed": killed, "result": result}).decode(), flush=True)
        if not killed:
            return
        at += step


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--offset", type=int, default=0)
    arguments = parser.parse_args()
    gc.freeze()
    with scratch() as folder:
        kills(folder, step=arguments.step, offset=arguments.offset)
    return 0


if __name__ == "__main__":
    sys.exit(main())
