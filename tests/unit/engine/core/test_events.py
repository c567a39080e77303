"""Facts are written and read back as they were."""

import msgspec
import pytest
from tests.unit.engine.core.world import World, document, offer

from tradewind.engine.core.events import UnknownFact, WindowsClosed, decode, encode


def test_every_kind_of_fact_reads_back_as_it_was_written() -> None:
    world = World(document(offer("a")))
    token = world.ask(attributes={"customer.tenure_months": 3})
    world.answer(token, "a", "accepted")
    world.close()
    kinds = [encode(fact)[0] for fact in world.facts]
    assert kinds == ["PublicationActivated", "EventHandled", "ResponseRecorded", "WindowsClosed"]
    assert [decode(*encode(fact)) for fact in world.facts] == world.facts


def test_an_unknown_kind_of_fact_is_not_skipped() -> None:
    with pytest.raises(UnknownFact, match="MoonRose"):
        decode("MoonRose", b"{}")


def test_a_body_that_does_not_fit_its_kind_is_refused() -> None:
    with pytest.raises(UnknownFact, match="WindowsClosed does not fit"):
        decode("WindowsClosed", b'{"id":"x"}')


@pytest.mark.parametrize("body", [b"", b"\x00" * 9, b'{"id":"x', b'{"id":"\xff","up_to":1,"at":1}'])
def test_a_damaged_body_is_refused_in_the_same_words(body: bytes) -> None:
    with pytest.raises(UnknownFact, match="WindowsClosed does not fit"):
        decode("WindowsClosed", body)


def test_an_older_fact_without_a_later_field_still_reads() -> None:
    world = World(document(offer("a")))
    world.ask()
    kind, body = encode(world.facts[-1])
    older = msgspec.json.decode(body)
    del older["decision"]["funnel"]
    read = decode(kind, msgspec.json.encode(older))
    assert msgspec.to_builtins(read)["decision"]["funnel"] == {}


def test_a_fact_cannot_be_changed() -> None:
    fact = WindowsClosed(id="w", up_to=1, at=1)
    with pytest.raises(AttributeError):
        fact.at = 2  # type: ignore[misc]  # it is frozen: that is the point
