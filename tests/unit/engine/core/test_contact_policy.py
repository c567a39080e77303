"""May we, again? Exactly, and at once."""

import pytest
from tests.unit.engine.core.world import DAY, World, document, offer


def offered(world: World, subject: str = "s-1") -> bool:
    return any(proposal.shown.offer == "a" for proposal in world.look(subject).shown)


def test_an_offer_that_was_shown_is_held_back_from_the_very_next_decision() -> None:
    world = World(document(offer("a", reoffer_after_days=14)))
    world.ask()
    assert not offered(world)
    assert offered(world, "s-2")


def test_it_comes_back_after_exactly_so_many_days() -> None:
    world = World(document(offer("a", reoffer_after_days=14)))
    world.ask()
    world.now += 14 * DAY - 1
    assert not offered(world)
    world.now += 1
    assert offered(world)


@pytest.mark.parametrize("days", [None, 0])
def test_without_days_an_offer_may_come_back_at_once(days: int | None) -> None:
    world = World(document(offer("a", reoffer_after_days=days)))
    world.ask()
    assert offered(world)


def test_the_counter_outlives_a_publication() -> None:
    world = World(document(offer("a", reoffer_after_days=14)))
    world.ask()
    world.publish(document(offer("b"), number=2))
    world.publish(document(offer("b"), offer("a", reoffer_after_days=14), number=3))
    assert not offered(world)


def test_a_later_publication_decides_how_long_the_wait_is() -> None:
    world = World(document(offer("a", reoffer_after_days=14)))
    world.ask()
    world.now += 3 * DAY
    world.publish(document(offer("a", reoffer_after_days=2), number=2))
    assert offered(world)


def test_what_happened_out_of_order_never_moves_the_counter_back() -> None:
    world = World(document(offer("a", reoffer_after_days=14)))
    world.state.contacts.shown("s-1", "a", world.now)
    world.state.contacts.shown("s-1", "a", world.now - 20 * DAY)
    assert not offered(world)


def test_a_proposal_counts_as_shown_only_once_an_outcome_says_so() -> None:
    world = World(document(offer("a", reoffer_after_days=14)))
    token = world.ask(presents=False)
    assert offered(world)
    world.answer(token, "a", "presented")
    assert not offered(world)


def test_a_proposal_that_the_agent_skipped_was_not_shown() -> None:
    world = World(document(offer("a", reoffer_after_days=14)))
    token = world.ask(presents=False)
    world.answer(token, "a", "skipped")
    assert offered(world)
