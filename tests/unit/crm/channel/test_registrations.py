"""From the public form to a yes or a no, each of them once."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from pytest_django import DjangoCaptureOnCommitCallbacks
from tests.cast import Cast, member
from tests.partnership import SOIMUL_CUI, confirmed, enlisted, link, register

from tradewind.crm.channel.duplicates import likenesses
from tradewind.crm.channel.invitations import InvitationRefused, LinkSpent
from tradewind.crm.channel.models import Approval, Partner, Registration, Status, StepRefused
from tradewind.crm.channel.registrations import ApprovalRefused, approve, confirm, hand_over, reject, send_again
from tradewind.crm.identity.models import Role, User
from tradewind.crm.parties.models import Kind, Organisation

pytestmark = pytest.mark.both_databases

LATER = timedelta(minutes=5)


def test_a_registration_waits_for_its_address_to_be_confirmed(
    cast: Cast, now: datetime, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        registration = register(now=now)
    assert not Registration.objects.undecided().exists()
    (letter,) = mail.outbox
    assert letter.to == ["ana@soimul.example"]
    assert link(registration.token()) in letter.body
    assert letter.subject == "Vă rugăm să confirmați înregistrarea companiei Șoimul Computers SRL"


def test_confirming_opens_an_approval_with_owner_and_day(cast: Cast, now: datetime) -> None:
    approval = confirm(register(now=now), now=now)
    assert (approval.owner, approval.due_date) == (cast.claire, date(2026, 11, 25))  # a Friday and three working days
    assert approval.is_overdue(on_date=date(2026, 11, 26))
    assert not approval.is_overdue(on_date=date(2026, 11, 25))


def test_the_channel_manager_with_the_least_to_decide_gets_the_next(cast: Cast, now: datetime) -> None:
    second = member("Cara Olsen", Role.CHANNEL_MANAGER, cast.larkfield, actor=cast.adam)
    owners = [confirmed(now=now, company=name).approval.owner for name in ("A", "B", "C", "D")]
    assert owners == [cast.claire, second, cast.claire, second]


def test_a_link_confirms_once(cast: Cast, now: datetime) -> None:
    registration = register(now=now)
    confirm(registration, now=now)
    with pytest.raises(LinkSpent) as spent:
        confirm(registration, now=now + LATER)
    assert spent.value.used_at == now
    assert Approval.objects.count() == 1
    with pytest.raises(LinkSpent):
        send_again(registration, now=now + LATER, link=link)


def test_a_link_that_is_too_old_confirms_nothing_and_can_be_renewed(cast: Cast, now: datetime) -> None:
    registration, late = register(now=now), now + timedelta(days=2)
    with pytest.raises(LinkSpent) as spent:
        confirm(registration, now=late)
    assert spent.value.used_at is None
    assert not Approval.objects.exists()
    send_again(registration, now=late, link=link)
    assert confirm(registration, now=late + LATER).registration == registration


def test_approval_makes_organisation_partner_and_first_manager(
    cast: Cast, now: datetime, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    registration, then = confirmed(now=now), now + LATER
    with django_capture_on_commit_callbacks(execute=True):
        partner = approve(registration, into=None, actor=cast.claire, now=then, link=link, why="met in Iași")
    organisation = partner.organisation
    assert (organisation.name, organisation.kind, organisation.city) == ("Șoimul Computers SRL", Kind.PARTNER, "Iași")
    assert (partner.vat_id, partner.email_domain) == (SOIMUL_CUI, "soimul.example")
    rows = list(partner.statuses.values_list("status", "started_at", "started_by", "ended_at", "why"))
    assert rows == [
        ("registered", now, None, then, ""),
        ("approved", then, cast.claire.pk, None, "met in Iași"),
    ]
    ana = User.objects.get(email="ana@soimul.example")
    assert ana.roles() == {Role.PARTNER_MANAGER}
    assert not ana.has_usable_password()
    assert ana.memberships.get().organisation == organisation
    assert link(partner.invitations.get().token()) in mail.outbox[-1].body


def test_a_registration_joins_the_partner_that_was_being_recruited(cast: Cast, now: datetime) -> None:
    recruited = enlisted("Soimul", actor=cast.claire, now=now - timedelta(days=9))
    partner = approve(confirmed(now=now), into=recruited, actor=cast.claire, now=now, link=link)
    assert partner == recruited
    assert Partner.objects.get().vat_id == SOIMUL_CUI
    assert [row.status for row in partner.statuses.all()] == ["recruited", "registered", "approved"]


def test_two_approvals_make_one_partner(cast: Cast, now: datetime) -> None:
    registration = confirmed(now=now)
    approve(registration, into=None, actor=cast.claire, now=now, link=link)
    with pytest.raises(ApprovalRefused):
        approve(registration, into=None, actor=cast.claire, now=now, link=link)
    with pytest.raises(ApprovalRefused):
        reject(registration, reason="changed my mind", actor=cast.claire, now=now)
    assert Partner.objects.count() == 1


def test_a_vat_id_that_a_partner_has_is_refused_with_its_name_and_nothing_is_left_half_done(
    cast: Cast, now: datetime
) -> None:
    enlisted(cast.camden, actor=cast.claire, now=now, vat_id=SOIMUL_CUI)
    registration = confirmed(now=now)
    with pytest.raises(ApprovalRefused, match="Camden Computers"):
        approve(registration, into=None, actor=cast.claire, now=now, link=link)
    registration.approval.refresh_from_db()
    assert registration.approval.decided_at is None
    assert not Organisation.objects.filter(name="Șoimul Computers SRL").exists()


def test_nobody_joins_a_partner_with_another_number_or_one_that_is_further_on(cast: Cast, now: datetime) -> None:
    other = enlisted(cast.camden, actor=cast.claire, now=now, vat_id="RO14399840")
    with pytest.raises(ApprovalRefused, match="another VAT id"):
        approve(confirmed(now=now), into=other, actor=cast.claire, now=now, link=link)
    other.vat_id = ""
    other.save()
    other.become(Status.APPROVED, actor=cast.claire, now=now)
    with pytest.raises(StepRefused):
        approve(confirmed(now=now), into=other, actor=cast.claire, now=now, link=link)
    assert not Registration.objects.exclude(partner=None).exists()


def test_an_address_of_the_brand_owner_cannot_become_a_partner_manager(cast: Cast, now: datetime) -> None:
    registration = confirmed(now=now, contact_email=cast.daniel.email)
    with pytest.raises(InvitationRefused, match="our own people"):
        approve(registration, into=None, actor=cast.claire, now=now, link=link)
    assert not Partner.objects.exists()
    assert Role.PARTNER_MANAGER not in User.objects.get(pk=cast.daniel.pk).roles()


def test_a_rejection_says_why_and_the_company_reads_it(
    cast: Cast, now: datetime, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    registration = confirmed(now=now, language="en")
    with pytest.raises(ApprovalRefused):
        reject(registration, reason=" ", actor=cast.claire, now=now)
    with django_capture_on_commit_callbacks(execute=True):
        reject(registration, reason="We have partners enough in Iași.", actor=cast.claire, now=now)
    assert "We have partners enough in Iași." in mail.outbox[-1].body
    assert not Partner.objects.exists()


def test_only_a_channel_manager_decides(cast: Cast, now: datetime) -> None:
    approval = confirmed(now=now).approval
    with pytest.raises(ApprovalRefused):
        hand_over(approval, owner=cast.petra)
    second = member("Cara Olsen", Role.CHANNEL_MANAGER, cast.larkfield, actor=cast.adam)
    hand_over(approval, owner=second)
    approval.refresh_from_db()
    assert approval.owner == second


@pytest.mark.parametrize(
    ("fields", "certain", "reasons"),
    [
        ({"vat_id": SOIMUL_CUI}, True, 1),
        ({"email_domain": "soimul.example"}, False, 1),
        ({}, False, 0),
    ],
)
def test_a_company_that_is_known_is_found(
    cast: Cast, now: datetime, fields: dict[str, str], certain: bool, reasons: int
) -> None:
    enlisted(cast.camden, actor=cast.claire, now=now, **fields)
    found = likenesses(confirmed(now=now), among=Partner.objects.all())
    assert [(each.certain, len(each.reasons)) for each in found] == ([(certain, reasons)] if reasons else [])


def test_a_company_is_found_by_its_name_and_the_certain_one_stands_first(
    cast: Cast, now: datetime, registered: Callable[..., Registration]
) -> None:
    enlisted("SOIMUL COMPUTERS S.R.L.", actor=cast.claire, now=now)
    sure = enlisted(cast.borough, actor=cast.claire, now=now, vat_id=SOIMUL_CUI)
    first, second = likenesses(registered(), among=Partner.objects.all())
    assert (first.record, first.certain, second.certain) == (sure, True, False)
