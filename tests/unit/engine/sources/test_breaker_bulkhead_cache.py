"""What stands between decisions and a source that misbehaves; the clock is turned by hand."""

from __future__ import annotations

import asyncio

import pytest

from tradewind.engine.sources.breaker import FAILURES, FIRST_REST_S, LONGEST_REST_S, Breaker
from tradewind.engine.sources.bulkhead import Bulkhead, Full
from tradewind.engine.sources.cache import Cache
from tradewind.engine.sources.flights import Flights


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def opened(clock: Clock) -> Breaker:
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        assert breaker.admit()
        breaker.failed()
    return breaker


def test_a_breaker_opens_after_so_many_failures_in_a_row() -> None:
    breaker = Breaker(Clock())
    for _ in range(FAILURES - 1):
        breaker.failed()
    breaker.succeeded()
    for _ in range(FAILURES - 1):
        breaker.failed()
    assert breaker.admit()
    breaker.failed()
    assert not breaker.admit()


def test_an_open_breaker_lets_one_probe_through_after_its_rest() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += FIRST_REST_S - 0.001
    assert not breaker.admit()
    clock.now += 0.001
    assert breaker.admit()
    assert not breaker.admit()


def test_a_good_probe_closes_the_breaker() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += FIRST_REST_S
    assert breaker.admit()
    breaker.succeeded()
    assert not breaker.is_open
    assert breaker.admit()
    assert breaker.admit()


def test_each_bad_probe_doubles_the_rest_up_to_the_longest() -> None:
    clock = Clock()
    breaker = opened(clock)
    rest_s = FIRST_REST_S
    for _ in range(12):
        clock.now += rest_s
        assert breaker.admit()
        breaker.failed()
        rest_s = min(rest_s * 2, LONGEST_REST_S)
        clock.now += rest_s - 0.001
        assert not breaker.admit()
        clock.now += 0.001 - rest_s


def test_a_probe_that_never_reached_the_source_leaves_room_for_another() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += FIRST_REST_S
    assert breaker.admit()
    breaker.abandoned()
    assert breaker.admit()


def test_a_late_failure_of_an_earlier_call_does_not_prolong_the_rest() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += FIRST_REST_S / 2
    breaker.failed()
    clock.now += FIRST_REST_S / 2
    assert breaker.admit()


def test_a_bulkhead_lets_so_many_in_and_refuses_who_would_wait_too_long_a_queue() -> None:
    async def scene() -> list[str]:
        bulkhead = Bulkhead(at_once=2, waiting=1)
        said = []
        await bulkhead.enter()
        await bulkhead.enter()
        third = asyncio.create_task(bulkhead.enter())
        await asyncio.sleep(0)
        try:
            await bulkhead.enter()
        except Full:
            said.append("full")
        bulkhead.leave()
        await third
        said.append("entered")
        return said

    assert asyncio.run(scene()) == ["full", "entered"]


def test_who_stops_waiting_frees_the_place_in_the_queue() -> None:
    async def scene() -> None:
        bulkhead = Bulkhead(at_once=1, waiting=1)
        await bulkhead.enter()
        for _ in range(3):
            waiting = asyncio.create_task(bulkhead.enter())
            await asyncio.sleep(0)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        bulkhead.leave()
        await bulkhead.enter()

    asyncio.run(scene())


def test_a_cache_keeps_an_answer_for_its_seconds() -> None:
    clock = Clock()
    cache: Cache[str] = Cache(clock)
    cache.put("a", "said", seconds=30)
    clock.now += 29.999
    assert cache.get("a") == "said"
    clock.now += 0.001
    assert cache.get("a") is None
    assert len(cache) == 0


def test_a_cache_keeps_nothing_for_zero_seconds() -> None:
    cache: Cache[str] = Cache(Clock())
    cache.put("a", "said", seconds=0)
    assert cache.get("a") is None


def test_a_cache_keeps_an_answer_for_more_seconds_than_a_clock_can_count() -> None:
    cache: Cache[str] = Cache(Clock())
    cache.put("a", "said", seconds=10**400)
    assert cache.get("a") == "said"


def test_a_full_cache_lets_go_of_what_was_not_wanted_for_longest() -> None:
    cache: Cache[int] = Cache(Clock(), most=2)
    cache.put("a", 1, seconds=9)
    cache.put("b", 2, seconds=9)
    assert cache.get("a") == 1
    cache.put("c", 3, seconds=9)
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (1, None, 3)


class Counted:
    def __init__(self) -> None:
        self.starts = 0
        self.gate = asyncio.Event()
        self.ended = ""

    async def fly(self) -> str:
        self.starts += 1
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.ended = "cancelled"
            raise
        self.ended = "landed"
        return "said"


async def joined(flights: Flights[str], counted: Counted, *, outlives: bool) -> str:
    seat = flights.board("k", counted.fly, outlives=outlives)
    try:
        return await asyncio.shield(seat.task)
    finally:
        seat.leave()


def test_equal_questions_fly_once() -> None:
    async def scene() -> tuple[int, list[str]]:
        flights: Flights[str] = Flights()
        counted = Counted()
        askers = [asyncio.create_task(joined(flights, counted, outlives=False)) for _ in range(50)]
        await asyncio.sleep(0)
        counted.gate.set()
        said = await asyncio.gather(*askers)
        assert len(flights) == 0
        return counted.starts, said

    assert asyncio.run(scene()) == (1, ["said"] * 50)


@pytest.mark.parametrize(("outlives", "ended"), [(False, "cancelled"), (True, "landed")])
def test_a_flight_nobody_waits_for_ends_unless_its_answer_is_kept(outlives: bool, ended: str) -> None:
    async def scene() -> str:
        flights: Flights[str] = Flights()
        counted = Counted()
        askers = [asyncio.create_task(joined(flights, counted, outlives=outlives)) for _ in range(2)]
        await asyncio.sleep(0)
        askers[0].cancel()
        await asyncio.sleep(0)
        assert counted.ended == ""
        askers[1].cancel()
        await asyncio.gather(*askers, return_exceptions=True)
        counted.gate.set()
        for _ in range(3):
            await asyncio.sleep(0)
        return counted.ended

    assert asyncio.run(scene()) == ended


def test_whoever_comes_after_a_cancelled_flight_starts_another() -> None:
    async def scene() -> int:
        flights: Flights[str] = Flights()
        counted = Counted()
        asker = asyncio.create_task(joined(flights, counted, outlives=False))
        await asyncio.sleep(0)
        asker.cancel()
        await asyncio.gather(asker, return_exceptions=True)
        counted.gate.set()
        assert await joined(flights, counted, outlives=False) == "said"
        return counted.starts

    assert asyncio.run(scene()) == 2
