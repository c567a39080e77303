"""Why, why not, who: as an administrator asks it; and looking back at rights and their changes."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape
from tests.channel import Channel

from tradewind.crm.access.models import AccessRight, AccessRule
from tradewind.crm.identity.models import Role, User
from tradewind.crm.parties.models import Membership
from tradewind.crm.sales.models import Lead

MOST_QUERIES = 30


@pytest.fixture
def adam(channel: Channel, client_of: Callable[[User], Client]) -> Client:
    return client_of(channel.cast.adam)


def asked(client: Client, **query: object) -> str:
    page = client.get(f"/access/explain/?{urlencode({'kind': 'sales.lead', 'action': 'read', **query})}")
    return page.content.decode()


def test_why_names_right_rule_and_both_paths(adam: Client, channel: Channel) -> None:
    lead = channel.objects[Lead]["own"]
    page = asked(adam, who="petra@camden.example", object=lead.pk)
    right = AccessRight.objects.get(rule__code="lead-of-company", role=Role.PARTNER_MANAGER, action="read")
    for said in (
        "Why Petra Ionescu may</h2>",
        "Petra Ionescu may: Read, own.",
        f'<a href="/access/rights/{right.pk}/">Partner manager (Camden Computers): Read</a>',
        '<a href="/access/rules/lead-of-company/">Leads of the user&#x27;s company</a>',
        'works for</span> → Camden Computers',
        'its partner</span> → Camden Computers',
    ):  # fmt: skip
        assert said in page, said


def test_why_not_names_the_nearest_missing_link(adam: Client, channel: Channel) -> None:
    lead = channel.objects[Lead]["the rival's"]
    page = asked(adam, who="Petra Ionescu", object=lead.pk)
    assert "Why Petra Ionescu may not</h2>" in page
    first = page.index("No path goes from Camden Computers to Borough Laptops (its partner).")
    assert first < page.index("Petra Ionescu is not one of: Channel manager.")


def test_the_company_at_which_a_role_is_held_is_named(adam: Client, channel: Channel) -> None:
    """Petra manages Camden, works for Borough too, and acts for that one now."""
    cast = channel.cast
    other = Membership.objects.create(user=cast.petra, organisation=cast.borough, since_date=timezone.localdate())
    other.give(Role.PARTNER_EMPLOYEE, actor=cast.adam, now=timezone.now())
    other.act()
    lead = channel.objects[Lead]["the rival's"]
    assert "Partner employee (Borough Laptops): Read" in asked(adam, who="Petra Ionescu", object=lead.pk)
    page = asked(adam, who="Petra Ionescu", object=lead.pk, action="write")
    assert "is not acting as: Partner manager. That role is held at Camden Computers only." in page


def test_who_can_lists_everybody_with_a_link_to_why(adam: Client, channel: Channel) -> None:
    page = asked(adam, object=channel.objects[Lead]["own"].pk)
    listed = {
        user.email for user in channel.cast.everybody().values() if f"who={urlencode({'': user.email})[1:]}" in page
    }
    assert listed == {f"{name}@{place}.example" for name, place in (
        ("adam", "larkfield"), ("claire", "larkfield"), ("petra", "camden"), ("paul", "camden"))}  # fmt: skip
    assert "4 people" in page
    deleting = asked(adam, object=channel.objects[Lead]["made by camden"].pk, action="delete")
    assert "2 people" in deleting


def test_an_object_is_found_by_how_its_name_begins(adam: Client, channel: Channel) -> None:
    page = asked(adam, object="mark of the rival")
    assert "Which one is meant?" in page
    assert page.count('<span class="sub">number ') == 2
    assert "Who may: Read, own" in asked(adam, object="Own")
    assert "Who may: Read, O-1" in asked(adam, kind="orders.order", object="o-1")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"object": "zzyzx"}, "Nothing is called “zzyzx” among: Leads."),
        ({"object": "99999999999999999999999"}, "Nothing is called"),
        ({"object": ""}, "This field is required."),
        ({"object": "own", "who": "zzyzx"}, "Nobody is called “zzyzx”."),
        ({"object": "own", "who": "larkfield"}, "Who is meant?"),
        ({"object": "own", "kind": "identity.user"}, "is not one of the available choices"),
        ({"object": "own", "action": "fly"}, "is not one of the available choices"),
    ],
    ids=str,
)
def test_what_is_not_found_is_said_and_kept(adam: Client, channel: Channel, query: dict[str, str], said: str) -> None:
    page = asked(adam, **query)
    assert escape(said) in page
    assert all(f'value="{text}"' in page for name, text in query.items() if name in {"object", "who"} and text)


def test_an_explanation_has_a_bounded_cost(adam: Client, channel: Channel) -> None:
    url = f"/access/explain/?kind=sales.lead&object={channel.objects[Lead]['own'].pk}&who=petra@camden.example"
    adam.get(url)
    with CaptureQueriesContext(connection) as queries:
        adam.get(url)
    assert len(queries) <= MOST_QUERIES


def test_an_explanation_is_in_romanian_for_who_reads_it(adam: Client, channel: Channel) -> None:
    channel.cast.adam.language = "ro"
    channel.cast.adam.save()
    page = asked(adam, who="petra@camden.example", object=channel.objects[Lead]["the rival's"].pk)
    assert "De ce Petra Ionescu nu are voie" in page
    assert "Niciun drum nu duce de la Camden Computers la Borough Laptops" in page


# --- Looking back


def test_a_date_is_seen_as_it_was(adam: Client, channel: Channel) -> None:
    now = timezone.now()
    AccessRight.objects.update(starts_at=now - timedelta(days=40), granted_at=now - timedelta(days=40))
    AccessRule.history.update(history_date=now - timedelta(days=40))
    right = AccessRight.objects.get(rule__code="lead-of-company", role=Role.PARTNER_MANAGER, action="read")
    right.end(actor=channel.cast.adam, now=now - timedelta(days=10), why="no longer")
    rule = AccessRule.objects.get(code="lead-of-company")
    rule.change(actor=channel.cast.adam, now=now - timedelta(days=5), why="wider", actors_of_user="companies_of_group")

    def at(days_ago: int) -> list[str]:
        on = (timezone.localdate() - timedelta(days=days_ago)).isoformat()
        file = adam.get(f"/access/review/export.csv?on={on}").content.decode("utf-8-sig")
        return [line for line in file.splitlines() if "Leads of the user" in line]

    assert len(at(20)) == 4
    assert len(at(7)) == 3
    assert all("every company of the user" in line for line in at(1))
    assert not any("every company of the user" in line for line in at(7))
    assert at(60) == []
    assert "No right was in force" in adam.get("/access/review/?on=1999-01-01").content.decode()
    assert adam.get("/access/review/?on=yesterday").status_code == 422


def test_changes_are_told_with_who_when_and_why(adam: Client, channel: Channel) -> None:
    rule = AccessRule.objects.get(code="lead-of-company")
    rule.change(actor=channel.cast.claire, now=timezone.now(), why="=wider", name="Wider")
    page = adam.get("/access/review/changes/").content.decode()
    assert "Claire Okafor" in page
    file = adam.get("/access/review/changes/export.csv").content.decode("utf-8-sig")
    (line,) = [line for line in file.splitlines() if "Claire Okafor" in line and "Wider" in line]
    assert line.endswith("changed,Wider,'=wider")
    assert "Nothing changed" in adam.get("/access/review/changes/?since=1999-01-01&until=1999-02-01").content.decode()
    backward = adam.get("/access/review/changes/?since=2026-02-01&until=2026-01-01")
    assert backward.status_code == 422
    assert "This is before the beginning." in backward.content.decode()
