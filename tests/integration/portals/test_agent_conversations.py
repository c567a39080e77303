"""The list of conversations: what narrows it, its order, its exports."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries
from tests.cast import Cast
from tests.workspace import Workspace, build_workspace

from tradewind.crm.identity.models import User
from tradewind.crm.interactions import operations
from tradewind.crm.interactions.models import Conversation
from tradewind.crm.parties.models import Customer

type ClientOf = Callable[[User], Client]

LIST = "/desk/conversations/"


@pytest.fixture
def space(cast: Cast) -> Workspace:
    return build_workspace(cast)


@pytest.fixture
def agent(space: Workspace, client_of: ClientOf) -> Client:
    return client_of(space.cast.daniel)


def talk(
    space: Workspace, customer: Customer, at: datetime, *, reason: str = "battery", actor: User | None = None
) -> Conversation:
    """A conversation of five minutes."""
    actor = actor or space.cast.daniel
    talked = operations.start(customer=customer, actor=actor, now=at, reason=space.reasons[reason])
    later = at + timedelta(minutes=5)
    operations.end(conversation=talked, wrap_up=space.helped, actor=actor, now=later, note="=SUM(1) said hello")
    return talked


def numbers(client: Client, **query: str) -> list[str]:
    """The customers of the list, in its order."""
    return [line.conversation.customer.number for line in client.get(f"{LIST}?{urlencode(query)}").context["lines"]]


@pytest.fixture
def three(space: Workspace, now: datetime) -> Workspace:
    """Maya on the first day about a battery, Ion on the next about an invoice; Brightside is still talking."""
    talk(space, space.cast.maya, now - timedelta(days=3))
    talk(space, space.cast.ion, now - timedelta(days=2), reason="invoice")
    operations.start(customer=space.cast.brightside, actor=space.cast.daniel, now=now, channel="store")
    return space


def test_the_latest_stand_first(agent: Client, three: Workspace) -> None:
    cast = three.cast
    assert numbers(agent) == [cast.brightside.number, cast.ion.number, cast.maya.number]
    assert numbers(agent, sort="started") == [cast.maya.number, cast.ion.number, cast.brightside.number]
    assert numbers(agent, sort="nonsense") == numbers(agent, sort="started")


def test_filters_narrow_the_list(agent: Client, three: Workspace, now: datetime) -> None:
    cast = three.cast
    assert numbers(agent, q="maya") == [cast.maya.number]
    assert numbers(agent, state="open") == [cast.brightside.number]
    assert numbers(agent, state="ended", reason="invoice") == [cast.ion.number]
    assert numbers(agent, channel="store") == [cast.brightside.number]
    day = (now - timedelta(days=2)).date().isoformat()
    assert numbers(agent, since=day, until=day) == [cast.ion.number]


def test_what_makes_no_sense_narrows_nothing(agent: Client, three: Workspace) -> None:
    assert len(numbers(agent, state="asleep", reason="none", since="yesterday")) == 3


def test_a_manager_narrows_by_agent(client_of: ClientOf, three: Workspace, now: datetime) -> None:
    talk(three, three.cast.ion, now, actor=three.cast.ines)
    client = client_of(three.cast.ines)
    assert len(numbers(client)) == 4
    assert numbers(client, agent=str(three.cast.ines.pk)) == [three.cast.ion.number]


def test_empty_lists_say_what_to_do(agent: Client, space: Workspace) -> None:
    assert "No conversation yet" in agent.get(LIST).content.decode()
    assert "No conversation fits" in agent.get(f"{LIST}?state=open").content.decode()


def test_pages_keep_the_filters(agent: Client, space: Workspace, now: datetime) -> None:
    for minutes in range(27):
        talk(space, space.cast.maya, now - timedelta(hours=minutes))
    page = agent.get(f"{LIST}?state=ended&page=2")
    assert len(page.context["lines"]) == 2
    assert "state=ended&amp;page=1" in page.content.decode()


def test_an_export_holds_what_the_list_holds(agent: Client, three: Workspace) -> None:
    url = reverse("agent:conversation-export", args=["csv"])
    text = agent.get(f"{url}?reason=invoice").content.decode("utf-8-sig")
    assert three.cast.ion.number in text
    assert three.cast.maya.number not in text
    assert "'=SUM(1) said hello" in text


def test_a_workbook_holds_no_formula(agent: Client, three: Workspace) -> None:
    body = agent.get(reverse("agent:conversation-export", args=["xlsx"])).content
    sheet = load_workbook(BytesIO(body)).active
    assert sheet is not None
    table = [list(row) for row in sheet.iter_rows()]
    assert len(table) == 4
    assert "f" not in {cell.data_type for row in table for cell in row}
    assert table[2][9].value == "=SUM(1) said hello"


def test_there_is_no_other_form_of_export(agent: Client) -> None:
    assert agent.get(reverse("agent:conversation-export", args=["pdf"])).status_code == 404


def test_the_list_asks_a_fixed_number_of_queries(
    agent: Client, three: Workspace, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    agent.get(LIST)
    with django_assert_num_queries(7):
        agent.get(LIST)
    for hours in range(5):
        talk(three, three.cast.maya, now - timedelta(hours=hours))
    with django_assert_num_queries(7):
        agent.get(LIST)
