"""Trees are tended beside the calls: a change is a fact, and whoever cannot remember stops."""

from __future__ import annotations

import asyncio

import pytest
from numpy.random import default_rng
from tests.unit.engine.core.world import World, document, offer

from tradewind.engine.core.compiling import interpreted
from tradewind.engine.core.events import Fact, ProfileSplit, ScorerRefitted
from tradewind.engine.core.proposing import Watch
from tradewind.engine.core.state import State
from tradewind.engine.service.problems import Refused
from tradewind.engine.service.tending import regrow_once, tend_once, tend_trees

TENURE = "customer.tenure_months"


class Garden:
    """A world that splits, and may be out of order."""

    def __init__(self, responses: int = 300) -> None:
        self.world, self.is_broken = World(document(offer("a"))), False
        self.failure: str | None = None
        rng = default_rng(1)
        for _ in range(responses):
            months = float(rng.integers(0, 600))
            token = self.world.ask(f"s{self.world.asked}", {TENURE: months})
            likely = 0.6 if months < 300 else 0.1
            self.world.answer(token, "a", "accepted" if rng.random() < likely else "rejected")

    @property
    def state(self) -> State:
        return self.world.state

    def now(self) -> int:
        return self.world.now

    def remember(self, fact: Fact) -> int:
        if self.is_broken:
            raise Refused("history_failed")
        self.world.remember(fact)
        return self.state.position


def test_a_split_that_is_due_is_remembered_once_and_counted() -> None:
    garden, watch, counted = Garden(), Watch(), list[str]()
    asyncio.run(tend_once(garden, watch, counted=counted.append))
    split = garden.world.facts[-1]
    assert isinstance(split, ProfileSplit)
    assert counted == ["split"]
    assert watch.looks == 1
    for _ in range(3):
        asyncio.run(tend_once(garden, watch, counted=counted.append))
    assert counted == ["split"]
    assert len([fact for fact in garden.world.facts if isinstance(fact, ProfileSplit)]) == 1


def test_calls_run_between_the_steps_of_a_look() -> None:
    garden, turns = Garden(), list[int]()

    async def others() -> None:
        while True:
            turns.append(1)
            await asyncio.sleep(0)

    async def scene() -> None:
        calls = asyncio.create_task(others())
        await tend_once(garden, Watch(), counted=lambda change: None)
        calls.cancel()

    asyncio.run(scene())
    assert len(turns) >= 3


def test_trees_that_are_due_are_grown_in_a_thread_and_remembered_once() -> None:
    garden = Garden(0)
    garden.world.publish(document(offer("a"), placement={"exploration": {"ranked_by": "scorer"}}, number=2))
    for number in range(30):
        token = garden.world.ask(f"s{number}", {TENURE: 20.0 * number})
        garden.world.answer(token, "a", "accepted" if number < 15 else "rejected")
    for _ in range(2):
        asyncio.run(regrow_once(garden))
    (grown,) = [fact for fact in garden.world.facts if isinstance(fact, ScorerRefitted)]
    assert (grown.offer, grown.responses) == ("a", 30)
    assert garden.state.scorers.grown[0] > 0


def test_nothing_is_grown_before_it_is_compiled() -> None:
    garden = Garden(0)
    garden.world.publish(document(offer("a"), placement={"exploration": {"ranked_by": "scorer"}}, number=2))
    for number in range(25):
        garden.world.answer(garden.world.ask(f"s{number}", {TENURE: 20.0 * number}), "a", "accepted")
    with interpreted():
        asyncio.run(regrow_once(garden))
    assert not any(isinstance(fact, ScorerRefitted) for fact in garden.world.facts)


def test_whoever_cannot_remember_stops() -> None:
    garden = Garden()
    garden.is_broken = True
    asyncio.run(tend_trees(garden, Watch(), counted=lambda change: None, period_s=0.0))
    assert not isinstance(garden.world.facts[-1], ProfileSplit)


def test_tending_ends_when_it_is_cancelled() -> None:
    async def scene() -> None:
        task = asyncio.create_task(tend_trees(Garden(0), Watch(), counted=lambda change: None, period_s=0.0))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(scene())


def test_two_changes_have_two_ids_whatever_they_are_based_on() -> None:
    ids = set()
    for _ in range(2):
        garden = Garden()
        asyncio.run(tend_once(garden, Watch(), counted=lambda change: None))
        ids.add(garden.world.facts[-1].id)
    assert len(ids) == 2
    assert all(each.startswith("predictor/") for each in ids)


class Hiccup(Garden):
    """Goes wrong the first time that it is asked what time it is."""

    asked = 0

    def now(self) -> int:
        self.asked += 1
        if self.asked == 1:
            raise ValueError("once")
        return super().now()


def test_what_goes_wrong_once_is_logged_and_tending_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    garden, counted = Hiccup(), list[str]()

    def enough(change: str) -> None:
        counted.append(change)
        garden.failure = "enough"

    asyncio.run(tend_trees(garden, Watch(), counted=enough, period_s=0.0))
    assert counted == ["split"]
    assert "could not be tended" in caplog.text
