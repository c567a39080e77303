"""A sale in sight."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tradewind.crm.identity.models import User
from tradewind.crm.parties.models import Organisation
from tradewind.crm.sales.models.lead import Lead
from tradewind.crm.sales.models.worked import Move, Worked, WorkedActivity


class Stage(models.TextChoices):
    OPEN = "open", pgettext_lazy("opportunity", "Open")
    QUOTED = "quoted", _("Quoted")
    WON = "won", _("Won")
    LOST = "lost", pgettext_lazy("opportunity", "Lost")


class Opportunity(Worked):
    STATE = "stage"
    OPEN = HANDED_FROM = (Stage.OPEN, Stage.QUOTED)
    MOVES = (
        Move("quote", _("Quote was sent"), _("A quote was sent"), (Stage.OPEN,), Stage.QUOTED),
        Move("win", _("Won"), _("Won"), (Stage.OPEN, Stage.QUOTED), Stage.WON),
        Move(
            "lose",
            pgettext_lazy("opportunity", "Lost"),
            pgettext_lazy("opportunity", "Lost"),
            (Stage.OPEN, Stage.QUOTED),
            Stage.LOST,
        ),
    )

    lead = models.ForeignKey(
        Lead, on_delete=models.PROTECT, related_name="opportunities", null=True, blank=True, verbose_name=_("lead")
    )
    title = models.CharField(_("title"), max_length=160)
    stage = models.CharField(_("stage"), max_length=8, choices=Stage.choices, default=Stage.OPEN)
    expected_date = models.DateField(_("expected on"), null=True, blank=True)
    value_minor = models.BigIntegerField(_("value"), default=0)
    currency = models.CharField(_("currency"), max_length=3, default="GBP")

    class Meta:
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-created_at", "-id"], name="opportunity_latest"),
            models.Index(fields=["partner", "-created_at", "-id"], name="opportunity_of_partner"),
            models.Index(fields=["asked_at"], condition=Q(asked_at__isnull=False), name="opportunity_asked"),
            models.Index(fields=["assigned_to", "-created_at", "-id"], name="opportunity_of_employee"),
            models.Index(fields=["created_by_company", "-created_at", "-id"], name="opportunity_of_creator"),
            models.Index(fields=["stage", "expected_date"], name="opportunity_of_stage"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(title=""), name="opportunity_has_a_title"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="opportunity_stage_is_known"),
            models.CheckConstraint(condition=Q(value_minor__gte=0), name="opportunity_value_is_not_negative"),
        ]

    def __str__(self) -> str:
        return self.title

    @transaction.atomic
    def bring_in(self, *, company: Organisation, actor: User, now: datetime) -> Self:
        """Save something new; the lead that it begins with is converted.

        Raises:
            WorkRefused: the lead is closed already.
        """
        if self.lead is not None:
            self.lead.convert(actor=actor, now=now)
        return super().bring_in(company=company, actor=actor, now=now)


class OpportunityActivity(WorkedActivity):
    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="activities")

    class Meta:
        verbose_name = _("activity of an opportunity")
        verbose_name_plural = _("activities of opportunities")
        ordering: ClassVar[list[str]] = ["-activity__happened_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["opportunity", "partner"], name="opportunity_timeline")
        ]
