"""An outcome is a kind of answer, and what it is worth to the predictor."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.toolkit.models.named import in_active_language

SKIPPED = "skipped"
"""The agent did not make the offer: no answer of the customer, so neither a reward nor a reject."""


class Outcome(models.Model):
    name = models.SlugField(_("name"), max_length=64, unique=True)
    label = models.CharField(_("label"), max_length=120)
    label_ro = models.CharField(_("label in Romanian"), max_length=120, blank=True)
    reward = models.FloatField(_("reward"), default=0.0, help_text=_("From 0 to 1; an accepted offer earns 1."))
    final = models.BooleanField(_("ends the offer"), default=True)
    window_hours = models.FloatField(_("hours in which it may come"), default=72.0)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        ordering: ClassVar[list[str]] = ["position", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(reward__gte=0, reward__lte=1), name="outcome_reward_0_to_1"),
            models.CheckConstraint(
                condition=Q(window_hours__gt=0, window_hours__lte=8760), name="outcome_window_up_to_a_year"
            ),
        ]

    def __str__(self) -> str:
        return in_active_language(self.label, self.label_ro)

    @property
    def is_skip(self) -> bool:
        return self.name == SKIPPED
