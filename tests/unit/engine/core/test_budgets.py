"""A budget is spent by acceptances, given back by corrections, and paced between an offer's beginning and its end."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.engine.core.world import DAY, START, World, document, offer

from tradewind.engine.core.explain import fates
from tradewind.engine.core.state import State, apply, state_digest
from tradewind.engine.core.volumes import MOST_SPENT


def world(**changes: Any) -> World:
    return World(document(offer("a", **changes)))


def shown(asked: World) -> list[str]:
    return [p.shown.offer for p in asked.look("somebody").shown]


def accept(asked: World, outcome: str = "accepted", **changes: Any) -> str:
    token = asked.ask(f"s-{asked.asked}")
    asked.answer(token, "a", outcome, **changes)
    return token


def test_an_offer_is_held_back_once_another_acceptance_would_not_fit() -> None:
    asked = world(cost=3.0, limits={"budget": 7.0})
    accept(asked)
    assert shown(asked) == ["a"]
    accept(asked)
    assert shown(asked) == []
    (fate,) = fates(asked.look("somebody"))
    assert (fate.stage, fate.reason) == ("allowed", "budget: 6 of 7 spent, an acceptance costs 3")


def test_what_was_rejected_or_never_answered_costs_nothing() -> None:
    asked = world(cost=3.0, limits={"budget": 3.0})
    accept(asked, "rejected")
    asked.ask("s-quiet")
    asked.now += 4 * DAY
    asked.close()
    assert shown(asked) == ["a"]


def test_a_correction_gives_the_cost_back() -> None:
    asked = world(cost=3.0, limits={"budget": 3.0})
    token = accept(asked)
    assert shown(asked) == []
    asked.answer(token, "a", "rejected", correction=True)
    assert shown(asked) == ["a"]


def test_what_is_spent_stops_growing_where_no_number_would_hold_it() -> None:
    asked = world(cost=1e9, limits={"budget": 1e9})
    volumes = asked.state.volumes
    for _ in range(10_000):
        volumes.spend("a", 10**15)
    assert volumes.spent(asked.state.places.volumes).tolist() == [MOST_SPENT]
    assert shown(asked) == []
    for _ in range(10_000):
        volumes.spend("a", -(10**15))
    assert volumes.spent(asked.state.places.volumes).tolist() == [0]


def test_an_acceptance_costs_what_it_cost_when_the_offer_was_shown() -> None:
    asked = world(cost=3.0, limits={"budget": 10.0})
    token = asked.ask("s-early")
    asked.publish(document(offer("a", cost=9.0, limits={"budget": 12.0}), number=2))
    asked.answer(token, "a", "accepted")
    assert asked.state.volumes.spent(asked.state.places.volumes).tolist() == [3_000_000]
    assert shown(asked) == ["a"]


def test_a_budget_outlives_its_publication() -> None:
    asked = world(cost=3.0, limits={"budget": 3.0})
    accept(asked)
    asked.publish(document(offer("b"), number=2))
    asked.publish(document(offer("a", cost=3.0, limits={"budget": 3.0}), number=3))
    assert shown(asked) == []


@pytest.mark.parametrize(("days", "spent", "is_shown"), [(0, 0, True), (2, 1, True), (2, 2, True), (2, 3, False)])
def test_a_budget_is_paced_between_beginning_and_end(days: int, spent: int, is_shown: bool) -> None:
    """Ten days, ten acceptances: after two days two of them are due."""
    begins, ends = "2026-02-25T06:13:20Z", "2026-03-07T06:13:20Z"
    asked = world(cost=1.0, limits={"budget": 10.0}, starts_at=begins, ends_at=ends)
    assert START == 1_772_000_000_000_000  # 2026-02-25T06:13:20Z
    tokens = [asked.ask(f"s-{number}") for number in range(spent)]
    for token in tokens:
        asked.answer(token, "a", "accepted")
    asked.now += days * DAY
    assert (shown(asked) == ["a"]) == is_shown
    if not is_shown:
        (fate,) = fates(asked.look("somebody"))
        assert fate.reason == f"budget: {spent} of 10 spent, not yet due at an even pace"


def test_offers_without_a_budget_pay_no_attention_to_cost() -> None:
    asked = world(cost=5.0)
    accept(asked)
    assert shown(asked) == ["a"]


def test_replay_counts_the_same_budget() -> None:
    asked = world(cost=3.0, limits={"budget": 30.0})
    token = accept(asked)
    accept(asked)
    asked.answer(token, "a", "rejected", correction=True)
    again = State.empty()
    for position, fact in enumerate(asked.facts, start=1):
        again = apply(again, position, fact)
    assert state_digest(again) == state_digest(asked.state)
    assert again.volumes.spent(again.places.volumes).tolist() == [3_000_000]
