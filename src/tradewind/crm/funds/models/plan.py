"""A plan: for what, in which currency and when funds are granted."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class FundsPlan(models.Model):
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    name_ro = models.CharField(_("name in Romanian"), max_length=120, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    starts_date = models.DateField(_("from"))
    ends_date = models.DateField(_("until"), help_text=_("Its funds expire after this day unless they say otherwise."))
    next_plan = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        related_name="plan_before",
        null=True,
        blank=True,
        verbose_name=_("next plan"),
        help_text=_("What is left when a fund expires rolls into the fund of the same holder there."),
    )

    class Meta:
        verbose_name = _("funds plan")
        verbose_name_plural = _("funds plans")
        ordering: ClassVar[list[str]] = ["-starts_date", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="plan_currency_has_3_letters"),
            models.CheckConstraint(condition=Q(ends_date__gte=F("starts_date")), name="plan_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(next_plan=None) | ~Q(next_plan=F("id")), name="plan_is_not_its_own_next"
            ),
        ]

    def __str__(self) -> str:
        return self.name_ro if self.name_ro and (get_language() or "").startswith("ro") else self.name
