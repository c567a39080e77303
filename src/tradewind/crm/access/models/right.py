"""Who may do what by which rule, from an instant to another."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access.action_groups import ActionGroup
from tradewind.crm.access.models.group import AccessGroup, AccessGroupMember
from tradewind.crm.access.models.rule import AccessRule
from tradewind.crm.identity.models import User
from tradewind.crm.identity.models.holding import roles_of
from tradewind.crm.identity.roles import Role


class AccessRightQuerySet(models.QuerySet["AccessRight"]):
    def in_force(self, at: datetime) -> Self:
        """The rights of an instant: begun, and not ended yet."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at)

    def held_by(self, user_id: int) -> Self:
        """The rights of the roles that count for the user now, and of the groups of today."""
        roles = reduce(or_, (Q(role__in=roles) for roles in roles_of(user_id)))
        groups = AccessGroupMember.objects.current().filter(user=user_id).order_by().values("group")
        return self.filter(roles | Q(group__in=groups))

    def about(self, model: type[models.Model]) -> Self:
        return self.filter(rule__object_type=model._meta.label_lower)


class AccessRight(models.Model):
    """A right is never changed: it begins, and it ends with who and why, so that every date can be looked at again."""

    rule = models.ForeignKey(AccessRule, on_delete=models.PROTECT, related_name="rights", verbose_name=_("access rule"))
    role = models.CharField(_("role"), max_length=40, choices=Role.choices, blank=True)
    group = models.ForeignKey(
        AccessGroup,
        on_delete=models.PROTECT,
        related_name="rights",
        null=True,
        blank=True,
        verbose_name=_("user group"),
    )
    action = models.CharField(_("action"), max_length=8, choices=ActionGroup.choices)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    granted_at = models.DateTimeField(_("granted at"))
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("granted by"),
    )
    why = models.CharField(_("why"), max_length=240)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("ended by"),
    )
    why_ended = models.CharField(_("why it ended"), max_length=240, blank=True)

    objects = AccessRightQuerySet.as_manager()

    class Meta:
        verbose_name = _("access right")
        verbose_name_plural = _("access rights")
        ordering: ClassVar[list[str]] = ["rule", "action", "role", "starts_at", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["role", "action", "ends_at"], name="access_right_of_role"),
            models.Index(fields=["starts_at"], name="access_right_by_start"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(role="", group__isnull=False) | (~Q(role="") & Q(group=None)),
                name="access_right_of_role_or_group",
                violation_error_message=_("A right is either of a role or of a user group."),
            ),
            models.CheckConstraint(condition=Q(role__in=["", *Role.values]), name="access_right_role_is_known"),
            models.CheckConstraint(condition=Q(action__in=ActionGroup.values), name="access_right_action_is_known"),
            models.CheckConstraint(condition=~Q(why=""), name="access_right_says_why"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, why_ended="")
                | (Q(ended_at__isnull=False, ends_at__isnull=False) & ~Q(why_ended="")),
                name="access_right_says_why_it_ended",
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                name="access_right_ends_after_it_began",
                violation_error_message=_("The right ends before it begins."),
            ),
            models.UniqueConstraint(
                fields=["rule", "action", "role"],
                condition=Q(ends_at=None, group=None),
                name="a_role_once_at_a_time_a_right",
            ),
            models.UniqueConstraint(
                fields=["rule", "action", "group"], condition=Q(ends_at=None), name="a_group_once_at_a_time_a_right"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder}: {self.get_action_display()}, {self.rule}"

    @property
    def holder(self) -> str:
        """The role or the group, as people read it."""
        return str(self.group) if self.group else self.get_role_display()

    def end(self, *, actor: User | None, now: datetime, why: str) -> None:
        """Let nobody use the right from now on; one that has not begun ends before it does, one that ended stays so."""
        if self.ends_at is not None and self.ends_at <= now:
            return
        self.ends_at, self.ended_at, self.ended_by, self.why_ended = max(now, self.starts_at), now, actor, why
        self.save(update_fields=["ends_at", "ended_at", "ended_by", "why_ended"])
