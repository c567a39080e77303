"""An event is a call into the engine from a touchpoint: what it may say, what it fills and where it decides."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tradewind.crm.toolkit.models.condition_group import ConditionGroup
from tradewind.crm.toolkit.models.named import in_active_language
from tradewind.crm.toolkit.models.placement import Placement


class EventDeclaration(models.Model):
    name = models.SlugField(_("name"), max_length=64, unique=True)
    label = models.CharField(_("label"), max_length=120)
    label_ro = models.CharField(_("label in Romanian"), max_length=120, blank=True)
    input: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        _("message format"), default=dict, blank=True, help_text=_("JSON Schema of the attributes; empty allows all.")
    )
    groups: models.ManyToManyField[ConditionGroup, models.Model] = models.ManyToManyField(
        ConditionGroup, related_name="events", blank=True, verbose_name=_("condition groups it fills")
    )
    placement = models.ForeignKey(
        Placement,
        on_delete=models.PROTECT,
        related_name="events",
        null=True,
        blank=True,
        verbose_name=_("placement it decides on"),
    )
    presents = models.BooleanField(
        _("counts as shown"),
        default=False,
        help_text=_("For pages: what is returned was shown. At a desk an offer counts when the customer answers it."),
    )

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return in_active_language(self.label, self.label_ro)
