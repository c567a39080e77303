"""What a partner and the brand owner have agreed to reach, set against what was done."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.channel.models.partner import Partner
from tradewind.crm.channel.rules import MONEY, Measure


class Goal(models.Model):
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="goals", verbose_name=_("partner"))
    measure = models.CharField(_("measure"), max_length=20, choices=Measure.choices)
    since_date = models.DateField(_("from"))
    until_date = models.DateField(_("until"))
    target = models.BigIntegerField(_("target"))

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        ordering: ClassVar[list[str]] = ["-until_date", "measure"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["partner", "measure", "since_date", "until_date"],
                name="a_goal_once_a_period",
                violation_error_message=_("There is a goal for this measure and period already."),
            ),
            models.CheckConstraint(condition=Q(measure__in=Measure.values), name="goal_measure_is_known"),
            models.CheckConstraint(condition=Q(target__gte=1), name="goal_asks_for_something"),
            models.CheckConstraint(
                condition=Q(until_date__gte=F("since_date")),
                name="goal_ends_after_it_began",
                violation_error_message=_("The period ends before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_measure_display()

    @property
    def is_money(self) -> bool:
        return self.measure in MONEY
