"""The dated rows of a partner's life: every status with who, when and why."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.channel.models.partner import Partner
from tradewind.crm.channel.rules import SAYS_WHY, Status


class PartnerStatusQuerySet(models.QuerySet["PartnerStatus"]):
    def current(self) -> Self:
        return self.filter(ended_at=None)


class PartnerStatus(models.Model):
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="statuses", verbose_name=_("partner"))
    status = models.CharField(_("status"), max_length=12, choices=Status.choices)
    started_at = models.DateTimeField(_("since"))
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("by"),
        help_text=_("Empty where the company did it by registering."),
    )
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    why = models.CharField(_("why"), max_length=400, blank=True)

    objects = PartnerStatusQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner status")
        verbose_name_plural = _("partner statuses")
        ordering: ClassVar[list[str]] = ["started_at", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["status", "ended_at"], name="partner_status_now"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["partner"], condition=Q(ended_at=None), name="one_status_a_partner"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="partner_status_is_known"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="partner_status_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=sorted(SAYS_WHY)) | ~Q(why=""), name="suspended_or_ended_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.get_status_display()
