"""What is written down, changed, handed on and closed in the partner portal, and what a browser may not decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import NOW, Cast
from tests.channel import Channel, build_channel

from tradewind.crm.activities.models import Activity
from tradewind.crm.care.models import Ticket
from tradewind.crm.identity.models import User
from tradewind.crm.orders.models import Order, OrderKind
from tradewind.crm.sales.models import Lead, Opportunity, WorkRefused

type ClientOf = Callable[[User], Client]


@pytest.fixture
def channel(cast: Cast) -> Channel:
    cast.petra.language = cast.paul.language = "en"
    cast.petra.save()
    cast.paul.save()
    return build_channel(cast)


@pytest.fixture
def petra(channel: Channel, client_of: ClientOf) -> Client:
    return client_of(channel.cast.petra)


@pytest.fixture
def paul(channel: Channel, client_of: ClientOf) -> Client:
    return client_of(channel.cast.paul)


def read(client: Client, url: str) -> str:
    return client.get(url, follow=True).content.decode()


def created(client: Client, channel: Channel, what: str, /, **fields: Any) -> str:
    answer = client.post(
        reverse(f"partner:{what}-create"), {"for_company": channel.cast.camden.pk} | fields, follow=True
    )
    return answer.content.decode()


EVIL = {"status": "converted", "stage": "won", "currency": "EUR", "cost_minor": "1", "created_at": "2001-01-01"}


def evil(channel: Channel) -> dict[str, Any]:
    """What a browser might send beside the fields of a form."""
    cast = channel.cast
    return EVIL | {
        "partner": cast.borough.pk,
        "partner_id": cast.borough.pk,
        "assigned_to": cast.rex.pk,
        "created_by": cast.rex.pk,
        "created_by_company": cast.borough.pk,
    }


def test_a_new_lead_is_the_companys_and_its_writers_whatever_the_browser_says(channel: Channel, paul: Client) -> None:
    page = created(paul, channel, "lead", **evil(channel), company="Archway Dental", value_minor="5394.50")
    lead = Lead.objects.get(company="Archway Dental")
    assert "Archway Dental" in page
    assert (lead.partner, lead.created_by_company) == (channel.cast.camden, channel.cast.camden)
    assert (lead.created_by, lead.assigned_to) == (channel.cast.paul, channel.cast.paul)
    assert (lead.status, lead.currency, lead.value_minor) == ("new", "GBP", 539_450)
    assert lead.created_at.year >= 2026
    assert "The lead is written down." in page


def test_editing_changes_the_fields_of_the_form_alone(channel: Channel, petra: Client) -> None:
    lead = channel.objects[Lead]["own"]
    petra.post(
        reverse("partner:lead-edit", args=[lead.pk]), evil(channel) | {"company": "Renamed", "postcode": "E8 3RH"}
    )
    lead.refresh_from_db()
    assert (lead.company, lead.area, lead.search_key) == ("Renamed", "E8", "renamed")
    assert (lead.partner, lead.created_by, lead.assigned_to) == (channel.cast.camden, channel.cast.claire, None)
    assert (lead.status, lead.currency, lead.created_by_company) == ("new", "GBP", channel.cast.larkfield)
    assert Activity.objects.get(verb="lead.changed").detail == {"fields": ["company", "contact_name", "postcode"]}


def test_an_edit_that_changes_nothing_is_not_told(channel: Channel, petra: Client) -> None:
    lead = channel.objects[Lead]["own"]
    petra.post(
        reverse("partner:lead-edit", args=[lead.pk]),
        {"company": lead.company, "contact_name": lead.contact_name, "postcode": lead.postcode},
    )
    assert not Activity.objects.filter(verb="lead.changed").exists()


def test_a_faulty_form_says_what_is_wrong_and_keeps_what_was_typed(channel: Channel, petra: Client) -> None:
    page = created(petra, channel, "lead", company="", email="not an address", value_minor="-5")
    assert "3 things need attention" in page
    assert "not an address" in page
    assert Lead.objects.count() == 6


def test_orders_get_a_number_and_a_customer_by_exact_number(channel: Channel, paul: Client) -> None:
    fields = {"kind": OrderKind.ON_BEHALF, "customer": channel.cast.brightside.number, "total_minor": "899.00"}
    created(paul, channel, "order", **evil(channel), **fields)
    order = Order.objects.latest("pk")
    assert order.number == f"O-{100_000 + order.pk}"
    assert (order.customer, order.total_minor, order.cost_minor) == (channel.cast.brightside, 89_900, 0)
    assert (order.status, order.partner) == ("placed", channel.cast.camden)


@pytest.mark.parametrize("number", ["C-100001", "C-999999", "brightside"])
def test_nobody_elses_customer_is_ordered_for(channel: Channel, paul: Client, number: str) -> None:
    page = created(paul, channel, "order", kind=OrderKind.ON_BEHALF, customer=number, total_minor="1")
    assert "None of your customers has this number." in page
    assert Order.objects.count() == 6


def test_an_order_for_stock_has_no_customer_and_one_on_behalf_has(channel: Channel, paul: Client) -> None:
    number = channel.cast.brightside.number
    assert "has no customer" in created(
        paul, channel, "order", kind=OrderKind.REPLENISHMENT, customer=number, total_minor="1"
    )
    assert "for which customer" in created(paul, channel, "order", kind=OrderKind.DROP_SHIPMENT, total_minor="1")
    assert "valid choice" in created(paul, channel, "order", kind=OrderKind.HOSTED, customer=number, total_minor="1")
    assert Order.objects.count() == 6


def test_an_employee_works_on_the_order_they_placed_after_it_was_handed_on(
    channel: Channel, paul: Client, petra: Client
) -> None:
    created(paul, channel, "order", kind=OrderKind.REPLENISHMENT, total_minor="10")
    order = Order.objects.latest("pk")
    petra.post(reverse("partner:order-assign", args=[order.pk]), {"to": channel.cast.petra.pk})
    assert paul.get(reverse("partner:order-edit", args=[order.pk])).status_code == 200


def test_steps_follow_the_state_and_stand_on_the_timeline(channel: Channel, petra: Client) -> None:
    lead = channel.objects[Lead]["paul's"]
    Lead.objects.filter(pk=lead.pk).update(status="dispatched")
    url = reverse("partner:lead-move", args=[lead.pk])
    for step, status in (("accept", "accepted"), ("accept", "accepted"), ("begin", "in_work"), ("lose", "lost")):
        petra.post(url, {"step": step})
        lead.refresh_from_db()
        assert lead.status == status
    told = [entry.title for entry in petra.get(reverse("partner:lead", args=[lead.pk])).context["entries"]]
    assert told == ["Lost", "Work has begun", "Accepted"]
    assert "somebody was faster" in petra.post(url, {"step": "lose"}, follow=True).content.decode()


def test_a_partner_confirms_only_what_customers_ordered_from_it(channel: Channel, petra: Client) -> None:
    order = channel.objects[Order]["own"]
    url = reverse("partner:order-move", args=[order.pk])
    petra.post(url, {"step": "confirm"})
    order.refresh_from_db()
    assert order.status == "placed"
    Order.objects.filter(pk=order.pk).update(kind=OrderKind.HOSTED)
    petra.post(url, {"step": "confirm"})
    order.refresh_from_db()
    assert order.status == "confirmed"


def test_a_lead_becomes_an_opportunity_once(channel: Channel, petra: Client) -> None:
    lead = channel.objects[Lead]["own"]
    form = petra.get(reverse("partner:opportunity-create"), {"lead": lead.pk}).context["form"]
    assert form.initial["title"] == "own"
    created(petra, channel, "opportunity", title="Ten laptops", lead=lead.pk, value_minor="100")
    lead.refresh_from_db()
    found = Opportunity.objects.get(title="Ten laptops")
    assert (found.lead, found.partner, lead.status) == (lead, channel.cast.camden, "converted")
    assert "Ten laptops" in read(petra, reverse("partner:lead", args=[lead.pk]))
    created(petra, channel, "opportunity", title="Again", lead=lead.pk)
    assert not Opportunity.objects.filter(title="Again").exists()


def test_two_opportunities_at_once_do_not_begin_with_one_lead(channel: Channel) -> None:
    lead = channel.objects[Lead]["own"]
    same = Lead.objects.get(pk=lead.pk)
    camden, petra = channel.cast.camden, channel.cast.petra
    Opportunity(title="First", lead=lead).bring_in(company=camden, actor=petra, now=NOW)
    with pytest.raises(WorkRefused, match="closed already"):
        Opportunity(title="Second", lead=same).bring_in(company=camden, actor=petra, now=NOW)
    assert not Opportunity.objects.filter(title="Second").exists()


@pytest.mark.parametrize("name", ["the rival's", "nobody's", "made by camden, now the rival's"])
def test_no_opportunity_begins_with_a_lead_of_others(channel: Channel, petra: Client, name: str) -> None:
    lead = channel.objects[Lead][name]
    url = reverse("partner:opportunity-create")
    assert petra.get(url, {"lead": lead.pk}).context["form"].initial["lead"] is None
    page = created(petra, channel, "opportunity", title="Mine", lead=lead.pk)
    assert "MARK-OF-THE-RIVAL" not in page
    assert not Opportunity.objects.filter(title="Mine").exists()


def test_a_lead_with_an_opportunity_is_not_deleted(channel: Channel, petra: Client) -> None:
    lead = channel.objects[Lead]["made by camden"]
    Opportunity.objects.filter(pk=channel.objects[Opportunity]["own"].pk).update(lead=lead)
    page = petra.post(reverse("partner:lead-delete", args=[lead.pk]), follow=True).content.decode()
    assert "cannot be deleted" in page
    assert Lead.objects.filter(pk=lead.pk).exists()
    assert not Activity.objects.filter(verb="lead.deleted").exists()


def test_what_was_deleted_stays_written(channel: Channel, petra: Client) -> None:
    ticket = channel.objects[Ticket]["made by camden"]
    petra.post(reverse("partner:ticket-delete", args=[ticket.pk]))
    told = Activity.objects.get(verb="ticket.deleted")
    assert (told.actor, told.subject) == (channel.cast.petra, "T-2 made by camden")


def test_the_timeline_of_a_former_partner_stays_with_them(channel: Channel, petra: Client, client_of: ClientOf) -> None:
    lead = channel.objects[Lead]["own"]
    lead.note("moved.begin", actor=channel.cast.petra, now=NOW)
    lead.partner = channel.cast.borough
    lead.save()
    lead.note("assigned", actor=channel.cast.claire, now=NOW, to="Rex Harlow")
    rex = client_of(channel.cast.rex).get(reverse("partner:lead", args=[lead.pk]))
    assert [(entry.title, entry.text) for entry in rex.context["entries"]] == [
        ("Given to Rex Harlow", "the brand owner")
    ]


def test_work_is_given_to_nobody_outside_the_company(channel: Channel, petra: Client) -> None:
    lead = channel.objects[Lead]["own"]
    petra.post(reverse("partner:lead-assign", args=[lead.pk]), {"to": channel.cast.rex.pk})
    lead.refresh_from_db()
    assert lead.assigned_to is None
    with pytest.raises(WorkRefused, match="does not work for this company"):
        lead.assign(channel.cast.rex, actor=channel.cast.petra, now=NOW)
    channel.cast.paul.is_active = False
    with pytest.raises(WorkRefused):
        lead.assign(channel.cast.paul, actor=channel.cast.petra, now=NOW)


def test_filters_and_order_stand_in_the_address(channel: Channel, petra: Client) -> None:
    Lead.objects.filter(pk=channel.objects[Lead]["own"].pk).update(status="lost", value_minor=500)
    url = reverse("partner:lead-list")

    def titles(**query: str) -> list[str]:
        return [line.title for line in petra.get(url, query).context["lines"]]

    assert titles(state="lost") == ["own"]
    assert titles(state="active", sort="name") == ["made by camden", "paul's"]
    assert titles(owner="nobody", sort="name") == ["made by camden", "own"]
    assert titles(owner=str(channel.cast.paul.pk)) == ["paul's"]
    assert titles(q="made", state="active") == ["made by camden"]
    assert titles(sort="-amount")[0] == "own"
    assert len(titles(owner=str(channel.cast.rex.pk), state="nonsense", sort="cost_minor")) == 3
    assert "No lead fits" in read(petra, f"{url}?q=zzz")


def test_a_file_holds_the_rows_of_the_list_with_the_same_address(channel: Channel, petra: Client) -> None:
    answer = petra.get(reverse("partner:order-export", args=["csv"]), {"q": "O-0"})
    head, row = answer.content.decode("utf-8-sig").splitlines()
    assert head.startswith("Order,")
    assert row.startswith("O-0,")
    assert "600" not in row
    assert petra.get(reverse("partner:order-export", args=["pdf"])).status_code == 404


def test_an_open_filter_of_tickets_keeps_those_that_wait(channel: Channel, petra: Client) -> None:
    Ticket.objects.filter(pk=channel.objects[Ticket]["own"].pk).update(status="waiting")
    Ticket.objects.filter(pk=channel.objects[Ticket]["paul's"].pk).update(status="solved")
    found = petra.get(reverse("partner:ticket-list"), {"state": "active"}).context["lines"]
    assert {line.title for line in found} == {"own", "made by camden", "of brightside"}


def test_today_shows_what_waits(channel: Channel, petra: Client, paul: Client) -> None:
    by_code = {group.code: group for group in petra.get(reverse("partner:today")).context["groups"]}
    assert {line.title for line, _ in by_code["unowned"].waits} == {"own", "made by camden"}
    assert {line.title for line, _ in by_code["mine"].waits} == set()
    assert {line.title for line, _ in by_code["tickets"].waits} == {"own", "made by camden", "of brightside"}
    assert len(by_code["orders"].waits) == 3
    pauls = {group.code: group for group in paul.get(reverse("partner:today")).context["groups"]}
    assert {line.title for line, _ in pauls["mine"].waits} == {"paul's"}
    assert not pauls["unowned"].takes


def test_taking_a_lead_makes_it_ones_own(channel: Channel, petra: Client) -> None:
    lead = channel.objects[Lead]["own"]
    petra.post(reverse("partner:lead-assign", args=[lead.pk]), {"to": channel.cast.petra.pk})
    by_code = {group.code: group for group in petra.get(reverse("partner:today")).context["groups"]}
    assert [line.title for line, _ in by_code["mine"].waits] == ["own"]


def test_the_portal_reads_in_romanian(channel: Channel, client_of: ClientOf) -> None:
    channel.cast.petra.language = "ro"
    channel.cast.petra.save()
    client = client_of(channel.cast.petra)
    assert "Clienții mei potențiali deschiși" in read(client, reverse("partner:today"))
    assert "Cronologie" in read(client, reverse("partner:lead", args=[channel.objects[Lead]["own"].pk]))
    assert "Notează" in read(client, reverse("partner:order-create"))


MOST_QUERIES = {"today": 15, "lead-list": 15, "order-list": 15, "ticket-list": 15, "lead": 15, "ticket": 15}


@pytest.mark.parametrize("page", MOST_QUERIES)
def test_pages_ask_a_bounded_number_of_queries_however_many_rows(
    channel: Channel, petra: Client, page: str, django_assert_max_num_queries: Any
) -> None:
    model = {"lead": Lead, "ticket": Ticket}.get(page)
    url = reverse(f"partner:{page}", args=[channel.objects[model]["own"].pk] if model else [])
    petra.get(url)
    with django_assert_max_num_queries(MOST_QUERIES[page]) as few:
        petra.get(url)
    for number in range(30):
        Lead(company=f"Company {number}").bring_in(company=channel.cast.camden, actor=channel.cast.petra, now=NOW)
        Ticket(subject=f"Ticket {number}").bring_in(company=channel.cast.camden, actor=channel.cast.petra, now=NOW)
    with django_assert_max_num_queries(len(few.captured_queries)):
        petra.get(url)
