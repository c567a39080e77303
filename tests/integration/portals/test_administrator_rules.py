"""Rules and rights as an administrator writes, tries, gives and ends them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.channel import Channel

from tradewind.crm.access import scope
from tradewind.crm.access.models import AccessGroup, AccessRight, AccessRule
from tradewind.crm.identity.models import Role, User
from tradewind.crm.parties.hierarchy import place
from tradewind.crm.sales.models import Lead

NEW = "/access/rules/new/?kind=sales.lead"


@pytest.fixture
def adam(channel: Channel, client_of: Callable[[User], Client]) -> Client:
    return client_of(channel.cast.adam)


def sheet(**typed: Any) -> dict[str, Any]:
    """A complete new rule with a right, as its sheet posts it."""
    return {
        "name": "Leads without a partner",
        "name_ro": "Clienți potențiali fără partener",
        "code": "lead-free",
        "actors_of_user": "everybody",
        "actors_of_object": "everybody",
        "object_filter": "without_partner",
        "why": "they may pick them",
        "right-holder": "partner_employee",
        "right-actions": ["read"],
        "right-starts_at": "",
        "right-ends_at": "",
    } | typed


def sheet_of(rule: AccessRule, **typed: Any) -> dict[str, Any]:
    said = {name: getattr(rule, name) for name in ("name", "name_ro", "actors_of_user", "actors_of_object")}
    latest = rule.history.first()
    version = str(latest.history_id) if latest else ""
    return {**said, "object_filter": rule.object_filter, "version": version, "why": "tested", **typed}


# --- Lists


def test_the_list_of_rules_is_narrowed_sorted_and_exported(adam: Client) -> None:
    page = adam.get("/access/rules/?kind=sales.lead&holder=partner_manager&action=delete&sort=-name").content.decode()
    assert "1 rule" in page
    assert "Leads created by the user’s company".replace("’", "&#x27;") in page
    file = adam.get("/access/rules/export.csv?q=assigned&sort=name").content.decode("utf-8-sig")
    assert [line.split(",")[0] for line in file.splitlines()] == [
        "Code", "lead-assigned", "opportunity-assigned", "order-assigned", "ticket-assigned",
    ]  # fmt: skip
    assert "the employee it is assigned to" in file


@pytest.mark.parametrize(
    "query", ["kind=no.such", "holder=emperor", "holder=group:none", "action=fly", "sort=--x", "page=77", "q=%00"]
)
@pytest.mark.parametrize("of", ["rules", "rights"])
def test_what_makes_no_sense_in_the_address_narrows_nothing_and_breaks_nothing(
    adam: Client, query: str, of: str
) -> None:
    assert adam.get(f"/access/{of}/?{query}").status_code == 200


def test_the_list_of_rights_tells_those_in_force_to_come_and_over(adam: Client, channel: Channel) -> None:
    now = timezone.now()
    rights = AccessRight.objects.filter(rule__code="lead-all", role=Role.CHANNEL_MANAGER)
    rights.filter(action="write").update(ends_at=now, ended_at=now, why_ended="over")
    rights.filter(action="delete").update(starts_at=now + timedelta(days=9))
    asked = "/access/rights/?q=lead-all&holder=channel_manager"

    def told(state: str) -> list[str]:
        file = adam.get(asked.replace("rights/", "rights/export.csv") + f"&state={state}").content.decode("utf-8-sig")
        return sorted(line.split(",")[1] for line in file.splitlines()[1:])

    assert told("") == ["Approve", "Export", "Read"]
    assert told("to_come") == ["Delete"]
    assert told("ended") == ["Write"]
    assert told("all") == ["Approve", "Delete", "Export", "Read", "Write"]
    assert "5 rights" in adam.get(f"{asked}&state=all").content.decode()


def test_nothing_that_fits_says_what_to_try(adam: Client) -> None:
    assert "No rule fits" in adam.get("/access/rules/?q=zzyzx").content.decode()
    assert "No right fits" in adam.get("/access/rights/?q=zzyzx").content.decode()


# --- A new rule


def test_a_rule_begins_with_the_kind_of_its_objects(adam: Client) -> None:
    for path in ("/access/rules/new/", "/access/rules/new/?kind=no.such"):
        assert '<a href="?kind=sales.lead">Leads</a>' in adam.get(path).content.decode()


def test_a_dry_run_names_who_would_gain_what_and_writes_nothing(adam: Client, channel: Channel) -> None:
    answer = adam.post(NEW, sheet(**{"try": "yes"}))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "What would change" in page
    assert "concerns 1 person" in page
    assert "Paul Marin" in page
    assert "nobody&#x27;s" in page
    assert 'value="they may pick them"' in page
    assert not AccessRule.objects.filter(code="lead-free").exists()
    assert AccessRight.objects.filter(granted_by=channel.cast.adam).count() == 0


def test_a_new_rule_is_saved_with_its_rights_and_counts_at_once(adam: Client, channel: Channel) -> None:
    answer = adam.post(NEW, sheet(**{"right-actions": ["read", "export"]}), follow=True)
    assert answer.redirect_chain == [("/access/rules/lead-free/", 302)]
    assert "Leads without a partner is saved." in answer.content.decode()
    given = AccessRight.objects.filter(rule__code="lead-free").order_by("action")
    assert [(right.action, right.role, right.granted_by, right.why) for right in given] == [
        ("export", "partner_employee", channel.cast.adam, "they may pick them"),
        ("read", "partner_employee", channel.cast.adam, "they may pick them"),
    ]
    assert "nobody's" in channel.names(Lead, scope(channel.cast.paul, Lead))
    version = AccessRule.objects.get(code="lead-free").history.get()
    assert (version.history_user, version.history_change_reason) == (channel.cast.adam, "they may pick them")


def test_rights_may_be_left_for_later(adam: Client) -> None:
    answer = adam.post(NEW, sheet(**{"right-holder": "", "right-actions": []}))
    assert answer.status_code == 302
    assert AccessRule.objects.get(code="lead-free").rights.count() == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, ["This field is required."]),
        ({"why": ""}, ["This field is required."]),
        ({"code": "Not A Code!"}, ["slug"]),
        ({"code": "lead-all"}, ["already exists"]),
        ({"actors_of_user": "company"}, ["These actors are of two kinds and never meet."]),
        ({"actors_of_object": "serving_partner"}, ["is not one of the available choices"]),
        ({"object_filter": ""}, ["There is a rule that says the same."]),
        ({"right-actions": []}, ["Say what they may do."]),
        ({"right-holder": ""}, ["Say who may do it."]),
        ({"right-holder": "emperor"}, ["is not one of the available choices"]),
        ({"right-ends_at": "2020-01-01T00:00"}, ["Nobody could use it"]),
        ({"name": "", "why": "", "right-actions": []}, ["3 things need attention"]),
    ],
    ids=lambda value: str(next(iter(value))) if isinstance(value, dict) else None,
)
def test_every_fault_is_listed_and_what_was_typed_is_kept(adam: Client, typed: dict[str, Any], said: list[str]) -> None:
    answer = adam.post(NEW, sheet(**typed))
    page = answer.content.decode()
    assert answer.status_code == 422
    for each in said:
        assert each in page
    assert 'value="Clienți potențiali fără partener"' in page
    assert not AccessRule.objects.filter(name_ro="Clienți potențiali fără partener").exists()


def test_a_form_cannot_say_what_it_does_not_show(adam: Client, channel: Channel) -> None:
    """Neither another kind of objects nor another author, another reason of an end, another rule."""
    rex, other = channel.cast.rex.pk, AccessRule.objects.get(code="ticket-all").pk
    forged = {"object_type": "care.ticket", "id": other, "pk": other, "granted_by": rex, "right-granted_by": rex}
    adam.post(NEW, sheet(**forged, **{"right-rule": other}))
    rule = AccessRule.objects.get(code="lead-free")
    assert (rule.object_type, rule.history.get().history_user) == ("sales.lead", channel.cast.adam)
    assert [right.granted_by for right in rule.rights.all()] == [channel.cast.adam]
    assert AccessRule.objects.get(pk=other).code == "ticket-all"


# --- A rule that is there


def test_a_changed_rule_is_tried_and_saved(adam: Client, channel: Channel) -> None:
    cast = channel.cast
    place(cast.borough, under=cast.camden, actor=cast.adam, now=timezone.now())
    rule = AccessRule.objects.get(code="lead-of-company")
    typed = sheet_of(rule, actors_of_user="companies_at_and_below", why="the whole group")
    page = adam.post("/access/rules/lead-of-company/", typed | {"try": "yes"}).content.decode()
    assert "Petra Ionescu" in page
    assert "+2" in page
    assert "MARK-OF-THE-RIVAL the rival&#x27;s" in page
    assert AccessRule.objects.get(pk=rule.pk).actors_of_user == "company"
    assert adam.post("/access/rules/lead-of-company/", typed).status_code == 302
    assert AccessRule.objects.get(pk=rule.pk).actors_of_user == "companies_at_and_below"
    assert scope(cast.petra, Lead).count() == 5
    page = adam.get("/access/rules/lead-of-company/").content.decode()
    assert "the whole group" in page


def test_a_save_does_not_go_over_what_somebody_else_saved_meanwhile(adam: Client, channel: Channel) -> None:
    rule = AccessRule.objects.get(code="lead-of-company")
    typed = sheet_of(rule, name="Mine")
    rule.change(actor=channel.cast.claire, now=timezone.now(), why="in between", name="Theirs")
    answer = adam.post("/access/rules/lead-of-company/", typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Claire Okafor saved this rule after you opened it: in between." in page
    assert 'value="Mine"' in page
    assert AccessRule.objects.get(pk=rule.pk).name == "Theirs"
    latest = AccessRule.objects.get(pk=rule.pk).history.first()
    assert latest is not None
    assert f'value="{latest.history_id}"' in page
    assert adam.post("/access/rules/lead-of-company/", typed | {"version": latest.history_id}).status_code == 302
    assert AccessRule.objects.get(pk=rule.pk).name == "Mine"


def test_a_rule_that_would_lock_out_all_administrators_is_refused(adam: Client, channel: Channel) -> None:
    rule = AccessRule.objects.get(code="lead-all")
    answer = adam.post("/access/rules/lead-all/", sheet_of(rule, object_filter="open", why="only open ones matter"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This would lock every administrator out of: Leads. Nothing was changed." in page
    assert 'value="only open ones matter"' in page
    assert AccessRule.objects.get(pk=rule.pk).object_filter == ""
    assert scope(channel.cast.adam, Lead).count() == 6


# --- Rights


def given(**typed: Any) -> dict[str, Any]:
    return {"rule": "lead-all", "holder": "finance", "actions": ["read"], "why": "for the audit"} | typed


def test_a_right_is_tried_and_given(adam: Client, channel: Channel) -> None:
    page = adam.post("/access/rights/new/", given(**{"try": "yes"})).content.decode()
    assert "Farah Haddad" in page
    assert "+6" in page
    assert not AccessRight.objects.filter(why="for the audit").exists()
    answer = adam.post(
        "/access/rights/new/", given(actions=["read", "export"], ends_at="2999-01-01T12:00"), follow=True
    )
    assert "2 rights are given." in answer.content.decode()
    assert scope(channel.cast.farah, Lead).count() == 6
    right = AccessRight.objects.get(why="for the audit", action="read")
    assert right.ends_at is not None
    assert right.ends_at.year == 2999


def test_a_right_is_given_to_a_user_group(adam: Client, channel: Channel) -> None:
    group = AccessGroup.objects.create(code="night", name="Night shift")
    group.add(channel.cast.daniel, actor=channel.cast.adam, now=timezone.now())
    page = adam.get("/access/rights/new/?rule=lead-all&holder=group:night").content.decode()
    assert '<option value="group:night" selected>Night shift</option>' in page
    assert '<option value="lead-all" selected>' in page
    assert adam.post("/access/rights/new/", given(holder="group:night")).status_code == 302
    assert scope(channel.cast.daniel, Lead).count() == 6


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"holder": "channel_manager", "actions": ["read", "write"]}, "They may do this already, without an end"),
        ({"actions": []}, "This field is required."),
        ({"actions": ["fly"]}, "is not one of the available choices"),
        ({"rule": "nothing"}, "not one of the available choices"),
        ({"why": ""}, "This field is required."),
        ({"starts_at": "2999-01-02T00:00", "ends_at": "2999-01-01T00:00"}, "Nobody could use it"),
    ],
    ids=lambda value: str(next(iter(value))) if isinstance(value, dict) else None,
)
def test_a_right_that_cannot_be_given_says_why(adam: Client, typed: dict[str, Any], said: str) -> None:
    before = AccessRight.objects.count()
    answer = adam.post("/access/rights/new/", given(**typed))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert AccessRight.objects.count() == before


def test_a_right_is_tried_and_ended(adam: Client, channel: Channel) -> None:
    right = AccessRight.objects.get(rule__code="lead-of-company", role=Role.PARTNER_MANAGER, action="read")
    page = adam.post(f"/access/rights/{right.pk}/", {"try": "yes", "why": "no longer"}).content.decode()
    assert "Petra Ionescu" in page
    assert "−3" in page
    assert 'value="no longer"' in page
    assert scope(channel.cast.petra, Lead).count() == 3
    assert adam.post(f"/access/rights/{right.pk}/", {"why": ""}).status_code == 422
    assert "The right has ended." in adam.post(
        f"/access/rights/{right.pk}/", {"why": "no longer"}, follow=True
    ).content.decode()  # fmt: skip
    right.refresh_from_db()
    assert (right.ended_by, right.why_ended) == (channel.cast.adam, "no longer")
    assert not scope(channel.cast.petra, Lead).exists()
    page = adam.get(f"/access/rights/{right.pk}/").content.decode()
    assert "It has ended" in page
    adam.post(f"/access/rights/{right.pk}/", {"why": "once more"})
    assert AccessRight.objects.get(pk=right.pk).why_ended == "no longer"


def test_the_last_right_of_administrators_cannot_be_ended(adam: Client) -> None:
    right = AccessRight.objects.get(rule__code="lead-all", role=Role.ADMINISTRATOR)
    answer = adam.post(f"/access/rights/{right.pk}/", {"why": "tidied up"})
    assert answer.status_code == 422
    assert "This would lock every administrator out of: Leads." in answer.content.decode()
    assert AccessRight.objects.get(pk=right.pk).ends_at is None


def test_a_right_by_a_rule_that_code_no_longer_knows_is_not_given(adam: Client) -> None:
    AccessRule.objects.create(
        code="gone", name="Gone", object_type="sales.lead", actors_of_user="everybody", actors_of_object="everybody",
        object_filter="gone_with_a_release",
    )  # fmt: skip
    asked = {"rule": "gone", "holder": "partner_employee", "actions": ["read"], "why": "they need it"}
    for button in ({"try": "1"}, {}):
        page = adam.post("/access/rights/new/", asked | button)
        assert page.status_code == 422
        assert "Nothing is declared for sales.lead: gone_with_a_release." in page.content.decode()
    assert not AccessRight.objects.filter(rule__code="gone").exists()
