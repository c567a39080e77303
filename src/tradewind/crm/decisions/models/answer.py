"""An answer is what the customer said to one offer of a decision."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.decisions.models.decision import DecidedOffer
from tradewind.crm.toolkit.models import Outcome


class AnswerQuerySet(models.QuerySet["Answer"]):
    def standing(self) -> AnswerQuerySet:
        """Those that no correction has replaced."""
        return self.filter(replaced_at__isnull=True)


class Answer(models.Model):
    decided_offer = models.ForeignKey(DecidedOffer, on_delete=models.PROTECT, related_name="answers")
    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="answers", verbose_name=_("outcome"))
    final = models.BooleanField(_("ends the offer"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="answers",
        null=True,
        blank=True,
        verbose_name=_("taken by"),
        help_text=_("Empty where the customer answered without an agent."),
    )
    answered_at = models.DateTimeField(_("answered at"))
    note = models.TextField(_("note"), blank=True)
    replaced_at = models.DateTimeField(_("corrected at"), null=True, blank=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering: ClassVar[list[str]] = ["answered_at", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["answered_by", "-answered_at"], name="answer_of_agent"),
            models.Index(fields=["-answered_at"], name="answer_by_time"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["decided_offer", "outcome"],
                condition=Q(replaced_at__isnull=True),
                name="answer_once_per_outcome",
            ),
            models.UniqueConstraint(
                fields=["decided_offer"],
                condition=Q(final=True, replaced_at__isnull=True),
                name="offer_has_one_final_answer",
            ),
        ]

    def __str__(self) -> str:
        return str(self.outcome)
