"""A period of a book: open for entries until it is closed, and never open again."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.ledger.models.book import Book


class PeriodQuerySet(models.QuerySet["Period"]):
    def open(self) -> Self:
        return self.filter(closed_at=None)

    def holding(self, day: date) -> Self:
        """The periods that a day lies in: one of a book at most."""
        return self.filter(starts_date__lte=day, ends_date__gte=day)


class Period(models.Model):
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="periods", verbose_name=_("book"))
    starts_date = models.DateField(_("from"))
    ends_date = models.DateField(_("until"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("closed by"),
    )

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("period")
        verbose_name_plural = _("periods")
        ordering: ClassVar[list[str]] = ["book", "starts_date"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["book", "starts_date"], name="a_period_once"),
            models.CheckConstraint(condition=Q(ends_date__gte=F("starts_date")), name="period_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_date:%Y-%m-%d} – {self.ends_date:%Y-%m-%d}"
