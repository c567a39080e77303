"""Predictors are tended while the engine runs: what should change in their trees is looked for, and told; and the
trees of scorers are grown again.

It happens on the loop's thread between calls, in steps of about half a millisecond at most, so no decision waits for
more than one of them; a change is a fact like any other, made on the state that it is appended to.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from typing import Final, Protocol

import msgspec

from tradewind.engine import wire
from tradewind.engine.core.events import Fact, ProfileDrifted, ProfilePruned, ProfileSplit
from tradewind.engine.core.kernels.growing import grow
from tradewind.engine.core.predictors.changing import ChangeOfTree
from tradewind.engine.core.predictors.regrowing import material, regrown
from tradewind.engine.core.proposing import Watch
from tradewind.engine.core.state import State
from tradewind.engine.service.problems import Refused

log = logging.getLogger("tradewind.engine")

PERIOD_S: Final = 1.0

CHANGES: Final[dict[type[Fact], wire.ChangeOfTree]] = {
    ProfileSplit: "split",
    ProfileDrifted: "drifted",
    ProfilePruned: "pruned",
}
"""The word for each sort of change."""


class Garden(Protocol):
    """What tending needs of an engine."""

    @property
    def failure(self) -> str | None: ...
    @property
    def state(self) -> State: ...
    def now(self) -> int: ...
    def remember(self, fact: Fact) -> int: ...


async def tend_trees(
    garden: Garden, watch: Watch, *, counted: Callable[[str], None], period_s: float = PERIOD_S
) -> None:
    """Once a period, until cancelled or until nothing can be remembered any more."""
    while garden.failure is None:
        await asyncio.sleep(period_s)
        try:
            await tend_once(garden, watch, counted=counted)
            await regrow_once(garden)
        except Refused:
            return  # the engine has said why it ends
        except Exception:
            log.exception("predictors could not be tended; they are again in a moment")


async def tend_once(garden: Garden, watch: Watch, *, counted: Callable[[str], None]) -> None:
    """Look at every row that is due, and remember what should change."""
    for row in watch.due(garden.state):
        if not watch.is_due(garden.state.leaves, row):
            continue  # a change has taken the row away
        change = await _looked(garden, watch, row)
        if change is not None:
            garden.remember(msgspec.structs.replace(change, id=f"predictor/{secrets.token_hex(16)}", at=garden.now()))
            watch.changed(garden.state.leaves, change)
            counted(CHANGES[type(change)])


async def regrow_once(garden: Garden) -> None:
    """Grow the trees of every scorer that is due, in a thread, and remember them; not before that is compiled."""
    scorers = garden.state.scorers
    if not grow.compiled:
        return
    for offer in scorers.due():
        copied = material(scorers, garden.state.samples, offer)
        fact_id = f"scorer/{secrets.token_hex(16)}"
        garden.remember(await asyncio.to_thread(regrown, copied, id=fact_id, at=garden.now()))


async def _looked(garden: Garden, watch: Watch, row: int) -> ChangeOfTree | None:
    """The change that a look finds; calls run between its steps."""
    steps = watch.look(garden.state, row, garden.now())
    while True:
        await asyncio.sleep(0)
        try:
            next(steps)
        except StopIteration as end:
            change: ChangeOfTree | None = end.value
            return change
