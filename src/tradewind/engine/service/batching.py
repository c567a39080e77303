"""A batch of events as a conversation: calls come in line by line, answers go out in their order.

Each line is decided and appended without waiting for the disk; answers go out when their group is committed. The
lines of one customer are decided one after the other; those of others may overtake where one waits, for a data source
or a new key. Between two lines other calls have their turn. At most `IN_FLIGHT` answers wait: a caller who does not
read is not read from.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

import msgspec
from starlette.requests import ClientDisconnect, Request

from tradewind.engine.service import bodies, deciding, ndjson
from tradewind.engine.service.engine import Engine
from tradewind.engine.service.faults import Reader
from tradewind.engine.service.ndjson import TooLong, Write
from tradewind.engine.service.preparing import Asked
from tradewind.engine.service.problems import Refused
from tradewind.engine.wire import BatchCall, BatchLine, BatchProgress, BatchSummary, EventCall

IN_FLIGHT: Final = 256
"""Answers that may wait for the disk or for the caller."""

AT_ONCE: Final = 32
"""Lines that may wait for data sources or new keys at the same time."""

TELL_EVERY: Final = 500
TELL_EVERY_S: Final = 1.0

_ENDING: Final = ("history_failed", "starting")
"""Refusals after which no other line can do better."""

log = logging.getLogger("tradewind.engine")

_encode = msgspec.json.Encoder().encode
_call: Reader[BatchCall] = Reader(BatchCall)
_FIELDS: Final = EventCall.__struct_fields__


@dataclass(frozen=True, slots=True)
class _Line:
    """What goes out once `position` is durable; with `ends` nothing comes after it, and a summary only `well`."""

    text: bytes
    position: int = 0
    is_refusal: bool = False
    ends: Literal["", "well", "badly"] = ""


type _Answer = _Line | asyncio.Task[_Line]
"""A line's answer, or the task that will give it."""


async def hold(engine: Engine, request: Request, write: Write) -> None:
    """Answer every line of the request until it ends or its caller goes away."""
    waiting: asyncio.Queue[_Answer] = asyncio.Queue(IN_FLIGHT)
    reader = _Reader(engine, waiting)
    reading = asyncio.create_task(reader.run(request))
    try:
        await _Writer(engine, waiting, write).run()
    finally:
        reading.cancel()
        await asyncio.gather(reading, *reader.stop(), return_exceptions=True)


class _Reader:
    """Decides line by line; the last entry that it puts always ends the batch."""

    def __init__(self, engine: Engine, waiting: asyncio.Queue[_Answer]) -> None:
        self.engine = engine
        self.waiting = waiting
        self.places = asyncio.Semaphore(AT_ONCE)
        self.running: set[asyncio.Task[_Line]] = set()
        self.last_of: dict[str, asyncio.Task[_Line]] = {}

    def stop(self) -> list[asyncio.Task[_Line]]:
        """Cancel what is still being decided."""
        for task in self.running:
            task.cancel()
        return list(self.running)

    async def run(self, request: Request) -> None:
        index = 0
        try:
            async for _, line in ndjson.lines(request):
                await self.waiting.put(await self.begun(index, line))
                index += 1
                await asyncio.sleep(0)
            await self.waiting.put(_Line(b"", ends="well"))
        except ClientDisconnect:
            await self.waiting.put(_Line(b"", ends="badly"))
        except Exception:
            log.exception("a batch failed")  # without its lines: they name customers
            await self.waiting.put(_ended(Refused("failed")))

    async def begun(self, index: int, line: bytes | TooLong) -> _Answer:
        """The line's answer, or the task that gives it where it has to wait for something."""
        began = time.perf_counter()
        try:
            if isinstance(line, TooLong):
                raise Refused("body_too_large", "the line is larger than 1 MB")
            call = await bodies.message(_call, line)
        except Refused as refused:
            return _refused(index, refused)
        asked = Asked.of(call.event, _without_event(call), occurred_at=None, began=began)
        answering = self.answered(index, asked, self.last_of.get(call.customer))
        task = asyncio.Task(answering, loop=asyncio.get_running_loop(), eager_start=True)
        if task.done():
            self.done(call.customer, task)
        else:
            self.running.add(task)
            self.last_of[call.customer] = task
            task.add_done_callback(partial(self.done, call.customer))
        return task

    async def answered(self, index: int, asked: Asked, before: asyncio.Task[_Line] | None) -> _Line:
        """Run one line, behind the one `before` it of the same customer."""
        if before is not None:
            await asyncio.wait({before})
        async with self.places:
            try:
                position, answer = await deciding.handled(self.engine, asked)
            except Refused as refused:
                return _refused(index, refused)
        return _Line(b'{"index":%d,"answer":%b}\n' % (index, answer), position)

    def done(self, customer: str, task: asyncio.Task[_Line]) -> None:
        self.running.discard(task)
        if self.last_of.get(customer) is task:
            del self.last_of[customer]
        if not task.cancelled() and (failure := task.exception()):
            log.error("a line of a batch failed", exc_info=failure)


def _without_event(call: BatchCall) -> EventCall:
    """The call as it would come to its own route: the same id stands for the same call on both."""
    return EventCall(**{name: getattr(call, name) for name in _FIELDS})


def _ended(refused: Refused) -> _Line:
    return _Line(_encode(BatchLine(problem=refused.document())) + b"\n", is_refusal=True, ends="badly")


async def _line(answer: _Answer) -> _Line:
    """The answer once it is there; one that failed ends the batch."""
    if isinstance(answer, _Line):
        return answer
    try:
        return await answer
    except Exception:  # noqa: BLE001 - the reader logs it
        return _ended(Refused("failed"))


def _refused(index: int, refused: Refused) -> _Line:
    if refused.kind.name in _ENDING:
        return _ended(refused)
    return _Line(_encode(BatchLine(index=index, problem=refused.document())) + b"\n", is_refusal=True)


class _Writer:
    """Sends what is durable, in order, with the progress now and then and the summary at the end."""

    def __init__(self, engine: Engine, waiting: asyncio.Queue[_Answer], write: Write) -> None:
        self.engine = engine
        self.waiting = waiting
        self.write = write
        self.held: _Answer | None = None
        self.began = self.told_at = time.monotonic()
        self.done = self.refused = self.told = self.position = 0

    async def run(self) -> None:
        ends = ""
        while not ends:
            lines = await self.next()
            try:
                await self.send(lines)
            except Refused as refused:
                await self.write(_ended(refused).text)
                return
            ends = lines[-1].ends if lines else ""
            await self.tell()
        if ends == "well":
            await self.write(_encode(BatchLine(summary=self.summary())) + b"\n")

    async def next(self) -> list[_Line]:
        """Every answer in order that is there; nothing when a second passed without one."""
        try:
            async with asyncio.timeout(TELL_EVERY_S):
                first = self.held or await self.waiting.get()
        except TimeoutError:
            return []
        self.held = None
        lines = [await _line(first)]
        while self.held is None and not self.waiting.empty() and not lines[-1].ends:
            following = self.waiting.get_nowait()
            if isinstance(following, asyncio.Task) and not following.done():
                self.held = following
            else:
                lines.append(await _line(following))
        return lines

    async def send(self, lines: list[_Line]) -> None:
        """Raises Refused where the disk refuses: then nothing of it is answered."""
        self.position = max([self.position, *(line.position for line in lines)])
        await self.engine.durable(self.position)
        text = b"".join(line.text for line in lines)
        if text:
            await self.write(text)
        self.done += sum(not line.ends for line in lines)
        self.refused += sum(line.is_refusal and not line.ends for line in lines)

    async def tell(self) -> None:
        now = time.monotonic()
        if self.done - self.told >= TELL_EVERY or (self.done > self.told and now - self.told_at >= TELL_EVERY_S):
            self.told, self.told_at = self.done, now
            progress = BatchProgress(done=self.done, refused=self.refused)
            await self.write(_encode(BatchLine(progress=progress)) + b"\n")

    def summary(self) -> BatchSummary:
        return BatchSummary(
            done=self.done,
            refused=self.refused,
            position=str(self.position),
            elapsed_ms=round((time.monotonic() - self.began) * 1000, 3),
        )
