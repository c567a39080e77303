"""How far a partner has come in its programme: each tier with what it asks for."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.access.models.named import spoken
from tradewind.crm.channel.models.kind import Programme
from tradewind.crm.channel.rules import Measure


class Tier(models.Model):
    programme = models.ForeignKey(
        Programme, on_delete=models.CASCADE, related_name="tiers", verbose_name=_("programme")
    )
    rank = models.PositiveSmallIntegerField(_("rank"), help_text=_("1 is the lowest."))
    name = models.CharField(_("name"), max_length=80)
    name_ro = models.CharField(_("name in Romanian"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("tier")
        verbose_name_plural = _("tiers")
        ordering: ClassVar[list[str]] = ["programme", "rank"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["programme", "rank"], name="a_rank_once_a_programme"),
            models.CheckConstraint(condition=~Q(name="") & Q(rank__gte=1), name="tier_has_a_name_and_a_rank"),
        ]

    def __str__(self) -> str:
        return spoken(self.name, self.name_ro)


class TierCriterion(models.Model):
    """At least so much of one measure."""

    tier = models.ForeignKey(Tier, on_delete=models.CASCADE, related_name="criteria", verbose_name=_("tier"))
    measure = models.CharField(_("measure"), max_length=20, choices=Measure.choices)
    at_least = models.BigIntegerField(_("at least"), help_text=_("Money in the smallest unit of the currency."))

    class Meta:
        verbose_name = _("criterion of a tier")
        verbose_name_plural = _("criteria of tiers")
        ordering: ClassVar[list[str]] = ["tier", "measure"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["tier", "measure"], name="a_measure_once_a_tier"),
            models.CheckConstraint(condition=Q(measure__in=Measure.values), name="tier_measure_is_known"),
            models.CheckConstraint(condition=Q(at_least__gte=1), name="tier_asks_for_something"),
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()} ≥ {self.at_least}"
