"""What happened to a customer."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tradewind.crm.activities.models import Activity
from tradewind.crm.parties.models.customer import Customer


class CustomerActivity(models.Model):
    """Puts an activity on a customer's timeline."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="activities")
    activity = models.OneToOneField(Activity, on_delete=models.CASCADE, related_name="customer_activity")

    class Meta:
        verbose_name = _("customer activity")
        verbose_name_plural = _("customer activities")
        ordering: ClassVar[list[str]] = ["-activity__happened_at", "-id"]

    def __str__(self) -> str:
        return str(self.activity)
