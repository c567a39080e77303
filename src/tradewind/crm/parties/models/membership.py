"""Who works where, from day to day."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.identity.models import User
from tradewind.crm.parties.models.organisation import Organisation


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> Self:
        return self.filter(until_date=None)


class Membership(models.Model):
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("user"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("organisation")
    )
    since_date = models.DateField(_("since"))
    until_date = models.DateField(_("until"), null=True, blank=True)

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
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.organisation}"

    def end(self, *, on_date: date) -> None:
        """The last day at this organisation; rights that come from it end with it."""
        self.until_date = on_date
        self.save(update_fields=["until_date"])
