"""The acceptance table of the partner roles, over every address of the portal; the rival finds nothing of Camden's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, reverse
from tests.cast import Cast
from tests.channel import Channel, build_channel

from tradewind.crm.activities.models import Activity
from tradewind.crm.care.models import Ticket
from tradewind.crm.identity.models import Role, User
from tradewind.crm.orders.models import Order
from tradewind.crm.parties.models import Customer, Membership
from tradewind.crm.sales.models import Lead, Opportunity
from tradewind.portals.partner.shelves import SHELVES, Shelf
from tradewind.portals.partner.urls import urlpatterns

type ClientOf = Callable[[User], Client]

MARK = "MARK-OF-THE-RIVAL"
CAMDENS = {"own", "paul's", "made by camden"}
RIVALS = {"the rival's", "made by camden, now the rival's"}
SERVED: Mapping[type[Model], set[str]] = {Ticket: {"of brightside"}}
EDITED: Mapping[str, set[str]] = {"petra": CAMDENS, "paul": {"paul's"}, "rex": RIVALS}
DELETED: Mapping[str, set[str]] = {"petra": {"made by camden"}, "paul": set(), "rex": {"the rival's"}}
CREATED: Mapping[str, set[str]] = {
    "petra": {"lead", "opportunity", "order", "ticket"},
    "paul": {"lead", "order", "ticket"},
    "rex": {"lead", "opportunity", "order", "ticket"},
}
PEOPLE = ["petra", "paul", "rex"]

shelves = pytest.mark.parametrize("shelf", SHELVES, ids=lambda shelf: shelf.slug)
people = pytest.mark.parametrize("who", PEOPLE)


@pytest.fixture
def channel(cast: Cast) -> Channel:
    return build_channel(cast)


def seen_by(who: str, model: type[Model]) -> set[str]:
    return RIVALS if who == "rex" else CAMDENS | SERVED.get(model, set())


def edited_by(who: str, model: type[Model]) -> set[str]:
    return EDITED[who] | (SERVED.get(model, set()) if who == "petra" else set())


def answers(client: Client, channel: Channel, shelf: Shelf, action: str, **post: str) -> dict[int, set[str]]:
    """The names of the objects by the status that the address gives."""
    found: dict[int, set[str]] = {}
    for name, row in channel.objects[shelf.model].items():
        url = reverse(f"partner:{shelf.name}{action}", args=[row.pk])
        answer = client.post(url, post) if post else client.get(url)
        found.setdefault(answer.status_code, set()).add(name)
    return found


def everything(model: type[Model], channel: Channel) -> set[str]:
    return set(channel.objects[model])


@shelves
@people
def test_pages_show_what_the_company_works_on_and_nothing_else(
    channel: Channel, client_of: ClientOf, shelf: Shelf, who: str
) -> None:
    seen = seen_by(who, shelf.model)
    found = answers(client_of(getattr(channel.cast, who)), channel, shelf, "")
    assert found == {200: seen, 404: everything(shelf.model, channel) - seen}


@shelves
@people
def test_managers_edit_all_of_the_company_and_employees_their_own(
    channel: Channel, client_of: ClientOf, shelf: Shelf, who: str
) -> None:
    edited = edited_by(who, shelf.model)
    client = client_of(getattr(channel.cast, who))
    rest = everything(shelf.model, channel) - edited
    assert answers(client, channel, shelf, "-edit") == {200: edited, 404: rest}
    assert answers(client, channel, shelf, "-move", step="nonsense") == {303: edited, 404: rest}


@shelves
@people
def test_only_managers_hand_work_on(channel: Channel, client_of: ClientOf, shelf: Shelf, who: str) -> None:
    handed = set() if who == "paul" else edited_by(who, shelf.model)
    found = answers(client_of(getattr(channel.cast, who)), channel, shelf, "-assign", to=str(channel.cast.paul.pk))
    rest = everything(shelf.model, channel) - handed
    assert found == ({303: handed, 404: rest} if handed else {404: rest})
    kept = {row.pk: row.assigned_to_id for row in channel.objects[shelf.model].values()}
    for row in shelf.model._default_manager.all():
        name = next(iter(channel.names(shelf.model, [row])))
        given = who == "petra" and name in handed
        assert row.assigned_to_id == (channel.cast.paul.pk if given else kept[row.pk]), name


@shelves
@people
def test_managers_delete_only_what_the_company_created(
    channel: Channel, client_of: ClientOf, shelf: Shelf, who: str
) -> None:
    client = client_of(getattr(channel.cast, who))
    rest = everything(shelf.model, channel) - DELETED[who]
    asked = answers(client, channel, shelf, "-delete")
    assert asked == ({200: DELETED[who], 404: rest} if DELETED[who] else {404: rest})
    assert shelf.model._default_manager.count() == len(channel.objects[shelf.model])
    answers(client, channel, shelf, "-delete", sure="yes")
    assert channel.names(shelf.model, shelf.model._default_manager.all()) == rest


@shelves
@people
def test_employees_create_no_opportunity(channel: Channel, client_of: ClientOf, shelf: Shelf, who: str) -> None:
    client = client_of(getattr(channel.cast, who))
    status = client.get(reverse(f"partner:{shelf.name}-create")).status_code
    assert status == (200 if shelf.name in CREATED[who] else 404)
    assert client.post(reverse(f"partner:{shelf.name}-create"), {"title": "Mine"}).status_code in {303, 404}
    assert shelf.model._default_manager.count() == len(channel.objects[shelf.model])


@shelves
@people
def test_lists_searches_and_files_hold_what_pages_show(
    channel: Channel, client_of: ClientOf, shelf: Shelf, who: str
) -> None:
    client = client_of(getattr(channel.cast, who))
    listed = client.get(reverse(f"partner:{shelf.name}-list"))
    assert {line.pk for line in listed.context["lines"]} == {
        channel.objects[shelf.model][name].pk for name in seen_by(who, shelf.model)
    }
    assert (MARK in listed.content.decode()) == (who == "rex" and shelf.model is not Order)
    everywhere = client.get(
        reverse(f"partner:{shelf.name}-list"), {"q": "mark of the rival" if shelf.model is Lead else "o"}
    )
    assert {line.pk for line in everywhere.context["lines"]} <= {line.pk for line in listed.context["lines"]}
    file = client.get(reverse(f"partner:{shelf.name}-export", args=["csv"]))
    assert file.status_code == (404 if who == "paul" else 200)
    if who == "petra":
        assert MARK not in file.content.decode()
        assert len(file.content.decode().strip().splitlines()) == 1 + len(seen_by(who, shelf.model))


def every_url(channel: Channel, name: str) -> list[str]:
    """Every address of the portal, about the objects of this name."""
    urls = []
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        shelf = pattern.default_args.get("shelf")
        real: dict[str, Any] = {
            "form": "csv",
            "number": channel.cast.brightside.number,
            "uuid": "00000000-0000-4000-8000-000000000000",
            "pk": channel.objects[shelf.model][name].pk if shelf else 0,
        }
        wanted = {key: real[key] for key in pattern.pattern.converters}
        urls.append(reverse(f"partner:{pattern.name}", kwargs=wanted))
    return urls


def rows() -> dict[str, Any]:
    models = (Lead, Opportunity, Order, Ticket, Activity)
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in models}


@pytest.mark.parametrize("who", ["hannah", "daniel", "ines", "claire", "farah", "adam"])
def test_nothing_of_the_portal_exists_for_the_brand_owners_people(
    channel: Channel, client_of: ClientOf, who: str
) -> None:
    client = client_of(getattr(channel.cast, who))
    before = rows()
    for url in every_url(channel, "own"):
        assert client.get(url).status_code == 404, url
        assert client.post(url).status_code == 404, url
    assert rows() == before


def test_the_rival_reads_nothing_of_camdens_and_changes_nothing(channel: Channel, client_of: ClientOf) -> None:
    client = client_of(channel.cast.rex)
    before = rows()
    for name in ("own", "paul's", "made by camden"):
        for url in every_url(channel, name):
            pages = [client.get(url).content.decode(), client.post(url, {"to": "1", "step": "lose"}).content.decode()]
            for page in pages:
                for hidden in ("Camden", "Petra", "Paul", "Brightside", "made by camden</a>"):
                    assert hidden not in page, url
    assert rows() == before


def test_an_absent_record_answers_like_a_foreign_one(channel: Channel, client_of: ClientOf) -> None:
    client = client_of(channel.cast.rex)
    foreign = client.get(reverse("partner:lead", args=[channel.objects[Lead]["own"].pk]))
    absent = client.get(reverse("partner:lead", args=[987_654]))
    assert foreign.status_code == absent.status_code == 404
    said = [re.sub(rb"<[^>]*>", b"", answer.content) for answer in (foreign, absent)]
    assert said[0] == said[1]


def test_a_stranger_is_sent_to_sign_in(channel: Channel) -> None:
    for url in every_url(channel, "own"):
        assert Client().get(url).headers["Location"].startswith(reverse("account_login")), url


# --- Customers


def test_managers_search_customers_and_employees_need_the_exact_number(channel: Channel, client_of: ClientOf) -> None:
    url, number = reverse("partner:customer-list"), channel.cast.brightside.number
    petra, paul, rex = (client_of(getattr(channel.cast, who)) for who in PEOPLE)
    assert "Brightside Dental" in petra.get(url).content.decode()
    assert "Brightside Dental" in petra.get(url, {"q": "bright"}).content.decode()
    assert "Maya" not in petra.get(url, {"q": "maya"}).content.decode()
    assert "Brightside Dental" not in paul.get(url).content.decode()
    assert "Brightside Dental" not in paul.get(url, {"q": "bright"}).content.decode()
    assert "Brightside Dental" not in paul.get(url, {"q": number[:-1]}).content.decode()
    assert "Brightside Dental" in paul.get(url, {"q": number}).content.decode()
    assert "Brightside Dental" not in rex.get(url, {"q": number}).content.decode()


def test_an_employee_who_buys_and_sells_searches_customers(channel: Channel, client_of: ClientOf, now: Any) -> None:
    url = reverse("partner:customer-list")
    here = channel.cast.paul.memberships.get()
    here.give(Role.PARTNER_EMPLOYEE, sells=True, actor=channel.cast.adam, now=now)
    assert "Brightside Dental" in client_of(channel.cast.paul).get(url, {"q": "bright"}).content.decode()
    here.give(Role.PARTNER_EMPLOYEE, sells=False, actor=channel.cast.adam, now=now)
    assert "Brightside Dental" not in client_of(channel.cast.paul).get(url, {"q": "bright"}).content.decode()


def test_the_page_of_a_customer_is_there_for_those_who_serve_it(channel: Channel, client_of: ClientOf) -> None:
    url = reverse("partner:customer", args=[channel.cast.brightside.number])
    statuses = {who: client_of(getattr(channel.cast, who)).get(url).status_code for who in PEOPLE}
    assert statuses == {"petra": 200, "paul": 200, "rex": 404}
    assert "of brightside" in client_of(channel.cast.paul).get(url).content.decode()
    other = reverse("partner:customer", args=[channel.cast.maya.number])
    assert client_of(channel.cast.petra).get(other).status_code == 404


def test_a_customer_who_left_the_partner_is_gone(channel: Channel, client_of: ClientOf, now: Any) -> None:
    from tradewind.crm.parties.models import EndCustomer

    EndCustomer.objects.get(partner=channel.cast.camden).end(on_date=now.date())
    url = reverse("partner:customer", args=[channel.cast.brightside.number])
    assert client_of(channel.cast.petra).get(url).status_code == 404
    assert Customer.objects.filter(pk=channel.cast.brightside.pk).exists()


def new_customer(client: Client, channel: Channel, **fields: str) -> Any:
    sent = {"for_company": str(channel.cast.camden.pk), "language": "en"} | fields
    return client.post(reverse("partner:customer-create"), sent, follow=True)


def test_a_manager_shares_a_new_customer_with_the_brand_owner(channel: Channel, client_of: ClientOf) -> None:
    petra = client_of(channel.cast.petra)
    new_customer(petra, channel, last_name="Lungu", first_name="Oana", email="oana@mail.example", wants_letters="on")
    oana = Customer.objects.latest("pk")
    assert (oana.name, oana.allows("marketing", "email")) == ("Oana Lungu", True)
    assert oana.served_by.get().partner == channel.cast.camden
    assert client_of(channel.cast.daniel).get(reverse("agent:customer", args=[oana.number])).status_code == 200
    assert client_of(channel.cast.rex).get(reverse("partner:customer", args=[oana.number])).status_code == 404
    new_customer(petra, channel, company="Lungu Design", number="C-1", segment="student")
    firm = Customer.objects.latest("pk")
    assert (firm.name, firm.segment, firm.is_student) == ("Lungu Design", "business", False)


@pytest.mark.parametrize(
    "fields", [{}, {"last_name": "Lungu", "wants_letters": "on"}, {"last_name": "Lungu", "email": "nowhere"}]
)
def test_a_customer_without_a_name_or_an_address_to_write_to_is_refused(
    channel: Channel, client_of: ClientOf, fields: dict[str, str]
) -> None:
    before = Customer.objects.count()
    answer = new_customer(client_of(channel.cast.petra), channel, **fields)
    assert answer.context["form"].errors
    assert Customer.objects.count() == before


def test_a_manager_ends_what_the_company_serves_and_nothing_else(channel: Channel, client_of: ClientOf) -> None:
    url = reverse("partner:customer-end", args=[channel.cast.brightside.number])
    for who in ("rex", "paul"):
        assert client_of(getattr(channel.cast, who)).post(url).status_code == 404
    petra = client_of(channel.cast.petra)
    assert petra.post(reverse("partner:customer-end", args=[channel.cast.maya.number])).status_code == 404
    assert petra.get(url).status_code == 200
    petra.post(url)
    assert petra.get(reverse("partner:customer", args=[channel.cast.brightside.number])).status_code == 404
    assert Customer.objects.filter(pk=channel.cast.brightside.pk).exists()


# --- Switching


@pytest.fixture
def both(channel: Channel, now: Any) -> Membership:
    """Petra works for the rival as well."""
    other = Membership.objects.create(user=channel.cast.petra, organisation=channel.cast.borough, since_date=now.date())
    other.give(Role.PARTNER_MANAGER, actor=channel.cast.adam, now=now)
    return other


def test_who_works_for_two_switches_and_never_mixes_them(
    channel: Channel, both: Membership, client_of: ClientOf
) -> None:
    petra = client_of(channel.cast.petra)
    leads = reverse("partner:lead-list")
    assert MARK not in petra.get(leads).content.decode()
    answer = petra.post(reverse("partner:company-switch"), {"membership": both.pk})
    assert answer.status_code == 303
    page = petra.get(leads)
    assert {line.pk for line in page.context["lines"]} == {channel.objects[Lead][name].pk for name in RIVALS}
    assert "Borough Laptops" in page.content.decode()
    assert petra.get(reverse("partner:lead", args=[channel.objects[Lead]["own"].pk])).status_code == 404


def test_the_membership_of_somebody_else_is_not_acted_under(
    channel: Channel, both: Membership, client_of: ClientOf
) -> None:
    rexs = channel.cast.rex.memberships.get()
    answer = client_of(channel.cast.petra).post(reverse("partner:company-switch"), {"membership": rexs.pk})
    assert answer.status_code == 404
    ended = channel.cast.paul.memberships.get()
    ended.end(on_date=ended.since_date)
    assert (
        client_of(channel.cast.paul).post(reverse("partner:company-switch"), {"membership": ended.pk}).status_code
        == 404
    )
    assert Membership.objects.acting().get(user=channel.cast.petra).organisation == channel.cast.camden


def test_a_form_opened_for_the_other_company_is_refused(
    channel: Channel, both: Membership, client_of: ClientOf
) -> None:
    petra = client_of(channel.cast.petra)
    sent = {"company": "Archway Dental", "value_minor": "10"}
    form = petra.get(reverse("partner:lead-create")).context["company"]
    both.act()
    answer = petra.post(
        reverse("partner:lead-create"),
        sent | {"for_company": str(form.pk)},
        follow=True,
        headers={"Accept-Language": "ro"},
    )
    assert "deschis pentru altă companie" in answer.content.decode()
    assert not Lead.objects.filter(company="Archway Dental").exists()
