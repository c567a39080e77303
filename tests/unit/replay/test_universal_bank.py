"""The bank's customers, and the publication of its offers."""

from datetime import UTC, datetime

import pytest

from tradewind.cli.replay import universal_bank
from tradewind.cli.replay.publishing import is_ours
from tradewind.cli.replay.universal_bank import BankCustomer
from tradewind.cli.replay.walk import visits_of
from tradewind.demo import packaged
from tradewind.demo.bank import ATTRIBUTES, GROUP, OFFERS
from tradewind.engine import wire
from tradewind.engine.core.context import declared, fill
from tradewind.engine.core.offers import compile_publication

REAL = packaged.find("dmba", "dmba/csvFiles/UniversalBank.csv.gz")
NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
needs_the_real_file = pytest.mark.skipif(REAL is None, reason="the data package dmba is not installed")


@pytest.fixture(scope="module")
def customers() -> list[BankCustomer]:
    return universal_bank.read()


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
        assert offer.demo_value == round(100 * (shares[offer.id] / rarest) ** -0.9)


@needs_the_real_file
def test_every_customer_is_within_the_declared_ranges_and_holds_no_product_there(customers: list[BankCustomer]) -> None:
    known = declared(universal_bank.publication(1).condition_groups)
    assert all(fill(customer.attributes, known).faults == [] for customer in customers)
    assert {path for customer in customers for path in customer.attributes} == set(known)
    assert set(known).isdisjoint(f"{GROUP}.{offer.column.lower().replace(' ', '_')}" for offer in OFFERS)


@needs_the_real_file
def test_money_is_in_dollars(customers: list[BankCustomer]) -> None:
    first = next(customer for customer in customers if customer.id == "bank-1")
    assert first.attributes[f"{GROUP}.income"] == 49_000
    assert first.attributes[f"{GROUP}.card_spending"] == 1_600


@needs_the_real_file
def test_the_order_is_random_by_seed_and_the_visits_follow_it_in_time(customers: list[BankCustomer]) -> None:
    visits = visits_of(customers, run_id="r", until=NOW, seed=1)
    assert visits == visits_of(customers, run_id="r", until=NOW, seed=1)
    other = visits_of(customers, run_id="r", until=NOW, seed=2)
    assert [visit.customer for visit in other] != [visit.customer for visit in visits]
    assert [visit.at for visit in other] == [visit.at for visit in visits] == sorted(visit.at for visit in visits)
    assert len({visit.session for visit in visits}) == len(customers)


def test_absent_data_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packaged, "find", lambda package, path: None)
    with pytest.raises(universal_bank.DataAbsent, match="make setup"):
        universal_bank.read()


def test_the_publication_compiles_and_a_split_falls_on_round_numbers() -> None:
    publication = universal_bank.publication(3)
    compile_publication(publication)
    steps = {
        each.name: (each.max - each.min) / 16 for each in ATTRIBUTES if each.max is not None and each.min is not None
    }
    assert steps == {"income": 20_000, "family": 1, "card_spending": 1_000, "mortgage": 50_000, "age": 5}


def test_a_publication_with_only_the_banks_offers_is_ours() -> None:
    ours = universal_bank.publication(3)
    assert is_ours(ours)
    other = wire.Offer(id="O-101", group="care", placements=[], profiles=[], treatments=[])
    assert not is_ours(wire.Publication(wire=1, number=7, offers=[*ours.offers, other]))
