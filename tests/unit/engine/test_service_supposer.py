"""Questions of a running engine: remembered, followed, and ended, whatever the process does that works on them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tradewind.engine.service import supposer as module
from tradewind.engine.service.problems import Refused
from tradewind.engine.service.supposer import KEPT, About, Asked, Supposer

REASON = """
import sys
sys.stdin.readline()
print('{"reason": "it is so"}', flush=True)
"""
WAITING = """
import sys
sys.stdin.readline()
print('{"at": 7}', flush=True)
sys.stdin.read()
"""
ABOUT = About("digest", None, 0, 0.0)


class Counted:
    """How questions ended, in order."""

    def __init__(self) -> None:
        self.outcomes: list[str] = []


def run(tmp_path: Path, script: str, story: Callable[[Supposer], Awaitable[None]], *, counted: Counted) -> None:
    async def told() -> None:
        supposer = Supposer(tmp_path, counted=counted.outcomes.append)
        try:
            await story(supposer)
        finally:
            await asyncio.to_thread(supposer.close)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "_COMMAND", (sys.executable, "-c", script))
        asyncio.run(told())


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not is_so():
            await asyncio.sleep(0.005)


def test_how_far_it_is_is_seen_while_it_runs(tmp_path: Path) -> None:
    async def story(supposer: Supposer) -> None:
        asked = supposer.ask("{}", ABOUT, until=9)
        assert (asked.told().at, asked.told().of, asked.told().status) == (0, 9, "running")
        await until(lambda: asked.at == 7)
        assert (asked.told().at, asked.told().status) == (7, "running")
        assert supposer.running == 1

    run(tmp_path, WAITING, story, counted=Counted())


def test_the_last_ones_are_remembered(tmp_path: Path) -> None:
    counted = Counted()

    async def story(supposer: Supposer) -> None:
        every: list[Asked] = []
        for number in range(KEPT + 2):
            every.append(supposer.ask("{}", ABOUT._replace(since=number), until=number))
            await until(lambda: supposer.running == 0)
        assert {asked.told().reason for asked in every} == {"it is so"}
        assert [supposer.find(asked.id) is not None for asked in every] == [False, False, *[True] * KEPT]

    run(tmp_path, REASON, story, counted=counted)
    assert counted.outcomes == ["failed"] * (KEPT + 2)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("raise SystemExit(4)", "the process that worked on it ended with exit code 4"),
        ("import os; os.kill(os.getpid(), 15)", "the process that worked on it was ended by SIGTERM"),
        ("import sys; sys.stdin.readline(); print('{')", "the engine could not have it worked out; its log says why"),
    ],
)
def test_a_process_that_ends_without_a_word_gives_a_reason(tmp_path: Path, script: str, reason: str) -> None:
    async def story(supposer: Supposer) -> None:
        for document in ("{}", "x" * 1_000_000):
            asked = supposer.ask(document, ABOUT, until=9)
            await until(lambda: supposer.running == 0)
            assert asked.told().reason == reason
        assert supposer.process is None

    run(tmp_path, script, story, counted=Counted())


def test_while_one_is_worked_on_another_is_refused_and_the_end_ends_it(tmp_path: Path) -> None:
    counted = Counted()

    async def story(supposer: Supposer) -> None:
        asked = supposer.ask("{}", ABOUT, until=9)
        assert supposer.ask("{}", ABOUT, until=10) is asked
        with pytest.raises(Refused):
            supposer.ask("{}", ABOUT._replace(margin=0.1), until=9)
        await until(lambda: supposer.process is not None)
        process = supposer.process
        assert process is not None
        await asyncio.to_thread(supposer.close)
        assert process.returncode == -9
        await until(lambda: asked.status == "failed")

    run(tmp_path, WAITING, story, counted=counted)
    assert counted.outcomes == ["failed"]
