"""Standing offers: for everybody, in the right place, worded, and nothing that only the engine may judge."""

from datetime import UTC, datetime
from typing import Any

from tests.publications import offer

from tradewind.crm.decisions.running import Running
from tradewind.crm.decisions.standing import Standing, fill, standing_offers

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
DESK = {"name": "desk", "channel": "call-center", "limit": 2}


def standing(*offers: dict[str, Any], **changes: Any) -> list[Standing]:
    running = Running(
        number=7, attributes={}, placements={"desk": DESK}, placement_of_event={"call-started": "desk"}, offers=offers
    )
    asked: dict[str, Any] = {"placement": "desk", "language": "en", "skills": (), "attributes": {}, "without": ()}
    return standing_offers(running, now=NOW, **{**asked, **changes})


def codes(found: list[Standing]) -> list[str]:
    return [one.offer for one in found]


def test_default_offers_come_first_then_the_most_valuable_up_to_the_limit() -> None:
    found = standing(offer("b", value=5.0), offer("c", value=50.0), offer("a", value=1.0, display="default"))
    assert codes(found) == ["a", "c"]


def test_an_offer_with_a_rule_does_not_stand_in() -> None:
    narrow = offer("narrow", eligibility="customer.is_student")
    profiled = offer("profiled", profiles=[{"id": "students", "rule": "customer.is_student"}])
    assert codes(standing(narrow, profiled, offer("plain"))) == ["plain"]


def test_the_reason_is_that_of_the_profile_for_everybody() -> None:
    profiles = [
        {"id": "students", "rule": "customer.is_student", "suitability": {"en": "A student."}},
        {"id": "rest", "rule": "true", "suitability": {"en": "For all."}},
    ]
    (found,) = standing(offer("a", profiles=profiles))
    assert (found.profile, found.suitability) == ("rest", "For all.")


def test_an_answered_offer_does_not_come_again() -> None:
    assert codes(standing(offer("a"), offer("b"), without={"a"})) == ["b"]


def test_an_offer_for_skills_that_the_agent_lacks_is_left_out() -> None:
    skilled = offer("a", agent_skills=["business"])
    assert codes(standing(skilled)) == []
    assert codes(standing(skilled, skills=["business", "retention"])) == ["a"]


def test_an_offer_outside_its_planned_days_is_left_out() -> None:
    early = offer("early", starts_at="2026-11-20T10:00:01Z")
    late = offer("late", ends_at="2026-11-20T10:00:00Z")
    right = offer("right", starts_at="2026-11-20T10:00:00Z", ends_at="2026-11-20T10:00:01Z")
    assert codes(standing(early, late, right)) == ["right"]


def test_an_offer_of_another_placement_or_without_texts_for_it_is_left_out() -> None:
    elsewhere = offer("elsewhere", placements=["showroom"])
    silent = offer("silent", treatments=[{"id": "web-en", "channel": "web", "language": "en", "texts": {"title": "x"}}])
    assert codes(standing(elsewhere, silent)) == []


def test_texts_come_in_the_customers_language_else_in_another() -> None:
    (romanian,) = standing(offer("a"), language="ro")
    assert romanian.treatment == "call-center-ro"
    english = [treatment for treatment in offer("a")["treatments"] if treatment["language"] == "en"]
    (other,) = standing(offer("a", treatments=english), language="ro")
    assert other.treatment == "call-center-en"


def test_placeholders_are_filled_as_the_engine_fills_them() -> None:
    assert fill("Dear {{ customer.first_name }}{{customer.title}}!", {"customer.first_name": "Ana"}) == "Dear Ana!"
    assert fill("{{ machine.age_months }} months", {"machine.age_months": 25.0}) == "25 months"
    assert fill("{{ agent.skills }}", {"agent.skills": ["care", "sales"]}) == "care, sales"
    assert fill("{{ customer.is_student }}", {"customer.is_student": True}) == "true"


def test_a_language_that_nobody_wrote_falls_back_to_english_and_not_to_the_first() -> None:
    romanian, english = (
        {"id": f"call-center-{language}", "channel": "call-center", "language": language, "texts": {"title": language}}
        for language in ("ro", "en")
    )
    (found,) = standing(offer("a", treatments=[romanian, english]), language="de")
    assert found.treatment == "call-center-en"


def test_the_reason_is_filled_and_falls_back_like_the_texts() -> None:
    profiles = [{"id": "all", "rule": "true", "suitability": {"ro": "x", "en": "For {{ customer.first_name }}."}}]
    (found,) = standing(offer("a", profiles=profiles), language="de", attributes={"customer.first_name": "Ana"})
    assert found.suitability == "For Ana."
