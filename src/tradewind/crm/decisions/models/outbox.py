"""The outbox holds every answer on its way to the engine; a letter is sent exactly once, whoever carries it."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.decisions.models.answer import Answer

LONGEST_PAUSE = timedelta(minutes=5)


def pause_after(attempts: int) -> timedelta:
    """How long a letter rests after so many failed attempts: 2, 4, 8 … seconds, five minutes at most.

    >>> [pause_after(n).total_seconds() for n in (1, 2, 3, 20)]
    [2.0, 4.0, 8.0, 300.0]
    """
    return min(LONGEST_PAUSE, timedelta(seconds=2 ** min(attempts, 10)))


class OutboxQuerySet(models.QuerySet["Outbox"]):
    def waiting(self) -> Self:
        return self.filter(sent_at__isnull=True, refused_at__isnull=True)

    def due(self, now: datetime) -> Self:
        return self.waiting().filter(next_attempt_at__lte=now)

    def refused(self) -> Self:
        return self.filter(refused_at__isnull=False)


class Outbox(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    answer: models.OneToOneField[Answer | None, Answer | None] = models.OneToOneField(
        Answer,
        on_delete=models.PROTECT,
        related_name="letter",
        null=True,
        blank=True,
        verbose_name=_("answer"),
        help_text=_("Empty where the desk held an offer back, so that it does not count as shown."),
    )
    payload: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("message"))
    created_at = models.DateTimeField(_("written at"))
    next_attempt_at = models.DateTimeField(_("next attempt at"))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("last error"), blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    refused_at = models.DateTimeField(_("refused at"), null=True, blank=True)
    refusal = models.TextField(_("why the engine refused it"), blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter to the engine")
        verbose_name_plural = _("outbox")
        ordering: ClassVar[list[str]] = ["created_at", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(sent_at__isnull=True, refused_at__isnull=True),
                name="outbox_waiting",
            ),
            models.Index(fields=["created_at"], condition=Q(refused_at__isnull=False), name="outbox_refused"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(refused_at__isnull=True), name="letter_is_sent_or_refused"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    def delivered(self, *, now: datetime) -> None:
        self.sent_at = now
        self.attempts += 1
        self.last_error = ""
        self.save(update_fields=["sent_at", "attempts", "last_error"])

    def returned(self, *, now: datetime, reason: str) -> None:
        """The engine will never take it: kept with the reason, not tried again."""
        self.refused_at = now
        self.attempts += 1
        self.refusal = reason
        self.save(update_fields=["refused_at", "attempts", "refusal"])

    def delayed(self, *, now: datetime, reason: str) -> None:
        """It could not be carried now; it rests longer after each attempt."""
        self.attempts += 1
        self.last_error = reason
        self.next_attempt_at = now + pause_after(self.attempts)
        self.save(update_fields=["attempts", "last_error", "next_attempt_at"])
