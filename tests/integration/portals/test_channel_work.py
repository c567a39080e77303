"""What partners work on, seen and answered by the brand owner: the same records, with all that happened to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import NOW, SINCE, Cast
from tests.channel import Channel, made
from tests.partnership import enlisted

from tradewind.crm.care.models import Ticket
from tradewind.crm.channel.models import Partner, Status
from tradewind.crm.identity.models import User
from tradewind.crm.orders.models import Order
from tradewind.crm.parties.models import Organisation, Territory, TerritoryHolder
from tradewind.crm.sales.models import Lead, LeadStatus, Opportunity, WorkRefused
from tradewind.portals.channel_manager.desks import DESKS, Desk

type ClientOf = Callable[[User], Client]

MOST_QUERIES = 15
desks = pytest.mark.parametrize("desk", DESKS, ids=lambda desk: desk.slug)
handed = pytest.mark.parametrize("desk", [one for one in DESKS if one.hands], ids=lambda desk: desk.slug)


@pytest.fixture
def claire(channel: Channel, client_of: ClientOf) -> Client:
    client = client_of(channel.cast.claire)
    client.get("/")
    return client


def working(organisation: Organisation, cast: Cast) -> Partner:
    """An active partner, without its letters."""
    partner = enlisted(organisation, actor=cast.claire, now=NOW)
    partner.statuses.update(ended_at=NOW)
    partner.enter(Status.ACTIVE, actor=cast.claire, now=NOW)
    return partner


def url(desk: Desk, name: str = "", *ids: int) -> str:
    return reverse(f"channel:{desk.name}{name}", args=ids)


def lead_url(name: str, lead: Lead) -> str:
    return reverse(f"channel:lead{name}", args=[lead.pk])


def listed(client: Client, desk: Desk, channel: Channel, **query: str) -> set[str]:
    page = client.get(url(desk, "-list"), query).context["page"]
    return channel.names(desk.shelf.model, page)


# --- Lists


@desks
def test_the_list_holds_the_work_of_all_partners_and_of_none(channel: Channel, claire: Client, desk: Desk) -> None:
    assert listed(claire, desk, channel) == set(channel.objects[desk.shelf.model])
    text = claire.get(url(desk, "-list")).content.decode()
    assert "Camden Computers" in text
    assert "no partner yet" in text


@desks
def test_the_list_is_narrowed_by_its_address(channel: Channel, claire: Client, desk: Desk) -> None:
    working(channel.cast.borough, channel.cast)
    rivals = {"the rival's", "made by camden, now the rival's"}
    assert listed(claire, desk, channel, partner="borough") == rivals
    assert listed(claire, desk, channel, partner="nobody of this name") == set()
    without = listed(claire, desk, channel, waits="partner")
    assert without == ({"nobody's", "of brightside"} if desk.shelf.model is Ticket else {"nobody's"})
    assert "paul's" not in listed(claire, desk, channel, waits="employee")
    assert listed(claire, desk, channel, waits="answer") == set()
    assert listed(claire, desk, channel, state="no such state", sort="partner") == set(
        channel.objects[desk.shelf.model]
    )


@desks
def test_the_export_holds_the_rows_of_the_list(channel: Channel, claire: Client, desk: Desk) -> None:
    text = claire.get(export(desk)).content.decode()
    assert "Camden Computers" in text
    assert len(text.strip().splitlines()) == len(channel.objects[desk.shelf.model]) + 1


def export(desk: Desk) -> str:
    return reverse(f"channel:{desk.name}-export", args=["csv"])


@desks
def test_pages_cost_the_same_however_much_there_is(channel: Channel, claire: Client, desk: Desk) -> None:
    first = channel.objects[desk.shelf.model]["paul's"]
    pages = [url(desk, "-list"), url(desk, "", first.pk)]
    if desk.hands:
        pages.append(url(desk, "-hand", first.pk))
    working(channel.cast.borough, channel.cast)
    first.say("Is anybody there?", actor=channel.cast.petra, now=NOW)
    few = [cost(claire, page) for page in pages]
    for number in range(10, 16):
        cast = channel.cast
        more = made(desk.shelf.model, "more", number, partner=cast.camden, by=cast.petra, of=cast.camden, to=cast.paul)
        working(Organisation.objects.create(name=f"Partner {number}", kind="partner"), cast)
        first.say("And?", actor=cast.petra, now=NOW)
        assert more.pk
    assert [cost(claire, page) for page in pages] == few
    assert max(few) <= MOST_QUERIES


def cost(client: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    return len(queries)


# --- One record


@desks
def test_a_question_of_a_partner_is_found_and_answered(
    channel: Channel, claire: Client, client_of: ClientOf, desk: Desk
) -> None:
    cast, asked = channel.cast, channel.objects[desk.shelf.model]["paul's"]
    petra = client_of(cast.petra)
    petra.post(reverse(f"partner:{desk.name}-message", args=[asked.pk]), {"text": "When does it come?"})
    assert listed(claire, desk, channel, waits="answer") == {"paul's"}
    page = claire.get(url(desk, "", asked.pk)).content.decode()
    assert "Message: Petra Ionescu" in page
    assert "waits for our answer" in page
    claire.post(url(desk, "-message", asked.pk), {"text": "On Monday."})
    assert listed(claire, desk, channel, waits="answer") == set()
    assert "On Monday." in petra.get(reverse(f"partner:{desk.name}", args=[asked.pk])).content.decode()


def test_what_waits_for_an_answer_comes_to_the_home(channel: Channel, claire: Client) -> None:
    for model, days in ((Lead, 1), (Ticket, 0)):
        channel.objects[model]["paul's"].say("When?", actor=channel.cast.petra, now=NOW + timedelta(days=days))
    piece = reverse("channel:questions")
    assert f'hx-get="{piece}"' in claire.get(reverse("channel:overview")).content.decode()
    found = claire.get(piece, headers={"HX-Request": "true"})
    assert [duty.text for duty in found.context["todo"]] == ["Ticket: T-1 paul's", "Lead: paul's"]
    assert "<html" not in found.content.decode()
    assert "<html" in claire.get(piece).content.decode()
    assert cost(claire, piece) <= MOST_QUERIES


def test_the_first_question_counts_until_it_is_answered(channel: Channel) -> None:
    cast, lead = channel.cast, channel.objects[Lead]["paul's"]
    for days in (0, 1):
        lead.say("When?", actor=cast.petra, now=NOW + timedelta(days=days))
    lead.refresh_from_db()
    assert lead.asked_at == NOW


def test_only_what_waits_is_sorted_by_how_long_it_waits(channel: Channel, claire: Client) -> None:
    for name, days in (("own", 1), ("paul's", 0)):
        channel.objects[Lead][name].say("When?", actor=channel.cast.petra, now=NOW + timedelta(days=days))
    page = reverse("channel:lead-list")
    waiting = claire.get(page, {"waits": "answer", "sort": "asked"}).context["page"]
    assert [row.company for row in waiting] == ["paul's", "own"]
    plain, asked = (claire.get(page, query).context["page"] for query in ({}, {"sort": "asked"}))
    assert [row.pk for row in asked] == [row.pk for row in plain]


def test_an_answer_reaches_the_partner_that_serves_the_customer_of_a_ticket_of_nobody(
    channel: Channel, claire: Client, client_of: ClientOf
) -> None:
    ticket = channel.objects[Ticket]["of brightside"]
    page, message = reverse("channel:ticket", args=[ticket.pk]), reverse("channel:ticket-message", args=[ticket.pk])
    assert "nobody would read" in claire.post(message, {"text": "Hello?"}, follow=True).content.decode()
    petra = client_of(channel.cast.petra)
    petra.post(reverse("partner:ticket-message", args=[ticket.pk]), {"text": "Shall we go there?"})
    claire.post(message, {"text": "Please do."})
    assert "Please do." in petra.get(reverse("partner:ticket", args=[ticket.pk])).content.decode()
    assert "waits for our answer" not in claire.get(page).content.decode()


def test_an_empty_message_is_not_sent(channel: Channel, claire: Client) -> None:
    lead = channel.objects[Lead]["own"]
    said = claire.post(lead_url("-message", lead), {"text": " "}, follow=True).content.decode()
    assert "Nothing was sent." in said
    assert not lead.activities.exists()


def test_an_employee_of_the_partner_gets_it_and_nobody_of_another(channel: Channel, claire: Client) -> None:
    cast, lead = channel.cast, channel.objects[Lead]["own"]
    claire.post(lead_url("-assign", lead), {"to": cast.paul.pk})
    lead.refresh_from_db()
    assert lead.assigned_to == cast.paul
    for other in (cast.rex, cast.daniel):
        answer = claire.post(lead_url("-assign", lead), {"to": other.pk}, follow=True)
        assert "does not work there" in answer.content.decode()
    lead.refresh_from_db()
    assert lead.assigned_to == cast.paul
    claire.post(lead_url("-assign", lead), {"to": ""})
    lead.refresh_from_db()
    assert lead.assigned_to is None


# --- Giving it on


@handed
def test_a_record_goes_to_another_partner_and_the_one_before_sees_it_no_more(
    channel: Channel, claire: Client, client_of: ClientOf, desk: Desk
) -> None:
    cast, record = channel.cast, channel.objects[desk.shelf.model]["paul's"]
    borough = working(cast.borough, cast)
    record.say("Nobody else may read this.", actor=cast.petra, now=NOW)
    said = claire.post(url(desk, "-hand", record.pk), {"partner": borough.uuid}, follow=True).content.decode()
    assert "Borough Laptops has it now." in said
    record.refresh_from_db()
    assert (record.partner, record.assigned_to, record.asked_at) == (cast.borough, None, None)
    page = reverse(f"partner:{desk.name}", args=[record.pk])
    assert client_of(cast.petra).get(page).status_code == 404
    seen = client_of(cast.rex).get(page).content.decode()
    assert "Given to Borough Laptops" in seen
    assert "Nobody else may read this." not in seen
    told = claire.get(url(desk, "", record.pk)).content.decode()
    assert "Nobody else may read this." in told
    assert "Taken back by the brand owner" in told


def test_a_lead_that_is_given_on_waits_for_the_answer_of_its_partner(channel: Channel, claire: Client) -> None:
    lead = channel.objects[Lead]["nobody's"]
    camden = working(channel.cast.camden, channel.cast)
    claire.post(lead_url("-hand", lead), {"partner": camden.uuid})
    lead.refresh_from_db()
    assert (lead.partner, lead.status) == (channel.cast.camden, LeadStatus.DISPATCHED)
    claire.post(lead_url("-take-back", lead))
    lead.refresh_from_db()
    assert (lead.partner, lead.status) == (None, LeadStatus.NEW)


def test_only_active_partners_are_offered_those_of_the_area_first(channel: Channel, claire: Client) -> None:
    cast, lead = channel.cast, channel.objects[Lead]["nobody's"]
    north = Territory.objects.create(code="north", name="North")
    north.areas.create(area=lead.area)
    working(cast.borough, cast)
    far = working(Organisation.objects.create(name="Aalborg", kind="partner"), cast)
    TerritoryHolder.objects.create(organisation=cast.borough, territory=north, since_date=SINCE)
    recruited = enlisted(cast.camden, actor=cast.claire, now=NOW)
    page = claire.get(lead_url("-hand", lead))
    assert [str(one) for one in page.context["page"]] == ["Borough Laptops", "Aalborg"]
    assert [str(one) for one in claire.get(lead_url("-hand", lead), {"q": "aal"}).context["page"]] == [str(far)]
    for wrong in (str(recruited.uuid), "nothing", ""):
        said = claire.post(lead_url("-hand", lead), {"partner": wrong}, follow=True).content.decode()
        assert "Choose an active partner." in said
    lead.refresh_from_db()
    assert lead.partner is None


@pytest.mark.both_databases
def test_what_is_closed_or_was_given_away_meanwhile_stays(channel: Channel) -> None:
    cast = channel.cast
    lost, stale = channel.objects[Lead]["own"], Opportunity.objects.get(pk=channel.objects[Opportunity]["own"].pk)
    Lead.objects.filter(pk=lost.pk).update(status=LeadStatus.LOST)
    with pytest.raises(WorkRefused):
        lost.hand_to(cast.borough, actor=cast.claire, now=NOW)
    Opportunity.objects.get(pk=stale.pk).hand_to(None, actor=cast.claire, now=NOW)
    with pytest.raises(WorkRefused):
        stale.hand_to(cast.borough, actor=cast.claire, now=NOW)
    assert Opportunity.objects.get(pk=stale.pk).partner is None
    assert not stale.activities.filter(activity__verb="opportunity.handed").exists()


# --- Who may


@pytest.mark.parametrize("who", ["petra", "paul", "rex", "daniel", "hannah", "farah"])
def test_nobody_else_comes_in(channel: Channel, client_of: ClientOf, who: str) -> None:
    client = client_of(getattr(channel.cast, who))
    lead = channel.objects[Lead]["own"]
    pages = [reverse("channel:lead-list"), lead_url("", lead), lead_url("-hand", lead)]
    assert {client.get(page).status_code for page in pages} == {404}
    posts = [lead_url(name, lead) for name in ("-message", "-assign", "-hand", "-take-back")]
    assert {client.post(page, {"text": "x"}).status_code for page in posts} == {404}


def test_an_administrator_reads_and_changes_nothing(channel: Channel, client_of: ClientOf) -> None:
    client: Any = client_of(channel.cast.adam)
    lead = channel.objects[Lead]["own"]
    page = client.get(lead_url("", lead))
    assert page.status_code == 200
    assert '<form method="post" action="/channel' not in page.content.decode()
    posts = [lead_url(name, lead) for name in ("-message", "-assign", "-hand", "-take-back")]
    assert {client.post(page, {"text": "x"}).status_code for page in posts} == {404}
    assert client.get(reverse("channel:order", args=[channel.objects[Order]["own"].pk])).status_code == 200
