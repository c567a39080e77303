"""A batch of events as a conversation: calls come in line by line, answers go out in their order.

Each line is decided and appended without waiting for the disk; answers go out when their group is committed. Between
two lines other calls have their turn. At most `IN_FLIGHT` answers wait: a caller who does not read is not read from.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
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


async def hold(engine: Engine, request: Request, write: Write) -> None:
    """Answer every line of the request until it ends or its caller goes away."""
    waiting: asyncio.Queue[_Line] = asyncio.Queue(IN_FLIGHT)
    reading = asyncio.create_task(_read(engine, request, waiting))
    try:
        await _Writer(engine, waiting, write).run()
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


async def _read(engine: Engine, request: Request, waiting: asyncio.Queue[_Line]) -> None:
    """Decide line by line; the last entry always ends the batch."""
    index = 0
    try:
        async for _, line in ndjson.lines(request):
            answered = await _answered(engine, index, line)
            await waiting.put(answered)
            if answered.ends:
                return
            index += 1
            await asyncio.sleep(0)
        await waiting.put(_Line(b"", ends="well"))
    except ClientDisconnect:
        await waiting.put(_Line(b"", ends="badly"))
    except Exception:
        log.exception("a batch failed")  # without its lines: they name customers
        await waiting.put(_ended(Refused("failed")))


async def _answered(engine: Engine, index: int, line: bytes | TooLong) -> _Line:
    began = time.perf_counter()
    try:
        if isinstance(line, TooLong):
            raise Refused("body_too_large", "the line is larger than 1 MB")
        call = await bodies.message(_call, line)
        asked = Asked.of(call.event, _without_event(call), occurred_at=None, began=began)
        position, answer = await deciding.handled(engine, asked)
    except Refused as refused:
        if refused.kind.name in _ENDING:
            return _ended(refused)
        return _Line(_encode(BatchLine(index=index, problem=refused.document())) + b"\n", is_refusal=True)
    return _Line(b'{"index":%d,"answer":%b}\n' % (index, answer), position)


def _without_event(call: BatchCall) -> EventCall:
    """The call as it would come to its own route: the same id stands for the same call on both."""
    return EventCall(**{name: getattr(call, name) for name in _FIELDS})


def _ended(refused: Refused) -> _Line:
    return _Line(_encode(BatchLine(problem=refused.document())) + b"\n", is_refusal=True, ends="badly")


class _Writer:
    """Sends what is durable, in order, with the progress now and then and the summary at the end."""

    def __init__(self, engine: Engine, waiting: asyncio.Queue[_Line], write: Write) -> None:
        self.engine = engine
        self.waiting = waiting
        self.write = write
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
        """Everything that waits; nothing when a second passed without a line."""
        try:
            async with asyncio.timeout(TELL_EVERY_S):
                lines = [await self.waiting.get()]
        except TimeoutError:
            return []
        while not self.waiting.empty():
            lines.append(self.waiting.get_nowait())
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
