"""Bringing people of a partner in: an account, a role, a place, and a link to set a password."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from tradewind.crm.channel.letters import Link, invite_in
from tradewind.crm.channel.models import Invitation, Partner, Status, Step
from tradewind.crm.channel.rules import JOIN_WITHIN, WORKS
from tradewind.crm.identity.models import PARTNER_ROLES, Language, Role, User
from tradewind.crm.parties.models import Kind, Membership, MembershipRole


class InvitationRefused(Exception):  # noqa: N818  (a refusal, not an error)
    """This person cannot be brought in; the message says why."""


class LinkSpent(Exception):  # noqa: N818  (a refusal, not an error)
    """The link was used, or another has replaced it, or its time is over; `used_at` says when it was used."""

    def __init__(self, used_at: datetime | None) -> None:
        super().__init__("used" if used_at else "over")
        self.used_at = used_at


@transaction.atomic
def invite(
    *,
    partner: Partner,
    name: str,
    email: str,
    role: Role,
    actor: User,
    now: datetime,
    link: Link,
    language: str = Language.ENGLISH,
    sells: bool | None = None,
) -> Invitation:
    """Give a person an account with this role at the partner, and send the link by which they set a password.

    Who has an account at another company keeps it, stays there what they are, and may work for both.

    Raises:
        InvitationRefused: the partner is not one that people work for, the role is not a partner's, the address belongs
            to the brand owner, or the person was switched off.
    """
    _check(partner, role)
    user = _account(name=name, email=email.strip().lower(), language=language)
    membership, _created = Membership.objects.get_or_create(
        user=user, organisation=partner.organisation, until_date=None, defaults={"since_date": now.date()}
    )
    membership.give(role, sells=sells, actor=actor, now=now)
    return send_link(partner=partner, user=user, actor=actor, now=now, link=link)


@transaction.atomic
def send_link(*, partner: Partner, user: User, actor: User, now: datetime, link: Link) -> Invitation:
    """Send a new link; those sent before are good no longer."""
    partner.invitations.filter(user=user, used_at=None, expires_at__gt=now).update(expires_at=now)
    invitation = partner.invitations.create(user=user, invited_at=now, invited_by=actor, expires_at=now + JOIN_WITHIN)
    partner.note("partner.invited", actor=actor, now=now, who=user.name)
    invite_in(invitation, link=link)
    return invitation


def find(uuid: UUID) -> Invitation | None:
    """The invitation behind a link, whether it is still good or not."""
    return Invitation.objects.select_related("user", "partner__organisation").filter(uuid=uuid).first()


@transaction.atomic
def join(invitation: Invitation, *, password: str | None, now: datetime) -> User:
    """Use the link: the person has a password from now on; one that is set already stays.

    Raises:
        LinkSpent: it was used, or its time is over.
    """
    used = Invitation.objects.filter(pk=invitation.pk, used_at=None, expires_at__gt=now).update(used_at=now)
    if not used:
        invitation.refresh_from_db(fields=["used_at"])
        raise LinkSpent(invitation.used_at)
    user, partner = invitation.user, invitation.partner
    if not user.has_usable_password():
        user.set_password(password)
        user.save(update_fields=["password"])
    partner.note("partner.joined", actor=user, now=now)
    if partner.standing() == Status.APPROVED:
        partner.become(Status.ONBOARDING, actor=user, now=now)
    step = partner.steps.filter(step=Step.PEOPLE).first()
    here = MembershipRole.objects.current().filter(membership__user=user, membership__organisation=partner.organisation)
    if step is not None and here.filter(role=Role.PARTNER_MANAGER).exists():
        step.tick(actor=user, now=now)
    return user


def _check(partner: Partner, role: Role) -> None:
    if role not in PARTNER_ROLES:
        raise InvitationRefused(gettext("People of a partner are managers or employees of it."))
    if partner.standing() not in WORKS:
        raise InvitationRefused(gettext("Nobody is invited before the partner is approved, nor after its end."))


def _account(*, name: str, email: str, language: str) -> User:
    user = User.objects.filter(email=email).first()
    if user is None:
        return User.objects.create_user(email, None, name=name, language=language)
    if user.memberships.current().filter(organisation__kind=Kind.BRAND_OWNER).exists():
        raise InvitationRefused(gettext("This address belongs to one of our own people."))
    if not user.is_active:
        raise InvitationRefused(gettext("The account with this address is switched off."))
    return user
