"""An exchange rate of a day."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ExchangeRate(models.Model):
    of_date = models.DateField(_("day"))
    from_currency = models.CharField(_("from"), max_length=3)
    to_currency = models.CharField(_("to"), max_length=3)
    rate = models.DecimalField(
        _("rate"), max_digits=18, decimal_places=8, help_text=_("How much of the second one unit of the first is.")
    )
    source = models.CharField(_("source"), max_length=80)

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering: ClassVar[list[str]] = ["-of_date", "from_currency", "to_currency"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["from_currency", "to_currency", "of_date"], name="a_rate_once_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_is_positive"),
            models.CheckConstraint(condition=~Q(from_currency=F("to_currency")), name="rate_is_between_two_currencies"),
        ]

    def __str__(self) -> str:
        return f"{self.from_currency}/{self.to_currency} {self.of_date}: {self.rate}"
