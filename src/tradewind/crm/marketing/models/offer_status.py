"""The dated rows of an offer's life: every status with who and when, and every activity on it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.activities.models import Activity
from tradewind.crm.marketing.models.offer import Offer
from tradewind.crm.marketing.models.status import Status


class OfferStatus(models.Model):
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="statuses", verbose_name=_("offer"))
    status = models.CharField(_("status"), max_length=9, choices=Status.choices)
    started_at = models.DateTimeField(_("since"))
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("offer status")
        verbose_name_plural = _("offer statuses")
        ordering: ClassVar[list[str]] = ["started_at", "id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["status", "ended_at"], name="offer_status_now")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["offer"], condition=Q(ended_at__isnull=True), name="offer_has_one_status_at_a_time"
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="offer_status_known"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="offer_status_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.get_status_display()


class OfferActivity(models.Model):
    """Puts an activity on an offer's timeline."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="activities")
    activity = models.OneToOneField(Activity, on_delete=models.CASCADE, related_name="offer_activity")

    class Meta:
        verbose_name = _("offer activity")
        verbose_name_plural = _("offer activities")
        ordering: ClassVar[list[str]] = ["-activity__happened_at", "-id"]

    def __str__(self) -> str:
        return str(self.activity)
