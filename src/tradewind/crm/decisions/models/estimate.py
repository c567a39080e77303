"""An estimate is one question to the engine: what would this draft have brought, against what runs now?"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tradewind.crm.decisions.finding import Finding
from tradewind.crm.decisions.models.publication import Publication


class EstimateQuerySet(models.QuerySet["Estimate"]):
    def of(self, *, against: Publication, digest: str, margin: float) -> Self:
        """Those of one draft against one running publication, asked with one margin."""
        return self.filter(against=against, draft_digest=digest, margin=margin)

    def under_way(self) -> Self:
        return self.filter(status=Estimate.Status.RUNNING)

    def done(self) -> Self:
        return self.filter(status=Estimate.Status.DONE)


class Estimate(models.Model):
    class Status(models.TextChoices):
        RUNNING = "running", _("under way")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        LOST = "lost", _("lost")
        """The engine started anew and knows nothing of the question."""

    against = models.ForeignKey(
        Publication, on_delete=models.PROTECT, related_name="estimates", verbose_name=_("against publication")
    )
    draft_digest = models.CharField(_("digest of the draft"), max_length=64)
    margin = models.FloatField(_("margin, as a share"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    engine_id = models.CharField(_("id in the engine"), max_length=128)
    status = models.CharField(_("status"), max_length=7, choices=Status.choices, default=Status.RUNNING)
    at = models.PositiveBigIntegerField(_("position it has come to"), default=0)
    of = models.PositiveBigIntegerField(_("position it goes to"), default=0)
    since = models.PositiveBigIntegerField(_("from position"), default=0)
    verdict = models.CharField(_("verdict"), max_length=24, blank=True)
    result: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(
        _("what the engine found"), null=True, blank=True
    )
    reason = models.TextField(_("why it failed"), blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = EstimateQuerySet.as_manager()

    class Meta:
        verbose_name = _("estimate")
        verbose_name_plural = _("estimates")
        ordering: ClassVar[list[str]] = ["-asked_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["against", "draft_digest"], name="estimate_of_draft"),
            models.Index(fields=["asked_at"], condition=Q(finished_at__isnull=True), name="estimate_under_way"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["against", "draft_digest", "margin"],
                condition=Q(finished_at__isnull=True),
                name="draft_is_estimated_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status="running", finished_at__isnull=True)
                | Q(status__in=["done", "failed", "lost"], finished_at__isnull=False),
                name="estimate_ends_when_it_is_finished",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="done",
                    result__isnull=False,
                    verdict__in=["better", "not worse", "worse", "not enough evidence"],
                )
                | (~Q(status="done") & Q(result__isnull=True, verdict="")),
                name="estimate_has_a_verdict_when_done",
            ),
            models.CheckConstraint(condition=Q(margin__gte=0, margin__lte=1), name="estimate_margin_is_a_share"),
        ]

    def __str__(self) -> str:
        return gettext("Estimate against %(publication)s") % {"publication": self.against}

    @property
    def is_under_way(self) -> bool:
        return self.status == self.Status.RUNNING

    @property
    def share(self) -> float | None:
        """How far it is, 0 to 1, from `since` on, before which the engine may begin; None where nothing is read."""
        length = self.of - self.since
        return min(max(self.at - self.since, 0) / length, 1.0) if length > 0 else None

    @property
    def finding(self) -> Finding | None:
        return None if self.result is None else Finding.from_row(self.result)

    def advance(self, *, at: int, of: int) -> None:
        """Notes how far the engine is; one that went no further is not written again."""
        if (at, of) != (self.at, self.of):
            self.at, self.of = at, of
            self.save(update_fields=["at", "of"])

    def finish(self, *, result: dict[str, Any], now: datetime) -> None:
        self.result, self.verdict = result, result["verdict"]
        self._end(self.Status.DONE, now=now)

    def fail(self, *, reason: str, now: datetime) -> None:
        self.reason = reason
        self._end(self.Status.FAILED, now=now)

    def lose(self, *, now: datetime) -> None:
        """The engine does not know the question any more."""
        self._end(self.Status.LOST, now=now)

    def _end(self, status: Status, *, now: datetime) -> None:
        self.status, self.finished_at = status, now
        self.save(update_fields=["status", "finished_at", "verdict", "result", "reason"])
