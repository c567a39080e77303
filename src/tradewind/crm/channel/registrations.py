"""From the public form to a yes or a no."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext

from tradewind.crm.channel.invitations import LinkSpent, invite
from tradewind.crm.channel.letters import Link, ask_to_confirm, tell_rejection
from tradewind.crm.channel.models import Approval, Decision, Partner, Registration, Status
from tradewind.crm.channel.names import company_domain
from tradewind.crm.channel.rules import CONFIRM_WITHIN, DECIDE_WITHIN_DAYS, working_day_after
from tradewind.crm.identity.models import Role, RoleAssignment, User
from tradewind.crm.parties.models import Kind, Organisation


class ApprovalRefused(Exception):  # noqa: N818  (a refusal, not an error)
    """The registration cannot be decided so; the message says why."""


@transaction.atomic
def register_company(registration: Registration, *, now: datetime, link: Link) -> None:
    """Keep what a company wrote, and ask it to confirm its address. Nobody sees it before that."""
    registration.registered_at, registration.link_expires_at = now, now + CONFIRM_WITHIN
    registration.save()
    ask_to_confirm(registration, link=link)


def find(uuid: UUID) -> Registration | None:
    """The registration behind a link, confirmed or not."""
    return Registration.objects.filter(uuid=uuid).first()


@transaction.atomic
def send_again(registration: Registration, *, now: datetime, link: Link) -> None:
    """A link whose time was over is good again.

    Raises:
        LinkSpent: the address is confirmed already.
    """
    renewed = Registration.objects.filter(pk=registration.pk, confirmed_at=None)
    if not renewed.update(link_expires_at=now + CONFIRM_WITHIN):
        raise LinkSpent(registration.confirmed_at)
    registration.refresh_from_db(fields=["link_expires_at"])
    ask_to_confirm(registration, link=link)


@transaction.atomic
def confirm(registration: Registration, *, now: datetime) -> Approval:
    """The address is theirs: somebody has to decide from now on, with a day until when.

    Raises:
        LinkSpent: confirmed already, or the link is too old.
    """
    good = Registration.objects.filter(pk=registration.pk, confirmed_at=None, link_expires_at__gt=now)
    if not good.update(confirmed_at=now):
        registration.refresh_from_db(fields=["confirmed_at"])
        raise LinkSpent(registration.confirmed_at)
    registration.confirmed_at = now
    due = working_day_after(now.date(), DECIDE_WITHIN_DAYS)
    return Approval.objects.create(registration=registration, owner=_least_busy(), due_date=due, opened_at=now)


@transaction.atomic
def approve(
    registration: Registration, *, into: Partner | None, actor: User, now: datetime, link: Link, why: str = ""
) -> Partner:
    """Make the company a partner, with its contact person as first partner manager, who gets an invitation.

    Args:
        registration: A confirmed one that waits for a decision.
        into: The partner that was being recruited and is this company; None makes a new one.
        actor: Who decides.
        now: The instant of the decision.
        link: Makes the address of the invitation.
        why: A word for the record.

    Raises:
        ApprovalRefused: decided already, or the VAT id belongs to another partner.
        InvitationRefused: the contact person cannot be brought in.
        StepRefused: the partner given is further on already.
    """
    _decide(registration, Decision.APPROVED, reason=why, actor=actor, now=now)
    partner = _joined(into, registration, actor=actor, now=now) if into else _new(registration, actor=actor, now=now)
    partner.become(Status.APPROVED, actor=actor, now=now, why=why)
    registration.partner = partner
    registration.save(update_fields=["partner"])
    invite(
        partner=partner,
        name=registration.contact_name,
        email=registration.contact_email,
        role=Role.PARTNER_MANAGER,
        language=registration.language,
        actor=actor,
        now=now,
        link=link,
    )
    return partner


@transaction.atomic
def reject(registration: Registration, *, reason: str, actor: User, now: datetime) -> None:
    """Say no, with a reason that the company reads.

    Raises:
        ApprovalRefused: decided already, or no reason was given.
    """
    if not reason.strip():
        raise ApprovalRefused(gettext("Say why; the company reads it."))
    _decide(registration, Decision.REJECTED, reason=reason.strip(), actor=actor, now=now)
    tell_rejection(registration, reason=reason.strip())


def hand_over(approval: Approval, *, owner: User) -> None:
    """Let somebody else decide.

    Raises:
        ApprovalRefused: decided already, or the person is no channel manager.
    """
    if not owner.is_active or not owner.has_role(Role.CHANNEL_MANAGER):
        raise ApprovalRefused(gettext("%(person)s is no channel manager.") % {"person": owner})
    if not Approval.objects.waiting().filter(pk=approval.pk).update(owner=owner):
        raise ApprovalRefused(gettext("This registration is decided already."))


def _decide(registration: Registration, decision: Decision, *, reason: str, actor: User, now: datetime) -> None:
    """The first decision counts, however many people press a button."""
    waiting = Approval.objects.waiting().filter(registration=registration)
    if not waiting.update(decision=decision, reason=reason, decided_by=actor, decided_at=now):
        raise ApprovalRefused(gettext("This registration is decided already."))


def _new(registration: Registration, *, actor: User, now: datetime) -> Partner:
    taken = Partner.objects.select_related("organisation").filter(vat_id=registration.vat_id).first()
    if taken is not None:
        said = gettext("%(partner)s has this VAT id already. Reject the registration, or join the two.")
        raise ApprovalRefused(said % {"partner": taken})
    organisation = Organisation.objects.create(
        name=registration.company, kind=Kind.PARTNER, city=registration.city, postcode=registration.postcode
    )
    partner = Partner(organisation=organisation, looked_after_by=actor, created_at=now)
    _take_over(registration, partner)
    partner.enter(Status.REGISTERED, actor=None, now=registration.registered_at)
    return partner


def _joined(partner: Partner, registration: Registration, *, actor: User, now: datetime) -> Partner:
    if partner.vat_id not in {"", registration.vat_id}:
        raise ApprovalRefused(gettext("%(partner)s has another VAT id.") % {"partner": partner})
    if Partner.objects.filter(vat_id=registration.vat_id).exclude(pk=partner.pk).exists():
        raise ApprovalRefused(gettext("Another partner has this VAT id."))
    partner.become(Status.REGISTERED, actor=actor, now=now)
    _take_over(registration, partner)
    return partner


def _take_over(registration: Registration, partner: Partner) -> None:
    """What the company wrote fills what is not known yet."""
    partner.vat_id = registration.vat_id
    partner.type = partner.type or registration.wanted_type
    partner.website = partner.website or registration.website
    partner.phone = partner.phone or registration.contact_phone
    partner.email_domain = partner.email_domain or company_domain(registration.contact_email)
    partner.save()


def _least_busy() -> User | None:
    """The channel manager with the fewest open decisions, the longest serving first."""
    holders = RoleAssignment.objects.current().filter(role=Role.CHANNEL_MANAGER).values("user")
    open_ones = Count("approvals_to_decide", filter=Q(approvals_to_decide__decided_at=None))
    managers = User.objects.filter(pk__in=holders, is_active=True).annotate(open_ones=open_ones)
    return managers.order_by("open_ones", "pk").first()
