"""Who finds what at the desk: agents their own, managers all, everybody else nothing."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from tests.cast import Cast, member
from tests.workspace import Workspace, build_workspace

from tradewind.crm.activities.models import Activity
from tradewind.crm.decisions.models import Answer, Decision
from tradewind.crm.identity.models import Role, User
from tradewind.crm.interactions import operations
from tradewind.crm.interactions.models import Conversation
from tradewind.crm.parties.models import ConsentRecord
from tradewind.portals.agent.urls import urlpatterns

type ClientOf = Callable[[User], Client]

FOR_POST = {"consent", "conversation-start", "change-reason", "ask-again", "answer", "note", "end"}
ACTIONS = ("change-reason", "ask-again", "answer", "note", "end")


@pytest.fixture
def space(cast: Cast) -> Workspace:
    return build_workspace(cast)


@pytest.fixture
def held(space: Workspace, now: datetime) -> Conversation:
    """Daniel talks with Maya."""
    return operations.start(customer=space.cast.maya, actor=space.cast.daniel, now=now)


def every_url(held: Conversation) -> dict[str, str]:
    """Every URL of the portal, its placeholders filled with what really exists."""
    real: dict[str, Any] = {"number": held.customer.number, "uuid": held.uuid, "form": "csv"}
    urls = {}
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        wanted = pattern.pattern.converters
        urls[str(pattern.name)] = reverse(f"agent:{pattern.name}", kwargs={name: real[name] for name in wanted})
    return urls


def rows() -> dict[str, int]:
    models = (Conversation, Decision, Answer, ConsentRecord, Activity)
    return {model.__name__: model._default_manager.count() for model in models}


@pytest.mark.parametrize("name", ["hannah", "claire", "farah", "adam", "petra", "paul", "rex"])
def test_nothing_of_the_desk_exists_for_others(held: Conversation, cast: Cast, client_of: ClientOf, name: str) -> None:
    client = client_of(getattr(cast, name))
    before = rows()
    for url in every_url(held).values():
        assert client.get(url).status_code == 404, url
        assert client.post(url).status_code == 404, url
    assert rows() == before


def test_a_stranger_is_sent_to_sign_in_from_every_page(held: Conversation) -> None:
    for url in every_url(held).values():
        answer = Client().get(url)
        assert answer.status_code == 302, url
        assert answer.headers["Location"].startswith(reverse("account_login")), url


def test_reading_changes_nothing(held: Conversation, cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.daniel)
    before = rows()
    statuses = {name: client.get(url).status_code for name, url in every_url(held).items()}
    assert statuses == {name: 405 if name in FOR_POST else 200 for name in statuses}
    assert rows() == before


def test_the_conversation_of_another_agent_does_not_exist(held: Conversation, cast: Cast, client_of: ClientOf) -> None:
    other = member("Tom Vidal", Role.INTERACTION_CENTRE_AGENT, cast.larkfield, actor=cast.adam)
    client = client_of(other)
    urls = every_url(held)
    before = rows()
    assert client.get(urls["conversation"]).status_code == 404
    assert {name: client.post(urls[name]).status_code for name in ACTIONS} == dict.fromkeys(ACTIONS, 404)
    assert held.customer.number not in client.get(urls["conversation-list"]).content.decode()
    assert held.customer.number not in client.get(urls["conversation-export"]).content.decode()
    assert rows() == before


def test_a_manager_reads_every_conversation_and_acts_in_none_of_them(
    held: Conversation, cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.ines)
    urls = every_url(held)
    page = client.get(urls["conversation"]).content.decode()
    assert "Daniel Wren holds this conversation" in page
    assert urls["end"] not in page
    assert {name: client.post(urls[name]).status_code for name in ACTIONS} == dict.fromkeys(ACTIONS, 404)
    assert held.customer.number in client.get(urls["conversation-list"]).content.decode()
    held.refresh_from_db()
    assert held.is_open


def test_only_managers_choose_an_agent_in_the_list(held: Conversation, cast: Cast, client_of: ClientOf) -> None:
    url = reverse("agent:conversation-list")
    assert 'name="agent"' in client_of(cast.ines).get(url).content.decode()
    assert 'name="agent"' not in client_of(cast.daniel).get(url).content.decode()
    assert held.customer.number in client_of(cast.daniel).get(f"{url}?agent={cast.ines.pk}").content.decode()


def test_a_number_that_nobody_has_is_not_found(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.daniel)
    assert client.get(reverse("agent:customer", args=["C-999999"])).status_code == 404
    assert client.post(reverse("agent:conversation-start", args=["C-999999"])).status_code == 404
