"""The bank's offers as texts, and when its customers came."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tradewind.demo.bank import ATTRIBUTES, GROUP, OFFERS, PREFIX, BankOffer, schedule

NOW = datetime(2026, 11, 28, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.id)
def test_every_text_is_there_in_both_languages_with_comma_below(offer: BankOffer) -> None:
    for words in (offer.english, offer.romanian):
        assert all((words.title, words.body, words.pitch))
    assert all(offer.suits)
    assert not set("".join((offer.romanian.title, offer.romanian.body, offer.romanian.pitch, *offer.suits))) & set(
        "şţŞŢ"
    )


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.id)
def test_rules_speak_only_of_what_is_known_and_the_last_profile_takes_everyone_else(offer: BankOffer) -> None:
    asked = set(re.findall(rf"\b{GROUP}\.(\w+)", " ".join(profile.rule for profile in offer.profiles)))
    assert asked <= {attribute.name for attribute in ATTRIBUTES}
    assert offer.profiles[-1].rule == "true"
    assert offer.id.startswith(PREFIX)


def test_visits_lie_in_the_four_weeks_before_within_opening_hours_and_always_the_same() -> None:
    visits = schedule(NOW, 5_000)
    assert visits == sorted(visits) == schedule(NOW, 5_000)
    assert visits[0] >= NOW - timedelta(days=28)
    assert visits[-1] < NOW - timedelta(hours=7)
    assert all(9 <= visit.hour < 17 and visit.weekday() < 6 for visit in visits)
    assert len({visit.date() for visit in visits}) == 24


def test_fewer_come_on_a_saturday_than_on_a_monday() -> None:
    by_day = [sum(visit.weekday() == day for visit in schedule(NOW, 2_000)) for day in (0, 5)]
    assert by_day[0] > by_day[1] > 0
