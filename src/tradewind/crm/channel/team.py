"""A partner manager looks after the people of the own company: invites them, gives partner roles, lets them go.

Whoever acts is a manager of the company at that moment, and never acts on oneself; only people who work for this
company are changed, and only what they are here: a role at another company is not touched. Only partner roles are
given. So one manager always stays: the one who acts. Two managers who let each other go come one after the other, since
the row of the company is locked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from tradewind.crm.channel.invitations import InvitationRefused, send_link
from tradewind.crm.channel.invitations import invite as bring_in
from tradewind.crm.channel.letters import Link
from tradewind.crm.channel.models import Invitation, Partner, Status
from tradewind.crm.identity.models import Role, RoleAssignment, User
from tradewind.crm.parties.models import Membership, MembershipRole, Organisation

ROLES: Final = (Role.PARTNER_EMPLOYEE, Role.PARTNER_MANAGER)
"""All that a partner may give."""


class TeamRefused(ValueError):  # noqa: N818  (a refusal, not an error)
    """This person may not be changed from here; the text says why."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works or worked for the company."""

    membership: Membership
    role: Role | None
    sells: bool
    invitation: Invitation | None
    """One that waits, or that has expired unused."""

    @property
    def user(self) -> User:
        return self.membership.user

    @property
    def is_here(self) -> bool:
        return self.membership.until_date is None and self.user.is_active


def team_of(company: Organisation) -> list[Member]:
    """Everybody who works or worked for the company, once, by name."""
    rows = Membership.objects.filter(organisation=company).select_related("user").order_by("since_date", "pk")
    latest = {row.user_id: row for row in rows}
    roles = _roles_at(company)
    sent = Invitation.objects.filter(partner__organisation=company, user__in=latest).order_by("invited_at", "pk")
    invitations = {one.user_id: one for one in sent}
    found = [_member(row, roles.get(row.pk), invitations.get(user)) for user, row in latest.items()]
    return sorted(found, key=lambda one: (not one.is_here, one.user.name, one.user.pk))


@transaction.atomic
def invite(
    *,
    name: str,
    email: str,
    language: str,
    role: Role,
    sells: bool,
    partner: Partner,
    actor: User,
    now: datetime,
    link: Link,
) -> User:
    """Make an account with its role and membership, and send the link by which the person sets a password.

    Who has an account already is not taken over: that somebody works elsewhere, and under which name, is not for a
    partner to find out by an address.

    Raises:
        TeamRefused: the partner is suspended, the address has an account, the role is not a partner's, or the actor
            runs no such company.
    """
    _must_manage(actor, partner.organisation)
    _must_be_free_to_invite(partner)
    _must_be_ours_to_give(role)
    address = email.strip().lower()
    if User.objects.filter(email=address).exists():
        raise TeamRefused(
            gettext("This address has an account already. Ask the brand owner to add it to your company.")
        )
    try:
        invitation = bring_in(
            partner=partner,
            name=name,
            email=address,
            role=role,
            sells=sells,
            actor=actor,
            now=now,
            link=link,
            language=language,
        )
    except InvitationRefused as refused:
        raise TeamRefused(str(refused)) from refused
    return invitation.user


@transaction.atomic
def invite_again(*, user: User, partner: Partner, actor: User, now: datetime, link: Link) -> None:
    """Another letter for somebody who has not signed in yet; the earlier link is dead.

    Raises:
        TeamRefused: the partner is suspended, or the person has a password already or is not the actor's to change.
    """
    _theirs(user, partner.organisation, actor)
    _must_be_free_to_invite(partner)
    if user.has_usable_password():
        raise TeamRefused(gettext("%(name)s has set a password already.") % {"name": user})
    send_link(partner=partner, user=user, actor=actor, now=now, link=link)


@transaction.atomic
def change(*, user: User, role: Role, sells: bool, partner: Partner, actor: User, now: datetime) -> None:
    """Give another role at this company in the place of the one held.

    Raises:
        TeamRefused: the role is not a partner's, or the person is not the actor's to change.
    """
    membership = _theirs(user, partner.organisation, actor)
    _must_be_ours_to_give(role)
    membership.give(role, sells=sells, actor=actor, now=now)
    partner.note("partner.member_changed", actor=actor, now=now, who=user.name, role=role.value, sells=sells)


@transaction.atomic
def let_go(*, user: User, partner: Partner, actor: User, now: datetime) -> None:
    """End the membership now; who works nowhere else cannot sign in any more, and open sessions end.

    Raises:
        TeamRefused: the person is the actor, or is not the actor's to change.
    """
    membership = _theirs(user, partner.organisation, actor)
    membership.take_role(actor=actor, now=now)
    membership.end(on_date=max(now.date(), membership.since_date))
    partner.invitations.filter(user=user, used_at=None, expires_at__gt=now).update(expires_at=now)
    membership.close_account()
    partner.note("partner.member_let_go", actor=actor, now=now, who=user.name)


@transaction.atomic
def take_back(*, user: User, partner: Partner, actor: User, now: datetime) -> None:
    """Let somebody work here again who left, as what they were when they left.

    Raises:
        TeamRefused: the person never worked here, works here, holds a role of the brand owner, or was switched off by
            somebody else than a manager who let them go.
    """
    company = partner.organisation
    _must_manage(actor, company)
    left = Membership.objects.filter(user=user, organisation=company).order_by("-since_date", "-pk").first()
    if left is None:
        raise TeamRefused(gettext("%(name)s does not work for this company.") % {"name": user})
    if Membership.objects.current().filter(user=user, organisation=company).exists():
        raise TeamRefused(gettext("%(name)s works here already.") % {"name": user})
    _must_hold_partner_roles_only(user)
    if not left.reopen_account():
        raise TeamRefused(gettext("The account with this address is switched off."))
    was = left.roles.last()
    back = Membership.objects.create(user=user, organisation=company, since_date=now.date())
    back.give(Role(was.role) if was else Role.PARTNER_EMPLOYEE, sells=bool(was and was.sells), actor=actor, now=now)
    partner.note("partner.member_taken_back", actor=actor, now=now, who=user.name)


# --- Who may, and what must stay


def _theirs(user: User, company: Organisation, actor: User) -> Membership:
    """The membership of somebody whom the actor may change."""
    _must_manage(actor, company)
    if user == actor:
        raise TeamRefused(gettext("You cannot change your own account here."))
    membership = Membership.objects.current().filter(user=user, organisation=company).first()
    if membership is None:
        raise TeamRefused(gettext("%(name)s does not work for this company.") % {"name": user})
    _must_hold_partner_roles_only(user)
    return membership


def _must_manage(actor: User, company: Organisation) -> None:
    locked = Organisation.objects.select_for_update().get(pk=company.pk)
    if not _managers_of(locked).filter(membership__user=actor).exists():
        raise TeamRefused(gettext("You do not run this company."))


def _must_be_free_to_invite(partner: Partner) -> None:
    if partner.standing() == Status.SUSPENDED:
        said = gettext("%(partner)s is suspended: it invites nobody until it is active again.")
        raise TeamRefused(said % {"partner": partner})


def _must_be_ours_to_give(role: Role) -> None:
    if role not in ROLES:
        raise TeamRefused(gettext("A partner gives partner roles only."))


def _must_hold_partner_roles_only(user: User) -> None:
    if RoleAssignment.objects.current().filter(user=user).exists():
        raise TeamRefused(gettext("%(name)s holds a role of the brand owner.") % {"name": user})


def _managers_of(company: Organisation) -> QuerySet[MembershipRole]:
    """The people who act for the company now, as its managers."""
    held = MembershipRole.objects.counting().filter(role=Role.PARTNER_MANAGER)
    return held.filter(membership__organisation=company, membership__user__is_active=True)


def _roles_at(company: Organisation) -> dict[int, MembershipRole]:
    """By membership: what the person is there, or was last."""
    held = MembershipRole.objects.filter(membership__organisation=company).order_by("granted_at", "pk")
    return {row.membership_id: row for row in held}


def _member(row: Membership, held: MembershipRole | None, invitation: Invitation | None) -> Member:
    unused = invitation if invitation is not None and invitation.used_at is None else None
    if held is None:
        return Member(row, role=None, sells=False, invitation=unused)
    return Member(row, role=Role(held.role), sells=held.sells, invitation=unused)
