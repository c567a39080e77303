"""A partner manager looks after the own company: its certificates and its entry in the store locator."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.cast import Cast
from tests.partnership import enlisted

from tradewind.crm.channel.certificates import ask, held_by
from tradewind.crm.channel.models import Certificate, Certification, Holder, Partner, Status, StoreEntry
from tradewind.crm.identity.models import Role, User
from tradewind.crm.parties.models import Membership

type ClientOf = Callable[[User], Client]

ENTRY = {
    "street": "12 Pratt Street",
    "postcode": "NW1 0AE",
    "city": "London",
    "phone": "+44 20 7946 0111",
    "hours": "Mon–Sat 9–18",
    "services": "Repairs",
}


def approved(organisation: Any, cast: Cast) -> Partner:
    partner = enlisted(organisation, actor=cast.claire, now=timezone.now())
    partner.become(Status.APPROVED, actor=cast.claire, now=timezone.now())
    return partner


@pytest.fixture(autouse=True)
def camden(cast: Cast) -> Partner:
    return approved(cast.camden, cast)


@pytest.fixture(autouse=True)
def borough(cast: Cast) -> Partner:
    partner = approved(cast.borough, cast)
    StoreEntry.objects.create(partner=partner, street="9 Rival Row", postcode="SE1 9AL", city="London")
    return partner


@pytest.fixture
def repair(cast: Cast) -> Certification:
    return Certification.objects.create(code="repair", name="Repair", holder=Holder.PERSON, valid_months=12)


@pytest.fixture
def service(cast: Cast) -> Certification:
    return Certification.objects.create(code="service", name="Service point", holder=Holder.COMPANY, valid_months=24)


@pytest.fixture
def petra(cast: Cast, client_of: ClientOf) -> Client:
    cast.petra.language = "en"
    cast.petra.save()
    return client_of(cast.petra)


def certificates(client: Client) -> Any:
    return client.get(reverse("partner:certificates"))


def asks(client: Client, cast: Cast, certification: object, person: object = "", **more: object) -> Any:
    sent = {"for_company": cast.camden.pk, "certification": certification, "person": person}
    return client.post(reverse("partner:certificates"), sent | more, follow=True)


def granted(certificate: Certificate, cast: Cast, *, starts_date: date) -> Certificate:
    certificate.grant(starts_date=starts_date, actor=cast.claire, now=timezone.now())
    return certificate


# --- Certificates


def test_a_manager_asks_for_the_company_and_for_a_colleague(
    cast: Cast, petra: Client, camden: Partner, repair: Certification, service: Certification
) -> None:
    assert "Nobody is certified yet" in certificates(petra).content.decode()
    assert "The brand owner has been asked" in asks(petra, cast, service.pk).content.decode()
    asks(petra, cast, repair.pk, cast.paul.pk)
    rows = Certificate.objects.order_by("pk").values_list("partner", "certification", "person", "asked_by")
    assert list(rows) == [
        (camden.pk, service.pk, None, cast.petra.pk),
        (camden.pk, repair.pk, cast.paul.pk, cast.petra.pk),
    ]
    page = certificates(petra).content.decode()
    assert page.count("asked for by Petra Ionescu") == 2
    told = camden.activities.filter(activity__verb="certificate.asked", activity__actor=cast.petra)
    assert told.count() == 2


@pytest.mark.parametrize("wrong", ["a company for a person", "a person for a company", "nothing"])
def test_what_cannot_be_asked_for_is_said_at_the_field(
    cast: Cast, petra: Client, repair: Certification, service: Certification, wrong: str
) -> None:
    certification, person, said = {
        "a company for a person": (repair.pk, "", "Say who is to be certified."),
        "a person for a company": (service.pk, cast.paul.pk, "This is for companies."),
        "nothing": ("", "", "This field is required."),
    }[wrong]
    answer = asks(petra, cast, certification, person)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Certificate.objects.exists()


def test_nobody_asks_twice(cast: Cast, petra: Client, service: Certification) -> None:
    asks(petra, cast, service.pk)
    assert "This is asked for already." in asks(petra, cast, service.pk).content.decode()
    assert Certificate.objects.count() == 1


@pytest.mark.parametrize("who", ["rex", "adam", "claire"])
def test_nobody_of_another_company_is_certified(cast: Cast, petra: Client, repair: Certification, who: str) -> None:
    person = getattr(cast, who)
    answer = asks(petra, cast, repair.pk, person.pk)
    assert answer.status_code == 422
    assert person.name not in answer.content.decode()
    assert not Certificate.objects.exists()


def test_who_left_is_not_certified_and_keeps_what_was_granted_in_sight(
    cast: Cast, petra: Client, camden: Partner, repair: Certification
) -> None:
    row = ask(partner=camden, certification=repair, person=cast.paul, actor=cast.petra, now=timezone.now())
    granted(row, cast, starts_date=timezone.localdate() - timedelta(days=350))
    cast.paul.memberships.get().end(on_date=timezone.localdate())
    page = certificates(petra)
    assert "has left" in page.content.decode()
    [(held, *_said, may_be_asked)] = page.context["held"]
    assert (held.is_here, may_be_asked) == (False, False)
    assert asks(petra, cast, repair.pk, cast.paul.pk).status_code == 422


def test_what_expires_soon_is_renewed_and_what_has_expired_too(
    cast: Cast, petra: Client, camden: Partner, repair: Certification, service: Certification
) -> None:
    today = timezone.localdate()
    soon, fresh, over = (
        granted(
            ask(partner=camden, certification=kind, person=person, actor=cast.petra, now=timezone.now()),
            cast,
            starts_date=today - timedelta(days=days),
        )
        for kind, person, days in ((repair, cast.paul, 330), (repair, cast.petra, 10), (service, None, 900))
    )
    page = certificates(petra).content.decode()
    assert page.count("valid until") == 2
    assert page.count("Ask to renew") == 2
    assert "expired" in page
    asks(petra, cast, repair.pk, cast.paul.pk)
    asks(petra, cast, service.pk)
    page = certificates(petra).content.decode()
    assert page.count("renewal asked for by Petra Ionescu") == 2
    assert "Ask to renew" not in page
    renewed = Certificate.objects.asked_for().get(person=cast.paul)
    granted(renewed, cast, starts_date=(soon.expires_date or today) + timedelta(days=1))
    held = {(each.certification, each.person): each for each in held_by(camden)}
    assert held[repair, cast.paul].granted == renewed
    assert held[repair, cast.petra].granted == fresh
    assert held[service, None].granted == over


def test_a_refusal_is_read_with_its_reason_and_may_be_tried_again(
    cast: Cast, petra: Client, camden: Partner, service: Certification
) -> None:
    row = ask(partner=camden, certification=service, person=None, actor=cast.petra, now=timezone.now())
    row.refuse(why="The workshop is too small.", actor=cast.claire, now=timezone.now())
    page = certificates(petra).content.decode()
    assert "The workshop is too small." in page
    assert "Ask again" in page
    asks(petra, cast, service.pk)
    assert Certificate.objects.asked_for().count() == 1


def test_the_page_asks_a_fixed_number_of_queries(
    cast: Cast, petra: Client, camden: Partner, repair: Certification, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(15) as few:
        certificates(petra)
    for number in range(8):
        user = User.objects.create(email=f"person-{number}@camden.example", name=f"Person {number}")
        Membership.objects.create(user=user, organisation=cast.camden, since_date=timezone.localdate())
        ask(partner=camden, certification=repair, person=user, actor=cast.petra, now=timezone.now())
    with django_assert_max_num_queries(len(few.captured_queries)):
        certificates(petra)


# --- The store locator


def writes(client: Client, cast: Cast, **fields: object) -> Any:
    return client.post(reverse("partner:store"), {"for_company": cast.camden.pk} | ENTRY | fields, follow=True)


def test_a_manager_writes_the_entry_and_the_brand_owner_publishes_it(
    cast: Cast, petra: Client, camden: Partner, client_of: ClientOf
) -> None:
    page = petra.get(reverse("partner:store")).content.decode()
    assert "NW1 7AB" in page
    assert "Keep the entry first" in page
    assert "The entry is kept." in writes(petra, cast).content.decode()
    entry = StoreEntry.objects.get(partner=camden)
    assert (entry.street, entry.area, entry.published_at) == ("12 Pratt Street", "NW1", None)
    assert "has not published it yet" in petra.get(reverse("partner:store")).content.decode()
    timeline = client_of(cast.claire).get(reverse("channel:partner", args=[camden.uuid])).content.decode()
    assert "Entry of the store locator changed" in timeline


def test_a_change_of_a_published_entry_stays_published(cast: Cast, petra: Client, camden: Partner) -> None:
    writes(petra, cast)
    entry = StoreEntry.objects.get(partner=camden)
    entry.publish(actor=cast.claire, now=timezone.now())
    before = entry.published_at
    writes(petra, cast, hours="Mon–Fri 10–19")
    entry.refresh_from_db()
    assert (entry.hours, entry.published_at, entry.published_by) == ("Mon–Fri 10–19", before, cast.claire)
    [told] = [row.activity for row in camden.activities.filter(activity__verb="store.changed")][:1]
    assert told.detail["fields"] == ["Opening hours"]


def test_nothing_is_told_where_nothing_changed(cast: Cast, petra: Client, camden: Partner) -> None:
    writes(petra, cast)
    writes(petra, cast)
    assert camden.activities.filter(activity__verb="store.changed").count() == 1


def test_an_entry_without_an_address_keeps_what_was_typed(cast: Cast, petra: Client) -> None:
    answer = writes(petra, cast, street="", hours="Mon–Fri 10–19")
    assert answer.status_code == 422
    assert "Mon–Fri 10–19" in answer.content.decode()
    assert not StoreEntry.objects.filter(partner__organisation=cast.camden).exists()


def test_neither_the_company_nor_the_publication_is_written_from_here(
    cast: Cast, petra: Client, camden: Partner, borough: Partner
) -> None:
    forged = {
        "partner": borough.pk,
        "partner_id": borough.pk,
        "id": borough.store.pk,
        "pk": borough.store.pk,
        "published_at": "2026-01-01T00:00",
        "published_by": cast.petra.pk,
        "area": "E8",
    }
    writes(petra, cast, **forged)
    entry = StoreEntry.objects.get(partner=camden)
    assert (entry.published_at, entry.published_by, entry.area) == (None, None, "NW1")
    assert StoreEntry.objects.get(partner=borough).street == "9 Rival Row"


# --- For whom, and for which company


@pytest.mark.parametrize("name", ["certificates", "store"])
def test_only_managers_find_these_pages(cast: Cast, client_of: ClientOf, name: str) -> None:
    url = reverse(f"partner:{name}")
    found = {who: client_of(getattr(cast, who)).get(url).status_code for who in ("petra", "paul", "rex", "claire")}
    assert found == {"petra": 200, "paul": 404, "rex": 200, "claire": 404}
    assert url in client_of(cast.petra).get(reverse("partner:certificates")).content.decode()
    assert reverse("partner:certificates") not in client_of(cast.paul).get(reverse("partner:team")).content.decode()


def test_a_rival_reads_nothing_of_another_company(
    cast: Cast, petra: Client, camden: Partner, repair: Certification, client_of: ClientOf
) -> None:
    asks(petra, cast, repair.pk, cast.paul.pk)
    writes(petra, cast)
    rex = client_of(cast.rex)
    for page in ("certificates", "store"):
        text = rex.get(reverse(f"partner:{page}")).content.decode()
        for told in ("Paul Marin", "Petra Ionescu", "12 Pratt Street", "Camden"):
            assert told not in text


@pytest.mark.parametrize("name", ["certificates", "store"])
def test_a_form_opened_for_the_other_company_writes_nothing(
    cast: Cast, petra: Client, borough: Partner, service: Certification, name: str
) -> None:
    other = Membership.objects.create(user=cast.petra, organisation=cast.borough, since_date=timezone.localdate())
    other.give(Role.PARTNER_MANAGER, actor=cast.claire, now=timezone.now())
    other.act()
    sent = {"for_company": cast.camden.pk, "certification": service.pk, "person": "", **ENTRY}
    answer = petra.post(reverse(f"partner:{name}"), sent, follow=True)
    assert "opened for another company" in answer.content.decode()
    assert not Certificate.objects.exists()
    assert StoreEntry.objects.get().street == "9 Rival Row"


def test_an_employee_of_the_other_company_who_manages_here_manages_here_only(
    cast: Cast, petra: Client, service: Certification
) -> None:
    other = Membership.objects.create(user=cast.petra, organisation=cast.borough, since_date=timezone.localdate())
    other.give(Role.PARTNER_EMPLOYEE, actor=cast.claire, now=timezone.now())
    other.act()
    sent = {"for_company": cast.borough.pk, "certification": service.pk, "person": "", **ENTRY}
    for page in ("certificates", "store"):
        url = reverse(f"partner:{page}")
        assert (petra.get(url).status_code, petra.post(url, sent).status_code) == (404, 404)
    assert not Certificate.objects.exists()
