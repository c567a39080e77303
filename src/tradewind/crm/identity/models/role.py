"""Which roles a person holds, and since when."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.identity.roles import PARTNER_ROLES, Role


class HeldRole(models.Model):
    """One role from an instant to another; whose and where is said by the model that builds on it."""

    role = models.CharField(_("role"), max_length=40, choices=Role.choices)
    granted_at = models.DateTimeField(_("granted at"))
    granted_by = models.ForeignKey(
        "identity.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("granted by")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        "identity.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )

    class Meta:
        abstract = True

    @property
    def place(self) -> str:
        """The company at which alone it is held; nothing where it is held everywhere."""
        return ""

    @property
    def counts(self) -> bool:
        """Does it count now, where it has no end? What is held at a company does while the person acts for it."""
        return True


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def current(self) -> Self:
        return self.filter(ended_at=None)

    def of_others(self, user: models.Model, role: Role) -> Self:
        """The same role held today by others who can sign in."""
        return self.filter(role=role, ended_at=None, user__is_active=True).exclude(user=user)


class RoleAssignment(HeldRole):
    """One person holds one role of the brand owner. A partner's roles are held at a company, which has rows of its own;
    here are only those that ended before companies had them.
    """

    user = models.ForeignKey(
        "identity.User", on_delete=models.PROTECT, related_name="role_assignments", verbose_name=_("user")
    )

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("role assignment")
        verbose_name_plural = _("role assignments")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "role"], condition=Q(ended_at=None), name="one_current_row_a_role"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_is_known"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("granted_at")), name="role_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=~Q(role__in=PARTNER_ROLES) | Q(ended_at__isnull=False),
                name="partner_roles_are_held_at_a_company",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["role", "ended_at"], name="role_holders")]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
