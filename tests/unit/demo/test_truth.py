"""The hidden truth behind the demo's answers."""

import random
from collections import Counter

import pytest

from tradewind.demo import truth
from tradewind.demo.offers import OFFERS

BATTERY_CALL = {"call.reason": "battery", "machine.age_months": 13.0}


def test_every_offer_of_the_company_has_a_truth_of_its_own() -> None:
    assert set(truth.TRUTH) == {offer.code for offer in OFFERS}


@pytest.mark.parametrize("offer", sorted(truth.TRUTH))
def test_a_chance_is_a_chance_even_when_nothing_is_known(offer: str) -> None:
    assert 0.0 < truth.chance(offer, {}) < 1.0


def test_a_battery_suits_those_who_call_about_theirs() -> None:
    assert truth.chance("O-102", BATTERY_CALL) > 4 * truth.chance("O-102", {"call.reason": "invoice"})


def test_a_talented_agent_sells_more() -> None:
    assert truth.chance("O-101", {}, talent=0.45) > truth.chance("O-101", {}) > truth.chance("O-101", {}, talent=-0.4)


def test_answers_come_as_often_as_the_chance_says() -> None:
    draw = random.Random(2)
    said = Counter(truth.outcome("O-102", BATTERY_CALL, talent=0.0, draw=draw) for _ in range(4_000))
    assert said["accepted"] / 4_000 == pytest.approx(truth.chance("O-102", BATTERY_CALL), abs=0.03)
    assert set(said) == {"accepted", "interested", "not_now", "rejected"}


def test_an_offer_written_later_is_answered_too() -> None:
    assert 0.0 < truth.chance("O-999", BATTERY_CALL) < 0.2
