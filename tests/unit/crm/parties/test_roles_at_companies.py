"""A partner's role is held at a company: who works for two may be a manager of one and an employee of the other."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone
from tests.cast import NOW, Cast
from tests.channel import Channel, build_channel

from tradewind.crm.access import ActionGroup, may, requires, scope
from tradewind.crm.access.explain import explain
from tradewind.crm.access.review import changes
from tradewind.crm.access.who import who_can
from tradewind.crm.identity.models import Role, RoleAssignment, User
from tradewind.crm.parties.models import Membership, MembershipRole
from tradewind.crm.parties.selling import may_search_customers
from tradewind.crm.sales.models import Lead, Opportunity
from tradewind.portals.partner.pages import memberships_of

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def channel(cast: Cast) -> Channel:
    return build_channel(cast)


@pytest.fixture
def camden(cast: Cast) -> Membership:
    """Petra manages Camden …"""
    return cast.petra.memberships.get()


@pytest.fixture
def borough(cast: Cast, camden: Membership) -> Membership:
    """… and is an employee of Borough."""
    other = Membership.objects.create(user=cast.petra, organisation=cast.borough, since_date=NOW.date())
    other.give(Role.PARTNER_EMPLOYEE, actor=cast.adam, now=NOW)
    return other


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_the_role_that_counts_is_the_one_at_the_company_acted_for(
    cast: Cast, camden: Membership, borough: Membership
) -> None:
    assert again(cast.petra).roles() == {Role.PARTNER_MANAGER}
    borough.act()
    assert again(cast.petra).roles() == {Role.PARTNER_EMPLOYEE}
    camden.refresh_from_db()
    camden.act()
    assert again(cast.petra).roles() == {Role.PARTNER_MANAGER}


def test_the_person_who_switches_is_somebody_else_at_once(cast: Cast, camden: Membership, borough: Membership) -> None:
    petra = borough.user
    assert petra.has_role(Role.PARTNER_MANAGER)
    borough.act()
    assert not petra.has_role(Role.PARTNER_MANAGER)


@pytest.mark.both_databases
def test_what_a_manager_may_is_not_taken_along_to_the_other_company(channel: Channel, borough: Membership) -> None:
    petra = channel.cast.petra
    assert channel.names(Lead, scope(petra, Lead, ActionGroup.WRITE)) == {"own", "paul's", "made by camden"}
    assert may(petra, "customer.create")
    borough.act()
    petra = again(petra)
    assert channel.names(Lead, scope(petra, Lead)) == {"the rival's", "made by camden, now the rival's"}
    for model in (Lead, Opportunity):
        for action in (ActionGroup.WRITE, ActionGroup.DELETE, ActionGroup.EXPORT):
            assert not scope(petra, model, action).exists()
    assert not may(petra, "customer.create")
    assert not may_search_customers(petra)


def test_a_page_for_managers_is_not_there_for_an_employee_who_manages_elsewhere(
    cast: Cast, borough: Membership, rf: RequestFactory
) -> None:
    @requires(Role.PARTNER_MANAGER)
    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse("ours")

    request = rf.get("/")
    request.user = again(cast.petra)
    assert page(request).status_code == 200
    borough.act()
    request.user = again(cast.petra)
    with pytest.raises(Http404):
        page(request)
    request.user = AnonymousUser()
    assert page(request).status_code == 302


def test_a_role_of_the_brand_owner_counts_wherever_somebody_acts(
    cast: Cast, camden: Membership, borough: Membership
) -> None:
    cast.petra.grant(Role.FINANCE, actor=cast.adam, now=NOW)
    assert again(cast.petra).roles() == {Role.FINANCE, Role.PARTNER_MANAGER}
    borough.act()
    assert again(cast.petra).roles() == {Role.FINANCE, Role.PARTNER_EMPLOYEE}


def test_who_left_the_company_holds_nothing_there(cast: Cast, camden: Membership) -> None:
    camden.end(on_date=NOW.date())
    assert again(cast.petra).roles() == frozenset()


def test_buying_and_selling_is_of_one_company_too(cast: Cast) -> None:
    here = cast.paul.memberships.get()
    there = Membership.objects.create(user=cast.paul, organisation=cast.borough, since_date=NOW.date())
    there.give(Role.PARTNER_EMPLOYEE, sells=True, actor=cast.adam, now=NOW)
    assert not may_search_customers(again(cast.paul))
    there.act()
    assert may_search_customers(again(cast.paul))
    here.refresh_from_db()
    assert not here.roles.get().sells


def test_another_role_takes_the_place_of_the_one_held_and_both_are_told(cast: Cast) -> None:
    row = cast.paul.memberships.get()
    row.give(Role.PARTNER_MANAGER, actor=cast.petra, now=LATER)
    assert [(held.role, held.ended_at, held.ended_by) for held in row.roles.all()] == [
        ("partner_employee", LATER, cast.petra),
        ("partner_manager", None, None),
    ]
    told = [(entry.actor, entry.what, entry.about) for entry in changes(LATER, LATER + timedelta(hours=1))]
    assert set(told) == {
        (cast.petra, "taken out", "Paul Marin: Partner employee, Camden Computers"),
        (cast.petra, "added", "Paul Marin: Partner manager, Camden Computers"),
    }


def test_the_same_role_given_again_stays_as_it_is(cast: Cast) -> None:
    row = cast.paul.memberships.get()
    before = row.role_held()
    assert row.give(Role.PARTNER_EMPLOYEE, actor=cast.petra, now=LATER) == before
    sold = row.give(Role.PARTNER_EMPLOYEE, sells=True, actor=cast.petra, now=LATER)
    assert (sold.sells, sold != before) == (True, True)
    assert row.give(Role.PARTNER_EMPLOYEE, actor=cast.petra, now=LATER) == sold
    assert row.give(Role.PARTNER_MANAGER, actor=cast.petra, now=LATER).sells


def test_a_partners_role_is_not_granted_to_a_person(cast: Cast) -> None:
    with pytest.raises(ValueError, match="held at a company"):
        cast.daniel.grant(Role.PARTNER_MANAGER, actor=cast.adam, now=NOW)


@pytest.mark.both_databases
def test_the_database_holds_roles_to_where_they_belong(cast: Cast, camden: Membership) -> None:
    at = {"granted_at": NOW}
    with pytest.raises(IntegrityError, match="partner_roles_are_held_at_a_company"), transaction.atomic():
        RoleAssignment.objects.create(user=cast.daniel, role=Role.PARTNER_EMPLOYEE, **at)
    with pytest.raises(IntegrityError, match="only_partner_roles_at_a_company"), transaction.atomic():
        MembershipRole.objects.create(membership=camden, role=Role.ADMINISTRATOR, ended_at=NOW, **at)
    with pytest.raises(IntegrityError, match=r"membership_id|one_role_at_a_time"), transaction.atomic():
        MembershipRole.objects.create(membership=camden, role=Role.PARTNER_EMPLOYEE, **at)
    with pytest.raises(IntegrityError, match="role_at_a_company_ends_after_it_began"), transaction.atomic():
        camden.roles.update(ended_at=NOW - timedelta(days=1))


def test_colleagues_see_each_others_roles_here_and_not_elsewhere(cast: Cast, borough: Membership) -> None:
    assert {str(row) for row in scope(cast.paul, MembershipRole)} == {
        "Petra Ionescu: Partner manager, Camden Computers",
        "Paul Marin: Partner employee, Camden Computers",
    }
    assert {row.membership for row in scope(cast.rex, MembershipRole)} == {borough, cast.rex.memberships.get()}


def test_explain_names_the_company_at_which_the_role_is_held(channel: Channel, borough: Membership) -> None:
    cast = channel.cast
    lead = channel.objects[Lead]["the rival's"]
    borough.act()
    petra = again(cast.petra)
    found = explain(petra, lead, "write")
    assert not found.allowed
    missing = [obstacle.missing for obstacle in found.obstacles if obstacle.right.role == Role.PARTNER_MANAGER]
    assert missing == [
        ("Petra Ionescu is not acting as: Partner manager. That role is held at Camden Computers only.",)
    ]
    (reason,) = explain(petra, lead).reasons
    assert (reason.right.role, reason.place) == (Role.PARTNER_EMPLOYEE, "Borough Laptops")


def test_who_may_lists_people_by_the_role_they_act_in(channel: Channel, borough: Membership) -> None:
    cast = channel.cast
    lead = channel.objects[Lead]["the rival's"]
    assert set(who_can(lead, "write")) == {cast.claire, cast.rex}
    assert cast.petra not in who_can(lead)
    borough.act()
    assert cast.petra in who_can(lead)
    assert cast.petra not in who_can(lead, "write")
    borough.give(Role.PARTNER_MANAGER, actor=cast.adam, now=timezone.now())
    assert cast.petra in who_can(lead, "write")


def test_where_somebody_holds_no_role_is_nowhere_to_switch_to(cast: Cast, camden: Membership) -> None:
    """Acting for it they would enter no page, the one to switch back included."""
    Membership.objects.create(user=cast.petra, organisation=cast.soho_store, since_date=NOW.date())
    assert [row.organisation for row in memberships_of(again(cast.petra))] == [cast.camden]


def test_who_leaves_acts_for_a_company_at_which_they_hold_a_role(
    cast: Cast, camden: Membership, borough: Membership
) -> None:
    Membership.objects.create(user=cast.petra, organisation=cast.soho_store, since_date=date(2020, 1, 1))
    camden.end(on_date=NOW.date())
    assert [row.organisation for row in Membership.objects.acting().filter(user=cast.petra)] == [cast.borough]


def test_who_leaves_acts_for_the_one_they_have_worked_for_longest(
    cast: Cast, camden: Membership, borough: Membership
) -> None:
    """Whatever the roles at the others are called."""
    soho = Membership.objects.create(user=cast.petra, organisation=cast.soho_store, since_date=date(2020, 1, 1))
    soho.give(Role.PARTNER_MANAGER, actor=cast.adam, now=NOW)
    borough.give(Role.PARTNER_EMPLOYEE, actor=cast.adam, now=NOW)
    camden.end(on_date=NOW.date())
    assert Membership.objects.acting().get(user=cast.petra) == soho


@pytest.mark.both_databases
def test_only_an_end_closes_an_account(cast: Cast, camden: Membership) -> None:
    with pytest.raises(IntegrityError, match="only_an_end_closes_an_account"), transaction.atomic():
        Membership.objects.filter(pk=camden.pk).update(closed_account=True)
    camden.close_account()
    assert again(cast.petra).is_active
