"""One person, two companies, two roles: at each company Vera finds what somebody of that role finds there, and no more.

She manages Camden and is an employee of the rival. Every address of the partner portal is opened as her, acting for
the one and for the other, beside somebody who holds only that role.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings
from tests.cast import NOW, SINCE, member
from tests.crawled import CAMDENS, RIVALS, Crawled, build_crawled
from tests.integration.test_crawl import asked, calls

from tradewind.crm.identity.models import Role, User
from tradewind.crm.parties.models import Membership, MembershipRole, Organisation

type ClientOf = Callable[[User], Client]

FOR_MANAGERS = {
    "partner:agreements",
    "partner:certificates",
    "partner:customer-create",
    "partner:member",
    "partner:member-invite",
    "partner:store",
}
"""Pages that a manager opens and an employee does not."""


@pytest.fixture
def world(db: None, settings: Settings) -> Crawled:
    settings.TRADEWIND_ENGINE_URL = "http://127.0.0.1:9"  # nobody listens
    return build_crawled()


@pytest.fixture
def vera(world: Crawled) -> User:
    cast = world.cast
    user = member("Vera Stan", Role.PARTNER_MANAGER, cast.camden, actor=cast.adam)
    rival = Membership.objects.create(user=user, organisation=cast.borough, since_date=SINCE)
    rival.give(Role.PARTNER_EMPLOYEE, actor=cast.adam, now=NOW)
    return user


def opened(client: Client, world: Crawled, user: User) -> dict[tuple[str, str], tuple[int, bytes]]:
    """What each page of the portal answers, with ids of this person's company, of the other and of nothing."""
    answers = {}
    for call in calls(world, user):
        if call.view.name.startswith("partner:"):
            answer = asked(client, "GET", call.path)
            body = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
            answers[call.view.name, call.path] = answer.status_code, body
    return answers


def tells(answers: dict[tuple[str, str], tuple[int, bytes]], mark: str, *, but: Organisation) -> list[str]:
    """Pages that say something of the other company; only its name stands there, on the button to switch to it."""
    name = Organisation.objects.get(pk=but.pk).name.encode()
    return [path for (_view, path), (_status, body) in answers.items() if mark.encode() in body.replace(name, b"")]


def pages(answers: dict[tuple[str, str], tuple[int, bytes]]) -> set[tuple[str, str]]:
    return {at for at, (status, _body) in answers.items() if status == 200}


def test_acting_for_either_company_is_being_what_one_is_there(world: Crawled, vera: User, client_of: ClientOf) -> None:
    cast = world.cast
    client = client_of(vera)
    as_manager = opened(client, world, cast.petra)
    assert pages(as_manager) == pages(opened(client_of(cast.petra), world, cast.petra))
    assert {name for name, _path in pages(as_manager)} >= FOR_MANAGERS
    assert tells(as_manager, RIVALS, but=cast.borough) == []

    vera.memberships.get(organisation=cast.borough).act()
    as_employee = opened(client, world, world.rita)
    assert pages(as_employee) <= pages(opened(client_of(world.rita), world, world.rita))
    assert not FOR_MANAGERS & {name for name, _path in pages(as_employee)}
    assert {name for name, _path in pages(as_employee)} >= {"partner:lead", "partner:order", "partner:team"}
    assert tells(as_employee, CAMDENS, but=cast.camden) == []

    of_records = {at for at in pages(as_manager) if any(part.isdigit() for part in at[1].split("/"))}
    assert of_records
    assert of_records & pages(opened(client, world, cast.petra)) == set()


def test_no_field_of_the_switch_makes_anybody_more_than_they_are(
    world: Crawled, vera: User, client_of: ClientOf
) -> None:
    cast = world.cast
    rival = vera.memberships.get(organisation=cast.borough)
    before = list(MembershipRole.objects.order_by("pk").values())
    client = client_of(vera)
    forged = {"membership": rival.pk, "role": "partner_manager", "sells": "on", "organisation": cast.borough.pk}
    assert client.post("/partner/company/", forged).status_code == 303
    assert User.objects.get(pk=vera.pk).roles() == {Role.PARTNER_EMPLOYEE}
    assert list(MembershipRole.objects.order_by("pk").values()) == before
    for other in (cast.rex.memberships.get(), cast.adam.memberships.get()):
        assert client.post("/partner/company/", {"membership": other.pk}).status_code == 404
