"""Money held of a fund until it is settled or let go."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.funds.models.fund import Fund
from tradewind.crm.funds.rules import ReservationStatus


class Reservation(models.Model):
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="reservations", verbose_name=_("fund"))
    purpose = models.CharField(_("purpose"), max_length=240)
    status = models.CharField(
        _("status"), max_length=9, choices=ReservationStatus.choices, default=ReservationStatus.REQUESTED
    )
    asked_minor = models.BigIntegerField(_("asked for"))
    asked_currency = models.CharField(_("in"), max_length=3)
    rate = models.DecimalField(_("rate"), max_digits=18, decimal_places=8, default=1)
    rate_date = models.DateField(_("rate of"))
    amount_minor = models.BigIntegerField(_("amount"), help_text=_("In the currency of the fund."))
    settled_minor = models.BigIntegerField(_("settled"), default=0)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    why = models.CharField(_("why"), max_length=240, blank=True)

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        ordering: ClassVar[list[str]] = ["-asked_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(status__in=ReservationStatus.values), name="reservation_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, asked_minor__gt=0, settled_minor__gte=0)
                & Q(settled_minor__lte=F("amount_minor")),
                name="reservation_settles_up_to_its_amount",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="reservation_is_seen_by_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(status=ReservationStatus.REQUESTED, decided_by=None, decided_at=None)
                | (~Q(status=ReservationStatus.REQUESTED) & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="reservation_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status=ReservationStatus.REJECTED) | ~Q(why=""), name="refused_reservation_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.purpose

    @property
    def open_minor(self) -> int:
        """What it still holds once approved."""
        return self.amount_minor - self.settled_minor if self.status == ReservationStatus.APPROVED else 0
