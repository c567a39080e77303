"""Finding a customer, what stands on their page, and the consents they give or take back."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from tests.cast import Cast
from tests.workspace import Workspace, build_workspace

from tradewind.crm.activities.models import Activity
from tradewind.crm.channel.messages import recipient
from tradewind.crm.identity.models import User
from tradewind.crm.interactions import operations
from tradewind.crm.interactions.models import Conversation
from tradewind.crm.parties.models import Channel, ConsentRecord, Purpose

type ClientOf = Callable[[User], Client]

SEARCH = "/desk/"


@pytest.fixture
def space(cast: Cast) -> Workspace:
    return build_workspace(cast)


@pytest.fixture
def agent(space: Workspace, client_of: ClientOf) -> Client:
    return client_of(space.cast.daniel)


def read(client: Client, url: str) -> str:
    return client.get(url, follow=True).content.decode()


@pytest.mark.parametrize("text", ["maya", "thomp", "nw15lr", "+44 20 7946", "maya.thompson@mail", "C-100001"])
def test_a_customer_is_found_by_what_they_say(agent: Client, text: str) -> None:
    page = read(agent, f"{SEARCH}?q={text}")
    assert "1 customer found" in page
    assert "Maya Thompson" in page
    assert "Brightside" not in page


def test_nothing_found_says_what_to_try(agent: Client) -> None:
    page = read(agent, f"{SEARCH}?q=zzyzx")
    assert "No customer is called “zzyzx”" in page


def test_what_was_typed_is_shown_as_text(agent: Client) -> None:
    assert "<script>alert" not in read(agent, f"{SEARCH}?q=<script>alert(1)</script>")


def test_open_and_recent_conversations_wait_at_home(agent: Client, space: Workspace, now: datetime) -> None:
    assert "No conversation is open" in read(agent, SEARCH)
    ended = operations.start(customer=space.cast.ion, actor=space.cast.daniel, now=now)
    operations.end(conversation=ended, wrap_up=space.helped, actor=space.cast.daniel, now=now)
    running = operations.start(customer=space.cast.maya, actor=space.cast.daniel, now=now)
    page = read(agent, SEARCH)
    before, after = page.split("Recent conversations", 1)
    assert reverse("agent:conversation", args=[running.uuid]) in before
    assert reverse("agent:conversation", args=[ended.uuid]) in after


def test_the_page_shows_who_they_are_and_what_they_own(agent: Client, space: Workspace) -> None:
    page = read(agent, reverse("agent:customer", args=[space.cast.maya.number]))
    for fact in ("Maya Thompson", "NW1 5LR", "+44 20 7946 0958", "Larkfield 14, 16 GB", "£565.00", "Larkfield Soho"):
        assert fact in page
    assert "not asked" in page


def test_a_company_has_a_page_too(agent: Client, space: Workspace) -> None:
    page = read(agent, reverse("agent:customer", args=[space.cast.brightside.number]))
    assert "Brightside Dental" in page
    assert "Nothing is on record." in page


def test_the_page_reads_in_romanian(client_of: ClientOf, space: Workspace) -> None:
    space.cast.daniel.language = "ro"
    space.cast.daniel.save()
    page = read(client_of(space.cast.daniel), reverse("agent:customer", args=[space.cast.ion.number]))
    assert "Începe conversația" in page
    assert "Consimțăminte" in page


def consent(client: Client, space: Workspace, given: str, **fields: str) -> str:
    url = reverse("agent:consent", args=[space.cast.maya.number])
    asked = {"purpose": Purpose.MARKETING, "channel": Channel.PHONE, "given": given, **fields}
    answer = client.post(url, asked)
    assert answer.status_code == 303
    return read(client, answer.headers["Location"])


def test_a_yes_and_a_later_no_are_both_kept(agent: Client, space: Workspace) -> None:
    consent(agent, space, "yes")
    page = consent(agent, space, "no")
    assert list(ConsentRecord.objects.order_by("pk").values_list("given", "recorded_by")) == [
        (True, space.cast.daniel.pk),
        (False, space.cast.daniel.pk),
    ]
    assert space.cast.maya.allows(Purpose.MARKETING, Channel.PHONE) is False
    assert "Offers by phone: agreed" in page
    assert "Offers by phone: declined" in page


def test_the_same_answer_twice_is_written_once(agent: Client, space: Workspace) -> None:
    consent(agent, space, "yes")
    page = consent(agent, space, "yes")
    assert "had said so already" in page
    assert ConsentRecord.objects.count() == 1
    assert Activity.objects.filter(verb="consent.given").count() == 1


@pytest.mark.parametrize("wrong", [{"given": "maybe"}, {"purpose": "other"}, {"channel": "fax"}])
def test_a_consent_that_nobody_knows_changes_nothing(agent: Client, space: Workspace, wrong: dict[str, str]) -> None:
    page = consent(agent, space, wrong.pop("given", "yes"), **wrong)
    assert "Nothing was changed." in page
    assert not ConsentRecord.objects.exists()


def test_a_reason_from_nowhere_starts_nothing(agent: Client, space: Workspace) -> None:
    url = reverse("agent:conversation-start", args=[space.cast.maya.number])
    answer = agent.post(url, {"reason": "nonsense", "channel": "call-center"})
    assert answer.status_code == 303
    assert "Nothing was started." in read(agent, answer.headers["Location"])
    assert not Conversation.objects.exists()


def test_the_page_of_a_customer_asks_a_fixed_number_of_queries(
    agent: Client, space: Workspace, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    url = reverse("agent:customer", args=[space.cast.maya.number])
    agent.get(url)
    with django_assert_num_queries(11):
        agent.get(url)
    for _ in range(3):
        talked = operations.start(customer=space.cast.maya, actor=space.cast.daniel, now=now)
        operations.end(conversation=talked, wrap_up=space.helped, actor=space.cast.daniel, now=now)
    with django_assert_num_queries(11):
        agent.get(url)


def test_a_company_that_only_reads_messages_as_a_partner_is_no_customer_of_the_desk(
    agent: Client, space: Workspace, now: datetime
) -> None:
    """The engine places messages before a partner, so it has a number; who sees partners is said by their rules."""
    partner = recipient(space.cast.camden, now=now)
    assert "No customer is called “camden”" in read(agent, f"{SEARCH}?q=camden")
    assert "No customer is called" in read(agent, f"{SEARCH}?q={partner.number}")
    page = reverse("agent:customer", args=[partner.number])
    start = reverse("agent:conversation-start", args=[partner.number])
    assert (agent.get(page).status_code, agent.post(start).status_code) == (404, 404)
    assert not Conversation.objects.filter(customer=partner).exists()
