"""Outcomes that come in stages, or late, teach what they would have taught had all of them come at once."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.engine.core.world import DAY, HOUR, Json, World, document, offer

from tradewind.engine.core.responses import Recordable, Refused

STAGES = {"interested": 0.1, "agreed": 0.4}
KEPT = 0.5
WINDOWS = {"interested": 24, "agreed": 72, "kept": 30 * 24, "rejected": 72}


def total_of(stages: tuple[str, ...], *, kept: bool) -> str:
    """The name of the one outcome that brings what these bring together."""
    return "_".join((*sorted(stages), *(("kept",) if kept else ()), "at-once"))


def outcomes() -> list[Json]:
    """The stages, and what brings as much as any of them together."""
    staged = [{"name": name, "reward": reward, "final": False} for name, reward in STAGES.items()]
    ends = [{"name": "kept", "reward": KEPT, "final": True}, {"name": "rejected", "reward": 0.0, "final": True}]
    at_once = [
        {
            "name": total_of(some, kept=kept),
            "reward": sum(STAGES[name] for name in some) + KEPT * kept,
            "final": kept,
            "window_hours": WINDOWS["kept"],
        }
        for size in range(len(STAGES) + 1)
        for some in combinations(STAGES, size)
        for kept in (False, True)
        if some or kept
    ]
    return [*({**each, "window_hours": WINDOWS[str(each["name"])]} for each in (*staged, *ends)), *at_once]


class Deal(NamedTuple):
    """One presentation and what comes of it: `end` is final, and a `late` one is told after its windows have closed."""

    agent: str | None
    stages: tuple[str, ...]
    end: str | None
    late: bool
    wait_hours: int

    @property
    def told(self) -> tuple[str, ...]:
        """What is said of it, one after the other."""
        return self.stages if self.end is None else (*self.stages, self.end)

    @property
    def at_once(self) -> str | None:
        """The one outcome that says all of it; None where nothing is said."""
        if self.stages or self.end == "kept":
            return total_of(self.stages, kept=self.end == "kept")
        return self.end


DEALS = st.builds(
    Deal,
    agent=st.sampled_from([None, "a", "b"]),
    stages=st.lists(st.sampled_from(sorted(STAGES)), unique=True).map(tuple),
    end=st.sampled_from([None, "kept", "rejected"]),
    late=st.booleans(),
    wait_hours=st.integers(0, 20),
)


def started(*offers: str, by_scorer: bool = False) -> World:
    placement: Json = {"limit": 1}
    if by_scorer:
        placement["exploration"] = {"policy": "thompson", "ranked_by": "scorer"}
    return World(document(*(offer(each) for each in offers), placement=placement, outcomes=outcomes()))


def tell(world: World, token: str, outcome: str, *, shown_at: int, late: bool) -> Recordable | Refused:
    """Late answers were given within their windows and come after these have closed."""
    verdict = world.answer(token, world.shown(token)[0], outcome, answered_at=shown_at if late else None)
    assert isinstance(verdict, Recordable), verdict
    return verdict


def lived(deals: list[Deal], *, in_stages: bool) -> World:
    """One deal after the other is told whole before anything else is learnt."""
    world = started("o1", "o2")
    for number, deal in enumerate(deals):
        tenure = {"customer.tenure_months": 50 * number}
        token, shown_at = world.ask(f"s-{number}", tenure, agent=deal.agent), world.now
        if deal.late:
            world.now += 31 * DAY
            world.close()
        said = deal.told if in_stages else (deal.at_once,) if deal.at_once else ()
        for outcome in said:
            if in_stages and not deal.late:
                world.now += deal.wait_hours // max(len(said), 1) * HOUR
            tell(world, token, outcome, shown_at=shown_at, late=deal.late)
        world.now = shown_at + 40 * DAY
        world.close()
    return world


@given(st.lists(DEALS, min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_stages_teach_profiles_and_agents_exactly_what_all_at_once_does(deals: list[Deal]) -> None:
    staged, at_once = (lived(deals, in_stages=in_stages).state for in_stages in (True, False))
    assert staged.leaves.listed() == at_once.leaves.listed()
    assert list(staged.samples.listed()) == list(at_once.samples.listed())
    assert list(staged.agents.listed()) == list(at_once.agents.listed())


def mixed(deals: list[Deal], order: list[int], *, in_stages: bool, by_scorer: bool, agents: bool) -> World:
    """All are shown first; then their stages come in the given order of deals, late ones behind the closing."""
    world = started("o1", by_scorer=by_scorer) if by_scorer else started("o1", "o2")
    tokens = [
        world.ask(f"s-{number}", {"customer.tenure_months": 70 * number}, agent=deal.agent if agents else None)
        for number, deal in enumerate(deals)
    ]
    shown_at = world.now
    for late in (False, True):
        if late:
            world.now += 31 * DAY
            world.close()
        waiting = {
            number: list(deal.told if in_stages else (deal.at_once,) if deal.at_once else ())
            for number, deal in enumerate(deals)
            if deal.late == late
        }
        turns = [number for number in order if number in waiting] + sorted(waiting) * len(WINDOWS)
        for number in turns:
            if waiting[number]:
                tell(world, tokens[number], waiting[number].pop(0), shown_at=shown_at, late=late)
    return world


def retained(world: World) -> dict[int, Counter[object]]:
    """What each root keeps, in whatever order it came."""
    kept = {root: world.state.samples.retained(root) for root in world.state.samples.roots}
    return {
        root: Counter(zip(map(bytes, each.bins), *(part.tolist() for part in each[1:]), strict=True))
        for root, each in kept.items()
    }


@given(st.lists(DEALS, min_size=2, max_size=7), st.lists(st.integers(0, 6), max_size=20))
@settings(max_examples=60, deadline=None)
def test_stages_that_cross_each_other_are_counted_as_if_all_came_at_once(deals: list[Deal], order: list[int]) -> None:
    staged, at_once = (
        mixed(deals, order, in_stages=in_stages, by_scorer=False, agents=False) for in_stages in (True, False)
    )
    assert staged.state.leaves.listed() == at_once.state.leaves.listed()
    assert retained(staged) == retained(at_once)


@given(st.lists(DEALS, min_size=2, max_size=7), st.lists(st.integers(0, 6), max_size=20))
@settings(max_examples=60, deadline=None)
def test_stages_that_cross_each_other_bring_agents_what_all_at_once_would(deals: list[Deal], order: list[int]) -> None:
    brought = []
    for in_stages in (True, False):
        agents = mixed(deals, order, in_stages=in_stages, by_scorer=False, agents=True).state.agents
        brought.append({name: agents.sums(number)[:2] for name, number in agents.numbers.items()})
    assert brought[0] == brought[1]


@given(st.lists(DEALS, min_size=2, max_size=7), st.lists(st.integers(0, 6), max_size=20))
@settings(max_examples=40, deadline=None)
def test_stages_that_cross_each_other_leave_a_scorer_where_all_at_once_would(
    deals: list[Deal], order: list[int]
) -> None:
    staged, at_once = (
        mixed(deals, order, in_stages=in_stages, by_scorer=True, agents=False).state.scorers
        for in_stages in (True, False)
    )
    assert staged.responses(0) == at_once.responses(0)
    assert staged.weights[0, :, 0] == pytest.approx(at_once.weights[0, :, 0], abs=1e-9)
    assert len(staged.inverse[0]) == len(at_once.inverse[0])
    assert np.abs(staged.inverse[0] - at_once.inverse[0]).max() < 1e-9


def test_a_stage_behind_its_window_is_refused_and_the_next_one_still_counts() -> None:
    world = started("o1")
    token = world.ask()
    world.answer(token, "o1", "interested")
    world.now += 80 * HOUR
    refused = world.answer(token, "o1", "agreed")
    assert isinstance(refused, Refused)
    assert refused.code == "window_closed"
    world.answer(token, "o1", "kept")
    assert world.learnt("o1") == (1, 1, 600_000)


def test_no_stage_comes_behind_the_end() -> None:
    world = started("o1")
    token = world.ask()
    world.answer(token, "o1", "kept")
    refused = world.answer(token, "o1", "interested")
    assert isinstance(refused, Refused)
    assert refused.code == "already_final"
    assert world.learnt("o1") == (1, 1, 500_000)
