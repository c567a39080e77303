"""Who works where, from day to day, as what, and for which of their companies a person acts now."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.identity.models import PARTNER_ROLES, HeldRole, Role, User
from tradewind.crm.parties.models.organisation import Organisation


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> Self:
        return self.filter(until_date=None)

    def acting(self) -> Self:
        """The ones that people act under now, one a person: what somebody may see comes from these alone."""
        return self.filter(is_acting=True)

    def with_role(self) -> Self:
        """With `role_now`, what the person is there today; None for nothing."""
        held = MembershipRole.objects.current().filter(membership=models.OuterRef("pk"))
        return self.annotate(role_now=models.Subquery(held.values("role")[:1]))


class Membership(models.Model):
    """Somebody who works for two companies acts for one of them at a time; the first one is where they begin."""

    role_now: str | None  # there after `with_role`

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("user"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("organisation")
    )
    since_date = models.DateField(_("since"))
    until_date = models.DateField(_("until"), null=True, blank=True)
    is_acting = models.BooleanField(_("acts for it now"), default=False, editable=False)
    closed_account = models.BooleanField(_("the account was closed with its end"), default=False, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering: ClassVar[list[str]] = ["-since_date", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "organisation"], condition=Q(until_date=None), name="a_member_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(until_date=None) | Q(until_date__gte=F("since_date")),
                name="membership_ends_after_it_began",
                violation_error_message=_("The membership ends before it began."),
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(is_acting=True), name="a_person_acts_for_one_company_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(is_acting=False) | Q(until_date=None), name="nobody_acts_for_a_company_they_left"
            ),
            models.CheckConstraint(
                condition=Q(closed_account=False) | Q(until_date__isnull=False), name="only_an_end_closes_an_account"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.organisation}"

    @property
    def role_label(self) -> str:
        """What the person is there, in words; after `with_role`."""
        return str(Role(self.role_now).label) if self.role_now else ""

    def save(self, *args: Any, **how: Any) -> None:
        if self.until_date is not None:
            self.is_acting = False
        elif self._state.adding:
            self.is_acting = not Membership.objects.acting().filter(user=self.user).exists()
        super().save(*args, **how)

    @transaction.atomic
    def act(self) -> None:
        """Act for this organisation from now on, and for no other.

        Raises:
            ValueError: the person does not work there any more.
        """
        if self.until_date is not None:
            raise ValueError(f"{self} has ended")
        Membership.objects.acting().filter(user=self.user).exclude(pk=self.pk).update(is_acting=False)
        self.is_acting = True
        self.save(update_fields=["is_acting"])
        self.user.forget_roles()

    @transaction.atomic
    def end(self, *, on_date: date) -> None:
        """The last day at this organisation; rights that come from it end with it.

        Who acted for it acts for another, if there is one: of those at which they hold a role the one they have worked
        for longest.
        """
        self.until_date, was_acting, self.is_acting = on_date, self.is_acting, False
        self.save(update_fields=["until_date", "is_acting"])
        held = MembershipRole.objects.current().filter(membership=models.OuterRef("pk"))
        others = Membership.objects.current().filter(user=self.user).alias(has_role=models.Exists(held))
        other = others.order_by("-has_role", "since_date", "pk").first()
        if was_acting and other is not None:
            other.act()

    @transaction.atomic
    def close_account(self) -> None:
        """Let nobody sign in any more who has left and works nowhere else; with `reopen_account` they may again."""
        if Membership.objects.current().filter(user=self.user).exists():
            return
        if self.user.switch_off():
            self.closed_account = True
            self.save(update_fields=["closed_account"])

    @transaction.atomic
    def reopen_account(self) -> bool:
        """Undo what closed the account with the end of this membership; whether the person may sign in now."""
        if self.closed_account:
            self.user.switch_on()
            self.closed_account = False
            self.save(update_fields=["closed_account"])
        return self.user.is_active

    # --- The role held here

    def role_held(self) -> MembershipRole | None:
        """What the person is at this company today."""
        return self.roles.current().first()

    @transaction.atomic
    def give(self, role: Role, *, sells: bool | None = None, actor: User | None, now: datetime) -> MembershipRole:
        """Hold a partner's role here from now on, in the place of the one held; what is so already stays as it is.

        Args:
            role: Which one.
            sells: Whether the person buys and sells; None leaves that as it is.
            actor: Who gives it.
            now: The moment.
        """
        held = self.role_held()
        wanted = held is not None and held.sells if sells is None else sells
        if held is not None and (held.role, held.sells) == (role, wanted):
            return held
        self.take_role(actor=actor, now=now)
        return self.roles.create(role=role, sells=wanted, granted_at=now, granted_by=actor)

    def take_role(self, *, actor: User | None, now: datetime) -> None:
        """Hold no role here any more; the row stays and says until when."""
        self.roles.current().update(ended_at=now, ended_by=actor)
        self.user.forget_roles()


class MembershipRoleQuerySet(models.QuerySet["MembershipRole"]):
    def current(self) -> Self:
        return self.filter(ended_at=None)

    def counting(self) -> Self:
        """Those at the companies that people act for now: what is held elsewhere counts when they switch."""
        return self.filter(ended_at=None, membership__is_acting=True)


class MembershipRole(HeldRole):
    """What somebody is at the company: a manager or an employee of this one, whatever they are elsewhere."""

    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="roles", verbose_name=_("membership")
    )
    sells = models.BooleanField(_("buys and sells"), default=False)

    objects = MembershipRoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role at a company")
        verbose_name_plural = _("roles at companies")
        ordering: ClassVar[list[str]] = ["membership", "granted_at", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["membership"], condition=Q(ended_at=None), name="one_role_at_a_time_at_a_company"
            ),
            models.CheckConstraint(condition=Q(role__in=PARTNER_ROLES), name="only_partner_roles_at_a_company"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("granted_at")),
                name="role_at_a_company_ends_after_it_began",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["role", "ended_at"], name="role_at_company_holders")
        ]

    def __str__(self) -> str:
        return f"{self.membership.user}: {self.get_role_display()}, {self.place}"

    @property
    def place(self) -> str:
        return str(self.membership.organisation)

    @property
    def counts(self) -> bool:
        return self.membership.is_acting
