"""The owner of State and History, on a clock of the test's own."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, SupportsIndex

import apsw
import msgspec
import pytest
from tests.publications import offer, sample

from tradewind.engine.core.events import EventHandled, OfferStopped, PublicationActivated, WindowsClosed
from tradewind.engine.core.offers import digest_of
from tradewind.engine.history import SqliteHistory, Stored
from tradewind.engine.history.lock import WriterLock
from tradewind.engine.service import deciding, publishing
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.housekeeper import close_windows
from tradewind.engine.service.learnt import predictor_view
from tradewind.engine.service.preparing import Asked
from tradewind.engine.service.problems import Refused
from tradewind.engine.wire import EventAnswer, EventCall, Publication

HOUR = 3600 * 1_000_000
START = 1_800_000_000 * 1_000_000

type Scene = Callable[[Engine, list[int]], Awaitable[None]]


def play(data: Path, scene: Scene) -> None:
    """Run a scene against an engine whose clock is the list's only member."""

    async def run() -> None:
        clock = [START]
        engine = Engine(data, report=lambda line: None, clock=lambda: clock[0])
        engine.open()
        while not engine.is_ready:
            assert engine.failure is None
            await asyncio.sleep(0.001)
        document = {**sample(), "offers": [offer("only")]}
        await publishing.publish(engine, msgspec.convert(document, Publication), document)
        try:
            await scene(engine, clock)
        finally:
            await engine.close()

    asyncio.run(run())


async def ask(engine: Engine, **fields: object) -> EventAnswer:
    call = msgspec.convert({"session": "s", "customer": "c", "channel": "call-center", **fields}, EventCall)
    asked = Asked.of("call-started", call, occurred_at=None, began=0.0)
    return msgspec.json.decode(await deciding.run(engine, asked), type=EventAnswer)


def counted(engine: Engine) -> tuple[int, int]:
    view = predictor_view(engine.state, "only")
    assert view is not None
    return view.profiles[0].shown, view.profiles[0].accepted


def test_an_unanswered_presentation_is_ignored_once_its_window_has_closed(tmp_path: Path) -> None:
    async def scene(engine: Engine, clock: list[int]) -> None:
        await ask(engine)
        clock[0] += 71 * HOUR
        assert close_windows(engine) is None
        assert counted(engine) == (0, 0)
        clock[0] += 2 * HOUR
        position = close_windows(engine)
        assert counted(engine) == (1, 0)
        assert position is not None
        await engine.durable(position)
        assert isinstance(engine.fact_at(position), WindowsClosed)
        clock[0] += 500 * HOUR
        assert close_windows(engine) is None

    play(tmp_path, scene)


def test_the_housekeeper_is_silent_while_no_window_has_ended(tmp_path: Path) -> None:
    async def scene(engine: Engine, clock: list[int]) -> None:
        assert close_windows(engine) is None
        assert engine.head == 1

    play(tmp_path, scene)


def test_history_time_never_runs_backwards(tmp_path: Path) -> None:
    async def scene(engine: Engine, clock: list[int]) -> None:
        first = await ask(engine)
        clock[0] -= 5 * HOUR
        second = await ask(engine)
        times = [engine.fact_at(int(answer.position)).at for answer in (first, second)]
        assert times == [START, START]

    play(tmp_path, scene)


def test_a_session_keeps_its_beginning_and_ends_after_a_day(tmp_path: Path) -> None:
    async def scene(engine: Engine, clock: list[int]) -> None:
        began = []
        for hours in (0, 23, 2):
            clock[0] += hours * HOUR
            fact = engine.fact_at(int((await ask(engine)).position))
            assert isinstance(fact, EventHandled)
            began.append((fact.session_started_at - START) // HOUR)
        assert began == [0, 0, 25]

    play(tmp_path, scene)


def test_how_far_the_disk_is_never_goes_back(tmp_path: Path) -> None:
    """A group is noted on the loop's thread; where it has looked and not yet written, the writer notes a later one."""

    async def scene(engine: Engine, clock: list[int]) -> None:
        done: Future[None] = Future()
        done.set_result(None)
        writer = threading.Thread(target=engine.disk._settled, args=([20, 0], done))

        class Interrupted(list[int]):
            def __getitem__(self, place: SupportsIndex | slice) -> Any:
                writer.start()
                writer.join(0.1)
                return super().__getitem__(place)

        engine.disk._settled(Interrupted([10, 0]), done)
        writer.join()
        assert engine.disk.position == 20

    play(tmp_path, scene)


def test_a_waiting_call_goes_on_as_soon_as_its_position_is_there(tmp_path: Path) -> None:
    async def scene(engine: Engine, clock: list[int]) -> None:
        waiting = asyncio.create_task(engine.reached(2, budget_ms=60_000))
        await asyncio.sleep(0)
        assert not waiting.done()
        await ask(engine)
        await waiting
        with pytest.raises(Refused):
            await engine.reached(99, budget_ms=1)

    play(tmp_path, scene)


def test_an_engine_that_is_ended_while_it_reads_its_history_closes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(engine: Engine, clock: list[int]) -> None:
        await ask(engine)

    play(tmp_path, scene)
    reading, let_go = threading.Event(), threading.Event()

    def slow(self: SqliteHistory, after: int = 0, limit: int = 1000) -> Iterable[Stored]:
        reading.set()
        assert let_go.wait(60)
        return read(self, after, 1)

    read = SqliteHistory.read
    monkeypatch.setattr(SqliteHistory, "read", slow)

    async def end_early() -> Engine:
        engine = Engine(tmp_path, report=lambda line: None)
        engine.open()
        assert await asyncio.to_thread(reading.wait, 60)
        closing = asyncio.create_task(engine.close())
        await asyncio.sleep(0)
        let_go.set()
        await closing
        return engine

    ended = asyncio.run(end_early())
    assert (ended.head, ended.failure) == (1, None)
    monkeypatch.undo()
    play_again: list[int] = []

    async def resumed(engine: Engine, clock: list[int]) -> None:
        play_again.append(engine.head)

    play(tmp_path, resumed)
    assert play_again == [2]


def test_a_lost_vault_is_told_instead_of_made_anew(tmp_path: Path) -> None:
    async def ask_once(engine: Engine, _clock: list[int]) -> None:
        await ask(engine)

    play(tmp_path, ask_once)
    (tmp_path / "vault.sqlite").unlink()
    assert "vault.sqlite" in refused(tmp_path)
    assert not (tmp_path / "vault.sqlite").exists()


def test_a_history_that_names_nobody_needs_no_vault(tmp_path: Path) -> None:
    async def nothing(_engine: Engine, _clock: list[int]) -> None:
        pass

    play(tmp_path, nothing)
    (tmp_path / "vault.sqlite").unlink()
    assert refused(tmp_path) == ""


def test_a_start_over_a_restored_history_lets_snapshots_of_its_lost_future_go(tmp_path: Path) -> None:
    async def nothing(_engine: Engine, _clock: list[int]) -> None:
        pass

    play(tmp_path, nothing)
    (tmp_path / "snapshots").mkdir(exist_ok=True)
    future = tmp_path / "snapshots" / "000000001000.snapshot"
    future.write_bytes(b"of another future")
    assert refused(tmp_path) == ""
    assert not future.exists()


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.LogCaptureFixture]:
    """What the engine logs: in a process of its own, without the web's settings for logs."""
    logger = logging.getLogger("tradewind.engine")
    monkeypatch.setattr(logger, "disabled", False)
    logger.addHandler(caplog.handler)
    yield caplog
    logger.removeHandler(caplog.handler)


def test_a_fault_of_the_engine_at_its_start_is_logged_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged: pytest.LogCaptureFixture
) -> None:
    def broken(_engine: Engine, _head: int) -> None:
        raise msgspec.ValidationError("Expected `object`, got `str`")

    monkeypatch.setattr(Engine, "_take_up_snapshot", broken)
    assert "Expected `object`, got `str`" in refused(tmp_path)
    assert "in broken" in logged.text


def test_what_is_wrong_with_a_folder_is_said_in_one_line(tmp_path: Path, logged: pytest.LogCaptureFixture) -> None:
    lock = WriterLock(tmp_path / "history.sqlite.lock")
    try:
        assert "cannot start" in refused(tmp_path)
    finally:
        lock.release()
    assert "Traceback" not in logged.text


def test_a_history_whose_publication_is_none_is_wrong_and_not_the_engine(
    tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    document = '"text"'
    history = SqliteHistory(tmp_path / "history.sqlite")
    history.append([PublicationActivated(id="p", number=1, digest=digest_of(document), document=document, at=1)])
    history.close()
    assert "is no publication" in refused(tmp_path)
    assert "Traceback" not in logged.text


def test_a_fact_that_does_not_fold_ends_the_engine_and_is_not_in_history(tmp_path: Path) -> None:
    """Nothing could start over a history that has it."""

    async def scene(engine: Engine, clock: list[int]) -> None:
        fact = PublicationActivated(id="p", number=2, digest="", document='"text"', at=clock[0])
        with pytest.raises(Refused):
            engine.remember(fact)
        assert "is no publication" in (engine.failure or "")

    play(tmp_path, scene)
    assert refused(tmp_path) == ""


def test_an_engine_says_why_history_failed_whoever_hears_of_it_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next append may come before the loop is told of the commit that failed."""

    def full(group: object) -> None:
        raise apsw.FullError("the disk is full")

    async def scene(engine: Engine, clock: list[int]) -> None:
        monkeypatch.setattr(engine.history, "_commit", full)
        engine.remember(OfferStopped(id="stop", offer="only", at=clock[0]))
        engine.history.hand_over()
        while not engine.history.failed:
            time.sleep(0.001)  # the loop must not hear of it
        with pytest.raises(Refused):
            engine.remember(OfferStopped(id="again", offer="only", at=clock[0]))
        assert "the disk is full" in (engine.failure or "")

    play(tmp_path, scene)


def test_an_id_that_was_used_is_refused_and_counts_nothing(tmp_path: Path) -> None:
    async def scene(engine: Engine, clock: list[int]) -> None:
        engine.remember(OfferStopped(id="stop", offer="only", at=clock[0]))
        with pytest.raises(Refused) as again:
            engine.remember(OfferStopped(id="stop", offer="other", at=clock[0]))
        assert again.value.kind.name == "id_used"
        assert (engine.failure, engine.head, list(engine.state.stopped)) == (None, 2, ["only"])

    play(tmp_path, scene)


def refused(data: Path) -> str:
    """Why an engine does not start over this folder; empty where it does."""

    async def run() -> str:
        engine = Engine(data, report=lambda line: None)
        engine.open()
        while not engine.is_ready and engine.failure is None:
            await asyncio.sleep(0.001)
        await engine.close()
        return engine.failure or ""

    return asyncio.run(run())
