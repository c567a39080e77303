"""An emergency stop keeps an offer out of every decision at once, without a publication, until it is lifted."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tradewind.crm.identity.models import User
from tradewind.crm.marketing.models import Offer


class StopQuerySet(models.QuerySet["Stop"]):
    def in_force(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def begin(
        self, offer: Offer, *, by: User | None, now: datetime, position: str, note: str = ""
    ) -> tuple[Stop, bool]:
        """The stop in force of an offer, and whether it begins now. Whoever stops what was found stopped has."""
        stop, is_new = self.get_or_create(
            offer=offer,
            ended_at=None,
            defaults={"started_at": now, "started_by": by, "note": note, "position": position},
        )
        if not is_new and by is not None and stop.started_by is None:
            stop.started_by, stop.note, is_new = by, note, True
            stop.save(update_fields=["started_by", "note"])
        return stop, is_new


class Stop(models.Model):
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="stops", verbose_name=_("offer"))
    started_at = models.DateTimeField(_("since"))
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("stopped by"),
        help_text=_("Empty where it was found in the engine."),
    )
    note = models.TextField(_("why"), blank=True)
    position = models.CharField(
        _("position in the engine's history"),
        max_length=19,
        blank=True,
        help_text=_("Decisions from there on obey; empty until the engine has been told."),
    )
    ended_at = models.DateTimeField(_("lifted at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("lifted by"),
        help_text=_("Empty where the engine was found without it."),
    )

    objects = StopQuerySet.as_manager()

    class Meta:
        verbose_name = _("emergency stop")
        verbose_name_plural = _("emergency stops")
        ordering: ClassVar[list[str]] = ["-started_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["offer"], condition=Q(ended_at__isnull=True), name="offer_is_stopped_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="stop_is_lifted_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Emergency stop of %(offer)s") % {"offer": self.offer}

    @property
    def is_untold(self) -> bool:
        return not self.position

    def reach(self, position: str) -> bool:
        """Notes from where on the engine obeys. False where the stop was lifted in the meantime."""
        self.position = position
        return Stop.objects.in_force().filter(pk=self.pk).update(position=position) == 1

    def lift(self, *, actor: User | None, now: datetime) -> bool:
        """Ends the stop. False where somebody had done so already; what was only found lifted is lifted by whoever
        says so."""
        self.ended_at, self.ended_by = now, actor
        open_to = Q(ended_at=None) if actor is None else Q(ended_by=None)
        return Stop.objects.filter(open_to, pk=self.pk).update(ended_at=now, ended_by=actor) == 1
