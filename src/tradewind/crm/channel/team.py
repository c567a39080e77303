"""A partner manager looks after the people of the own company: invites them, gives partner roles, lets them go.

Whoever acts is a manager of the company at that moment, and never acts on oneself; only people who work for this
company, and for no other, are changed; only partner roles are given. So one manager always stays: the one who acts. Two
managers who let each other go come one after the other, since the row of the company is locked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from tradewind.crm.access.models import AccessGroupMember
from tradewind.crm.channel.invitations import InvitationRefused, send_link
from tradewind.crm.channel.invitations import invite as bring_in
from tradewind.crm.channel.letters import Link
from tradewind.crm.channel.models import Invitation, Partner
from tradewind.crm.identity.models import Role, RoleAssignment, User
from tradewind.crm.parties.models import Membership, Organisation
from tradewind.crm.parties.selling import SELLING, let_sell

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
    roles = _roles_of(latest)
    sellers = set(
        AccessGroupMember.objects.current()
        .filter(group__code=SELLING, user__in=latest)
        .values_list("user_id", flat=True)
    )
    sent = Invitation.objects.filter(partner__organisation=company, user__in=latest).order_by("invited_at", "pk")
    invitations = {one.user_id: one for one in sent}
    found = [
        Member(row, roles.get(user), user in sellers, _unused(invitations.get(user))) for user, row in latest.items()
    ]
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

    Who has an account already is not taken over: a role holds wherever somebody works, so that a partner could give
    itself rights at another one.

    Raises:
        TeamRefused: the address has an account, the role is not a partner's, or the actor runs no such company.
    """
    _must_manage(actor, partner.organisation)
    _must_be_ours_to_give(role)
    address = email.strip().lower()
    if User.objects.filter(email=address).exists():
        raise TeamRefused(
            gettext("This address has an account already. Ask the brand owner to add it to your company.")
        )
    try:
        invitation = bring_in(
            partner=partner, name=name, email=address, role=role, actor=actor, now=now, link=link, language=language
        )
    except InvitationRefused as refused:
        raise TeamRefused(str(refused)) from refused
    let_sell(invitation.user, allowed=sells, actor=actor, now=now)
    return invitation.user


@transaction.atomic
def invite_again(*, user: User, partner: Partner, actor: User, now: datetime, link: Link) -> None:
    """Another letter for somebody who has not signed in yet; the earlier link is dead.

    Raises:
        TeamRefused: the person has a password already, or is not the actor's to change.
    """
    _theirs(user, partner.organisation, actor)
    if user.has_usable_password():
        raise TeamRefused(gettext("%(name)s has set a password already.") % {"name": user})
    send_link(partner=partner, user=user, actor=actor, now=now, link=link)


@transaction.atomic
def change(*, user: User, role: Role, sells: bool, partner: Partner, actor: User, now: datetime) -> None:
    """Give another partner role in the place of the one held.

    Raises:
        TeamRefused: the role is not a partner's, or the person is not the actor's to change.
    """
    _theirs(user, partner.organisation, actor)
    _must_be_ours_to_give(role)
    for other in ROLES:
        if other != role:
            user.withdraw(other, actor=actor, now=now)
    user.grant(role, actor=actor, now=now)
    let_sell(user, allowed=sells, actor=actor, now=now)
    partner.note("partner.member_changed", actor=actor, now=now, who=user.name, role=role.value, sells=sells)


@transaction.atomic
def let_go(*, user: User, partner: Partner, actor: User, now: datetime) -> None:
    """End the membership now; who works nowhere else cannot sign in any more, and open sessions end.

    Raises:
        TeamRefused: the person is the actor, or is not the actor's to change.
    """
    membership = _theirs(user, partner.organisation, actor, may_work_elsewhere=True)
    membership.end(on_date=max(now.date(), membership.since_date))
    partner.invitations.filter(user=user, used_at=None, expires_at__gt=now).update(expires_at=now)
    if not Membership.objects.current().filter(user=user).exists():
        user.is_active = False
        user.save(update_fields=["is_active"])
    partner.note("partner.member_let_go", actor=actor, now=now, who=user.name)


@transaction.atomic
def take_back(*, user: User, partner: Partner, actor: User, now: datetime) -> None:
    """Let somebody work here again who left.

    Raises:
        TeamRefused: the person never worked here, works somewhere, or holds a role that is not a partner's.
    """
    company = partner.organisation
    _must_manage(actor, company)
    if not Membership.objects.filter(user=user, organisation=company).exists():
        raise TeamRefused(gettext("%(name)s does not work for this company.") % {"name": user})
    if Membership.objects.current().filter(user=user).exists():
        raise TeamRefused(gettext("%(name)s works for a company now.") % {"name": user})
    _must_hold_partner_roles_only(user)
    user.is_active = True
    user.save(update_fields=["is_active"])
    Membership.objects.create(user=user, organisation=company, since_date=now.date())
    partner.note("partner.member_taken_back", actor=actor, now=now, who=user.name)


# --- Who may, and what must stay


def _theirs(user: User, company: Organisation, actor: User, *, may_work_elsewhere: bool = False) -> Membership:
    """The membership of somebody whom the actor may change."""
    _must_manage(actor, company)
    if user == actor:
        raise TeamRefused(gettext("You cannot change your own account here."))
    current = {row.organisation_id: row for row in Membership.objects.current().filter(user=user)}
    if company.pk not in current:
        raise TeamRefused(gettext("%(name)s does not work for this company.") % {"name": user})
    if len(current) > 1 and not may_work_elsewhere:
        raise TeamRefused(
            gettext("%(name)s works for another company as well. Ask the brand owner to change this.") % {"name": user}
        )
    _must_hold_partner_roles_only(user)
    return current[company.pk]


def _must_manage(actor: User, company: Organisation) -> None:
    locked = Organisation.objects.select_for_update().get(pk=company.pk)
    if not _managers_of(locked).filter(user=actor).exists():
        raise TeamRefused(gettext("You do not run this company."))


def _must_be_ours_to_give(role: Role) -> None:
    if role not in ROLES:
        raise TeamRefused(gettext("A partner gives partner roles only."))


def _must_hold_partner_roles_only(user: User) -> None:
    held = RoleAssignment.objects.current().filter(user=user)
    if held.exclude(role__in=ROLES).exists():
        raise TeamRefused(gettext("%(name)s holds a role of the brand owner.") % {"name": user})


def _managers_of(company: Organisation) -> QuerySet[Membership]:
    held = RoleAssignment.objects.current().filter(role=Role.PARTNER_MANAGER).values("user")
    return Membership.objects.acting().filter(organisation=company, user__is_active=True, user__in=held)


def _roles_of(users: Iterable[int]) -> dict[int, Role]:
    """The higher of the partner roles that each holds."""
    held = RoleAssignment.objects.current().filter(user__in=list(users), role__in=ROLES)
    order = {role.value: place for place, role in enumerate(ROLES)}
    return {user: Role(role) for user, role in sorted(held.values_list("user_id", "role"), key=lambda r: order[r[1]])}


def _unused(invitation: Invitation | None) -> Invitation | None:
    return invitation if invitation is not None and invitation.used_at is None else None
