"""A partner manager looks after the own people, and after nobody else's."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone
from tests.cast import Cast, member
from tests.channel import build_channel
from tests.partnership import enlisted, suspend

from tradewind.crm.channel import team
from tradewind.crm.channel.models import Invitation, Partner, Status
from tradewind.crm.channel.team import TeamRefused
from tradewind.crm.identity.models import Role, RoleAssignment, User
from tradewind.crm.parties.models import Membership, MembershipRole
from tradewind.crm.sales.models import Lead

type ClientOf = Callable[[User], Client]

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def camden(cast: Cast) -> Partner:
    partner = enlisted(cast.camden, actor=cast.claire, now=timezone.now())
    partner.become(Status.APPROVED, actor=cast.claire, now=timezone.now())
    return partner


@pytest.fixture
def petra(cast: Cast, client_of: ClientOf) -> Client:
    cast.petra.language = "en"
    cast.petra.save()
    return client_of(cast.petra)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def invited(client: Client, cast: Cast, **fields: Any) -> Any:
    """What the page says; letters leave with the commit."""
    sent = {
        "for_company": cast.camden.pk,
        "name": "Nora Pop",
        "email": "Nora@Camden.example",
        "language": "en",
        "role": "partner_employee",
    }
    with TestCase.captureOnCommitCallbacks(execute=True):
        return client.post(reverse("partner:member-invite"), sent | fields, follow=True)


def link_of(letter: Any) -> str:
    found = re.search(r"http://testserver(/\S+)", letter.body)
    assert found
    return found[1]


def set_password(url: str, password: str = PASSWORD) -> Any:
    return Client().post(url, {"password": password, "again": password}, follow=True)


def test_an_invited_employee_sets_a_password_once_and_signs_in(cast: Cast, petra: Client) -> None:
    page = invited(petra, cast).content.decode()
    assert "Nora Pop gets a letter with a link." in page
    [letter] = mail.outbox
    assert letter.to == ["nora@camden.example"]
    nora = User.objects.get(email="nora@camden.example")
    assert nora.roles() == {Role.PARTNER_EMPLOYEE}
    assert not nora.has_usable_password()
    url = link_of(letter)
    assert "Welcome, Nora Pop" in Client().get(url).content.decode()
    set_password(url)
    nora.refresh_from_db()
    assert nora.check_password(PASSWORD)
    again = set_password(url, "another password entirely")
    assert again.status_code == 410
    nora.refresh_from_db()
    assert nora.check_password(PASSWORD)
    client = Client()
    client.post(reverse("account_login"), {"login": "nora@camden.example", "password": PASSWORD})
    assert client.get(reverse("partner:today")).status_code == 200
    assert client.get(reverse("partner:member-invite")).status_code == 404


def test_the_letter_speaks_the_language_of_its_reader(cast: Cast, petra: Client) -> None:
    invited(petra, cast, language="ro")
    assert "Camden Computers" in mail.outbox[0].subject
    assert "Nora Pop,\n\nCamden Computers este" in mail.outbox[0].body


def test_an_expired_and_a_replaced_link_let_nobody_in(cast: Cast, petra: Client) -> None:
    invited(petra, cast)
    nora = User.objects.get(email="nora@camden.example")
    with TestCase.captureOnCommitCallbacks(execute=True):
        petra.post(reverse("partner:member-invite-again", args=[nora.pk]), {"for_company": cast.camden.pk})
    first, second = (link_of(letter) for letter in mail.outbox)
    assert set_password(first).status_code == 410
    long_ago = timezone.now() - timedelta(days=30)
    Invitation.objects.update(invited_at=long_ago, expires_at=long_ago + timedelta(days=7))
    assert set_password(second).status_code == 410
    assert "invitation expired" in petra.get(reverse("partner:team")).content.decode()
    nora.refresh_from_db()
    assert not nora.has_usable_password()


def test_whoever_has_a_password_is_not_invited_again(cast: Cast, petra: Client) -> None:
    page = petra.post(
        reverse("partner:member-invite-again", args=[cast.paul.pk]), {"for_company": cast.camden.pk}, follow=True
    ).content.decode()
    assert "has set a password already" in page
    assert not Invitation.objects.exists()


def test_whoever_was_let_go_before_signing_in_cannot_use_the_link(cast: Cast, petra: Client) -> None:
    invited(petra, cast)
    nora = User.objects.get(email="nora@camden.example")
    petra.post(reverse("partner:member-let-go", args=[nora.pk]), {"for_company": cast.camden.pk})
    assert set_password(link_of(mail.outbox[0])).status_code == 410
    nora.refresh_from_db()
    assert (nora.is_active, nora.has_usable_password()) == (False, False)


def test_a_company_that_ended_invites_nobody(cast: Cast, petra: Client, camden: Partner) -> None:
    camden.become(Status.ENDED, actor=cast.claire, now=timezone.now(), why="over")
    assert "Nobody is invited before" in invited(petra, cast).content.decode()
    assert not User.objects.filter(email="nora@camden.example").exists()


@pytest.mark.parametrize("role", ["administrator", "channel_manager", "finance", ""])
def test_only_partner_roles_are_given(cast: Cast, petra: Client, camden: Partner, role: str) -> None:
    assert "needs attention" in invited(petra, cast, role=role).content.decode()
    petra.post(reverse("partner:member", args=[cast.paul.pk]), {"for_company": cast.camden.pk, "role": role})
    assert not User.objects.filter(email="nora@camden.example").exists()
    assert User.objects.get(pk=cast.paul.pk).roles() == {Role.PARTNER_EMPLOYEE}
    assert not RoleAssignment.objects.filter(user=cast.paul).exists()
    if role:
        with pytest.raises(TeamRefused, match="partner roles only"):
            team.change(
                user=cast.paul, role=Role(role), sells=False, partner=camden, actor=cast.petra, now=timezone.now()
            )


@pytest.mark.parametrize("email", ["rex@borough.example", "ADAM@larkfield.example", "petra@camden.example"])
def test_an_account_that_exists_is_not_taken_over(cast: Cast, petra: Client, email: str) -> None:
    before = list(Membership.objects.values_list("user", "organisation"))
    assert "has an account already" in invited(petra, cast, email=email, role="partner_manager").content.decode()
    assert list(Membership.objects.values_list("user", "organisation")) == before
    assert mail.outbox == []


def test_nobody_of_another_company_is_reached(cast: Cast, petra: Client, camden: Partner) -> None:
    for other in (cast.rex, cast.adam, cast.claire):
        for view in ("member", "member-let-go", "member-take-back", "member-invite-again"):
            assert (
                petra.post(reverse(f"partner:{view}", args=[other.pk]), {"role": "partner_manager"}).status_code == 404
            )
        other.refresh_from_db()
        assert other.is_active
    with pytest.raises(TeamRefused, match="does not work for this company"):
        team.let_go(user=cast.rex, partner=camden, actor=cast.petra, now=timezone.now())
    borough = enlisted(cast.borough, actor=cast.claire, now=timezone.now())
    with pytest.raises(TeamRefused, match="do not run this company"):
        team.let_go(user=cast.rex, partner=borough, actor=cast.petra, now=timezone.now())


def test_an_employee_looks_and_does_nothing(cast: Cast, client_of: ClientOf) -> None:
    paul = client_of(cast.paul)
    assert "petra@camden.example" in paul.get(reverse("partner:team")).content.decode()
    assert reverse("partner:member-invite") not in paul.get(reverse("partner:team")).content.decode()
    for view in ("member", "member-let-go", "member-take-back", "member-invite-again"):
        url = reverse(f"partner:{view}", args=[cast.petra.pk])
        assert (paul.get(url).status_code, paul.post(url).status_code) == (404, 404)
    assert paul.post(reverse("partner:member-invite")).status_code == 404


def test_a_manager_never_changes_oneself_so_the_last_one_stays(cast: Cast, petra: Client) -> None:
    page = petra.post(
        reverse("partner:member-let-go", args=[cast.petra.pk]), {"for_company": cast.camden.pk}, follow=True
    ).content.decode()
    assert "You cannot change your own account here." in page
    petra.post(
        reverse("partner:member", args=[cast.petra.pk]), {"for_company": cast.camden.pk, "role": "partner_employee"}
    )
    cast.petra.refresh_from_db()
    assert cast.petra.is_active
    assert cast.petra.roles() == {Role.PARTNER_MANAGER}


def test_of_two_managers_who_let_each_other_go_one_stays(cast: Cast, camden: Partner, now: datetime) -> None:
    second = member("Vera Stan", Role.PARTNER_MANAGER, cast.camden, actor=cast.adam)
    team.let_go(user=second, partner=camden, actor=cast.petra, now=now)
    with pytest.raises(TeamRefused, match="do not run this company"):
        team.let_go(user=cast.petra, partner=camden, actor=second, now=now)


def test_whoever_is_let_go_is_out_at_once_and_their_work_goes_back(
    cast: Cast, petra: Client, client_of: ClientOf
) -> None:
    channel = build_channel(cast)
    paul = client_of(cast.paul)
    assert paul.get(reverse("partner:today")).status_code == 200
    petra.post(reverse("partner:member-let-go", args=[cast.paul.pk]), {"for_company": cast.camden.pk})
    assert paul.get(reverse("partner:today")).status_code == 302
    lead = Lead.objects.get(pk=channel.objects[Lead]["paul's"].pk)
    assert (lead.assigned_to, lead.partner) == (None, cast.camden)
    petra.post(reverse("partner:member-take-back", args=[cast.paul.pk]), {"for_company": cast.camden.pk})
    assert client_of(cast.paul).get(reverse("partner:today")).status_code == 200
    assert Membership.objects.filter(user=cast.paul, organisation=cast.camden).count() == 2


@pytest.fixture
def elsewhere(cast: Cast, now: datetime) -> Membership:
    """Paul works for the rival as well, and sells there."""
    other = Membership.objects.create(user=cast.paul, organisation=cast.borough, since_date=now.date())
    other.give(Role.PARTNER_EMPLOYEE, sells=True, actor=cast.adam, now=now)
    return other


def test_a_manager_changes_what_somebody_is_here_and_not_at_the_other_company(
    cast: Cast, petra: Client, elsewhere: Membership
) -> None:
    petra.post(
        reverse("partner:member", args=[cast.paul.pk]), {"for_company": cast.camden.pk, "role": "partner_manager"}
    )
    paul = User.objects.get(pk=cast.paul.pk)
    assert paul.roles() == {Role.PARTNER_MANAGER}
    [there] = elsewhere.roles.all()
    assert (there.role, there.sells, there.ended_at) == (Role.PARTNER_EMPLOYEE, True, None)
    elsewhere.act()
    assert User.objects.get(pk=paul.pk).roles() == {Role.PARTNER_EMPLOYEE}


def test_a_manager_of_the_other_company_gains_nothing_here(
    cast: Cast, camden: Partner, elsewhere: Membership, client_of: ClientOf, now: datetime
) -> None:
    elsewhere.give(Role.PARTNER_MANAGER, actor=cast.adam, now=now)
    paul = client_of(cast.paul)
    for view in ("member", "member-let-go", "member-take-back", "member-invite-again"):
        url = reverse(f"partner:{view}", args=[cast.petra.pk])
        assert (paul.get(url).status_code, paul.post(url, {"role": "partner_employee"}).status_code) == (404, 404)
    assert paul.post(reverse("partner:member-invite")).status_code == 404
    with pytest.raises(TeamRefused, match="do not run this company"):
        team.change(user=cast.petra, role=Role.PARTNER_EMPLOYEE, sells=False, partner=camden, actor=cast.paul, now=now)
    elsewhere.act()
    url = reverse("partner:member", args=[cast.petra.pk])
    assert (paul.get(reverse("partner:team")).status_code, paul.get(url).status_code) == (200, 404)
    with pytest.raises(TeamRefused, match="do not run this company"):
        team.change(user=cast.petra, role=Role.PARTNER_EMPLOYEE, sells=False, partner=camden, actor=cast.paul, now=now)
    assert User.objects.get(pk=cast.petra.pk).roles() == {Role.PARTNER_MANAGER}


def test_the_role_of_a_list_is_the_one_held_here(
    cast: Cast, petra: Client, elsewhere: Membership, now: datetime
) -> None:
    elsewhere.give(Role.PARTNER_MANAGER, actor=cast.adam, now=now)
    elsewhere.act()
    [paul] = [one for one in petra.get(reverse("partner:team")).context["members"] if one.user == cast.paul]
    assert (paul.role, paul.sells) == (Role.PARTNER_EMPLOYEE, False)


def test_who_works_for_two_keeps_the_other_company(cast: Cast, petra: Client, elsewhere: Membership) -> None:
    petra.post(reverse("partner:member-let-go", args=[cast.paul.pk]), {"for_company": cast.camden.pk})
    paul = User.objects.get(pk=cast.paul.pk)
    assert paul.is_active
    assert paul.roles() == {Role.PARTNER_EMPLOYEE}
    assert Membership.objects.acting().get(user=paul).organisation == cast.borough
    petra.post(reverse("partner:member-take-back", args=[paul.pk]), {"for_company": cast.camden.pk})
    assert {row.organisation for row in paul.memberships.current()} == {cast.borough, cast.camden}
    assert Membership.objects.acting().get(user=paul).organisation == cast.borough


def test_whom_the_brand_owner_has_switched_off_a_manager_does_not_switch_on(cast: Cast, petra: Client) -> None:
    """It was: letting somebody go and taking them back opened an account that an administrator had closed."""
    User.objects.filter(pk=cast.paul.pk).update(is_active=False)
    for view in ("member-let-go", "member-take-back"):
        answer = petra.post(
            reverse(f"partner:{view}", args=[cast.paul.pk]), {"for_company": cast.camden.pk}, follow=True
        )
    assert "is switched off" in answer.content.decode()
    cast.paul.refresh_from_db()
    assert not cast.paul.is_active
    assert not cast.paul.memberships.current().exists()


def test_who_comes_back_is_what_they_were(cast: Cast, petra: Client, now: datetime) -> None:
    cast.paul.memberships.get().give(Role.PARTNER_MANAGER, sells=True, actor=cast.petra, now=now)
    petra.post(reverse("partner:member-let-go", args=[cast.paul.pk]), {"for_company": cast.camden.pk})
    petra.post(reverse("partner:member-take-back", args=[cast.paul.pk]), {"for_company": cast.camden.pk})
    [paul] = [one for one in team.team_of(cast.camden) if one.user == cast.paul]
    assert (paul.is_here, paul.role, paul.sells) == (True, Role.PARTNER_MANAGER, True)
    page = petra.post(
        reverse("partner:member-take-back", args=[cast.paul.pk]), {"for_company": cast.camden.pk}, follow=True
    ).content.decode()
    assert "works here already" in page


def test_who_also_works_for_the_brand_owner_is_not_changed(cast: Cast, petra: Client, now: datetime) -> None:
    cast.paul.grant(Role.FINANCE, actor=cast.adam, now=now)
    page = petra.post(
        reverse("partner:member-let-go", args=[cast.paul.pk]), {"for_company": cast.camden.pk}, follow=True
    ).content.decode()
    assert "holds a role of the brand owner" in page
    cast.paul.refresh_from_db()
    assert cast.paul.is_active


def test_an_employee_becomes_a_manager_and_back(cast: Cast, petra: Client) -> None:
    url = reverse("partner:member", args=[cast.paul.pk])
    petra.post(url, {"for_company": cast.camden.pk, "role": "partner_manager"})
    assert User.objects.get(pk=cast.paul.pk).roles() == {Role.PARTNER_MANAGER}
    petra.post(url, {"for_company": cast.camden.pk, "role": "partner_employee", "sells": "on"})
    assert User.objects.get(pk=cast.paul.pk).roles() == {Role.PARTNER_EMPLOYEE}
    assert [one.sells for one in team.team_of(cast.camden) if one.user == cast.paul] == [True]


def test_a_form_opened_for_the_other_company_invites_nobody(cast: Cast, petra: Client) -> None:
    page = invited(petra, cast, for_company=cast.borough.pk).content.decode()
    assert "opened for another company" in page
    assert not User.objects.filter(email="nora@camden.example").exists()


@pytest.mark.parametrize("view", ["member", "member-let-go", "member-take-back", "member-invite-again"])
def test_what_was_opened_for_the_other_company_changes_nobody(
    cast: Cast, petra: Client, elsewhere: Membership, now: datetime, view: str
) -> None:
    """Petra manages both companies, and Paul works for both: a form of the one could reach him at the other."""
    other = Membership.objects.create(user=cast.petra, organisation=cast.borough, since_date=now.date())
    other.give(Role.PARTNER_MANAGER, actor=cast.adam, now=now)
    enlisted(cast.borough, actor=cast.claire, now=now)
    other.act()
    sent = {"for_company": cast.camden.pk, "role": "partner_manager"}
    answer = petra.post(reverse(f"partner:{view}", args=[cast.paul.pk]), sent, follow=True)
    assert "opened for another company" in answer.content.decode()
    assert {row.role for row in MembershipRole.objects.current().filter(membership__user=cast.paul)} == {
        Role.PARTNER_EMPLOYEE
    }
    assert cast.paul.memberships.current().count() == 2
    assert mail.outbox == []


def test_the_team_page_asks_a_fixed_number_of_queries(
    cast: Cast, petra: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(12) as few:
        petra.get(reverse("partner:team"))
    for number in range(10):
        member(f"Person{number} Example", Role.PARTNER_EMPLOYEE, cast.camden, actor=cast.adam)
    with django_assert_max_num_queries(len(few.captured_queries)):
        petra.get(reverse("partner:team"))


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "Camden Computers is suspended: it invites nobody until it is active again."),
        ("ro", "Camden Computers este suspendat: nu invită pe nimeni până nu redevine activ."),
    ],
)
def test_a_suspended_partner_invites_nobody(
    cast: Cast, camden: Partner, petra: Client, language: str, says: str
) -> None:
    invited(petra, cast)
    suspend(camden, actor=cast.claire, now=timezone.now())
    cast.petra.language = language
    cast.petra.save()
    assert says in invited(petra, cast, email="late@camden.example").content.decode()
    nora = User.objects.get(email="nora@camden.example")
    again = reverse("partner:member-invite-again", args=[nora.pk])
    assert says in petra.post(again, {"for_company": cast.camden.pk}, follow=True).content.decode()
    assert Invitation.objects.get().user == nora
