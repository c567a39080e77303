"""What a customer said last, and that decisions obey."""

from __future__ import annotations

import itertools

import pytest
from tests.unit.engine.core.world import World, document, offer

from tradewind.engine.core.consents import Consents
from tradewind.engine.core.events import ConsentChange
from tradewind.engine.core.explain import fates
from tradewind.engine.core.state import State, apply, state_digest

SAID = [
    ConsentChange("marketing", "web", True),
    ConsentChange("marketing", None, False),
    ConsentChange("marketing", None, True),
    ConsentChange("marketing", "web", False),
]


def after(*changes: ConsentChange, channel: str = "web") -> bool:
    consents = Consents()
    for position, change in enumerate(changes, start=1):
        consents.change("ana", [change], position=position)
    return consents.on("ana", channel).grants("marketing")


def test_what_nobody_asked_for_is_not_granted() -> None:
    assert not after()


def test_what_holds_on_every_channel_holds_where_nothing_else_was_said() -> None:
    everywhere = ConsentChange("marketing", None, True)
    assert after(everywhere)
    assert not after(everywhere, ConsentChange("marketing", "web", False))
    assert after(everywhere, ConsentChange("marketing", "web", False), channel="e-mail")


def test_an_objection_to_the_purpose_ends_what_was_granted_on_a_channel_before() -> None:
    granted, objected, again = SAID[0], SAID[1], SAID[2]
    assert not after(granted, objected)
    assert after(objected, granted)
    assert after(granted, objected, again)
    assert not after(SAID[3], again)


def test_within_one_fact_a_channel_may_be_the_exception() -> None:
    consents = Consents()
    consents.change("ana", [SAID[1], SAID[0]], position=1)
    assert consents.on("ana", "web").grants("marketing")
    assert not consents.on("ana", "e-mail").grants("marketing")


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_joined_in_any_split_the_later_fact_wins(order: tuple[int, ...]) -> None:
    for split in itertools.product(("ana", "visitor"), repeat=4):
        apart, together = Consents(), Consents()
        for position, (number, who) in enumerate(zip(order, split, strict=True), start=1):
            apart.change(who, [SAID[number]], position=position)
            together.change("ana", [SAID[number]], position=position)
        apart.join("ana", "visitor")
        assert apart.listed() == together.listed()


@pytest.fixture
def world() -> World:
    return World(document(offer("asks", purpose_of_consent="marketing"), offer("plain", group="other")))


def fate(world: World, subject: str = "s-1") -> tuple[str, str]:
    (told,) = (each for each in fates(world.look(subject)) if each.offer == "asks")
    return told.stage, told.reason


def test_an_offer_with_a_purpose_waits_for_consent_and_says_so(world: World) -> None:
    assert fate(world) == ("allowed", "no consent to marketing on call-center")
    world.consent(("marketing", None, True))
    assert fate(world)[0] == "shown"
    world.consent(("marketing", "call-center", False))
    assert fate(world) == ("allowed", "no consent to marketing on call-center")
    assert {each.shown.offer for each in world.look().shown} == {"plain"}


def test_another_customers_consent_is_their_own(world: World) -> None:
    world.consent(("marketing", None, True), subject="s-2")
    assert (fate(world)[0], fate(world, "s-2")[0]) == ("allowed", "shown")


def test_an_offer_that_always_comes_waits_too() -> None:
    world = World(document(offer("asks", purpose_of_consent="service", display="always")))
    assert world.look().shown == ()


def test_consents_outlive_publications_and_are_folded_again(world: World) -> None:
    world.consent(("marketing", None, True))
    world.publish(document(offer("asks", purpose_of_consent="marketing"), number=2))
    assert fate(world)[0] == "shown"
    again = State.empty()
    for position, fact in enumerate(world.facts, start=1):
        again = apply(again, position, fact)
    assert state_digest(again) == state_digest(world.state)
