"""People who share rights without sharing a role, from an instant to another."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access.models.named import spoken
from tradewind.crm.identity.models import User


class AccessGroup(models.Model):
    code = models.SlugField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_ro = models.CharField(_("name in Romanian"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("user group")
        verbose_name_plural = _("user groups")
        ordering: ClassVar[list[str]] = ["code"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(name=""), name="access_group_has_a_name")
        ]

    def __str__(self) -> str:
        return spoken(self.name, self.name_ro)

    def add(self, user: User, *, actor: User | None, now: datetime) -> AccessGroupMember:
        """Belong to the group from now on; who belongs already stays as they are."""
        row, _created = self.members.get_or_create(
            user=user, ended_at=None, defaults={"added_at": now, "added_by": actor}
        )
        return row

    def remove(self, user: User, *, actor: User | None, now: datetime) -> None:
        """Belong to the group no longer; the row stays and says until when."""
        self.members.current().filter(user=user).update(ended_at=now, ended_by=actor)


class AccessGroupMemberQuerySet(models.QuerySet["AccessGroupMember"]):
    def current(self) -> Self:
        return self.filter(ended_at=None)


class AccessGroupMember(models.Model):
    group = models.ForeignKey(
        AccessGroup, on_delete=models.PROTECT, related_name="members", verbose_name=_("user group")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="access_groups", verbose_name=_("user")
    )
    added_at = models.DateTimeField(_("since"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("added by"),
    )
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("ended by"),
    )

    objects = AccessGroupMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a user group")
        verbose_name_plural = _("members of user groups")
        ordering: ClassVar[list[str]] = ["group", "user", "added_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "group"], condition=Q(ended_at=None), name="a_user_once_at_a_time_in_a_group"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("added_at")), name="group_membership_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.group}"
