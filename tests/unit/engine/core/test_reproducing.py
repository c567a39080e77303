"""A decision made again on the state before it is the same decision; what differs is told in words."""

import msgspec
import pytest
from msgspec.structs import replace
from tests.unit.engine.core.world import World, document, offer

from tradewind.engine.core.events import EventHandled, OffersDecided
from tradewind.engine.core.reproducing import NoDecision, by_another_version, decide_again, differences
from tradewind.engine.core.state import State, apply


def asked(world: World, **attributes: object) -> tuple[EventHandled, State]:
    """An event with a decision, and the state before it."""
    before = len(world.facts)
    world.ask("s-1", dict(attributes))
    state = State.empty()
    for position, fact in enumerate(world.facts[:before], start=1):
        state = apply(state, position, fact)
    fact = world.facts[-1]
    assert isinstance(fact, EventHandled)
    return fact, state


def world_with_answers() -> World:
    world = World(document(*(offer(name, value=10.0 + number) for number, name in enumerate("abcdef"))))
    for number in range(10):
        token = world.ask(f"s-{number}")
        world.answer(token, world.shown(token)[0], "accepted" if number % 2 else "rejected")
    return world


def recorded(fact: EventHandled) -> OffersDecided:
    assert fact.decision is not None
    return fact.decision


def test_a_decision_is_made_again_as_it_was() -> None:
    world = world_with_answers()
    fact, state = asked(world)
    again = decide_again(fact, world.context(), state)
    assert differences(recorded(fact), again) == []
    assert [proposal.shown for proposal in again.shown] == list(recorded(fact).shown)


def test_the_limit_that_was_asked_for_is_recorded_and_kept() -> None:
    world = World(document(*(offer(name) for name in "abcdef")))
    decided = world.look(limit=2, seed="token")
    fact = decided.as_fact("token", presents=True)
    assert fact.limit == 2
    old = msgspec.to_builtins(fact)
    del old["limit"]
    assert msgspec.convert(old, OffersDecided).limit is None


def test_the_version_of_decide_is_recorded_and_missing_in_older_facts() -> None:
    fact = World(document(offer("a"))).look(seed="token").as_fact("token", presents=True)
    assert not by_another_version(fact)
    old = msgspec.to_builtins(fact)
    del old["decide_version"]
    assert by_another_version(msgspec.convert(old, OffersDecided))


def test_other_inputs_differ_in_words() -> None:
    world = World(document(offer("a", eligibility="customer.tenure_months > 12"), offer("b")))
    fact, state = asked(world, **{"customer.tenure_months": 30})
    told = differences(recorded(fact), decide_again(fact, world.context({"customer.tenure_months": 3}), state))
    assert any(line.startswith("rank ") for line in told)
    assert any(line.startswith("funnel: recorded published 2") for line in told)


def test_a_number_may_differ_in_its_last_bits_and_not_more() -> None:
    world = world_with_answers()
    fact, state = asked(world)
    again = decide_again(fact, world.context(), state)
    first, *rest = recorded(fact).shown
    for factor, lines in ((1.0 + 1e-12, 0), (1.0 + 1e-6, 1)):
        changed = replace(recorded(fact), shown=(replace(first, score=first.score * factor), *rest))
        assert len(differences(changed, again)) == lines


def test_every_part_that_is_compared_is_told() -> None:
    world = world_with_answers()
    fact, state = asked(world)
    again = decide_again(fact, world.context(), state)
    whole = recorded(fact)
    first, second, third = whole.shown
    changes = {
        "mode: recorded control, now learned": replace(whole, mode="control"),
        "missing: recorded x.y, now none": replace(whole, missing=("x.y",)),
        f"rank 3: recorded nothing, now {third.offer}": replace(whole, shown=(first, second)),
        "rank 1: treatment recorded other, now en": replace(
            whole, shown=(replace(first, treatment="other"), second, third)
        ),
    }
    for line, changed in changes.items():
        assert differences(changed, again) == [line]


def test_an_event_without_a_decision_cannot_be_decided_again() -> None:
    world = world_with_answers()
    fact, state = asked(world)
    with pytest.raises(NoDecision):
        decide_again(replace(fact, decision=None), world.context(), state)
