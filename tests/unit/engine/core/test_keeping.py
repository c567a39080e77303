"""What a snapshot keeps: everything that State knows, in types that any version can read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import msgspec
import pytest
from tests.unit.engine.core.world import DAY, HOUR, World, document, offer

from tradewind.engine.core.contact_log import ContactLog, What
from tradewind.engine.core.events import ConsentChange, ConsentsChanged
from tradewind.engine.core.keeping import FOLLOWS, packed, unpacked
from tradewind.engine.core.packing import Unpackable, packed_texts, unpacked_texts
from tradewind.engine.core.state import State, model_digest, state_digest


def again(state: State) -> State:
    """The state through the bytes of a snapshot."""
    return unpacked(msgspec.msgpack.decode(msgspec.msgpack.encode(dict(packed(state)))))


def lived() -> World:
    """A world with something in every part."""
    world = World(document(*(offer(f"o{n}", group=f"g{n % 3}", reoffer_after_days=n % 2) for n in range(9))))
    for n in range(12):
        token = world.ask(f"s{n % 5}", {"customer.tenure_months": n}, session=f"ședință {n % 7}", presents=n % 3 > 0)
        for place, shown in enumerate(world.shown(token)[:2]):
            world.answer(token, shown, ("accepted", "rejected", "interested")[(n + place) % 3])
        world.now += 5 * HOUR
    changes = (
        ConsentChange(purpose="mail", channel=None, granted=True),
        ConsentChange(purpose="call", channel="web", granted=False),
    )
    world.remember(ConsentsChanged(id="consents", request_digest="", subject="s1", changes=changes, at=world.now))
    world.publish(document(offer("o1"), number=2, outcomes=[{"name": "bought", "reward": 1.0}]))
    world.ask("s9")
    world.join("s9", "s1")
    world.join("s8", "s9")
    world.erase("s2")
    return world


def test_every_field_of_state_is_kept_or_follows_from_one_that_is() -> None:
    names = {field.name for field in fields(State)}
    assert dict(packed(State.empty())).keys() | set(FOLLOWS) == names


def test_an_empty_state_comes_back() -> None:
    assert state_digest(again(State.empty())) == state_digest(State.empty())


def test_a_state_comes_back_as_it_was() -> None:
    world = lived()
    back = again(world.state)
    assert state_digest(back) == state_digest(world.state)
    assert model_digest(back) == model_digest(world.state)
    for name in ("leaf_rows", "stopped_rows"):
        assert getattr(back, name).tolist() == getattr(world.state, name).tolist()


def test_answers_to_decisions_of_an_older_publication_are_still_understood() -> None:
    world = lived()
    token, shown = "decision-1", world.shown("decision-1")[-1]
    world.state = again(world.state)
    world.answer(token, shown, "accepted", correction=True)
    assert world.learnt(shown)[1] >= 1


def test_windows_close_and_decisions_are_forgotten_after_coming_back() -> None:
    world, kept = lived(), lived()
    kept.state = again(kept.state)
    for each in (world, kept):
        each.now += 4 * DAY
        each.close()
        each.state = again(each.state) if each is kept else each.state
        each.now += 40 * DAY
        each.close()
    assert len(kept.state.open) == 0
    assert state_digest(kept.state) == state_digest(world.state)


@pytest.mark.parametrize(
    "damage",
    [
        lambda parts: {name: part for name, part in parts.items() if name != "open"},
        lambda parts: {**parts, "tomorrow": []},
        lambda parts: {**parts, "contacts": parts["contacts"][:2]},
        lambda parts: {**parts, "sessions": [*parts["sessions"][:2], b"", b""]},
        lambda parts: {**parts, "leaves": 7},
    ],
)
def test_parts_that_do_not_fit_are_refused(damage: Any) -> None:
    parts: Mapping[str, Any] = dict(packed(lived().state))
    with pytest.raises(Unpackable):
        unpacked(damage(parts))


@pytest.mark.parametrize(
    "texts",
    [[], [""], ["a", "", "b"], ["ș", "țț", "a"], ["0" * 32], ["0" * 32, "f" * 32], ["F" * 32], ["0" * 31 + "x"]],
)
def test_texts_come_back_whatever_they_are(texts: list[str]) -> None:
    assert unpacked_texts(packed_texts(texts)) == texts


def test_contacts_of_an_alias_join_in_the_order_they_were_recorded() -> None:
    log = ContactLog()
    for subject, at in (("a", 3), ("b", 1), ("a", 5), ("b", 4)):
        log.add(subject, What("shown", "o", "g", "web"), at=at * HOUR, occurred_at=at)
    log.join("a", "b")
    seen = log.seen("a")
    assert seen is not None
    assert seen.occurred_at.tolist() == [1, 3, 4, 5]
    assert log.seen("b") is None


def test_nobody_is_kept_longer_than_their_last_contact_wants() -> None:
    log = ContactLog()
    for n in range(100):
        log.add(f"s{n % 10}", What("shown", "o", "g", "web"), at=n * HOUR, occurred_at=n * HOUR)
    log.add("late", What("shown", "o", "g", "web"), at=log.keep + DAY + 96 * HOUR, occurred_at=0)
    assert [subject for subject in ("late", *(f"s{n}" for n in range(10))) if log.seen(subject)] == [
        "late",
        *(f"s{n}" for n in range(6, 10)),
    ]
