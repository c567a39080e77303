"""Contact policies and limits: exact, at once, by the calendar of the publication."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.unit.engine.core.world import DAY, HOUR, World, document, offer

from tradewind.engine.core.explain import Fate, fates
from tradewind.engine.core.holding import midnight
from tradewind.engine.core.state import state_digest

type Json = dict[str, Any]


def policy(**changes: Any) -> Json:
    return {"name": "calm", "scope": "all", "counts": "shown", "max": 1, "days": 7, **changes}


def fate(world: World, name: str = "a", subject: str = "s-1") -> Fate:
    return next(each for each in fates(world.look(subject)) if each.offer == name)


def moment(text: str) -> int:
    return (datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def test_a_capped_offer_is_held_back_from_the_very_next_decision_with_the_policy_and_its_numbers() -> None:
    world = World(document(offer("a"), offer("b"), contact_policies=[policy(scope="offer", max=2)]))
    world.ask()
    assert fate(world).stage == "shown"
    world.ask()
    assert (fate(world).stage, fate(world).reason) == (
        "allowed",
        "contact policy calm: the offer shown 2 of at most 2 times in 7 days",
    )
    assert fate(world, subject="s-2").stage == "shown"


def test_one_decision_never_shows_more_than_a_cap_over_all_offers_has_left() -> None:
    world = World(document(*(offer(f"o{n}") for n in range(5)), contact_policies=[policy(max=4)]))
    assert [len(world.shown(world.ask())) for _ in range(3)] == [3, 1, 0]


def test_one_decision_never_shows_more_of_a_group_than_its_cap_has_left() -> None:
    things = [offer(f"o{n}") for n in range(4)]
    world = World(document(*things, offer("other", group="x"), contact_policies=[policy(scope="group", max=2)]))
    shown = world.shown(world.ask())
    assert len(shown) == 3
    assert "other" in shown
    assert world.shown(world.ask()) == ["other"]


def test_an_offer_that_found_no_place_left_under_a_policy_says_so() -> None:
    world = World(document(offer("a"), offer("b"), contact_policies=[policy()]))
    lost = next(each for each in fates(world.look()) if each.stage != "shown")
    assert lost.stage == "ranked"
    assert lost.reason == (
        "contact policy calm: all offers shown 0 of at most 1 times in 7 days; the offers shown take what is left"
    )


@pytest.mark.parametrize("control", [0.0, 100.0])
@pytest.mark.parametrize("display", ["always", "priority", "default"])
def test_no_display_mode_and_no_control_group_escapes_a_cap(display: str, control: float) -> None:
    things = [offer(f"o{n}", display=display) for n in range(4)]
    placement = {"control_percent": control}
    world = World(document(*things, placement=placement, contact_policies=[policy(scope="group", max=2)]))
    assert [len(world.shown(world.ask())) for _ in range(2)] == [2, 0]


def test_a_reject_silences_its_group_and_a_correction_takes_that_back() -> None:
    quiet = policy(scope="group", counts="rejected", days=30)
    world = World(document(offer("a"), offer("b"), offer("c", group="x"), contact_policies=[quiet]))
    token = world.ask()
    world.answer(token, "a", "rejected")
    assert [fate(world, name).stage for name in "abc"] == ["allowed", "allowed", "shown"]
    world.answer(token, "a", "accepted", correction=True)
    assert fate(world).stage == "shown"
    world.answer(token, "a", "rejected", correction=True)
    assert fate(world).stage == "allowed"


def test_an_accepted_offer_can_be_kept_from_coming_again() -> None:
    world = World(document(offer("a"), contact_policies=[policy(scope="offer", counts="accepted")]))
    token = world.ask()
    world.answer(token, "a", "interested")
    assert fate(world).stage == "shown"
    world.answer(token, "a", "accepted")
    assert fate(world).stage == "allowed"


@pytest.mark.parametrize("outcome", ["skipped", "ignored"])
def test_an_offer_that_was_skipped_or_ignored_was_not_rejected(outcome: str) -> None:
    world = World(document(offer("a"), contact_policies=[policy(counts="rejected")]))
    world.answer(world.ask(), "a", outcome)
    assert fate(world).stage == "shown"


def test_a_proposal_counts_once_the_agent_has_presented_it() -> None:
    world = World(document(offer("a"), contact_policies=[policy()]))
    token = world.ask(presents=False)
    assert fate(world).stage == "shown"
    world.answer(token, "a", "presented")
    assert fate(world).stage == "allowed"


def test_a_policy_of_some_channels_looks_at_those_and_holds_on_those() -> None:
    world = World(document(offer("a"), contact_policies=[policy(channels=["web"])]))
    world.ask()
    assert fate(world).stage == "shown"
    world.publish(document(offer("a"), number=2, contact_policies=[policy(channels=["call-center", "web"])]))
    assert fate(world).reason.endswith("in 7 days on call-center, web")


def test_days_are_days_of_the_calendar_in_the_publications_time_zone() -> None:
    content = document(offer("a"), contact_policies=[policy(days=2)], time_zone="Europe/Bucharest")
    world = World(content)
    world.now = moment("2026-03-28T23:59:00+02:00")  # the night before the clock jumps an hour
    world.ask()
    world.now = moment("2026-03-29T23:59:59+03:00")
    assert fate(world).stage == "allowed"
    world.now = moment("2026-03-30T00:00:00+03:00")
    assert fate(world).stage == "shown"


def test_a_day_whose_midnight_the_clock_jumps_over_begins_with_the_jump() -> None:
    day = datetime(2026, 4, 24).date()
    assert midnight(day, ZoneInfo("Africa/Cairo")) == moment("2026-04-24T01:00:00+03:00")


def test_a_group_counts_what_was_shown_under_its_name_even_of_offers_that_are_gone() -> None:
    world = World(document(offer("gone"), contact_policies=[policy(scope="group")]))
    world.ask()
    world.publish(document(offer("a"), number=2, contact_policies=[policy(scope="group")]))
    assert fate(world).stage == "allowed"


def test_a_policy_that_is_published_later_counts_what_was_before_it() -> None:
    world = World(document(offer("a")))
    world.ask()
    world.now += 20 * DAY
    world.publish(document(offer("a"), number=2, contact_policies=[policy(days=30)]))
    assert fate(world).stage == "allowed"


def test_contacts_older_than_the_longest_window_are_let_go() -> None:
    world = World(document(offer("a"), contact_policies=[policy(max=10_000, days=40)]))
    for number in range(400):
        world.ask(f"s-{number}")
        world.ask("regular")
        world.now += DAY
    assert len(world.state.contact_log) <= 2 * 42
    assert fate(world, subject="regular").stage == "shown"


def test_a_limit_a_day_holds_for_everybody_together_and_ends_with_the_day() -> None:
    world = World(document(offer("a", limits={"per_day": 2}), time_zone="Europe/Bucharest"))
    world.now = moment("2026-03-01T22:00:00+02:00")
    world.ask("s-1")
    world.ask("s-2")
    assert (fate(world, subject="s-3").stage, fate(world).reason) == ("allowed", "shown 2 times today, at most 2 a day")
    world.now = moment("2026-03-02T00:00:00+02:00")
    assert fate(world).stage == "shown"


def test_a_limit_in_all_never_ends_and_outlives_publications() -> None:
    world = World(document(offer("a")))
    world.ask("s-1")
    world.publish(document(offer("b"), number=2))
    world.publish(document(offer("a", limits={"total": 2}), number=3))
    world.ask("s-2")
    world.now += 400 * DAY
    assert fate(world).reason == "shown 2 times, at most 2 in all"


def test_an_event_that_is_told_late_counts_on_its_own_day() -> None:
    world = World(document(offer("a", limits={"per_day": 1})))
    world.ask()
    world.now -= DAY
    assert fate(world).stage == "shown"
    world.ask()
    assert fate(world).stage == "allowed"


def test_counters_are_part_of_the_digest() -> None:
    digests = []
    for counted in ("shown", "rejected"):
        world = World(document(offer("a"), contact_policies=[policy()]))
        token = world.ask()
        if counted == "rejected":
            world.answer(token, "a", "rejected")
        digests.append(state_digest(world.state))
    assert len(set(digests)) == 2


def test_a_window_does_not_end_with_the_hour() -> None:
    world = World(document(offer("a"), contact_policies=[policy(days=1)]))
    world.now = moment("2026-03-01T00:00:00+00:00")
    world.ask()
    world.now += 23 * HOUR
    assert fate(world).stage == "allowed"
