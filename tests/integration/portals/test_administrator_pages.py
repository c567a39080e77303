"""Who may enter the administrator's portal, over every address of it; in both languages, at a bounded cost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, reverse
from django.utils import timezone
from tests.cast import NOW
from tests.channel import Channel

from tradewind.crm.access import ActionGroup
from tradewind.crm.access.models import AccessGroup, AccessGroupMember, AccessRight, AccessRule
from tradewind.crm.access.operations import grant
from tradewind.crm.identity.models import Role, User
from tradewind.portals.administrator.urls import urlpatterns

type ClientOf = Callable[[User], Client]

NAMES = [str(pattern.name) for pattern in urlpatterns if isinstance(pattern, URLPattern)]
POST_ONLY = {"member-add"}
MOST_QUERIES = 15


@pytest.fixture
def group(channel: Channel) -> AccessGroup:
    group = AccessGroup.objects.create(code="night", name="Night shift", name_ro="Tura de noapte")
    group.add(channel.cast.paul, actor=channel.cast.adam, now=NOW)
    return group


@pytest.fixture
def url_of(group: AccessGroup) -> Callable[[str], str]:
    arguments: dict[str, list[object]] = {
        "rule-export": ["csv"],
        "rule-edit": ["lead-of-company"],
        "right-export": ["xlsx"],
        "right-end": [AccessRight.objects.get(rule__code="lead-all", role=Role.ADMINISTRATOR).pk],
        "group-edit": [group.code],
        "member-add": [group.code],
        "member-removal": [group.code, AccessGroupMember.objects.get().pk],
        "review-export": ["csv"],
        "change-export": ["csv"],
    }
    return lambda name: reverse(f"administrator:{name}", args=arguments.get(name, []))


@pytest.fixture
def adam(channel: Channel, client_of: ClientOf) -> Client:
    return client_of(channel.cast.adam)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("who", ["rex", "petra", "paul", "daniel", "claire", "farah", "hannah", "ines"])
def test_for_anybody_else_the_page_does_not_exist(
    channel: Channel, client_of: ClientOf, url_of: Callable[[str], str], who: str, name: str
) -> None:
    client = client_of(getattr(channel.cast, who))
    assert (client.get(url_of(name)).status_code, client.post(url_of(name)).status_code) == (404, 404)


@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_is_asked_to_sign_in(client: Client, url_of: Callable[[str], str], name: str) -> None:
    answer = client.get(url_of(name))
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, reverse("account_login"))


@pytest.mark.parametrize("language", ["en", "ro"])
@pytest.mark.parametrize("name", NAMES)
def test_an_administrator_enters_everywhere_in_few_queries(
    channel: Channel, client_of: ClientOf, url_of: Callable[[str], str], name: str, language: str
) -> None:
    channel.cast.adam.language = language
    channel.cast.adam.save()
    client, url = client_of(channel.cast.adam), url_of(name)
    client.get(url)  # the first one writes the session
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url)
    assert answer.status_code == (405 if name in POST_ONLY else 200)
    assert len(queries) <= MOST_QUERIES, [query["sql"] for query in queries]
    if name not in POST_ONLY and "export" not in name:
        assert f'lang="{language}"' in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("overview", "Ce cere atenție"),
        ("rule-list", "Actorii utilizatorului"),
        ("right-list", "Drepturi de acces"),
        ("group-list", "Tura de noapte"),
        ("explain", "De ce are cineva voie"),
        ("review", "Drepturi în vigoare la"),
        ("change-list", "Fiecare schimbare"),
    ],
)
def test_pages_speak_romanian(
    channel: Channel, client_of: ClientOf, url_of: Callable[[str], str], name: str, said: str
) -> None:
    channel.cast.adam.language = "ro"
    channel.cast.adam.save()
    assert said in client_of(channel.cast.adam).get(url_of(name)).content.decode()


@pytest.mark.parametrize(
    "path",
    ["rules/nothing/", "rights/999999/", "groups/nothing/", "groups/night/members/999999/removal/",
     "rules/export.pdf", "rights/export.doc", "review/export.html", "review/changes/export.js"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(adam: Client, group: AccessGroup, path: str) -> None:
    assert adam.get(f"/access/{path}").status_code == 404


@pytest.mark.parametrize(
    "name", ["overview", "right-list", "right-end", "rule-edit", "review-export", "change-list", "change-export"]
)
def test_why_the_installation_wrote_something_is_said_in_romanian(
    channel: Channel, client_of: ClientOf, url_of: Callable[[str], str], name: str
) -> None:
    adam = channel.cast.adam
    adam.language = "ro"
    adam.save()
    page = client_of(adam).get(url_of(name)).content.decode()
    assert "Așa cum a fost livrat" in page
    assert "As delivered" not in page


def test_home_tells_what_needs_doing(channel: Channel, adam: Client) -> None:
    cast, now = channel.cast, timezone.now()
    rule = AccessRule.objects.get(code="lead-all")
    night = AccessGroup.objects.create(code="night", name="Night shift")
    audit = AccessGroup.objects.create(code="audit", name="Audit")
    given: dict[str, Any] = {"rule": rule, "action": ActionGroup.READ, "actor": cast.adam, "now": now, "why": "tested"}
    grant(**given, holder=night)
    grant(**given, holder=audit, ends_at=now + timedelta(days=3))
    audit.add(cast.paul, actor=cast.adam, now=now)
    AccessRule.objects.filter(code="order-assigned").update(actors_of_user="forgotten")
    AccessRule.objects.create(
        code="idle", name="Idle rule", object_type="sales.lead", actors_of_user="territories",
        actors_of_object="territory",
    )  # fmt: skip
    AccessRight.objects.filter(rule__code="opportunity-all", role=Role.ADMINISTRATOR).delete()
    User.objects.create(email="new@larkfield.example", name="Noor Newcomer")
    page = adam.get("/access/").content.decode()
    for said in (
        "Rights that end soon", "Audit: Read, All leads",
        "Groups that have rights and no members", "Night shift",
        "1 rule is not understood", "Orders assigned to the user",
        "Rules that no right names", "Idle rule",
        "Objects that no administrator sees whole", "Opportunities",
        "People without a role and without a group", "Noor Newcomer",
    ):  # fmt: skip
        assert said in page, said


def test_home_is_quiet_where_nothing_waits(adam: Client) -> None:
    assert "Nothing waits" in adam.get("/access/").content.decode()


def test_an_administrator_is_at_home_here(adam: Client) -> None:
    assert adam.get("/").headers["Location"] == "/access/"
    assert '<a href="/access/" aria-current="page">Overview</a>' in adam.get("/access/").content.decode()
