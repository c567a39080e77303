"""The back office writes through the same verbs as everybody else."""

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from tradewind.crm.identity.models import Role, RoleAssignment, User
from tradewind.crm.parties.models import Customer

type ClientOf = Callable[[User], Client]

OURS = {"identity", "parties", "catalog", "activities", "channel"}
MODELS = sorted(model._meta.label_lower for model in admin.site._registry if model._meta.app_label in OURS)


def held(user: User) -> frozenset[Role]:
    return User.objects.get(pk=user.pk).roles()


@pytest.mark.parametrize("label", MODELS)
def test_every_list_opens_for_an_administrator(cast: Cast, client_of: ClientOf, label: str) -> None:
    client = client_of(cast.adam)
    url = reverse(f"admin:{label.replace('.', '_')}_changelist")
    assert client.get(url).status_code == 200
    assert client.get(url, {"q": "maya"}).status_code in {200, 302}


@pytest.mark.parametrize("name", ["larkfield", "maya", "laptop", "mayas_laptop", "daniel"])
def test_every_record_opens_for_an_administrator(cast: Cast, client_of: ClientOf, name: str) -> None:
    record = getattr(cast, name)
    url = reverse(f"admin:{record._meta.label_lower.replace('.', '_')}_change", args=[record.pk])
    assert client_of(cast.adam).get(url).status_code == 200


def test_a_role_is_given_with_who_gave_it(cast: Cast, client_of: ClientOf) -> None:
    url = reverse("admin:identity_roleassignment_add")
    client_of(cast.adam).post(url, {"user": cast.daniel.pk, "role": Role.FINANCE})
    assert RoleAssignment.objects.get(user=cast.daniel, role=Role.FINANCE).granted_by == cast.adam


def test_a_role_is_ended_and_not_deleted(cast: Cast, client_of: ClientOf) -> None:
    row = RoleAssignment.objects.get(user=cast.daniel)
    url = reverse("admin:identity_roleassignment_changelist")
    client_of(cast.adam).post(url, {"action": "end", "_selected_action": [row.pk]})
    row.refresh_from_db()
    assert (row.ended_by, held(cast.daniel)) == (cast.adam, frozenset())


def test_the_last_administrator_cannot_lock_the_door(cast: Cast, client_of: ClientOf) -> None:
    row = RoleAssignment.objects.get(user=cast.adam)
    url = reverse("admin:identity_roleassignment_changelist")
    page = client_of(cast.adam).post(url, {"action": "end", "_selected_action": [row.pk]}, follow=True)
    assert "The last administrator stays one." in page.content.decode()
    assert held(cast.adam) == {Role.ADMINISTRATOR}


def test_a_new_user_can_sign_in(cast: Cast, client_of: ClientOf) -> None:
    fields = {"email": "New.One@larkfield.example", "name": "New One", "usable_password": "true"}
    password = {"password1": "an entirely new one", "password2": "an entirely new one"}
    answer = client_of(cast.adam).post(reverse("admin:identity_user_add"), {**fields, **password})
    assert answer.status_code == 302, answer.context["adminform"].errors
    new = User.objects.get(email="new.one@larkfield.example")
    assert new.check_password("an entirely new one")
    assert new.roles() == frozenset()


def test_a_renamed_person_is_found_under_the_new_name(cast: Cast, client_of: ClientOf) -> None:
    maya = cast.maya.person
    assert maya is not None
    fields = {"first_name": "Maya", "last_name": "Okonkwo", "language": "en"}
    client_of(cast.adam).post(reverse("admin:parties_person_change", args=[maya.pk]), fields)
    assert list(Customer.objects.search("okonkwo")) == [cast.maya]


def test_an_activity_cannot_be_changed(cast: Cast, client_of: ClientOf) -> None:
    activity = cast.maya.activities.get().activity
    url = reverse("admin:activities_activity_change", args=[activity.pk])
    assert client_of(cast.adam).post(url, {"verb": "forged"}).status_code == 403
    activity.refresh_from_db()
    assert activity.verb == "customer.enrolled"


def test_a_partners_role_is_given_at_a_company_and_nowhere_else(cast: Cast, client_of: ClientOf) -> None:
    adam, everywhere = client_of(cast.adam), reverse("admin:identity_roleassignment_add")
    answer = adam.post(everywhere, {"user": cast.daniel.pk, "role": "partner_manager"})
    assert answer.status_code == 200
    assert "partner_manager" not in adam.get(everywhere).content.decode()
    at_company, membership = reverse("admin:parties_membershiprole_add"), cast.paul.memberships.get()
    answer = adam.post(at_company, {"membership": membership.pk, "role": "administrator"})
    assert answer.status_code == 200
    adam.post(at_company, {"membership": membership.pk, "role": "partner_manager", "sells": "on"})
    assert held(cast.paul) == {Role.PARTNER_MANAGER}
    row = membership.role_held()
    assert row is not None
    assert (row.sells, row.granted_by) == (True, cast.adam)
    assert adam.post(reverse("admin:parties_membershiprole_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    adam.post(reverse("admin:parties_membershiprole_changelist"), {"action": "end", "_selected_action": [row.pk]})
    assert held(cast.paul) == frozenset()


def act_on(client: Client, action: str, *people: User) -> str:
    chosen = {"action": action, "_selected_action": [person.pk for person in people]}
    return client.post(reverse("admin:identity_user_changelist"), chosen, follow=True).content.decode()


def test_the_last_administrator_cannot_be_switched_off(cast: Cast, client_of: ClientOf) -> None:
    adam = client_of(cast.adam)
    fields = {"email": cast.adam.email, "name": "Adam", "language": "en", "theme": "dark", "density": "compact"}
    no_skills = {"user_skills-TOTAL_FORMS": "0", "user_skills-INITIAL_FORMS": "0"}
    answer = adam.post(reverse("admin:identity_user_change", args=[cast.adam.pk]), fields | no_skills)
    assert answer.status_code == 302, answer.context["adminform"].errors
    assert held(cast.adam) == {Role.ADMINISTRATOR}
    assert "The last administrator stays one." in act_on(adam, "switch_off", cast.adam)
    assert held(cast.adam) == {Role.ADMINISTRATOR}


def test_people_are_switched_off_and_on_with_who_did_it(cast: Cast, client_of: ClientOf) -> None:
    adam = client_of(cast.adam)
    act_on(adam, "switch_off", cast.daniel)
    assert held(cast.daniel) == frozenset()
    act_on(adam, "switch_on", cast.daniel)
    assert held(cast.daniel) == {Role.INTERACTION_CENTRE_AGENT}
    written = LogEntry.objects.filter(object_id=str(cast.daniel.pk), user=cast.adam).order_by("pk")
    assert [entry.change_message for entry in written] == ["Switched off.", "Switched on."]


def test_a_company_shows_who_works_there_and_changes_none_of_it(cast: Cast, client_of: ClientOf) -> None:
    url = reverse("admin:parties_organisation_change", args=[cast.camden.pk])
    adam, membership = client_of(cast.adam), cast.paul.memberships.get()
    assert "Paul Marin" in adam.get(url).content.decode()
    forged = {"id": membership.pk, "user": cast.daniel.pk, "since_date": "2020-01-01", "organisation": cast.camden.pk}
    rows = {f"memberships-0-{name}": value for name, value in forged.items()}
    counts = {"memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 1}
    adam.post(url, {"name": "Camden Computers", "kind": cast.camden.kind, **counts, **rows})
    membership.refresh_from_db()
    assert membership.user == cast.paul
