"""A response is refused for a reason, and a refused one is never recorded."""

import pytest
from tests.unit.engine.core.world import HOUR, World, document, offer

from tradewind.engine.core.responses import TOLERANCE, Recordable, Refused
from tradewind.engine.core.state import state_digest


@pytest.fixture
def world() -> World:
    return World(document(offer("a"), offer("hidden", eligibility="false")))


def refused(verdict: Recordable | Refused) -> str | None:
    return verdict.code if isinstance(verdict, Refused) else None


def test_a_recordable_response_carries_what_its_fact_says(world: World) -> None:
    token = world.ask("s-7")
    world.now += HOUR
    second = world.ask("s-7")
    first = world.answer(token, "a", "accepted")
    assert first == Recordable("s-7", "call-center", world.now - HOUR, world.now - HOUR)
    assert world.answer(second, "a", "rejected") == Recordable("s-7", "call-center", world.now, world.now - HOUR)


@pytest.mark.parametrize(
    ("token", "offer_id", "outcome", "code"),
    [
        ("decision-9", "a", "accepted", "unknown_decision"),
        ("decision-1", "hidden", "accepted", "unknown_offer"),
        ("decision-1", "nothing", "accepted", "unknown_offer"),
        ("decision-1", "a", "applauded", "unknown_outcome"),
    ],
)
def test_what_is_not_known_is_refused(world: World, token: str, offer_id: str, outcome: str, code: str) -> None:
    world.ask()
    before = state_digest(world.state)
    assert refused(world.answer(token, offer_id, outcome)) == code
    assert state_digest(world.state) == before


def test_a_second_final_outcome_needs_a_correction(world: World) -> None:
    token = world.ask()
    world.answer(token, "a", "accepted")
    assert refused(world.answer(token, "a", "rejected")) == "already_final"
    assert refused(world.answer(token, "a", "interested")) == "already_final"
    assert refused(world.answer(token, "a", "rejected", correction=True)) is None


def test_an_outcome_after_its_window_is_refused_and_another_with_a_longer_one_is_taken(world: World) -> None:
    token = world.ask()
    world.now += 24 * HOUR
    assert refused(world.answer(token, "a", "interested")) is None
    world.now += 1
    assert refused(world.answer(token, "a", "interested")) == "window_closed"
    assert refused(world.answer(token, "a", "accepted")) is None


def test_an_answer_older_than_the_presentation_is_refused_beyond_a_clocks_error(world: World) -> None:
    token = world.ask()
    late = world.now - TOLERANCE - 1
    assert refused(world.answer(token, "a", "accepted", answered_at=late)) == "answered_before_shown"
    assert refused(world.answer(token, "a", "accepted", answered_at=late + 1)) is None


def test_a_decision_that_showed_nothing_cannot_be_answered() -> None:
    world = World(document(offer("hidden", eligibility="false")))
    assert refused(world.answer(world.ask(), "hidden", "accepted")) == "unknown_decision"
