"""A run is one execution of a piece of work; it can be left and found again."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Run(models.Model):
    name = models.CharField(_("work"), max_length=120)
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    failed_at = models.DateTimeField(_("failed at"), null=True, blank=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), null=True, blank=True)
    message = models.TextField(_("message"), blank=True)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering: ClassVar[list[str]] = ["-started_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["name", "-started_at"], name="run_by_name")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(failed_at__isnull=True), name="run_finished_or_failed"
            ),
            models.CheckConstraint(
                condition=Q(total__isnull=True) | Q(done__lte=F("total")), name="run_done_up_to_total"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.started_at:%Y-%m-%d %H:%M}"

    def advance(self, *, done: int, message: str = "") -> None:
        """Shows how far the work has come."""
        self.done = done
        self.message = message or self.message
        self.save(update_fields=["done", "message"])

    def finish(self, *, now: datetime, message: str = "") -> None:
        self.finished_at = now
        self.message = message or self.message
        self.save(update_fields=["finished_at", "message"])
