"""The offers of the demo as texts: complete in both languages, and only about what the toolkit knows."""

import re

import pytest

from tradewind.demo.campaigns import CAMPAIGNS, GROUPS
from tradewind.demo.cast import SKILLS
from tradewind.demo.catalogue import EXTRAS
from tradewind.demo.offers import OFFERS, WrittenOffer
from tradewind.demo.toolkit import GROUPS as CONDITION_GROUPS

PATH = re.compile(r"\b(customer|machine|call|agent)\.(\w+)")
ATTRIBUTES = {(group, known.name) for group, (_, _, attributes) in CONDITION_GROUPS.items() for known in attributes}


def test_there_are_twelve_with_two_messages_and_each_way_of_showing() -> None:
    assert len({offer.code for offer in OFFERS}) == len(OFFERS) == 12
    assert sum(offer.purpose == "message" for offer in OFFERS) == 2
    assert {offer.display for offer in OFFERS} == {"always", "default", "priority"}


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.code)
def test_every_text_is_there_in_both_languages_with_comma_below(offer: WrittenOffer) -> None:
    for words in (offer.english, offer.romanian):
        assert all((words.title, words.body, words.pitch))
    romanian = "".join((offer.romanian.title, offer.romanian.body, offer.romanian.pitch))
    for profile in offer.profiles:
        assert profile.suitability_en
        assert profile.suitability_ro
        romanian += profile.suitability_ro
    assert not set(romanian) & set("şţŞŢ")


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.code)
def test_rules_speak_only_of_declared_attributes(offer: WrittenOffer) -> None:
    rules = " ".join((offer.eligibility, *(profile.rule for profile in offer.profiles)))
    assert set(PATH.findall(rules)) <= ATTRIBUTES


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.code)
def test_what_an_offer_refers_to_exists(offer: WrittenOffer) -> None:
    assert offer.campaign in CAMPAIGNS
    assert offer.group in GROUPS
    assert set(offer.skills) <= set(SKILLS)
    assert (offer.product is None) == (offer.purpose == "message")
    assert offer.product is None or offer.product in {extra.code for extra in EXTRAS}


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.code)
def test_the_last_profile_takes_everyone_else(offer: WrittenOffer) -> None:
    assert offer.profiles[-1].rule == "true"
    assert len({profile.code for profile in offer.profiles}) == len(offer.profiles)
