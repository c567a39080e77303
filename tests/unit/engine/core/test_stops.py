"""The emergency stop: a fact that the next decision obeys."""

from tests.unit.engine.core.world import World, document, offer

from tradewind.engine.core.events import OfferResumed, OfferStopped, decode, encode
from tradewind.engine.core.explain import fates
from tradewind.engine.core.state import State, apply, model_digest, state_digest


def stages(world: World) -> dict[str, tuple[str, str]]:
    return {fate.offer: (fate.stage, fate.reason) for fate in fates(world.look())}


def stopped() -> World:
    world = World(document(offer("a"), offer("b")))
    world.remember(OfferStopped(id="stop/1", offer="a", at=world.now))
    return world


def test_a_stopped_offer_is_not_valid_and_the_others_are() -> None:
    found = stages(stopped())
    assert found["a"] == ("valid", "stopped")
    assert found["b"][0] == "shown"


def test_a_resumed_offer_is_shown_again() -> None:
    world = stopped()
    world.remember(OfferResumed(id="resume/1", offer="a", at=world.now))
    assert stages(world)["a"][0] == "shown"


def test_a_stop_outlives_publications_even_those_without_the_offer() -> None:
    world = stopped()
    world.publish(document(offer("b"), number=2))
    world.publish(document(offer("b"), offer("a"), number=3))
    assert stages(world)["a"] == ("valid", "stopped")


def test_a_stop_that_comes_twice_keeps_its_first_position() -> None:
    world = stopped()
    world.remember(OfferStopped(id="stop/2", offer="a", at=world.now))
    assert world.state.stopped == {"a": 2}


def test_a_stop_is_in_the_state_digest_and_not_in_the_model() -> None:
    world, plain = stopped(), World(document(offer("a"), offer("b")))
    assert model_digest(world.state) == model_digest(plain.state)
    assert state_digest(world.state) != state_digest(plain.state)


def test_a_decision_that_was_made_keeps_its_explanation_when_the_offer_is_stopped() -> None:
    world = World(document(offer("a")))
    decided = world.look()
    world.remember(OfferStopped(id="stop/1", offer="a", at=world.now))
    assert fates(decided)[0].stage == "shown"


def test_replay_knows_the_stop() -> None:
    world = stopped()
    state = State.empty()
    for position, fact in enumerate(world.facts, start=1):
        state = apply(state, position, decode(*encode(fact)))
    assert state_digest(state) == state_digest(world.state)
