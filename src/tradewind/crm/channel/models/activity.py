"""What happened to a partner."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tradewind.crm.activities.models import Activity
from tradewind.crm.channel.models.partner import Partner


class PartnerActivity(models.Model):
    """Puts an activity on a partner's timeline."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="activities")
    activity = models.OneToOneField(Activity, on_delete=models.CASCADE, related_name="partner_activity")

    class Meta:
        verbose_name = _("partner activity")
        verbose_name_plural = _("partner activities")
        ordering: ClassVar[list[str]] = ["-activity__happened_at", "-id"]

    def __str__(self) -> str:
        return str(self.activity)
