"""Ask a source: out of the cache, by joining a call that is under way, or by a new one behind breaker and bulkhead."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import msgspec

from tradewind.engine.core.populating import CompiledSource
from tradewind.engine.sources.breaker import Breaker
from tradewind.engine.sources.bulkhead import Bulkhead, Full
from tradewind.engine.sources.cache import Cache
from tradewind.engine.sources.charsets import Unreadable
from tradewind.engine.sources.fetched import Unanswered
from tradewind.engine.sources.fetching import Call, Fetcher
from tradewind.engine.sources.flights import Flights, Seat
from tradewind.engine.sources.mapping import Mapped, Mapper
from tradewind.engine.sources.requesting import RequestTemplate, Unsendable
from tradewind.engine.sources.secrets import Secrets

LARGE: Final = 16_384
"""Answers above so many bytes are read on a thread, so that other decisions go on."""

log = logging.getLogger("tradewind.engine")

type Counted = Callable[[str, str, int], None]
"""Told the source's name, how a call ended and how many values did not fit."""


class Answer(msgspec.Struct, frozen=True, gc=False):
    """What a source said, typed; empty unless `outcome` is `answered` or `cached`.

    Other outcomes: late, unreachable, refused, failed, too_large, garbled, not_allowed, unsendable, resting (the
    breaker is open), full (too many calls at once).
    """

    values: Mapping[str, Any]
    outcome: str


class _Asked(msgspec.Struct, frozen=True, gc=False):
    """One question, ready: `key` is everything that makes it this one, `enough_s` the time it gives the source."""

    line: _Line
    call: Call
    key: Hashable
    enough_s: float


@dataclass(slots=True)
class _Flight:
    """A call under way: when the bulkhead let it in, and how often the source had been heard by then."""

    asked: _Asked
    began: float = math.inf
    heard: int = 0

    def begin(self, now: float) -> None:
        self.began, self.heard = now, self.asked.line.heard

    def give_up(self, now: float) -> None:
        """Nobody waits any more: a failure if the source, given enough time, has said nothing to anybody."""
        line = self.asked.line
        if line.heard == self.heard and now - self.began >= self.asked.enough_s:
            line.breaker.failed()
        else:
            line.breaker.abandoned()


class Asking(msgspec.Struct, frozen=True, gc=False):
    """A question that has to be put to the source: `begin`, wait as long as one likes, and `leave` the seat."""

    source: CompiledSource
    begin: Callable[[], Seat[Answer]]


class _Line:
    """What is kept for one source while its declaration stays the same."""

    def __init__(self, source: CompiledSource, secrets: Secrets, clock: Callable[[], float]) -> None:
        self.source = source
        self.request = RequestTemplate(source.document, secrets)
        self.mapper = Mapper(source)
        self.breaker = Breaker(clock)
        self.bulkhead = Bulkhead()
        self.cache: Cache[Answer] = Cache(clock)
        self.flights: Flights[Answer] = Flights()
        self.heard = 0


class Sources:
    """Every data source of the publication in force. Used on one event loop's thread.

    Args:
        fetcher: the way out.
        secrets: what headers may name.
        counted: told how each call ended.
        clock: seconds, for breaker and cache; never goes backwards.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        secrets: Secrets,
        *,
        counted: Counted = lambda source, outcome, misfits: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetcher = fetcher
        self._secrets = secrets
        self._counted = counted
        self._clock = clock
        self._lines: dict[str, _Line] = {}

    def recall(self, source: CompiledSource, values: Mapping[str, Any], *, enough_s: float = 0.0) -> Answer | Asking:
        """The answer where nobody has to be called for it; else what `ask` is to be awaited with.

        Args:
            source: one of the publication in force.
            values: by placeholder; each one is there.
            enough_s: a call that had less time when nobody waited for it any more says nothing about the source.
        """
        try:
            line = self._line(source)
            call = line.request.call(values)
        except (Unsendable, ValueError):
            self._counted(source.name, "unsendable", 0)
            return Answer({}, "unsendable")
        key = (call.method, call.url, tuple(call.headers.items()), call.body)
        cached = line.cache.get(key)
        if cached is not None:
            self._counted(source.name, "cached", 0)
            return cached
        if line.breaker.is_resting:
            self._counted(source.name, "resting", 0)
            return Answer({}, "resting")
        return Asking(source, partial(self._begin, _Asked(line, call, key, enough_s)))

    def forget(self) -> None:
        """Empty every cache: after a customer was erased nothing of theirs may be left in one."""
        for line in self._lines.values():
            line.cache.clear()

    async def close(self) -> None:
        """End what is under way and let go of every connection."""
        for line in self._lines.values():
            await line.flights.cancel()
        await self._fetcher.close()

    def _line(self, source: CompiledSource) -> _Line:
        line = self._lines.get(source.name)
        if line is not None and line.source is not source:
            same = (line.source.document, line.source.attributes) == (source.document, source.attributes)
            line = line if same else None
        if line is None:
            line = self._lines[source.name] = _Line(source, self._secrets, self._clock)
        line.source = source
        return line

    def _begin(self, asked: _Asked) -> Seat[Answer]:
        outlives = asked.line.source.document.cache_seconds > 0
        return asked.line.flights.board(asked.key, partial(self._fly, asked), outlives=outlives)

    async def _fly(self, asked: _Asked) -> Answer:
        """One call to the source, whose end the breaker and the metrics learn."""
        line, name, flight = asked.line, asked.line.source.name, _Flight(asked)
        if not line.breaker.admit():
            self._counted(name, "resting", 0)
            return Answer({}, "resting")
        try:
            mapped = await self._called(flight)
        except asyncio.CancelledError:
            flight.give_up(asyncio.get_running_loop().time())
            self._counted(name, "late", 0)
            raise
        except Full:
            line.breaker.abandoned()
            self._counted(name, "full", 0)
            return Answer({}, "full")
        except Unanswered as error:
            _tell(line, error.outcome)
            self._counted(name, error.outcome, 0)
            return Answer({}, error.outcome)
        except Unreadable:
            line.breaker.failed()
            self._counted(name, "garbled", 0)
            return Answer({}, "garbled")
        except Exception as error:  # noqa: BLE001 - whatever an answer made a library do, the asker goes on
            log.error("the data source %s broke its reader: %s", name, type(error).__name__)
            line.breaker.failed()
            self._counted(name, "garbled", 0)
            return Answer({}, "garbled")
        line.breaker.succeeded()
        self._counted(name, "answered", mapped.misfits)
        seconds = line.source.document.cache_seconds
        line.cache.put(asked.key, Answer(mapped.values, "cached"), seconds=seconds)
        return Answer(mapped.values, "answered")

    async def _called(self, flight: _Flight) -> Mapped:
        line, now = flight.asked.line, asyncio.get_running_loop().time
        deadline = now() + line.source.document.timeout_ms / 1000
        if not line.bulkhead.is_full:
            await line.bulkhead.enter()  # at once
        else:
            try:
                async with asyncio.timeout_at(deadline):
                    await line.bulkhead.enter()
            except TimeoutError:
                raise Full from None
        try:
            flight.begin(now())
            fetched = await self._fetcher.fetch(flight.asked.call, within_s=deadline - flight.began)
            line.heard += 1
        finally:
            line.bulkhead.leave()
        if len(fetched.body) > LARGE:
            return await asyncio.to_thread(line.mapper.read, fetched)
        return line.mapper.read(fetched)


def _tell(line: _Line, outcome: str) -> None:
    """A source that refuses one request (4xx) works; one that may not be called was never reached."""
    if outcome not in ("late", "unreachable", "not_allowed"):
        line.heard += 1
    if outcome == "refused":
        line.breaker.succeeded()
    elif outcome == "not_allowed":
        line.breaker.abandoned()
    else:
        line.breaker.failed()
