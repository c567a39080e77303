"""Customers who turn out to be one, and customers who are forgotten."""

from __future__ import annotations

import pytest
from tests.unit.engine.core.world import HOUR, World, document, offer

from tradewind.engine.core.aliases import Aliases
from tradewind.engine.core.events import EventHandled, ResponseRecorded
from tradewind.engine.core.responses import Recordable, Refused
from tradewind.engine.core.state import model_digest, state_digest

CALM = {"name": "calm", "scope": "all", "counts": "shown", "max": 4, "days": 7}


@pytest.fixture
def world() -> World:
    offers = [offer(f"o{n}", reoffer_after_days=1) for n in range(6)]
    return World(document(*offers, contact_policies=[CALM]))


def test_chains_resolve_and_every_alias_is_known_to_its_customer() -> None:
    aliases = Aliases()
    aliases.join("b", "a", position=1)
    aliases.join("c", "b", position=2)
    aliases.join("c", "d", position=3)
    assert [aliases.of(ref) for ref in "abcd"] == ["c"] * 4
    assert aliases.joined("c") == ("a", "b", "d")
    assert [aliases.since(ref) for ref in "abcd"] == [1, 2, None, 3]
    assert aliases.listed() == [("a", "c", 1), ("b", "c", 2), ("d", "c", 3)]
    again = Aliases.unpacked(aliases.packed())
    assert again.listed() == aliases.listed()
    assert again.joined("c") == aliases.joined("c")
    aliases.forget("c")
    assert aliases.listed() == []


def test_counters_join_and_the_cap_holds_for_both_together(world: World) -> None:
    assert len(world.shown(world.ask("visitor"))) == 3
    assert len(world.shown(world.ask("ana"))) == 3
    world.join("ana", "visitor")
    assert world.shown(world.ask("visitor")) == []
    world.now += 8 * 24 * HOUR
    assert len(world.shown(world.ask("ana"))) == 3
    assert len(world.shown(world.ask("visitor"))) == 1


def test_an_answer_to_a_decision_from_before_the_join_counts_for_the_customer(world: World) -> None:
    token = world.ask("visitor", presents=False)
    shown = world.shown(token)[0]
    world.join("ana", "visitor")
    assert isinstance(world.answer(token, shown, "accepted"), Recordable)
    fact = world.facts[-1]
    assert isinstance(fact, ResponseRecorded)
    assert fact.subject == "ana"
    assert world.state.contacts.last_shown("ana") == {shown: world.now}
    assert world.look("ana").sifted.held.counts[0].tolist()[0] == 1


def test_a_session_that_began_under_the_alias_goes_on(world: World) -> None:
    began = world.now
    world.ask("visitor", session="page")
    world.now += HOUR
    world.join("ana", "visitor")
    world.ask("ana", session="page")
    fact = world.facts[-1]
    assert isinstance(fact, EventHandled)
    assert fact.session_started_at == began


def test_whoever_is_erased_leaves_what_was_learnt_and_nothing_of_their_own(world: World) -> None:
    token = world.ask("ana")
    first = world.shown(token)[0]
    world.ask("bob")
    world.ask("visitor")
    world.join("ana", "visitor")
    world.consent(("marketing", None, True), subject="ana")
    world.answer(token, first, "accepted")
    before, volumes = model_digest(world.state), world.state.volumes.listed()
    world.erase("ana")
    assert model_digest(world.state) == before
    assert world.state.volumes.listed() == volumes
    assert [subject for subject, _ in world.state.contacts.listed()] == ["bob"]
    assert world.state.contact_log.seen("ana") is None
    assert world.state.consents.of("ana") == []
    assert sorted(world.state.erased) == ["ana", "visitor"]
    assert world.state.aliases.listed() == []


def test_decisions_of_whoever_was_erased_can_be_answered_and_teach(world: World) -> None:
    token = world.ask("ana", presents=False)
    first, second, _ = world.shown(token)
    world.answer(token, first, "rejected")
    world.erase("ana")
    assert isinstance(world.answer(token, first, "accepted", correction=True), Recordable)
    assert isinstance(world.answer(token, second, "accepted"), Recordable)
    assert isinstance(world.answer(token, second, "accepted"), Refused)
    assert world.learnt(first) == world.learnt(second) == (1, 1, 1_000_000)
    assert list(world.state.contacts.listed()) == []
    assert len(world.state.contact_log) == 0


def test_joins_and_erasures_are_folded_again_to_the_same_state(world: World) -> None:
    token = world.ask("visitor")
    world.join("ana", "visitor")
    world.answer(token, world.shown(token)[0], "accepted")
    world.ask("bob")
    world.erase("ana")
    again = World()
    for fact in world.facts:
        again.remember(fact)
    assert state_digest(again.state) == state_digest(world.state)
