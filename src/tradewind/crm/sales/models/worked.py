"""What everything has that a partner may work on: the partner, the employee, and who brought it in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tradewind.crm.parties.models import Organisation


class Worked(models.Model):
    partner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("partner")
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("assigned to"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("created by"),
    )
    created_by_company = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("created by the company")
    )
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        abstract = True
