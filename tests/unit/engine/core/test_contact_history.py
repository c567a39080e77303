"""Rules over the contact history: exact, by elapsed time, and a pure function of what is known."""

from typing import Any

import msgspec
import pytest
from tests.unit.engine.core.world import DAY, HOUR, World, document, offer

from tradewind.engine import wire
from tradewind.engine.core.explain import fates
from tradewind.engine.core.offers import compile_publication

type Json = dict[str, Any]


def world(rule: str, **changes: Any) -> World:
    return World(document(offer("asked", eligibility=rule), offer("b"), offer("c", group="others"), **changes))


def eligible(world: World, subject: str = "s-1") -> bool:
    return next(each for each in fates(world.look(subject)) if each.offer == "asked").stage != "eligible"


def test_a_customer_of_whom_nothing_is_recorded_has_had_no_contacts() -> None:
    assert eligible(world("times('shown', days(30)) == 0 && times_of('rejected', 'b', days(1)) < 1"))


def test_the_very_next_decision_counts_what_was_shown() -> None:
    here = world("times('shown', days(30)) < 3")
    assert eligible(here)
    here.ask()
    assert not eligible(here)
    assert eligible(here, "s-2")


@pytest.mark.parametrize(("window", "days"), [("days(14)", 14), ("hours(336)", 14), ("duration('1h')", 1 / 24)])
def test_a_window_is_elapsed_time_that_ends_now(window: str, days: float) -> None:
    here = world(f"times('shown', {window}) == 0")
    here.ask()
    here.now += round(days * DAY) - 1
    assert not eligible(here)
    here.now += 1
    assert eligible(here)


def test_contacts_that_occurred_later_count_too() -> None:
    here = world("times('shown', hours(1)) == 0")
    here.ask()
    here.now -= 20 * HOUR
    assert not eligible(here)


def test_a_group_and_an_offer_are_counted_apart() -> None:
    here = world("times('accepted', days(9), 'things') == 1 && times_of('accepted', 'c', days(9)) == 1")
    token = here.ask()
    here.answer(token, "c", "accepted")
    assert not eligible(here)
    here.answer(token, "b", "accepted")
    assert eligible(here)
    assert here.state.publication is not None
    assert eligible(
        world("times('shown', days(9), 'no such group') + times_of('shown', 'no such offer', days(9)) == 0")
    )


def test_a_corrected_answer_is_no_longer_counted() -> None:
    here = world("times('rejected', days(9)) == 0")
    token = here.ask()
    here.answer(token, "b", "rejected")
    assert not eligible(here)
    here.answer(token, "b", "accepted", correction=True)
    assert eligible(here)


def test_now_is_when_the_event_occurred() -> None:
    here = world("now() - customer.since >= days(1)")
    began = {"customer.since": "2026-02-25T06:13:20Z"}
    assert {each.offer for each in fates(here.look(attributes=began)) if each.stage == "eligible"} == {"asked"}
    here.now += DAY
    assert {each.offer for each in fates(here.look(attributes=began)) if each.stage == "eligible"} == set()


def test_an_explanation_says_how_often() -> None:
    here = world("times('shown', days(30)) < 3 && now() < timestamp('2030-01-01T00:00:00Z')")
    here.ask()
    (reason,) = (each.reason for each in fates(here.look()) if each.offer == "asked")
    assert reason == 'eligibility does not hold: times("shown", days(30)) < 3 (times("shown", days(30)) = 3)'


def test_what_rules_ask_of_history_is_no_attribute_that_is_missing() -> None:
    here = world("times('shown', days(30)) < 3 && now() > customer.since")
    assert here.look().missing == ("customer.since",)


def test_contacts_are_remembered_as_long_as_the_longest_window() -> None:
    here = world("times('shown', days(400)) == 0")
    assert here.state.contact_log.keep == 400 * DAY
    here.ask()
    here.now += 399 * DAY
    here.ask("s-2")
    assert not eligible(here)
    later = world("true")
    later.state.contact_log.keep_for(1)
    assert later.state.contact_log.keep == 30 * DAY


def test_an_offer_or_a_group_that_is_not_published_is_warned_of_at_the_rule() -> None:
    rule = "times('shown', days(1), 'thing') + times_of('shown', 'b', days(1)) + times_of('shown', 'd', days(1)) == 0"
    content = document(offer("a", eligibility=rule), offer("b"))
    _, faults, warnings = compile_publication(msgspec.convert(content, wire.Publication))
    assert faults == []
    assert [(warning.path, warning.code, warning.message) for warning in warnings] == [
        ("/offers/0/eligibility", "unknown_group", "no group of the publication is called thing"),
        ("/offers/0/eligibility", "unknown_offer", "no offer of the publication is called d"),
    ]
