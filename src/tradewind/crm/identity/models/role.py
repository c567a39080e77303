"""Which roles a person holds, and since when."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, Self

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tradewind.crm.identity.roles import PARTNER_ROLES, Role


class LastAdministratorError(ValueError):
    """Nobody could give roles any more."""

    def __str__(self) -> str:
        return gettext("The last administrator stays one.")


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

    def administering(self) -> Self:
        """What makes administrators today, also of those who cannot sign in."""
        return self.current().filter(role=Role.ADMINISTRATOR)


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


@contextmanager
def keeping_an_administrator() -> Iterator[None]:
    """Do what stands inside, and undo it if it takes away the last administrator who can sign in.

    Every change of that kind holds the same rows until it is done, so that two people cannot remove each other.

    Raises:
        LastAdministratorError: the change was undone.
    """
    held = RoleAssignment.objects.administering()
    with transaction.atomic():
        list(held.select_for_update().order_by("pk").values_list("pk"))
        who_can = held.filter(user__is_active=True)
        before = who_can.exists()
        yield
        if before and not who_can.exists():
            raise LastAdministratorError
