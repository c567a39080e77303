"""Who decides about a registration, until when, and what was decided."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.channel.models.registration import Registration


class Decision(models.TextChoices):
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def waiting(self) -> Self:
        return self.filter(decided_at=None)

    def overdue(self, *, on_date: date) -> Self:
        return self.waiting().filter(due_date__lt=on_date)


class Approval(models.Model):
    registration = models.OneToOneField(
        Registration, on_delete=models.CASCADE, related_name="approval", verbose_name=_("registration")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="approvals_to_decide",
        null=True,
        blank=True,
        verbose_name=_("who decides"),
    )
    due_date = models.DateField(_("due on"))
    opened_at = models.DateTimeField(_("opened at"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("decided by"),
    )
    decision = models.CharField(_("decision"), max_length=8, choices=Decision.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=400, blank=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering: ClassVar[list[str]] = ["due_date", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_date", "id"], condition=Q(decided_at=None), name="approval_waiting"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, decision="")
                | Q(
                    decided_at__isnull=False,
                    decided_at__gte=F("opened_at"),
                    decided_by__isnull=False,
                    decision__in=Decision.values,
                ),
                name="approval_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(decision=Decision.REJECTED) | ~Q(reason=""),
                name="rejection_says_why",
                violation_error_message=_("Say why."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.registration)

    def is_overdue(self, *, on_date: date) -> bool:
        return self.decided_at is None and self.due_date < on_date
