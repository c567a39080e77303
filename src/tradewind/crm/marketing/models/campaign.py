"""A campaign is the plan that offers belong to."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from tradewind.crm.marketing.models.lists import CampaignType, Objective, Priority, Tactic


class Campaign(models.Model):
    code = models.SlugField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=160)
    type = models.ForeignKey(CampaignType, on_delete=models.PROTECT, related_name="campaigns", verbose_name=_("type"))
    objective = models.ForeignKey(
        Objective,
        on_delete=models.PROTECT,
        related_name="campaigns",
        null=True,
        blank=True,
        verbose_name=_("objective"),
    )
    tactic = models.ForeignKey(
        Tactic, on_delete=models.PROTECT, related_name="campaigns", null=True, blank=True, verbose_name=_("tactic")
    )
    priority = models.ForeignKey(
        Priority, on_delete=models.PROTECT, related_name="campaigns", null=True, blank=True, verbose_name=_("priority")
    )
    start_date = models.DateField(_("from"))
    end_date = models.DateField(_("until"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="campaigns", verbose_name=_("owner")
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering: ClassVar[list[str]] = ["-start_date", "code"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["start_date", "end_date"], name="campaign_dates")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="campaign_ends_after_it_starts",
                violation_error_message=_("The campaign ends before it starts."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
