"""Which portals a person has, and which entry of one is marked."""

from dataclasses import dataclass, replace

import pytest
from django.test import RequestFactory
from django.urls import resolve

from tradewind.portals.ui import navigation
from tradewind.portals.ui.navigation import Item, Portal, current_portal, places, portals_of

DESK = Portal(
    "ui", "Desk", "agent", "ui:live", ("agent",), [Item("Guide", "ui:style-guide"), Item("Keys", "ui:shortcuts")]
)
FUNDS = Portal("funds", "Funds", "finance", "ui:ready", ("finance",))


@dataclass
class Person:
    """Somebody with roles, as far as the masthead is concerned."""

    held: frozenset[str]
    is_authenticated: bool = True

    def has_role(self, *roles: str) -> bool:
        return not self.held.isdisjoint(roles)


NOBODY = Person(frozenset(), is_authenticated=False)


@pytest.fixture(autouse=True)
def two_portals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "all_portals", lambda: (FUNDS, DESK))


def test_a_person_sees_only_the_portals_of_held_roles() -> None:
    assert portals_of(Person(frozenset({"agent"}))) == (DESK,)


def test_somebody_who_is_not_signed_in_has_no_portal() -> None:
    assert portals_of(Person(frozenset({"agent"}), is_authenticated=False)) == ()


def test_the_portal_of_the_address_is_the_current_one() -> None:
    request = RequestFactory().get("/ui/")
    request.user = Person(frozenset({"agent", "finance"}))  # type: ignore[assignment]  # a person without a database
    request.resolver_match = resolve("/ui/")
    assert current_portal(request) is DESK


def test_a_page_of_no_portal_shows_the_first_of_the_person() -> None:
    request = RequestFactory().get("/accounts/login/")
    request.user = Person(frozenset({"agent", "finance"}))  # type: ignore[assignment]  # a person without a database
    request.resolver_match = resolve("/accounts/login/")
    assert current_portal(request) is FUNDS


def test_the_longest_address_above_the_page_is_marked() -> None:
    marks = [place.current for place in places(DESK, "/ui/shortcuts/", NOBODY)]
    assert marks == ["", "page"]


def test_a_page_below_an_entry_marks_the_entry_as_the_way_there() -> None:
    marks = [place.current for place in places(DESK, "/ui/something/deeper/", NOBODY)]
    assert marks == ["true", ""]


def test_a_page_outside_marks_nothing() -> None:
    assert not any(place.current for place in places(DESK, "/accounts/email/", NOBODY))


def test_an_entry_for_some_roles_is_there_for_them_alone() -> None:
    portal = replace(DESK, items=[*DESK.items, Item("Company", "ui:live", roles=("manager",))])
    assert [place.label for place in places(portal, "/ui/", Person(frozenset({"agent"})))] == ["Guide", "Keys"]
    assert [place.label for place in places(portal, "/ui/", Person(frozenset({"manager"})))][-1] == "Company"
