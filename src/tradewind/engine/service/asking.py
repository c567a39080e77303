"""Fill an event's attributes: from the session, from the call, from data sources, by assignment.

Sources are asked in parallel, those that wait for others as soon as they can be, all within the event's one time
budget. When the budget is spent the event goes on with what it has.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from tradewind.engine.core.actions import Assignment
from tradewind.engine.core.populating import Filling
from tradewind.engine.core.published import CompiledEvent
from tradewind.engine.service.preparing import Asked, Prepared
from tradewind.engine.sources import Answer, Seat, Sources

log = logging.getLogger("tradewind.engine")

_NOTHING: Final[Mapping[str, Any]] = {}


class Known(msgspec.Struct, frozen=True, gc=False):
    """An event's attributes: `values` when it decides, with the fallbacks among them; `finally_` when it has ended."""

    values: Mapping[str, Any]
    defaults: Mapping[str, Any] = {}
    finally_: Mapping[str, Any] | None = None

    @property
    def at_the_end(self) -> Mapping[str, Any]:
        """What is known after the assignments behind the decision, without fallbacks."""
        if self.finally_ is not None:
            return self.finally_
        if not self.defaults:
            return self.values
        return {name: value for name, value in self.values.items() if name not in self.defaults}


def needs_filling(event: CompiledEvent) -> bool:
    """Whether more is to be done than to put the call's attributes over the session's."""
    return bool(event.asks or event.doings.before or event.doings.after)


def merged(asked: Asked, session: Mapping[str, Any], sent: Mapping[str, Any]) -> Mapping[str, Any]:
    """The call's attributes over the session's; the very same mapping where the session knows nothing more."""
    return sent if session.keys() <= sent.keys() else {**remembered(asked, session), **sent}


def remembered(asked: Asked, session: Mapping[str, Any]) -> dict[str, Any]:
    """The session's values but those that the call says are missing (null)."""
    given = asked.call.attributes
    return {name: value for name, value in session.items() if name not in given or given[name] is not None}


async def filled(
    sources: Sources, asked: Asked, prepared: Prepared, session: Mapping[str, Any], *, occurred_at: int, until: float
) -> Known:
    """Ask what has to be asked and assign what has to be assigned; never an error.

    Nobody is waited for longer than `until`, an instant of `time.perf_counter`.
    """
    doings = prepared.event.doings
    filling = Filling(
        prepared.publication.population,
        known=remembered(asked, session),
        sent=prepared.context.values,
        call=_call(asked),
        later=doings.assigned,
    )
    await _ask(sources, filling, prepared.event, until)
    for action in doings.before:
        _assign(filling, action, occurred_at)
        await _ask(sources, filling, prepared.event, until)
    if not doings.after:
        filling.close()
        return Known(*filling.values())
    values, defaults = filling.values()
    for action in doings.after:
        _assign(filling, action, occurred_at)
        await _ask(sources, filling, prepared.event, until)
    filling.close()
    last, stood_in = filling.values()
    return Known(values, defaults, {name: value for name, value in last.items() if name not in stood_in})


def _call(asked: Asked) -> dict[str, str]:
    """What placeholders may name besides attributes."""
    call = asked.call
    said = {"customer": call.customer, "session": call.session, "agent": call.agent, "channel": call.channel}
    return {name: text for name, text in {**said, "language": call.language}.items() if text is not None}


def _assign(filling: Filling, action: Sequence[Assignment], occurred_at: int) -> None:
    values, _ = filling.values()
    for assignment in action:
        filling.assign(assignment.name, assignment.value(values, now=occurred_at))


async def _ask(sources: Sources, filling: Filling, event: CompiledEvent, until: float) -> None:
    """Until everything the event asks for is settled, or the time (of `time.perf_counter`) has come.

    Who has no time left still gets what is known without a call. A source that has had half of the budget has had
    enough: with less it may be the engine that was late.
    """
    enough_s = event.budget_ms / 2000
    running: dict[asyncio.Task[Answer], tuple[str, Seat[Answer]]] = {}
    try:
        while True:
            again = False
            left_s = until - time.perf_counter()
            for source in filling.to_ask(event.asks):
                said = sources.recall(source, filling.request_values(source), enough_s=enough_s)
                if isinstance(said, Answer):
                    filling.answered(source.name, said.values)
                    again = True
                elif left_s > 0:
                    seat = said.begin()
                    running[seat.task] = (source.name, seat)
            if again:
                continue
            if left_s <= 0:
                filling.close()
                return
            if not running:
                return
            done, _ = await asyncio.wait(running, timeout=left_s, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                name, seat = running.pop(task)
                seat.leave()
                filling.answered(name, _values(task))
    finally:
        for _, seat in running.values():
            seat.leave()


def _values(task: asyncio.Task[Answer]) -> Mapping[str, Any]:
    """What came of it; a fault of ours must not take the event down either."""
    if task.cancelled():
        return _NOTHING
    if (error := task.exception()) is not None:
        log.error("asking a source failed: %s", type(error).__name__)  # no message: it may name a customer
        return _NOTHING
    return task.result().values
