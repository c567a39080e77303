"""The bank's customers and offers."""

import pytest

from tradewind.cli.replay import universal_bank
from tradewind.cli.replay.publishing import added_to, is_ours
from tradewind.cli.replay.universal_bank import OFFERS, BankCustomer
from tradewind.cli.replay.walk import in_random_order
from tradewind.demo import packaged
from tradewind.engine import wire

REAL = packaged.find("dmba", "dmba/csvFiles/UniversalBank.csv.gz")
needs_the_real_file = pytest.mark.skipif(REAL is None, reason="the data package dmba is not installed")


@pytest.fixture(scope="module")
def customers() -> list[BankCustomer]:
    return universal_bank.read()


def running() -> wire.Publication:
    return wire.Publication(
        wire=1,
        number=7,
        condition_groups=[
            wire.ConditionGroup(name="customer", attributes=[wire.Attribute(name="segment", type="category")]),
            wire.ConditionGroup(name="call", attributes=[wire.Attribute(name="reason", type="category")]),
        ],
        events=[wire.EventDeclaration(name="call-started", actions=[wire.Decide(placement="desk")])],
        placements=[wire.Placement(name="desk", channel="call-center")],
        outcomes=[wire.Outcome(name="accepted", reward=0.9), wire.Outcome(name="interested", reward=0.3, final=False)],
        arbitration=[wire.Arbitration(name="default")],
        offers=[
            wire.Offer(
                id="O-101",
                group="care",
                placements=["desk"],
                profiles=[wire.Profile(id="all")],
                treatments=[wire.Treatment(id="desk-en", channel="call-center", language="en")],
            )
        ],
    )


@needs_the_real_file
def test_the_data_gives_the_known_shares(customers: list[BankCustomer]) -> None:
    holding = [sum(customer.holds[offer.id] for customer in customers) / len(customers) for offer in OFFERS]
    assert len(customers) == 5_000
    assert holding == [0.096, 0.1044, 0.0604, 0.5968, 0.294]
    assert sum(holding) / 5 == pytest.approx(0.230, abs=0.001)
    assert sum(any(customer.holds.values()) for customer in customers) / 5_000 == pytest.approx(0.766, abs=0.001)


@needs_the_real_file
def test_the_value_of_an_offer_is_its_rarity_and_nothing_else(customers: list[BankCustomer]) -> None:
    shares = {offer.id: sum(c.holds[offer.id] for c in customers) / len(customers) for offer in OFFERS}
    rarest = min(shares.values())
    for offer in OFFERS:
        assert offer.value == round(100 * (shares[offer.id] / rarest) ** -0.75)


@needs_the_real_file
def test_the_products_held_are_never_among_the_attributes(customers: list[BankCustomer]) -> None:
    declared = {f"customer.{attribute.name}" for attribute in universal_bank.ATTRIBUTES}
    assert {path for customer in customers for path in customer.attributes} == declared
    assert declared.isdisjoint(f"customer.{offer.column.lower().replace(' ', '_')}" for offer in OFFERS)


@needs_the_real_file
def test_the_order_is_random_by_seed_and_the_limit_takes_its_beginning(customers: list[BankCustomer]) -> None:
    order = in_random_order(customers, seed=1, limit=None)
    assert in_random_order(customers, seed=1, limit=50) == order[:50]
    assert in_random_order(customers, seed=2, limit=50) != order[:50]
    assert sorted(customer.id for customer in order) == sorted(customer.id for customer in customers)


def test_absent_data_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packaged, "find", lambda package, path: None)
    with pytest.raises(universal_bank.DataAbsent, match="make setup"):
        universal_bank.read()


def test_a_publication_with_only_the_banks_offers_is_ours() -> None:
    assert is_ours(universal_bank.publication(3))
    assert not is_ours(running())


def test_adding_to_a_running_publication_takes_nothing_away_from_it() -> None:
    added = added_to(running())
    assert added.number == 8
    assert [offer.id for offer in added.offers] == ["O-101", *(offer.id for offer in OFFERS)]
    assert [event.name for event in added.events] == ["call-started", universal_bank.EVENT]
    assert [outcome.reward for outcome in added.outcomes if outcome.name == "accepted"] == [0.9]
    customer = next(group for group in added.condition_groups if group.name == "customer")
    assert {"segment", "income", "age"} <= {attribute.name for attribute in customer.attributes}
    assert [group.name for group in added.condition_groups] == ["customer", "call"]


def test_adding_a_second_time_repeats_no_name() -> None:
    twice = added_to(added_to(running()))
    for named in (twice.events, twice.placements, twice.outcomes, twice.arbitration, twice.condition_groups):
        names = [thing.name for thing in named]
        assert len(names) == len(set(names))
    assert len({offer.id for offer in twice.offers}) == len(twice.offers)
