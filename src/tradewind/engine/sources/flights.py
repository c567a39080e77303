"""Single flight: equal questions that are asked at the same time are asked once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any


class _Flight[T]:
    __slots__ = ("outlives", "task", "waiting")

    def __init__(self, task: asyncio.Task[T], *, outlives: bool) -> None:
        self.task = task
        self.outlives = outlives
        self.waiting = 0


class Seat[T]:
    """A place in a flight: wait for its `task`, never cancel it, and `leave` in the end."""

    __slots__ = ("_flight", "_flights", "_key", "task")

    def __init__(self, flights: Flights[T], key: Hashable, flight: _Flight[T]) -> None:
        self.task = flight.task
        self._flights = flights
        self._key = key
        self._flight = flight
        flight.waiting += 1

    def leave(self) -> None:
        """Wait no longer; once for each seat."""
        flight = self._flight
        flight.waiting -= 1
        if not flight.waiting and not flight.outlives and not flight.task.done():
            self._flights.landed(self._key, flight.task)  # whoever comes now must not join what is being cancelled
            flight.task.cancel()


class Flights[T]:
    """One task per key. Whoever waits may stop waiting; a flight that nobody waits for any more is cancelled,
    unless it `outlives` its askers because its answer will be kept."""

    def __init__(self) -> None:
        self._flights: dict[Hashable, _Flight[T]] = {}

    def __len__(self) -> int:
        return len(self._flights)

    def board(self, key: Hashable, start: Callable[[], Coroutine[Any, Any, T]], *, outlives: bool) -> Seat[T]:
        """A seat in the flight under this key. If there is none one is started, and runs at once until it waits."""
        flight = self._flights.get(key)
        if flight is None:
            task = asyncio.Task(start(), loop=asyncio.get_running_loop(), eager_start=True)
            flight = _Flight(task, outlives=outlives)
            if not task.done():
                self._flights[key] = flight
                task.add_done_callback(lambda done: self.landed(key, done))
        return Seat(self, key, flight)

    async def cancel(self) -> None:
        """End every flight."""
        tasks = [flight.task for flight in self._flights.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def landed(self, key: Hashable, task: asyncio.Task[T]) -> None:
        """The flight's task has ended, or is about to."""
        flight = self._flights.get(key)
        if flight is not None and flight.task is task:
            del self._flights[key]
        if task.done() and not task.cancelled():
            task.exception()  # seen, so that an outcome nobody waited for is not reported as lost
