"""User groups: who comes, who leaves, what that lets them see."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from tests.channel import Channel

from tradewind.crm.access import ActionGroup, scope
from tradewind.crm.access.models import AccessGroup, AccessGroupMember, AccessRight, AccessRule
from tradewind.crm.access.operations import end_right, grant
from tradewind.crm.identity.models import Role, User
from tradewind.crm.sales.models import Lead


@pytest.fixture
def adam(channel: Channel, client_of: Callable[[User], Client]) -> Client:
    return client_of(channel.cast.adam)


@pytest.fixture
def group(channel: Channel) -> AccessGroup:
    """A group that may read every lead."""
    group = AccessGroup.objects.create(code="night", name="Night shift")
    grant(
        rule=AccessRule.objects.get(code="lead-all"), action=ActionGroup.READ, holder=group,
        actor=channel.cast.adam, now=timezone.now(), why="at night",
    )  # fmt: skip
    return group


def test_a_group_is_written_and_renamed_its_code_stays(adam: Client) -> None:
    answer = adam.post("/access/groups/new/", {"name": "Audit", "name_ro": "Audit", "code": "audit"}, follow=True)
    assert answer.redirect_chain == [("/access/groups/audit/", 302)]
    adam.post("/access/groups/audit/", {"name": "Auditors", "name_ro": "Auditori", "code": "other"})
    assert [(group.code, group.name) for group in AccessGroup.objects.all()] == [("audit", "Auditors")]


@pytest.mark.parametrize("typed", [{"name": "", "code": "audit"}, {"name": "Audit", "code": "night"}])
def test_a_group_that_cannot_be_says_why(adam: Client, group: AccessGroup, typed: dict[str, str]) -> None:
    assert adam.post("/access/groups/new/", typed).status_code == 422
    assert AccessGroup.objects.count() == 1


@pytest.mark.parametrize("who", ["daniel@larkfield.example", "Daniel Wren", "dan wren"])
def test_somebody_who_is_added_sees_what_the_group_sees(
    adam: Client, channel: Channel, group: AccessGroup, who: str
) -> None:
    assert not scope(channel.cast.daniel, Lead).exists()
    page = adam.post("/access/groups/night/members/", {"who": who}, follow=True).content.decode()
    assert "Daniel Wren belongs to Night shift." in page
    assert scope(channel.cast.daniel, Lead).count() == 6
    assert AccessGroupMember.objects.get().added_by == channel.cast.adam


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("nobody at all", "Nobody is called so."),
        ("", "This field is required."),
        ("larkfield", "Several people are called so"),
        ("rex@borough.example", "This account is switched off."),
    ],
)
def test_who_is_not_found_or_not_one_person_is_not_added(
    adam: Client, channel: Channel, group: AccessGroup, who: str, said: str
) -> None:
    User.objects.filter(pk=channel.cast.rex.pk).update(is_active=False)
    answer = adam.post("/access/groups/night/members/", {"who": who})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert f'value="{who}"' in page or not who
    assert ("hannah@larkfield.example" in page) == (who == "larkfield")
    assert not AccessGroupMember.objects.exists()


def test_somebody_is_taken_out_after_a_question(adam: Client, channel: Channel, group: AccessGroup) -> None:
    member = group.add(channel.cast.daniel, actor=channel.cast.adam, now=timezone.now())
    url = f"/access/groups/night/members/{member.pk}/removal/"
    assert "Take Daniel Wren out of Night shift?" in adam.get(url).content.decode()
    assert scope(channel.cast.daniel, Lead).exists()
    page = adam.post(url, follow=True).content.decode()
    assert "Daniel Wren belongs to Night shift no longer." in page
    assert not scope(channel.cast.daniel, Lead).exists()
    assert adam.post(url).status_code == 404
    member.refresh_from_db()
    assert member.ended_by == channel.cast.adam


def test_the_last_administrator_of_a_group_stays_in_it(adam: Client, channel: Channel, group: AccessGroup) -> None:
    cast, now = channel.cast, timezone.now()
    member = group.add(cast.adam, actor=cast.adam, now=now)
    right = AccessRight.objects.get(rule__code="lead-all", role=Role.ADMINISTRATOR)
    end_right(right, actor=cast.adam, now=now, why="by the group")
    page = adam.post(f"/access/groups/night/members/{member.pk}/removal/", follow=True).content.decode()
    assert "This would lock every administrator out of: Leads." in page
    assert group.members.current().exists()


def test_the_list_is_searched_and_counts(adam: Client, channel: Channel, group: AccessGroup) -> None:
    AccessGroup.objects.create(code="audit", name="Audit", name_ro="Verificare")
    group.add(channel.cast.daniel, actor=channel.cast.adam, now=timezone.now())
    page = adam.get("/access/groups/?q=night").content.decode()
    assert "Night shift" in page
    assert "Audit" not in page
    assert page.count('<td class="num" data-label="members">1</td>') == 1
    assert page.count('<td class="num" data-label="rights">1</td>') == 1
    assert "Audit" in adam.get("/access/groups/?q=verificare").content.decode()
    assert "No group fits" in adam.get("/access/groups/?q=zzyzx").content.decode()
