"""Single flight: equal questions that are asked at the same time are asked once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class _Flight[T]:
    task: asyncio.Task[T]
    waiting: int = 0


class Flights[T]:
    """One task per key. Whoever waits may stop waiting; a flight that nobody waits for any more is cancelled,
    unless it `outlives` its askers because its answer will be kept."""

    def __init__(self) -> None:
        self._flights: dict[Hashable, _Flight[T]] = {}

    def __len__(self) -> int:
        return len(self._flights)

    async def join(self, key: Hashable, start: Callable[[], Coroutine[Any, Any, T]], *, outlives: bool) -> T:
        """The outcome of the flight under this key, started if there is none."""
        flight = self._flights.get(key)
        if flight is None:
            task = asyncio.get_running_loop().create_task(start())
            flight = self._flights[key] = _Flight(task)
            task.add_done_callback(lambda done: self._landed(key, done))
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting and not outlives and not flight.task.done():
                self._landed(key, flight.task)  # whoever comes now must not join what is being cancelled
                flight.task.cancel()

    async def cancel(self) -> None:
        """End every flight."""
        tasks = [flight.task for flight in self._flights.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _landed(self, key: Hashable, task: asyncio.Task[T]) -> None:
        flight = self._flights.get(key)
        if flight is not None and flight.task is task:
            del self._flights[key]
        if task.done() and not task.cancelled():
            task.exception()  # seen, so that an outcome nobody waited for is not reported as lost
